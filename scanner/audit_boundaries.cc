// Rules about what stands on the wrong side of a boundary.
//
// A finding stands only while a chain leads to it by imports that certainly run there. Static imports do; an import()
// or require() on the way may stand behind `if (import.meta.env.SSR)`. So findings are first collected, then the calls
// on their chains are asked of the syntax trees, the guarded ones are taken out of the graph, and what is still reached
// is reported by the chain that is left.
#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_set>

#include "scanner/audit_run.h"

namespace demarc {
namespace {

constexpr int kMostRounds = 8;

constexpr std::string_view kBuiltins[] = {"assert",     "async_hooks",
                                          "buffer",     "child_process",
                                          "cluster",    "console",
                                          "constants",  "crypto",
                                          "dgram",      "diagnostics_channel",
                                          "dns",        "domain",
                                          "events",     "fs",
                                          "http",       "http2",
                                          "https",      "inspector",
                                          "module",     "net",
                                          "os",         "path",
                                          "perf_hooks", "process",
                                          "punycode",   "querystring",
                                          "readline",   "repl",
                                          "stream",     "string_decoder",
                                          "sys",        "timers",
                                          "tls",        "tty",
                                          "url",        "util",
                                          "v8",         "vm",
                                          "wasi",       "worker_threads",
                                          "zlib"};

// An import that should not be where it is, until something says it does not run there.
struct Suspect {
  std::string_view rule;
  ModuleIndex module = kNoModule;  // the file of the finding
  uint8_t environment = 0;
  uint32_t import = kNoImport;     // of `module`; none: the module as such
  ModuleIndex target = kNoModule;  // where that import leads, if to a module
  std::string message, help, subject;
  uint64_t line = 0, column = 0;
  Level most_in_packages = Level::info;
};

bool is_static(ImportKind kind) {
  return kind == ImportKind::import || kind == ImportKind::side_effect || kind == ImportKind::export_from ||
         kind == ImportKind::export_all || kind == ImportKind::import_equals;
}

class WrongSides {
 public:
  explicit WrongSides(AuditRun& run) : run_(run), graph_(run.graph) {}

  void run() {
    find_poisoned("server-only", {"server-only"}, graph_.client());
    find_poisoned("client-only", {"client-only", "react-dom/client"}, graph_.server());
    find_builtins();
    find_missing_client();
    dismiss_guarded();
    for (Suspect& suspect : suspects_) report(std::move(suspect));
  }

 private:
  // The first import of the module with one of the specifiers that is followed in the environment; kNoImport if none.
  uint32_t find_import(const Module& module, const std::vector<std::string_view>& specifiers,
                       unsigned environment) const {
    for (uint32_t i = 0; i < module.import_count; ++i) {
      const Import& import = run_.result.imports[module.first_import + i];
      if (import.type_only || import.specifier.length < 10) continue;
      const std::string_view specifier = run_.result.text(import.specifier);
      if (std::find(specifiers.begin(), specifiers.end(), specifier) == specifiers.end()) continue;
      for (const Target& target : graph_.targets(import))
        if (target.environment == environment && target.kind != TargetKind::not_followed)
          return module.first_import + i;
    }
    return kNoImport;
  }

  // A module that names one of the packages which exist to fail on the wrong side spoils whoever imports it there. The
  // finding stands at the import by which clean code gets it: that is the line to mend.
  void find_poisoned(std::string_view package, const std::vector<std::string_view>& specifiers, EnvironmentMask wrong) {
    const bool for_server = package == "server-only";
    const std::string_view rule = for_server ? "boundary/server-only-in-client" : "boundary/client-only-in-server";
    if (!run_.wants(rule) || wrong == 0) return;
    for (unsigned environment = 0; environment < run_.result.environments.size(); ++environment) {
      if ((wrong >> environment & 1) == 0) continue;
      std::vector<uint32_t> poison(graph_.size(), kNoImport);
      for (size_t i = 0; i < graph_.size(); ++i) {
        const Module& module = run_.result.modules[i];
        if ((module.environments >> environment & 1) != 0) poison[i] = find_import(module, specifiers, environment);
      }
      for (size_t i = 0; i < graph_.size(); ++i)
        if (poison[i] != kNoImport) suspect_importers(rule, ModuleIndex(i), environment, poison);
    }
  }

