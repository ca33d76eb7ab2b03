#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "cli/display.h"
#include "cli/print_audit.h"

namespace demarc {
namespace {

bool is_below(std::string_view path, std::string_view folder) {
  return !folder.empty() && path.size() > folder.size() + 1 && path.substr(0, folder.size()) == folder &&
         path[folder.size()] == '/';
}

void append_count(std::string& text, size_t count, std::string_view one, std::string_view many) {
  if (count == 0) return;
  if (!text.empty()) text += ", ";
  text += counted(count, one, many);
}

}  // namespace

FindingCounts count_findings(const AuditResult& audited) {
  FindingCounts counts;
  std::string_view last_file;
  bool any = false;
  for (const Finding& finding : audited.findings) {
    switch (finding.standing) {
      case Standing::suppressed:
        ++counts.suppressed;
        continue;
      case Standing::baseline:
        ++counts.baseline;
        continue;
      case Standing::unchanged:
        ++counts.unchanged;
        continue;
      case Standing::active:
        break;
    }
    switch (finding.diagnostic.level) {
      case Level::error:
        ++counts.errors;
        break;
      case Level::warn:
        ++counts.warnings;
        break;
      case Level::info:
        ++counts.notes;
    }
    // Findings come by file.
    if (!any || finding.diagnostic.file != last_file) ++counts.files;
    last_file = finding.diagnostic.file;
    any = true;
  }
  return counts;
}

std::string counts_text(const FindingCounts& counts) {
  std::string text;
  append_count(text, counts.errors, "error", "errors");
  append_count(text, counts.warnings, "warning", "warnings");
  append_count(text, counts.notes, "note", "notes");
  return text.empty() ? "no problems" : text;
}

std::string not_counted_text(const FindingCounts& counts) {
  std::string text;
  append_count(text, counts.suppressed, "suppressed", "suppressed");
  append_count(text, counts.baseline, "in the baseline", "in the baseline");
  append_count(text, counts.unchanged, "in unchanged files", "in unchanged files");
  return text;
}

const Rule* rule_of(const AuditReport& report, const Finding& finding) {
  const auto found = std::find_if(report.rules.begin(), report.rules.end(),
                                  [&](const Rule& rule) { return rule.id == finding.diagnostic.rule; });
  return found == report.rules.end() ? nullptr : &*found;
}

std::string service_path(const AuditReport& report, std::string_view file) {
  const std::string path = report.names.absolute(file.empty() ? "/package.json" : file);
  if (report.names.style() == PathStyle::absolute) return path;
  const std::string_view root = report.result.root;
  const bool around = report.repository == root || is_below(root, report.repository);
  if (around && is_below(path, report.repository)) return path.substr(report.repository.size() + 1);
  if (is_below(path, root)) return path.substr(root.size() + 1);
  return path;
}

std::string step_text(const AuditReport& report, const ChainStep& step) {
  const Module& module = report.result.modules[size_t(step.module)];
  std::string text = report.names.shown(report.result.text(module.id));
  if (step.import != kNoImport && report.result.imports[step.import].line != 0)
    text += fmt::format(":{}", report.result.imports[step.import].line);
  if (step.boundary) text += module.client ? "  'use client'" : "  'use server'";
  return text;
}

std::string repository_folder() {
  for (const char* name : {"GITHUB_WORKSPACE", "CI_PROJECT_DIR"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value != '/') continue;
    std::string folder = value;
    while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
    return folder;
  }
  return {};
}

}  // namespace demarc
