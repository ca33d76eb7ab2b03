#include "resolver/tsconfig_table.h"

#include <algorithm>

#include "resolver/lookup.h"
#include "resolver/small_file.h"
#include "resolver/vite8_lookup.h"

namespace demarc {
namespace {

constexpr size_t kLongestChain = 64;

std::string text_of(const Tables& tables, DirId directory, std::string_view name) {
  std::string text;
  tables.paths.append(directory, name, text);
  return text;
}

}  // namespace

void TsconfigTable::attach(Tables& tables, const Environment& extends_lookup) {
  tables_ = &tables;
  extends_lookup_ = &extends_lookup;
  intern_scope({});  // 0
}

uint32_t TsconfigTable::scope_of(FileId file) {
  if (mode_ == TsconfigPaths::off) return 0;
  std::atomic<uint32_t>& slot = by_file_.ensure(raw(file));
  if (const uint32_t known = slot.load(std::memory_order_acquire); known != 0) return known - 1;
  const uint32_t scope = scope_of(tables_->paths.directory(file), tables_->paths.name(file));
  slot.store(scope + 1, std::memory_order_release);
  return scope;
}

uint32_t TsconfigTable::scope_of(DirId directory, std::string_view name) {
  return mode_ == TsconfigPaths::off ? 0 : intern_scope(find_scope(directory, name));
}

TsconfigScope TsconfigTable::find_scope(DirId directory, std::string_view name) {
  return mode_ == TsconfigPaths::plugin ? find_plugin_scope(directory, name)
                                        : find_vite_scope(directory, text_of(*tables_, directory, name));
}

const Tsconfig* TsconfigTable::compiling(FileId file) {
  const DirId directory = tables_->paths.directory(file);
  const TsconfigScope scope = find_vite_scope(directory, text_of(*tables_, directory, tables_->paths.name(file)));
  return scope.configs.empty() ? nullptr : scope.configs.front();
}

// R103, R104. The nearest config that owns the file; a broken one on the way is everybody's error.
TsconfigScope TsconfigTable::find_vite_scope(DirId directory, const std::string& file) {
  if (file.find("/node_modules/") != std::string::npos) return {};

  Chain referenced;
  if (!tables_->options.tsconfig_file.empty()) {
    Location location;
    if (!find_config(tables_->root, tables_->options.tsconfig_file, location)) return {{}, true};
    const Tsconfig* config = load(location, referenced);
    if (config->is_error) return {{}, true};
    const Tsconfig* owner = config->owner(file);
    return {{owner ? owner : config}, false};
  }
  for (DirId at = directory;; at = tables_->paths.parent(at)) {
    if (tables_->disk.find_upward(at, "tsconfig.json").kind == PathKind::file) {
      const Tsconfig* config = load({at, "tsconfig.json"}, referenced);
      if (config->is_error) return {{}, true};
      if (const Tsconfig* owner = config->owner(file)) return {{owner}, false};
    }
    if (at == kFileSystemRoot) return {};
  }
}

// R106. Every config upward that takes the file, nearest first, within the workspace.
TsconfigScope TsconfigTable::find_plugin_scope(DirId directory, std::string_view name) {
  TsconfigScope scope;
  std::string file;  // most files are ruled out by their names
  const auto take_if_included = [&](const Tsconfig* config) {
    if (!config->may_include_for_plugin(name)) return;
    if (file.empty()) file = text_of(*tables_, directory, name);
    if (config->includes_for_plugin(file)) scope.configs.push_back(config);
  };
  if (!tables_->options.tsconfig_file.empty()) {
    Location location;
    Chain referenced;
    if (!find_config(tables_->root, tables_->options.tsconfig_file, location)) return scope;
    const Tsconfig* config = load(location, referenced);
    if (!config->is_error) take_if_included(config);
    return scope;
  }
  for (const Tsconfig* config : plugin_configs(directory)) take_if_included(config);
  return scope;
}

// The configs of a directory and of all above it within the workspace, nearest first.
const std::vector<const Tsconfig*>& TsconfigTable::plugin_configs(DirId directory) {
  const auto known = [&](DirId at) {
    const std::lock_guard lock(mutex_);
    const auto entry = plugin_configs_.find(at);
    return entry == plugin_configs_.end() ? nullptr : &entry->second;
  };
  if (const auto* configs = known(directory)) return *configs;
  std::vector<const Tsconfig*> configs;
  const DirId workspace = workspace_root();
  for (DirId at = directory; at != kFileSystemRoot && tables_->paths.is_inside(at, workspace);
       at = tables_->paths.parent(at)) {
    if (const auto* above = known(at)) {
      configs.insert(configs.end(), above->begin(), above->end());
      break;
    }
    const std::vector<const Tsconfig*> here = plugin_configs_in(at);
    configs.insert(configs.end(), here.begin(), here.end());
  }
  const std::lock_guard lock(mutex_);
  return plugin_configs_.emplace(directory, std::move(configs)).first->second;
}

// The configs that lie in a directory: those with the two known names, and those that a config of this directory or of
// one above refers to. (The plugin also knows references from elsewhere in the workspace, which it reads whole.)
std::vector<const Tsconfig*> TsconfigTable::plugin_configs_in(DirId directory) {
  std::vector<const Tsconfig*> here;
  const std::string text = tables_->paths.text(directory);
  const auto add = [&](const Tsconfig* config) {
    const bool maps = config->paths || !config->base_url.empty();
    const bool takes_nothing =
        config->files && config->files->empty() && (!config->include || config->include->empty());
    if (config->is_error || !maps || takes_nothing || config->directory != text) return;
    if (std::find(here.begin(), here.end(), config) == here.end()) here.push_back(config);
  };
  const DirId workspace = workspace_root();
  for (DirId at = directory; at != kFileSystemRoot; at = tables_->paths.parent(at)) {
    if (!tables_->paths.is_inside(at, workspace)) break;
    for (const char* name : {"jsconfig.json", "tsconfig.json"}) {
      if (tables_->disk.find_upward(at, name).kind != PathKind::file) continue;
      Chain referenced;
      const Tsconfig* config = load({at, name}, referenced);
      add(config);
      for (const Tsconfig* reference : config->references) add(reference);
    }
  }
  std::sort(here.begin(), here.end(), [](const Tsconfig* a, const Tsconfig* b) { return a->path < b->path; });
  return here;
}

// Where Vite's searchForWorkspaceRoot ends: a workspace file upward, else the nearest package.
DirId TsconfigTable::workspace_root() {
  {
    const std::lock_guard lock(mutex_);
    if (workspace_root_ != kNoDir) return workspace_root_;
  }
  DirId found = tables_->packages.nearest(tables_->root).directory;
  if (found == kNoDir) found = tables_->root;
  for (DirId at = tables_->root;; at = tables_->paths.parent(at)) {
    const Package* package = tables_->packages.own(at);
    const bool is_workspace = (package && package->has_workspaces) ||
                              tables_->disk.find_upward(at, "pnpm-workspace.yaml").kind == PathKind::file ||
                              tables_->disk.find_upward(at, "lerna.json").kind == PathKind::file;
    if (is_workspace) found = at;
    if (is_workspace || at == kFileSystemRoot) break;
  }
  const std::lock_guard lock(mutex_);
  return workspace_root_ = found;
}

// Reads a config with its bases and references. Never null: one that cannot be used has is_error set.
const Tsconfig* TsconfigTable::load(const Location& location, Chain& referenced) {
  const std::string path = text_of(*tables_, location.directory, location.name);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = configs_.find(path); known != configs_.end()) return known->second.get();
  }
  auto config = std::make_unique<Tsconfig>();
  config->path = path;
  config->directory = tables_->paths.text(location.directory);
  TsconfigText text;
  Chain extended;
  config->is_error = !load_text(location, extended, text);
  if (!config->is_error) {
    finish_tsconfig(text, *config);
    referenced.push_back(path);
    for (const std::string& reference : text.references) {
      Location target;
      const bool found = find_config(location.directory, reference, target);
      const std::string target_path = found ? text_of(*tables_, target.directory, target.name) : reference;
      const bool loops = std::find(referenced.begin(), referenced.end(), target_path) != referenced.end();
      if (!found || loops || referenced.size() > kLongestChain) {
        report(loops ? ResolverProblem::Kind::tsconfig_extends_loop : ResolverProblem::Kind::tsconfig_extends_missing,
               path, 0, target_path);
        config->is_error = true;
        break;
      }
      config->references.push_back(load(target, referenced));
      if (config->references.back()->is_error && mode_ == TsconfigPaths::vite8) config->is_error = true;
    }
    referenced.pop_back();
  }
  const std::lock_guard lock(mutex_);
  const auto [at, is_new] = configs_.emplace(path, std::move(config));
  if (is_new) bytes_.fetch_add(at->second->bytes(), std::memory_order_relaxed);
  return at->second.get();
}

