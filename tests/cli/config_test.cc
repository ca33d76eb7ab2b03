#include "cli/config.h"

#include <catch2/catch.hpp>

#include "tests/cli/temporary_folder.h"

using namespace demarc;

namespace {

struct Reading {
  TemporaryFolder folder;
  ScanOptions options;
  Config config;
  std::vector<Diagnostic> problems;
  bool ok = false;

  explicit Reading(const std::string& text, const std::string& name = "demarc.config.jsonc") {
    const ConfigFile file = {folder.write(name, text), name == "package.json"};
    ok = read_config(file, options, config, problems);
    for (const Diagnostic& problem : problems) {
      CHECK(problem.file == file.path);
      CHECK(problem.level == Level::error);
    }
  }

  // "rule line:column message", one a problem.
  std::string all_problems() const {
    std::string text;
    for (const Diagnostic& problem : problems)
      text += problem.rule + " " + std::to_string(problem.line) + ":" + std::to_string(problem.column) + " " +
              problem.message + "\n";
    return text;
  }
};

}  // namespace

TEST_CASE("config: the whole shape is read", "[cli]") {
  const Reading reading(R"json({
  // where it starts
  "$schema": "./node_modules/demarc/schema/config.v1.json",
  "root": "app", "framework": "rwsdk", "mode": "development",
  "vite": 7,
  "entries": ["src/worker.tsx"], "walk": ["ssr"], "prescan": ["src/**/*.tsx"],
  "environments": {
    "worker": { "consumer": "server", "conditions": ["workerd", "react-server"],
                "mainFields": ["module"], "extensions": [".ts", ".tsx"],
                "builtins": ["cloudflare:workers"], "external": ["x"], "noExternal": ["y"],
                "alias": [{ "find": "a", "replacement": "b" }] },
    "client": { "consumer": "client", "noExternal": true },
  },
  "boundaries": { "use client": ["client"], "use server": ["worker"] },
  "alias": [{ "find": "@", "replacement": "/abs/src" }, { "find": { "re": "^~(.*)", "flags": "i" }, "replacement": "/abs/$1" }],
  "dedupe": ["react"], "preserveSymlinks": true, "tsconfigPaths": "vite8",
  "external": ["cloudflare:*"], "exclude": ["**/*.stories.*"], "typeImports": "keep", "follow": ["glob"], "markers": ["m"],
  "rules": { "boundary/client-barrel": "error", "action/unreferenced": ["warn", { "ignore": ["src/admin/**"] }] },
  "budgets": { "client": "600KB", "boundary": "120KB" }, "baseline": ".demarc-baseline.json",
  "cache": { "dir": "node_modules/.cache/demarc" }, "maxMemory": "40%", /* the end */
})json");
  INFO(reading.all_problems());
  REQUIRE(reading.ok);
  const ScanOptions& options = reading.options;
  CHECK(reading.config.root == reading.folder.path() + "/app");
  CHECK(options.framework == Framework::rwsdk);
  CHECK(options.mode == Mode::development);
  CHECK(options.vite == ViteVersion::vite7);
  CHECK(options.entries == std::vector<std::string>{"src/worker.tsx"});
  CHECK(options.walk == std::vector<std::string>{"ssr"});
  CHECK(options.prescan == std::vector<std::string>{"src/**/*.tsx"});
  REQUIRE(options.environments.size() == 2);
  const EnvironmentOptions& worker = options.environments[0];
  CHECK(worker.name == "worker");
  CHECK(worker.consumer == Consumer::server);
  CHECK(worker.conditions == std::vector<std::string>{"workerd", "react-server"});
  CHECK(worker.main_fields == std::vector<std::string>{"module"});
  CHECK(worker.extensions == std::vector<std::string>{".ts", ".tsx"});
  CHECK(worker.builtins == std::vector<std::string>{"cloudflare:workers"});
  CHECK(worker.external == std::vector<std::string>{"x"});
  CHECK_FALSE(worker.no_external_all);
  CHECK(worker.no_external == std::vector<std::string>{"y"});
  REQUIRE(worker.alias.size() == 1);
  CHECK(options.environments[1].consumer == Consumer::client);
  CHECK(options.environments[1].extensions.size() == 7);
  REQUIRE(options.boundaries.size() == 2);
  CHECK(options.boundaries[0].directive == "use client");
  CHECK(options.boundaries[0].environments == std::vector<std::string>{"client"});
  REQUIRE(options.alias.size() == 2);
  CHECK(options.alias[0].find == "@");
  CHECK_FALSE(options.alias[0].is_regexp);
  CHECK(options.alias[1].is_regexp);
  CHECK(options.alias[1].find == "^~(.*)");
  CHECK(options.alias[1].regexp_flags == "i");
  CHECK(options.dedupe == std::vector<std::string>{"react"});
  CHECK(options.preserve_symlinks);
  CHECK(options.tsconfig_paths == TsconfigPaths::vite8);
  CHECK(options.external == std::vector<std::string>{"cloudflare:*"});
  CHECK(options.exclude == std::vector<std::string>{"**/*.stories.*"});
  CHECK(options.type_imports == TypeImports::keep);
  REQUIRE(options.follow);
  CHECK(options.follow->glob);
  CHECK(options.markers == std::vector<std::string>{"m"});
  REQUIRE(reading.config.max_memory);
  CHECK(reading.config.max_memory->percent == 40);
  const AuditOptions& audit = reading.config.audit;
  REQUIRE(audit.rules.size() == 2);
  CHECK(audit.rules[0].rule == "boundary/client-barrel");
  CHECK(audit.rules[0].level == RuleLevel::error);
  CHECK(audit.rules[1].level == RuleLevel::warn);
  CHECK(audit.rules[1].ignore == std::vector<std::string>{"src/admin/**"});
  REQUIRE(audit.budgets.size() == 2);
  CHECK(audit.budgets[0].name == "client");
  CHECK(audit.budgets[0].bytes == 600'000);
  CHECK(reading.config.baseline == ".demarc-baseline.json");
}

