#include "resolver/vite7_lookup.h"

#include <algorithm>

#include "resolver/esm_syntax.h"
#include "resolver/package_targets.h"
#include "resolver/small_file.h"
#include "resolver/specifier.h"

namespace demarc {
namespace {

constexpr int kDeepest = 64;

// JavaScript's truth of `exports`: null, false, 0 and "" count as absent (D10).
bool has_exports(const Package& package) {
  if (!package.has(package.exports)) return false;
  const JsonNode& node = package.nodes[package.exports];
  switch (node.kind) {
    case JsonKind::null:
    case JsonKind::boolean_false:
      return false;
    case JsonKind::text:
      return node.text_size != 0;
    default:
      return true;
  }
}

bool is_in_node_modules(const PathTable& paths, DirId directory, std::string_view path) {
  bool found = false;
  for_each_segment(path, [&](std::string_view segment) { found = found || segment == "node_modules"; });
  for (DirId d = directory; !found && d != kFileSystemRoot; d = paths.parent(d))
    found = paths.name(d) == "node_modules";
  return found;
}

// "p" of "p/x", "@s/p" of "@s/p/x", empty for what has no subpath. The postfix is not cut first: "p?a=/b" is a package
// called "p?a=".
std::string_view deep_package(std::string_view id) {
  const auto [name, subpath] = split_package(id);
  return subpath.empty() || name.ends_with('/') || name == "@" ? std::string_view{} : name;
}

bool equal_without(std::string_view path, std::string_view key, std::string_view suffix) {
  return key.ends_with(suffix) && key.substr(0, key.size() - suffix.size()) == path;
}

}  // namespace

Step Vite7Lookup::resolve_path(DirId base, std::string_view path) {
  request_.note(14);
  return try_fs(base, path, PathUse::specifier);
}

Step Vite7Lookup::resolve_relative(DirId base, std::string_view path) {
  request_.note(14);
  if (request_.environment.uses_browser_field && request_.importer.is_absolute) {
    const std::string full = normalize_path(tables_.paths.text(base) + "/" + std::string(path));
    if (Step step = browser_mapping(full, /*is_file=*/true)) return step;
  }
  return try_fs(base, path, PathUse::specifier);
}

Step Vite7Lookup::resolve_bare(DirId base, std::string_view id) {
  if (request_.environment.uses_browser_field && request_.importer.is_absolute) {
    if (Step step = browser_mapping(id, /*is_file=*/false)) return step;
  }
  return resolve_package(base, id);
}

// R30 to R33, R60. The importer's own package if it has exports and this name, else the nearest installed one.
Step Vite7Lookup::resolve_package(DirId base, std::string_view id) {
  request_.note(33);
  const std::string_view deep = deep_package(id);
  const std::string_view name = deep.empty() ? split_postfix(id).path : deep;
  Scope scope;
  if (!request_.environment.is_builtin(id)) {
    const Scope own = nearest(base);
    if (own.package && own.package->has(own.package->name) && own.package->name_text() == name &&
        has_exports(*own.package)) {
      request_.note(60);
      scope = own;
    }
  }
  if (!scope.package) scope = installed(base, name);
  if (!scope.package) return {};
  findings_.saw_package = true;
  if (!deep.empty()) return deep_import(scope, id.substr(deep.size()));
  Step step = package_entry(scope);
  if (step.is_found()) findings_.postfix += split_postfix(id).postfix;
  return step ? step : Step::fail(UnresolvedReason::not_found);
}

// R34. A '#' is part of the path only inside node_modules (D9).
Step Vite7Lookup::try_fs(DirId base, std::string_view path, PathUse use) {
  const size_t hash = path.find('#');
  const size_t question = path.find('?');
  if (hash != std::string_view::npos && question > hash && is_in_node_modules(tables_.paths, base, path)) {
    const size_t end = std::min(question, path.size());
    if (Step step = try_file_or_directory(base, path.substr(0, end), use)) {
      if (step.is_found()) findings_.postfix += path.substr(end);
      return step;
    }
  }
  const auto [file, postfix] = split_postfix(path);
  // Behind a postfix the end of the path is not normalised either.
  if (!postfix.empty() && use == PathUse::specifier) use = PathUse::in_package;
  Step step = try_file_or_directory(base, file, use);
  if (step.is_found()) findings_.postfix += postfix;
  return step;
}

// R10 to R13.
Step Vite7Lookup::try_file_or_directory(DirId base, std::string_view path, PathUse use) {
  const Place place = join(tables_, base, path);
  const DirId directory = as_directory(tables_, place);
  const bool directory_only = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  if (use == PathUse::specifier || !directory_only) {
    if (directory == kNoDir) {
      if (Step step = try_file(place.directory, place.rest)) return step;
    }
    if (Step step = try_typescript_source(place)) return step;
    if (Step step = try_extensions(place.directory, place.rest)) return step;
  }
  return directory == kNoDir || use == PathUse::exported ? Step{} : try_directory(directory);
}

// R12. .jsx is what .tsx becomes, not .ts (D2).
Step Vite7Lookup::try_typescript_source(const Place& place) {
  const std::string_view extension = extension_of(place.rest);
  if (extension != ".js" && extension != ".mjs" && extension != ".cjs" && extension != ".jsx") return {};
  request_.note(12);
  const std::string stem(place.rest, 0, place.rest.size() - extension.size());
  std::string source(extension);
  source[source.find("js")] = 't';
  Step step = try_file(place.directory, stem + source);
  return !step && extension == ".js" ? try_file(place.directory, stem + ".tsx") : step;
}

Step Vite7Lookup::try_file(DirId directory, std::string_view name) {
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

Step Vite7Lookup::try_extensions(DirId directory, std::string_view name) {
  std::string candidate(name);
  for (const std::string& extension : request_.environment.extensions) {
    candidate.replace(name.size(), std::string::npos, extension);
    if (Step step = try_file(directory, candidate)) {
      request_.note(10);
      return step;
    }
  }
  return {};
}

// R20, R21, R22. A package.json leads to its entry; where that fails the index is tried. Broken JSON is an error.
Step Vite7Lookup::try_directory(DirId directory) {
  request_.note(20);
  const PathKind kind = tables_.disk.find(directory, "package.json").kind;
  if (kind == PathKind::file) {
    const Package* package = tables_.packages.own(directory);
    if (!package || package->is_error) return Step::fail(UnresolvedReason::invalid_package_json);
    const std::string postfix = findings_.postfix;
    if (Step step = package_entry(at_home(package, directory)); step.is_found()) return step;
    findings_.postfix = postfix;
  } else if (kind != PathKind::missing) {
    return Step::fail(UnresolvedReason::invalid_package_json);
  }
  request_.note(13);
  return try_extensions(directory, "index");
}

// D5. One entry and no other; nothing found is an error.
Step Vite7Lookup::package_entry(const Scope& scope) {
  // "main": "." leads back here until JavaScript's stack is full; then the index is tried.
  if (depth_ == kDeepest) return Step::fail(UnresolvedReason::not_found);
  ++depth_;
  const Package& package = *scope.package;
  std::string entry;
  Step failure;
  if (!entry_point(scope, entry, failure)) return failure;
  std::vector<std::string> entries = {entry};
  if (entry.empty()) entries = {"index.js", "index.json", "index.node"};
  for (std::string& one : entries) {
    if (request_.environment.uses_browser_field && package.is_object(package.browser)) {
      // R70. false does nothing here (D15).
      const uint32_t value = browser_value(package, one);
      if (package.has(value) && package.nodes[value].kind == JsonKind::text && package.nodes[value].text_size != 0) {
        request_.note(70);
        one = package.text(value);
      }
    }
    if (Step step = try_fs(scope.directory, one, PathUse::in_package)) return step;
  }
  return Step::fail(UnresolvedReason::not_found);
}

// The text of the entry, empty for none. False: exports do not offer one.
bool Vite7Lookup::entry_point(const Scope& scope, std::string& entry, Step& failure) {
  const Package& package = *scope.package;
  if (has_exports(package)) {
    request_.note(40);
    TargetMatch match = match_loosely(package, package.exports, ".", request_.conditions());
    if (match.status != TargetMatch::Status::target) {
      failure = Step::fail(match.reason);
      return false;
    }
    entry = std::move(match.target);
    return true;
  }
  request_.note(31);
  for (const std::string& field : request_.environment.options->main_fields) {
    if (field == "browser") {
      entry = browser_entry(scope);
      if (!entry.empty()) break;
    } else if (const std::string_view text = package.field(field); text.data()) {
      entry = text;
      break;
    }
  }
  if (!entry.empty()) return true;
  entry = package.field("main");
  failure = Step::fail(UnresolvedReason::invalid_package_json);
  return !entry.empty() || !package.has_odd_main;
}

// D1. A browser entry gives way to a module entry, unless it is a module itself.
std::string Vite7Lookup::browser_entry(const Scope& scope) {
  const Package& package = *scope.package;
  std::string_view browser = package.field("browser");
  if (!browser.data() && package.is_object(package.browser)) {
    const uint32_t dot = package.member(package.browser, ".");
    if (package.has(dot) && package.nodes[dot].kind == JsonKind::text) browser = package.text(dot);
  }
  const std::string_view module = package.field("module");
  const std::vector<std::string>& fields = request_.environment.main_fields;
  const bool compares = request_.kind == RequestKind::import && module.data() && module != browser &&
                        std::find(fields.begin(), fields.end(), "module") != fields.end();
  if (browser.empty() || !compares) return std::string(browser);
  const std::string postfix = findings_.postfix;
  const Step step = try_fs(scope.directory, browser, PathUse::in_package);
  findings_.postfix = postfix;
  if (!step.is_found()) return {};
  return std::string(has_esm_syntax(step.file) ? browser : module);
}

bool Vite7Lookup::has_esm_syntax(FileId file) {
  std::string path, text;
  tables_.paths.append(tables_.paths.directory(file), tables_.paths.name(file), path);
  read_small_file(tables_.disk.file_system(), path, text);  // of a huge one, the beginning
  return demarc::has_esm_syntax(text);
}

// R32, R40. Through exports a directory is no answer (D10).
Step Vite7Lookup::deep_import(const Scope& scope, std::string_view subpath) {
  const Package& package = *scope.package;
  std::string path = "." + std::string(subpath);
  const auto [file, postfix] = split_postfix(path);
  if (has_exports(package)) {
    request_.note(40);
    if (!package.is_object(package.exports)) return Step::fail(UnresolvedReason::not_exported);
    const TargetMatch match = match_loosely(package, package.exports, file, request_.conditions());
    if (match.status != TargetMatch::Status::target) return Step::fail(match.reason);
    return try_fs(scope.directory, match.target + std::string(postfix), PathUse::exported);
  }
  if (request_.environment.uses_browser_field && package.is_object(package.browser)) {
    const uint32_t value = browser_value(package, file);
    if (package.has(value)) {
      request_.note(71);
      if (package.nodes[value].kind == JsonKind::boolean_false) return Step::ignore();
      if (package.nodes[value].text_size != 0) path = std::string(package.text(value)).append(postfix);
    }
  }
  return try_fs(scope.directory, path, PathUse::in_package);
}

// R70, R71. Keys match exactly, or but for ".js" or "/index.js" (D15).
uint32_t Vite7Lookup::browser_value(const Package& package, std::string_view path) {
  const std::string wanted = normalize_path(path);
  const uint32_t end = package.nodes[package.browser].end;
  for (uint32_t i = package.browser + 1; i < end; i = package.nodes[i].end) {
    const std::string key = normalize_path(package.key(i));
    if (wanted == key || equal_without(wanted, key, ".js") || equal_without(wanted, key, "/index.js")) return i;
  }
  return Package::kAbsent;
}

// R71, R72. The browser object of the importer's package, asked about a path or a bare name.
Step Vite7Lookup::browser_mapping(std::string_view path, bool is_file) {
  const Scope scope = nearest(request_.importer.directory);
  if (!scope.package || !scope.package->is_object(scope.package->browser)) return {};
  const Package& package = *scope.package;
  std::string key(path);
  if (is_file) {
    const std::string prefix = tables_.paths.text(scope.directory) + "/";
    if (!key.starts_with(prefix)) return {};
    key.erase(0, prefix.size());
  }
  const uint32_t value = browser_value(package, key);
  if (!package.has(value)) return {};
  request_.note(is_file ? 71 : 72);
  const JsonKind kind = package.nodes[value].kind;
  if (kind == JsonKind::boolean_false) return Step::ignore();
  if (kind != JsonKind::text && kind != JsonKind::null) return Step::fail(UnresolvedReason::invalid_package_json);
  const std::string_view target = package.text(value);
  if (target.empty()) return {};
  if (!is_bare(target)) return try_fs(scope.directory, target, PathUse::in_package);
  return resolve_package(request_.importer.exists ? request_.importer.directory : tables_.root, target);
}

// The nearest package.json that can be read; others are passed over.
Vite7Lookup::Scope Vite7Lookup::nearest(DirId directory) {
  Scope scope = tables_.packages.nearest(directory);
  while (scope.package && scope.package->is_error && scope.directory != kFileSystemRoot) {
    scope = tables_.packages.nearest(tables_.paths.parent(scope.directory));
  }
  return scope.package && !scope.package->is_error ? scope : Scope{};
}

// D8. The first node_modules upward where the package has a package.json.
Vite7Lookup::Scope Vite7Lookup::installed(DirId base, std::string_view name) {
  for (DirId at = base;; at = tables_.paths.parent(at)) {
    const DirId modules = tables_.disk.enter_upward(at, "node_modules");
    if (modules != kNoDir) {
      const DirId directory = enter_path(tables_, modules, name);
      const Package* package = directory == kNoDir || directory == modules ? nullptr : tables_.packages.own(directory);
      if (package && !package->is_error) return at_home(package, directory);
    }
    if (at == kFileSystemRoot) return {};
  }
}

Vite7Lookup::Scope Vite7Lookup::at_home(const Package* package, DirId directory) {
  return {package, tables_.options.preserve_symlinks ? directory : tables_.disk.canonical(directory)};
}

}  // namespace demarc
