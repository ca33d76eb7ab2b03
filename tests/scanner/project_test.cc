#include "scanner/project.h"

#include <catch2/catch.hpp>
#include <cerrno>

#include "tests/support/memory_file_system.h"

using namespace demarc;

namespace {

struct Detected {
  bool ok;
  Project project;
  std::vector<Diagnostic> diagnostics;
};

Detected detect(MemoryFileSystem& disk, ScanOptions options = {}) {
  if (options.root.empty()) options.root = "/app";
  Detected result{};
  result.ok = detect_project(options, disk, result.project, result.diagnostics);
  return result;
}

std::string first_rule(const Detected& detected) {
  return detected.diagnostics.empty() ? "" : detected.diagnostics.front().rule;
}

}  // namespace

TEST_CASE("project: the framework follows from the dependencies, the most specific first", "[scanner][project]") {
  const std::pair<const char*, Framework> cases[] = {
      {R"({"dependencies":{"rwsdk":"1"}})", Framework::rwsdk},
      {R"({"devDependencies":{"@vitejs/plugin-rsc":"1"}})", Framework::plugin_rsc},
      {R"({"dependencies":{"waku":"1","@vitejs/plugin-rsc":"1"}})", Framework::waku},
      {R"({"dependencies":{"next":"16"}})", Framework::next},
      {R"({"dependencies":{"react":"19"}})", Framework::none},
  };
  for (const auto& [manifest, framework] : cases) {
    MemoryFileSystem disk;
    disk.add("/app/package.json", manifest);
    disk.add("/app/src/worker.tsx");
    disk.add("/app/src/main.tsx");
    INFO(manifest);
    CHECK(detect(disk).project.framework == framework);
  }
}

TEST_CASE("project: a package.json that cannot be used ends detection, and is a warning without it",
          "[scanner][project]") {
  const auto deep = std::string(200'000, '[') + std::string(200'000, ']');
  for (const std::string& manifest : {std::string("{ broken"), std::string("null"), std::string(), deep}) {
    MemoryFileSystem disk;
    disk.add("/app/package.json", manifest);
    disk.add("/app/src/main.tsx");
    const Detected guessed = detect(disk);
    CHECK_FALSE(guessed.ok);
    CHECK(first_rule(guessed) == "config/invalid");
    CHECK(guessed.diagnostics[0].file == "/app/package.json");
    CHECK(guessed.diagnostics[0].help.find("--framework") != std::string::npos);

    ScanOptions options;
    options.framework = Framework::none;
    CHECK_FALSE(detect(disk, options).ok);  // the entries would be a guess
    options.entries = {"src/main.tsx"};
    const Detected told = detect(disk, options);
    CHECK(told.ok);
    CHECK(first_rule(told) == "package/invalid-json");
    CHECK(told.diagnostics[0].file == "/package.json");
  }
}

TEST_CASE("project: a package.json that cannot be read is no missing one", "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add("/app/package.json", "{}");
  disk.add("/app/src/main.tsx");
  disk.fail(Operation::open, "/app/package.json", EACCES);
  const Detected denied = detect(disk);
  CHECK_FALSE(denied.ok);
  CHECK(denied.diagnostics[0].message.find("Permission denied") != std::string::npos);
  disk.fail(Operation::open, "/app/package.json", 0);
  disk.remove("/app/package.json");
  CHECK(detect(disk).ok);
  disk.add("/app/package.json", "\xef\xbb\xbf{}");
  CHECK(detect(disk).ok);
}

TEST_CASE("project: a wrangler file that cannot be used is an error, not a reason to look elsewhere",
          "[scanner][project]") {
  const auto project = [](MemoryFileSystem& disk) {
    disk.add("/app/package.json", R"({"dependencies":{"rwsdk":"1"}})");
    disk.add("/app/src/worker.tsx");
  };
  const std::pair<const char*, const char*> broken[] = {
      {"wrangler.jsonc", R"({"main":5})"},
      {"wrangler.json", R"({"main":"src/real.tsx")"},
      {"wrangler.toml", "main = \"src/real.tsx\"\n<<<<<<< HEAD\n"},
      {"wrangler.toml", "main = 5"},
  };
  for (const auto& [name, text] : broken) {
    INFO(name << ": " << text);
    MemoryFileSystem disk;
    project(disk);
    disk.add(std::string("/app/") + name, text);
    const Detected detected = detect(disk);
    CHECK_FALSE(detected.ok);
    REQUIRE(detected.diagnostics.size() == 1);
    CHECK(detected.diagnostics[0].rule == "config/invalid");
    CHECK(detected.diagnostics[0].file == std::string("/app/") + name);
    if (std::string_view(text).find("HEAD") != std::string_view::npos) CHECK(detected.diagnostics[0].line == 2);
    ScanOptions options;
    options.entries = {"src/worker.tsx"};
    CHECK(detect(disk, options).ok);
  }
  MemoryFileSystem disk;
  project(disk);
  disk.add("/app/wrangler.toml", "main = 'src/real.tsx'");
  disk.fail(Operation::open, "/app/wrangler.toml", EACCES);
  CHECK(first_rule(detect(disk)) == "config/invalid");
  disk.fail(Operation::open, "/app/wrangler.toml", 0);
  disk.remove("/app/wrangler.toml");
  disk.add("/app/wrangler.jsonc", R"({"name":"no main here"})");
  CHECK(detect(disk).project.entries.at(0).path == "src/worker.tsx");
}

TEST_CASE("project: a candidate for the entry that cannot be looked at makes the scan incomplete",
          "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add("/app/src/main.ts");
  disk.add("/app/src/index.ts");
  disk.fail(Operation::status, "/app/src/main.ts", EACCES);
  const Detected detected = detect(disk);
  CHECK(detected.project.entries.at(0).path == "src/index.ts");
  CHECK(first_rule(detected) == "scan/unreadable");
  disk.fail(Operation::status, "/app/src/main.ts", 0);
  disk.add("/app/index.html", "<script type=module src=/src/index.ts></script>");
  disk.fail(Operation::open, "/app/index.html", EIO);
  CHECK(first_rule(detect(disk)) == "scan/unreadable");
}

TEST_CASE("project: rwsdk's entry is wrangler's main, else src/worker", "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add("/app/package.json", R"({"dependencies":{"rwsdk":"1"}})");
  disk.add("/app/src/worker.ts");
  CHECK(detect(disk).project.entries.at(0).path == "src/worker.ts");
  disk.add("/app/wrangler.toml", "name = \"x\"\nmain = 'src/a.tsx' # c\n[env.b]\nmain = 'src/no.tsx'\n");
  CHECK(detect(disk).project.entries.at(0).path == "src/a.tsx");
  disk.add("/app/wrangler.jsonc", "{ // comment\n \"main\": \"src/b.tsx\", }");
  CHECK(detect(disk).project.entries.at(0).path == "src/b.tsx");
}

TEST_CASE("project: a plain project begins at the module scripts of index.html", "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add("/app/index.html",
           "<!doctype html><!-- <script type=module src=/no.ts></script> --><script src=/classic.js></script>"
           "<script type=\"module\">inline()</script><script TYPE='module' src='/src/main.tsx?v=1'></script>"
           "<script type=module src=https://cdn/x.js></script>");
  const Detected detected = detect(disk);
  REQUIRE(detected.project.entries.size() == 1);
  CHECK(detected.project.entries[0].path == "src/main.tsx");
  CHECK(detected.project.resolver.environments[detected.project.entries[0].environment].name == "client");
}

