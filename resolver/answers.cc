#include "resolver/answers.h"

#include <algorithm>

#include "resolver/specifier.h"

namespace demarc {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Resolution unresolved(UnresolvedReason reason) {
  return {ResolutionKind::unresolved, reason, kNoFile, {}, {}};
}

Resolution skipped() {
  return {ResolutionKind::skipped, UnresolvedReason::none, kNoFile, {}, {}};
}

Resolution external(Tables& tables, std::string_view id) {
  Resolution resolution;
  resolution.kind = ResolutionKind::external;
  resolution.text = TextId(tables.texts.intern(id));
  return resolution;
}

// What Vite's plugin container makes of an id: a normal path, unless it is a URL in lower case or internal.
std::string container_id(std::string_view id) {
  const size_t colon = id.find(':');
  const bool scheme = colon != std::string_view::npos && id.substr(colon).starts_with("://") &&
                      std::all_of(id.begin(), id.begin() + static_cast<std::ptrdiff_t>(colon),
                                  [](char c) { return c >= 'a' && c <= 'z'; });
  if (scheme || id.starts_with("//") || id.starts_with('\0')) return std::string(id);
  return normalize_path(id);
}

Resolution found(Tables& tables, const Step& step, const Findings& findings) {
  Resolution resolution;
  resolution.kind = ResolutionKind::file;
  resolution.file = step.file;
  resolution.text = TextId(tables.texts.intern(findings.postfix));
  if (step.is_respelled || tables.disk.was_respelled(step.directory)) {
    std::string id;
    tables.paths.append(step.directory, step.is_respelled ? findings.asked_name : tables.paths.name(step.file), id);
    tables.disk.report_case(step.file, id);
    resolution.vite_id = TextId(tables.texts.intern(id + findings.postfix));
  }
  return resolution;
}

Resolution empty_stub(Tables& tables, std::string_view suffix) {
  return {ResolutionKind::empty, UnresolvedReason::none, kNoFile, TextId(tables.texts.intern(suffix)), {}};
}

std::string builtin_suffix(const Tables& tables, std::string_view builtin) {
  return tables.options.mode == Mode::development ? std::string(":").append(builtin) : std::string();
}

Resolution failed(Tables& tables, const Step& step, const Findings& findings) {
  if (step.is_ignored) return {ResolutionKind::empty, UnresolvedReason::none, kNoFile, {}, {}};
  Resolution resolution = unresolved(step ? step.reason : UnresolvedReason::not_found);
  if (!findings.unchecked.empty()) {
    resolution.vite_id = TextId(tables.texts.intern(findings.unchecked + findings.postfix));
  } else if (resolution.reason == UnresolvedReason::not_found && !findings.near_miss.empty()) {
    resolution.reason = UnresolvedReason::case_mismatch;
    resolution.text = TextId(tables.texts.intern(findings.near_miss));
  }
  return resolution;
}

// An id that Vite returns without looking at the disk (R5, R6). Here it has to exist.
Resolution unchecked_path(Tables& tables, std::string_view id) {
  const auto [path, postfix] = split_postfix(id);
  const std::string vite_id = normalize_path(id);
  const Place place = join(tables, kFileSystemRoot, path);
  const DirectoryTable::Found entry = tables.disk.find(place.directory, place.rest);
  Resolution resolution = unresolved(UnresolvedReason::not_found);
  if (entry.kind == PathKind::file) {
    const FileId file = tables.disk.file_id(place.directory, entry);
    resolution = {ResolutionKind::file, UnresolvedReason::none, file, TextId(tables.texts.intern(postfix)), {}};
    std::string real;
    tables.paths.append(tables.paths.directory(file), tables.paths.name(file), real);
    real += postfix;
    if (real == vite_id) return resolution;
  }
  resolution.vite_id = TextId(tables.texts.intern(vite_id));
  return resolution;
}

namespace {

// The package whose word counts. Vite 7: the nearest with a name. Vite 8: in node_modules the outermost package.json of
// the package, elsewhere the nearest, with a name or without.
PackageTable::Scope peer_scope(Tables& tables, DirId directory) {
  PackageTable::Scope scope = tables.packages.nearest(directory);
  if (!scope.package) return scope;
  if (tables.options.vite == ViteVersion::vite7) {
    while (scope.package && scope.package->name_text().empty() && !scope.package->has_odd_name &&
           scope.directory != kFileSystemRoot) {
      scope = tables.packages.nearest(tables.paths.parent(scope.directory));
    }
    return scope;
  }
  if (!is_in_node_modules(tables.paths, scope.directory)) return scope;
  for (DirId d = scope.directory; tables.paths.name(d) != "node_modules"; d = tables.paths.parent(d)) {
    if (const Package* package = tables.packages.own(d)) scope = {package, d};
  }
  return scope;
}

}  // namespace

bool is_optional_peer(Tables& tables, const Request& request, DirId base, std::string_view specifier, std::string& id) {
  const std::string_view name = split_package(specifier).name;
  if (base == tables.root || name.empty() || (name[0] == '@' && name.find('/') == std::string_view::npos)) return false;
  const PackageTable::Scope scope = peer_scope(tables, base);
  if (!scope.package || scope.package->name_text().empty() || !scope.package->has(scope.package->optional_peers)) {
    return false;
  }
  const Package& package = *scope.package;
  const uint32_t peers = package.optional_peers;
  for (uint32_t i = peers + 1; i < package.nodes[peers].end; i = package.nodes[i].end) {
    if (package.text(i) != name) continue;
    request.note(130);
    id.assign(specifier).append(":").append(package.name_text());
    return true;
  }
  return false;
}

Resolution failed_bare(Tables& tables, const Step& step, const Findings& findings) {
  Resolution resolution = failed(tables, step, findings);
  if (resolution.reason == UnresolvedReason::not_found && !findings.saw_package) {
    resolution.reason = UnresolvedReason::package_not_found;
  }
  return resolution;
}

// Another host than this one has no path here.
bool file_url_path(std::string_view url, std::string& path) {
  const std::string_view postfix = split_postfix(url).postfix;
  url.remove_suffix(postfix.size());
  url.remove_prefix(std::string_view("file://").size());
  if (url.starts_with("localhost/")) url.remove_prefix(std::string_view("localhost").size());
  if (!url.empty() && url[0] != '/') return false;
  path.assign(url.empty() ? "/" : "");
  for (size_t i = 0; i < url.size(); ++i) {
    const int high = url[i] == '%' && i + 2 < url.size() ? hex_digit(url[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_digit(url[i + 2]);
    if (low < 0) {
      path += url[i];
      continue;
    }
    const char decoded = static_cast<char>(high * 16 + low);
    if (decoded == '/' || decoded == '\0') return false;
    path += decoded;
    i += 2;
  }
  path += postfix;
  return true;
}

bool can_be_external(std::string_view file_name) {
  const std::string_view extension = extension_of(file_name);
  return extension.empty() || extension == ".js" || extension == ".mjs" || extension == ".cjs";
}

bool is_in_node_modules(const PathTable& paths, DirId directory) {
  for (DirId d = directory; d != kFileSystemRoot; d = paths.parent(d)) {
    if (paths.name(d) == "node_modules") return true;
  }
  return false;
}

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace demarc
