// The values of flags, environment variables and configuration keys: one meaning wherever they are written.
//
// Every parse_* answers false for what it does not accept and then leaves the value alone; the *_names say what it does
// accept, for messages and suggestions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scanner/audit.h"
#include "scanner/scanner.h"

namespace demarc {

// Names in the order in which help shows them.
std::span<const std::string_view> framework_names();  // parsed by framework_of
std::span<const std::string_view> mode_names();
std::span<const std::string_view> type_import_names();
std::span<const std::string_view> tsconfig_paths_names();
std::span<const std::string_view> follow_names();
std::span<const std::string_view> rule_level_names();

bool parse_mode(std::string_view text, Mode& mode);
bool parse_type_imports(std::string_view text, TypeImports& type_imports);
bool parse_tsconfig_paths(std::string_view text, TsconfigPaths& paths);
bool parse_follow(std::string_view name, Follow& follow);  // adds one edge kind
bool parse_rule_level(std::string_view text, RuleLevel& level);

// "a, b or c"; in an error message.
std::string one_of(std::span<const std::string_view> names);
// `"jsn" is not one of pretty, json or ndjson; did you mean json?`
std::string not_one_of(std::string_view text, std::span<const std::string_view> names);

// What is wrong with the name of a budget; empty for client, boundary and what can be a package. A name that is nearly
// one of the first two would never be exceeded.
std::string complaint_about_budget(std::string_view name);

// A size: 24M, 512MiB, 1.5G, 600KB, 1000000. K, M, G, T and KiB, MiB ... are powers of 1024; KB, MB ... powers of 1000.
bool parse_size(std::string_view text, uint64_t& bytes);

// An amount of memory: a size, or a share of what the process may use.
struct MemoryAmount {
  uint64_t bytes = 0;
  double percent = 0;  // above 0: of the effective limit, and bytes counts for nothing
};
bool parse_memory(std::string_view text, MemoryAmount& amount);

// A thread count, 1 to 512, or `auto` (0).
bool parse_threads(std::string_view text, int& threads);

}  // namespace demarc
