// `demarc parse`: what is seen in single files.
#pragma once

#include "cli/args.h"
#include "cli/exit_code.h"

namespace demarc {

ExitCode run_parse(const ParseArguments& arguments);

}  // namespace demarc
