// The order of Vite 8 (R3 to R9).
#include "resolver/answers.h"
#include "resolver/dispatch.h"
#include "resolver/specifier.h"
#include "resolver/vite8_lookup.h"

namespace demarc {
namespace {

// R131. Decided from the root, whoever asks: the id as it would stay in the output, if it is external.
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
  Vite8Lookup lookup(tables, from_root, /*prefer_relative=*/false);
  const Step step = lookup.resolve(tables.root, id);
  if (!step.is_found()) return false;
  if (!is_listed && !is_in_node_modules(tables.paths, tables.paths.directory(step.file))) return false;
  return can_be_external(tables.paths.name(step.file));
}

// R8, R30 to R33, then R130 and R120 for what is not installed.
Resolution resolve_bare(Tables& tables, const Request& request, std::string_view id, bool prefer_relative) {
  const Environment& environment = request.environment;
  if (request.tsconfigs && request.tsconfigs->is_error) return unresolved(UnresolvedReason::invalid_tsconfig);
  if (environment.lists_as_external(id, tables.options.external)) {
    request.note(131);
    return external(tables, id);
  }
  const bool is_builtin = environment.is_builtin(id);
  if (!is_builtin && environment.is_server && is_external(tables, request, id)) return external(tables, id);

  Vite8Lookup lookup(tables, request, prefer_relative);
  const DirId base = package_base(tables, request, id);
  const Step step = lookup.resolve(base, id);
  if (step.is_found() && !(is_builtin && can_be_external(tables.paths.name(step.file)))) {
    return found(tables, step, lookup.findings());
  }
  const bool is_missing = !step.is_ignored && step.reason == UnresolvedReason::not_found;
  if (is_builtin && (step.is_found() || step.is_ignored || is_missing)) {
    request.note(120);
    return external(tables, id);
  }
  if (!is_missing) return failed(tables, step, lookup.findings());

  std::string peer;
  if (is_optional_peer(tables, request, base, id, peer)) {
    return {ResolutionKind::optional_peer, UnresolvedReason::none, kNoFile, TextId(tables.texts.intern(peer)), {}};
  }
  if (is_node_like_builtin(id)) {
    request.note(120);
    return environment.is_server ? external(tables, id) : empty_stub(tables, builtin_suffix(tables, id));
  }
  if (request.importer.is_absolute && request.importer.directory != base) {
    // What was not there from the root, where dedupe or a missing importer sent it, is tried as a path; and for that
    // algorithm a name is a package of the importer's.
    Vite8Lookup again(tables, request, prefer_relative);
    const Step second = again.resolve(request.importer.directory, id);
    if (second.is_found()) return found(tables, second, again.findings());
  }
  return failed_bare(tables, step, lookup.findings());
}

// R9, R123, R124.
Resolution resolve_path(Tables& tables, const Request& request, std::string_view id, bool prefer_relative) {
  if (request.tsconfigs && request.tsconfigs->is_error) return unresolved(UnresolvedReason::invalid_tsconfig);
  std::string_view path = id;
  while (path.starts_with("//")) path.remove_prefix(1);
  Vite8Lookup lookup(tables, request, prefer_relative);
  const DirId base = request.importer.is_absolute ? request.importer.directory : tables.root;
  const Step step = lookup.resolve(base, path);
  if (step.is_found()) return found(tables, step, lookup.findings());
  const bool is_missing = !step.is_ignored && step.reason == UnresolvedReason::not_found;
  if (!is_external_url(id) || !is_missing) return failed(tables, step, lookup.findings());
  request.note(123);
  Resolution resolution = external(tables, id);
  if (const std::string vite_id = container_id(id); vite_id != id) {
    resolution.vite_id = TextId(tables.texts.intern(vite_id));
  }
  return resolution;
}

}  // namespace

Resolution resolve_vite8(Tables& tables, const Request& request, std::string_view id) {
  if (is_plugin_owned(id)) {
    request.note(122);
    return skipped();
  }
  if (id.starts_with(kEmptyStub)) {
    request.note(3);
    return empty_stub(tables, id.substr(kEmptyStub.size()));
  }
  std::string rewritten;
  if (id[0] == '#') {
    UnresolvedReason reason = UnresolvedReason::none;
    if (rewrite_import(tables, request, id, rewritten, reason)) {
      id = rewritten;
    } else if (reason != UnresolvedReason::none) {
      return unresolved(reason);
    }
  }
  if (id.starts_with(kFsPrefix)) {
    request.note(5);
    return unchecked_path(tables, id.substr(kFsPrefix.size() - 1));
  }
  if (id.starts_with("file://")) {
    request.note(6);
    std::string path;
    if (!file_url_path(id, path)) return unresolved(UnresolvedReason::invalid_specifier);
    return unchecked_path(tables, path);
  }
  if (is_data_url(id)) {
    request.note(7);
    return skipped();
  }
  // R33: html and entries try next to themselves first.
  const bool prefer_relative = request.importer.is_html || !request.importer.is_present;
  return is_bare(id) ? resolve_bare(tables, request, id, prefer_relative)
                     : resolve_path(tables, request, id, prefer_relative);
}

}  // namespace demarc
