// SARIF 2.1.0 (OASIS). What services make of it decided where the standard leaves a choice:
// - Paths are relative to %SRCROOT%, which is named and not placed: whoever reads it has the sources somewhere else.
// - GitHub matches results of two runs by the fingerprint `primaryLocationLineHash`, and by nothing else.
// - GitHub wants a location for every result, so what concerns the whole project stands at its package.json.
// - A chain is a thread flow, from the entry to the finding; its boundaries are related locations too, which viewers
//   show without being asked.
// - Findings that do not count are results with a suppression or a baseline state; leaving them out would close them.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/display.h"
#include "cli/json_writer.h"
#include "cli/level.h"
#include "cli/print_audit.h"

namespace demarc {
namespace {

std::string_view sarif_level(RuleLevel level) {
  switch (level) {
    case RuleLevel::off:
      return "none";
    case RuleLevel::info:
      return "note";
    case RuleLevel::warn:
      return "warning";
    case RuleLevel::error:
      return "error";
  }
  return "none";
}

// RFC 3986: every byte but the unreserved ones and the slash is written as %XX, so a name of any bytes is a URI.
std::string uri_of(std::string_view path) {
  std::string uri;
  for (const char byte : path) {
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                       std::string_view("-._~/@").find(byte) != std::string_view::npos;
    if (plain)
      uri += byte;
    else
      uri += fmt::format("%{:02X}", uint8_t(byte));
  }
  return uri;
}

// BoundaryNodeBuiltinInClient
std::string pascal_case(std::string_view id) {
  std::string name;
  bool begins = true;
  for (const char letter : id) {
    if (letter == '/' || letter == '-') {
      begins = true;
      continue;
    }
    name += begins && letter >= 'a' && letter <= 'z' ? char(letter - ('a' - 'A')) : letter;
    begins = false;
  }
  return name;
}

std::string help_markdown(const Rule& rule) {
  std::string text(rule.cause);
  if (!rule.example.empty()) {
    text += "\n\n```tsx\n";
    text += rule.example;
    if (text.back() != '\n') text += '\n';
    text += "```";
  }
  if (!rule.remedy.empty()) {
    text += "\n\n**Remedy:** ";
    text += rule.remedy;
  }
  return text;
}

class SarifPrinter {
 public:
  SarifPrinter(const AuditReport& report, Sink& sink) : report_(report), json_(sink) {
    for (const Rule& rule : report.rules) ids_.emplace_back(rule.id);
    // Findings of rules that the table does not have cannot be, but a result must not point beside it.
    for (const Finding& finding : report.audited.findings) {
      if (std::find(ids_.begin(), ids_.end(), finding.diagnostic.rule) == ids_.end())
        ids_.push_back(finding.diagnostic.rule);
      if (finding.standing == Standing::baseline || finding.standing == Standing::unchanged) has_baseline_ = true;
    }
  }

  void print() {
    json_.begin_object(JsonLayout::lines);
    json_.key("$schema").string("https://json.schemastore.org/sarif-2.1.0.json");
    json_.key("version").string("2.1.0");
    json_.key("runs").begin_array(JsonLayout::lines);
    json_.begin_object(JsonLayout::lines);
    write_tool();
    write_invocation();
    json_.key("columnKind").string("utf16CodeUnits");
    json_.key("originalUriBaseIds").begin_object();
    json_.key("%SRCROOT%").begin_object();
    message("description", "The root of the repository, or of the project where no repository is known.");
    json_.end();
    json_.end();
    json_.key("results").begin_array(JsonLayout::lines);
    for (const Finding& finding : report_.audited.findings) write_result(finding);
    json_.end();
    json_.end();
    json_.end();
    json_.end();
  }

 private:
  void message(std::string_view key, std::string_view text) {
    json_.key(key).begin_object();
    json_.key("text").string(text);
    json_.end();
  }

