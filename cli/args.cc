// Flags are CLI11's; the messages are ours, because CLI11 neither suggests what was meant nor knows which flag belongs
// to which command. Every command has its own small CLI::App, made only when that command is asked for, and a row in
// kCommands.
#include "cli/args.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "cli/display.h"
#include "cli/suggest.h"

namespace demarc {
namespace {

struct CommandRow {
  std::string_view name;
  std::string_view summary;
  Invocation (*parse)(std::span<const char* const> words);  // null: not in this version
};

Invocation parse_scan(std::span<const char* const> words);

constexpr CommandRow kCommands[] = {
    {"scan", "print the directive map (what a build consumes)", parse_scan},
    {"audit", "scan, apply rules, exit 1 on problems", nullptr},
    {"why", "import chains from an entry to a file", nullptr},
    {"list", "client, server, actions, boundaries, packages, external, unresolved", nullptr},
    {"graph", "boundary, package or module graph", nullptr},
    {"report", "one self-contained HTML file", nullptr},
    {"diff", "compare two scan results", nullptr},
    {"resolve", "how specifiers resolve, with the rules taken", nullptr},
    {"parse", "what is seen in single files", nullptr},
    {"run", "supervise any command: limits, memory timeline, one verdict", nullptr},
    {"build", "a pipeline of phases behind the scan", nullptr},
    {"profile", "render a recorded memory timeline", nullptr},
    {"cache", "show, verify, clear or merge the cache", nullptr},
    {"serve", "build service with a process pool", nullptr},
    {"init", "write a configuration file", nullptr},
    {"doctor", "what is assumed about a project", nullptr},
    {"explain", "a rule: cause, example, remedy", nullptr},
    {"schema", "print a JSON schema", nullptr},
    {"completions", "shell completions", nullptr},
};

// Flags of interface.md that scan does not take, and why; so that they are not called unknown.
constexpr std::pair<std::string_view, std::string_view> kForeignFlags[] = {
    {"--rule", "rules belong to audit"},
    {"--deny-warnings", "rules belong to audit"},
    {"--max-warnings", "rules belong to audit"},
    {"--budget", "budgets belong to audit"},
    {"--baseline", "baselines belong to audit"},
    {"--update-baseline", "baselines belong to audit"},
    {"--changed-since", "it belongs to audit"},
    {"--graph-filter", "it belongs to graph"},
    {"--spill-dir", "this version does not spill"},
    {"--cache", "this version has no cache"},
    {"--no-cache", "this version has no cache"},
    {"--incremental-cache-dir", "this version has no cache"},
    {"--show-cache", "this version has no cache"},
    {"--watch", "this version does not watch"},
    {"-w", "this version does not watch"},
    {"--write-delta", "this version does not watch"},
};

constexpr std::array<std::string_view, 3> kScanFormats = {"pretty", "json", "ndjson"};
constexpr std::array<std::string_view, 8> kOtherFormats = {"stylish", "unix",  "sarif",    "github",
                                                           "gitlab",  "junit", "markdown", "agent"};
constexpr std::array<std::string_view, 2> kEmits = {"map", "graph"};
constexpr std::array<std::string_view, 3> kColors = {"auto", "always", "never"};
constexpr std::array<std::string_view, 3> kProgress = {"auto", "always", "none"};

Invocation finished(ExitCode code, std::string text) {
  Invocation invocation;
  invocation.exit_code = code;
  invocation.text = std::move(text);
  return invocation;
}

// Words of a script's making (a list of changed files, say) are as hostile as the names of files.
Invocation mistake(std::string_view message, std::string_view help = "demarc --help") {
  return finished(ExitCode::usage,
                  "demarc: " + escaped(message) + "\n  help: `" + std::string(help) + "` lists what there is\n");
}

std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

bool asks_for_json(std::span<const char* const> words) {
  return std::any_of(words.begin(), words.end(), [](std::string_view word) { return word == "--json"; });
}

Invocation version(bool json) {
  return finished(ExitCode::success, json ? "{\"name\": \"demarc\", \"version\": \"" DEMARC_VERSION
                                            "\", \"schemaVersion\": 1}\n"
                                          : "demarc " DEMARC_VERSION "\n");
}

// One flag's word to its value; the answer is a complaint, or empty.
using Read = std::function<std::string(const std::string&)>;

template <class Enum, size_t Count>
Read choice(const std::array<std::string_view, Count>& names, Enum& value) {
  return [&names, &value](const std::string& word) -> std::string {
    const auto found = std::find(names.begin(), names.end(), word);
    if (found == names.end()) return not_one_of(word, names);
    value = Enum(found - names.begin());
    return {};
  };
}

Read read_format(Format& format) {
  return [&format](const std::string& word) -> std::string {
    if (std::find(kOtherFormats.begin(), kOtherFormats.end(), word) != kOtherFormats.end())
      return in_quotes(word) + " is not available for scan; it prints " + one_of(kScanFormats);
    return choice(kScanFormats, format)(word);
  };
}

Read read_framework(std::optional<Framework>& framework) {
  return [&framework](const std::string& word) -> std::string {
    return framework_of(word, framework.emplace()) ? "" : not_one_of(word, framework_names());
  };
}

Read read_mode(std::optional<Mode>& mode) {
  return [&mode](const std::string& word) -> std::string {
    return parse_mode(word, mode.emplace()) ? "" : not_one_of(word, mode_names());
  };
}

Read read_type_imports(std::optional<TypeImports>& type_imports) {
  return [&type_imports](const std::string& word) -> std::string {
    return parse_type_imports(word, type_imports.emplace()) ? "" : not_one_of(word, type_import_names());
  };
}

Read read_prescan(std::optional<std::vector<std::string>>& prescan) {
  return [&prescan](const std::string& word) -> std::string {
    if (!prescan) prescan.emplace();
    if (word != "none") prescan->push_back(word);
    return {};
  };
}

std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    if (end > 0) words.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return words;
}

Read read_conditions(std::vector<EnvironmentConditions>& conditions) {
  return [&conditions](const std::string& word) -> std::string {
    const size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos)
      return in_quotes(word) + " is not NAME=CONDITION,…, for example worker=workerd,react-server";
    conditions.push_back({word.substr(0, equals), split_list(std::string_view(word).substr(equals + 1))});
    return {};
  };
}

