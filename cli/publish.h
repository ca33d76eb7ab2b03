// A command's result, to standard output or to the file that --output names.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/args.h"
#include "cli/exit_code.h"
#include "cli/sink.h"
#include "cli/terminal.h"

namespace demarc {

// The format of commands that answer with records (parse, resolve): what was asked for, else for people on a terminal
// and a line a record for everything else.
Format format_for_records(std::optional<Format> asked, bool batch, const std::string& output);

// Lets `print` write the result; a file appears whole or not at all. ExitCode::output_failed when it could not be
// written, which `errors` is told; a reader that went away is a success. Empty or "-": standard output.
ExitCode publish(const std::string& output, When color, const std::function<void(const Look&, Sink&)>& print,
                 const Look& error_look, Sink& errors);

}  // namespace demarc
