#include "cli/command_flags.h"
#include "cli/flag_values.h"

namespace demarc {
namespace {

constexpr const char* kRecordFormats = "pretty, json or ndjson (default: pretty on a terminal, else ndjson)";

Read read_kind(RequestKind& kind) {
  static constexpr std::string_view kKinds[] = {"import", "require"};
  return choice(kKinds, kind);
}

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

Invocation parse_resolve(std::span<const char* const> words) {
  ResolveArguments resolve;
  FlagSet flags("resolve", "SPECIFIER... | --batch",
                "Says where specifiers lead, in each environment of the project, as its Vite has it.");
  flags.operands("SPECIFIER", "as it would be written in an import", read_texts(resolve.specifiers));

  flags.heading("Question");
  flags.value("--environment", "NAME", "ask in this environment (default: in all; of a batch, in the first)",
              read_text(resolve.environment));
  flags.value("--from", "FILE", "the importer; relative to the root (default: none, as for an entry)",
              read_text(resolve.from));
  flags.value("--kind", "import|require", "how it is imported (default: import)", read_kind(resolve.kind));
  flags.flag("--trace", resolve.trace, "pretty: show the rules taken; see docs/resolution.md");
  flags.flag("--batch", resolve.batch,
             "take questions from standard input, one a line, and answer each with one line, in order: "
             "{\"specifier\", \"importer\": path or null, \"env\", \"kind\"}");

  add_scope(flags, resolve.scan);
  flags.heading("Output");
  flags.value("-f, --format", "FORMAT", kRecordFormats, read_format("resolve", resolve.format));
  flags.value("-o, --output", "FILE", "write there instead of to standard output; appears whole or not at all",
              read_text(resolve.scan.output));
  flags.value("--color", "WHEN", "auto (default), always or never", read_color(resolve.scan.color));
  flags.flag("--quiet", resolve.scan.quiet, "print the result and errors only");
  flags.flag("--absolute-paths", resolve.scan.absolute_paths, "pretty: print absolute paths");

  flags.footer(
      "Examples:\n"
      "  demarc resolve react --from src/worker.tsx --trace\n"
      "  demarc resolve -f json --environment client ./Button --from src/app/Nav.tsx\n"
      "  demarc resolve --batch --config demarc.config.json < questions.ndjson\n"
      "\n"
      "Exit codes: 0 every question has an answer (unresolved is one), 2 bad usage, configuration or question,\n"
      "3 something on the way could not be read\n");

  Invocation invocation = flags.parse(Command::resolve, words);
  if (invocation.command == Command::none) return invocation;
  if (resolve.batch && !resolve.specifiers.empty()) return flags.refuse("give SPECIFIER or --batch, not both");
  if (!resolve.batch && resolve.specifiers.empty())
    return flags.refuse("no SPECIFIER; name at least one, or use --batch");
  if (resolve.batch && resolve.format.value_or(Format::ndjson) != Format::ndjson)
    return flags.refuse("--batch answers line by line: --format ndjson");
  invocation.resolve = std::move(resolve);
  return invocation;
}

}  // namespace demarc
