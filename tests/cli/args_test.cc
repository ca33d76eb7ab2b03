#include "cli/args.h"

#include <catch2/catch.hpp>

using namespace demarc;

namespace {

Invocation parse(std::initializer_list<const char*> words) {
  return parse_command_line({words.begin(), words.size()});
}

const ScanArguments& scan_of(const Invocation& invocation) {
  INFO(invocation.text);
  REQUIRE(invocation.command == Command::scan);
  return invocation.scan;
}

// The message of a refused command line.
std::string refusal(std::initializer_list<const char*> words) {
  const Invocation invocation = parse(words);
  CHECK(invocation.command == Command::none);
  CHECK(invocation.exit_code == ExitCode::usage);
  return invocation.text;
}

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

}  // namespace

TEST_CASE("args: scan without anything leaves all to configuration and detection", "[cli]") {
  const Invocation invocation = parse({"scan"});
  const ScanArguments& scan = scan_of(invocation);
  CHECK(scan.root.empty());
  CHECK(scan.entries.empty());
  CHECK_FALSE(scan.framework);
  CHECK_FALSE(scan.prescan);
  CHECK_FALSE(scan.mode);
  CHECK_FALSE(scan.type_imports);
  CHECK_FALSE(scan.follow);
  CHECK_FALSE(scan.threads);
  CHECK_FALSE(scan.max_memory);
  CHECK(scan.format == Format::pretty);
  CHECK(scan.emit == Keep::map);
  CHECK(scan.color == When::automatic);
  CHECK(scan.progress == When::automatic);
  CHECK_FALSE(scan.allow_incomplete);
}

TEST_CASE("args: every scope flag", "[cli]") {
  const Invocation invocation = parse({"scan",
                                       "app",
                                       "-e",
                                       "src/a.tsx",
                                       "--entry",
                                       "ssr=src/b.tsx",
                                       "--walk",
                                       "ssr",
                                       "--framework",
                                       "plugin-rsc",
                                       "--prescan",
                                       "src/**",
                                       "--conditions",
                                       "worker=workerd,react-server",
                                       "--conditions=client=browser",
                                       "--mode",
                                       "development",
                                       "--alias",
                                       "@=./src",
                                       "--alias",
                                       "x=a=b",
                                       "--tsconfig",
                                       "tsconfig.app.json",
                                       "--external",
                                       "cloudflare:*",
                                       "--external",
                                       "node:*",
                                       "--preserve-symlinks",
                                       "--type-imports",
                                       "keep",
                                       "--follow",
                                       "glob,url",
                                       "--marker",
                                       "import.meta.hot",
                                       "-c",
                                       "demarc.jsonc"});
  const ScanArguments& scan = scan_of(invocation);
  CHECK(scan.root == "app");
  CHECK(scan.entries == std::vector<std::string>{"src/a.tsx", "ssr=src/b.tsx"});
  CHECK(scan.walk == std::vector<std::string>{"ssr"});
  CHECK(scan.framework == Framework::plugin_rsc);
  CHECK(scan.prescan == std::vector<std::string>{"src/**"});
  REQUIRE(scan.conditions.size() == 2);
  CHECK(scan.conditions[0].environment == "worker");
  CHECK(scan.conditions[0].conditions == std::vector<std::string>{"workerd", "react-server"});
  CHECK(scan.conditions[1].environment == "client");
  CHECK(scan.mode == Mode::development);
  REQUIRE(scan.alias.size() == 2);
  CHECK(scan.alias[0].find == "@");
  CHECK(scan.alias[0].replacement == "./src");
  CHECK(scan.alias[1].find == "x");
  CHECK(scan.alias[1].replacement == "a=b");
  CHECK(scan.tsconfig == "tsconfig.app.json");
  CHECK(scan.external == std::vector<std::string>{"cloudflare:*", "node:*"});
  CHECK(scan.preserve_symlinks);
  CHECK(scan.type_imports == TypeImports::keep);
  REQUIRE(scan.follow);
  CHECK((scan.follow->glob && !scan.follow->worker && scan.follow->url));
  CHECK(scan.markers == std::vector<std::string>{"import.meta.hot"});
  CHECK(scan.config == "demarc.jsonc");
}

