// `demarc list`: one kind of thing in the graph, for people and for scripts.
#pragma once

#include "cli/args.h"
#include "cli/exit_code.h"

namespace demarc {

ExitCode run_list(const ListArguments& arguments);

}  // namespace demarc
