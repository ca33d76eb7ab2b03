// Rules about client modules as such: directives without effect, modules that nobody imports, barrels, budgets.
#include <algorithm>
#include <bit>

#include "scanner/audit_run.h"

namespace demarc {
namespace {

std::string bytes_text(uint64_t bytes) {
  const auto tenths = [](uint64_t value, uint64_t unit) {
    const uint64_t scaled = (value * 10 + unit / 2) / unit;
    return std::to_string(scaled / 10) + (scaled % 10 == 0 ? "" : "." + std::to_string(scaled % 10));
  };
  if (bytes < 1000) return std::to_string(bytes) + " B";
  if (bytes < 1'000'000) return tenths(bytes, 1000) + " kB";
  return tenths(bytes, 1'000'000) + " MB";
}

uint8_t first_environment(EnvironmentMask mask) {
  return uint8_t(std::countr_zero(unsigned(mask)));
}

class ClientModules {
 public:
  explicit ClientModules(AuditRun& run) : run_(run), graph_(run.graph) {}

  void run() {
    for (size_t i = 0; i < graph_.size(); ++i) {
      const auto index = ModuleIndex(i);
      const Module& module = graph_.module(index);
      if (module.client) {
        check_importers(index, module);
        check_barrel(index, module);
      } else if (!module.server && graph_.is_own(index)) {
        check_mixed_barrel(index, module);
      }
    }
    find_unneeded();
  }

 private:
  void report(std::string_view rule, ModuleIndex index, std::string message, std::string help,
              std::string subject = {}) {
    const Module& module = graph_.module(index);
    AuditRun::Report report{.rule = rule,
                            .module = index,
                            .message = std::move(message),
                            .help = std::move(help),
                            .subject = std::move(subject)};
    if (const DirectiveUse* use = run_.directive_of(index, "use client")) {
      report.line = use->line;
      report.column = use->column;
      report.end_column = use->column + 12;
    }
    if (module.environments != 0) {
      report.environment = first_environment(module.environments);
      report.chain = run_.chains().to(index, report.environment);
    }
    run_.report(std::move(report));
  }

  // A directive below the boundary says what is so already.
  void check_importers(ModuleIndex index, const Module& module) {
    if (!graph_.is_own(index) || graph_.is_listed_entry(index)) return;
    if (module.imported_in == 0) {
      if (run_.wants("boundary/orphan") && !graph_.has_own_globs())
        report("boundary/orphan", index, "no import leads to this client module",
               "delete it, or leave it out with `exclude`");
    } else if (graph_.server() != 0 && (module.imported_in & graph_.server()) == 0 &&
               run_.wants("boundary/redundant-client") && !graph_.importers(index).empty()) {
      report("boundary/redundant-client", index, "only client code imports this \"use client\" module",
             "the directive has no effect here, and may stay");
    }
  }

  // Of the exports that a boundary hands over, a barrel's are those of everything that it collects.
  void check_barrel(ModuleIndex index, const Module& module) {
    if (!run_.wants("boundary/client-barrel") || (module.imported_in & graph_.server()) == 0) return;
    uint32_t reexports = 0, others = 0;
    bool all = false;
    for (const Import& import : graph_.imports(module)) {
      if (import.type_only) continue;
      const bool is_reexport = import.kind == ImportKind::export_from || import.kind == ImportKind::export_all;
      ++(is_reexport ? reexports : others);
      all = all || import.kind == ImportKind::export_all;
    }
    const uint32_t size = barrel_size(run_.result, module);
    if (size == 0 && !all) return;
    report("boundary/client-barrel", index,
           all ? "a \"use client\" module with export * hands all of it to the client"
               : "this \"use client\" module re-exports " + std::to_string(reexports) + " modules, all for the client",
           "put \"use client\" into the components that need it, or import them directly");
  }

  bool is_of_server(ModuleIndex index) const {
    const Module& module = graph_.module(index);
    if (module.server) return true;
    const auto imports = graph_.imports(module);
    return std::any_of(imports.begin(), imports.end(), [&](const Import& import) {
      return !import.type_only && run_.result.text(import.specifier) == "server-only";
    });
  }