Read read_alias(std::vector<Alias>& aliases) {
  return [&aliases](const std::string& word) -> std::string {
    const size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == word.size())
      return in_quotes(word) + " is not FIND=TARGET, for example @=./src";
    Alias& alias = aliases.emplace_back();
    alias.find = word.substr(0, equals);
    alias.replacement = word.substr(equals + 1);
    return {};
  };
}

Read read_follow(std::optional<Follow>& follow) {
  return [&follow](const std::string& word) -> std::string {
    if (!follow) follow.emplace();
    if (word == "none") return {};
    for (const std::string& kind : split_list(word))
      if (!parse_follow(kind, *follow)) return not_one_of(kind, follow_names());
    return {};
  };
}

Read read_marker(std::vector<std::string>& markers) {
  return [&markers](const std::string& word) -> std::string {
    if (word.size() > 256) return "a marker is at most 256 bytes long";
    if (markers.size() == 32) return "more than 32 markers";
    markers.push_back(word);
    return {};
  };
}

Read read_threads(std::optional<int>& threads) {
  return [&threads](const std::string& word) -> std::string {
    return parse_threads(word, threads.emplace()) ? ""
                                                  : in_quotes(word) + " is neither auto nor a number from 1 to 512";
  };
}

Read read_max_memory(std::optional<MemoryAmount>& amount) {
  return [&amount](const std::string& word) -> std::string {
    return parse_memory(word, amount.emplace()) ? ""
                                                : in_quotes(word) + " is no amount of memory; write 512MiB, 1G or 40%";
  };
}

Read read_text(std::string& text) {
  return [&text](const std::string& word) -> std::string {
    text = word;
    return {};
  };
}

Read read_texts(std::vector<std::string>& texts) {
  return [&texts](const std::string& word) -> std::string {
    texts.push_back(word);
    return {};
  };
}

