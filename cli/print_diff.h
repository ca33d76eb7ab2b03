// A ResultDiff as text.
#pragma once

#include "cli/result_diff.h"
#include "cli/sink.h"
#include "cli/terminal.h"

namespace demarc {

void print_diff_pretty(const ResultDiff& diff, const Look& look, Sink& sink);
void print_diff_markdown(const ResultDiff& diff, Sink& sink);
// cli/schema/diff.v1.json describes it.
void print_diff_json(const ResultDiff& diff, Sink& sink);

}  // namespace demarc
