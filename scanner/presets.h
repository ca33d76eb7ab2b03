// What each framework gives its environments when nothing else is said (docs/presets.md): conditions, main fields,
// boundaries, prescan. Data, no logic.
#pragma once

#include <string>
#include <vector>

#include "scanner/scanner.h"

namespace demarc {

// Holds where `package` is one of those that server builds bundle.
struct BundledAlias {
  std::string package;
  Alias alias;
};

struct Preset {
  std::vector<EnvironmentOptions> environments;  // the first is where entries are walked
  std::vector<Boundary> boundaries;              // in order of precedence
  std::vector<std::string> prescan;
  Follow follow;
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
