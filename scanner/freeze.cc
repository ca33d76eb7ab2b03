#include "scanner/freeze.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "scanner/diagnostic.h"

namespace demarc {
namespace {

// Appends texts to the result's pool, each interned text once.
class PoolWriter {
 public:
  PoolWriter(const Resolver& resolver, std::string& pool) : resolver_(resolver), pool_(pool) {}

  Text add(std::string_view text) {
    const Text place{pool_.size(), uint32_t(text.size())};
    pool_ += text;
    return place;
  }
  Text add(TextId id) {
    const auto [known, fresh] = known_.try_emplace(uint32_t(id));
    if (fresh) known->second = add(resolver_.text(id));
    return known->second;
  }

 private:
  const Resolver& resolver_;
  std::string& pool_;
  std::unordered_map<uint32_t, Text> known_;
};

struct Frozen {
  FileId file;
  Text id;
  bool outside;
};

bool inside(std::string_view root, std::string_view path) {
  return root == "/" || (path.starts_with(root) && path.size() > root.size() && path[root.size()] == '/');
}

class Freezer {
 public:
  Freezer(const ScanOptions& options, const Walk& walk, Resolver& resolver, MemoryBudget& budget, ScanResult& result)
      : options_(options),
        walk_(walk),
        resolver_(resolver),
        budget_(budget),
        result_(result),
        pool_(resolver, result.pool) {}

  bool run() {
    collect();
    report_collisions();
    // What follows is proportional to what was collected; ask once, before building it.
    const size_t bytes = files_.size() * (sizeof(Frozen) + sizeof(Module)) + result_.pool.capacity() * 2;
    if (!budget_.reserve(Share::result, bytes)) return false;
    std::sort(files_.begin(), files_.end(),
              [&](const Frozen& a, const Frozen& b) { return result_.text(a.id) < result_.text(b.id); });
    order_pool();
    if (options_.keep == Keep::graph) {
      for (uint32_t i = 0; i < files_.size(); ++i) index_.emplace(uint32_t(files_[i].file), ModuleIndex(i));
    }
    result_.modules.reserve(files_.size());
    for (const Frozen& frozen : files_) freeze_module(frozen);
    return !budget_.exhausted();
  }

 private:
  // The files to show, with their ids; and the counters that need all modules.
  void collect() {
    std::string path;
    for (uint32_t i = 0; i < resolver_.file_count(); ++i) {
      const ModuleRecord* record = walk_.modules().find(FileId(i));
      if (!record || record->claimed == 0) continue;
      const ModuleFacts& facts = *record->facts.load();
      ++result_.stats.modules;
      result_.has_server_functions = result_.has_server_functions || facts.server || facts.function_server;
      path.clear();
      resolver_.append_path(FileId(i), path);
      const bool is_inside = inside(result_.root, path);
      if (!is_inside) outside_.insert(path);
      if (options_.keep == Keep::map && facts.directive_count == 0 && facts.markers == 0) continue;
      std::string_view id = path;
      if (is_inside && result_.root != "/") id.remove_prefix(result_.root.size());
      files_.push_back({FileId(i), pool_.add(id), !is_inside});
    }
  }

  // The ids stand in the pool as threads found the files. In path order, the pool is the same every time.
  void order_pool() {
    std::string ordered;
    ordered.reserve(result_.pool.size());
    for (Frozen& frozen : files_) {
      const Text place{ordered.size(), frozen.id.length};
      ordered += result_.text(frozen.id);
      frozen.id = place;
    }
    result_.pool = std::move(ordered);
  }

  // /src/x.ts below the root and /src/x.ts outside of it would have one id. Only possible when something lies outside.
  void report_collisions() {
    if (outside_.empty()) return;
    std::string path;
    for (uint32_t i = 0; i < resolver_.file_count(); ++i) {
      const ModuleRecord* record = walk_.modules().find(FileId(i));
      if (!record || record->claimed == 0) continue;
      path.clear();
      resolver_.append_path(FileId(i), path);
      if (!inside(result_.root, path) || result_.root == "/") continue;
      const std::string id = path.substr(result_.root.size());
      if (!outside_.contains(id)) continue;
      result_.diagnostics.push_back({.rule = "path/id-collision",
                                     .level = Level::error,
                                     .file = id,
                                     .message = "two modules share this id: " + path + " and " + id,
                                     .help = "choose another --root, so that the two files differ in their ids"});
    }
  }

