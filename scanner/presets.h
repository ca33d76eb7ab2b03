// What each framework gives its environments when nothing else is said (docs/presets.md): conditions, main fields,
// boundaries, entries, prescan. Data, no logic.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scanner/scanner.h"

namespace demarc {

// Where the module of a directive is walked when an environment of its boundary imports it.
enum class BoundaryReach : uint8_t {
  crossing,  // there; and in all of them once an environment outside of the boundary imports it
  all        // in all of them, because the framework imports every directive module that it found into each
};

// What the environments of a boundary import where another environment imported a directive module of a package.
enum class ReferenceBy : uint8_t {
  file,
  specifier  // what the import's bare specifier means to them, if to the root it means the module (plugin-rsc)
};

// Where the build of one environment begins: the first of these ways that leads to something.
struct PresetEntry {
  std::string environment = {};
  bool wrangler = false;                   // wrangler's `main`
  bool index_html = false;                 // the module scripts of index.html
  std::vector<std::string> stems = {};     // the first that is a file with one of Vite's script extensions
  std::vector<std::string> as_given = {};  // entries as a user would write them; they cannot fail to lead anywhere
  bool required = false;                   // without it there is nothing to scan
  bool on_request = false;                 // left out unless the environment is asked for: ScanOptions::walk
};

// Holds where `package` is one of those that server builds bundle.
struct BundledAlias {
  std::string package;
  Alias alias;
};

struct Preset {
  std::vector<EnvironmentOptions> environments;  // the first is where entries are walked
  std::vector<Boundary> boundaries;              // in order of precedence
  BoundaryReach reach = BoundaryReach::crossing;
  ReferenceBy reference_by = ReferenceBy::file;
  std::vector<std::string> on_request;  // environments that boundaries leave out unless they are asked for
  std::vector<PresetEntry> entries;
  std::vector<std::string> prescan;
  Follow follow;
  bool raw_mdx_directives = false;  // directives of .mdx files are looked for in the Markdown text
  std::vector<std::string> dedupe;
  std::vector<Alias> alias;
  // What the environments without no_external_all bundle: these packages and, with bundles_react_packages, those of
  // react_packages.h.
  std::vector<std::string> bundled;
  bool bundles_react_packages = false;
  std::vector<BundledAlias> alias_if_bundled;
};

Preset preset_of(Framework framework);

}  // namespace demarc