// Lays out names in one column and wrapped descriptions in the other.
void append_help_row(std::string& help, const std::string& names, std::string_view description) {
  constexpr size_t kColumn = 28;
  constexpr size_t kWidth = 100;
  help += "  " + names;
  size_t at = names.size() + 2;
  const auto start_line = [&](size_t from) {
    help.append(kColumn - from, ' ');
    at = kColumn;
  };
  if (at + 2 > kColumn) {
    help += '\n';
    at = 0;
  }
  start_line(at);
  while (!description.empty()) {
    const std::string_view word = description.substr(0, description.find(' '));
    if (at > kColumn && at + 1 + word.size() > kWidth) {
      help += '\n';
      start_line(0);
    }
    if (at > kColumn) help += ' ';
    at += word.size() + (at > kColumn ? 1 : 0);
    help += word;
    description.remove_prefix(std::min(word.size() + 1, description.size()));
  }
  help += '\n';
}

// Declares the flags of one command and turns CLI11's answer into ours.
class FlagSet {
 public:
  FlagSet(const std::string& command, const std::string& description) : help_command_("demarc " + command + " --help") {
    help_ = description + "\n\nUsage: demarc " + command + " [OPTIONS] [PATH]\n\n";
    app_.set_help_flag("-h,--help");
    app_.set_version_flag("-V,--version", "");
    app_.allow_extras();  // unknown flags are reported here, with a suggestion
  }

  // What help says between the flags.
  void heading(const std::string& text) { help_ += "\n" + text + ":\n"; }
  void footer(const std::string& text) {
    heading("Other");
    append_help_row(help_, "-h, --help", "show this help");
    append_help_row(help_, "-V, --version", "show the version; with --json as JSON");
    help_ += "\n" + text;
  }

  // A flag that may be given again: the last one counts.
  void value(const std::string& names, const std::string& shape, const std::string& description, Read read) {
    app_.add_option_function<std::string>(cli11_names(names), applied(names, std::move(read)))->take_last();
    append_help_row(help_, names + " " + shape, description);
  }

  // A flag of which each occurrence adds something.
  void values(const std::string& names, const std::string& shape, const std::string& description, Read read) {
    const auto apply = applied(names, std::move(read));
    const auto apply_all = [apply](const std::vector<std::string>& words) {
      std::for_each(words.begin(), words.end(), apply);
    };
    CLI::Option* option = app_.add_option_function<std::vector<std::string>>(cli11_names(names), apply_all);
    option->expected(1)->allow_extra_args(false)->take_all();
    append_help_row(help_, names + " " + shape, description);
  }

  void flag(const std::string& names, bool& value, const std::string& description) {
    app_.add_flag(cli11_names(names), value)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    append_help_row(help_, names, description);
  }

  void path(std::string& path, const std::string& description) {
    // `demarc scan "$app"` with an unset variable does not mean "here".
    app_.add_option_function<std::string>("PATH", applied("PATH", read_text(path)));
    append_help_row(help_, "PATH", description);
  }

  // Command::none on help or a mistake; else the command, its fields set by the readers.
  Invocation parse(Command command, std::span<const char* const> words) {
    try {
      app_.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes words last first
    } catch (const CLI::CallForHelp&) {
      return finished(ExitCode::success, help_);
    } catch (const CLI::CallForVersion&) {
      return version(asks_for_json(words));
    } catch (const CLI::ParseError& error) {
      // An unknown flag often makes the next word look wrong, so it is the better explanation.
      const Invocation unknown = complaint_about_extras();
      return unknown.exit_code != ExitCode::success ? unknown : mistake(explain(error), help_command_);
    }
    Invocation invocation = complaint_about_extras();
    if (invocation.exit_code == ExitCode::success) invocation.command = command;
    return invocation;
  }

 private:
  // "-e, --entry" is how people write it; CLI11 has no blank.
  static std::string cli11_names(std::string names) {
    std::erase(names, ' ');
    return names;
  }

