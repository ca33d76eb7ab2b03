#include "cli/audit_command.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "cli/audit_policy.h"
#include "cli/display.h"
#include "cli/heap.h"
#include "cli/package_archive.h"
#include "cli/print.h"
#include "cli/print_audit.h"
#include "cli/publish.h"
#include "cli/scan_plan.h"
#include "cli/scan_run.h"
#include "scanner/audit.h"
#include "scanner/package_audit.h"

namespace demarc {
namespace {

bool is_folder(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// Where an archive's files may lie for a while; memory (tmpfs) only where there is nothing else.
std::vector<std::string> spool_folders(const std::string& named) {
  if (!named.empty()) return {named};
  std::vector<std::string> folders;
  for (const char* variable : {"DEMARC_CACHE_DIR", "TMPDIR"})
    if (const char* value = std::getenv(variable); value != nullptr && *value != '\0') folders.emplace_back(value);
  folders.insert(folders.end(), {"/var/tmp", "/tmp", "."});
  return folders;
}

using Clock = std::chrono::steady_clock;

class AuditCommand {
 public:
  explicit AuditCommand(const AuditArguments& arguments)
      : arguments_(arguments), scan_(arguments.scan), error_look_(look_of(STDERR_FILENO, scan_.color)) {}

  ExitCode run() {
    const ExitCode code = arguments_.package.empty() ? plan_and_audit() : audit_library();
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
    AuditPolicy policy;
    if (!policy.prepare(arguments_, surroundings, plan, problems))
      return refuse(problems, PathNames(plan.options.root, path_style()), ExitCode::usage);
    prepare_for_audit(plan.options);

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
    AuditResult audited = audit(result, policy.options(), *disk);
    policy.apply(result, audited);
    if (policy.updates_baseline()) {
      const ExitCode written = update_baseline(policy, result, audited, names);
      if (written != ExitCode::success) return written;
    }
    const auto print = [&](const Look& look, Sink& sink) { print_result(result, audited, names, look, sink); };
    const ExitCode written = publish(scan_.output, scan_.color, print, error_look_, errors_);
    if (written != ExitCode::success) return written;
    annotate(active(audited), names, scan_.format);
    report_cost(result);
    if (code != ExitCode::success) return code;
    return fails(audited) ? ExitCode::findings : ExitCode::success;
  }

  ExitCode complain(const std::string& message, ExitCode code) {
    errors_.write("demarc: " + error_look_.paint(Style::red, "error:") + " " + message + "\n");
    return code;
  }

  ExitCode update_baseline(const AuditPolicy& policy, const ScanResult& result, const AuditResult& audited,
                           const PathNames& names) {
    const std::string file = names.shown(policy.baseline_path());
    if (result.outcome != Outcome::complete)
      return complain(file + " was not written: part of the graph is missing, and with it findings",
                      exit_code_of(result.outcome));
    const std::string problem = policy.write_baseline(audited);
    if (!problem.empty()) return complain("cannot write " + file + ": " + problem, ExitCode::output_failed);
    if (scan_.quiet) return ExitCode::success;
    const auto known =
        size_t(std::count_if(audited.findings.begin(), audited.findings.end(),
                             [](const Finding& finding) { return finding.standing == Standing::baseline; }));
    std::string line = "Wrote " + counted(known, "finding") + " into " + file;
    if (policy.stale_entries() > 0) line += "; " + grouped(policy.stale_entries()) + " that are gone were dropped";
    errors_.write(line + ".\n");
    return ExitCode::success;
  }

  // --package. Settings of rules come from flags, and for a folder from its configuration.
  ExitCode audit_library() {
    const Surroundings surroundings = this_process();
    const std::string path = absolute_path(surroundings.working_directory, arguments_.package);
    const bool folder = is_folder(path);
    if (!folder && access(path.c_str(), F_OK) != 0)
      return complain(escaped(arguments_.package) +
                          " does not exist; --package takes the folder of a package.json, or "
                          "what `npm pack` makes of it",
                      ExitCode::usage);
    ScanPlan plan;
    std::vector<Diagnostic> problems;
    ScanArguments scope = scan_;
    scope.root = folder ? path : surroundings.working_directory;
    scope.no_config = !folder;
    if (!plan_scan(scope, surroundings, plan, problems))
      return refuse(problems, PathNames(surroundings.working_directory, path_style()), ExitCode::usage);
    bound_heap(plan.options.max_memory);

    std::unique_ptr<FileSystem> disk;
    if (folder) {
      disk = make_real_file_system();
    } else {
      Result<std::unique_ptr<PackageArchive>> archive =
          PackageArchive::open_archive(path, spool_folders(scan_.spill_dir));
      if (!archive) return complain(escaped(arguments_.package) + " " + archive.error().message, ExitCode::usage);
      disk = std::move(*archive);
    }
    const AuditOptions options = merged_options(plan.audit, arguments_.rules, arguments_.budgets);
    PackageAudit library = audit_package(folder ? path : "/", options, *disk);
    if (!library.problem.empty())
      return complain(escaped(arguments_.package) + ": " + library.problem, ExitCode::usage);
    // Its files are in no folder.
    if (!folder) library.files.root = path;
    const PathNames names(library.files.root, path_style());
    const auto print = [&](const Look& look, Sink& sink) {
      print_result(library.files, library.result, names, look, sink);
    };
    const ExitCode written = publish(scan_.output, scan_.color, print, error_look_, errors_);
    if (written != ExitCode::success) return written;
    annotate(active(library.result), names, scan_.format);
    if (!scan_.quiet) {
      const double milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
      errors_.write("Finished in " + duration_text(milliseconds) + ": " + counted(library.published, "published file") +
                    ", " + grouped(library.with_source) + " with a known source, " + grouped(library.with_directive) +
                    " with a directive, peak " + binary_bytes(peak_resident_bytes()) + "\n");
    }
    return fails(library.result) ? ExitCode::findings : ExitCode::success;
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
        print_audit_github(report, sink);
        append_step_summary(report, errors_);
        return;
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
