// Which environments a directive's module is walked in, and what stands for it there, on a disk in memory.

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/scanner/app.h"

using namespace demarc;

namespace {

// An app on plugin-rsc with the starter's entries.
struct RscApp : App {
  RscApp() {
    file("package.json", R"({"dependencies":{"ui":"1"},"devDependencies":{"@vitejs/plugin-rsc":"1"}})");
    file("src/entry.rsc.tsx").file("src/entry.ssr.tsx").file("src/entry.browser.tsx");
  }
  RscApp& file(std::string_view path, std::string_view content = {}) {
    App::file(path, content);
    return *this;
  }
  // A package with a React peer and a client module that is another file in browsers.
  RscApp& package(const std::string& folder) {
    return file(folder + "/package.json",
                R"({"peerDependencies":{"react":"*"},"exports":{"browser":"./browser.js","default":"./index.js"}})")
        .file(folder + "/index.js", "'use client'; import './of-index.js'")
        .file(folder + "/of-index.js")
        .file(folder + "/browser.js", "'use client'; import './of-browser.js'")
        .file(folder + "/of-browser.js");
  }
};

// The modules of one environment, but for the entries.
Ids without_entries(const ScanResult& result, std::string_view environment) {
  Ids ids = in(result, environment);
  const Ids entries = ids_of(result, [](const Module& module) { return bool(module.entry); });
  std::erase_if(ids,
                [&](const std::string& id) { return std::find(entries.begin(), entries.end(), id) != entries.end(); });
  return ids;
}

}  // namespace

TEST_CASE("references: a package's client module is what its name means to each side", "[scanner][references]") {
  RscApp app;
  app.file("src/entry.rsc.tsx", "import 'ui'").package("node_modules/ui");
  const ScanResult result = app.graph();
  REQUIRE(result.outcome == Outcome::complete);
  // The server has a proxy of the file that it resolved itself.
  CHECK(without_entries(result, "rsc") == Ids{"/node_modules/ui/index.js"});
  CHECK(without_entries(result, "ssr") == Ids{"/node_modules/ui/index.js", "/node_modules/ui/of-index.js"});
  CHECK(without_entries(result, "client") == Ids{"/node_modules/ui/browser.js", "/node_modules/ui/of-browser.js"});
}

TEST_CASE("references: by a relative path, or out of the root's sight, it is one file", "[scanner][references]") {
  RscApp app;
  SECTION("relative") {
    app.file("src/entry.rsc.tsx", "import '../node_modules/ui/index.js'").package("node_modules/ui");
    const ScanResult result = app.graph();
    CHECK(without_entries(result, "client") == Ids{"/node_modules/ui/index.js", "/node_modules/ui/of-index.js"});
    CHECK(without_entries(result, "rsc").empty());
  }
  SECTION("inside of a package") {
    app.file("src/entry.rsc.tsx", "import 'ui'")
        .file("node_modules/ui/package.json", R"({"peerDependencies":{"react":"*"},"dependencies":{"inner":"1"}})")
        .file("node_modules/ui/index.js", "import 'inner'")
        .package("node_modules/ui/node_modules/inner");
    const ScanResult result = app.graph();
    CHECK(without_entries(result, "rsc") == Ids{"/node_modules/ui/index.js"});
    CHECK(without_entries(result, "client") ==
          Ids{"/node_modules/ui/node_modules/inner/index.js", "/node_modules/ui/node_modules/inner/of-index.js"});
  }
  SECTION("linked") {
    app.disk.add_link("/app/node_modules/ui", "../packages/ui");
    app.file("src/entry.rsc.tsx", "import 'ui'").package("packages/ui");
    CHECK(without_entries(app.graph(), "client") == Ids{"/packages/ui/index.js", "/packages/ui/of-index.js"});
  }
}