  void freeze_module(const Frozen& frozen) {
    const ModuleRecord& record = *walk_.modules().find(frozen.file);
    const ModuleFacts& facts = *record.facts.load();
    Module module;
    module.id = frozen.id;
    module.package = package_of(frozen.file);
    module.bytes = facts.bytes;
    module.environments = record.claimed;
    module.imported_in = record.imported;
    module.markers = facts.markers;
    module.client = facts.client;
    module.server = facts.server;
    module.entry = record.has(ModuleRecord::kEntry);
    module.outside = frozen.outside;
    module.first_directive = uint32_t(result_.directives.size());
    module.directive_count = facts.directive_count;
    for (const DirectiveFact& directive : facts.directives()) {
      result_.directives.push_back({pool_.add(directive.value), directive.level, directive.line, directive.column});
    }
    if (options_.keep == Keep::graph) {
      module.first_import = uint32_t(result_.imports.size());
      module.import_count = facts.import_count;
      freeze_imports(frozen.file, facts);
      module.first_export = uint32_t(result_.exports.size());
      module.export_count = facts.export_count;
      for (const TextId name : facts.exports()) result_.exports.push_back(pool_.add(name));
    }
    result_.modules.push_back(module);
  }

  void freeze_imports(FileId file, const ModuleFacts& facts) {
    // All targets of the module, by import and environment: the lists come in no order, but each is in import order.
    targets_.clear();
    for (const TargetList* list = walk_.modules().targets(file); list; list = list->next) {
      for (const TargetFact& target : list->targets)
        targets_.emplace_back(freeze_target(list->environment, target), target.import);
    }
    std::sort(targets_.begin(), targets_.end(), [](const auto& a, const auto& b) {
      return std::tuple(a.second, a.first.environment, a.first.kind, a.first.module) <
             std::tuple(b.second, b.first.environment, b.first.kind, b.first.module);
    });
    size_t next = 0;
    const ImportList imports = facts.imports();
    const std::span<const PlaceFact> places = facts.import_places();
    for (uint32_t i = 0; i < imports.size(); ++i) {
      Import import;
      import.specifier = pool_.add(resolver_.intern_text(imports.specifier(i)));
      import.kind = imports[i].kind;
      import.type_only = imports[i].type_only;
      import.line = places[i].line;
      import.column = places[i].column;
      import.first_target = uint32_t(result_.targets.size());
      for (; next < targets_.size() && targets_[next].second == i; ++next)
        result_.targets.push_back(targets_[next].first);
      import.target_count = uint32_t(result_.targets.size()) - import.first_target;
      result_.imports.push_back(import);
    }
  }

  Target freeze_target(unsigned environment, const TargetFact& fact) {
    Target target;
    target.environment = uint8_t(environment);
    target.kind = fact.kind;
    if (fact.kind == TargetKind::external) {
      target.id = pool_.add(TextId(fact.id));
    } else if (fact.kind == TargetKind::module || fact.kind == TargetKind::asset) {
      const auto known = index_.find(fact.id);
      if (fact.kind == TargetKind::module && known != index_.end()) {
        target.module = known->second;
      } else {
        // An asset, or a module that could not be read: a diagnostic says so.
        const auto [asset, fresh] = assets_.try_emplace(fact.id);
        if (fresh) asset->second = pool_.add(module_id(resolver_, FileId(fact.id)));
        target.kind = TargetKind::asset;
        target.id = asset->second;
      }
    }
    return target;
  }

  Text package_of(FileId file) {
    const std::string name = resolver_.package_name(file);
    if (name.empty()) return {};
    return pool_.add(resolver_.intern_text(name));
  }

  const ScanOptions& options_;
  const Walk& walk_;
  Resolver& resolver_;
  MemoryBudget& budget_;
  ScanResult& result_;
  PoolWriter pool_;
  std::vector<Frozen> files_;
  std::unordered_set<std::string> outside_;
  std::unordered_map<uint32_t, ModuleIndex> index_;
  std::unordered_map<uint32_t, Text> assets_;
  std::vector<std::pair<Target, uint32_t>> targets_;
};

}  // namespace

bool freeze(const ScanOptions& options, const Walk& walk, Resolver& resolver, MemoryBudget& budget,
            ScanResult& result) {
  return Freezer(options, walk, resolver, budget, result).run();
}

}  // namespace demarc
