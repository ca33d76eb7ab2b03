#include "cli/flag_set.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/display.h"
#include "cli/suggest.h"
#include "cli/values.h"

namespace demarc {
namespace {

// Flags of other commands, and of other versions; so that they are not called unknown.
constexpr std::pair<std::string_view, std::string_view> kForeignFlags[] = {
    {"--rule", "rules belong to audit"},
    {"--deny-warnings", "rules belong to audit"},
    {"--max-warnings", "rules belong to audit"},
    {"--budget", "budgets belong to audit"},
    {"--baseline", "baselines belong to audit"},
    {"--update-baseline", "baselines belong to audit"},
    {"--changed-since", "it belongs to audit"},
    {"--graph-filter", "it belongs to graph"},
    {"--emit", "it belongs to scan"},
    {"--stats", "it belongs to scan"},
    {"--batch", "it belongs to parse and resolve"},
    {"--trace", "it belongs to resolve"},
    {"--from", "it belongs to resolve"},
    {"--environment", "it belongs to resolve"},
    {"--in", "it belongs to why and graph"},
    {"--level", "it belongs to graph"},
    {"--all", "it belongs to why"},
    {"--lang", "it belongs to parse"},
    {"--spill-dir", "it belongs to commands that scan"},
    {"--cache", "this version has no cache"},
    {"--no-cache", "this version has no cache"},
    {"--incremental-cache-dir", "this version has no cache"},
    {"--show-cache", "this version has no cache"},
    {"--watch", "this version does not watch"},
    {"-w", "this version does not watch"},
    {"--write-delta", "this version does not watch"},
};

// "-e, --entry" is how people write it; CLI11 has no blank.
std::string cli11_names(std::string names) {
  std::erase(names, ' ');
  return names;
}

// The name that a complaint uses: the long one.
std::string spoken_name(const std::string& names) {
  const size_t at = names.rfind("--");
  return at == std::string::npos ? names : names.substr(at);
}

// A value that was given and is empty comes from an unset variable: `demarc scan "$app"` does not mean "here".
std::function<void(const std::string&)> applied(const std::string& names, Read read) {
  return [name = spoken_name(names), read = std::move(read)](const std::string& word) {
    if (word.empty()) throw CLI::ValidationError(name, "needs a value");
    if (std::string complaint = read(word); !complaint.empty()) throw CLI::ValidationError(name, std::move(complaint));
  };
}

// Our own complaints are fine as they are; two of CLI11's are not.
std::string explain(const CLI::ParseError& error) {
  std::string text = error.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr)
    return text.substr(0, text.find(':')) + " needs a value";
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr)
    return "this flag takes no value:" + text.substr(text.rfind(':') + 1);
  return text;
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

}  // namespace

struct FlagSet::State {
  Invocation complaint_about_extras() const {
    const std::vector<std::string> extras = app.remaining();
    const auto flag = std::find_if(extras.begin(), extras.end(), [](const std::string& word) {
      return word.size() > 1 && word[0] == '-' && word != "--";
    });
    if (flag != extras.end()) return unknown_flag(flag->substr(0, flag->find('=')));
    for (const std::string& word : extras)
      if (word != "--")
        return mistake("one " + last_operand + " is enough; what is \"" + word + "\" for?", help_command);
    return {};
  }

  Invocation unknown_flag(const std::string& flag) const {
    for (const auto& [name, reason] : kForeignFlags)
      if (name == flag)
        return mistake(flag + " does not work with " + command + ": " + std::string(reason), help_command);
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    return mistake("unknown flag " + flag + suggestion(flag, candidates), help_command);
  }

  // An option that hands each of its words to `read`.
  CLI::Option* add_repeated(const std::string& names, Read read) {
    const auto apply = applied(names, std::move(read));
    const auto apply_all = [apply](const std::vector<std::string>& words) {
      std::for_each(words.begin(), words.end(), apply);
    };
    return app.add_option_function<std::vector<std::string>>(cli11_names(names), apply_all);
  }

  CLI::App app;
  std::string command;
  std::string help;
  std::string help_command;
  std::string last_operand;
  CommandDescription description;
};

FlagSet::FlagSet(const std::string& command, const std::string& operands, const std::string& description)
    : state_(std::make_unique<State>()) {
  state_->command = command;
  state_->help_command = "demarc " + command + " --help";
  state_->help = description + "\n\nUsage: demarc " + command + " [OPTIONS] " + operands + "\n\n";
  state_->app.set_help_flag("-h,--help");
  state_->app.set_version_flag("-V,--version", "");
  state_->app.allow_extras();  // unknown flags are reported here, with a suggestion
}

