// The order of Vite 6 and 7 (R3 to R9 with D19: URLs come before packages, and file: URLs are resolved on).
#include <algorithm>

#include "resolver/answers.h"
#include "resolver/dispatch.h"
#include "resolver/specifier.h"
#include "resolver/vite7_lookup.h"

namespace demarc {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_relative(std::string_view id) {
  return id == "." || id == ".." || id.starts_with("./") || id.starts_with("../");
}

// R123: "//" or letters in lower case before "://".
bool is_url(std::string_view id) {
  const size_t letters = std::min(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), id.size());
  return id.starts_with("//") || (letters > 0 && id.substr(letters).starts_with("://"));
}

Resolution answer(Tables& tables, const Vite7Lookup& lookup, const Step& step) {
  if (step.is_found()) return found(tables, step, lookup.findings());
  return failed(tables, step, lookup.findings());
}

// R131, decided from the root.
bool is_external(Tables& tables, const Request& request, std::string_view id) {
  const Environment& environment = request.environment;
  const std::string_view name = split_package(id).name;
  const bool is_listed = environment.lists_as_external(name, tables.options.external);
  // noExternal goes by package names, and "@x" is none.
  const bool is_name = !name.starts_with('@') || name.find('/') != std::string_view::npos;
  if (!is_listed && is_name && environment.bundles(name)) return false;
  request.note(131);
  const Importer nobody;
  const Request from_root{environment, request.kind, nobody, nullptr, nullptr, /*as_external=*/true};
  Vite7Lookup lookup(tables, from_root);
  const Step step = lookup.resolve_package(tables.root, id);
  if (!step.is_found()) return false;
  if (!is_listed && !is_in_node_modules(tables.paths, tables.paths.directory(step.file))) return false;
  return can_be_external(tables.paths.name(step.file));
}

Resolution resolve_bare(Tables& tables, const Request& request, std::string_view id) {
  const Environment& environment = request.environment;
  if (environment.lists_as_external(id, tables.options.external)) {
    request.note(131);
    return external(tables, id);
  }
  const bool is_builtin = environment.is_builtin(id);
  if (!is_builtin && environment.is_server && is_external(tables, request, id)) return external(tables, id);

  Vite7Lookup lookup(tables, request);
  const DirId base = package_base(tables, request, id);
  const Step step = lookup.resolve_bare(base, id);
  // D18. A listed builtin beats an installed package in a build, unless what is installed has to be bundled.
  if (is_builtin && !(step.is_found() && !can_be_external(tables.paths.name(step.file)))) {
    request.note(120);
    return external(tables, id);
  }
  if (step) return answer(tables, lookup, step);

  std::string peer;
  if (!lookup.findings().saw_package && is_optional_peer(tables, request, base, id, peer)) {
    peer += request.kind == RequestKind::require ? ":true" : ":false";
    return {ResolutionKind::optional_peer, UnresolvedReason::none, kNoFile, TextId(tables.texts.intern(peer)), {}};
  }
  if (!is_node_like_builtin(id)) return failed_bare(tables, step, lookup.findings());
  request.note(120);
  return environment.is_server ? external(tables, id) : empty_stub(tables, builtin_suffix(tables, id));
}

// R124. The root first, unless the id lies in it already.
Step resolve_root_absolute(Tables& tables, Vite7Lookup& lookup, std::string_view id) {
  if (id.starts_with(tables.root_text + "/")) return {};
  const std::string_view path = id.substr(1);
  return lookup.resolve_path(path.starts_with('/') ? kFileSystemRoot : tables.root, path);
}

}  // namespace

Resolution resolve_vite7(Tables& tables, const Request& request, std::string_view id) {
  if (is_plugin_owned(id)) {
    request.note(122);
    return skipped();
  }
  if (id.starts_with(kEmptyStub)) {
    request.note(3);
    return empty_stub(tables, id.substr(kEmptyStub.size()));
  }
  std::string rewritten;
  if (id[0] == '#' && request.importer.is_present) {
    UnresolvedReason reason = UnresolvedReason::not_imported;
    if (!rewrite_import(tables, request, id, rewritten, reason)) return unresolved(reason);
    id = rewritten;
  }
  if (id.starts_with(kFsPrefix)) {
    request.note(5);
    return unchecked_path(tables, id.substr(kFsPrefix.size() - 1));
  }
  Vite7Lookup lookup(tables, request);
  if (id[0] == '/') {
    request.note(124);
    if (const Step step = resolve_root_absolute(tables, lookup, id)) return answer(tables, lookup, step);
  }
  const bool prefers_relative = request.importer.is_html || !request.importer.is_present;
  if (is_relative(id) || (prefers_relative && is_word(id[0]))) {
    const DirId base = request.importer.is_absolute ? request.importer.directory : tables.root;
    if (const Step step = lookup.resolve_relative(base, id)) return answer(tables, lookup, step);
  }
  std::string path;
  if (id.starts_with("file://")) {
    request.note(6);
    if (!file_url_path(id, path)) return unresolved(UnresolvedReason::invalid_specifier);
    id = path;
  }
  if (id[0] == '/') {
    if (const Step step = lookup.resolve_path(kFileSystemRoot, id)) return answer(tables, lookup, step);
  }
  if (is_url(id)) {
    request.note(123);
    return external(tables, id);
  }
  if (is_data_url(id)) {
    request.note(7);
    return skipped();
  }
  return is_bare(id) ? resolve_bare(tables, request, id) : answer(tables, lookup, {});
}

}  // namespace demarc
