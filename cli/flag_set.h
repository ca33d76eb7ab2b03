// The flags and operands of one command: declared once, for CLI11 and for the help text.
//
//   FlagSet flags("scan", "[PATH]", "Prints which modules …");
//   flags.operand("PATH", "project root", read_text(scan.root));
//   flags.heading("Output");
//   flags.value("-f, --format", "FORMAT", "pretty, json or ndjson", read_format(…));
//   flags.footer("Examples:\n  demarc scan\n");
//   Invocation invocation = flags.parse(Command::scan, words);
//
// Flags are CLI11's; the messages are ours, because CLI11 neither suggests what was meant nor knows which flag belongs
// to which command.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/args.h"

namespace demarc {

// One word to its value; the answer is a complaint, or empty.
struct Read : std::function<std::string(const std::string&)> {
  using function::function;
  std::vector<std::string> choices = {};  // the words that it takes, for shell completions; empty: too many to name
};

class FlagSet {
 public:
  // `operands` as the usage line shows them.
  FlagSet(const std::string& command, const std::string& operands, const std::string& description);
  ~FlagSet();
  FlagSet(const FlagSet&) = delete;
  FlagSet& operator=(const FlagSet&) = delete;

  // What help says between the flags, and behind them.
  void heading(const std::string& text);
  void footer(const std::string& text);

  // A flag that may be given again: the last one counts.
  void value(const std::string& names, const std::string& shape, const std::string& description, Read read);
  // A flag of which each occurrence adds something.
  void values(const std::string& names, const std::string& shape, const std::string& description, Read read);
  void flag(const std::string& names, bool& value, const std::string& description);
  // A word that is no flag; or all of them.
  void operand(const std::string& name, const std::string& description, Read read);
  void operands(const std::string& name, const std::string& description, Read read);

  // Given as the only word, a command describes itself (Invocation::description).
  static constexpr const char* kDescribe = "\x01";

  // Command::none on help or a mistake; else the command, its fields set by the readers.
  Invocation parse(Command command, std::span<const char* const> words);
  // A complaint of the command's own.
  Invocation refuse(std::string_view message) const;

 private:
  void describe_flag(const std::string& names, const std::string& shape, const std::string& description,
                     const std::vector<std::string>& choices, bool repeatable);

  struct State;
  std::unique_ptr<State> state_;
};

// What parse_command_line answers when there is nothing to run.
Invocation finished(ExitCode code, std::string text);
Invocation mistake(std::string_view message, std::string_view help = "demarc --help");
Invocation version(bool json);
bool asks_for_json(std::span<const char* const> words);

}  // namespace demarc