TEST_CASE("config: an empty object changes nothing", "[cli]") {
  const Reading reading("{}");
  CHECK(reading.ok);
  CHECK(reading.options.environments.empty());
  CHECK_FALSE(reading.options.prescan);
  CHECK_FALSE(reading.options.tsconfig_paths);
}

TEST_CASE("config: an empty list is not an absent one", "[cli]") {
  const Reading reading(R"({ "prescan": [], "follow": [] })");
  CHECK(reading.ok);
  CHECK(reading.options.prescan == std::vector<std::string>{});
  REQUIRE(reading.options.follow);
  CHECK_FALSE(reading.options.follow->glob);
}

TEST_CASE("config: problems have a place, a pointer and a suggestion, and come all at once", "[cli]") {
  const Reading reading(R"({
  "framwork": "rwsdk",
  "mode": "prod",
  "environments": { "worker": { "consumer": "sever", "conditons": [] }, "a/b~c": { "consumer": 1 } },
  "entries": ["a", 2]
})");
  CHECK_FALSE(reading.ok);
  CHECK(reading.all_problems() ==
        "config/unknown-key 2:3 /framwork: unknown key; did you mean framework?\n"
        "config/invalid 3:11 /mode: \"prod\" is not one of production or development\n"
        "config/invalid 4:45 /environments/worker/consumer: \"sever\" is not one of server or client; did you mean "
        "server?\n"
        "config/unknown-key 4:54 /environments/worker/conditons: unknown key; did you mean conditions?\n"
        "config/invalid 4:96 /environments/a~1b~0c/consumer: must be a string, not a number\n"
        "config/invalid 5:20 /entries/1: must be a string, not a number\n");
}

