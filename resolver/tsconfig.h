// One tsconfig.json with everything it extends applied: where names of modules lead, and which files it owns.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/path_pattern.h"

namespace demarc {

// The options that decide which imports of a TypeScript file survive its compilation; unset where nobody sets them.
struct TsconfigCompile {
  std::optional<bool> verbatim_module_syntax, preserve_value_imports, emit_decorator_metadata;
  std::optional<std::string> imports_not_used_as_values, jsx_factory, jsx_fragment_factory;
};

struct Tsconfig {
  struct Mapping {
    std::string key;                   // with at most one '*'
    std::vector<std::string> targets;  // absolute
  };

  std::string path;
  std::string directory;
  // Unset where neither the file nor a base has the field. Absolute.
  std::optional<std::vector<std::string>> files;
  std::optional<std::vector<PathPattern>> include;
  std::optional<std::vector<PathPattern>> exclude;
  std::string base_url;                       // absolute, empty for none
  std::optional<std::vector<Mapping>> paths;  // in the order of the file
  std::vector<std::string> root_dirs;
  std::string out_dir;
  std::optional<bool> allow_js;
  TsconfigCompile compile;
  std::vector<const Tsconfig*> references;
  bool is_error = false;

  // R104 as Vite 8 decides it: files, then include without exclude; .js files only with allowJs.
  bool owns(std::string_view file) const;
  // The config that owns the file: a referenced project before this one (R103). Null if none does.
  const Tsconfig* owner(std::string_view file) const;
  // R106: the vite-tsconfig-paths plugin's own idea of the same.
  bool includes_for_plugin(std::string_view file) const;
  bool may_include_for_plugin(std::string_view file) const;  // as far as its name tells

  // Where paths lead a specifier, in the order to try: Vite 8 takes the exact key or else the longest prefix (R100).
  std::vector<std::string> mapped(std::string_view specifier) const;
  // The plugin tries every key that matches, exact ones last, and a star stands for at least one character.
  std::vector<std::string> mapped_for_plugin(std::string_view specifier) const;

  size_t bytes() const;
};

// A tsconfig.json as written, before its bases are applied. Paths are absolute; "${configDir}" is still in them.
struct TsconfigText {
  // A glob and what it is relative to.
  struct Glob {
    std::string directory;
    std::string pattern;
  };
  struct Mapping {
    std::string key;
    std::vector<std::string> targets;  // as written
  };
  std::vector<std::string> extends;
  std::optional<std::vector<std::string>> files;
  std::optional<std::vector<Glob>> include, exclude;
  std::optional<std::string> base_url, out_dir;
  std::optional<std::vector<Mapping>> paths;
  std::optional<std::vector<std::string>> root_dirs;
  std::optional<bool> allow_js;
  TsconfigCompile compile;
  std::vector<std::string> references;
  std::string paths_directory;  // what targets of paths are relative to
};

// Parses JSON with comments, trailing commas and a byte-order mark; an empty file is {} (R105). False: error says why.
bool parse_tsconfig(std::string& json, std::string_view directory, TsconfigText& text, std::string& error);
// Takes over what text does not have itself.
void extend_tsconfig(TsconfigText& text, const TsconfigText& base);
// Fills in what depends on where the outermost file lies.
void finish_tsconfig(const TsconfigText& text, Tsconfig& config);

// Blanks comments, trailing commas and a byte-order mark, so that a JSON parser takes what is left. Offsets stay.
void strip_json_comments(std::string& json);

}  // namespace demarc