  void suspect_importers(std::string_view rule, ModuleIndex poisoned, unsigned environment,
                         const std::vector<uint32_t>& poison) {
    const bool for_server = rule == "boundary/server-only-in-client";
    const Module& module = graph_.module(poisoned);
    const std::string specifier(run_.result.text(run_.result.imports[poison[size_t(poisoned)]].specifier));
    const std::string help =
        for_server ? "pass the data as a prop, call a \"use server\" function, or import only types with `import type`"
                   : "use it from a module that begins with \"use client\"";
    bool imported = false;
    if (!module.client && !module.server) {
      for (const Importer& importer : graph_.importers(poisoned)) {
        if (importer.environment != environment) continue;
        imported = true;
        // One that is spoiled itself is the business of its own importers.
        if (poison[size_t(importer.module)] != kNoImport) continue;
        suspects_.push_back({.rule = rule,
                             .module = importer.module,
                             .environment = uint8_t(environment),
                             .import = importer.import,
                             .target = poisoned,
                             .message = run_.name_of(poisoned) + " imports " + specifier +
                                        (for_server ? ", and client code imports it" : ", and server code imports it"),
                             .help = help,
                             .subject = run_.name_of(poisoned),
                             .most_in_packages = Level::warn});
      }
    }
    if (imported) return;
    suspects_.push_back(
        {.rule = rule,
         .module = poisoned,
         .environment = uint8_t(environment),
         .import = poison[size_t(poisoned)],
         .message = for_server ? "client code imports " + specifier : "server code imports " + specifier,
         .help = help,
         .subject = specifier,
         .most_in_packages = Level::warn});
  }

  // Vite puts an empty module where client code imports one of Node's. What an alias or a polyfill answers is no
  // finding: then the target is a module.
  void find_builtins() {
    if (!run_.wants("boundary/node-builtin-in-client")) return;
    for (size_t i = 0; i < graph_.size(); ++i) {
      const Module& module = run_.result.modules[i];
      if ((module.environments & graph_.browser()) == 0) continue;
      std::set<std::string_view> seen;
      for (uint32_t n = module.first_import; n < module.first_import + module.import_count; ++n) {
        const Import& import = run_.result.imports[n];
        const std::string_view specifier = run_.result.text(import.specifier);
        if (import.type_only || !is_platform_module(specifier) || seen.contains(specifier)) continue;
        // Packages are written for several platforms, and know what they do when they call require().
        if (!graph_.is_own(ModuleIndex(i)) && !is_static(import.kind)) continue;
        for (const Target& target : graph_.targets(import)) {
          if ((graph_.browser() >> target.environment & 1) == 0) continue;
          if (target.kind != TargetKind::empty && target.kind != TargetKind::unresolved) continue;
          seen.insert(specifier);
          suspects_.push_back(
              {.rule = "boundary/node-builtin-in-client",
               .module = ModuleIndex(i),
               .environment = target.environment,
               .import = n,
               .message = "client code imports " + std::string(specifier) + ", which browsers do not have",
               .help = "move it to a module that only server code imports",
               .subject = std::string(specifier)});
          break;
        }
      }
    }
  }

  void find_missing_client() {
    if (!run_.wants("boundary/missing-client")) return;
    for (size_t i = 0; i < graph_.size(); ++i) {
      const Module& module = run_.result.modules[i];
      const FileView& view = run_.files.view(ModuleIndex(i));
      if ((view.had & uint8_t(Reread::client_react)) == 0 || view.review.client_react.empty()) continue;
      std::vector<std::string> names;
      for (const ClientReactUse& use : view.review.client_react)
        if (std::find(names.begin(), names.end(), use.name) == names.end()) names.push_back(use.name);
      std::string list;
      for (size_t n = 0; n < std::min<size_t>(names.size(), 3); ++n) list += (n == 0 ? "" : ", ") + names[n];
      if (names.size() > 3) list += " and " + std::to_string(names.size() - 3) + " more";
      const SourceLocation place = view.place(view.review.client_react.front().offset);
      for (unsigned environment = 0; environment < run_.result.environments.size(); ++environment) {
        if ((module.environments & graph_.server() & (1u << environment)) == 0) continue;
        suspects_.push_back({.rule = "boundary/missing-client",
                             .module = ModuleIndex(i),
                             .environment = uint8_t(environment),
                             .message = "server code reaches this module, and React has no " + list + " there",
                             .help = "begin the file with \"use client\"",
                             .subject = names.front(),
                             .line = place.line,
                             .column = place.column});
        break;
      }
    }
  }

  // ---- Guards

  bool stands(const Suspect& suspect) {
    return (suspect.import == kNoImport || left_out_.empty() || !left_out_[suspect.import]) &&
           run_.chains().is_reached(suspect.module, suspect.environment);
  }

  void dismiss_guarded() {
    for (int round = 0; round < kMostRounds && !suspects_.empty(); ++round) {
      std::erase_if(suspects_, [this](const Suspect& suspect) { return !stands(suspect); });
      std::unordered_set<uint32_t> calls;
      for (const Suspect& suspect : suspects_) {
        if (suspect.import != kNoImport) add_call(suspect.import, calls);
        for (const ChainStep& step : run_.chains().to(suspect.module, suspect.environment).steps)
          if (step.import != kNoImport) add_call(step.import, calls);
      }
      if (!leave_out_guarded(calls)) return;
    }
    // Whatever is left after so many rounds has too many ways around to be sure of.
    std::erase_if(suspects_, [this](const Suspect& suspect) { return !stands(suspect); });
  }

