#include "resolver/vite8_lookup.h"

#include <array>

#include "resolver/package_targets.h"
#include "resolver/specifier.h"

namespace demarc {
namespace {

// More requests than this inside one request are a loop of mappings.
constexpr int kDeepest = 64;

struct TypescriptSource {
  std::string_view output;
  std::array<std::string_view, 2> sources;
};
// R12.
constexpr std::array<TypescriptSource, 4> kTypescriptSources = {
    {{".js", {".ts", ".tsx"}}, {".jsx", {".ts", ".tsx"}}, {".mjs", {".mts", {}}}, {".cjs", {".cts", {}}}}};

bool is_path_like(std::string_view specifier) {
  return specifier == "." || specifier == ".." || specifier.starts_with("./") || specifier.starts_with("../");
}

}  // namespace

Vite8Lookup::Vite8Lookup(Tables& tables, const Request& request, bool prefer_relative)
    : tables_(tables), request_(request), environment_(request.environment), prefer_relative_(prefer_relative) {}

Step Vite8Lookup::resolve(DirId base, std::string_view specifier) {
  Step step = require(base, specifier);
  if (!step) step = Step::fail(UnresolvedReason::not_found);
  if (step.is_found()) {
    // The nearest package.json of an answer is always consulted, for side effects; a broken one is an error (R22).
    const PackageTable::Scope scope = tables_.packages.nearest(step.directory);
    if (scope.package && scope.package->is_error) return Step::fail(UnresolvedReason::invalid_package_json);
  }
  findings_.postfix = query_ + fragment_;
  return step;
}

// R34, R44. Cuts query and fragment; a fragment is tried as part of the path first.
Step Vite8Lookup::require(DirId base, std::string_view specifier) {
  if (++depth_ > kDeepest) return Step::fail(UnresolvedReason::not_found);
  if (specifier.empty()) return Step::fail(UnresolvedReason::invalid_specifier);
  const size_t skip = specifier[0] == '/' || specifier[0] == '.' || specifier[0] == '#' ? 1 : 0;
  const size_t hash = specifier.find('#', skip);
  const size_t question = specifier.substr(0, hash).find('?', skip);
  const std::string_view path = specifier.substr(0, std::min(question, hash));
  if (path.empty()) return Step::fail(UnresolvedReason::invalid_specifier);
  if (question != std::string_view::npos) query_ = specifier.substr(question, hash - question);
  if (hash != std::string_view::npos) fragment_ = specifier.substr(hash);

  if (!fragment_.empty() && query_.empty()) {
    request_.note(34);
    const std::string fragment = std::exchange(fragment_, {});
    Step step = require_without_parse(base, std::string(path) + fragment);
    if (step.is_found()) return step;
    fragment_ = fragment;
  }
  return require_without_parse(base, path);
}

Step Vite8Lookup::require_without_parse(DirId base, std::string_view specifier) {
  Step step = load_by_tsconfig(base, specifier);
  if (step) return step;
  if (specifier[0] == '/') {
    step = require_absolute(base, specifier);
  } else if (is_path_like(specifier)) {
    step = require_relative(base, specifier);
  } else if (specifier[0] == '#') {
    step = require_hash(base, specifier);
  } else {
    step = require_bare(base, specifier);
  }
  return step ? step : Step::fail(UnresolvedReason::not_found);
}

// R124. The root first, then the file system.
Step Vite8Lookup::require_absolute(DirId, std::string_view specifier) {
  request_.note(124);
  if (specifier.size() > 1) {
    Step step = require_relative(tables_.root, specifier.substr(1));
    if (step.is_found()) return step;
  }
  return load_as_file_or_directory(join(tables_, kFileSystemRoot, specifier), specifier.ends_with('/'));
}

// R10 to R14.
Step Vite8Lookup::require_relative(DirId base, std::string_view specifier) {
  request_.note(14);
  return load_as_file_or_directory(join(tables_, base, specifier), specifier.ends_with('/') || specifier == ".");
}

// R52. Reached only when imports led to another # specifier, or when the importer's package has no imports.
Step Vite8Lookup::require_hash(DirId base, std::string_view specifier) {
  request_.note(52);
  const PackageTable::Scope scope = tables_.packages.nearest(base);
  if (scope.package) {
    if (scope.package->is_error) return Step::fail(UnresolvedReason::invalid_package_json);
    const TargetMatch match = match_imports(*scope.package, specifier, request_.conditions());
    if (match.status == TargetMatch::Status::error) return Step::fail(match.reason);
    if (match.status == TargetMatch::Status::target) {
      return match.target.starts_with("./") ? load_target(scope.directory, match.target)
                                            : require(scope.directory, match.target);
    }
  }
  return load_package_self_or_node_modules(base, specifier);
}

Step Vite8Lookup::require_bare(DirId base, std::string_view specifier) {
  if (prefer_relative_) {
    request_.note(33);
    Step step = require_relative(base, specifier);
    if (step.is_found()) return step;
  }
  return load_package_self_or_node_modules(base, specifier);
}

// R100, R101. paths first, then baseUrl or rootDirs; whatever they do not have is looked up as usual.
Step Vite8Lookup::load_by_tsconfig(DirId base, std::string_view specifier) {
  if (!request_.tsconfigs || request_.tsconfigs->configs.empty()) return {};
  for (DirId d = base; d != kFileSystemRoot; d = tables_.paths.parent(d)) {
    if (tables_.paths.name(d) == "node_modules") return {};
  }
  const Tsconfig& config = *request_.tsconfigs->configs.front();
  if (is_path_like(specifier)) return load_by_root_dirs(config, base, specifier);
  for (const std::string& target : config.mapped(specifier)) {
    request_.note(100);
    if (Step step = load_as_file_or_directory(join(tables_, kFileSystemRoot, target), false)) return step;
  }
  if (config.base_url.empty()) return {};
  request_.note(101);
  const std::string path = config.base_url + "/" + std::string(specifier);
  return load_as_file_or_directory(join(tables_, kFileSystemRoot, path), false);
}

// R105. The candidate lies under one of the roots: the others are tried with the same rest.
Step Vite8Lookup::load_by_root_dirs(const Tsconfig& config, DirId base, std::string_view specifier) {
  if (config.root_dirs.empty()) return {};
  const std::string candidate = normalize_path(tables_.paths.text(base) + "/" + std::string(specifier));
  const std::string* matched = nullptr;
  for (const std::string& root : config.root_dirs) {
    if (candidate != root && !candidate.starts_with(root + "/")) continue;
    if (!matched || root.size() > matched->size()) matched = &root;
  }
  if (!matched) return {};
  request_.note(105);
  if (Step step = load_as_file_or_directory(join(tables_, kFileSystemRoot, candidate), false)) return step;
  for (const std::string& root : config.root_dirs) {
    if (&root == matched) continue;
    const std::string other = root + candidate.substr(matched->size());
    if (Step step = load_as_file_or_directory(join(tables_, kFileSystemRoot, other), false)) return step;
  }
  return {};
}

Step Vite8Lookup::load_as_file_or_directory(const Place& place, bool directory_only) {
  if (!directory_only) {
    if (Step step = load_as_file(place)) return step;
  }
  const DirId directory = as_directory(tables_, place);
  return directory == kNoDir ? Step{} : load_as_directory(directory);
}

Step Vite8Lookup::load_as_file(const Place& place) {
  if (Step step = load_mapped_or_file(place.directory, place.rest)) return step;
  if (Step step = load_typescript_source(place)) return step;
  return load_extensions(place.directory, place.rest);
}

// R12. x.js is what x.ts or x.tsx will become.
Step Vite8Lookup::load_typescript_source(const Place& place) {
  const std::string_view extension = extension_of(place.rest);
  for (const TypescriptSource& entry : kTypescriptSources) {
    if (entry.output != extension) continue;
    std::string name(place.rest, 0, place.rest.size() - extension.size());
    const size_t stem = name.size();
    for (const std::string_view source : entry.sources) {
      if (source.empty()) continue;
      name.replace(stem, std::string::npos, source);
      if (Step step = load_mapped_or_file(place.directory, name)) {
        request_.note(12);
        return step;
      }
    }
  }
  return {};
}

// R10, R11. An extension is appended to the whole name.
Step Vite8Lookup::load_extensions(DirId directory, std::string_view name) {
  std::string candidate(name);
  for (const std::string& extension : environment_.extensions) {
    candidate.replace(name.size(), std::string::npos, extension);
    if (Step step = load_mapped_or_file(directory, candidate)) {
      request_.note(10);
      return step;
    }
  }
  return {};
}

// A candidate is first looked up in the browser object of the package it lies in, then on the disk (R71).
Step Vite8Lookup::load_mapped_or_file(DirId directory, std::string_view name) {
  if (environment_.uses_browser_field) {
    if (Step step = load_browser_path(directory, name)) return step;
  }
  return load_file(directory, name);
}

Step Vite8Lookup::load_file(DirId directory, std::string_view name) {
  const DirectoryTable::Found found = tables_.disk.find(directory, name);
  if (found.kind != PathKind::file) {
    note_near_miss(tables_, directory, name, found.near_miss, findings_);
    return {};
  }
  Step step;
  step.status = Step::Status::found;
  step.directory = directory;
  step.file = tables_.disk.file_id(directory, found);
  step.is_respelled = found.respelled;
  if (found.respelled) findings_.asked_name = name;
  return step;
}

// R20, R21. Each entry field in turn until one exists, then exports, then the index.
Step Vite8Lookup::load_as_directory(DirId directory) {
  const Package* package = tables_.packages.own(directory);
  if (package) {
    if (package->is_error) {
      request_.note(22);
      return Step::fail(UnresolvedReason::invalid_package_json);
    }
    for (const std::string& field : environment_.main_fields) {
      const std::string_view entry = package->field(field);
      if (!entry.data()) continue;
      request_.note(20);
      const Place place = join(tables_, directory, entry);
      if (Step step = load_as_file(place)) return step;
      if (Step step = load_index(place)) return step;
    }
    if (package->has(package->exports)) {
      request_.note(21);
      return load_directory_exports(directory, *package);
    }
  }
  return load_index({tables_.paths.parent(directory), {}, directory});
}

// R21. Here the target is the answer as it stands: Vite does not even look whether it is there.
Step Vite8Lookup::load_directory_exports(DirId directory, const Package& package) {
  const TargetMatch match = match_exports(package, ".", request_.conditions());
  if (match.status != TargetMatch::Status::target) return Step::fail(match.reason);
  const size_t question = std::min(match.target.find('?'), match.target.size());
  if (question != match.target.size()) query_ = match.target.substr(question);
  const Place place = join(tables_, directory, std::string_view(match.target).substr(0, question));
  if (Step step = load_file(place.directory, place.rest)) return step;
  tables_.paths.append(place.directory, place.rest, findings_.unchecked);
  return Step::fail(UnresolvedReason::not_found);
}

// R13. A file called index and nothing else is not one.
Step Vite8Lookup::load_index(const Place& place) {
  const DirId directory = as_directory(tables_, place);
  if (directory == kNoDir) return {};
  Step step = load_extensions(directory, environment_.index_name);
  if (step) request_.note(13);
  return step;
}

Step Vite8Lookup::load_package_self_or_node_modules(DirId base, std::string_view specifier) {
  if (Step step = load_package_self(base, specifier)) return step;
  return load_node_modules(base, specifier);
}

// R60, R72. The importer's own package: by its name if it has exports, then its browser object.
Step Vite8Lookup::load_package_self(DirId base, std::string_view specifier) {
  const PackageTable::Scope scope = tables_.packages.nearest(base);
  if (!scope.package) return {};
  const Package& package = *scope.package;
  if (package.is_error) return Step::fail(UnresolvedReason::invalid_package_json);
  const std::string_view name = package.name_text();
  if (package.has(package.name) && package.has(package.exports) && specifier.starts_with(name)) {
    const std::string_view subpath = specifier.substr(name.size());
    if (subpath.empty() || subpath[0] == '/') {
      request_.note(60);
      findings_.saw_package = true;
      return load_package_exports(scope.directory, package, subpath);
    }
  }
  if (!environment_.uses_browser_field || !package.is_object(package.browser)) return {};
  const uint32_t value = package.member(package.browser, specifier);
  if (!package.has(value)) return {};
  request_.note(72);
  return load_browser_value(scope, value, base, {}, specifier);
}

// R33.
Step Vite8Lookup::load_node_modules(DirId base, std::string_view specifier) {
  request_.note(33);
  const auto [name, subpath] = split_package(specifier);
  for (DirId at = base;; at = tables_.paths.parent(at)) {
    const DirId modules = tables_.disk.enter_upward(at, "node_modules");
    if (modules != kNoDir) {
      const DirId directory = enter_path(tables_, modules, name);
      const bool is_package = directory != kNoDir && directory != modules;
      if (is_package) {
        findings_.saw_package = true;
        const Package* package = tables_.packages.own(directory);
        if (package) {
          if (package->is_error) return Step::fail(UnresolvedReason::invalid_package_json);
          if (package->has(package->exports)) return load_package_exports(directory, *package, subpath);
        }
      }
      // R32. Without exports a subpath is a path. The name alone is the directory, and only without one a file such as
      // node_modules/p.js.
      const Place place = join(tables_, modules, specifier);
      if (subpath.empty() && is_package) {
        if (Step step = load_browser_directory(directory)) return step;
        if (Step step = load_as_directory(directory)) return step;
      } else if (is_package || subpath.empty()) {
        // R13. Here a trailing slash only rules the file forms out where there is a directory.
        const bool directory_only = specifier.ends_with('/') && as_directory(tables_, place) != kNoDir;
        if (Step step = load_as_file_or_directory(place, directory_only)) return step;
      }
    }
    if (at == kFileSystemRoot) return {};
  }
}

// R40 to R44. subpath is empty or begins with a slash. No way back to the entry fields from here.
Step Vite8Lookup::load_package_exports(DirId package_directory, const Package& package, std::string_view subpath) {
  request_.note(40);
  const TargetMatch match = match_exports(package, std::string(".").append(subpath), request_.conditions());
  if (match.status != TargetMatch::Status::target) return Step::fail(match.reason);
  return load_target(package_directory, match.target);
}

// A target is resolved as leniently as a path. It may carry a query of its own.
Step Vite8Lookup::load_target(DirId package_directory, std::string_view target) {
  if (Step step = load_as_file_or_directory(join(tables_, package_directory, target), false)) return step;
  for (size_t end = target.rfind('?'); end != std::string_view::npos && end > 0; end = target.rfind('?', end - 1)) {
    Step step = load_as_file_or_directory(join(tables_, package_directory, target.substr(0, end)), false);
    if (!step) continue;
    if (step.is_found()) query_ = target.substr(end);
    return step;
  }
  return Step::fail(UnresolvedReason::not_found);
}

// R70, R71. Keys are paths from the package; the one that spells this candidate counts.
Step Vite8Lookup::load_browser_path(DirId directory, std::string_view name) {
  // A directory with a package.json is no path of the package around it.
  const DirId inner = tables_.disk.enter(directory, name);
  if (inner != kNoDir && tables_.packages.own(inner)) return load_browser_directory(inner);
  const PackageTable::Scope scope = tables_.packages.nearest(directory);
  if (!scope.package) return {};
  if (scope.package->is_error) return Step::fail(UnresolvedReason::invalid_package_json);
  if (!scope.package->is_object(scope.package->browser)) return {};
  std::string path(name);
  for (DirId d = directory; d != scope.directory; d = tables_.paths.parent(d)) {
    path.insert(0, "/").insert(0, tables_.paths.name(d));
  }
  return load_browser_key(scope, path, directory, name);
}

// The same of a package's own directory, whose key is ".".
Step Vite8Lookup::load_browser_directory(DirId directory) {
  if (!environment_.uses_browser_field) return {};
  const Package* package = tables_.packages.own(directory);
  if (package && package->is_error) return Step::fail(UnresolvedReason::invalid_package_json);
  if (!package || !package->is_object(package->browser)) return {};
  return load_browser_key({package, directory}, ".", directory, {});
}

Step Vite8Lookup::load_browser_key(const PackageTable::Scope& scope, std::string_view path, DirId directory,
                                   std::string_view name) {
  const Package& package = *scope.package;
  const uint32_t end = package.nodes[package.browser].end;
  for (uint32_t i = package.browser + 1; i < end; i = package.nodes[i].end) {
    if (normalize_path(package.key(i)) == path) {
      request_.note(71);
      return load_browser_value(scope, i, directory, name, {});
    }
  }
  return {};
}

Step Vite8Lookup::load_browser_value(const PackageTable::Scope& scope, uint32_t value, DirId directory,
                                     std::string_view path, std::string_view asked) {
  const Package& package = *scope.package;
  if (package.nodes[value].kind == JsonKind::boolean_false) return Step::ignore();
  if (package.nodes[value].kind != JsonKind::text) return {};
  const std::string_view target = package.text(value);
  if (target == asked) return {};
  if (target == resolving_) {
    // "./a.js": "./a.js" ends at the file itself.
    Step step = path.empty() ? Step{} : load_file(directory, path);
    return step ? step : Step::fail(UnresolvedReason::not_found);
  }
  resolving_ = target;
  return require(scope.directory, target);
}

}  // namespace demarc
