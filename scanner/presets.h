// What each framework gives its environments when nothing else is said (docs/presets.md): conditions, main fields,
// boundaries, prescan. Data, no logic.
#pragma once

#include <string>
#include <vector>

#include "scanner/scanner.h"

namespace demarc {

struct Preset {
  std::vector<EnvironmentOptions> environments;  // the first is where entries are walked
  std::vector<Boundary> boundaries;              // in order of precedence
  std::vector<std::string> prescan;
  Follow follow;
  std::vector<std::string> dedupe;
  std::vector<Alias> alias;
};

Preset preset_of(Framework framework);

}  // namespace demarc
