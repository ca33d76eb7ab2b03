// The path and package algorithm of Vite 6 and 7, which resolve in JavaScript. One object answers one request.
//
// It knows fewer second chances than Vite 8's: the first package on the way up is the package, the first entry field is
// the entry (D5, D8). The numbers D1 to D20 are those of the switch list in docs/resolution.md.
#pragma once

#include <string>
#include <string_view>

#include "resolver/lookup.h"

namespace demarc {

class Vite7Lookup {
 public:
  Vite7Lookup(Tables& tables, const Request& request) : tables_(tables), request_(request) {}

  // A path from a directory, with its postfix. Nothing found is a step without status.
  Step resolve_path(DirId base, std::string_view path);
  // The same, as a relative specifier of the importer: its package's browser object is asked first.
  Step resolve_relative(DirId base, std::string_view path);
  // A package, its browser mappings first.
  Step resolve_bare(DirId base, std::string_view id);
  // Only the package, as externals are decided (R131).
  Step resolve_package(DirId base, std::string_view id);

  const Findings& findings() const { return findings_; }

 private:
  // How a path is taken. Paths of specifiers lose a trailing slash (D4); paths that a package.json or a subpath gave
  // keep it, and then only a directory will do. Targets of exports are files (D10).
  enum class PathUse : uint8_t { specifier, in_package, exported };

  Step try_fs(DirId base, std::string_view path, PathUse use);
  Step try_file_or_directory(DirId base, std::string_view path, PathUse use);
  Step try_typescript_source(const Place& place);
  Step try_file(DirId directory, std::string_view name);
  Step try_extensions(DirId directory, std::string_view name);
  Step try_directory(DirId directory);

  // A package and the directory its paths start from: the real one, unless links are preserved.
  using Scope = PackageTable::Scope;
  Step package_entry(const Scope& scope);
  Step deep_import(const Scope& scope, std::string_view subpath);
  bool entry_point(const Scope& scope, std::string& entry, Step& failure);
  std::string browser_entry(const Scope& scope);
  // The value a browser object has for a path or name, kAbsent for none.
  static uint32_t browser_value(const Package& package, std::string_view path);
  Step browser_mapping(std::string_view path, bool is_file);
  Scope nearest(DirId directory);
  Scope installed(DirId base, std::string_view name);
  Scope at_home(const Package* package, DirId directory);
  bool has_esm_syntax(FileId file);

  Tables& tables_;
  const Request& request_;
  Findings findings_;
  int depth_ = 0;  // of packages whose entry leads to another package's directory, or back to its own
};

}  // namespace demarc
