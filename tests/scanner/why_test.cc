// Chains from entries to modules, on a disk in memory.
#include <catch2/catch.hpp>

#include "scanner/why.h"
#include "tests/support/memory_file_system.h"

using namespace demarc;

namespace {

struct App {
  MemoryFileSystem disk;
  ScanOptions options;
  ScanResult result;

  App() {
    options.root = "/app";
    options.entries = {"src/main.tsx"};
    options.threads = 2;
    options.keep = Keep::graph;
    disk.add("/app/package.json", "{}");
  }
  App& file(std::string_view path, std::string_view content = {}) {
    disk.add("/app/" + std::string(path), content);
    return *this;
  }
  void scan() {
    result = demarc::scan(options, disk);
    REQUIRE(result.outcome == Outcome::complete);
  }

  // "server: /src/main.tsx:1 > /src/a.ts!"; ! marks a boundary.
  std::string text(const Explanation& explanation, size_t chain = 0) const {
    std::string line = result.environments[explanation.environment] + ":";
    for (const ChainStep& step : explanation.chains[chain].steps) {
      line += (line.ends_with(':') ? " " : " > ") + std::string(result.text(result.modules[size_t(step.module)].id));
      if (step.import != kNoImport) line += ":" + std::to_string(result.imports[step.import].line);
      if (step.boundary) line += "!";
    }
    return line;
  }
  std::vector<Explanation> why(std::string_view name, ExplainOptions options_of = {}) const {
    return explain(result, find_modules(result, name), options_of);
  }
};

struct Sample : App {
  Sample() {
    file("src/main.tsx", "import './b';\nimport './a';\nimport 'ui';");
    file("src/a.ts", "import './shared';\nimport './Client';");
    file("src/b.ts", "\nimport './shared';\nimport './Client';");
    file("src/Client.tsx", "'use client';\nimport './shared';\nimport './only';");
    for (const char* name : {"src/shared.ts", "src/only.ts", "src/unused.ts"}) file(name);
    file("node_modules/ui/package.json", R"({"main":"index.js"})");
    std::string barrel;
    for (const char* name : {"1", "2", "3", "4", "5"}) {
      barrel += "export * from './" + std::string(name) + "';";
      file("node_modules/ui/" + std::string(name) + ".js");
    }
    file("node_modules/ui/index.js", barrel);
  }
};

}  // namespace

TEST_CASE("why: the shortest chain, by path order where several are as short", "[scanner][why]") {
  Sample app;
  app.scan();
  const auto reasons = app.why("/src/shared.ts");
  REQUIRE(reasons.size() == 2);
  CHECK(app.text(reasons[0]) == "server: /src/main.tsx:1 > /src/b.ts:2 > /src/shared.ts");
  CHECK(reasons[0].importers == 2);
  CHECK(app.text(reasons[1]) == "client: /src/main.tsx:1 > /src/b.ts:3 > /src/Client.tsx:2! > /src/shared.ts");
  CHECK(reasons[1].importers == 1);
}

TEST_CASE("why: one chain for each importer, one environment, boundaries", "[scanner][why]") {
  Sample app;
  app.scan();
  const auto all = app.why("/src/Client.tsx", {.environment = {}, .most_chains = 9});
  REQUIRE(all.size() == 1);
  REQUIRE(all[0].chains.size() == 2);
  CHECK(app.text(all[0], 0) == "client: /src/main.tsx:1 > /src/b.ts:3 > /src/Client.tsx!");
  CHECK(app.text(all[0], 1) == "client: /src/main.tsx:2 > /src/a.ts:2 > /src/Client.tsx!");
  CHECK(app.why("/src/Client.tsx", {.environment = "server"}).empty());
  CHECK(app.why("/src/only.ts").size() == 1);
}

TEST_CASE("why: an entry is its own reason, and what nobody imports has none", "[scanner][why]") {
  Sample app;
  app.scan();
  const auto entry = app.why("/src/main.tsx");
  REQUIRE(entry.size() == 1);
  CHECK(app.text(entry[0]) == "server: /src/main.tsx");
  CHECK_FALSE(entry[0].chains[0].from_prescan);
  CHECK(app.why("/src/unused.ts").empty());
  CHECK(explain(app.result, {}).empty());
}

TEST_CASE("why: a module that only the prescan found says so", "[scanner][why]") {
  Sample app;
  app.file("src/alone.tsx", "'use client'; import './lone'").file("src/lone.ts");
  app.options.prescan = {"src/**/*.tsx"};
  app.scan();
  const auto reasons = app.why("/src/lone.ts");
  REQUIRE(reasons.size() == 1);
  CHECK(app.text(reasons[0]) == "client: /src/alone.tsx:1 > /src/lone.ts");
  CHECK(reasons[0].chains[0].from_prescan);
  // A chain from a real entry is the better answer, though the prescan found the module as well.
  CHECK_FALSE(app.why("/src/Client.tsx")[0].chains[0].from_prescan);
}

TEST_CASE("why: names are ids, paths, packages and specifiers", "[scanner][why]") {
  Sample app;
  app.scan();
  CHECK(find_modules(app.result, "/app/src/a.ts") == find_modules(app.result, "/src/a.ts"));
  CHECK(find_modules(app.result, "ui").size() == 6);
  CHECK(find_modules(app.result, "./only") == find_modules(app.result, "/src/only.ts"));
  CHECK(find_modules(app.result, "nothing").empty());
  const auto package = app.why("ui");
  REQUIRE(package.size() == 1);
  CHECK(app.text(package[0]) == "server: /src/main.tsx:3 > /node_modules/ui/index.js");
  CHECK(package[0].importers == 1);
}

TEST_CASE("why: a barrel mostly hands on", "[scanner][why]") {
  Sample app;
  app.scan();
  const auto size_of = [&](std::string_view id) {
    return barrel_size(app.result, app.result.modules[size_t(find_modules(app.result, id)[0])]);
  };
  CHECK(size_of("/node_modules/ui/index.js") == 5);
  CHECK(size_of("/src/a.ts") == 0);
}
