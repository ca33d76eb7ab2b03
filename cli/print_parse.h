// A ParsedModule as text.
#pragma once

#include <string_view>

#include "cli/json_writer.h"
#include "cli/sink.h"
#include "cli/terminal.h"
#include "scanner/inspect.h"

namespace demarc {

// One record, an object within what `json` is writing. `file` is the name the user gave.
void write_parsed_module(JsonWriter& json, std::string_view file, const ParsedModule& module);

// The same for people, without diagnostics.
void print_parsed_module(std::string_view file, const ParsedModule& module, const Look& look, Sink& sink);

}  // namespace demarc
