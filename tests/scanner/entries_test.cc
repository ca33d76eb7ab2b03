// What entries may name, and what the frameworks' own entries lead to, on a disk in memory.

#include <catch2/catch.hpp>

#include "tests/scanner/app.h"

using namespace demarc;

namespace {

const char* const kWakuApp = R"({"dependencies":{"waku":"1"}})";

void install_waku(App& app) {
  const std::string entries = "node_modules/waku/dist/lib/vite-entries/entry.";
  app.file("node_modules/waku/package.json",
           R"({"exports":{".":"./main.js","./client":"./client.js","./router/client":"./router.js",
               "./adapters/*":"./adapters/*.js"}})")
      .file("node_modules/waku/main.js")
      .file("node_modules/waku/client.js")
      .file("node_modules/waku/router.js")
      .file("node_modules/waku/adapters/node.js")
      .file("node_modules/waku/adapters/edge.js")
      .file(entries + "server.js", "import 'virtual:vite-rsc-waku/server-entry'")
      .file(entries + "build.js")
      .file(entries + "ssr.js")
      .file(entries + "browser.js", "import 'virtual:vite-rsc-waku/client-entry'")
      .file("node_modules/react/index.js")
      .file("node_modules/react-dom/client.js");
}

}  // namespace

TEST_CASE("entries: a file, a package and a pattern, each in its environment", "[scanner][entries]") {
  App app(R"({"devDependencies":{"@vitejs/plugin-rsc":"1"}})");
  app.file("src/main.ts", "import './x'")
      .file("src/x.ts")
      .file("routes/a.tsx")
      .file("routes/deep/b.tsx")
      .file("routes/deep/b.test.tsx")
      .file("routes/style.css")
      .file("node_modules/ui/package.json", R"({"exports":{"./client":{"browser":"./b.js","default":"./d.js"}}})")
      .file("node_modules/ui/b.js")
      .file("node_modules/ui/d.js")
      .file("node_modules/ui/hidden.js");
  app.options.entries = {"src/main", "client=ui/client", "ssr=ui/hidden.js", "rsc=routes/**/*", "rsc=!**/*.test.*"};
  const ScanResult result = app.graph();
  REQUIRE(result.outcome == Outcome::complete);
  CHECK(in(result, "rsc") == Ids{"/routes/a.tsx", "/routes/deep/b.tsx", "/src/main.ts", "/src/x.ts"});
  CHECK(in(result, "client") == Ids{"/node_modules/ui/b.js"});
  CHECK(in(result, "ssr") == Ids{"/node_modules/ui/hidden.js"});
}

TEST_CASE("entries: a page begins at what its inline scripts import", "[scanner][entries]") {
  App app;
  app.file("index.html",
           "<script type=module>import './src/a'; import '/src/b.ts'; import '@/c'; import './d.css';"
           "import 'ui'; import 'cdn'</script>")
      .file("src/a.ts", "'use client'; import './e'")
      .file("src/b.ts")
      .file("src/c.ts")
      .file("src/e.ts")
      .file("d.css")
      .file("ui.js")  // no bare specifier means a file of the root
      .file("node_modules/ui/index.js");
  Alias alias;
  alias.find = "@";
  alias.replacement = "/src";
  app.options.alias = {alias};
  app.options.external = {"cdn"};
  const ScanResult result = app.graph();
  REQUIRE(result.outcome == Outcome::complete);
  CHECK(in(result, "client") == Ids{"/node_modules/ui/index.js", "/src/a.ts", "/src/b.ts", "/src/c.ts", "/src/e.ts"});
}

TEST_CASE("entries: an inline script's import that leads nowhere makes the result incomplete", "[scanner][entries]") {
  App app;
  app.file("index.html", "<script type=module>import './missing'; import './a'</script>").file("a.js");
  const ScanResult result = app.scan();
  CHECK(result.outcome == Outcome::incomplete);
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(result.diagnostics[0].rule == "scan/entry-missing");
  CHECK(result.diagnostics[0].file == "./missing");
}

TEST_CASE("entries: a name with a star is a file where there is one", "[scanner][entries]") {
  App app;
  app.file("src/*.ts").file("src/other.ts");
  app.options.entries = {"src/*.ts"};
  CHECK(in(app.graph(), "server") == Ids{"/src/*.ts"});
}

TEST_CASE("entries: one that leads nowhere makes the result incomplete", "[scanner][entries]") {
  const std::pair<const char*, const char*> cases[] = {
      {"routes/**/*.tsx", "the pattern matches no script"},
      {"client=nowhere/client", "the entry cannot be opened: No such file or directory"},
      {"server=node:fs", "the entry is external in server"},
  };
  for (const auto& [entry, message] : cases) {
    App app;
    app.file("src/main.ts");
    app.options.entries = {"src/main.ts", entry};
    const ScanResult result = app.graph();
    INFO(entry);
    CHECK(result.outcome == Outcome::incomplete);
    REQUIRE(result.diagnostics.size() == 1);
    CHECK(result.diagnostics[0].rule == "scan/entry-missing");
    CHECK(result.diagnostics[0].message == message);
  }
}

