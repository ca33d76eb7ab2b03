// Findings as text, one function a format. All stream; none holds a second copy of the findings.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "cli/path_names.h"
#include "cli/sink.h"
#include "cli/terminal.h"
#include "scanner/audit.h"

namespace demarc {

// What is to be printed. Everything lives at least as long as the printing.
struct AuditReport {
  const ScanResult& result;
  const AuditResult& audited;
  std::span<const Rule> rules;  // by id
  const PathNames& names;
  // Absolute. Paths that services read (sarif, github, gitlab, junit) begin there, because that is where those look for
  // them; empty, or not around the root: at the root.
  std::string_view repository = {};
  Level fails_from = Level::error;  // a finding of this level makes the audit fail
};

// For people: code frames, chains, and what client code weighs. `quiet`: errors alone.
void print_audit_pretty(const AuditReport& report, bool quiet, const Look& look, Sink& sink);
void print_audit_stylish(const AuditReport& report, const Look& look, Sink& sink);
void print_audit_markdown(const AuditReport& report, Sink& sink);

// cli/schema/audit.v1.json describes both: one document, or a record a line. `stats`: with what differs from run to
// run.
void print_audit_json(const AuditReport& report, bool stats, Sink& sink);
void print_audit_ndjson(const AuditReport& report, bool stats, Sink& sink);

// For editors and other programs that read lines.
void print_audit_unix(const AuditReport& report, Sink& sink);
// For language models: as few words as say it.
void print_audit_agent(const AuditReport& report, Sink& sink);

// For services.
void print_audit_sarif(const AuditReport& report, Sink& sink);
void print_audit_github(const AuditReport& report, Sink& sink);
void print_audit_gitlab(const AuditReport& report, Sink& sink);
void print_audit_junit(const AuditReport& report, Sink& sink);

// Appends the report as Markdown to the file that GITHUB_STEP_SUMMARY names, if it is set. False: it could not be
// written, which `errors` is told; the audit's own result is not in doubt.
bool append_step_summary(const AuditReport& report, Sink& errors);

// The folder that a CI service has checked the repository out to (GITHUB_WORKSPACE, CI_PROJECT_DIR); empty elsewhere.
std::string repository_folder();

// --- What several formats say alike ----------------------------------------------------------------------------------

struct FindingCounts {
  size_t errors = 0, warnings = 0, notes = 0;  // active
  size_t suppressed = 0, baseline = 0, unchanged = 0;
  size_t files = 0;  // with an active finding
  size_t active() const { return errors + warnings + notes; }
};
FindingCounts count_findings(const AuditResult& audited);

// "2 errors, 1 warning"; what there is none of is left out. "no problems" where there is none at all.
std::string counts_text(const FindingCounts& counts);
// "3 suppressed, 12 in the baseline"; empty where everything counts.
std::string not_counted_text(const FindingCounts& counts);

const Rule* rule_of(const AuditReport& report, const Finding& finding);

// The path of a file as a service finds it, byte by byte: from AuditReport::repository, else from the root; of a file
// that is in neither, absolute. A finding about no file is placed at the project's package.json.
std::string service_path(const AuditReport& report, std::string_view file);

// "src/a.tsx:3", "src/b.tsx  'use client'": a step of a chain for people, escaped.
std::string step_text(const AuditReport& report, const ChainStep& step);

}  // namespace demarc
