// How outcomes become Resolutions, and the rules both Vite generations share around their path and package algorithms.
#pragma once

#include <string>
#include <string_view>

#include "resolver/lookup.h"

namespace demarc {

constexpr std::string_view kEmptyStub = "__vite-browser-external";
constexpr std::string_view kFsPrefix = "/@fs/";

Resolution unresolved(UnresolvedReason reason);
Resolution skipped();
Resolution external(Tables& tables, std::string_view id);
Resolution found(Tables& tables, const Step& step, const Findings& findings);
// The stub that stands for a module in the browser (R3, R120); suffix is empty or ":name".
Resolution empty_stub(Tables& tables, std::string_view suffix);
// The stub of a builtin names it in development, where its use is reported.
std::string builtin_suffix(const Tables& tables, std::string_view builtin);
Resolution failed(Tables& tables, const Step& step, const Findings& findings);
// The same of a bare specifier, which may have no package at all.
Resolution failed_bare(Tables& tables, const Step& step, const Findings& findings);
// R5, R6: an id that Vite returns without looking at the disk. Here it has to exist.
Resolution unchecked_path(Tables& tables, std::string_view id);
// R130: missing, but the importer's package calls it an optional peer. base is where the lookup started.
bool is_optional_peer(Tables& tables, const Request& request, DirId base, std::string_view specifier, std::string& id);

// R6. The path of a file: URL, its escapes decoded. False where it has none on this machine.
bool file_url_path(std::string_view url, std::string& path);
// What Vite's plugin container makes of an id: a normal path, unless it is a lower-case URL or internal.
std::string container_id(std::string_view id);
// R131: only plain JavaScript can stay outside a bundle.
bool can_be_external(std::string_view file_name);
bool is_in_node_modules(const PathTable& paths, DirId directory);
bool contains(const std::vector<std::string>& list, std::string_view text);

}  // namespace demarc
