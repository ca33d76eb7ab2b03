#include <charconv>
#include <system_error>
#include <utility>

#include "cli/command_flags.h"
#include "cli/flag_values.h"

namespace demarc {
namespace {

void add_output(FlagSet& flags, const std::string& command, const std::string& formats, ScanArguments& scan) {
  flags.heading("Output");
  flags.value("-f, --format", "FORMAT", formats, read_format(command, scan.format));
  flags.value("-o, --output", "FILE", "write there instead of to standard output; appears whole or not at all",
              read_text(scan.output));
  flags.value("--color", "WHEN", "auto (default), always or never", read_color(scan.color));
}

Read read_count(std::optional<size_t>& count) {
  return [&count](const std::string& word) -> std::string {
    size_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() || value == 0 || value > 10000)
      return "\"" + word + "\" is no number from 1 to 10000";
    count = value;
    return {};
  };
}

}  // namespace

Invocation parse_doctor(std::span<const char* const> words) {
  ScanArguments scan;
  std::string path;
  FlagSet flags("doctor", "[PATH]",
                "Says what a scan of the project would take for granted, by which evidence, and what it cannot know\n"
                "because vite.config is never executed. Nothing is walked.");
  flags.operand("PATH", kRootHelp, read_text(path));
  add_scope(flags, scan);
  add_output(flags, "doctor", "pretty (default) or json", scan);
  add_resources(flags, scan);
  flags.footer(
      "Examples:\n"
      "  demarc doctor\n"
      "  demarc doctor -f json | jq .unknown\n"
      "\n"
      "Exit codes: 0 the project can be scanned, 2 it cannot, and why\n");

  Invocation invocation = flags.parse(Command::doctor, words);
  if (invocation.command == Command::none) return invocation;
  if (!path.empty() && !scan.root.empty()) return flags.refuse("give the root once: PATH or --root");
  if (scan.root.empty()) scan.root = std::move(path);
  if (scan.format == Format::ndjson) return flags.refuse("doctor prints one document: pretty or json");
  invocation.scan = std::move(scan);
  return invocation;
}

std::span<const std::string_view> list_kind_names() {
  static constexpr std::string_view kNames[] = {"client",   "server",   "actions",   "boundaries",
                                                "packages", "external", "unresolved"};
  return kNames;
}

Invocation parse_list(std::span<const char* const> words) {
  ListArguments list;
  std::string path;
  bool has_kind = false;
  FlagSet flags("list", "KIND [PATH]", "Lists one kind of thing that a scan finds.");
  flags.operand("KIND", one_of(list_kind_names()), with_choices(list_kind_names(), [&](const std::string& word) {
                  has_kind = true;
                  return choice(list_kind_names(), list.kind)(word);
                }));
  flags.operand("PATH", kRootHelp, read_text(path));
  add_scope(flags, list.scan);
  add_output(flags, "list", "pretty (default), json or ndjson", list.scan);
  flags.flag("--quiet", list.scan.quiet, "no progress");
  flags.flag("--absolute-paths", list.scan.absolute_paths, "print absolute paths instead of paths from the root");
  add_resources(flags, list.scan);
  flags.footer(
      "Examples:\n"
      "  demarc list boundaries\n"
      "  demarc list unresolved -f ndjson app | jq -r .specifier\n"
      "\n"
      "Exit codes: 0 listed, 2 bad usage, configuration or project, 3 incomplete, 4 over the memory bound\n");

  Invocation invocation = flags.parse(Command::list, words);
  if (invocation.command == Command::none) return invocation;
  if (!has_kind) return flags.refuse("list what? " + one_of(list_kind_names()));
  if (!path.empty() && !list.scan.root.empty()) return flags.refuse("give the root once: PATH or --root");
  if (list.scan.root.empty()) list.scan.root = std::move(path);
  invocation.list = std::move(list);
  return invocation;
}

Invocation parse_report(std::span<const char* const> words) {
  ScanArguments scan;
  std::string path;
  FlagSet flags(
      "report", "[PATH]",
      "Writes one HTML file that shows what is in the client, why, and what it costs. It needs no network and\n"
      "holds no source text.");
  flags.operand("PATH", kRootHelp, read_text(path));
  add_scope(flags, scan);
  flags.heading("Output");
  flags.value("-o, --output", "FILE", "write there (default: demarc-report.html in the root); - for standard output",
              read_text(scan.output));
  flags.value("--color", "WHEN", "auto (default), always or never", read_color(scan.color));
  flags.flag("--quiet", scan.quiet, "no progress, and nothing said on success");
  add_resources(flags, scan);
  flags.footer(
      "Examples:\n"
      "  demarc report\n"
      "  demarc report -o build/report.html app\n"
      "\n"
      "A link may lead to one module: demarc-report.html#why=/src/app/Nav.tsx\n"
      "\n"
      "Exit codes: 0 written, whatever was found, 2 bad usage, 3 incomplete, 4 over the memory bound,\n"
      "5 the file could not be written\n");

  Invocation invocation = flags.parse(Command::report, words);
  if (invocation.command == Command::none) return invocation;
  if (!path.empty() && !scan.root.empty()) return flags.refuse("give the root once: PATH or --root");
  if (scan.root.empty()) scan.root = std::move(path);
  invocation.scan = std::move(scan);
  return invocation;
}

