// `demarc doctor`: what a scan of the project would take for granted.
#pragma once

#include "cli/args.h"
#include "cli/exit_code.h"

namespace demarc {

ExitCode run_doctor(const ScanArguments& arguments);

}  // namespace demarc
