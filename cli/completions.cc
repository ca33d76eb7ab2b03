// What each shell makes of a flag differs; what is known of one does not: its names, whether it takes a value, and
// which words or kind of thing that value is. A value that is no listed word is a file where its shape says so.
#include "cli/completions.h"

#include <algorithm>

#include "cli/display.h"

namespace demarc {
namespace {

bool is_file(std::string_view shape) {
  constexpr std::string_view kShapes[] = {"FILE", "DIR", "PATH", "BEFORE", "AFTER"};
  return std::find(std::begin(kShapes), std::end(kShapes), shape) != std::end(kShapes);
}

bool takes_files(const CommandDescription& command) {
  return std::any_of(command.operands.begin(), command.operands.end(),
                     [](const OperandDescription& operand) { return is_file(operand.name); });
}

// Words of choices are of our own making and have no blanks.
std::string all_choices(const CommandDescription& command) {
  std::string text;
  for (const OperandDescription& operand : command.operands)
    for (const std::string& choice : operand.choices) text += (text.empty() ? "" : " ") + choice;
  return text;
}

std::string command_names(std::span<const CompletedCommand> commands) {
  std::string text;
  for (const CompletedCommand& command : commands) {
    if (!text.empty()) text += ' ';
    text += command.name;
  }
  return text;
}

// Within single quotes of bash and zsh.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char byte : text) {
    if (byte == '\'')
      out += "'\\''";
    else
      out += byte;
  }
  return out + "'";
}

std::string bash_script(std::span<const CompletedCommand> commands) {
  std::string script =
      "# demarc in bash: source <(demarc completions bash)\n"
      "_demarc() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= i\n"
      "  COMPREPLY=()\n"
      "  # --format=json comes as three words.\n"
      "  if [[ $current == '=' ]]; then\n"
      "    current=\n"
      "  elif [[ $previous == '=' ]]; then\n"
      "    previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
      "  fi\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    if [[ ${COMP_WORDS[i]} != -* ]]; then\n"
      "      command=${COMP_WORDS[i]}\n"
      "      break\n"
      "    fi\n"
      "  done\n"
      "  case $command in\n"
      "    '')\n"
      "      COMPREPLY=($(compgen -W '" +
      command_names(commands) +
      " --help --version' -- \"$current\"))\n"
      "      ;;\n";
  for (const CompletedCommand& command : commands) {
    std::string flags;
    std::string values;
    std::string free_flags;
    for (const FlagDescription& flag : command.description.flags) {
      flags += (flags.empty() ? "" : " ") + joined(flag.names, " ");
      if (flag.shape.empty()) continue;
      if (!flag.choices.empty())
        values += "        " + joined(flag.names, " | ") + ")\n          COMPREPLY=($(compgen -W '" +
                  joined(flag.choices, " ") + "' -- \"$current\"))\n          return\n          ;;\n";
      else
        free_flags += (free_flags.empty() ? "" : " | ") + joined(flag.names, " | ");
    }
    // What is not completed here is by the shell, as a file.
    if (!free_flags.empty()) values += "        " + free_flags + ")\n          return\n          ;;\n";
    script += "    ";
    script += command.name;
    script += ")\n      case $previous in\n" + values + "      esac\n";
    script +=
        "      if [[ $current == -* ]]; then\n        COMPREPLY=($(compgen -W '" + flags + "' -- \"$current\"))\n";
    if (const std::string choices = all_choices(command.description); !choices.empty())
      script += "      else\n        COMPREPLY=($(compgen -W '" + choices + "' -- \"$current\"))\n";
    script += "      fi\n      ;;\n";
  }
  script +=
      "  esac\n"
      "}\n"
      "complete -o default -F _demarc demarc\n";
  return script;
}

// Within the brackets of a specification of _arguments.
std::string zsh_description(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    if (byte == '[' || byte == ']' || byte == ':' || byte == '\\') out += '\\';
    out += byte;
  }
  return out;
}

std::string zsh_action(std::string_view shape, const std::vector<std::string>& choices) {
  if (!choices.empty()) return "(" + joined(choices, " ") + ")";
  return shape == "DIR" ? "_files -/" : is_file(shape) ? "_files" : " ";
}

