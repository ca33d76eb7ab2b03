// `demarc report`: one HTML file about a project.
#pragma once

#include "cli/args.h"
#include "cli/exit_code.h"

namespace demarc {

ExitCode run_report(const ScanArguments& arguments);

}  // namespace demarc
