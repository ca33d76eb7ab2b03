// A breadth-first search over nodes (module, environment), from all entries at once. A module whose directive moves it
// is walked in the environments of the boundary, whoever imports it, so a step into it may change the environment.
#include "scanner/why.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace demarc {
namespace {

constexpr uint32_t kNoNode = 0xffffffff;
constexpr uint32_t kFewReexports = 5;

bool is_moved(const Module& module, uint32_t from) {
  return (module.client || module.server) && (module.environments >> from & 1u) == 0;
}

// Calls visit(environment) for every environment in which an import from `from` has the module walked.
template <class Visit>
void for_each_arrival(const Module& module, uint32_t from, const Visit& visit) {
  for (uint32_t left = module.environments; left != 0; left &= left - 1) {
    const auto environment = uint32_t(std::countr_zero(left));
    if (environment == from || module.client || module.server) visit(environment);
  }
}

}  // namespace

class ChainSearch {
 public:
  ChainSearch(const ScanResult& result, const std::vector<bool>* without)
      : result_(result),
        without_(without),
        environments_(std::max(uint32_t(result.environments.size()), 1u)),
        came_from_(result.modules.size() * environments_, kNoNode),
        by_(came_from_.size()) {
    start_from_entries();
    run();
    start_from_prescan();
    run();
  }

  uint32_t node_of(ModuleIndex module, uint32_t environment) const {
    return uint32_t(module) * environments_ + environment;
  }
  ModuleIndex module_of(uint32_t node) const { return ModuleIndex(node / environments_); }
  uint8_t environment_of(uint32_t node) const { return uint8_t(node % environments_); }

  bool is_reached(uint32_t node) const { return came_from_[node] != kNoNode; }
  bool is_start(uint32_t node) const { return came_from_[node] == node; }

  // The steps to a node that was reached.
  Chain chain_to(uint32_t node) const {
    Chain chain;
    uint32_t import = kNoImport;
    for (uint32_t at = node;; at = came_from_[at]) {
      chain.steps.push_back({module_of(at), environment_of(at), import, false});
      if (is_start(at)) break;
      import = by_[at];
    }
    std::reverse(chain.steps.begin(), chain.steps.end());
    for (size_t i = 1; i < chain.steps.size(); ++i) {
      const Module& module = result_.modules[size_t(chain.steps[i].module)];
      chain.steps[i].boundary = is_moved(module, chain.steps[i - 1].environment);
    }
    chain.from_prescan = !is_listed_entry(chain.steps.front().module);
    return chain;
  }

  // Nodes in the order in which they were reached: by distance, then by path.
  const std::vector<uint32_t>& order() const { return queue_; }

 private:
  bool is_listed_entry(ModuleIndex module) const {
    const std::string_view id = result_.text(result_.modules[size_t(module)].id);
    return std::binary_search(result_.entries.begin(), result_.entries.end(), id);
  }

  void start_from_entries() {
    for (size_t i = 0; i < result_.modules.size(); ++i)
      if (is_listed_entry(ModuleIndex(i))) start(i);
  }

  void start_from_prescan() {
    for (size_t i = 0; i < result_.modules.size(); ++i)
      if (result_.modules[i].entry) start(i);
  }

  // A result does not say in which environment an entry begins; those of its own directive or importers are right.
  void start(size_t index) {
    for (uint32_t environment = 0; environment < environments_; ++environment) {
      const uint32_t node = node_of(ModuleIndex(index), environment);
      if ((result_.modules[index].environments >> environment & 1u) != 0) reach(node, node, kNoImport);
    }
  }

  void reach(uint32_t node, uint32_t from, uint32_t import) {
    if (is_reached(node)) return;
    came_from_[node] = from;
    by_[node] = import;
    queue_.push_back(node);
  }

  void run() {
    for (; next_ < queue_.size(); ++next_) {
      const uint32_t node = queue_[next_];
      const Module& module = result_.modules[size_t(module_of(node))];
      for (uint32_t i = 0; i < module.import_count; ++i) {
        const uint32_t import = module.first_import + i;
        if (without_ == nullptr || !(*without_)[import]) follow(node, import);
      }
    }
  }

  void follow(uint32_t node, uint32_t import) {
    const Import& record = result_.imports[import];
    for (uint32_t i = 0; i < record.target_count; ++i) {
      const Target& target = result_.targets[record.first_target + i];
      if (target.kind != TargetKind::module || target.environment != environment_of(node)) continue;
      for_each_arrival(result_.modules[size_t(target.module)], target.environment,
                       [&](uint32_t environment) { reach(node_of(target.module, environment), node, import); });
    }
  }

  const ScanResult& result_;
  const std::vector<bool>* without_;
  const uint32_t environments_;
  std::vector<uint32_t> came_from_;  // by node; an entry's is itself
  std::vector<uint32_t> by_;         // the import that led there
  std::vector<uint32_t> queue_;
  size_t next_ = 0;
};

Chains::Chains(const ScanResult& result) : search_(std::make_unique<ChainSearch>(result, nullptr)) {}
Chains::Chains(const ScanResult& result, const std::vector<bool>& without)
    : search_(std::make_unique<ChainSearch>(result, &without)) {}
Chains::~Chains() = default;

bool Chains::is_reached(ModuleIndex module, uint8_t environment) const {
  return search_->is_reached(search_->node_of(module, environment));
}

Chain Chains::to(ModuleIndex module, uint8_t environment) const {
  const uint32_t node = search_->node_of(module, environment);
  return search_->is_reached(node) ? search_->chain_to(node) : Chain{};
}

