// `demarc audit`, the command when none is named: scan, apply rules, exit 1 on problems.
#pragma once

#include "cli/args.h"

namespace demarc {

ExitCode run_audit(const AuditArguments& arguments);

}  // namespace demarc
