// The exact tier, asked about a file that the lexer declined, and what remains in doubt afterwards. One policy for the
// walk and for single files (inspect.h).
#pragma once

#include <vector>

#include "parser/scan_module.h"
#include "scanner/memory_budget.h"
#include "scanner/walk.h"

namespace demarc {

struct SecondOpinion {
  bool asked = false;  // false: the file is too large for it, or the budget is
  int error = 0;       // errno of a failed read; nothing else is valid then
};

// `syntax` is what `lexer` just said about `source`; the answers are merged into it. What is too large for the exact
// tier, or exceeds the budget, keeps the lexer's answer and its doubts. Thread-safe for different lexers.
SecondOpinion ask_exact_tier(SourceText& source, const Lexer& lexer, const ScanSettings& settings, MemoryBudget& budget,
                             ModuleSyntax& syntax);

// What a reader of the syntax has to be told: undecided_directive, parse_error, dynamic_specifier.
std::vector<FindingKind> doubts_of(const ModuleSyntax& syntax);

}  // namespace demarc
