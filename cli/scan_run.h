// Running a scan from a command: threads, progress, exit code.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/args.h"
#include "cli/exit_code.h"
#include "cli/path_names.h"
#include "cli/scan_plan.h"
#include "cli/sink.h"
#include "cli/terminal.h"
#include "scanner/scanner.h"

namespace demarc {

ExitCode exit_code_of(Outcome outcome);

// scan(), on as many threads as the options name, with progress on standard error where that is wanted.
ScanResult scan_with_progress(const ScanOptions& options, const ScanArguments& arguments, const Look& error_look);

// With a human format in a workflow of GitHub's: the diagnostics as its commands, on standard output, where it reads
// them.
void annotate(const std::vector<Diagnostic>& diagnostics, const PathNames& names, Format format);

// False, which `errors` is told with a suggestion: `name` is not empty and no environment of the result.
bool knows_environment(const ScanResult& result, const std::string& name, const Look& error_look, Sink& errors);

// What rules ask of a scan: a graph, and markers. There may be more markers of the user's own; where no room is left,
// rules that depend on ours are silent.
void prepare_for_audit(ScanOptions& options);

// For commands that look at a result: scans with Keep::graph what the arguments name, and tells `errors` what was
// wrong. The first is false, and the second empty, when there is nothing to look at: bad usage, over the bound, or
// incomplete without --allow-incomplete; `code` says which.
bool plan_graph(const ScanArguments& arguments, const Look& error_look, Sink& errors, ScanPlan& plan, ExitCode& code);
std::optional<ScanResult> scan_graph(const ScanArguments& arguments, const ScanPlan& plan, const Look& error_look,
                                     Sink& errors, ExitCode& code);

// Both.
std::optional<ScanResult> scan_graph(const ScanArguments& arguments, const Look& error_look, Sink& errors,
                                     ExitCode& code);

}  // namespace demarc
