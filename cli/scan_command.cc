#include "cli/scan_command.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "cli/display.h"
#include "cli/print.h"
#include "cli/publish.h"
#include "cli/scan_plan.h"
#include "cli/scan_run.h"

namespace demarc {
namespace {

using Clock = std::chrono::steady_clock;

class ScanCommand {
 public:
  explicit ScanCommand(const ScanArguments& arguments)
      : arguments_(arguments), error_look_(look_of(STDERR_FILENO, arguments.color)) {}

  ExitCode run() {
    std::vector<Diagnostic> problems;
    const Surroundings surroundings = this_process();
    if (!plan_scan(arguments_, surroundings, plan_, problems)) return refuse(problems, surroundings.working_directory);
    log_plan();
    const ScanResult result = scan_with_progress(plan_.options, arguments_, error_look_);
    const ExitCode code = exit_code_of(result.outcome);
    const ExitCode written = publish(result);
    report(result);
    return written == ExitCode::success ? code : written;
  }

 private:
  bool is_human() const { return arguments_.format == Format::pretty; }
  PathStyle path_style() const { return arguments_.absolute_paths ? PathStyle::absolute : PathStyle::from_root; }

  // There is no root yet, so paths are shown as they are from here.
  ExitCode refuse(const std::vector<Diagnostic>& problems, const std::string& working_directory) {
    const PathNames names(working_directory, path_style());
    print_diagnostics(problems, {}, names, error_look_, error_sink_);
    error_sink_.flush();
    annotate(problems, names, arguments_.format);
    return ExitCode::usage;
  }

  // DEMARC_LOG=debug: what was decided before anything was read.
  void log_plan() {
    const char* level = std::getenv("DEMARC_LOG");
    if (level == nullptr || std::string_view(level) != "debug") return;
    const ScanOptions& options = plan_.options;
    const auto row = [this](std::string_view name, const std::string& value) {
      error_sink_.write("debug: ");
      error_sink_.write(name);
      error_sink_.write(" " + escaped(value) + "\n");
    };
    row("root", options.root);
    row("configuration", plan_.config.path.empty() ? "none" : plan_.config.path);
    row("threads", options.threads == 0 ? "auto" : std::to_string(options.threads));
    row("memory bound", binary_bytes(options.max_memory) + ", " + plan_.memory_reason);
    error_sink_.flush();
  }

  // The result, to standard output or the file. A bad project and a budget that does not suffice publish nothing at
  // all; an incomplete scan publishes its diagnostics, and its map only when asked.
  ExitCode publish(const ScanResult& result) {
    const bool with_map =
        result.outcome == Outcome::complete || (result.outcome == Outcome::incomplete && arguments_.allow_incomplete);
    const bool nothing =
        result.outcome == Outcome::invalid || result.outcome == Outcome::over_budget || (is_human() && !with_map);
    if (nothing) {
      annotate(result.diagnostics, PathNames(result.root, path_style()), arguments_.format);
      return ExitCode::success;
    }
    const ExitCode written = demarc::publish(
        arguments_.output, arguments_.color,
        [&](const Look& look, Sink& sink) { print_result(result, with_map, look, sink); }, error_look_, error_sink_);
    if (written == ExitCode::success)
      annotate(result.diagnostics, PathNames(result.root, path_style()), arguments_.format);
    return written;
  }

  void print_result(const ScanResult& result, bool with_map, const Look& look, Sink& sink) {
    const PrintOptions options = {.emit = arguments_.emit,
                                  .with_map = with_map,
                                  .stats = arguments_.stats,
                                  .paths = path_style(),
                                  .peak_resident_bytes = peak_resident_bytes()};
    switch (arguments_.format) {
      case Format::pretty:
        print_pretty(result, PathNames(result.root, path_style()), look, sink);
        break;
      case Format::json:
        print_json(result, options, sink);
        break;
      default:
        print_ndjson(result, options, sink);
        break;
    }
  }

  // What happened and what it cost, on standard error.
  void report(const ScanResult& result) {
    if (is_human() && error_look_.terminal && !result.diagnostics.empty()) error_sink_.put('\n');
    print_diagnostics(result.diagnostics, {.warnings = !arguments_.quiet, .notes = !arguments_.quiet},
                      PathNames(result.root, path_style()), error_look_, error_sink_);
    if (result.outcome == Outcome::incomplete && !arguments_.allow_incomplete)
      error_sink_.write("The map is withheld because it would be incomplete; --allow-incomplete prints it.\n");
    if (result.outcome == Outcome::over_budget)
      error_sink_.write("The bound is " + binary_bytes(plan_.options.max_memory) + ": " + escaped(plan_.memory_reason) +
                        ".\n");
    if (!arguments_.quiet && result.outcome != Outcome::invalid) {
      if (arguments_.stats && is_human()) print_stats(result.stats, error_look_, error_sink_);
      const uint64_t resident = peak_resident_bytes();
      const double milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
      print_cost(result.stats,
                 {.milliseconds = milliseconds, .peak_bytes = resident != 0 ? resident : result.stats.peak_bytes},
                 error_sink_);
    }
    error_sink_.flush();
  }

  const ScanArguments& arguments_;
  const Clock::time_point start_ = Clock::now();
  const Look error_look_;
  Sink error_sink_{STDERR_FILENO};
  ScanPlan plan_;
};

}  // namespace

ExitCode run_scan(const ScanArguments& arguments) {
  return ScanCommand(arguments).run();
}

}  // namespace demarc