FlagSet::~FlagSet() = default;

void FlagSet::heading(const std::string& text) {
  state_->help += "\n" + text + ":\n";
}

void FlagSet::footer(const std::string& text) {
  describe_flag("-h, --help", "", "show this help", {}, false);
  describe_flag("-V, --version", "", "show the version", {}, false);
  heading("Other");
  append_help_row(state_->help, "-h, --help", "show this help");
  append_help_row(state_->help, "-V, --version", "show the version; with --json as JSON");
  state_->help += "\n" + text;
}

void FlagSet::describe_flag(const std::string& names, const std::string& shape, const std::string& description,
                            const std::vector<std::string>& choices, bool repeatable) {
  FlagDescription flag = {{}, shape, description, choices, repeatable};
  const std::string plain = cli11_names(names);
  for (size_t begin = 0; begin < plain.size();) {
    const size_t end = std::min(plain.find(',', begin), plain.size());
    flag.names.push_back(plain.substr(begin, end - begin));
    begin = end + 1;
  }
  state_->description.flags.push_back(std::move(flag));
}

void FlagSet::value(const std::string& names, const std::string& shape, const std::string& description, Read read) {
  describe_flag(names, shape, description, read.choices, false);
  state_->app.add_option_function<std::string>(cli11_names(names), applied(names, std::move(read)))->take_last();
  append_help_row(state_->help, names + " " + shape, description);
}

void FlagSet::values(const std::string& names, const std::string& shape, const std::string& description, Read read) {
  describe_flag(names, shape, description, read.choices, true);
  state_->add_repeated(names, std::move(read))->expected(1)->allow_extra_args(false)->take_all();
  append_help_row(state_->help, names + " " + shape, description);
}

void FlagSet::flag(const std::string& names, bool& value, const std::string& description) {
  describe_flag(names, "", description, {}, false);
  state_->app.add_flag(cli11_names(names), value)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  append_help_row(state_->help, names, description);
}

void FlagSet::operand(const std::string& name, const std::string& description, Read read) {
  state_->description.operands.push_back({name, read.choices, false});
  state_->app.add_option_function<std::string>(name, applied(name, std::move(read)));
  state_->last_operand = name;
  append_help_row(state_->help, name, description);
}

void FlagSet::operands(const std::string& name, const std::string& description, Read read) {
  state_->description.operands.push_back({name, read.choices, true});
  state_->add_repeated(name, std::move(read));
  state_->last_operand = name;
  append_help_row(state_->help, name + "...", description);
}

Invocation FlagSet::parse(Command command, std::span<const char* const> words) {
  if (words.size() == 1 && std::string_view(words.front()) == kDescribe) {
    Invocation invocation;
    invocation.description = state_->description;
    return invocation;
  }
  try {
    state_->app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes words last first
  } catch (const CLI::CallForHelp&) {
    return finished(ExitCode::success, state_->help);
  } catch (const CLI::CallForVersion&) {
    return version(asks_for_json(words));
  } catch (const CLI::ParseError& error) {
    // An unknown flag often makes the next word look wrong, so it is the better explanation.
    const Invocation unknown = state_->complaint_about_extras();
    return unknown.exit_code != ExitCode::success ? unknown : refuse(explain(error));
  }
  Invocation invocation = state_->complaint_about_extras();
  if (invocation.exit_code == ExitCode::success) invocation.command = command;
  return invocation;
}

Invocation FlagSet::refuse(std::string_view message) const {
  return mistake(message, state_->help_command);
}

Invocation finished(ExitCode code, std::string text) {
  Invocation invocation;
  invocation.exit_code = code;
  invocation.text = std::move(text);
  return invocation;
}

// Words of a script's making (a list of changed files, say) are as hostile as the names of files.
Invocation mistake(std::string_view message, std::string_view help) {
  return finished(ExitCode::usage,
                  "demarc: " + escaped(message) + "\n  help: `" + std::string(help) + "` lists what there is\n");
}

bool asks_for_json(std::span<const char* const> words) {
  return std::any_of(words.begin(), words.end(), [](std::string_view word) { return word == "--json"; });
}

Invocation version(bool json) {
  return finished(ExitCode::success, json ? "{\"name\": \"demarc\", \"version\": \"" DEMARC_VERSION
                                            "\", \"schemaVersion\": 1}\n"
                                          : "demarc " DEMARC_VERSION "\n");
}

}  // namespace demarc