TEST_CASE("args: every output and resource flag", "[cli]") {
  const Invocation invocation = parse({"scan", "--root=app", "-fjson", "-o", "-", "--emit", "graph", "--color=never",
                                       "--progress", "none", "--stats", "--quiet", "--absolute-paths", "-j8",
                                       "--allow-incomplete", "--max-memory", "40%", "--spill-dir", "/var/tmp"});
  const ScanArguments& scan = scan_of(invocation);
  CHECK(scan.root == "app");
  CHECK(scan.format == Format::json);
  CHECK(scan.output == "-");
  CHECK(scan.emit == Keep::graph);
  CHECK(scan.color == When::never);
  CHECK(scan.progress == When::never);
  CHECK((scan.stats && scan.quiet && scan.absolute_paths && scan.allow_incomplete));
  CHECK(scan.threads == 8);
  REQUIRE(scan.max_memory);
  CHECK(scan.max_memory->percent == 40);
  CHECK(scan.spill_dir == "/var/tmp");
}

TEST_CASE("args: values that look like something else are taken as they are", "[cli]") {
  CHECK(scan_of(parse({"scan", "-e", "[slug].tsx"})).entries == std::vector<std::string>{"[slug].tsx"});
  CHECK(scan_of(parse({"scan", "-e", "[a,b]"})).entries == std::vector<std::string>{"[a,b]"});
  CHECK(scan_of(parse({"scan", "-e", "a,b.tsx", "app"})).entries == std::vector<std::string>{"a,b.tsx"});
  CHECK(scan_of(parse({"scan", "scan"})).root == "scan");
  CHECK(scan_of(parse({"scan", "audit"})).root == "audit");
  CHECK(scan_of(parse({"scan", "--", "-odd"})).root == "-odd");
  CHECK(scan_of(parse({"scan", "--prescan", "none"})).prescan == std::vector<std::string>{});
  CHECK(scan_of(parse({"scan", "--alias", "a b=c d"})).alias[0].replacement == "c d");
}

TEST_CASE("args: of a flag given twice the last counts", "[cli]") {
  CHECK(scan_of(parse({"scan", "-f", "json", "-f", "ndjson"})).format == Format::ndjson);
  CHECK(scan_of(parse({"scan", "-j", "4", "--threads", "auto"})).threads == 0);
  CHECK(scan_of(parse({"scan", "--stats", "--stats"})).stats);
}

TEST_CASE("args: graph and diff", "[cli]") {
  const Invocation graph = parse({"graph", "--level", "package", "-f", "mermaid", "--in", "client", "app"});
  REQUIRE(graph.command == Command::graph);
  CHECK(graph.graph.level == GraphLevel::package);
  CHECK(graph.graph.format == GraphFormat::mermaid);
  CHECK(graph.graph.environment == "client");
  CHECK(graph.graph.scan.root == "app");
  const Invocation diff = parse({"diff", "a.json", "b.json", "-f", "markdown"});
  REQUIRE(diff.command == Command::diff);
  CHECK(diff.diff.before == "a.json");
  CHECK(diff.diff.after == "b.json");
  CHECK_THAT(refusal({"diff", "a.json"}), Contains("two results are needed"));
  CHECK_THAT(refusal({"diff", "a", "b", "c"}), Contains("one AFTER is enough"));
}

TEST_CASE("args: schemas and completions are printed at once", "[cli]") {
  CHECK_THAT(parse({"schema"}).text, Contains("config\n") && Contains("result\n"));
  CHECK(parse({"schema", "result"}).text.starts_with("{\n"));
  CHECK_THAT(refusal({"schema", "reslt"}), Contains("did you mean result?"));
  CHECK_THAT(refusal({"completions"}), Contains("for which shell?"));
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Invocation invocation = parse({"completions", shell});
    CHECK(invocation.exit_code == ExitCode::success);
    for (const char* word : {"scan", "max-memory", "boundary", "mermaid", "ndjson", "react-router"})
      CHECK_THAT(invocation.text, Contains(word));
  }
}

TEST_CASE("args: no command is audit", "[cli]") {
  CHECK(parse({}).command == Command::audit);
  CHECK(parse({"--format", "json"}).audit.scan.format == Format::json);
  CHECK(parse({"./app", "--deny-warnings"}).audit.scan.root == "./app");
  CHECK_THAT(refusal({"app"}), Contains("demarc ./app"));
}