  void check_mixed_barrel(ModuleIndex index, const Module& module) {
    if (!run_.wants("boundary/mixed-barrel")) return;
    const Import* client = nullptr;
    const Import* server = nullptr;
    for (const Import& import : graph_.imports(module)) {
      if (import.type_only || (import.kind != ImportKind::export_from && import.kind != ImportKind::export_all))
        continue;
      for (const Target& target : graph_.targets(import)) {
        if (target.kind != TargetKind::module) continue;
        if (client == nullptr && graph_.module(target.module).client) client = &import;
        if (server == nullptr && is_of_server(target.module)) server = &import;
      }
    }
    if (client == nullptr || server == nullptr) return;
    const Import& place = std::max(client->line, server->line) == server->line ? *server : *client;
    const EnvironmentMask environments = module.environments;
    AuditRun::Report report{.rule = "boundary/mixed-barrel",
                            .module = index,
                            .line = place.line,
                            .column = place.column,
                            .message = "re-exports the client module " + quoted(client->specifier) + " beside " +
                                       quoted(server->specifier) + " of the server",
                            .help = "split it: one module for client code, one for the server's"};
    report.environment = first_environment(environments);
    report.chain = run_.chains().to(index, report.environment);
    run_.report(std::move(report));
  }

  std::string quoted(Text text) const { return "\"" + std::string(run_.result.text(text)) + "\""; }

  // Only modules whose imports are all known to be harmless: React, assets, and modules that say "use client".
  bool imports_nothing_of_the_client(const Module& module) const {
    for (const Import& import : graph_.imports(module)) {
      if (import.type_only) continue;
      const std::string_view specifier = run_.result.text(import.specifier);
      if (specifier == "react" || specifier == "react/jsx-runtime") continue;
      for (const Target& target : graph_.targets(import)) {
        if (target.kind == TargetKind::asset || target.kind == TargetKind::not_followed) continue;
        if (target.kind != TargetKind::module || !graph_.module(target.module).client) return false;
      }
    }
    return true;
  }

  void find_unneeded() {
    if (!run_.wants("boundary/unneeded-client")) return;
    std::vector<ModuleIndex> candidates;
    for (size_t i = 0; i < graph_.size(); ++i) {
      const Module& module = run_.result.modules[i];
      if (!module.client || !graph_.is_own(ModuleIndex(i)) || (module.imported_in & graph_.server()) == 0) continue;
      if (!imports_nothing_of_the_client(module)) continue;
      candidates.push_back(ModuleIndex(i));
      run_.files.want(ModuleIndex(i), Reread::review);
    }
    run_.files.read();
    for (const ModuleIndex index : candidates) {
      const FileView& view = run_.files.view(index);
      const CodeReview& review = view.review;
      if (!view.reviewed || review.may_need_client || review.reexports || !review.has_jsx || review.exports.empty())
        continue;
      if (!review.client_react.empty()) continue;
      if (std::any_of(review.exports.begin(), review.exports.end(),
                      [](const ReviewedExport& exported) { return exported.shape != ExportShape::function; }))
        continue;
      report("boundary/unneeded-client", index, "nothing in this module needs the client",
             "without \"use client\" its code would stay on the server");
    }
  }

  AuditRun& run_;
  const AuditGraph& graph_;
};

}  // namespace

void find_client_modules(AuditRun& run) {
  ClientModules(run).run();
}

void find_over_budget(AuditRun& run) {
  if (!run.wants("boundary/budget")) return;
  const auto over = [](const std::string& what, uint64_t bytes, uint64_t budget) {
    return what + " is " + bytes_text(bytes) + " of sources, " + bytes_text(bytes - budget) + " over its budget of " +
           bytes_text(budget);
  };
  for (const Budget& budget : run.options.budgets) {
    if (budget.name == "client") {
      if (run.audited.client.bytes <= budget.bytes) continue;
      run.report({.rule = "boundary/budget",
                  .message = over("client code", run.audited.client.bytes, budget.bytes),
                  .help = "the boundaries below say what brings it in",
                  .subject = "client"});
    } else if (budget.name == "boundary") {
      for (const BoundaryCost& cost : run.audited.boundaries) {
        if (cost.exclusive.bytes <= budget.bytes) continue;
        AuditRun::Report report{
            .rule = "boundary/budget",
            .module = cost.module,
            .message = over("what this boundary alone brings in", cost.exclusive.bytes, budget.bytes),
            .help = "`demarc why` tells what leads to its largest packages",
            .subject = "boundary",
            .environment = cost.environment,
            .most_in_packages = Level::error};
        if (const DirectiveUse* use = run.directive_of(cost.module, "use client")) {
          report.line = use->line;
          report.column = use->column;
        }
        report.chain = run.chains().to(cost.module, cost.environment);
        run.report(std::move(report));
      }
    } else {
      for (const PackageCost& package : run.audited.packages) {
        if (package.name != budget.name || package.client.bytes <= budget.bytes) continue;
        run.report({.rule = "boundary/budget",
                    .message = over(package.name + " in client code", package.client.bytes, budget.bytes),
                    .help = "`demarc why " + package.name + "` tells who imports it",
                    .subject = package.name});
      }
    }
  }
}

}  // namespace demarc
