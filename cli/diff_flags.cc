#include <utility>

#include "cli/command_flags.h"
#include "cli/flag_values.h"

namespace demarc {

std::span<const std::string_view> diff_format_names() {
  static constexpr std::string_view kNames[] = {"pretty", "json", "markdown"};
  return kNames;
}

Invocation parse_diff(std::span<const char* const> words) {
  DiffArguments diff;
  FlagSet flags(
      "diff", "BEFORE AFTER",
      "Compares two results of `demarc scan --format json`: which modules say \"use client\" and \"use server\",\n"
      "directives, entries; and, where both were made with --emit graph, modules, boundaries and packages.");
  flags.operand("BEFORE", "a result", read_text(diff.before));
  flags.operand("AFTER", "another", read_text(diff.after));
  flags.heading("Output");
  flags.value("-f, --format", "FORMAT", "pretty (default), json or markdown", choice(diff_format_names(), diff.format));
  flags.value("-o, --output", "FILE", "write there instead of to standard output; appears whole or not at all",
              read_text(diff.output));
  flags.value("--color", "WHEN", "auto (default), always or never", read_color(diff.color));
  flags.footer(
      "Examples:\n"
      "  demarc scan -f json --emit graph -o after.json && demarc diff before.json after.json\n"
      "  demarc diff <(git show main:map.json) map.json -f markdown\n"
      "\n"
      "Places within files and sizes are shown and count for nothing.\n"
      "\n"
      "Exit codes: 0 no difference, 1 a difference, 2 bad usage, or a file that is no result\n");

  Invocation invocation = flags.parse(Command::diff, words);
  if (invocation.command == Command::none) return invocation;
  if (diff.after.empty()) return flags.refuse("two results are needed: BEFORE and AFTER");
  invocation.diff = std::move(diff);
  return invocation;
}

}  // namespace demarc
