// The level of a diagnostic or finding, for people.
#pragma once

#include <string_view>

#include "cli/terminal.h"
#include "scanner/scanner.h"

namespace demarc {

std::string_view level_word(Level level);  // error, warning, note
Style level_style(Level level);

}  // namespace demarc