  void write_tool() {
    json_.key("tool").begin_object(JsonLayout::lines);
    json_.key("driver").begin_object(JsonLayout::lines);
    json_.key("name").string("demarc");
    json_.key("version").string(DEMARC_VERSION);
    json_.key("semanticVersion").string(DEMARC_VERSION);
    json_.key("rules").begin_array(JsonLayout::lines);
    for (const Rule& rule : report_.rules) write_rule(rule);
    for (size_t i = report_.rules.size(); i < ids_.size(); ++i) {
      json_.begin_object();
      json_.key("id").string(ids_[i]);
      json_.end();
    }
    json_.end();
    json_.end();
    json_.end();
  }

  void write_rule(const Rule& rule) {
    json_.begin_object();
    json_.key("id").string(rule.id);
    json_.key("name").string(pascal_case(rule.id));
    message("shortDescription", rule.summary);
    message("fullDescription", rule.cause.empty() ? rule.summary : rule.cause);
    json_.key("help").begin_object();
    json_.key("text").string(std::string(rule.cause) + (rule.remedy.empty() ? "" : "\n\n") + std::string(rule.remedy));
    json_.key("markdown").string(help_markdown(rule));
    json_.end();
    json_.key("defaultConfiguration").begin_object();
    json_.key("enabled").boolean(rule.level != RuleLevel::off);
    json_.key("level").string(sarif_level(rule.level));
    json_.end();
    json_.key("properties").begin_object();
    json_.key("precision").string("high");
    json_.key("tags").begin_array();
    json_.string("react-server-components");
    if (rule.security) json_.string("security");
    json_.end();
    json_.end();
    json_.end();
  }

  // A scan that could not read everything must not look like one that found nothing.
  void write_invocation() {
    json_.key("invocations").begin_array();
    json_.begin_object();
    json_.key("executionSuccessful").boolean(report_.result.outcome == Outcome::complete);
    json_.end();
    json_.end();
  }

  void write_result(const Finding& finding) {
    const Diagnostic& diagnostic = finding.diagnostic;
    const auto rule = std::find(ids_.begin(), ids_.end(), diagnostic.rule);
    json_.begin_object();
    json_.key("ruleId").string(diagnostic.rule);
    json_.key("ruleIndex").number(uint64_t(rule - ids_.begin()));
    json_.key("level").string(level_word(diagnostic.level));
    std::string text = diagnostic.message;
    if (!diagnostic.help.empty()) text += "\nHelp: " + diagnostic.help;
    result_message(text);
    json_.key("locations").begin_array();
    json_.begin_object();
    physical_location(diagnostic.file, diagnostic.line, diagnostic.column, finding.end_column);
    json_.end();
    json_.end();
    if (!finding.fingerprint.empty()) {
      json_.key("partialFingerprints").begin_object();
      json_.key("demarc/v1").string(finding.fingerprint);
      json_.key("primaryLocationLineHash").string(finding.fingerprint);
      json_.end();
    }
    write_chain(finding);
    write_standing(finding);
    json_.end();
  }

  // In the text of a message, brackets are links, unless escaped; nothing else is (section 3.11.6).
  void result_message(std::string_view text) {
    std::string plain;
    for (const char byte : text) {
      if (byte == '[' || byte == ']' || byte == '\\') plain += '\\';
      plain += byte;
    }
    message("message", plain);
  }

  void physical_location(std::string_view file, uint64_t line, uint64_t column, uint64_t end_column) {
    json_.key("physicalLocation").begin_object();
    const std::string path = service_path(report_, file);
    json_.key("artifactLocation").begin_object();
    if (path.front() == '/') {
      json_.key("uri").string("file://" + uri_of(path));
    } else {
      json_.key("uri").string(uri_of(path));
      json_.key("uriBaseId").string("%SRCROOT%");
    }
    json_.end();
    if (line != 0) {
      json_.key("region").begin_object();
      json_.key("startLine").number(line);
      json_.key("startColumn").number(column);
      if (end_column > column) {
        json_.key("endLine").number(line);
        json_.key("endColumn").number(end_column);
      }
      json_.end();
    }
    json_.end();
  }

