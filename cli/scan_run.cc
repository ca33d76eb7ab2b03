#include "cli/scan_run.h"
#include <oneapi/tbb/global_control.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "cli/display.h"
#include "cli/exhaustion.h"
#include "cli/heap.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/scan_plan.h"
#include "cli/suggest.h"
#include "scanner/audit.h"

namespace demarc {
namespace {

// The process-wide settings of oneTBB; the library itself changes none. More threads than processors are allowed when
// asked for: on a cold disk they overlap its waiting. No stack of ours is deep, and 4 MiB each would be address space
// that a limit (ulimit -v) counts.
class ThreadSettings {
 public:
  explicit ThreadSettings(int threads)
      : parallelism_(tbb::global_control::max_allowed_parallelism, size_t(threads)),
        stack_(tbb::global_control::thread_stack_size, size_t(512) << 10) {}

 private:
  tbb::global_control parallelism_;
  tbb::global_control stack_;
};

}  // namespace

ExitCode exit_code_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::complete:
      return ExitCode::success;
    case Outcome::incomplete:
      return ExitCode::incomplete;
    case Outcome::over_budget:
      return ExitCode::over_budget;
    case Outcome::invalid:
      return ExitCode::usage;
  }
  return ExitCode::internal_error;
}

ScanResult scan_with_progress(const ScanOptions& options, const ScanArguments& arguments, const Look& error_look) {
  const ThreadSettings settings(options.threads == 0 ? threads_available() : options.threads);
  ScanControl control;
  std::optional<Progress> progress;
  if (!arguments.quiet && wants_progress(arguments.progress, error_look))
    progress.emplace(control, error_look, STDERR_FILENO);
  bound_heap(options.max_memory);
  try {
    ScanResult result = scan(options, &control);
    outlive_failing_threads();
    return result;
  } catch (const std::bad_alloc&) {
    if (!heap_bound_was_hit()) throw;
  }
  return over_budget(options, control);
}

void annotate(const std::vector<Diagnostic>& diagnostics, const PathNames& names, Format format) {
  if (format != Format::pretty || !in_github_actions()) return;
  const char* workspace = std::getenv("GITHUB_WORKSPACE");
  Sink sink(STDOUT_FILENO);
  print_annotations(diagnostics, names, workspace == nullptr ? "" : workspace, sink);
  sink.flush();
}

void prepare_for_audit(ScanOptions& options) {
  options.keep = Keep::graph;
  options.exports = Exports::own_or_server;
  constexpr size_t kMostMarkers = 32;
  std::vector<std::string>& markers = options.markers;
  for (std::string& marker : audit_markers())
    if (markers.size() < kMostMarkers && std::find(markers.begin(), markers.end(), marker) == markers.end())
      markers.push_back(std::move(marker));
}

bool knows_environment(const ScanResult& result, const std::string& name, const Look& error_look, Sink& errors) {
  const std::vector<std::string_view> names(result.environments.begin(), result.environments.end());
  if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return true;
  errors.write("demarc: " + error_look.paint(Style::red, "error:") + " no environment \"" + escaped(name) + "\"" +
               suggestion(name, names) + "\n  help: --in names one of " + escaped(one_of(names)) + "\n");
  return false;
}

bool plan_graph(const ScanArguments& arguments, const Look& error_look, Sink& errors, ScanPlan& plan, ExitCode& code) {
  std::vector<Diagnostic> problems;
  const Surroundings surroundings = this_process();
  if (!plan_scan(arguments, surroundings, plan, problems)) {
    code = ExitCode::usage;
    const PathNames names(surroundings.working_directory,
                          arguments.absolute_paths ? PathStyle::absolute : PathStyle::from_root);
    print_diagnostics(problems, {}, names, error_look, errors);
    annotate(problems, names, arguments.format);
    return false;
  }
  plan.options.keep = Keep::graph;
  return true;
}

std::optional<ScanResult> scan_graph(const ScanArguments& arguments, const ScanPlan& plan, const Look& error_look,
                                     Sink& errors, ExitCode& code) {
  const PathStyle style = arguments.absolute_paths ? PathStyle::absolute : PathStyle::from_root;
  ScanResult result = scan_with_progress(plan.options, arguments, error_look);
  code = exit_code_of(result.outcome);
  // Warnings are the business of scan; here only what makes the answer doubtful is said.
  const PathNames names(result.root, style);
  print_diagnostics(result.diagnostics, {.warnings = false, .notes = false}, names, error_look, errors);
  std::vector<Diagnostic> doubts;
  std::copy_if(result.diagnostics.begin(), result.diagnostics.end(), std::back_inserter(doubts),
               [](const Diagnostic& diagnostic) { return diagnostic.level == Level::error; });
  annotate(doubts, names, arguments.format);
  if (result.outcome == Outcome::complete) return result;
  if (result.outcome == Outcome::incomplete && arguments.allow_incomplete) return result;
  if (result.outcome == Outcome::incomplete)
    errors.write("Part of the graph is missing, so there is no answer; --allow-incomplete gives one all the same.\n");
  return std::nullopt;
}

std::optional<ScanResult> scan_graph(const ScanArguments& arguments, const Look& error_look, Sink& errors,
                                     ExitCode& code) {
  ScanPlan plan;
  if (!plan_graph(arguments, error_look, errors, plan, code)) return std::nullopt;
  return scan_graph(arguments, plan, error_look, errors, code);
}

}  // namespace demarc
