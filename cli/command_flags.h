// The flags of each command, and the groups that several share.
#pragma once

#include <span>
#include <string_view>

#include "cli/args.h"
#include "cli/flag_set.h"

namespace demarc {

inline constexpr const char* kRootHelp = "project root (default: the nearest folder upward with a package.json)";

// What to scan, from --root to --config; and with what.
void add_scope(FlagSet& flags, ScanArguments& scan);
// Colour, progress, counters, what is left out, and how paths look; `quiet` says what --quiet leaves.
void add_appearance(FlagSet& flags, ScanArguments& scan, std::string_view quiet);
void add_resources(FlagSet& flags, ScanArguments& scan);

// `words` without the command's name.
Invocation parse_audit(std::span<const char* const> words);
Invocation parse_init(std::span<const char* const> words);
Invocation parse_explain(std::span<const char* const> words);
Invocation parse_scan(std::span<const char* const> words);
Invocation parse_why(std::span<const char* const> words);
Invocation parse_report(std::span<const char* const> words);
Invocation parse_list(std::span<const char* const> words);
Invocation parse_graph(std::span<const char* const> words);
Invocation parse_diff(std::span<const char* const> words);
Invocation parse_schema(std::span<const char* const> words);
Invocation parse_doctor(std::span<const char* const> words);
Invocation parse_resolve(std::span<const char* const> words);
Invocation parse_parse(std::span<const char* const> words);

}  // namespace demarc
