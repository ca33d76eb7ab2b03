// `demarc why`: import chains from an entry to a file.
#pragma once

#include "cli/args.h"
#include "cli/exit_code.h"

namespace demarc {

ExitCode run_why(const WhyArguments& arguments);

}  // namespace demarc
