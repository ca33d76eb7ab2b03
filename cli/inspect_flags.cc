#include "cli/command_flags.h"
#include "cli/flag_values.h"

namespace demarc {
namespace {

constexpr const char* kRecordFormats = "pretty, json or ndjson (default: pretty on a terminal, else ndjson)";

}  // namespace

Invocation parse_parse(std::span<const char* const> words) {
  ParseArguments parse;
  FlagSet flags("parse", "FILE... | --batch",
                "Prints what is seen in single files: directives, imports and exports, with their places.\n"
                "Nothing is resolved and nothing is followed.");
  flags.operands("FILE", "source file; relative to the working directory", read_texts(parse.files));

  flags.heading("Input");
  flags.flag("--batch", parse.batch,
             "take paths from standard input, one a line, and answer each with one line, in order");
  flags.value("--lang", "LANG",
              "what the files are, whatever their names say: js, mjs, cjs, jsx, ts, mts, cts, tsx or mdx",
              read_language(parse.language));

  flags.heading("Output");
  flags.value("-f, --format", "FORMAT", kRecordFormats, read_format("parse", parse.format));
  flags.value("-o, --output", "FILE", "write there instead of to standard output; appears whole or not at all",
              read_text(parse.output));
  flags.value("--color", "WHEN", "auto (default), always or never", read_color(parse.color));
  flags.flag("--quiet", parse.quiet, "print the result and errors only");

  flags.footer(
      "Examples:\n"
      "  demarc parse src/app/Counter.tsx\n"
      "  demarc parse -f json src/*.ts | jq '.files[].directives'\n"
      "  git ls-files '*.tsx' | demarc parse --batch\n"
      "\n"
      "Exit codes: 0 all files were read, 2 bad usage or a line that is no path, 3 a file could not be read or "
      "decided\n");

  Invocation invocation = flags.parse(Command::parse, words);
  if (invocation.command == Command::none) return invocation;
  if (parse.batch && !parse.files.empty()) return flags.refuse("give FILE or --batch, not both");
  if (!parse.batch && parse.files.empty()) return flags.refuse("no FILE; name at least one, or use --batch");
  invocation.parse = std::move(parse);
  return invocation;
}

}  // namespace demarc
