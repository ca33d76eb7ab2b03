#include "cli/graph_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "cli/display.h"
#include "cli/print_graph.h"
#include "cli/publish.h"
#include "cli/scan_run.h"

namespace demarc {
namespace {

ExitCode print_graph(const GraphArguments& arguments, const ScanResult& result, const Look& error_look, Sink& errors) {
  if (!knows_environment(result, arguments.environment, error_look, errors)) return ExitCode::usage;
  const auto found = std::find(result.environments.begin(), result.environments.end(), arguments.environment);
  const int environment = found == result.environments.end() ? -1 : int(found - result.environments.begin());
  const GraphView view = view_graph(result, arguments.level, environment);
  const PathNames names(result.root, arguments.scan.absolute_paths ? PathStyle::absolute : PathStyle::from_root);
  GraphCut cut;
  const auto print = [&](const Look&, Sink& sink) {
    switch (arguments.format) {
      case GraphFormat::dot:
        return print_dot(view, names, sink);
      case GraphFormat::mermaid:
        cut = print_mermaid(view, names, sink);
        return;
      case GraphFormat::json:
        return print_graph_json(result, view, arguments.level, names, sink);
    }
  };
  const ExitCode written = publish(arguments.scan.output, When::never, print, error_look, errors);
  if (cut.nodes + cut.edges > 0 && !arguments.scan.quiet)
    errors.write(fmt::format("Mermaid draws no graph of this size: {} and {} left out; --format dot or json has all.\n",
                             counted(cut.nodes, "node"), counted(cut.edges, "edge")));
  return written;
}

}  // namespace

ExitCode run_graph(const GraphArguments& arguments) {
  const Look error_look = look_of(STDERR_FILENO, arguments.scan.color);
  Sink errors(STDERR_FILENO);
  ExitCode code = ExitCode::success;
  const std::optional<ScanResult> result = scan_graph(arguments.scan, error_look, errors, code);
  if (result) {
    const ExitCode printed = print_graph(arguments, *result, error_look, errors);
    if (printed != ExitCode::success) code = printed;
  }
  errors.flush();
  return code;
}

}  // namespace demarc
