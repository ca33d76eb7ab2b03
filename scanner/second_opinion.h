// What the walk and the inspection of single files (inspect.h) ask the exact tier, and what remains in doubt
// afterwards.
#pragma once

#include <string>
#include <vector>

#include "parser/scan_module.h"
#include "parser/unused_imports.h"
#include "scanner/exact_tier.h"
#include "scanner/walk.h"

namespace demarc {

struct SecondOpinion {
  bool asked = false;  // false: the file is too large for it, or memory is out
  int error = 0;       // errno of a failed read; nothing else is valid then
};

// `syntax` is what `lexer` just said about `source`; the answers are merged into it. What is too large for the exact
// tier keeps the lexer's answer and its doubts. Thread-safe for different lexers.
SecondOpinion ask_exact_tier(SourceText& source, const Lexer& lexer, const ScanSettings& settings, ExactTier& tier,
                             ModuleSyntax& syntax);

// The specifiers that `syntax` imports and that the build of the file drops with every import of them, because only
// types use the names. Where the tier cannot be sure there are none.
SecondOpinion find_dropped(SourceText& source, const Lexer& lexer, const ElisionSettings& settings, ExactTier& tier,
                           const ModuleSyntax& syntax, std::vector<std::string>& dropped);

// What a reader of the syntax has to be told: undecided_directive, parse_error, dynamic_specifier.
std::vector<FindingKind> doubts_of(const ModuleSyntax& syntax);

}  // namespace demarc
