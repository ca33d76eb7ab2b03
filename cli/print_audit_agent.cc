// For language models, which pay by the word: by rule, so that the rule and its remedy are said once; one line a
// finding; a chain behind it from the module to the entry, because the near end is what has to be changed.
//
//   demarc audit: 2 errors, 1 warning; 412 modules, 1.2 MB in the client
//   boundary/node-builtin-in-client error x2
//   fix: move the code that needs it into a module that only server code imports
//   src/app/Nav.tsx:3:1 node:fs is imported in the client < src/app/Layout.tsx:2 < src/worker.tsx:4
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/display.h"
#include "cli/level.h"
#include "cli/print_audit.h"

namespace demarc {
namespace {

constexpr size_t kMostOfRule = 50;

void print_chain(const AuditReport& report, const Finding& finding, Sink& sink) {
  const std::vector<ChainStep>& steps = finding.chain.steps;
  for (size_t i = steps.size(); i-- > 0;) {
    const Module& module = report.result.modules[size_t(steps[i].module)];
    // The finding's own file has been named.
    if (i + 1 == steps.size() && report.result.text(module.id) == finding.diagnostic.file) continue;
    sink.write(" < " + step_text(report, steps[i]));
  }
}

}  // namespace

void print_audit_agent(const AuditReport& report, Sink& sink) {
  std::vector<const Finding*> findings;
  for (const Finding& finding : report.audited.findings)
    if (finding.standing == Standing::active) findings.push_back(&finding);
  // Errors first; within a level by rule, within a rule as they come.
  std::stable_sort(findings.begin(), findings.end(), [](const Finding* left, const Finding* right) {
    const Diagnostic& a = left->diagnostic;
    const Diagnostic& b = right->diagnostic;
    return a.level != b.level ? a.level > b.level : a.rule < b.rule;
  });

  const FindingCounts counts = count_findings(report.audited);
  const std::string rest = not_counted_text(counts);
  sink.write(fmt::format("demarc audit: {}{}; {}, {} in the client\n", counts_text(counts),
                         rest.empty() ? "" : " (not counted: " + rest + ")",
                         counted(report.audited.client.modules, "module"), decimal_bytes(report.audited.client.bytes)));
  for (size_t begin = 0; begin < findings.size();) {
    const Diagnostic& first = findings[begin]->diagnostic;
    size_t end = begin + 1;
    while (end < findings.size() && findings[end]->diagnostic.rule == first.rule &&
           findings[end]->diagnostic.level == first.level)
      ++end;
    sink.write(fmt::format("{} {} x{}\n", escaped(first.rule), level_word(first.level), end - begin));
    if (const Rule* rule = rule_of(report, *findings[begin]); rule != nullptr && !rule->remedy.empty())
      sink.write(fmt::format("fix: {}\n", escaped(rule->remedy)));
    for (size_t i = begin; i < std::min(end, begin + kMostOfRule); ++i) {
      const Diagnostic& diagnostic = findings[i]->diagnostic;
      sink.write(diagnostic.file.empty() ? "project" : report.names.shown(diagnostic.file));
      if (diagnostic.line != 0) sink.write(fmt::format(":{}:{}", diagnostic.line, diagnostic.column));
      sink.write(" " + escaped(diagnostic.message));
      print_chain(report, *findings[i], sink);
      sink.put('\n');
    }
    if (end - begin > kMostOfRule)
      sink.write(fmt::format("{} more: demarc audit -f json\n", grouped(end - begin - kMostOfRule)));
    begin = end;
  }
}

}  // namespace demarc