  // Our own complaints are fine as they are; two of CLI11's are not.
  static std::string explain(const CLI::ParseError& error) {
    std::string text = error.what();
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr)
      return text.substr(0, text.find(':')) + " needs a value";
    if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr)
      return "this flag takes no value:" + text.substr(text.rfind(':') + 1);
    return text;
  }

  static std::function<void(const std::string&)> applied(const std::string& names, Read read) {
    const std::string name = names == "PATH" ? names : names.substr(names.rfind("--"));
    return [name, read = std::move(read)](const std::string& word) {
      if (word.empty()) throw CLI::ValidationError(name, "needs a value");
      if (std::string complaint = read(word); !complaint.empty())
        throw CLI::ValidationError(name, std::move(complaint));
    };
  }

  Invocation complaint_about_extras() const {
    const std::vector<std::string> extras = app_.remaining();
    const auto flag = std::find_if(extras.begin(), extras.end(), [](const std::string& word) {
      return word.size() > 1 && word[0] == '-' && word != "--";
    });
    if (flag != extras.end()) return unknown_flag(flag->substr(0, flag->find('=')));
    for (const std::string& word : extras)
      if (word != "--") return mistake("one PATH is enough; what is " + in_quotes(word) + " for?", help_command_);
    return {};
  }

  Invocation unknown_flag(const std::string& flag) const {
    for (const auto& [name, reason] : kForeignFlags)
      if (name == flag) return mistake(flag + " does not work with scan: " + std::string(reason), help_command_);
    std::vector<std::string> names;
    for (const CLI::Option* option : app_.get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    return mistake("unknown flag " + flag + suggestion(flag, candidates), help_command_);
  }

  CLI::App app_;
  std::string help_;
  std::string help_command_;
};

Invocation parse_scan(std::span<const char* const> words) {
  ScanArguments scan;
  std::string path;
  FlagSet flags("scan",
                "Prints which modules of a project say \"use client\" or \"use server\", node_modules included.");
  flags.path(path, "project root (default: the nearest folder upward with a package.json)");

  flags.heading("Scope");
  flags.value("--root", "DIR", "same as PATH", read_text(scan.root));
  flags.values("-e, --entry", "FILE",
               "start here: [ENVIRONMENT=]FILE, relative to the root; repeatable (default: detected)",
               read_texts(scan.entries));
  flags.value("--framework", "NAME", one_of(framework_names()) + " (default: auto)", read_framework(scan.framework));
  flags.values("--prescan", "GLOB", "files that are entries when they carry a directive, or none; repeatable",
               read_prescan(scan.prescan));
  flags.values("--conditions", "NAME=C[,C]", "resolve conditions of one environment; repeatable",
               read_conditions(scan.conditions));
  flags.value("--mode", "MODE", "production (default) or development", read_mode(scan.mode));
  flags.values("--alias", "FIND=TARGET", "replace FIND in specifiers, as Vite's resolve.alias; repeatable",
               read_alias(scan.alias));
  flags.value("--tsconfig", "FILE", "use this tsconfig for paths, relative to the root", read_text(scan.tsconfig));
  flags.values("--external", "PATTERN", "leave these specifiers alone; * matches anything; repeatable",
               read_texts(scan.external));
  flags.flag("--preserve-symlinks", scan.preserve_symlinks,
             "identify files by their linked path, as Vite's resolve.preserveSymlinks");
  flags.value("--type-imports", "elide|keep", "imports that only types use: leave out (default) or follow",
              read_type_imports(scan.type_imports));
  flags.values("--follow", "KIND[,KIND]", "also follow glob, worker or url edges, or none", read_follow(scan.follow));
  flags.values("--marker", "TEXT", "flag every file that contains TEXT; repeatable", read_marker(scan.markers));
  flags.value("-c, --config", "FILE",
              "configuration file (default: demarc.config.json[c] or package.json#demarc, nearest upward)",
              read_text(scan.config));

  flags.heading("Output");
  flags.value("-f, --format", "FORMAT", "pretty (default), json or ndjson", read_format(scan.format));
  flags.value("-o, --output", "FILE",
              "write the result there instead of to standard output; appears whole or not at all",
              read_text(scan.output));
  flags.value("--emit", "map|graph", "json and ndjson: the map alone (default), or with all modules and edges",
              choice(kEmits, scan.emit));
  flags.value("--color", "WHEN", "auto (default), always or never", choice(kColors, scan.color));
  flags.value("--progress", "WHEN", "auto (default: on a terminal, outside CI), always or none",
              choice(kProgress, scan.progress));
  flags.flag("--stats", scan.stats, "add counters, time and memory");
  flags.flag("--quiet", scan.quiet, "print the result and errors only");
  flags.flag("--absolute-paths", scan.absolute_paths, "print absolute paths instead of paths from the root");

  flags.heading("Resources");
  flags.value("-j, --threads", "N|auto", "threads (default: what affinity and CPU quota allow)",
              read_threads(scan.threads));
  flags.flag("--allow-incomplete", scan.allow_incomplete,
             "print the map although something could not be read; still exits 3");
  flags.value("--max-memory", "SIZE|%", "bound on memory (default: 40 % of what the process may use, at most 512 MiB)",
              read_max_memory(scan.max_memory));

  flags.footer(
      "Examples:\n"
      "  demarc scan                              the nearest project, for people\n"
      "  demarc scan -f json -o map.json app      the map of ./app, for a build\n"
      "  demarc scan -e src/entry.rsc.tsx -f json --emit graph | jq '.modules | length'\n");

  Invocation invocation = flags.parse(Command::scan, words);
  if (invocation.command == Command::none) return invocation;
  if (!path.empty() && !scan.root.empty()) return mistake("give the root once: PATH or --root", "demarc scan --help");
  if (scan.root.empty()) scan.root = std::move(path);
  if (scan.emit == Keep::graph && scan.format == Format::pretty)
    return mistake("--emit graph needs --format json or ndjson", "demarc scan --help");
  invocation.scan = std::move(scan);
  return invocation;
}

