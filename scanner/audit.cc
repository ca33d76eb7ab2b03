// The main path of an audit, as a list of passes. What a rule looks for is in audit_directives.cc, audit_boundaries.cc,
// audit_actions.cc and audit_paths.cc; what it says about itself in audit_rules.cc.
#include "scanner/audit.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "scanner/audit_run.h"
#include "scanner/suppressions.h"

namespace demarc {
namespace {

Level level_of(RuleLevel level) {
  switch (level) {
    case RuleLevel::error:
      return Level::error;
    case RuleLevel::warn:
      return Level::warn;
    case RuleLevel::info:
    case RuleLevel::off:
      break;
  }
  return Level::info;
}

auto order_of(const Finding& finding) {
  const Diagnostic& d = finding.diagnostic;
  return std::tie(d.file, d.line, d.column, d.rule, finding.subject, finding.environment, d.message);
}

bool is_installed(std::string_view file) {
  return file.find("/node_modules/") != std::string_view::npos;
}

// FNV-1a: short, and the same everywhere and for ever, which is all that a fingerprint needs.
class Fingerprint {
 public:
  void add(std::string_view text) {
    for (const char byte : text) step(uint8_t(byte));
    step(0xff);  // no byte of UTF-8, so that "a" "bc" is not "ab" "c"
  }
  std::string hexadecimal() const {
    std::string text(16, '0');
    for (size_t i = 0; i < 16; ++i) text[i] = "0123456789abcdef"[hash_ >> (60 - 4 * i) & 15];
    return text;
  }

