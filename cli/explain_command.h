// `demarc explain RULE`: cause, example and remedy of a rule; without RULE, all rules.
#pragma once

#include "cli/args.h"

namespace demarc {

ExitCode run_explain(const ExplainArguments& arguments);

}  // namespace demarc