TEST_CASE("project: what an inline script imports is an entry", "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add("/app/index.html",
           "<script>import './classic'</script><script type=module vite-ignore src=/no.ts></script><script type=module>"
           "import './src/a'; import b from '@scope/b'; if (1 < 2) import('/src/c.js'); import 'https://cdn/x.js';"
           "new URL('./d.png', import.meta.url); const e = '</p>'; import(f)</script>");
  const Detected detected = detect(disk);
  std::vector<std::string> paths;
  for (const ProjectEntry& entry : detected.project.entries) {
    paths.push_back(entry.path);
    CHECK(entry.imported_by == "/app/index.html?html-proxy&index=0.js");
    CHECK(detected.project.resolver.environments[entry.environment].name == "client");
  }
  CHECK(paths == std::vector<std::string>{"./src/a", "@scope/b", "/src/c.js"});
}

TEST_CASE("project: a page that nests without end is refused before it is parsed", "[scanner][project]") {
  const auto page = [](size_t depth) {
    std::string html = "<script>if (a<b) x()</script>";
    for (size_t i = 0; i < depth; ++i) html += "<div>";
    return html + "<script type=module src=/src/main.ts></script>";
  };
  MemoryFileSystem disk;
  disk.add("/app/index.html", page(300'000));  // half an hour of parsing
  CHECK_FALSE(detect(disk).ok);
  CHECK(first_rule(detect(disk)) == "config/invalid");
  disk.add("/app/index.html", page(5'000));
  CHECK(detect(disk).project.entries.at(0).path == "src/main.ts");
}

TEST_CASE("project: without an entry the error lists what was tried", "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add_directory("/app");
  const Detected detected = detect(disk);
  CHECK_FALSE(detected.ok);
  CHECK(first_rule(detected) == "project/no-entry");
  CHECK(detected.diagnostics[0].message.find("index.html") != std::string::npos);
  CHECK(detected.diagnostics[0].message.find("src/main.*") != std::string::npos);
}

TEST_CASE("project: an entry may name its environment", "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add_directory("/app");
  ScanOptions options;
  options.framework = Framework::plugin_rsc;
  options.entries = {"src/rsc.tsx", "client=src/browser.tsx", "odd=name.ts"};
  const Detected detected = detect(disk, options);
  REQUIRE(detected.project.entries.size() == 3);
  CHECK(detected.project.entries[0].environment == 0);
  CHECK(detected.project.resolver.environments[detected.project.entries[1].environment].name == "client");
  CHECK(detected.project.entries[2].path == "odd=name.ts");
}

TEST_CASE("project: Yarn PnP is refused with what to do", "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add("/.pnp.cjs");
  disk.add("/app/src/main.ts");
  const Detected detected = detect(disk);
  CHECK_FALSE(detected.ok);
  CHECK(first_rule(detected) == "project/yarn-pnp");
  CHECK(detected.diagnostics[0].help.find("node-modules") != std::string::npos);
}

TEST_CASE("project: unknown environments in options are errors that list the known ones", "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add("/app/src/main.ts");
  ScanOptions options;
  options.conditions = {{"wroker", {"x"}}};
  const Detected by_conditions = detect(disk, options);
  CHECK_FALSE(by_conditions.ok);
  CHECK(by_conditions.diagnostics[0].help.find("server, client") != std::string::npos);

  options.conditions.clear();
  options.walk = {"ssr"};
  const Detected by_walk = detect(disk, options);
  CHECK_FALSE(by_walk.ok);
  CHECK(by_walk.diagnostics[0].message == "walk names an unknown environment: ssr");

  options.walk.clear();
  options.boundaries = {{"use client", {"browser"}}};
  CHECK_FALSE(detect(disk, options).ok);
}

TEST_CASE("project: the rules are those of the installed vite", "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add("/app/src/main.ts");
  CHECK(detect(disk).project.resolver.vite == ViteVersion::vite8);
  disk.add("/node_modules/vite/package.json", R"({"version":"7.3.8"})");
  CHECK(detect(disk).project.resolver.vite == ViteVersion::vite7);
  disk.add("/app/node_modules/vite/package.json", R"({"version":"8.0.1"})");
  CHECK(detect(disk).project.resolver.vite == ViteVersion::vite8);
}

TEST_CASE("project: plugin-rsc's starter has an entry an environment", "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add("/app/package.json", R"({"devDependencies":{"@vitejs/plugin-rsc":"1"}})");
  disk.add("/app/src/framework/entry.rsc.tsx");
  disk.add("/app/src/framework/entry.browser.tsx");
  const Detected detected = detect(disk);
  REQUIRE(detected.project.entries.size() == 2);
  CHECK(detected.project.resolver.environments[detected.project.entries[0].environment].name == "rsc");
  CHECK(detected.project.resolver.environments[detected.project.entries[1].environment].name == "client");
}

TEST_CASE("project: plugin-rsc's server environments bundle React's packages alone", "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add("/app/package.json", R"({"dependencies":{"ui":"1"},"devDependencies":{"@vitejs/plugin-rsc":"1"}})");
  disk.add("/app/node_modules/ui/package.json", R"({"peerDependencies":{"react":"*"}})");
  disk.add("/app/src/entry.rsc.tsx");
  const std::vector<std::string> bundled = {"react",       "react-dom",          "server-only",
                                            "client-only", "@vitejs/plugin-rsc", "ui"};
  const ResolverOptions alone = detect(disk).project.resolver;
  for (const EnvironmentOptions& environment : alone.environments) {
    INFO(environment.name);
    CHECK(environment.no_external_all == (environment.name == "client"));
    if (!environment.no_external_all) CHECK(environment.no_external == bundled);
  }
  CHECK(alone.alias.empty());

  // With a react-server-dom-webpack of its own, the project's is used for the plugin's.
  disk.add("/app/package.json", R"({"dependencies":{"react-server-dom-webpack":"1","@vitejs/plugin-rsc":"1"}})");
  disk.add("/app/node_modules/react-server-dom-webpack/package.json", R"({"peerDependencies":{"react":"*"}})");
  const ResolverOptions own = detect(disk).project.resolver;
  REQUIRE(own.alias.size() == 1);
  CHECK(own.alias[0].replacement == "react-server-dom-webpack");
}

TEST_CASE("project: Waku bundles everything", "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add("/app/package.json", R"({"dependencies":{"waku":"1"}})");
  ScanOptions options;
  options.entries = {"src/main.ts"};
  for (const EnvironmentOptions& environment : detect(disk, options).project.resolver.environments) {
    CHECK(environment.no_external_all);
  }
}

TEST_CASE("project: half of plugin-rsc's entries are not enough", "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add("/app/package.json", R"({"devDependencies":{"@vitejs/plugin-rsc":"1"}})");
  disk.add("/app/src/entry.browser.tsx");
  const Detected detected = detect(disk);
  CHECK_FALSE(detected.ok);
  CHECK(first_rule(detected) == "project/no-entry");
  CHECK(detected.diagnostics[0].message.find("src/framework/entry.rsc.*, src/entry.rsc.*") != std::string::npos);
}

TEST_CASE("project: a root that is no directory is refused", "[scanner][project]") {
  MemoryFileSystem disk;
  disk.add("/app/file.ts");
  ScanOptions options;
  options.root = "/app/file.ts";
  CHECK_FALSE(detect(disk, options).ok);
  options.root = "/nowhere";
  CHECK_FALSE(detect(disk, options).ok);
}
