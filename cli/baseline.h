// The baseline: findings that were there when a team began to look, and that do not count until they are fixed.
//
//   demarc audit --baseline .demarc-baseline.json --update-baseline     writes it
//   demarc audit --baseline .demarc-baseline.json                       only what is new fails
//
// An entry is known by the fingerprint of its findings, which is made of rule, file and subject, not of lines: code may
// move. What the file says beside it (rule, file, subject) is for whoever reads its changes.
//
//   {
//     "schemaVersion": 1,
//     "findings": [
//       {"rule":"scan/unresolved","file":"/src/x.ts","subject":"./gone","fingerprint":"1f0c…","count":1}
//     ]
//   }
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/json_writer.h"
#include "scanner/audit.h"

namespace demarc {

struct BaselineEntry {
  std::string fingerprint;
  std::string rule;
  std::string file;
  std::string subject = {};
  uint64_t count = 1;
  uint64_t line = 0;  // of the baseline file
};

struct Baseline {
  std::string path;
  std::vector<BaselineEntry> entries;
};

// False: `problem` says what is wrong, at level error.
bool read_baseline(const std::string& path, Baseline& baseline, Diagnostic& problem);
bool read_baseline_text(std::string_view text, Baseline& baseline, Diagnostic& problem);

// Marks the findings that the baseline knows, those aside that a comment suppresses, and returns the entries (with how
// many of their findings are missing as `count`) that have become stale: their findings are gone.
std::vector<BaselineEntry> apply_baseline(const Baseline& baseline, std::vector<Finding>& findings);

// Whether --update-baseline takes it in. Not what concerns the policy itself, which is mended where it stands.
bool belongs_to_baseline(const Finding& finding);

// What --update-baseline writes: rows sorted by file, rule, subject, fingerprint.
void print_baseline(const std::vector<Finding>& findings, Sink& sink);

}  // namespace demarc
