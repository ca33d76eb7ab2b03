// Workflow commands of GitHub Actions, which its runner turns into annotations: errors first, because it shows ten of a
// kind for a step (the others stay readable in the log). With them goes a step summary (print_audit_markdown.cc).
#include <fmt/format.h>

#include "cli/display.h"
#include "cli/github_text.h"
#include "cli/level.h"
#include "cli/print_audit.h"

namespace demarc {
namespace {

std::string_view command_of(Level level) {
  return level == Level::info ? "notice" : level_word(level);
}

void print_command(const AuditReport& report, const Finding& finding, Sink& sink) {
  const Diagnostic& diagnostic = finding.diagnostic;
  std::string command = fmt::format("::{} file={}", command_of(diagnostic.level),
                                    workflow_property(escaped(service_path(report, diagnostic.file))));
  if (diagnostic.line != 0) {
    command += fmt::format(",line={},col={}", diagnostic.line, diagnostic.column);
    // The runner wants both ends on one line, or it drops the columns.
    if (finding.end_column > diagnostic.column)
      command += fmt::format(",endLine={},endColumn={}", diagnostic.line, finding.end_column);
  }
  command += ",title=" + workflow_property(escaped(diagnostic.rule));
  std::string message = escaped(diagnostic.message);
  for (const ChainStep& step : finding.chain.steps) message += "\n  via " + step_text(report, step);
  if (!diagnostic.help.empty()) message += "\nhelp: " + escaped(diagnostic.help);
  sink.write(command + "::" + workflow_message(message) + "\n");
}

}  // namespace

void print_audit_github(const AuditReport& report, Sink& sink) {
  for (const Level level : {Level::error, Level::warn, Level::info})
    for (const Finding& finding : report.audited.findings)
      if (finding.standing == Standing::active && finding.diagnostic.level == level)
        print_command(report, finding, sink);
  const FindingCounts counts = count_findings(report.audited);
  const std::string rest = not_counted_text(counts);
  sink.write(fmt::format("demarc audit: {}{}\n", counts_text(counts), rest.empty() ? "" : "; not counted: " + rest));
}

}  // namespace demarc