TEST_CASE("references: what a package means where it has no directive is an ordinary module", "[scanner][references]") {
  RscApp app;
  app.file("src/entry.rsc.tsx", "import 'ui'")
      .file("node_modules/ui/package.json",
            R"({"peerDependencies":{"react":"*"},"exports":{"react-server":"./server.js","default":"./client.js"}})")
      .file("node_modules/ui/server.js", "import './client.js'")
      .file("node_modules/ui/client.js", "'use client'");
  const ScanResult result = app.graph();
  CHECK(without_entries(result, "rsc") == Ids{"/node_modules/ui/server.js"});
  CHECK(without_entries(result, "ssr") == Ids{"/node_modules/ui/client.js"});
  CHECK(without_entries(result, "client") == Ids{"/node_modules/ui/client.js"});
}

TEST_CASE("references: a client module that one client side alone imports stays there", "[scanner][references]") {
  RscApp app;
  app.file("src/entry.browser.tsx", "import './Boundary'; import './Shared'")
      .file("src/entry.rsc.tsx", "import './Shared'")
      .file("src/Boundary.tsx", "'use client'; import './report'")
      .file("src/report.ts")
      .file("src/Shared.tsx", "'use client'");
  const ScanResult result = app.graph();
  CHECK(without_entries(result, "client") == Ids{"/src/Boundary.tsx", "/src/Shared.tsx", "/src/report.ts"});
  CHECK(without_entries(result, "ssr") == Ids{"/src/Shared.tsx"});
}

TEST_CASE("references: the same bytes whatever the number of threads", "[scanner][references]") {
  std::string source;
  RscApp app;
  for (int i = 0; i < 40; ++i) {
    const std::string name = "ui" + std::to_string(i % 8);
    source += "import './page" + std::to_string(i) + "';";
    app.file("src/page" + std::to_string(i) + ".ts", "import '" + name + "'; import '../shared'");
    app.package("node_modules/" + name);
  }
  std::string manifest = R"({"devDependencies":{"@vitejs/plugin-rsc":"1")";
  for (int i = 0; i < 8; ++i) manifest += R"(,"ui)" + std::to_string(i) + R"(":"1")";
  app.file("package.json", manifest + "}}");
  app.file("src/entry.rsc.tsx", source).file("shared.ts", "import 'ui3'; import 'ui5'");
  app.options.threads = 1;
  const ScanResult one = app.graph();
  CHECK(without_entries(one, "client").size() == 16);
  for (int round = 0; round < 20; ++round) {
    app.options.threads = 8;
    const ScanResult many = app.graph();
    CHECK(many.pool == one.pool);
    for (const char* environment : {"rsc", "ssr", "client"})
      CHECK(without_entries(many, environment) == without_entries(one, environment));
  }
}

TEST_CASE("references: a result says which environments import a module", "[scanner][references]") {
  RscApp app;
  app.file("src/entry.rsc.tsx", "import 'ui'; import './client'; import './both'; export * from './types'")
      .file("src/entry.ssr.tsx", "import './ssr-client'; import './both'")
      .file("src/client.tsx", "'use client'; import './action'")
      .file("src/ssr-client.tsx", "'use client'")
      .file("src/both.tsx", "'use client'")
      .file("src/action.ts", "'use server'; import './inner'")
      .file("src/inner.tsx", "'use client'")
      .file("src/types.ts")
      .package("node_modules/ui");
  const ScanResult result = app.scan();
  const auto imported_in = [&](std::string_view environment) {
    const auto name = std::find(result.environments.begin(), result.environments.end(), environment);
    const auto bit = unsigned(name - result.environments.begin());
    return ids_of(result, [&](const Module& module) { return (module.imported_in >> bit & 1) != 0; });
  };
  // A scan for the map keeps the modules with a directive. What a reference leads to is no import of its environment's.
  CHECK(imported_in("rsc") == Ids{"/node_modules/ui/index.js", "/src/both.tsx", "/src/client.tsx", "/src/inner.tsx"});
  CHECK(imported_in("ssr") == Ids{"/src/action.ts", "/src/both.tsx", "/src/ssr-client.tsx"});
}