TEST_CASE("args: rules and budgets of audit", "[cli]") {
  const AuditArguments audit = parse({"audit", "--rule", "boundary/orphan=off", "--rule", "directive/typo=error",
                                      "--budget", "client=600KB", "--budget", "@a/b=1K", "--max-warnings", "0"})
                                   .audit;
  REQUIRE(audit.rules.size() == 2);
  CHECK(audit.rules[1].rule == "directive/typo");
  CHECK(audit.rules[1].level == RuleLevel::error);
  REQUIRE(audit.budgets.size() == 2);
  CHECK(audit.budgets[0].bytes == 600000);
  CHECK(audit.budgets[1].name == "@a/b");
  CHECK(audit.max_warnings == 0);
  CHECK(parse({"audit", "-f", "unix"}).audit.scan.format == Format::unix_lines);
  CHECK(parse({"audit", "-f", "agent"}).audit.scan.format == Format::agent);
  CHECK_THAT(refusal({"audit", "--rule", "boundary/orphans=off"}), Contains("did you mean boundary/orphan?"));
  CHECK_THAT(refusal({"audit", "--rule", "boundary/orphan=of"}), Contains("did you mean off?"));
  CHECK_THAT(refusal({"audit", "--rule", "boundary/orphan"}), Contains("RULE=LEVEL"));
  CHECK_THAT(refusal({"audit", "--budget", "client=lots"}), Contains("is no size"));
  CHECK_THAT(refusal({"audit", "--max-warnings", "few"}), Contains("is no number"));
  CHECK_THAT(refusal({"explain", "boundry/orphan"}), Contains("did you mean boundary/orphan?"));
  CHECK(parse({"explain"}).command == Command::explain);
}

TEST_CASE("args: a report is of a project, into a file", "[cli]") {
  const Invocation invocation = parse({"report", "app", "-o", "-"});
  CHECK(invocation.command == Command::report);
  CHECK(invocation.scan.root == "app");
  CHECK(invocation.scan.output == "-");
  CHECK_THAT(refusal({"report", "app", "--root", "app"}), Contains("give the root once"));
}

TEST_CASE("args: commands to come are known, others get a suggestion", "[cli]") {
  for (const char* command : {"run", "build", "profile", "cache", "serve"}) {
    CHECK_THAT(refusal({command, "--whatever"}), Contains("is not in this version"));
  }
  CHECK_THAT(refusal({"scna"}), Contains("did you mean scan?"));
  CHECK_THAT(refusal({"Scan"}), Contains("did you mean scan?"));
  CHECK_THAT(refusal({"frobnicate"}), Contains("unknown command \"frobnicate\""));
}