  void add_call(uint32_t import, std::unordered_set<uint32_t>& calls) {
    if (!is_static(run_.result.imports[import].kind) && !known_calls_.contains(import)) calls.insert(import);
  }

  ModuleIndex module_of_import(uint32_t import) const {
    const auto& modules = run_.result.modules;
    const auto behind =
        std::upper_bound(modules.begin(), modules.end(), import,
                         [](uint32_t wanted, const Module& module) { return wanted < module.first_import; });
    return ModuleIndex(behind - modules.begin() - 1);
  }

  // True when an import was newly found to be guarded.
  bool leave_out_guarded(const std::unordered_set<uint32_t>& calls) {
    if (calls.empty()) return false;
    for (const uint32_t import : calls) run_.files.want(module_of_import(import), Reread::review);
    run_.files.read();
    bool found = false;
    for (const uint32_t import : calls) {
      known_calls_.insert(import);
      const FileView& view = run_.files.view(module_of_import(import));
      const Import& record = run_.result.imports[import];
      // Where the tree has no answer, nobody can be sure that the import runs.
      const bool guarded =
          !view.reviewed || std::any_of(view.review.guarded.begin(), view.review.guarded.end(), [&](uint64_t offset) {
            return view.place(offset) == SourceLocation{record.line, record.column};
          });
      if (!guarded) continue;
      if (left_out_.empty()) left_out_.resize(run_.result.imports.size());
      left_out_[import] = true;
      found = true;
    }
    if (found) run_.leave_out(left_out_);
    return found;
  }

  void report(Suspect&& suspect) {
    Chain chain = run_.chains().to(suspect.module, suspect.environment);
    AuditRun::Report report{.rule = suspect.rule,
                            .module = suspect.module,
                            .line = suspect.line,
                            .column = suspect.column,
                            .message = std::move(suspect.message),
                            .help = std::move(suspect.help),
                            .subject = std::move(suspect.subject),
                            .environment = suspect.environment,
                            .most_in_packages = suspect.most_in_packages};
    if (suspect.import != kNoImport) {
      const Import& import = run_.result.imports[suspect.import];
      report.line = import.line;
      report.column = import.column;
      if (suspect.target != kNoModule && !chain.steps.empty()) {
        chain.steps.back().import = suspect.import;
        chain.steps.push_back({suspect.target, suspect.environment, kNoImport, false});
      }
    }
    report.chain = std::move(chain);
    if (!reported_.emplace(suspect.rule, report.module, report.line, report.column, report.subject).second) return;
    run_.report(std::move(report));
  }

  AuditRun& run_;
  const AuditGraph& graph_;
  std::vector<Suspect> suspects_;
  std::vector<bool> left_out_;
  std::unordered_set<uint32_t> known_calls_;
  // The same in several environments is one finding.
  std::set<std::tuple<std::string_view, ModuleIndex, uint64_t, uint64_t, std::string>> reported_;
};

// Whether a server module calls something that a tree could show to be React's for clients.
bool imports_react(const AuditRun& run, const Module& module) {
  for (const Import& import : run.graph.imports(module)) {
    if (import.type_only || (import.kind != ImportKind::import)) continue;
    const std::string_view specifier = run.result.text(import.specifier);
    if (specifier != "react" && specifier != "react-dom") continue;
    for (const Target& target : run.graph.targets(import))
      if ((run.graph.server() >> target.environment & 1) != 0 && target.kind != TargetKind::not_followed) return true;
  }
  return false;
}

}  // namespace

bool is_platform_module(std::string_view specifier) {
  if (specifier.starts_with("node:") || specifier.starts_with("cloudflare:") || specifier.starts_with("bun:"))
    return true;
  const std::string_view name = specifier.substr(0, specifier.find('/'));
  return std::binary_search(std::begin(kBuiltins), std::end(kBuiltins), name) &&
         (name.size() == specifier.size() || specifier == "fs/promises" || specifier == "path/posix" ||
          specifier == "dns/promises" || specifier == "stream/promises" || specifier == "stream/web" ||
          specifier == "timers/promises" || specifier == "util/types" || specifier == "assert/strict" ||
          specifier == "readline/promises");
}

void want_boundary_reads(AuditRun& run) {
  // React Router's own plugin takes the client part out of route modules, which say nothing.
  if (!run.wants("boundary/missing-client") || run.result.framework == Framework::react_router) return;
  for (size_t i = 0; i < run.graph.size(); ++i) {
    const Module& module = run.result.modules[i];
    if ((module.environments & run.graph.server()) == 0 || module.client || module.server) continue;
    if (!run.graph.is_own(ModuleIndex(i))) continue;
    if (imports_react(run, module)) run.files.want(ModuleIndex(i), Reread::client_react);
  }
}

void find_wrong_sides(AuditRun& run) {
  WrongSides(run).run();
}

}  // namespace demarc
