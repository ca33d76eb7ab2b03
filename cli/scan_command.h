// `demarc scan`: plan, scan, print.
#pragma once

#include "cli/args.h"
#include "cli/exit_code.h"

namespace demarc {

ExitCode run_scan(const ScanArguments& arguments);

}  // namespace demarc