TEST_CASE("entries: Waku's own entry takes the pages and middleware that are there", "[scanner][entries]") {
  App app(kWakuApp);
  install_waku(app);
  app.file("src/pages/index.tsx", "import '../Counter'")
      .file("src/pages/blog/[slug].tsx")
      .file("src/Counter.tsx", "'use client'")
      .file("src/middleware/log.ts")
      .file("src/middleware/log.test.ts");
  const ScanResult result = app.graph();
  REQUIRE(result.outcome == Outcome::complete);
  CHECK(in(result, "rsc") ==
        Ids{"/node_modules/waku/adapters/node.js", "/node_modules/waku/dist/lib/vite-entries/entry.build.js",
            "/node_modules/waku/dist/lib/vite-entries/entry.server.js", "/node_modules/waku/main.js",
            "/src/middleware/log.ts", "/src/pages/blog/[slug].tsx", "/src/pages/index.tsx"});
  CHECK(in(result, "client") == Ids{"/node_modules/react-dom/client.js", "/node_modules/react/index.js",
                                    "/node_modules/waku/client.js",
                                    "/node_modules/waku/dist/lib/vite-entries/entry.browser.js",
                                    "/node_modules/waku/router.js", "/src/Counter.tsx"});
  CHECK(in(result, "ssr") == Ids{"/node_modules/waku/dist/lib/vite-entries/entry.ssr.js", "/src/Counter.tsx"});
}

TEST_CASE("entries: an app's own Waku entries replace the generated ones", "[scanner][entries]") {
  App app(kWakuApp);
  install_waku(app);
  app.file("src/waku.server.tsx", "import adapter from 'waku/adapters/default'; adapter()")
      .file("src/waku.client.ts")
      .file("src/pages/unused.tsx");
  app.options.alias = {{"waku/adapters/default", false, {}, "waku/adapters/edge"}};
  const ScanResult result = app.graph();
  REQUIRE(result.outcome == Outcome::complete);
  CHECK(in(result, "rsc") == Ids{"/node_modules/waku/adapters/edge.js",
                                 "/node_modules/waku/dist/lib/vite-entries/entry.build.js",
                                 "/node_modules/waku/dist/lib/vite-entries/entry.server.js", "/src/waku.server.tsx"});
  CHECK(in(result, "client") ==
        Ids{"/node_modules/waku/dist/lib/vite-entries/entry.browser.js", "/src/waku.client.ts"});
}

TEST_CASE("entries: a Waku that is hoisted out of the app is found", "[scanner][entries]") {
  MemoryFileSystem disk;
  disk.add("/repo/apps/site/package.json", kWakuApp);
  for (const char* name : {"server", "build", "ssr", "browser"}) {
    disk.add("/repo/node_modules/waku/dist/lib/vite-entries/entry." + std::string(name) + ".js");
  }
  disk.add("/repo/apps/site/src/waku.server.ts");
  disk.add("/repo/apps/site/src/waku.client.ts");
  ScanOptions options;
  options.root = "/repo/apps/site";
  options.keep = Keep::graph;
  const ScanResult result = scan(options, disk);
  CHECK(result.outcome == Outcome::complete);
  CHECK(in(result, "ssr") == Ids{"/repo/node_modules/waku/dist/lib/vite-entries/entry.ssr.js"});
}

TEST_CASE("entries: rwsdk's scan knows two sides, its builds three", "[scanner][entries]") {
  App app(R"({"dependencies":{"rwsdk":"1"}})");
  app.file("src/worker.tsx", "import './Counter'")
      .file("src/client.tsx", "import './boot'")
      .file("src/boot.ts")
      .file("src/Counter.tsx", "'use client'")
      .file("node_modules/rwsdk/package.json",
            R"({"exports":{"./__ssr_bridge":{"react-server":"./no.js","default":"./bridge.js"}}})")
      .file("node_modules/rwsdk/no.js")
      .file("node_modules/rwsdk/bridge.js");
  const ScanResult by_default = app.graph();
  CHECK(in(by_default, "client") == Ids{"/src/Counter.tsx"});
  CHECK(in(by_default, "ssr").empty());

  app.options.walk = {"ssr"};
  const ScanResult with_ssr = app.graph();
  CHECK(in(with_ssr, "client") == Ids{"/src/Counter.tsx"});
  CHECK(in(with_ssr, "ssr") == Ids{"/node_modules/rwsdk/bridge.js", "/src/Counter.tsx"});

  app.options.walk = {"client", "ssr"};
  CHECK(in(app.graph(), "client") == Ids{"/src/Counter.tsx", "/src/boot.ts", "/src/client.tsx"});

  // Naming an entry in it asks for the environment as well.
  app.options.walk.clear();
  app.options.entries = {"src/worker.tsx", "ssr=rwsdk/__ssr_bridge"};
  CHECK(in(app.graph(), "ssr") == Ids{"/node_modules/rwsdk/bridge.js", "/src/Counter.tsx"});
}

