// `demarc resolve`: where specifiers lead.
#pragma once

#include "cli/args.h"
#include "cli/exit_code.h"

namespace demarc {

ExitCode run_resolve(const ResolveArguments& arguments);

}  // namespace demarc
