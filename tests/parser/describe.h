// A ModuleSyntax as text, one line a fact, for comparing two of them.
#pragma once

#include <string>

#include "parser/scan_module.h"

namespace demarc {

std::string describe(const ModuleSyntax& syntax);

// What a lexer with a window of that size says about the text.
std::string describe(std::string_view text, const ScanSettings& settings, size_t window_bytes = Lexer::kWindowBytes);

}  // namespace demarc
