#include "cli/diff_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include "cli/display.h"
#include "cli/print_diff.h"
#include "cli/publish.h"
#include "cli/result_diff.h"

namespace demarc {
namespace {

bool read(const std::string& path, Snapshot& snapshot, const Look& error_look, Sink& errors) {
  const std::string complaint = read_snapshot(path, snapshot);
  if (complaint.empty()) return true;
  errors.write(fmt::format("demarc: {} {}: {}\n", error_look.paint(Style::red, "error:"), escaped(path), complaint));
  return false;
}

}  // namespace

ExitCode run_diff(const DiffArguments& arguments) {
  const Look error_look = look_of(STDERR_FILENO, arguments.color);
  Sink errors(STDERR_FILENO);
  Snapshot before;
  Snapshot after;
  const bool has_before = read(arguments.before, before, error_look, errors);
  ExitCode code = ExitCode::usage;
  if (read(arguments.after, after, error_look, errors) && has_before) {
    const ResultDiff diff = compare(before, after);
    if (before.has_modules != after.has_modules)
      errors.write(fmt::format("Only {} has a graph (--emit graph), so the maps are compared.\n",
                               escaped(before.has_modules ? arguments.before : arguments.after)));
    const auto print = [&](const Look& look, Sink& sink) {
      switch (arguments.format) {
        case DiffFormat::pretty:
          return print_diff_pretty(diff, look, sink);
        case DiffFormat::json:
          return print_diff_json(diff, sink);
        case DiffFormat::markdown:
          return print_diff_markdown(diff, sink);
      }
    };
    code = publish(arguments.output, arguments.color, print, error_look, errors);
    if (code == ExitCode::success && diff.count() > 0) code = ExitCode::findings;
  }
  errors.flush();
  return code;
}

}  // namespace demarc
