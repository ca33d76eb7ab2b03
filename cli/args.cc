// Which command is meant. Every command has its own flags (command_flags.h), made only when that command is asked for,
// and a row in kCommands.
#include "cli/args.h"

#include <array>
#include <optional>
#include <utility>

#include "cli/command_flags.h"
#include "cli/completions.h"
#include "cli/display.h"
#include "cli/flag_values.h"
#include "cli/suggest.h"

namespace demarc {
namespace {

struct CommandRow {
  std::string_view name;
  std::string_view summary;
  Invocation (*parse)(std::span<const char* const> words);  // null: not in this version
};

Invocation parse_completions(std::span<const char* const> words);

constexpr CommandRow kCommands[] = {
    {"scan", "print the directive map (what a build consumes)", parse_scan},
    {"audit", "scan, apply rules, exit 1 on problems (the default)", parse_audit},
    {"why", "import chains from an entry to a file", parse_why},
    {"list", "client, server, actions, boundaries, packages, external, unresolved", parse_list},
    {"graph", "boundary, package or module graph", parse_graph},
    {"report", "one self-contained HTML file", parse_report},
    {"diff", "compare two scan results", parse_diff},
    {"resolve", "how specifiers resolve, with the rules taken", parse_resolve},
    {"parse", "what is seen in single files", parse_parse},
    {"run", "supervise any command: limits, memory timeline, one verdict", nullptr},
    {"build", "a pipeline of phases behind the scan", nullptr},
    {"profile", "render a recorded memory timeline", nullptr},
    {"cache", "show, verify, clear or merge the cache", nullptr},
    {"serve", "build service with a process pool", nullptr},
    {"init", "write a configuration file", parse_init},
    {"doctor", "what is assumed about a project", parse_doctor},
    {"explain", "a rule: cause, example, remedy", parse_explain},
    {"schema", "print a JSON schema", parse_schema},
    {"completions", "shell completions", parse_completions},
};

// Here, because it knows all commands.
Invocation parse_completions(std::span<const char* const> words) {
  std::optional<Shell> shell;
  FlagSet flags("completions", "SHELL", "Prints a script that completes demarc's command line in a shell.");
  flags.operand("SHELL", one_of(shell_names()), with_choices(shell_names(), [&](const std::string& word) {
                  return choice(shell_names(), shell.emplace())(word);
                }));
  flags.footer(
      "Examples:\n"
      "  source <(demarc completions bash)\n"
      "  demarc completions zsh > ~/.zfunc/_demarc          with ~/.zfunc in $fpath\n"
      "  demarc completions fish > ~/.config/fish/completions/demarc.fish\n");
  Invocation invocation = flags.parse(Command::none, words);
  if (!invocation.text.empty() || !invocation.description.flags.empty()) return invocation;
  if (!shell) return flags.refuse("completions for which shell? " + one_of(shell_names()));
  std::vector<CompletedCommand> commands;
  const std::array<const char*, 1> describe = {FlagSet::kDescribe};
  for (const CommandRow& command : kCommands)
    if (command.parse != nullptr)
      commands.push_back({command.name, command.summary, command.parse(describe).description});
  return finished(ExitCode::success, completion_script(*shell, commands));
}

std::string general_help() {
  std::string text =
      "demarc finds the demarcation line between server and client: every \"use client\" and \"use server\"\n"
      "module that a React Server Components app reaches, node_modules included.\n"
      "\n"
      "Usage: demarc [COMMAND] [OPTIONS] [PATH]\n"
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
      "Examples:\n"
      "  demarc ./fixtures/apps/redwood-store\n"
      "  demarc scan -f json ./fixtures/apps/redwood-store\n"
      "\n"
      "Exit codes: 0 complete and clean, 1 findings (audit) or no chain (why), 2 bad usage or configuration, 3 "
      "incomplete, 4 over the memory bound,\n"
      "5 output could not be written, 70 internal error\n";
  return text;
}

Invocation unknown_command(std::string_view word) {
  std::vector<std::string_view> names;
  for (const CommandRow& command : kCommands)
    if (command.parse != nullptr) names.push_back(command.name);
  const std::string hint = suggestion(word, names);
  if (hint.empty())
    return mistake("unknown command " + in_quotes(word) + "; to audit a folder of that name, run `demarc ./" +
                   std::string(word) + "`");
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
  if (first.empty() || first.front() == '-') return parse_audit(words);
  for (const CommandRow& command : kCommands) {
    if (command.name != first) continue;
    if (command.parse != nullptr) return command.parse(words.subspan(1));
    return mistake("the command " + in_quotes(first) + " is not in this version");
  }
  // A path where a command could be: `demarc ./app`.
  if (first.find_first_of("./") != std::string_view::npos) return parse_audit(words);
  return unknown_command(first);
}

}  // namespace demarc
