// What several of the JSON outputs say in the same words.
#pragma once

#include <cstdint>
#include <string_view>

#include "cli/json_writer.h"
#include "scanner/inspect.h"
#include "scanner/scanner.h"

namespace demarc {

// schemaVersion and tool: the beginning of every document.
void write_header(JsonWriter& json);

void write_place(JsonWriter& json, uint64_t line, uint64_t column);

// Names on disk are bytes. One that is no UTF-8 cannot be a JSON string and be found again, so it is carried in base64,
// under another key.
void write_name(JsonWriter& json, std::string_view key, std::string_view base64_key, std::string_view name);

// The members of a diagnostic. `file` is how the caller calls it; empty where no file is concerned.
void write_diagnostic_fields(JsonWriter& json, const Diagnostic& diagnostic, std::string_view file);

// The members of an answer of `demarc resolve`. Texts that a kind of answer has no use for are empty rather than
// absent, so that they can be put together without asking.
void write_answer_fields(JsonWriter& json, const ResolveAnswer& answer);

}  // namespace demarc
