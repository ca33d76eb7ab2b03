// Server functions: the inventory, and the rules about them.
#include <algorithm>
#include <map>
#include <optional>

#include "scanner/audit_run.h"

namespace demarc {
namespace {

bool has_server_functions(const AuditRun& run, const Module& module) {
  const auto uses = run.graph.directives(module);
  return std::any_of(uses.begin(), uses.end(),
                     [&](const DirectiveUse& use) { return run.result.text(use.value) == "use server"; });
}

std::vector<ModuleIndex> importers_of(const AuditGraph& graph, ModuleIndex module) {
  std::vector<ModuleIndex> importers;
  for (const Importer& importer : graph.importers(module)) importers.push_back(importer.module);
  importers.erase(std::unique(importers.begin(), importers.end()), importers.end());
  return importers;
}

// An import of the module by client code; null if there is none.
const Importer* client_importer(const AuditGraph& graph, ModuleIndex module) {
  for (const Importer& importer : graph.importers(module))
    if ((graph.client() >> importer.environment & 1) != 0) return &importer;
  return nullptr;
}

// ---- Modules that look as if they lacked "use server"

std::string_view file_name(std::string_view id) {
  return id.substr(id.rfind('/') + 1);
}

std::string_view folder_of(std::string_view id) {
  return id.substr(0, id.rfind('/'));
}

// actions.ts, cart.actions.ts
bool has_name_of_actions(std::string_view name) {
  const size_t dot = name.rfind('.');
  const std::string_view stem = name.substr(0, dot == std::string_view::npos ? name.size() : dot);
  return stem == "actions" || stem.ends_with(".actions");
}

// By the project's own convention: others of the same kind of name say "use server".
bool is_named_like_actions(const AuditRun& run, ModuleIndex index) {
  const std::string_view id = run.graph.id(index);
  const bool by_name = has_name_of_actions(file_name(id));
  const bool by_folder = folder_of(id).ends_with("/actions");
  if (!by_name && !by_folder) return false;
  for (size_t i = 0; i < run.graph.size(); ++i) {
    const Module& other = run.result.modules[i];
    if (!other.server || !run.graph.is_own(ModuleIndex(i))) continue;
    const std::string_view other_id = run.graph.id(ModuleIndex(i));
    if (by_name && has_name_of_actions(file_name(other_id))) return true;
    if (by_folder && folder_of(other_id) == folder_of(id)) return true;
  }
  return false;
}

// What only servers can import: said by a package, or by there being no such thing in a browser.
std::optional<std::string_view> server_import(const AuditRun& run, const Module& module) {
  for (const Import& import : run.graph.imports(module)) {
    if (import.type_only) continue;
    const std::string_view specifier = run.result.text(import.specifier);
    if (specifier == "server-only") return specifier;
    if (!is_platform_module(specifier)) continue;
    const auto targets = run.graph.targets(import);
    if (std::any_of(targets.begin(), targets.end(), [&](const Target& target) {
          return (run.graph.browser() >> target.environment & 1) != 0 &&
                 (target.kind == TargetKind::empty || target.kind == TargetKind::unresolved);
        }))
      return specifier;
  }
  return std::nullopt;
}

// The same of the module or of one that it imports.
std::optional<std::string_view> server_import_nearby(const AuditRun& run, const Module& module) {
  if (const auto found = server_import(run, module)) return found;
  for (const Import& import : run.graph.imports(module)) {
    for (const Target& target : run.graph.targets(import)) {
      if (target.kind != TargetKind::module || !run.graph.is_own(target.module)) continue;
      const Module& imported = run.graph.module(target.module);
      if (imported.client || imported.server) continue;
      if (const auto found = server_import(run, imported)) return found;
    }
  }
  return std::nullopt;
}

bool may_lack_use_server(const AuditRun& run, ModuleIndex index) {
  const Module& module = run.graph.module(index);
  if (module.client || module.server || module.export_count == 0 || !run.graph.is_own(index)) return false;
  if ((module.environments & run.graph.client()) == 0 || run.graph.server() == 0) return false;
  if (client_importer(run.graph, index) == nullptr) return false;
  return is_named_like_actions(run, index) || server_import_nearby(run, module).has_value();
}

std::string_view shape_text(ExportShape shape) {
  switch (shape) {
    case ExportShape::function:
      return "a function that is not async";
    case ExportShape::class_:
      return "a class";
    case ExportShape::value:
      return "no function";
    case ExportShape::unknown:
    case ExportShape::async_function:
      break;
  }
  return {};
}

}  // namespace

void want_action_reads(AuditRun& run) {
  for (size_t i = 0; i < run.graph.size(); ++i) {
    const auto index = ModuleIndex(i);
    const Module& module = run.graph.module(index);
    if (run.wants("action/missing-use-server") && may_lack_use_server(run, index))
      run.files.want(index, Reread::review);
    if (!run.graph.is_own(index) || !has_server_functions(run, module)) continue;
    run.files.want(index, Reread::actions);
    if (!module.server || !run.wants("action/unreferenced")) continue;
    for (const ModuleIndex importer : importers_of(run.graph, index)) run.files.want(importer, Reread::names);
  }
}

void list_server_functions(AuditRun& run) {
  for (size_t i = 0; i < run.graph.size(); ++i) {
    const auto index = ModuleIndex(i);
    const Module& module = run.graph.module(index);
    if (!has_server_functions(run, module)) continue;
    const FileView& view = run.files.view(index);
    ServerFunction function{.module = index};
    function.client_reachable = client_importer(run.graph, index) != nullptr;
    function.importers = importers_of(run.graph, index);
    const size_t first = run.audited.server_functions.size();
    for (const DirectiveUse& use : run.graph.directives(module)) {
      if (run.result.text(use.value) != "use server") continue;
      function.level = use.level;
      function.line = use.line;
      function.column = use.column;
      function.name.clear();
      if (use.level == DirectiveLevel::function) {
        for (const InlineServerFunction& named : view.review.inline_server_functions)
          if (view.place(named.offset) == SourceLocation{use.line, use.column}) function.name = named.name;
        run.audited.server_functions.push_back(function);
        continue;
      }
      for (uint32_t e = 0; e < module.export_count; ++e) {
        function.name = run.result.text(run.result.exports[module.first_export + e]);
        if (e > 0 && run.result.text(run.result.exports[module.first_export + e - 1]) == function.name)
          continue;  // overloads
        function.line = use.line;
        function.column = use.column;
        const auto reviewed = std::find_if(view.review.exports.begin(), view.review.exports.end(),
                                           [&](const ReviewedExport& other) { return other.name == function.name; });
        if (reviewed != view.review.exports.end()) {
          if (reviewed->shape == ExportShape::value || reviewed->shape == ExportShape::class_) continue;
          const SourceLocation place = view.place(reviewed->offset);
          function.line = place.line;
          function.column = place.column;
        }
        run.audited.server_functions.push_back(function);
      }
    }
    std::stable_sort(run.audited.server_functions.begin() + std::ptrdiff_t(first), run.audited.server_functions.end(),
                     [](const ServerFunction& a, const ServerFunction& b) {
                       return std::pair(a.line, a.column) < std::pair(b.line, b.column);
                     });
  }
}

void find_non_async(AuditRun& run) {
  if (!run.wants("action/non-async-export")) return;
  for (size_t i = 0; i < run.graph.size(); ++i) {
    const auto index = ModuleIndex(i);
    const Module& module = run.graph.module(index);
    // Of one that says both, the conflict is the finding.
    if (!module.server || module.client) continue;
    const FileView& view = run.files.view(index);
    for (const ReviewedExport& exported : view.review.exports) {
      const std::string_view shape = shape_text(exported.shape);
      if (shape.empty()) continue;
      const SourceLocation place = view.place(exported.offset);
      run.report({.rule = "action/non-async-export",
                  .module = index,
                  .line = place.line,
                  .column = place.column,
                  .message = "a \"use server\" module exports " + exported.name + ", which is " + std::string(shape),
                  .help = exported.shape == ExportShape::function ? "make it async, or move it to another module"
                                                                  : "move it to another module",
                  .subject = exported.name});
    }
  }
}

// By names: a module that imports all of it, or in a way that has no names, may use any.
void find_unreferenced(AuditRun& run) {
  if (!run.wants("action/unreferenced")) return;
  for (size_t i = 0; i < run.graph.size(); ++i) {
    const auto index = ModuleIndex(i);
    const Module& module = run.graph.module(index);
    if (!module.server || module.client || !run.graph.is_own(index) || run.graph.is_listed_entry(index)) continue;
    const FileView& own = run.files.view(index);
    if (!own.reviewed || own.review.reexports) continue;
    // A glob of the project, which is not followed everywhere, may be why the module is there.
    if (module.imported_in == 0 && run.graph.has_own_globs()) continue;
    std::vector<std::string_view> used;
    bool all_used = false;
    for (const Importer& importer : run.graph.importers(index)) {
      const Import& import = run.result.imports[importer.import];
      const FileView& view = run.files.view(importer.module);
      const bool named = import.kind == ImportKind::import || import.kind == ImportKind::export_from;
      all_used = all_used || !view.names_known || !named;
      if (all_used) break;
      const uint32_t ordinal = importer.import - run.graph.module(importer.module).first_import;
      for (const NamedImport& name : view.names) {
        if (name.import != ordinal || name.type_only) continue;
        all_used = all_used || name.imported == "*";
        used.push_back(name.imported);
      }
    }
    if (all_used) continue;
    std::vector<const ReviewedExport*> unused;
    size_t functions = 0;
    for (const ReviewedExport& exported : own.review.exports) {
      if (exported.shape == ExportShape::value || exported.shape == ExportShape::class_) continue;
      ++functions;
      if (std::find(used.begin(), used.end(), exported.name) == used.end()) unused.push_back(&exported);
    }
    const std::string help = "every export here can be called over the network; remove what nobody needs";
    if (unused.size() == functions && functions > 1) {
      const DirectiveUse* use = run.directive_of(index, "use server");
      run.report(
          {.rule = "action/unreferenced",
           .module = index,
           .line = use == nullptr ? 0 : use->line,
           .column = use == nullptr ? 0 : use->column,
           .message = "none of the " + std::to_string(functions) + " server functions of this module is imported",
           .help = help,
           .subject = "*"});
      continue;
    }
    for (const ReviewedExport* exported : unused) {
      const SourceLocation place = own.place(exported->offset);
      run.report({.rule = "action/unreferenced",
                  .module = index,
                  .line = place.line,
                  .column = place.column,
                  .message = "no module imports the server function " + exported->name,
                  .help = help,
                  .subject = exported->name});
    }
  }
}

void find_missing_use_server(AuditRun& run) {
  if (!run.wants("action/missing-use-server")) return;
  for (size_t i = 0; i < run.graph.size(); ++i) {
    const auto index = ModuleIndex(i);
    const FileView& view = run.files.view(index);
    if (!view.reviewed || !may_lack_use_server(run, index)) continue;
    const CodeReview& review = view.review;
    const bool all_async =
        std::all_of(review.exports.begin(), review.exports.end(),
                    [](const ReviewedExport& exported) { return exported.shape == ExportShape::async_function; });
    if (review.exports.empty() || !all_async || review.reexports || review.has_jsx || !review.client_react.empty())
      continue;
    const Importer& importer = *client_importer(run.graph, index);
    const auto server = server_import_nearby(run, run.graph.module(index));
    Chain chain = run.chains().to(importer.module, importer.environment);
    if (chain.steps.empty()) continue;  // only by imports that are guarded
    chain.steps.back().import = importer.import;
    chain.steps.push_back({index, importer.environment, kNoImport, false});
    const SourceLocation place = view.place(review.exports.front().offset);
    run.report({.rule = "action/missing-use-server",
                .module = index,
                .line = place.line,
                .column = place.column,
                .message = server
                               ? "client code imports these async functions, which lead to " + std::string(*server) +
                                     "; \"use server\" is missing?"
                               : std::string("client code imports these async functions; \"use server\" is missing?"),
                .help = "begin the file with \"use server\" if clients may call them",
                .chain = std::move(chain),
                .environment = importer.environment});
  }
}

void find_client_reachable(AuditRun& run) {
  if (!run.wants("action/client-reachable")) return;
  std::map<ModuleIndex, std::vector<std::string>> names;
  for (const ServerFunction& function : run.audited.server_functions)
    if (function.client_reachable && function.level == DirectiveLevel::module)
      names[function.module].push_back(function.name);
  for (const auto& [module, functions] : names) {
    if (!run.graph.is_own(module)) continue;
    const DirectiveUse* use = run.directive_of(module, "use server");
    const Importer& importer = *client_importer(run.graph, module);
    std::string list;
    for (size_t i = 0; i < std::min<size_t>(functions.size(), 4); ++i) list += (i == 0 ? "" : ", ") + functions[i];
    if (functions.size() > 4) list += " and " + std::to_string(functions.size() - 4) + " more";
    Chain chain = run.chains().to(importer.module, importer.environment);
    if (!chain.steps.empty()) {
      chain.steps.back().import = importer.import;
      const Module& target = run.graph.module(module);
      const bool moved = (target.environments >> importer.environment & 1) == 0;
      uint8_t environment = importer.environment;
      for (uint8_t e = 0; moved && e < run.result.environments.size(); ++e)
        if ((target.environments >> e & 1) != 0) environment = e;
      chain.steps.push_back({module, environment, kNoImport, moved});
    }
    run.report({.rule = "action/client-reachable",
                .module = module,
                .line = use == nullptr ? 0 : use->line,
                .column = use == nullptr ? 0 : use->column,
                .end_column = use == nullptr ? 0 : use->column + 12,
                .message = "clients can call " + list,
                .help = "check who calls, and what with",
                .chain = std::move(chain),
                .environment = importer.environment});
  }
}

}  // namespace demarc