TEST_CASE("args: mistakes name what was probably meant", "[cli]") {
  struct Row {
    std::initializer_list<const char*> words;
    const char* message;
  };
  const Row rows[] = {
      {{"scan", "--fromat", "json"}, "unknown flag --fromat; did you mean --format?"},
      {{"scan", "--fromat=json"}, "unknown flag --fromat; did you mean --format?"},
      {{"scan", "--max_memory", "1G"}, "did you mean --max-memory?"},
      {{"scan", "--preserve-symlink"}, "did you mean --preserve-symlinks?"},
      {{"scan", "-z"}, "unknown flag -z"},
      {{"scan", "--rule", "a=off"}, "rules belong to audit"},
      {{"scan", "--watch"}, "does not watch"},
      {{"scan", "-f", "jsn"}, "\"jsn\" is not one of pretty, json or ndjson; did you mean json?"},
      {{"scan", "-f", "sarif"}, "\"sarif\" is not available for scan; it prints pretty, json or ndjson"},
      {{"scan", "--framework", "rswdk"}, "did you mean rwsdk?"},
      {{"scan", "--mode", "prod"}, "is not one of production or development"},
      {{"scan", "--type-imports", "drop"}, "is not one of elide or keep"},
      {{"scan", "--follow", "glob,workers"}, "did you mean worker?"},
      {{"scan", "--emit", "grpah", "-f", "json"}, "did you mean graph?"},
      {{"scan", "--emit", "graph"}, "--emit graph needs --format json or ndjson"},
      {{"scan", "--color", "yes"}, "is not one of auto, always or never"},
      {{"scan", "--conditions", "workerd"}, "is not NAME=CONDITION"},
      {{"scan", "--alias", "@"}, "is not FIND=TARGET"},
      {{"scan", "--alias", "=x"}, "is not FIND=TARGET"},
      {{"scan", "--alias", "x="}, "is not FIND=TARGET"},
      {{"scan", "-j", "0"}, "is neither auto nor a number"},
      {{"scan", "-j", "2x"}, "is neither auto nor a number"},
      {{"scan", "--max-memory", "lots"}, "is no amount of memory"},
      {{"scan", "--max-memory", "0"}, "is no amount of memory"},
      {{"scan", "--max-memory", "101%"}, "is no amount of memory"},
      {{"scan", "--entry"}, "--entry needs a value"},
      {{"scan", "--entry="}, "--entry needs a value"},
      {{"scan", "--stats=maybe"}, "this flag takes no value: --stats = maybe"},
      {{"scan", "a", "b"}, "one PATH is enough"},
      {{"scan", ""}, "PATH: needs a value"},
      {{"scan", "--x\n::error::x"}, "unknown flag --x\\n::error::x"},
      {{"scan", "a", "--root", "b"}, "give the root once"},
      {{"scan", "--batch"}, "--batch does not work with scan: it belongs to parse and resolve"},
      {{"parse"}, "no FILE; name at least one, or use --batch"},
      {{"parse", "a.ts", "--batch"}, "give FILE or --batch, not both"},
      {{"parse", "a.ts", ""}, "FILE: needs a value"},
      {{"parse", "--bacth"}, "unknown flag --bacth; did you mean --batch?"},
      {{"parse", "--emit", "graph", "a.ts"}, "--emit does not work with parse"},
      {{"parse", "-f", "sarif", "a.ts"}, "\"sarif\" is not available for parse"},
      {{"resolve"}, "no SPECIFIER; name at least one, or use --batch"},
      {{"resolve", "a", "--batch"}, "give SPECIFIER or --batch, not both"},
      {{"resolve", "--batch", "-f", "json"}, "--batch answers line by line: --format ndjson"},
      {{"resolve", "a", "--kind", "requires"}, "did you mean require?"},
      {{"resolve", "a", "--lang", "ts"}, "--lang does not work with resolve: it belongs to parse"},
      {{"why"}, "no FILE; why what?"},
      {{"why", "a", "b"}, "one FILE is enough"},
      {{"why", "a", "--max", "x"}, "is no number from 1 to 10000"},
      {{"why", "a", "-f", "ndjson"}, "why prints one document"},
      {{"list"}, "list what? client, server"},
      {{"list", "clients"}, "did you mean client?"},
      {{"list", "client", "a", "--root", "b"}, "give the root once"},
      {{"list", "client", "--batch"}, "--batch does not work with list"},
      {{"doctor", "-f", "ndjson"}, "doctor prints one document"},
      {{"doctor", "--stats"}, "--stats does not work with doctor: it belongs to scan"},
      {{"parse", "--lang", "vue", "a.ts"}, "\"vue\" is not one of js, mjs"},
      {{"parse", "--lang", "tss", "a.ts"}, "did you mean ts?"},
  };
  for (const Row& row : rows) {
    const std::string message = refusal(row.words);
    CHECK_THAT(message, StartsWith("demarc: ") && Contains(row.message));
    CHECK(message.back() == '\n');
  }
}

TEST_CASE("args: parse takes files, hostile names behind --, or a batch", "[cli]") {
  const Invocation some = parse({"parse", "a.ts", "--lang", "tsx", "-f", "json", "--", "-b.ts", "--batch"});
  INFO(some.text);
  REQUIRE(some.command == Command::parse);
  CHECK(some.parse.files == std::vector<std::string>{"a.ts", "-b.ts", "--batch"});
  CHECK_FALSE(some.parse.batch);
  CHECK(some.parse.language == Language::tsx);
  CHECK(some.parse.format == Format::json);
  const Invocation batch = parse({"parse", "--batch"});
  REQUIRE(batch.command == Command::parse);
  CHECK(batch.parse.batch);
  CHECK_FALSE(batch.parse.format);
  CHECK_FALSE(batch.parse.language);
}

