// As eslint's format of that name: a heading a file, below it a line a finding.
//
//   src/app/Nav.tsx
//     3:1   error    node:fs is imported in the client  boundary/node-builtin-in-client
//              via src/worker.tsx:4 > src/app/Nav.tsx:5
//
//   2 problems (1 error, 1 warning)
#include <fmt/format.h>

#include <algorithm>

#include "cli/display.h"
#include "cli/level.h"
#include "cli/print_audit.h"

namespace demarc {
namespace {

constexpr int kNarrowest = 40;

std::string place_of(const Finding& finding) {
  const Diagnostic& diagnostic = finding.diagnostic;
  return diagnostic.line == 0 ? "" : fmt::format("{}:{}", diagnostic.line, diagnostic.column);
}

class StylishPrinter {
 public:
  StylishPrinter(const AuditReport& report, const Look& look, Sink& sink)
      : report_(report), look_(look), sink_(sink), width_(size_t(std::max(look.width, kNarrowest))) {}

  void print() {
    const std::vector<Finding>& findings = report_.audited.findings;
    for (size_t begin = 0; begin < findings.size();) {
      size_t end = begin + 1;
      while (end < findings.size() && findings[end].diagnostic.file == findings[begin].diagnostic.file) ++end;
      print_file(begin, end);
      begin = end;
    }
    print_summary();
  }

 private:
  void print_file(size_t begin, size_t end) {
    const std::vector<Finding>& findings = report_.audited.findings;
    size_t place_width = 0;
    bool any = false;
    for (size_t i = begin; i < end; ++i) {
      if (findings[i].standing != Standing::active) continue;
      any = true;
      place_width = std::max(place_width, place_of(findings[i]).size());
    }
    if (!any) return;
    const std::string& file = findings[begin].diagnostic.file;
    sink_.write(look_.paint(Style::bold, file.empty() ? "the project" : report_.names.shown(file)) + "\n");
    for (size_t i = begin; i < end; ++i)
      if (findings[i].standing == Standing::active) print_finding(findings[i], place_width);
    sink_.put('\n');
  }

  // The message is wrapped in its own column; the rule follows it, on a line of its own where it does not fit.
  void print_finding(const Finding& finding, size_t place_width) {
    const Diagnostic& diagnostic = finding.diagnostic;
    constexpr size_t kLevelWidth = 7;  // "warning"
    const size_t indent = 2 + (place_width == 0 ? 0 : place_width + 2) + kLevelWidth + 2;
    std::string line = "  ";
    if (place_width != 0) line += look_.paint(Style::dim, fmt::format("{:<{}}", place_of(finding), place_width)) + "  ";
    line +=
        look_.paint(level_style(diagnostic.level), fmt::format("{:<{}}", level_word(diagnostic.level), kLevelWidth));
    line += "  ";
    size_t at = append_wrapped(line, escaped(diagnostic.message), indent);
    if (at + 2 + diagnostic.rule.size() > width_ && at > indent)
      line += "\n" + std::string(indent, ' ');
    else
      line += "  ";
    line += look_.paint(Style::dim, escaped(diagnostic.rule)) + "\n";
    sink_.write(line);
    if (!finding.chain.steps.empty()) print_chain(finding.chain, indent);
    if (!diagnostic.help.empty()) {
      std::string help(indent, ' ');
      help += look_.paint(Style::green, "help:") + " ";
      append_wrapped(help, escaped(diagnostic.help), indent + 6);
      sink_.write(help + "\n");
    }
  }

  void print_chain(const Chain& chain, size_t indent) {
    std::string text;
    for (const ChainStep& step : chain.steps) {
      if (!text.empty()) text += " > ";
      text += step_text(report_, step);
    }
    std::string line(indent, ' ');
    line += look_.paint(Style::dim, "via") + " ";
    append_wrapped(line, text, indent + 4);
    sink_.write(line + "\n");
  }

  // Appends words, the lines after the first indented; returns the column after the last. Bytes stand for columns,
  // which breaks a line of other scripts somewhat early.
  size_t append_wrapped(std::string& to, std::string_view text, size_t indent) const {
    size_t at = indent;
    const size_t width = std::max(width_, indent + 20);
    while (!text.empty()) {
      const std::string_view word = text.substr(0, text.find(' '));
      if (at > indent && at + 1 + word.size() > width) {
        to += '\n';
        to.append(indent, ' ');
        at = indent;
      } else if (at > indent) {
        to += ' ';
        ++at;
      }
      to += word;
      at += word.size();
      text.remove_prefix(std::min(word.size() + 1, text.size()));
    }
    return at;
  }

  void print_summary() {
    const FindingCounts counts = count_findings(report_.audited);
    const std::string rest = not_counted_text(counts);
    const bool fails = counts.errors > 0 || (report_.fails_from == Level::warn && counts.warnings > 0);
    const Style style = fails ? Style::red : counts.active() > 0 ? Style::yellow : Style::green;
    std::string text = counts.active() == 0
                           ? "no problems"
                           : fmt::format("{} ({})", counted(counts.active(), "problem"), counts_text(counts));
    if (counts.active() > 0 && look_.unicode) text.insert(0, "✖ ");
    sink_.write(look_.paint(style, text));
    if (!rest.empty()) sink_.write(look_.paint(Style::dim, "; not counted: " + rest));
    sink_.put('\n');
  }

  const AuditReport& report_;
  const Look& look_;
  Sink& sink_;
  const size_t width_;
};

}  // namespace

void print_audit_stylish(const AuditReport& report, const Look& look, Sink& sink) {
  StylishPrinter(report, look, sink).print();
}

}  // namespace demarc
