// One document, or its records one a line: begin, finding, boundary, barrel, package, serverFunction, summary.
#include <string>

#include "cli/json_fields.h"
#include "cli/json_writer.h"
#include "cli/print_audit.h"

namespace demarc {

namespace {

class AuditWriter {
 public:
  AuditWriter(const AuditReport& report, bool stats, Sink& sink)
      : result_(report.result),
        audited_(report.audited),
        names_(report.names),
        with_stats_(stats),
        sink_(sink),
        json_(sink) {}

  void print_document() {
    json_.begin_object(JsonLayout::lines);
    write_begin();
    write_summary();
    list("findings", audited_.findings);
    list("boundaries", audited_.boundaries);
    list("barrels", audited_.barrels);
    list("packages", audited_.packages);
    list("serverFunctions", audited_.server_functions);
    write_stats();
    json_.end();
    sink_.put('\n');
  }

  void print_lines() {
    line("begin", [&] { write_begin(); });
    lines("finding", audited_.findings);
    lines("boundary", audited_.boundaries);
    lines("barrel", audited_.barrels);
    lines("package", audited_.packages);
    lines("serverFunction", audited_.server_functions);
    line("summary", [&] {
      write_summary();
      write_stats();
    });
  }

 private:
  template <class Item>
  void list(std::string_view key, const std::vector<Item>& items) {
    json_.key(key).begin_array(JsonLayout::lines);
    for (const Item& item : items) {
      json_.begin_object();
      write(item);
      json_.end();
    }
    json_.end();
  }

  template <class Write>
  void line(std::string_view type, const Write& write_members) {
    json_.begin_object();
    json_.key("type").string(type);
    write_members();
    json_.end();
    sink_.put('\n');
  }

  template <class Item>
  void lines(std::string_view type, const std::vector<Item>& items) {
    for (const Item& item : items) line(type, [&] { write(item); });
  }

  void write_begin() {
    write_header(json_);
    write_name(json_, "root", "rootBase64", result_.root);
    json_.key("framework").string(to_string(result_.framework));
    json_.key("environments").begin_array();
    for (const std::string& name : result_.environments) json_.string(name);
    json_.end();
    json_.key("complete").boolean(result_.outcome == Outcome::complete);
  }

  void write_summary() {
    const FindingCounts counts = count_findings(audited_);
    json_.key("summary").begin_object();
    json_.key("errors").number(counts.errors);
    json_.key("warnings").number(counts.warnings);
    json_.key("notes").number(counts.notes);
    json_.key("suppressed").number(counts.suppressed);
    json_.key("baseline").number(counts.baseline);
    json_.key("unchanged").number(counts.unchanged);
    write_amount("client", audited_.client);
    write_amount("server", audited_.server);
    json_.end();
  }

  void write_amount(std::string_view key, const Amount& amount) {
    json_.key(key).begin_object();
    json_.key("modules").number(amount.modules);
    json_.key("bytes").number(amount.bytes);
    json_.end();
  }

  // `file` of a finding may be that of a configuration.
  void write_file(std::string_view key, std::string_view id) {
    const std::string base64_key = std::string(key) + "Base64";
    write_name(json_, key, base64_key, names_.style() == PathStyle::absolute ? names_.absolute(id) : std::string(id));
  }

  void write_module(std::string_view key, ModuleIndex module) {
    write_file(key, result_.text(result_.modules[size_t(module)].id));
  }

  void write_environment(uint8_t environment) {
    if (environment < result_.environments.size()) json_.key("environment").string(result_.environments[environment]);
  }

  void write(const Finding& finding) {
    const Diagnostic& diagnostic = finding.diagnostic;
    json_.key("rule").string(diagnostic.rule);
    json_.key("level").string(to_string(diagnostic.level));
    if (!diagnostic.file.empty()) write_file("file", diagnostic.file);
    if (diagnostic.line != 0) write_place(json_, diagnostic.line, diagnostic.column);
    if (finding.end_column != 0) json_.key("endColumn").number(finding.end_column);
    json_.key("message").string(diagnostic.message);
    if (!diagnostic.help.empty()) json_.key("help").string(diagnostic.help);
    if (!finding.subject.empty()) json_.key("subject").string(finding.subject);
    if (!finding.chain.steps.empty()) {
      write_environment(finding.environment);
      if (finding.chain.from_prescan) json_.key("fromPrescan").boolean(true);
      json_.key("chain").begin_array();
      for (const ChainStep& step : finding.chain.steps) write(step);
      json_.end();
    }
    json_.key("standing").string(to_string(finding.standing));
    if (!finding.reason.empty()) json_.key("reason").string(finding.reason);
    json_.key("fingerprint").string(finding.fingerprint);
  }

  void write(const ChainStep& step) {
    const Module& module = result_.modules[size_t(step.module)];
    json_.begin_object();
    write_module("file", step.module);
    write_environment(step.environment);
    if (step.boundary) json_.key("boundary").string(module.client ? "use client" : "use server");
    if (step.import != kNoImport) {
      const Import& import = result_.imports[step.import];
      json_.key("specifier").string(result_.text(import.specifier));
      if (import.line != 0) write_place(json_, import.line, import.column);
    }
    json_.end();
  }

  void write(const BoundaryCost& cost) {
    write_module("file", cost.module);
    write_environment(cost.environment);
    json_.key("ownBytes").number(cost.own_bytes);
    write_amount("exclusive", cost.exclusive);
    write_amount("total", cost.total);
  }

  void write(const BarrelCost& cost) {
    write_module("file", cost.module);
    write_environment(cost.environment);
    json_.key("reexports").number(cost.reexports);
    write_amount("exclusive", cost.exclusive);
    write_amount("total", cost.total);
  }

  void write(const PackageCost& cost) {
    if (cost.name.empty())
      json_.key("name").null();
    else
      json_.key("name").string(cost.name);
    write_amount("client", cost.client);
  }

  void write(const ServerFunction& function) {
    write_module("file", function.module);
    if (!function.name.empty()) json_.key("name").string(function.name);
    json_.key("level").string(function.level == DirectiveLevel::module ? "module" : "function");
    if (function.line != 0) write_place(json_, function.line, function.column);
    json_.key("clientReachable").boolean(function.client_reachable);
    json_.key("importers").begin_array();
    for (const ModuleIndex importer : function.importers) {
      const std::string id(result_.text(result_.modules[size_t(importer)].id));
      json_.string(names_.style() == PathStyle::absolute ? names_.absolute(id) : id);
    }
    json_.end();
  }

  void write_stats() {
    if (!with_stats_) return;
    json_.key("stats").begin_object();
    json_.key("scanMs").decimal(result_.stats.duration_ms);
    json_.key("auditMs").decimal(audited_.duration_ms);
    json_.key("modules").number(result_.stats.modules);
    json_.key("edges").number(result_.stats.edges);
    json_.key("filesReadAgain").number(audited_.files_read);
    json_.key("exactParses").number(audited_.exact_parses);
    json_.end();
  }

  const ScanResult& result_;
  const AuditResult& audited_;
  const PathNames& names_;
  const bool with_stats_;
  Sink& sink_;
  JsonWriter json_;
};

}  // namespace

void print_audit_json(const AuditReport& report, bool stats, Sink& sink) {
  AuditWriter(report, stats, sink).print_document();
}

void print_audit_ndjson(const AuditReport& report, bool stats, Sink& sink) {
  AuditWriter(report, stats, sink).print_lines();
}

}  // namespace demarc