namespace {

// The imports of one module that lead to any of some modules, walked in one environment.
class Importers {
 public:
  Importers(const ScanResult& result, const std::vector<ModuleIndex>& modules)
      : result_(result), wanted_(result.modules.size()) {
    for (const ModuleIndex module : modules) wanted_[size_t(module)] = true;
  }

  bool is_wanted(ModuleIndex module) const { return wanted_[size_t(module)]; }

  // The first import of a module walked in `from` that leads to a wanted one in `environment`; kNoImport if none does.
  uint32_t find(ModuleIndex importer, uint32_t from, uint32_t environment, ModuleIndex& found) const {
    const Module& module = result_.modules[size_t(importer)];
    for (uint32_t import = module.first_import; import < module.first_import + module.import_count; ++import) {
      const Import& record = result_.imports[import];
      for (uint32_t i = 0; i < record.target_count; ++i) {
        const Target& target = result_.targets[record.first_target + i];
        if (target.kind != TargetKind::module || target.environment != from) continue;
        if (!is_wanted(target.module)) continue;
        bool arrives = false;
        for_each_arrival(result_.modules[size_t(target.module)], target.environment,
                         [&](uint32_t at) { arrives = arrives || at == environment; });
        if (!arrives) continue;
        found = target.module;
        return import;
      }
    }
    return kNoImport;
  }

 private:
  const ScanResult& result_;
  std::vector<bool> wanted_;
};

Explanation explain_in(const ScanResult& result, const ChainSearch& search, const Importers& importers,
                       uint8_t environment, size_t most) {
  Explanation explanation;
  explanation.environment = environment;
  const auto add = [&](uint32_t node, auto&& finish) {
    if (++explanation.importers > most) return;
    explanation.chains.push_back(search.chain_to(node));
    finish(explanation.chains.back());
  };
  std::vector<bool> seen(result.modules.size());
  for (const uint32_t node : search.order()) {
    const ModuleIndex module = search.module_of(node);
    const uint8_t from = search.environment_of(node);
    if (importers.is_wanted(module)) {
      // Only an entry has no importer; within a package, chains end where they enter it.
      if (search.is_start(node) && from == environment) add(node, [](Chain&) {});
      continue;
    }
    ModuleIndex found = kNoModule;
    const uint32_t import = seen[size_t(module)] ? kNoImport : importers.find(module, from, environment, found);
    if (import == kNoImport) continue;
    seen[size_t(module)] = true;
    add(node, [&](Chain& chain) {
      chain.steps.back().import = import;
      const bool boundary = is_moved(result.modules[size_t(found)], from);
      chain.steps.push_back({found, environment, kNoImport, boundary});
    });
  }
  return explanation;
}

std::vector<ModuleIndex> modules_of_package(const ScanResult& result, std::string_view name) {
  std::vector<ModuleIndex> modules;
  for (size_t i = 0; i < result.modules.size(); ++i)
    if (result.modules[i].package.length != 0 && result.text(result.modules[i].package) == name)
      modules.push_back(ModuleIndex(i));
  return modules;
}

std::vector<ModuleIndex> targets_of_specifier(const ScanResult& result, std::string_view specifier) {
  std::vector<ModuleIndex> modules;
  for (const Import& import : result.imports) {
    if (result.text(import.specifier) != specifier) continue;
    for (uint32_t i = 0; i < import.target_count; ++i) {
      const Target& target = result.targets[import.first_target + i];
      if (target.kind == TargetKind::module) modules.push_back(target.module);
    }
  }
  std::sort(modules.begin(), modules.end());
  modules.erase(std::unique(modules.begin(), modules.end()), modules.end());
  return modules;
}

}  // namespace

std::vector<Explanation> explain(const ScanResult& result, const std::vector<ModuleIndex>& modules,
                                 const ExplainOptions& options) {
  std::vector<Explanation> explanations;
  if (modules.empty()) return explanations;
  const ChainSearch search(result, nullptr);
  const Importers importers(result, modules);
  for (size_t i = 0; i < result.environments.size(); ++i) {
    if (!options.environment.empty() && result.environments[i] != options.environment) continue;
    Explanation explanation = explain_in(result, search, importers, uint8_t(i), options.most_chains);
    if (explanation.importers > 0) explanations.push_back(std::move(explanation));
  }
  return explanations;
}

std::vector<ModuleIndex> find_modules(const ScanResult& result, std::string_view name) {
  const auto by_id = [&](std::string_view id) {
    const auto found = std::lower_bound(
        result.modules.begin(), result.modules.end(), id,
        [&](const Module& module, std::string_view wanted) { return result.text(module.id) < wanted; });
    return found != result.modules.end() && result.text(found->id) == id
               ? std::vector<ModuleIndex>{ModuleIndex(found - result.modules.begin())}
               : std::vector<ModuleIndex>{};
  };
  std::vector<ModuleIndex> modules;
  if (name.starts_with(result.root) && name.substr(result.root.size()).starts_with('/'))
    modules = by_id(name.substr(result.root.size()));
  if (modules.empty()) modules = by_id(name);
  if (modules.empty()) modules = modules_of_package(result, name);
  if (modules.empty()) modules = targets_of_specifier(result, name);
  return modules;
}

uint32_t barrel_size(const ScanResult& result, const Module& module) {
  uint32_t reexports = 0;
  for (uint32_t i = 0; i < module.import_count; ++i) {
    const ImportKind kind = result.imports[module.first_import + i].kind;
    if (kind == ImportKind::export_from || kind == ImportKind::export_all) ++reexports;
  }
  return reexports >= kFewReexports && reexports * 2 > module.import_count ? reexports : 0;
}

}  // namespace demarc
