// The command line as typed values.
//
//   const Invocation invocation = parse_command_line({argv + 1, argc - 1});
//   if (invocation.command == Command::none) { print invocation.text; return invocation.exit_code; }
//
// Parsing touches neither the disk nor the environment: what a word means is decided here, what it leads to in
// scan_plan.h. A value that is not given stays empty, so that the configuration file can speak.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_description.h"
#include "cli/exit_code.h"
#include "cli/values.h"
#include "scanner/audit.h"
#include "scanner/scanner.h"

namespace demarc {

// Those behind ndjson are audit's alone.
enum class Format : uint8_t {
  pretty,
  json,
  ndjson,
  stylish,
  unix_lines,
  sarif,
  github,
  gitlab,
  junit,
  markdown,
  agent
};
enum class When : uint8_t { automatic, always, never };

struct ScanArguments {
  // What to scan. Empty lists and texts: not given.
  std::string root;
  std::vector<std::string> entries;
  std::vector<std::string> walk;
  std::optional<Framework> framework;
  std::optional<std::vector<std::string>> prescan;
  std::vector<EnvironmentConditions> conditions;
  std::optional<Mode> mode;
  std::vector<Alias> alias;
  std::string tsconfig;
  std::vector<std::string> external;
  bool preserve_symlinks = false;
  std::optional<TypeImports> type_imports;
  std::optional<Follow> follow;
  std::vector<std::string> markers;
  std::string config;
  bool no_config = false;  // no configuration file is looked for
  std::string overrides;   // JSON with the keys of the configuration file, over which it wins

  // How to say it.
  Format format = Format::pretty;
  std::string output;  // empty or "-": standard output
  Keep emit = Keep::map;
  When color = When::automatic;
  When progress = When::automatic;
  bool stats = false;
  bool quiet = false;
  bool absolute_paths = false;

  // With what.
  std::optional<int> threads;  // 0: auto
  bool allow_incomplete = false;
  std::optional<MemoryAmount> max_memory;
  std::string spill_dir;
};

struct AuditArguments {
  ScanArguments scan;
  std::vector<RuleSetting> rules;  // --rule
  std::vector<Budget> budgets;     // --budget
  bool deny_warnings = false;
  std::optional<size_t> max_warnings;
  std::string baseline;  // relative to the working directory; "none": not even that of the configuration
  bool update_baseline = false;
  std::string changed_since;  // a revision that git knows
  std::string package;        // folder or archive of a library, which is audited instead of a project
};

struct InitArguments {
  ScanArguments scan;  // root, framework and output
  bool force = false;
};

struct ExplainArguments {
  std::string rule;  // empty: list all
  Format format = Format::pretty;
  std::string output;
  When color = When::automatic;
};

struct ParseArguments {
  std::vector<std::string> files;
  bool batch = false;                // paths come from standard input
  std::optional<Language> language;  // empty: by file extension
  std::optional<Format> format;      // see format_for_records
  std::string output;
  When color = When::automatic;
  bool quiet = false;
};

struct ResolveArguments {
  ScanArguments scan;  // scope and output
  std::vector<std::string> specifiers;
  bool batch = false;       // questions come from standard input
  std::string environment;  // empty: all; of a batch, the first
  std::string from;         // importer; empty: as an entry
  RequestKind kind = RequestKind::import;
  bool trace = false;
  std::optional<Format> format;  // see format_for_records
};

struct WhyArguments {
  ScanArguments scan;
  std::string file;
  std::string environment;     // empty: every one
  bool all = false;            // a chain for every importer
  std::optional<size_t> most;  // chains an environment
};

enum class ListKind : uint8_t { client, server, actions, boundaries, packages, external, unresolved };
std::span<const std::string_view> list_kind_names();

struct ListArguments {
  ScanArguments scan;
  ListKind kind = ListKind::client;
};

enum class GraphFormat : uint8_t { dot, mermaid, json };
enum class GraphLevel : uint8_t { boundary, package, module };
std::span<const std::string_view> graph_format_names();
std::span<const std::string_view> graph_level_names();

struct GraphArguments {
  ScanArguments scan;
  GraphFormat format = GraphFormat::dot;
  GraphLevel level = GraphLevel::boundary;
  std::string environment;  // empty: every one
};

enum class DiffFormat : uint8_t { pretty, json, markdown };
std::span<const std::string_view> diff_format_names();

struct DiffArguments {
  std::string before, after;  // files
  DiffFormat format = DiffFormat::pretty;
  std::string output;
  When color = When::automatic;
};

enum class Command : uint8_t {
  none,  // nothing to run: help, version, or a mistake
  scan,
  audit,
  parse,
  resolve,
  why,
  list,
  explain,
  init,
  graph,
  diff,
  report,  // with `scan`'s arguments
  doctor   // the same
};

struct Invocation {
  Command command = Command::none;
  ScanArguments scan;
  AuditArguments audit;
  ExplainArguments explain;
  InitArguments init;
  ParseArguments parse;
  ResolveArguments resolve;
  WhyArguments why;
  ListArguments list;
  GraphArguments graph;
  DiffArguments diff;
  // Command::none:
  CommandDescription description;  // if it was asked for (FlagSet::kDescribe)
  ExitCode exit_code = ExitCode::success;
  std::string text;  // for standard output when the code is success, else for standard error; ends with a newline
};

// `words` without the program's name.
Invocation parse_command_line(std::span<const char* const> words);

}  // namespace demarc