bool TsconfigTable::load_text(const Location& location, Chain& extended, TsconfigText& text) {
  const std::string path = text_of(*tables_, location.directory, location.name);
  std::string json, error;
  if (const int code = read_small_file(tables_->disk.file_system(), path, json); code != 0) {
    report(ResolverProblem::Kind::unreadable_file, path, code, {});
    return false;
  }
  if (!parse_tsconfig(json, tables_->paths.text(location.directory), text, error)) {
    report(ResolverProblem::Kind::invalid_tsconfig, path, 0, error);
    return false;
  }
  extended.push_back(path);
  const bool applied = apply_bases(location, extended, text);
  extended.pop_back();
  return applied;
}

// R102. The last of several bases wins, so they are applied from the back.
bool TsconfigTable::apply_bases(const Location& location, Chain& extended, TsconfigText& text) {
  const std::vector<std::string> specifiers = text.extends;
  for (auto specifier = specifiers.rbegin(); specifier != specifiers.rend(); ++specifier) {
    Location base;
    if (!find_base(location.directory, *specifier, base)) {
      report(ResolverProblem::Kind::tsconfig_extends_missing, extended.back(), 0, *specifier);
      return false;
    }
    const std::string path = text_of(*tables_, base.directory, base.name);
    if (std::find(extended.begin(), extended.end(), path) != extended.end() || extended.size() > kLongestChain) {
      std::string cycle;
      for (const std::string& one : extended) cycle += one + " -> ";
      report(ResolverProblem::Kind::tsconfig_extends_loop, extended.front(), 0, cycle + path);
      return false;
    }
    TsconfigText base_text;
    if (!load_text(base, extended, base_text)) return false;
    extend_tsconfig(text, base_text);
  }
  return true;
}