  const Module& module_at(const ChainStep& step) const { return report_.result.modules[size_t(step.module)]; }

  void write_chain(const Finding& finding) {
    const std::vector<ChainStep>& steps = finding.chain.steps;
    if (steps.empty()) return;
    json_.key("codeFlows").begin_array();
    json_.begin_object();
    json_.key("threadFlows").begin_array();
    json_.begin_object();
    json_.key("locations").begin_array();
    for (const ChainStep& step : steps) {
      json_.begin_object();
      json_.key("location").begin_object();
      step_location(step);
      result_message(step_message(step));
      json_.end();
      json_.key("importance").string(step.boundary ? "essential" : "important");
      json_.end();
    }
    json_.end();
    json_.end();
    json_.end();
    json_.end();
    json_.end();
    write_boundaries(steps);
  }

  void step_location(const ChainStep& step) {
    uint64_t line = 0;
    uint64_t column = 0;
    if (step.import != kNoImport) {
      const Import& import = report_.result.imports[step.import];
      line = import.line;
      column = import.column;
    }
    physical_location(report_.result.text(module_at(step).id), line, column, 0);
  }

  std::string step_message(const ChainStep& step) const {
    std::string text;
    if (step.boundary) text += module_at(step).client ? "\"use client\"; " : "\"use server\"; ";
    if (step.import == kNoImport)
      text += "arrives";
    else
      text += "imports \"" + std::string(report_.result.text(report_.result.imports[step.import].specifier)) + "\"";
    return text + " (" + report_.result.environments[step.environment] + ")";
  }

  void write_boundaries(const std::vector<ChainStep>& steps) {
    if (std::none_of(steps.begin(), steps.end(), [](const ChainStep& step) { return step.boundary; })) return;
    json_.key("relatedLocations").begin_array();
    uint64_t id = 0;
    for (const ChainStep& step : steps) {
      if (!step.boundary) continue;
      const Module& module = module_at(step);
      const std::string_view value = module.client ? "use client" : "use server";
      uint64_t line = 0;
      uint64_t column = 0;
      for (uint32_t i = 0; i < module.directive_count && line == 0; ++i) {
        const DirectiveUse& use = report_.result.directives[module.first_directive + i];
        if (use.level != DirectiveLevel::module || report_.result.text(use.value) != value) continue;
        line = use.line;
        column = use.column;
      }
      json_.begin_object();
      json_.key("id").number(id++);
      physical_location(report_.result.text(module.id), line, column, 0);
      result_message("the boundary: \"" + std::string(value) + "\"");
      json_.end();
    }
    json_.end();
  }

  // Either all results have a baseline state or none has (section 3.27.24).
  void write_standing(const Finding& finding) {
    const bool was_there = finding.standing == Standing::baseline || finding.standing == Standing::unchanged;
    if (has_baseline_) json_.key("baselineState").string(was_there ? "unchanged" : "new");
    if (finding.standing != Standing::suppressed && finding.standing != Standing::baseline) return;
    json_.key("suppressions").begin_array();
    json_.begin_object();
    if (finding.standing == Standing::suppressed) {
      json_.key("kind").string("inSource");
      if (!finding.reason.empty()) json_.key("justification").string(finding.reason);
    } else {
      json_.key("kind").string("external");
      json_.key("justification").string("in the baseline");
    }
    json_.end();
    json_.end();
  }

  const AuditReport& report_;
  JsonWriter json_;
  std::vector<std::string> ids_;
  bool has_baseline_ = false;
};

}  // namespace

void print_audit_sarif(const AuditReport& report, Sink& sink) {
  SarifPrinter(report, sink).print();
  sink.put('\n');
}

}  // namespace demarc
