#include <algorithm>
#include <string>
#include <vector>

#include "cli/command_flags.h"
#include "cli/flag_values.h"
#include "cli/schemas.h"

namespace demarc {

// Prints what it has to say at once: there is nothing to run.
Invocation parse_schema(std::span<const char* const> words) {
  std::vector<std::string_view> names;
  for (const Schema& schema : schemas()) names.push_back(schema.name);
  std::string_view text;
  const auto read = [&](const std::string& word) -> std::string {
    const auto found = std::find(names.begin(), names.end(), word);
    if (found == names.end()) return not_one_of(word, names);
    text = schemas()[size_t(found - names.begin())].text;
    return {};
  };
  FlagSet flags(
      "schema", "[NAME]",
      "Prints the JSON schema (draft 2020-12) of what a command prints, or of the configuration file. Without\n"
      "NAME: the names. Schemas refer to each other by their $id.");
  flags.operand("NAME", one_of(names), with_choices(names, read));
  flags.footer(
      "Examples:\n"
      "  demarc schema\n"
      "  demarc schema config > demarc.schema.json\n");
  Invocation invocation = flags.parse(Command::none, words);
  if (!invocation.text.empty() || !invocation.description.flags.empty()) return invocation;
  std::string answer(text);
  if (answer.empty())
    for (const std::string_view name : names) answer += std::string(name) + "\n";
  return finished(ExitCode::success, answer);
}

}  // namespace demarc