TEST_CASE("args: resolve takes specifiers and how to ask, with every scope flag", "[cli]") {
  const Invocation some =
      parse({"resolve", "react", "./x?url", "--from", "src/a.ts", "--environment", "client", "--kind", "require",
             "--trace", "--root", "app", "--mode", "development", "-f", "json"});
  INFO(some.text);
  REQUIRE(some.command == Command::resolve);
  CHECK(some.resolve.specifiers == std::vector<std::string>{"react", "./x?url"});
  CHECK(some.resolve.from == "src/a.ts");
  CHECK(some.resolve.environment == "client");
  CHECK(some.resolve.kind == RequestKind::require);
  CHECK(some.resolve.trace);
  CHECK(some.resolve.scan.root == "app");
  CHECK(some.resolve.scan.mode == Mode::development);
  CHECK(some.resolve.format == Format::json);
}

TEST_CASE("args: why, list and doctor, with every scope flag", "[cli]") {
  const Invocation why = parse({"why", "src/a.ts", "--in", "client", "--all", "--max", "7", "-e", "b.ts"});
  REQUIRE(why.command == Command::why);
  CHECK(why.why.file == "src/a.ts");
  CHECK(why.why.environment == "client");
  CHECK(why.why.all);
  CHECK(why.why.most == 7);
  CHECK(why.why.scan.entries == std::vector<std::string>{"b.ts"});
  const Invocation list = parse({"list", "unresolved", "app", "-f", "ndjson"});
  REQUIRE(list.command == Command::list);
  CHECK(list.list.kind == ListKind::unresolved);
  CHECK(list.list.scan.root == "app");
  CHECK(list.list.scan.format == Format::ndjson);
  const Invocation doctor = parse({"doctor", "app", "--framework", "waku"});
  REQUIRE(doctor.command == Command::doctor);
  CHECK(doctor.scan.root == "app");
  CHECK(doctor.scan.framework == Framework::waku);
}

TEST_CASE("args: every command's help has an example", "[cli]") {
  for (const char* command : {"parse", "resolve", "why", "list", "doctor", "explain"}) {
    const Invocation invocation = parse({command, "--help"});
    CHECK(invocation.exit_code == ExitCode::success);
    CHECK_THAT(invocation.text, Contains("Examples:\n  demarc " + std::string(command)));
    CHECK_THAT(invocation.text, Contains("Exit codes:"));
  }
}

TEST_CASE("args: help has an example, for the program and for scan", "[cli]") {
  for (const auto& words : {std::vector<const char*>{"--help"}, {"-h"}, {"help"}, {"scan", "--help"}, {"scan", "-h"}}) {
    const Invocation invocation = parse_command_line(words);
    CHECK(invocation.command == Command::none);
    CHECK(invocation.exit_code == ExitCode::success);
    CHECK_THAT(invocation.text, Contains("xample") && Contains("demarc scan"));
  }
  const std::string help = parse({"scan", "--help"}).text;
  for (const char* flag : {"--root",
                           "--entry",
                           "--walk",
                           "--framework",
                           "--prescan",
                           "--conditions",
                           "--mode",
                           "--alias",
                           "--tsconfig",
                           "--external",
                           "--preserve-symlinks",
                           "--type-imports",
                           "--follow",
                           "--marker",
                           "--config",
                           "--format",
                           "--output",
                           "--emit",
                           "--color",
                           "--progress",
                           "--stats",
                           "--quiet",
                           "--absolute-paths",
                           "--threads",
                           "--allow-incomplete",
                           "--max-memory",
                           "--spill-dir",
                           "--version",
                           "--help"})
    CHECK_THAT(help, Contains(flag));
}

TEST_CASE("args: the version, for people and for programs", "[cli]") {
  for (const auto& words : {std::vector<const char*>{"--version"}, {"-V"}, {"scan", "--version"}, {"scan", "-V"}})
    CHECK_THAT(parse_command_line(words).text, StartsWith("demarc "));
  for (const auto& words : {std::vector<const char*>{"--version", "--json"}, {"scan", "-V", "--json"}})
    CHECK_THAT(parse_command_line(words).text, StartsWith("{\"name\": \"demarc\", \"version\": \""));
  CHECK_THAT(refusal({"--version", "--xml"}), Contains("takes only --json"));
}
