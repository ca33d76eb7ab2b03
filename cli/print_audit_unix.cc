// path:line:column: message [error/rule], as compilers have it and editors read it: one line a finding, and nothing
// else that looks like one.
#include <fmt/format.h>

#include <algorithm>

#include "cli/display.h"
#include "cli/level.h"
#include "cli/print_audit.h"

namespace demarc {

void print_audit_unix(const AuditReport& report, Sink& sink) {
  for (const Finding& finding : report.audited.findings) {
    if (finding.standing != Standing::active) continue;
    const Diagnostic& diagnostic = finding.diagnostic;
    // Readers of this format expect three fields; a place that is unknown is the beginning of the file.
    sink.write(fmt::format("{}:{}:{}: {} [{}/{}]\n",
                           diagnostic.file.empty() ? "package.json" : report.names.shown(diagnostic.file),
                           std::max<uint64_t>(diagnostic.line, 1), std::max<uint64_t>(diagnostic.column, 1),
                           escaped(diagnostic.message), level_word(diagnostic.level), escaped(diagnostic.rule)));
  }
  const FindingCounts counts = count_findings(report.audited);
  if (counts.active() > 0) sink.write(fmt::format("\n{}\n", counted(counts.active(), "problem")));
}

}  // namespace demarc