TEST_CASE("config: every key refuses the wrong type", "[cli]") {
  struct Row {
    const char* text;
    const char* problem;
  };
  const Row rows[] = {
      {R"([])", "config/invalid 1:1 must be an object, not an array\n"},
      {R"({"$schema": 1})", "config/invalid 1:13 /$schema: must be a string, not a number\n"},
      {R"({"root": null})", "config/invalid 1:10 /root: must be a string, not null\n"},
      {R"({"root": ""})", "config/invalid 1:10 /root: must not be empty\n"},
      {R"({"root": "a\u0000"})", "config/invalid 1:10 /root: must not contain a NUL character\n"},
      {R"({"framework": true})", "config/invalid 1:15 /framework: must be a string, not a boolean\n"},
      {R"({"framework": "nuxt"})",
       "config/invalid 1:15 /framework: \"nuxt\" is not one of auto, rwsdk, plugin-rsc, waku, "
       "vinext, next, react-router or none; did you mean next?\n"},
      {R"({"vite": 6})", "config/invalid 1:10 /vite: must be 8 or 7\n"},
      {R"({"entries": "a"})", "config/invalid 1:13 /entries: must be an array, not a string\n"},
      {R"({"environments": {}})",
       "config/invalid 1:18 /environments: must name at least one environment; leave the key "
       "out for the framework's\n"},
      {R"({"environments": {"a": {}}})",
       "config/invalid 1:24 /environments/a: \"consumer\" is missing: \"server\" or "
       "\"client\"\n"},
      {R"({"environments": {"": {"consumer": "client"}}})",
       "config/invalid 1:19 /environments/: an environment needs a name\n"},
      {R"({"environments": {"a": {"consumer": "client", "noExternal": "x"}}})",
       "config/invalid 1:61 /environments/a/noExternal: must be true, false or an array of package names\n"},
      {R"({"boundaries": ["use client"]})", "config/invalid 1:16 /boundaries: must be an object, not an array\n"},
      {R"({"boundaries": {"use client": "client"}})",
       "config/invalid 1:31 /boundaries/use client: must be an array, not a string\n"},
      {R"({"environments": {"web": {"consumer": "client"}}, "boundaries": {"use client": ["webb"]}})",
       "config/invalid 1:81 /boundaries/use client/0: \"webb\" is no environment of this file; did you mean web?\n"},
      {R"({"alias": {"@": "/src"}})", "config/invalid 1:11 /alias: must be an array, not an object\n"},
      {R"({"alias": [{"find": "@"}]})", "config/invalid 1:12 /alias/0: \"replacement\" is missing\n"},
      {R"({"alias": [{"find": 1, "replacement": "x"}]})",
       "config/invalid 1:21 /alias/0/find: must be a string, or an object { \"re\": …, \"flags\": … } for a regular "
       "expression\n"},
      {R"({"alias": [{"find": {"flags": "g"}, "replacement": "x"}]})",
       "config/invalid 1:21 /alias/0/find: \"re\" is missing\n"},
      {R"x({"alias": [{"find": {"re": "("}, "replacement": "x"}]})x",
       "config/invalid 1:21 /alias/0/find: is no regular expression: unfinished group at 1\n"},
      {R"({"preserveSymlinks": "yes"})", "config/invalid 1:22 /preserveSymlinks: must be a boolean, not a string\n"},
      {R"({"tsconfigPaths": true})", "config/invalid 1:19 /tsconfigPaths: must be a string, not a boolean\n"},
      {R"({"typeImports": "drop"})", "config/invalid 1:17 /typeImports: \"drop\" is not one of elide or keep\n"},
      {R"({"follow": ["globs"]})",
       "config/invalid 1:13 /follow/0: \"globs\" is not one of glob, worker or url; did you mean glob?\n"},
      {R"({"rules": {"scan/unresolved": "fatal"}})",
       "config/invalid 1:31 /rules/scan~1unresolved: \"fatal\" is not one of off, info, warn or error\n"},
      {R"({"rules": {"scan/unresolved": ["warn", 1]}})",
       "config/invalid 1:40 /rules/scan~1unresolved/1: must be an object, not a number\n"},
      {R"({"rules": {"scan/unresolved": []}})",
       "config/invalid 1:31 /rules/scan~1unresolved: must be [level] or [level, { options }]\n"},
      {R"({"rules": {"scan/unresolvd": "off"}})",
       "config/invalid 1:12 /rules/scan~1unresolvd: there is no rule of this name; did you mean scan/unresolved?\n"},
      {R"({"rules": {"scan/unresolved": ["off", {"ignored": []}]}})",
       "config/unknown-key 1:40 /rules/scan~1unresolved/1/ignored: unknown key; did you mean ignore?\n"},
      {R"({"budgets": {"": "1K"}})",
       "config/invalid 1:14 /budgets/: a budget is for client, boundary or the name of a package\n"},
      {R"({"budgets": {"client": "big"}})",
       "config/invalid 1:24 /budgets/client: \"big\" is no size; write it as 600KB or 2MiB\n"},
      {R"({"baseline": {}})", "config/invalid 1:14 /baseline: must be a string, not an object\n"},
      {R"({"cache": {"folder": "x"}})", "config/unknown-key 1:12 /cache/folder: unknown key\n"},
      {R"({"maxMemory": "much"})",
       "config/invalid 1:15 /maxMemory: \"much\" is no amount of memory; write it as 512MiB or 40%\n"},
      {R"({"mode": "production", "mode": "development"})", "config/invalid 1:24 /mode: this key comes twice\n"},
      {R"({"mode": })",
       "config/invalid 1:10 not valid JSON: a comma, colon, bracket or value is missing or misplaced\n"},
      {"{\n  /* open\n}",
       "config/invalid 3:2 not valid JSON: a comma, colon, bracket or value is missing or misplaced\n"},
      {"{ \"mode\": 'production' }",
       "config/invalid 1:11 not valid JSON: a comma, colon, bracket or value is missing or misplaced\n"},
      {"", "config/invalid 1:1 the file is empty\n"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const Reading reading(row.text);
    CHECK_FALSE(reading.ok);
    CHECK(reading.all_problems() == row.problem);
  }
}

TEST_CASE("config: the nearest file upward, in this order", "[cli]") {
  const TemporaryFolder folder;
  const std::string inner = folder.path() + "/packages/app";
  folder.write("packages/app/package.json", "{}");
  const std::string outer_json = folder.write("demarc.config.json", "{}");
  CHECK(find_config(inner).path == outer_json);
  const std::string in_package = folder.write("packages/package.json", R"({ "demarc": {} })");
  CHECK(find_config(inner).path == in_package);
  CHECK(find_config(inner).in_package_json);
  const std::string jsonc = folder.write("packages/demarc.config.jsonc", "{}");
  CHECK(find_config(inner).path == jsonc);
  CHECK_FALSE(find_config(inner).in_package_json);
  const std::string json = folder.write("packages/demarc.config.json", "{}");
  CHECK(find_config(inner).path == json);
}

TEST_CASE("config: a package.json that does not mean us configures nothing; a broken one may", "[cli]") {
  const TemporaryFolder folder;
  folder.write("demarc.config.json", "{}");
  for (const char* text : {"{ \"broken\": ", "{ \"dependencies\": { \"demarc\": \"1\" } }", "[\"demarc\"]", ""}) {
    INFO(text);
    folder.write("app/package.json", text);
    CHECK(find_config(folder.path() + "/app").path == folder.path() + "/demarc.config.json");
  }
  folder.write("app/package.json", "{ \"demarc\": ");
  CHECK(find_config(folder.path() + "/app").in_package_json);
  const Reading broken("{\n  \"demarc\": ", "package.json");
  CHECK_FALSE(broken.ok);
  CHECK(broken.problems.at(0).line == 2);
  CHECK(Reading("\xef\xbb\xbf{ \"demarc\": {} }", "package.json").ok);
}

TEST_CASE("config: package.json#demarc has pointers from its own root and real positions", "[cli]") {
  const Reading good(R"({ "name": "x", "demarc": { "mode": "development" } })", "package.json");
  CHECK(good.ok);
  CHECK(good.options.mode == Mode::development);
  const Reading bad("{\n  \"demarc\": { \"mod\": 1 }\n}", "package.json");
  CHECK(bad.all_problems() == "config/unknown-key 2:15 /demarc/mod: unknown key; did you mean mode?\n");
  const Reading none("{ \"name\": \"x\" }", "package.json");
  CHECK(none.all_problems() == "config/invalid 1:1 has no \"demarc\" key\n");
  const Reading comments("{ /* no JSONC here */ \"demarc\": {} }", "package.json");
  CHECK_FALSE(comments.ok);
}

TEST_CASE("config: a file that cannot be read", "[cli]") {
  ScanOptions options;
  Config config;
  std::vector<Diagnostic> problems;
  const TemporaryFolder folder;
  CHECK_FALSE(read_config({folder.path() + "/none.json"}, options, config, problems));
  CHECK_FALSE(read_config({folder.path()}, options, config, problems));
  CHECK_FALSE(read_config({"/dev/zero"}, options, config, problems));
  REQUIRE(problems.size() == 3);
  CHECK(problems[0].message == "No such file or directory");
  CHECK(problems[1].message == "Is a directory");
  CHECK(problems[2].message == "is larger than 4 MiB");
}
