// The path and package algorithm of Vite 8, which is oxc-resolver's with a fixed set of options. One object answers one
// request. Steps carry the names they have in Node's specification where there is one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "resolver/lookup.h"

namespace demarc {

class Vite8Lookup {
 public:
  Vite8Lookup(Tables& tables, const Request& request, bool prefer_relative);

  // base is the directory that relative specifiers start from and package lookups climb from.
  Step resolve(DirId base, std::string_view specifier);
  const Findings& findings() const { return findings_; }

 private:
  Step require(DirId base, std::string_view specifier);
  Step require_without_parse(DirId base, std::string_view specifier);
  Step require_absolute(DirId base, std::string_view specifier);
  Step require_relative(DirId base, std::string_view specifier);
  Step require_hash(DirId base, std::string_view specifier);
  Step require_bare(DirId base, std::string_view specifier);

  Step load_by_tsconfig(DirId base, std::string_view specifier);
  Step load_by_root_dirs(const Tsconfig& config, DirId base, std::string_view specifier);

  Step load_as_file_or_directory(const Place& place, bool directory_only);
  Step load_as_file(const Place& place);
  Step load_typescript_source(const Place& place);
  Step load_extensions(DirId directory, std::string_view name);
  Step load_mapped_or_file(DirId directory, std::string_view name);
  Step load_file(DirId directory, std::string_view name);
  Step load_as_directory(DirId directory);
  Step load_directory_exports(DirId directory, const Package& package);
  Step load_index(const Place& place);

  Step load_package_self_or_node_modules(DirId base, std::string_view specifier);
  Step load_package_self(DirId base, std::string_view specifier);
  Step load_node_modules(DirId base, std::string_view specifier);
  Step load_package_exports(DirId package_directory, const Package& package, std::string_view subpath);
  Step load_target(DirId package_directory, std::string_view target);

  Step load_browser_path(DirId directory, std::string_view name);
  Step load_browser_directory(DirId directory);
  Step load_browser_key(const PackageTable::Scope& scope, std::string_view path, DirId directory,
                        std::string_view name);
  Step load_browser_value(const PackageTable::Scope& scope, uint32_t value, DirId directory, std::string_view path,
                          std::string_view asked);

  Tables& tables_;
  const Request& request_;
  const Environment& environment_;
  const bool prefer_relative_;
  std::string query_;
  std::string fragment_;
  std::string resolving_;  // target of the browser mapping under way: a second time is a loop
  Findings findings_;
  int depth_ = 0;
};

}  // namespace demarc