std::span<const std::string_view> graph_format_names() {
  static constexpr std::string_view kNames[] = {"dot", "mermaid", "json"};
  return kNames;
}

std::span<const std::string_view> graph_level_names() {
  static constexpr std::string_view kNames[] = {"boundary", "package", "module"};
  return kNames;
}

Invocation parse_graph(std::span<const char* const> words) {
  GraphArguments graph;
  std::string path;
  FlagSet flags(
      "graph", "[PATH]",
      "Prints a graph to be drawn: of boundaries (entries, the modules that \"use client\" and \"use server\" move,\n"
      "and the packages that the client gets), of packages, or of modules.");
  flags.operand("PATH", kRootHelp, read_text(path));
  flags.heading("Graph");
  flags.value("-f, --format", "FORMAT", "dot (default, for Graphviz), mermaid or json",
              choice(graph_format_names(), graph.format));
  flags.value("--level", "LEVEL", "boundary (default), package or module", choice(graph_level_names(), graph.level));
  flags.value("--in", "NAME", "what is seen in this environment only", read_text(graph.environment));
  flags.value("-o, --output", "FILE", "write there instead of to standard output; appears whole or not at all",
              read_text(graph.scan.output));
  flags.value("--color", "WHEN", "of messages: auto (default), always or never", read_color(graph.scan.color));
  flags.flag("--quiet", graph.scan.quiet, "no progress, and no note about what is not drawn");
  flags.flag("--absolute-paths", graph.scan.absolute_paths, "print absolute paths instead of paths from the root");
  add_scope(flags, graph.scan);
  add_resources(flags, graph.scan);
  flags.footer(
      "Examples:\n"
      "  demarc graph | dot -Tsvg > boundaries.svg\n"
      "  demarc graph -f mermaid -o boundaries.mmd\n"
      "  demarc graph --level module --in client -f json app | jq '.edges | length'\n"
      "\n"
      "Mermaid draws at most 500 edges and 50,000 characters; of a larger graph the boundaries and the largest\n"
      "packages are printed, with a note of what is missing.\n"
      "\n"
      "Exit codes: 0 printed, 2 bad usage, configuration or project, 3 incomplete, 4 over the memory bound\n");

  Invocation invocation = flags.parse(Command::graph, words);
  if (invocation.command == Command::none) return invocation;
  if (!path.empty() && !graph.scan.root.empty()) return flags.refuse("give the root once: PATH or --root");
  if (graph.scan.root.empty()) graph.scan.root = std::move(path);
  // Standard output is a program's to read: no annotations of CI services among it.
  graph.scan.format = Format::json;
  invocation.graph = std::move(graph);
  return invocation;
}

Invocation parse_why(std::span<const char* const> words) {
  WhyArguments why;
  FlagSet flags(
      "why", "FILE",
      "Says which imports lead from an entry to a file, by the shortest way, in each environment that has it.");
  flags.operand("FILE", "a file, a package, or a specifier as some module imports it", read_text(why.file));
  flags.heading("Question");
  flags.value("--in", "NAME", "in this environment only", read_text(why.environment));
  flags.flag("--all", why.all, "show a chain for every module that imports it, at most 100");
  flags.value("--max", "N", "show at most N chains", read_count(why.most));
  add_scope(flags, why.scan);
  add_output(flags, "why", "pretty (default) or json", why.scan);
  flags.flag("--quiet", why.scan.quiet, "no progress");
  flags.flag("--absolute-paths", why.scan.absolute_paths, "print absolute paths instead of paths from the root");
  add_resources(flags, why.scan);
  flags.footer(
      "Examples:\n"
      "  demarc why src/app/Counter.tsx\n"
      "  demarc why node_modules/lucide-react/dist/esm/icons/x.js --in client --all\n"
      "  demarc why react-dom -f json\n"
      "\n"
      "Exit codes: 0 a chain leads there, 1 none does, 2 bad usage or no such file, 3 incomplete,\n"
      "4 over the memory bound\n");

  Invocation invocation = flags.parse(Command::why, words);
  if (invocation.command == Command::none) return invocation;
  if (why.file.empty()) return flags.refuse("no FILE; why what?");
  if (why.scan.format == Format::ndjson) return flags.refuse("why prints one document: pretty or json");
  invocation.why = std::move(why);
  return invocation;
}

}  // namespace demarc
