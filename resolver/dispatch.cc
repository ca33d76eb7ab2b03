#include "resolver/dispatch.h"

#include <algorithm>

#include "resolver/answers.h"
#include "resolver/package_targets.h"
#include "resolver/specifier.h"

namespace demarc {
namespace {

// R53. The nearest package.json that can be read and says more than null.
PackageTable::Scope readable_scope(Tables& tables, DirId directory) {
  PackageTable::Scope scope = tables.packages.nearest(directory);
  while (scope.package && (scope.package->is_error || scope.package->is_null) && scope.directory != kFileSystemRoot) {
    scope = tables.packages.nearest(tables.paths.parent(scope.directory));
  }
  return scope;
}

// The whole specifier is tried as a key. Vite 8 then tries shorter ones, cut at every '?' and '#' from the right; Vite
// 7 cuts once, at the first.
TargetMatch match_import(const Tables& tables, const Package& package, std::string_view specifier, uint64_t conditions,
                         size_t& end) {
  if (tables.options.vite == ViteVersion::vite7) {
    end = 1 + split_postfix(specifier.substr(1)).path.size();
    return match_loosely(package, package.imports, specifier.substr(0, end), conditions);
  }
  TargetMatch first;
  for (end = specifier.size(); end != 0 && end != std::string_view::npos; end = specifier.find_last_of("?#", end - 1)) {
    const std::string_view key = specifier.substr(0, end);
    TargetMatch match = match_loosely(package, package.imports, key, conditions);
    if (match.status == TargetMatch::Status::target) return match;
    if (first.status == TargetMatch::Status::none) first = match;
    if (package.has(package.member(package.imports, key))) return match;
  }
  return first;
}

// A target relative to a package becomes one relative to the importer.
std::string relative_target(const Tables& tables, DirId package, DirId importer, std::string_view target) {
  std::string path;
  tables.paths.append(package, target, path);
  path = normalize_path(path);
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  std::string relative;
  DirId at = importer;
  std::string prefix = tables.paths.text(at);
  while (at != kFileSystemRoot && path != prefix && !path.starts_with(prefix + "/")) {
    relative += "../";
    at = tables.paths.parent(at);
    prefix = tables.paths.text(at);
  }
  if (relative.empty()) relative = "./";
  relative += path.substr(at == kFileSystemRoot ? 1 : std::min(prefix.size() + 1, path.size()));
  if (relative.size() > 2 && relative.ends_with('/')) relative.pop_back();
  return relative;
}

Resolution resolve_rewritten(Tables& tables, const Request& request, std::string_view id) {
  return tables.options.vite == ViteVersion::vite7 ? resolve_vite7(tables, request, id)
                                                   : resolve_vite8(tables, request, id);
}

bool is_missing(const Resolution& resolution) {
  return resolution.kind == ResolutionKind::skipped || resolution.reason == UnresolvedReason::not_found ||
         resolution.reason == UnresolvedReason::package_not_found ||
         resolution.reason == UnresolvedReason::case_mismatch;
}

// R106. What the vite-tsconfig-paths plugin does in front of Vite's own rules: the first config that takes the importer
// decides, and what it leads to is resolved from the beginning, aliases included.
Resolution resolve_mapped(Tables& tables, const Request& request, std::string_view id) {
  const bool applies = tables.options.tsconfig_paths == TsconfigPaths::plugin && request.tsconfigs &&
                       request.importer.is_absolute && !id.starts_with("./") && !id.starts_with("../") && id != "." &&
                       id != "..";
  if (!applies) return resolve_rewritten(tables, request, id);
  const size_t question = std::min(id.find('?'), id.size());
  const std::string_view name = id.substr(0, question);
  const std::string_view query = id.substr(question);
  Request plain = request;
  plain.tsconfigs = nullptr;
  for (const Tsconfig* config : request.tsconfigs->configs) {
    std::vector<std::string> targets = config->mapped_for_plugin(name);
    const size_t mapped = targets.size();
    if (!config->base_url.empty() && !name.starts_with('/')) {
      targets.push_back(normalize_path(config->base_url + "/" + std::string(name)));
    }
    bool is_declaration = false;
    for (size_t i = 0; i < targets.size(); ++i) {
      request.note(106);
      const Resolution resolution = dispatch(tables, plain, targets[i]);
      if (resolution.kind != ResolutionKind::file) continue;
      const std::string_view file = tables.paths.name(resolution.file);
      if (i >= mapped && file.ends_with(".json") && !name.ends_with(".json")) continue;
      is_declaration = file.ends_with(".d.ts");
      if (is_declaration) break;
      return query.empty() ? resolution : dispatch(tables, plain, targets[i] + std::string(query));
    }
    if (!is_declaration) break;
  }
  return resolve_rewritten(tables, plain, id);
}

}  // namespace

DirId package_base(Tables& tables, const Request& request, std::string_view specifier) {
  if (!tables.options.dedupe.empty() && is_bare(specifier)) {
    // R92. Vite 8 compares the name with its postfix, Vite 7 without (D16).
    std::string_view name = split_package(specifier).name;
    if (tables.options.vite == ViteVersion::vite7) name = split_postfix(name).path;
    if (contains(tables.options.dedupe, name)) {
      request.note(92);
      return tables.root;
    }
  }
  const Importer& importer = request.importer;
  if (importer.is_absolute && importer.exists) return importer.directory;
  request.note(140);
  return tables.root;
}

bool rewrite_import(Tables& tables, const Request& request, std::string_view specifier, std::string& rewritten,
                    UnresolvedReason& reason) {
  if (!request.importer.is_present) return false;
  request.note(50);
  const DirId base = request.importer.is_absolute ? request.importer.directory : tables.root;
  const PackageTable::Scope scope = readable_scope(tables, base);
  if (!scope.package || scope.package->is_error || !scope.package->has(scope.package->imports)) return false;
  const JsonKind kind = scope.package->nodes[scope.package->imports].kind;
  if (kind == JsonKind::null || kind == JsonKind::boolean_false) return false;

  size_t end = 0;
  const TargetMatch match = match_import(tables, *scope.package, specifier, request.conditions(), end);
  if (match.status != TargetMatch::Status::target) {
    reason = match.reason;
    return false;
  }
  rewritten =
      match.target.starts_with('.') ? relative_target(tables, scope.directory, base, match.target) : match.target;
  rewritten += specifier.substr(end);
  return true;
}

Resolution dispatch(Tables& tables, const Request& request, std::string_view specifier) {
  if (specifier.empty()) return unresolved(UnresolvedReason::invalid_specifier);
  std::string rewritten;
  if (!request.environment.aliases.apply(specifier, rewritten)) return resolve_mapped(tables, request, specifier);

  request.note(80);
  Resolution resolution =
      rewritten.empty() ? unresolved(UnresolvedReason::invalid_specifier) : resolve_mapped(tables, request, rewritten);
  // R82. Vite takes the rewritten text for the id where nothing is found; here that is unresolved.
  if (!is_missing(resolution) || resolution.vite_id != TextId{}) return resolution;
  const TextId vite_id = TextId(tables.texts.intern(container_id(rewritten)));
  // To Vite, ./src is a folder beside each importer; whoever writes it in an alias means the root's. Where nothing is
  // beside the importer, the root is asked.
  if (rewritten.starts_with("./") || rewritten.starts_with("../")) {
    const Importer nobody;
    const Request from_root{request.environment, request.kind, nobody, request.tsconfigs, request.trace};
    const Resolution in_root = resolve_rewritten(tables, from_root, rewritten);
    if (in_root.kind == ResolutionKind::file) resolution = in_root;
  }
  if (resolution.reason == UnresolvedReason::not_found || resolution.reason == UnresolvedReason::package_not_found) {
    resolution.reason = UnresolvedReason::alias_target_missing;
  }
  resolution.vite_id = vite_id;
  return resolution;
}

}  // namespace demarc
