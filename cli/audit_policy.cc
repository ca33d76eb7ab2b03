#include "cli/audit_policy.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/output_file.h"
#include "cli/path_names.h"

namespace demarc {
namespace {

constexpr std::string_view kStale = "baseline/stale";

bool is_there(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0;
}

bool report_level(const AuditOptions& options, std::string_view rule, Level& level) {
  const Rule* known = find_rule(rule);
  RuleLevel configured = known == nullptr ? RuleLevel::info : known->level;
  for (const RuleSetting& setting : options.rules)
    if (setting.rule == rule) configured = setting.level;
  if (configured == RuleLevel::off) return false;
  level = configured == RuleLevel::error ? Level::error : configured == RuleLevel::warn ? Level::warn : Level::info;
  return true;
}

// As findings name files: from the root, where it is inside.
std::string id_of(const std::string& path, const std::string& root) {
  const std::string below = root == "/" ? root : root + "/";
  return path.starts_with(below) ? path.substr(below.size() - 1) : path;
}

}  // namespace

AuditOptions merged_options(const AuditOptions& configured, const std::vector<RuleSetting>& rules,
                            const std::vector<Budget>& budgets) {
  AuditOptions options = configured;
  for (const RuleSetting& given : rules) {
    RuleSetting setting = given;
    for (const RuleSetting& earlier : configured.rules)
      if (earlier.rule == given.rule && given.ignore.empty()) setting.ignore = earlier.ignore;
    options.rules.push_back(std::move(setting));
  }
  for (const Budget& given : budgets) {
    const auto same = std::find_if(options.budgets.begin(), options.budgets.end(),
                                   [&](const Budget& budget) { return budget.name == given.name; });
    if (same == options.budgets.end())
      options.budgets.push_back(given);
    else
      *same = given;
  }
  return options;
}

bool AuditPolicy::prepare(const AuditArguments& arguments, const Surroundings& surroundings, const ScanPlan& plan,
                          std::vector<Diagnostic>& problems) {
  options_ = merged_options(plan.audit, arguments.rules, arguments.budgets);
  update_ = arguments.update_baseline;
  const std::string& root = plan.options.root;
  const std::string usual = absolute_path(root, std::string(kDefaultBaseline));
  if (!arguments.baseline.empty())
    path_ = arguments.baseline == "none" ? "" : absolute_path(surroundings.working_directory, arguments.baseline);
  else if (!plan.baseline.empty())
    path_ = plan.baseline;
  else if (update_ || is_there(usual))
    path_ = usual;

  // What is there already and no baseline is not overwritten.
  if (!path_.empty() && (!update_ || is_there(path_))) {
    Diagnostic problem;
    if (!read_baseline(path_, baseline_.emplace(), problem)) {
      if (update_) problem.help = "it is no baseline, so it is not overwritten; name another file or remove it";
      problems.push_back(std::move(problem));
    }
  }
  if (!arguments.changed_since.empty()) {
    Result<ChangedFiles> changed = ChangedFiles::since(root, arguments.changed_since);
    if (changed)
      changed_ = std::move(*changed);
    else
      problems.push_back({.rule = "config/invalid",
                          .level = Level::error,
                          .message = "--changed-since: " + changed.error().message,
                          .help = "--changed-since asks git what differs from a commit; leave it out to have every "
                                  "finding count"});
  }
  return problems.empty();
}

void AuditPolicy::apply(const ScanResult& result, AuditResult& audited) {
  std::vector<BaselineEntry> stale;
  if (baseline_) stale = apply_baseline(*baseline_, audited.findings);
  for (const BaselineEntry& entry : stale) stale_ += entry.count;
  if (update_) {
    for (Finding& finding : audited.findings)
      if (belongs_to_baseline(finding)) finding.standing = Standing::baseline;
  } else if (!stale.empty()) {
    add_stale(result, stale, audited);
  }
  if (changed_) leave_unchanged(result, audited);
}

void AuditPolicy::add_stale(const ScanResult& result, const std::vector<BaselineEntry>& stale,
                            AuditResult& audited) const {
  Level level = Level::info;
  if (!report_level(options_, kStale, level)) return;
  for (const BaselineEntry& entry : stale) {
    Finding& finding = audited.findings.emplace_back();
    const std::string_view file = entry.file;
    finding.diagnostic = {.rule = std::string(kStale),
                          .level = level,
                          .file = id_of(path_, result.root),
                          .line = entry.line,
                          .column = 5,
                          .message = std::string(file.substr(file.starts_with('/') ? 1 : 0)) + " has no " + entry.rule +
                                     (entry.subject.empty() ? "" : " (" + entry.subject + ")") + " any more",
                          .help = "`demarc audit --update-baseline` drops what is mended"};
    finding.subject = entry.fingerprint;
  }
  finish_findings(result, audited.findings);
}

// A finding has changed with any module of its chain: "use client" at the top of one module is felt in another.
void AuditPolicy::leave_unchanged(const ScanResult& result, AuditResult& audited) const {
  const PathNames names(result.root, PathStyle::absolute);
  const auto is_changed = [&](std::string_view id) { return changed_->contains(names.absolute(id)); };
  for (Finding& finding : audited.findings) {
    if (finding.standing != Standing::active || finding.diagnostic.file.empty()) continue;
    if (is_changed(finding.diagnostic.file)) continue;
    // The file that an import led to was removed or renamed.
    if (finding.diagnostic.rule == "scan/unresolved" && changed_->names_removed(finding.diagnostic.message)) continue;
    const std::vector<ChainStep>& steps = finding.chain.steps;
    const bool is_felt = std::any_of(steps.begin(), steps.end(), [&](const ChainStep& step) {
      return is_changed(result.text(result.modules[size_t(step.module)].id));
    });
    if (!is_felt) finding.standing = Standing::unchanged;
  }
}

std::string AuditPolicy::write_baseline(const AuditResult& audited) const {
  const auto reason = [](const Error& error) { return error.message; };
  Result<OutputFile> file = OutputFile::create(path_);
  if (!file) return reason(file.error());
  Sink sink(file->descriptor());
  print_baseline(audited.findings, sink);
  sink.flush();
  if (sink.error() != 0) return std::strerror(sink.error());
  const Result<void> done = file->commit();
  return done ? std::string() : reason(done.error());
}

}  // namespace demarc