std::string zsh_flag(const FlagDescription& flag) {
  const std::string exclusion = flag.repeatable ? "*" : "(" + joined(flag.names, " ") + ")";
  std::string rows;
  for (const std::string& name : flag.names) {
    std::string specification = exclusion + name;
    // Both --format json and --format=json.
    if (!flag.shape.empty() && name.starts_with("--")) specification += '=';
    specification += "[" + zsh_description(flag.description) + "]";
    if (!flag.shape.empty())
      specification += ":" + zsh_description(flag.shape) + ":" + zsh_action(flag.shape, flag.choices);
    rows += " \\\n        " + shell_quoted(specification);
  }
  return rows;
}

std::string zsh_script(std::span<const CompletedCommand> commands) {
  std::string script =
      "#compdef demarc\n"
      "# demarc in zsh: a file named _demarc in a folder of $fpath, or source <(demarc completions zsh)\n"
      "_demarc() {\n"
      "  local -a commands\n"
      "  commands=(\n";
  for (const CompletedCommand& command : commands)
    script += "    " + shell_quoted(std::string(command.name) + ":" + std::string(command.summary)) + "\n";
  script +=
      "  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $words[1] in\n";
  for (const CompletedCommand& command : commands) {
    script += "    ";
    script += command.name;
    script += ")\n      _arguments -s";
    for (const FlagDescription& flag : command.description.flags) script += zsh_flag(flag);
    size_t position = 0;
    for (const OperandDescription& operand : command.description.operands) {
      const std::string place = operand.repeatable ? "*" : std::to_string(++position);
      script +=
          " \\\n        " + shell_quoted(place + ":" + operand.name + ":" + zsh_action(operand.name, operand.choices));
    }
    script += "\n      ;;\n";
  }
  script +=
      "  esac\n"
      "}\n"
      "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
      "  _demarc \"$@\"\n"
      "else\n"
      "  compdef _demarc demarc\n"
      "fi\n";
  return script;
}

std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char byte : text) {
    if (byte == '\'' || byte == '\\') out += '\\';
    out += byte;
  }
  return out + "'";
}

std::string fish_script(std::span<const CompletedCommand> commands) {
  std::string script =
      "# demarc in fish: demarc completions fish > ~/.config/fish/completions/demarc.fish\n"
      "complete -c demarc -f\n"
      "complete -c demarc -n __fish_use_subcommand -s h -l help -d 'show help'\n"
      "complete -c demarc -n __fish_use_subcommand -s V -l version -d 'show the version'\n";
  for (const CompletedCommand& command : commands) {
    script += "complete -c demarc -n __fish_use_subcommand -a " + std::string(command.name) + " -d " +
              fish_quoted(command.summary) + "\n";
  }
  for (const CompletedCommand& command : commands) {
    const std::string begin = "complete -c demarc -n '__fish_seen_subcommand_from " + std::string(command.name) + "'";
    if (takes_files(command.description)) script += begin + " -F\n";
    if (const std::string choices = all_choices(command.description); !choices.empty())
      script += begin + " -a " + fish_quoted(choices) + "\n";
    for (const FlagDescription& flag : command.description.flags) {
      script += begin;
      for (const std::string& name : flag.names)
        script += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (!flag.choices.empty())
        script += " -x -a " + fish_quoted(joined(flag.choices, " "));
      else if (is_file(flag.shape))
        script += " -r -F";
      else if (!flag.shape.empty())
        script += " -x";
      script += " -d " + fish_quoted(flag.description) + "\n";
    }
  }
  return script;
}

}  // namespace

std::span<const std::string_view> shell_names() {
  static constexpr std::string_view kNames[] = {"bash", "zsh", "fish"};
  return kNames;
}

std::string completion_script(Shell shell, std::span<const CompletedCommand> commands) {
  switch (shell) {
    case Shell::bash:
      return bash_script(commands);
    case Shell::zsh:
      return zsh_script(commands);
    case Shell::fish:
      return fish_script(commands);
  }
  return {};
}

}  // namespace demarc
