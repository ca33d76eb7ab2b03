// `demarc init`: writes a configuration file that says what detection found, for a start.
#pragma once

#include "cli/args.h"

namespace demarc {

ExitCode run_init(const InitArguments& arguments);

}  // namespace demarc
