// `demarc diff`: what changed between two results.
#pragma once

#include "cli/args.h"
#include "cli/exit_code.h"

namespace demarc {

ExitCode run_diff(const DiffArguments& arguments);

}  // namespace demarc