std::string general_help() {
  std::string text =
      "demarc finds the demarcation line between server and client: every \"use client\" and \"use server\"\n"
      "module that a React Server Components app reaches, node_modules included.\n"
      "\n"
      "Usage: demarc COMMAND [OPTIONS] [PATH]\n"
      "\n"
      "Commands:\n";
  for (const CommandRow& command : kCommands) {
    if (command.parse == nullptr) continue;
    text += "  ";
    text += command.name;
    text.append(14 - command.name.size(), ' ');
    text += command.summary;
    text += '\n';
  }
  text +=
      "\n"
      "Options:\n"
      "  -h, --help      this text; `demarc COMMAND --help` lists a command's options\n"
      "  -V, --version   the version; with --json as JSON\n"
      "\n"
      "Example:\n"
      "  demarc scan fixtures/apps/redwood-store\n"
      "\n"
      "Exit codes: 0 complete, 2 bad usage or configuration, 3 incomplete, 4 over the memory bound,\n"
      "5 output could not be written, 70 internal error\n";
  return text;
}

Invocation unknown_command(std::string_view word) {
  std::vector<std::string_view> names;
  for (const CommandRow& command : kCommands)
    if (command.parse != nullptr) names.push_back(command.name);
  const std::string hint = suggestion(word, names);
  // A path where a command belongs: `demarc ./app`.
  if (hint.empty() && word.find_first_of("./") != std::string_view::npos)
    return mistake("no command; to scan a project, run `demarc scan " + std::string(word) + "`");
  return mistake("unknown command " + in_quotes(word) + hint);
}

}  // namespace

Invocation parse_command_line(std::span<const char* const> words) {
  const std::string_view first = words.empty() ? std::string_view() : words.front();
  if (first == "-h" || first == "--help" || first == "help") return finished(ExitCode::success, general_help());
  if (first == "-V" || first == "--version") {
    for (const std::string_view word : words)
      if (word != "--json" && word != first)
        return mistake(std::string(first) + " takes only --json, not " + in_quotes(word));
    return version(asks_for_json(words));
  }
  if (first.empty() || first.front() == '-')
    return mistake("no command; `demarc scan` prints the directive map (audit, the default, is not in this version)");
  for (const CommandRow& command : kCommands) {
    if (command.name != first) continue;
    if (command.parse != nullptr) return command.parse(words.subspan(1));
    return mistake("the command " + in_quotes(first) + " is not in this version");
  }
  return unknown_command(first);
}

}  // namespace demarc
