// GitLab's Code Quality report: an array of issues in the terms of the Code Climate specification, of which GitLab
// reads description, check_name, fingerprint, severity and location.
#include <algorithm>

#include "cli/json_writer.h"
#include "cli/print_audit.h"

namespace demarc {
namespace {

std::string_view severity_of(Level level) {
  switch (level) {
    case Level::error:
      return "major";
    case Level::warn:
      return "minor";
    case Level::info:
      break;
  }
  return "info";
}

}  // namespace

void print_audit_gitlab(const AuditReport& report, Sink& sink) {
  JsonWriter json(sink);
  json.begin_array(JsonLayout::lines);
  for (const Finding& finding : report.audited.findings) {
    if (finding.standing != Standing::active) continue;
    const Diagnostic& diagnostic = finding.diagnostic;
    json.begin_object();
    json.key("type").string("issue");
    json.key("check_name").string(diagnostic.rule);
    json.key("description").string(diagnostic.message);
    json.key("severity").string(severity_of(diagnostic.level));
    json.key("fingerprint").string(finding.fingerprint);
    json.key("location").begin_object();
    json.key("path").string(service_path(report, diagnostic.file));
    json.key("lines").begin_object();
    json.key("begin").number(std::max<uint64_t>(diagnostic.line, 1));
    json.end();
    json.end();
    json.end();
  }
  json.end();
  sink.put('\n');
}

}  // namespace demarc