bool TsconfigTable::find_base(DirId directory, const std::string& specifier, Location& base) {
  if (specifier.empty()) return false;
  if (specifier[0] == '.' || specifier[0] == '/') return find_config(directory, specifier, base);
  const Importer nobody;
  const Request request{*extends_lookup_, RequestKind::import, nobody, nullptr, nullptr};
  for (const std::string& candidate : {specifier, specifier + "/tsconfig.json"}) {
    Vite8Lookup lookup(*tables_, request, /*prefer_relative=*/false);
    const Step step = lookup.resolve(directory, candidate);
    if (!step.is_found()) continue;
    base = {tables_->paths.directory(step.file), std::string(tables_->paths.name(step.file))};
    return true;
  }
  return false;
}

// A file, the tsconfig.json of a directory, or a file without its ".json".
bool TsconfigTable::find_config(DirId directory, std::string_view path, Location& config) {
  const Place place = join(*tables_, path.starts_with('/') ? kFileSystemRoot : directory, path);
  for (const std::string& name : {place.rest, place.rest + ".json"}) {
    if (place.self == kNoDir && tables_->disk.is_file(place.directory, name)) {
      config = {place.directory, name};
      return true;
    }
  }
  const DirId inner = as_directory(*tables_, place);
  if (inner == kNoDir || !tables_->disk.is_file(inner, "tsconfig.json")) return false;
  config = {inner, "tsconfig.json"};
  return true;
}

uint32_t TsconfigTable::intern_scope(TsconfigScope scope) {
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < owned_scopes_.size(); ++i) {
    if (owned_scopes_[i]->configs == scope.configs && owned_scopes_[i]->is_error == scope.is_error) {
      return static_cast<uint32_t>(i);
    }
  }
  owned_scopes_.push_back(std::make_unique<TsconfigScope>(std::move(scope)));
  const uint32_t id = scopes_.append();
  scopes_[id] = owned_scopes_.back().get();
  return id;
}

void TsconfigTable::report(ResolverProblem::Kind kind, const std::string& path, int error, std::string detail) {
  const std::lock_guard lock(mutex_);
  problems_.push_back({kind, path, 0, error, std::move(detail)});
}

std::vector<ResolverProblem> TsconfigTable::problems() const {
  const std::lock_guard lock(mutex_);
  return problems_;
}

}  // namespace demarc
