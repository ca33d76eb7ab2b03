// For comments, wikis and GitHub's step summary. Names and messages come from files, so nothing of them may be markup:
// names are code spans, and what looks like markup in messages is escaped.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>

#include "cli/display.h"
#include "cli/level.h"
#include "cli/markdown.h"
#include "cli/print_audit.h"

namespace demarc {
namespace {

constexpr size_t kMostCosts = 10;
// GitHub refuses a step's summary above 1 MiB, all of it.
constexpr size_t kMostSummaryBytes = size_t(900) << 10;

class MarkdownPrinter {
 public:
  MarkdownPrinter(const AuditReport& report, size_t most_bytes, Sink& sink)
      : report_(report), most_bytes_(most_bytes), sink_(sink) {}

  void print() {
    const FindingCounts counts = count_findings(report_.audited);
    put(fmt::format("## demarc audit: {}\n\n", counts_text(counts)));
    const AuditResult& audited = report_.audited;
    put(fmt::format("{}, {} of sources, are in the client; {}, {}, are not.", counted(audited.client.modules, "module"),
                    decimal_bytes(audited.client.bytes), counted(audited.server.modules, "module"),
                    decimal_bytes(audited.server.bytes)));
    const std::string rest = not_counted_text(counts);
    put(rest.empty() ? "\n" : fmt::format(" Not counted: {}.\n", rest));
    print_costs();
    print_findings();
  }

 private:
  void put(const std::string& text) {
    written_ += text.size();
    sink_.write(text);
  }

  std::string name_of(ModuleIndex module) const {
    return report_.names.shown(report_.result.text(report_.result.modules[size_t(module)].id));
  }

  void print_costs() {
    const std::vector<BoundaryCost>& boundaries = report_.audited.boundaries;
    if (boundaries.empty()) return;
    put("\n| boundary | environment | own | exclusive | total |\n| --- | --- | ---: | ---: | ---: |\n");
    for (size_t i = 0; i < std::min(boundaries.size(), kMostCosts); ++i) {
      const BoundaryCost& cost = boundaries[i];
      put(fmt::format("| {} | {} | {} | {} | {} |\n", code_cell(name_of(cost.module)),
                      code_cell(escaped(report_.result.environments[cost.environment])), decimal_bytes(cost.own_bytes),
                      decimal_bytes(cost.exclusive.bytes), decimal_bytes(cost.total.bytes)));
    }
    if (boundaries.size() > kMostCosts)
      put(fmt::format("\nand {}.\n", counted(boundaries.size() - kMostCosts, "more boundary", "more boundaries")));
  }

  void print_findings() {
    std::vector<const Finding*> findings;
    for (const Finding& finding : report_.audited.findings)
      if (finding.standing == Standing::active) findings.push_back(&finding);
    std::stable_sort(findings.begin(), findings.end(), [](const Finding* left, const Finding* right) {
      const Diagnostic& a = left->diagnostic;
      const Diagnostic& b = right->diagnostic;
      return a.level != b.level ? a.level > b.level : a.rule < b.rule;
    });
    for (size_t i = 0; i < findings.size(); ++i) {
      const Diagnostic& diagnostic = findings[i]->diagnostic;
      std::string text;
      if (i == 0 || diagnostic.rule != findings[i - 1]->diagnostic.rule ||
          diagnostic.level != findings[i - 1]->diagnostic.level)
        text = heading(*findings[i]);
      text += item(*findings[i]);
      if (written_ + text.size() > most_bytes_) {
        put(fmt::format("\n{} left out for want of space; `demarc audit` lists all.\n",
                        counted(findings.size() - i, "finding")));
        return;
      }
      put(text);
    }
  }

  std::string heading(const Finding& finding) const {
    std::string text = fmt::format("\n### {} {}\n\n", level_word(finding.diagnostic.level),
                                   code_span(escaped(finding.diagnostic.rule)));
    if (const Rule* rule = rule_of(report_, finding); rule != nullptr && !rule->remedy.empty())
      text += markdown_prose(rule->remedy) + "\n\n";
    return text;
  }

  std::string item(const Finding& finding) const {
    const Diagnostic& diagnostic = finding.diagnostic;
    std::string place = diagnostic.file.empty() ? "the project" : report_.names.shown(diagnostic.file);
    if (diagnostic.line != 0) place += fmt::format(":{}:{}", diagnostic.line, diagnostic.column);
    std::string text = fmt::format("- {}: {}\n", code_span(place), markdown_prose(diagnostic.message));
    if (!finding.chain.steps.empty()) {
      text += "  - via ";
      for (size_t i = 0; i < finding.chain.steps.size(); ++i)
        text += (i == 0 ? "" : " → ") + code_span(step_text(report_, finding.chain.steps[i]));
      text += "\n";
    }
    if (!diagnostic.help.empty()) text += "  - help: " + markdown_prose(diagnostic.help) + "\n";
    return text;
  }

  const AuditReport& report_;
  const size_t most_bytes_;
  Sink& sink_;
  size_t written_ = 0;
};

}  // namespace

void print_audit_markdown(const AuditReport& report, Sink& sink) {
  MarkdownPrinter(report, std::numeric_limits<size_t>::max(), sink).print();
}

bool append_step_summary(const AuditReport& report, Sink& errors) {
  const char* path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == '\0') return true;
  // Several steps' commands may have written to it before.
  const int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);
  int error = file < 0 ? errno : 0;
  if (file >= 0) {
    Sink sink(file);
    MarkdownPrinter(report, kMostSummaryBytes, sink).print();
    sink.flush();
    error = sink.error();
    if (close(file) != 0 && error == 0) error = errno;
  }
  if (error == 0) return true;
  errors.write(fmt::format("demarc: {} (GITHUB_STEP_SUMMARY): {}\n", escaped(path), std::strerror(error)));
  return false;
}

}  // namespace demarc
