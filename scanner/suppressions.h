// Comments that take findings out of account:
//
//   // demarc-ignore-next-line boundary/client-barrel -- three icons, measured
//   import { A, B, C } from "ui";
//
// They count for the findings of the next line; where an import or re-export begins there, for those of the whole
// statement. Several may stand above one another, and one may name several rules with commas between. Who leaves the
// reason out suppresses nothing and is told so, and so is whoever suppresses what is not there.
//
// Only the project's own code is asked: a comment in a package would let its author decide what its users are told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parser/module_syntax.h"
#include "scanner/audit_run.h"

namespace demarc {

// What a scan looks for so that files without a finding are asked too, for comments that are of no use any more.
inline constexpr std::string_view kSuppressionMarker = "demarc-ignore-next-line";

struct Suppression {
  std::vector<std::string> rules;
  std::string reason;  // empty: there is none, and nothing is suppressed
  uint64_t line = 0;   // of the comment
  uint64_t column = 0;
  uint64_t first_line = 0;  // what it counts for
  uint64_t last_line = 0;
};

// The comments of one source text, in order. False where they cannot be seen: no grammar for the language, or more
// memory than `budget_bytes` needed.
bool find_suppressions(std::string_view text, Language language, size_t budget_bytes,
                       std::vector<Suppression>& suppressions);

// A pass of the audit: marks the findings that comments suppress, and adds findings about the comments,
// suppression/invalid and suppression/unused. Reads the project's own files that hold the marker; where the scan did
// not look for it, those that have findings.
void apply_suppressions(AuditRun& run);

}  // namespace demarc
