#include "cli/audit_command.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "cli/display.h"
#include "cli/print.h"
#include "cli/print_audit.h"
#include "cli/publish.h"
#include "cli/scan_plan.h"
#include "cli/scan_run.h"
#include "scanner/audit.h"

namespace demarc {
namespace {

using Clock = std::chrono::steady_clock;

class AuditCommand {
 public:
  explicit AuditCommand(const AuditArguments& arguments)
      : arguments_(arguments), scan_(arguments.scan), error_look_(look_of(STDERR_FILENO, scan_.color)) {}

  ExitCode run() {
    const ExitCode code = plan_and_audit();
    errors_.flush();
    return code;
  }

 private:
  PathStyle path_style() const { return scan_.absolute_paths ? PathStyle::absolute : PathStyle::from_root; }
  bool is_human() const { return scan_.format == Format::pretty || scan_.format == Format::stylish; }

  ExitCode plan_and_audit() {
    std::vector<Diagnostic> problems;
    const Surroundings surroundings = this_process();
    ScanPlan plan;
    if (!plan_scan(scan_, surroundings, plan, problems))
      return refuse(problems, PathNames(surroundings.working_directory, path_style()), ExitCode::usage);
    add_audit_markers(plan.options);
    plan.options.keep = Keep::graph;

    const ScanResult result = scan_with_progress(plan.options, scan_, error_look_);
    const PathNames names(result.root, path_style());
    const ExitCode code = exit_code_of(result.outcome);
    const bool usable =
        result.outcome == Outcome::complete || (result.outcome == Outcome::incomplete && scan_.allow_incomplete);
    if (!usable) {
      refuse(result.diagnostics, names, code);
      if (result.outcome == Outcome::incomplete)
        errors_.write(
            "Part of the graph is missing, so there is no audit; --allow-incomplete makes one all the same.\n");
      if (result.outcome == Outcome::over_budget)
        errors_.write("The bound is " + binary_bytes(plan.options.max_memory) + ": " + escaped(plan.memory_reason) +
                      ".\n");
      return code;
    }
    print_diagnostics(not_findings(result.diagnostics), {.warnings = !scan_.quiet, .notes = false}, names, error_look_,
                      errors_);

    const std::unique_ptr<FileSystem> disk = make_real_file_system();
    const AuditResult audited = audit(result, options_of(plan), *disk);
    const auto print = [&](const Look& look, Sink& sink) { print_result(result, audited, names, look, sink); };
    const ExitCode written = publish(scan_.output, scan_.color, print, error_look_, errors_);
    if (written != ExitCode::success) return written;
    annotate(active(audited), names, scan_.format);
    report_cost(result);
    if (code != ExitCode::success) return code;
    return fails(audited) ? ExitCode::findings : ExitCode::success;
  }

  AuditOptions options_of(const ScanPlan&) const {
    AuditOptions options;
    options.rules = arguments_.rules;
    options.budgets = arguments_.budgets;
    return options;
  }

  ExitCode refuse(const std::vector<Diagnostic>& problems, const PathNames& names, ExitCode code) {
    print_diagnostics(problems, {}, names, error_look_, errors_);
    annotate(problems, names, scan_.format);
    return code;
  }

  // Diagnostics of the scan that are no findings of a rule: about configuration files, or what could not be read.
  static std::vector<Diagnostic> not_findings(const std::vector<Diagnostic>& diagnostics) {
    std::vector<Diagnostic> others;
    for (const Diagnostic& diagnostic : diagnostics)
      if (find_rule(diagnostic.rule) == nullptr) others.push_back(diagnostic);
    return others;
  }

  void print_result(const ScanResult& result, const AuditResult& audited, const PathNames& names, const Look& look,
                    Sink& sink) {
    const std::string repository = repository_folder();
    const AuditReport report{.result = result,
                             .audited = audited,
                             .rules = rules(),
                             .names = names,
                             .repository = repository,
                             .fails_from = arguments_.deny_warnings ? Level::warn : Level::error};
    switch (scan_.format) {
      case Format::pretty:
        return print_audit_pretty(report, scan_.quiet, look, sink);
      case Format::stylish:
        return print_audit_stylish(report, look, sink);
      case Format::unix_lines:
        return print_audit_unix(report, sink);
      case Format::json:
        return print_audit_json(report, scan_.stats, sink);
      case Format::ndjson:
        return print_audit_ndjson(report, scan_.stats, sink);
      case Format::sarif:
        return print_audit_sarif(report, sink);
      case Format::github:
        return print_audit_github(report, sink);
      case Format::gitlab:
        return print_audit_gitlab(report, sink);
      case Format::junit:
        return print_audit_junit(report, sink);
      case Format::markdown:
        return print_audit_markdown(report, sink);
      case Format::agent:
        return print_audit_agent(report, sink);
    }
  }

  static std::vector<Diagnostic> active(const AuditResult& audited) {
    std::vector<Diagnostic> diagnostics;
    for (const Finding& finding : audited.findings)
      if (finding.standing == Standing::active) diagnostics.push_back(finding.diagnostic);
    return diagnostics;
  }

  void report_cost(const ScanResult& result) {
    if (scan_.quiet) return;
    if (scan_.stats && is_human()) print_stats(result.stats, error_look_, errors_);
    const uint64_t resident = peak_resident_bytes();
    const double milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
    print_cost(result.stats,
               {.milliseconds = milliseconds, .peak_bytes = resident != 0 ? resident : result.stats.peak_bytes},
               errors_);
  }

  bool fails(const AuditResult& audited) const {
    const FindingCounts counts = count_findings(audited);
    return counts.errors > 0 || (arguments_.deny_warnings && counts.warnings > 0) ||
           (arguments_.max_warnings && counts.warnings > *arguments_.max_warnings);
  }

  const AuditArguments& arguments_;
  const ScanArguments& scan_;
  const Clock::time_point start_ = Clock::now();
  const Look error_look_;
  Sink errors_{STDERR_FILENO};
};

}  // namespace

ExitCode run_audit(const AuditArguments& arguments) {
  return AuditCommand(arguments).run();
}

}  // namespace demarc