TEST_CASE("entries: rwsdk reads directives in the Markdown of an .mdx file", "[scanner][entries]") {
  for (const auto& [framework, found] : {std::pair{Framework::rwsdk, true}, {Framework::none, false}}) {
    App app;
    app.options.framework = framework;
    app.options.entries = {"src/worker.tsx"};
    app.file("src/worker.tsx", "import './Page.mdx'").file("src/Page.mdx", "'use client'\n\n# Hello\n");
    const ScanResult result = app.graph();
    const auto page = std::find_if(result.modules.begin(), result.modules.end(),
                                   [&](const Module& module) { return result.text(module.id) == "/src/Page.mdx"; });
    REQUIRE(page != result.modules.end());
    CHECK(page->client == found);
  }
}

TEST_CASE("entries: Next.js finds them by name", "[scanner][entries]") {
  App app(R"({"dependencies":{"next":"16"}})");
  app.file("src/app/layout.tsx")
      .file("src/app/(shop)/[id]/page.tsx", "import './Cart'")
      .file("src/app/(shop)/[id]/Cart.tsx", "'use client'")
      .file("src/app/(shop)/[id]/helper.ts")
      .file("src/app/_drafts/page.tsx")
      .file("src/app/api/route.ts")
      .file("src/app/icon2.tsx")
      .file("pages/legacy.tsx")
      .file("pages/api/hook.ts")
      .file("middleware.ts");
  const ScanResult result = app.graph();
  REQUIRE(result.outcome == Outcome::complete);
  CHECK(in(result, "server") == Ids{"/middleware.ts", "/pages/api/hook.ts", "/src/app/(shop)/[id]/page.tsx",
                                    "/src/app/api/route.ts", "/src/app/icon2.tsx", "/src/app/layout.tsx"});
  CHECK(in(result, "client") == Ids{"/pages/legacy.tsx", "/src/app/(shop)/[id]/Cart.tsx"});
}

TEST_CASE("entries: vinext takes Next's into plugin-rsc's environments", "[scanner][entries]") {
  App app(R"({"dependencies":{"vinext":"1","next":"16"}})");
  app.file("app/page.tsx", "import './Cart'").file("app/Cart.tsx", "'use client'").file("pages/old.tsx");
  const ScanResult result = app.graph();
  CHECK(in(result, "rsc") == Ids{"/app/page.tsx"});
  CHECK(in(result, "ssr") == Ids{"/app/Cart.tsx", "/pages/old.tsx"});
  CHECK(in(result, "client") == Ids{"/app/Cart.tsx", "/pages/old.tsx"});
}

TEST_CASE("entries: React Router begins at its own entries, the root and the routes", "[scanner][entries]") {
  App app(R"({"devDependencies":{"@react-router/dev":"1"}})");
  const std::string own = "node_modules/@react-router/dev/dist/config/default-rsc-entries/";
  app.file("node_modules/@react-router/dev/package.json",
           R"({"exports":{"./config/default-rsc-entries/*":"./dist/config/default-rsc-entries/*.tsx"}})")
      .file(own + "entry.rsc.tsx")
      .file(own + "entry.ssr.tsx")
      .file("app/entry.client.tsx")
      .file("app/root.tsx")
      .file("app/routes/home.tsx");
  const ScanResult result = app.graph();
  REQUIRE(result.outcome == Outcome::complete);
  CHECK(in(result, "rsc") == Ids{"/app/root.tsx", "/app/routes/home.tsx", "/" + own + "entry.rsc.tsx"});
  CHECK(in(result, "ssr") == Ids{"/" + own + "entry.ssr.tsx"});
  CHECK(in(result, "client") == Ids{"/app/entry.client.tsx"});
}

TEST_CASE("entries: a framework whose patterns match nothing says what it looked for", "[scanner][entries]") {
  App app(R"({"dependencies":{"next":"16"}})");
  app.file("lib/x.ts");
  const ScanResult result = app.graph();
  CHECK(result.outcome == Outcome::invalid);
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(result.diagnostics[0].rule == "project/no-entry");
  CHECK(result.diagnostics[0].message.find("framework next; tried {app,src/app}/**/") != std::string::npos);
}
