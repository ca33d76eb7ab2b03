// What can be said about a specifier from its text alone.
#pragma once

#include <string>
#include <string_view>

namespace demarc {

// "p/sub?url#x" is path "p/sub", postfix "?url#x". The postfix begins at the first '?' or '#' (R110).
struct SplitPostfix {
  std::string_view path;
  std::string_view postfix;
};
SplitPostfix split_postfix(std::string_view id);

// "@scope/name/deep/x" is name "@scope/name" and subpath "/deep/x" (R32).
struct PackageSpecifier {
  std::string_view name;
  std::string_view subpath;
};
PackageSpecifier split_package(std::string_view specifier);

bool is_bare(std::string_view id);               // R8
bool is_drive_path(std::string_view id);         // "C:..."
bool is_external_url(std::string_view id);       // "letters://" or "//" (R123)
bool is_data_url(std::string_view id);           // R7
bool is_plugin_owned(std::string_view id);       // NUL, virtual:, /virtual:, /@id/ ... (R2, R122)
bool is_node_builtin(std::string_view id);       // "fs", "path/posix", without prefix
bool is_node_like_builtin(std::string_view id);  // those, and node:, bun: with anything behind
// Text against a pattern with at most one '*'.
bool matches_star(std::string_view pattern, std::string_view text);

// path.posix.normalize: "." and ".." segments and doubled slashes removed; a leading ".." of a relative path stays.
std::string normalize_path(std::string_view path);
// The text behind the last dot of the last segment, with the dot; empty for none and for ".name".
std::string_view extension_of(std::string_view path);

// Calls visit(segment) for what is between slashes, empty segments left out.
template <class Visit>
void for_each_segment(std::string_view path, const Visit& visit) {
  for (size_t begin = 0; begin < path.size();) {
    size_t end = path.find('/', begin);
    if (end == std::string_view::npos) end = path.size();
    if (end > begin) visit(path.substr(begin, end - begin));
    begin = end + 1;
  }
}

}  // namespace demarc
