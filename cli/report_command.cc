#include "cli/report_command.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/audit_policy.h"
#include "cli/display.h"
#include "cli/memory_limit.h"
#include "cli/path_names.h"
#include "cli/print.h"
#include "cli/publish.h"
#include "cli/report_data.h"
#include "cli/report_page.h"
#include "cli/scan_run.h"
#include "scanner/audit.h"
#include "scanner/describe_project.h"

namespace demarc {
namespace {

using Clock = std::chrono::steady_clock;

// The time in UTC; that of SOURCE_DATE_EPOCH where a build wants the same bytes again.
std::string time_of_report() {
  std::time_t now = std::time(nullptr);
  if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH")) now = std::time_t(std::strtoll(epoch, nullptr, 10));
  std::tm parts{};
  if (gmtime_r(&now, &parts) == nullptr) return {};
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string last_component(const std::string& root) {
  return root.substr(root.find_last_of('/') + 1);
}

}  // namespace

ExitCode run_report(const ScanArguments& arguments) {
  const Clock::time_point start = Clock::now();
  const Look error_look = look_of(STDERR_FILENO, arguments.color);
  Sink errors(STDERR_FILENO);
  ExitCode code = ExitCode::success;
  ScanPlan plan;
  AuditPolicy policy;  // as an audit without flags of its own would have it
  std::optional<ScanResult> result;
  if (plan_graph(arguments, error_look, errors, plan, code)) {
    AuditArguments settings;
    settings.scan = arguments;
    std::vector<Diagnostic> problems;
    if (policy.prepare(settings, this_process(), plan, problems)) {
      prepare_for_audit(plan.options);
      result = scan_graph(arguments, plan, error_look, errors, code);
    } else {
      print_diagnostics(problems, {}, PathNames(plan.options.root, PathStyle::from_root), error_look, errors);
      code = ExitCode::usage;
    }
  }
  if (result) {
    const std::unique_ptr<FileSystem> file_system = make_real_file_system();
    AuditResult audited = audit(*result, policy.options(), *file_system);
    policy.apply(*result, audited);
    std::vector<Diagnostic> known;
    const ProjectDescription project = describe_project(plan.options, *file_system, known);
    const auto print = [&](const Look&, Sink& sink) {
      const ReportFacts facts = {
          .title = last_component(result->root),
          .created = time_of_report(),
          .duration_ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count(),
          .peak_bytes = peak_resident_bytes(),
      };
      sink.write(kReportPageBegin);
      write_report_data(*result, audited, project, facts, sink);
      sink.write(kReportPageEnd);
    };
    const std::string file = arguments.output.empty() ? result->root + "/demarc-report.html" : arguments.output;
    const ExitCode written = publish(file, arguments.color, print, error_look, errors);
    if (written != ExitCode::success)
      code = written;
    else if (!arguments.quiet && file != "-")
      errors.write("Wrote " + escaped(file) + "\n");
  }
  errors.flush();
  return code;
}

}  // namespace demarc
