// JUnit's XML, in the dialect that Jenkins, GitLab and GitHub's reporters agree on: a suite a file, a case a finding. A
// finding that makes the audit fail is a failure, one that does not count is skipped, any other is a case that passed
// and says something. An audit without findings is one case that passed, because a report without cases is taken for
// tests that did not run. No times: the same findings are the same bytes.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/display.h"
#include "cli/level.h"
#include "cli/print_audit.h"
#include "cli/utf8.h"

namespace demarc {
namespace {

// XML 1.0 has no way to say most control characters, so they are escaped for people (display.h); what remains is markup
// and the two code points that XML leaves out.
std::string xml(std::string_view text) {
  const std::string harmless = escaped(text);
  std::string out;
  out.reserve(harmless.size());
  for (size_t at = 0; at < harmless.size();) {
    const CodePoint point = decode_utf8(harmless, at);
    switch (point.value) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case 0xfffe:
      case 0xffff:
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", point.value);
        break;
      default:
        out += std::string_view(harmless).substr(at, point.length);
    }
    at += std::max<size_t>(point.length, 1);
  }
  return out;
}

struct SuiteCounts {
  size_t tests = 0, failures = 0, skipped = 0;
};

class JunitPrinter {
 public:
  JunitPrinter(const AuditReport& report, Sink& sink) : report_(report), sink_(sink) {}

  void print() {
    const std::vector<Finding>& findings = report_.audited.findings;
    const SuiteCounts all = count(0, findings.size());
    sink_.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    sink_.write(
        fmt::format("<testsuites name=\"demarc audit\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" "
                    "time=\"0\">\n",
                    std::max<size_t>(all.tests, 1), all.failures, all.skipped));
    if (findings.empty())
      sink_.write(
          "  <testsuite name=\"demarc audit\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"0\">\n"
          "    <testcase name=\"no problems\" classname=\"demarc\" time=\"0\"/>\n"
          "  </testsuite>\n");
    for (size_t begin = 0; begin < findings.size();) {
      size_t end = begin + 1;
      while (end < findings.size() && findings[end].diagnostic.file == findings[begin].diagnostic.file) ++end;
      print_suite(begin, end);
      begin = end;
    }
    sink_.write("</testsuites>\n");
  }

 private:
  bool fails(const Finding& finding) const {
    return finding.standing == Standing::active && finding.diagnostic.level >= report_.fails_from;
  }

  SuiteCounts count(size_t begin, size_t end) const {
    SuiteCounts counts;
    for (size_t i = begin; i < end; ++i) {
      const Finding& finding = report_.audited.findings[i];
      ++counts.tests;
      counts.failures += fails(finding) ? 1 : 0;
      counts.skipped += finding.standing != Standing::active ? 1 : 0;
    }
    return counts;
  }

  void print_suite(size_t begin, size_t end) {
    const std::string path = xml(service_path(report_, report_.audited.findings[begin].diagnostic.file));
    const SuiteCounts counts = count(begin, end);
    sink_.write(
        fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"0\">\n",
                    path, counts.tests, counts.failures, counts.skipped));
    for (size_t i = begin; i < end; ++i) print_case(report_.audited.findings[i], path);
    sink_.write("  </testsuite>\n");
  }

  void print_case(const Finding& finding, std::string_view path) {
    const Diagnostic& diagnostic = finding.diagnostic;
    std::string name = xml(diagnostic.rule);
    if (diagnostic.line != 0) name += fmt::format(" at {}:{}", diagnostic.line, diagnostic.column);
    if (!finding.subject.empty()) name += " (" + xml(finding.subject) + ")";
    sink_.write(fmt::format("    <testcase name=\"{}\" classname=\"{}\" file=\"{}\"", name, path, path));
    if (diagnostic.line != 0) sink_.write(fmt::format(" line=\"{}\"", diagnostic.line));
    sink_.write(" time=\"0\">\n");
    if (finding.standing != Standing::active) {
      sink_.write(fmt::format("      <skipped message=\"{}\"/>\n", why_skipped(finding)));
    } else if (fails(finding)) {
      sink_.write(fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n", level_word(diagnostic.level),
                              xml(diagnostic.message), body(finding)));
    } else {
      sink_.write(fmt::format("      <system-out>{}: {}</system-out>\n", level_word(diagnostic.level), body(finding)));
    }
    sink_.write("    </testcase>\n");
  }

  static std::string why_skipped(const Finding& finding) {
    switch (finding.standing) {
      case Standing::suppressed:
        return finding.reason.empty() ? "suppressed" : "suppressed: " + xml(finding.reason);
      case Standing::baseline:
        return "in the baseline";
      case Standing::unchanged:
        return "in an unchanged file";
      case Standing::active:
        break;
    }
    return {};
  }

  std::string body(const Finding& finding) const {
    std::string text = xml(finding.diagnostic.message);
    for (const ChainStep& step : finding.chain.steps) text += "\n  via " + xml(step_text(report_, step));
    if (!finding.diagnostic.help.empty()) text += "\nhelp: " + xml(finding.diagnostic.help);
    return text;
  }

  const AuditReport& report_;
  Sink& sink_;
};

}  // namespace

void print_audit_junit(const AuditReport& report, Sink& sink) {
  JunitPrinter(report, sink).print();
}

}  // namespace demarc
