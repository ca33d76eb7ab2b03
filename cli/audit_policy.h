// Which findings count, beside what comments in the code say: the baseline and --changed-since; and the settings of
// rules and budgets, from flags and the configuration file.
//
//   AuditPolicy policy;
//   if (!policy.prepare(arguments, surroundings, plan, problems)) refuse(problems);     // before the scan
//   AuditResult audited = audit(result, policy.options(), disk);
//   policy.apply(result, audited);
//   policy.update_baseline(...)                                                         // where that was asked for
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/args.h"
#include "cli/baseline.h"
#include "cli/changed_files.h"
#include "cli/scan_plan.h"
#include "scanner/audit.h"

namespace demarc {

// Used where neither --baseline nor the configuration names one, if it is there; --update-baseline makes it.
inline constexpr std::string_view kDefaultBaseline = ".demarc-baseline.json";

class AuditPolicy {
 public:
  // Reads the baseline and asks git. False: `problems` says why, all at level error.
  bool prepare(const AuditArguments& arguments, const Surroundings& surroundings, const ScanPlan& plan,
               std::vector<Diagnostic>& problems);

  const AuditOptions& options() const { return options_; }

  // Says of findings why they do not count, and adds a finding for each entry of the baseline that is stale. With
  // --update-baseline all become part of the baseline, and stale_entries() those that it loses.
  void apply(const ScanResult& result, AuditResult& audited);

  bool updates_baseline() const { return update_; }
  const std::string& baseline_path() const { return path_; }
  uint64_t stale_entries() const { return stale_; }
  // Writes the baseline, whole or not at all. Empty, or what went wrong.
  std::string write_baseline(const AuditResult& audited) const;

 private:
  void add_stale(const ScanResult& result, const std::vector<BaselineEntry>& stale, AuditResult& audited) const;
  void leave_unchanged(const ScanResult& result, AuditResult& audited) const;

  AuditOptions options_;
  std::string path_;  // empty: there is no baseline
  std::optional<Baseline> baseline_;
  std::optional<ChangedFiles> changed_;
  bool update_ = false;
  uint64_t stale_ = 0;
};

// What flags say over what the configuration says: a rule's level with the files that the configuration ignores kept,
// and budgets by their names.
AuditOptions merged_options(const AuditOptions& configured, const std::vector<RuleSetting>& rules,
                            const std::vector<Budget>& budgets);

}  // namespace demarc
