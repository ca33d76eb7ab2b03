// `demarc graph`: the graph, to be drawn.
#pragma once

#include "cli/args.h"
#include "cli/exit_code.h"

namespace demarc {

ExitCode run_graph(const GraphArguments& arguments);

}  // namespace demarc