 private:
  void step(uint8_t byte) { hash_ = (hash_ ^ byte) * 0x100000001b3; }
  uint64_t hash_ = 0xcbf29ce484222325;
};

// A path outside of the root is absolute, but its fingerprint has to be the same in another checkout: only what follows
// the folders that it shares with the root counts.
std::string_view portable_part(std::string_view file, std::string_view root) {
  size_t same = 0;
  for (size_t i = 0; i < std::min(file.size(), root.size()) && file[i] == root[i]; ++i)
    if (file[i] == '/') same = i;
  return same > 0 ? file.substr(same) : file;
}

void set_fingerprints(const ScanResult& result, std::vector<Finding>& findings) {
  std::unordered_map<std::string, uint32_t> seen;
  for (Finding& finding : findings) {
    const Diagnostic& diagnostic = finding.diagnostic;
    std::string key =
        diagnostic.rule + '\n' + std::string(portable_part(diagnostic.file, result.root)) + '\n' + finding.subject;
    const uint32_t ordinal = seen[key]++;
    Fingerprint fingerprint;
    fingerprint.add(key);
    fingerprint.add(std::to_string(ordinal));
    finding.fingerprint = fingerprint.hexadecimal();
  }
}

}  // namespace

std::vector<std::string> audit_markers() {
  return {"use client", "use server", std::string(kSuppressionMarker)};
}

AuditRun::AuditRun(const ScanResult& scan_result, const AuditOptions& audit_options, FileSystem& disk, AuditResult& to)
    : result(scan_result),
      options(audit_options),
      file_system(disk),
      graph(scan_result),
      files(graph, disk, audit_options.threads > 0 ? audit_options.threads : scan_result.stats.threads),
      audited(to) {
  for (const Rule& rule : rules()) settings_.push_back({rule.level, {}});
  for (const RuleSetting& given : options.rules) {
    const Rule* rule = find_rule(given.rule);
    if (rule == nullptr) continue;
    Setting& setting = settings_[size_t(rule - rules().data())];
    setting = {given.level, {}};
    for (const std::string& pattern : given.ignore) setting.ignore.push_back(Glob::compile(pattern));
  }
}

const AuditRun::Setting& AuditRun::setting_of(std::string_view rule) const {
  return settings_[size_t(find_rule(rule) - rules().data())];
}

bool AuditRun::wants(std::string_view rule) const {
  return setting_of(rule).level != RuleLevel::off;
}

bool AuditRun::is_ignored(const Setting& setting, std::string_view file) {
  if (file.starts_with('/')) file.remove_prefix(1);
  return std::any_of(setting.ignore.begin(), setting.ignore.end(),
                     [&](const Glob& glob) { return glob.matches(file); });
}

void AuditRun::report(Report&& report) {
  const Setting& setting = setting_of(report.rule);
  Finding finding;
  Diagnostic& diagnostic = finding.diagnostic;
  if (report.module != kNoModule) diagnostic.file = graph.id(report.module);
  if (setting.level == RuleLevel::off || is_ignored(setting, diagnostic.file)) return;
  diagnostic.rule = report.rule;
  diagnostic.level = level_of(setting.level);
  if (is_installed(diagnostic.file)) diagnostic.level = std::min(diagnostic.level, report.most_in_packages);
  diagnostic.line = report.line;
  diagnostic.column = report.column;
  diagnostic.message = std::move(report.message);
  diagnostic.help = std::move(report.help);
  finding.subject = std::move(report.subject);
  finding.end_column = report.end_column;
  finding.chain = std::move(report.chain);
  finding.environment = report.environment;
  audited.findings.push_back(std::move(finding));
}

// The scan knows the levels of its own diagnostics, in packages too; a setting speaks about the project's code.
void AuditRun::take(const Diagnostic& diagnostic) {
  const Rule* rule = find_rule(diagnostic.rule);
  if (rule == nullptr) return;
  const Setting& setting = settings_[size_t(rule - rules().data())];
  if (setting.level == RuleLevel::off || is_ignored(setting, diagnostic.file)) return;
  Finding finding;
  finding.diagnostic = diagnostic;
  if (!is_installed(diagnostic.file))
    finding.diagnostic.level = level_of(setting.level);
  else
    // Not every file that a package ships is meant to be built.
    finding.diagnostic.level = std::min({level_of(setting.level), diagnostic.level, Level::warn});
  finding.subject = diagnostic.message;
  audited.findings.push_back(std::move(finding));
}

const Chains& AuditRun::chains() {
  if (!chains_)
    chains_ = left_out_.empty() ? std::make_unique<Chains>(result) : std::make_unique<Chains>(result, left_out_);
  return *chains_;
}

void AuditRun::leave_out(std::vector<bool> imports) {
  chains_ = nullptr;
  left_out_ = std::move(imports);
}

std::string AuditRun::name_of(ModuleIndex module) const {
  const std::string_view id = graph.id(module);
  const size_t package = id.rfind("/node_modules/");
  if (package != std::string_view::npos) return std::string(id.substr(package + 14));
  return std::string(graph.module(module).outside || id.empty() ? id : id.substr(1));
}

const DirectiveUse* AuditRun::directive_of(ModuleIndex module, std::string_view value) const {
  for (const DirectiveUse& use : graph.directives(graph.module(module)))
    if (use.level == DirectiveLevel::module && result.text(use.value) == value) return &use;
  return nullptr;
}

AuditResult audit(const ScanResult& result, const AuditOptions& options, FileSystem& file_system) {
  const auto start = std::chrono::steady_clock::now();
  AuditResult audited;
  AuditRun run(result, options, file_system, audited);
  for (const Diagnostic& diagnostic : result.diagnostics) run.take(diagnostic);
  want_directive_reads(run);
  want_action_reads(run);
  want_boundary_reads(run);
  run.files.read();

  find_misplaced(run);
  find_typos(run);
  find_conflicts(run);
  find_unseen(run);

  list_server_functions(run);
  find_non_async(run);
  find_unreferenced(run);

  find_costs(run);
  find_wrong_sides(run);
  find_missing_use_server(run);
  find_client_reachable(run);
  find_client_modules(run);
  find_over_budget(run);
  find_duplicates(run);
  audited.files_read = run.files.files_read();
  audited.exact_parses = run.files.exact_parses();

  apply_suppressions(run);
  finish_findings(result, audited.findings);
  const auto duration = std::chrono::steady_clock::now() - start;
  audited.duration_ms = std::chrono::duration<double, std::milli>(duration).count();
  return audited;
}

void finish_findings(const ScanResult& result, std::vector<Finding>& findings) {
  std::sort(findings.begin(), findings.end(),
            [](const Finding& a, const Finding& b) { return order_of(a) < order_of(b); });
  set_fingerprints(result, findings);
}

}  // namespace demarc
