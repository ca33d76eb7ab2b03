// What import.meta.glob and computed imports lead to. The expectations are what Vite 8 builds.
#include <catch2/catch.hpp>
#include <cerrno>
#include <string>
#include <string_view>

#include "tests/scanner/app.h"

namespace demarc {
namespace {

struct PatternApp : App {
  PatternApp() {
    options.entries = {"src/main.ts"};
    options.follow = Follow{.glob = true};
    for (const char* name : {"a.ts", "b.ts", "c.css", "deep/d.ts", "deep/.hidden.ts", "node_modules/n/n.ts"}) {
      file(std::string("src/p/") + name);
    }
  }
  // The modules that this code leads to.
  Ids modules(std::string_view code) {
    file("src/main.ts", code);
    const ScanResult result = graph();
    return ids_of(result, [&](const Module& module) { return result.text(module.id) != "/src/main.ts"; });
  }
};

}  // namespace

TEST_CASE("patterns: where they begin", "[scanner][patterns]") {
  PatternApp app;
  CHECK(app.modules("import.meta.glob('./p/*.ts')") == Ids{"/src/p/a.ts", "/src/p/b.ts"});
  CHECK(app.modules("import.meta.glob('/src/p/**/*.ts')") == Ids{"/src/p/a.ts", "/src/p/b.ts", "/src/p/deep/d.ts"});
  CHECK(app.modules("import.meta.glob('../src/p/deep/*')") == Ids{"/src/p/deep/d.ts"});
  CHECK(app.modules("import.meta.glob('**/d.ts')") == Ids{"/src/p/deep/d.ts"});
  CHECK(app.modules("import(`./p/${x}.ts`)") == Ids{"/src/p/a.ts", "/src/p/b.ts", "/src/p/deep/d.ts"});
  CHECK(app.modules("import(`../../../../../../p/${x}.ts`)").empty());
  app.options.alias = {{"@", false, {}, "/app/src"}};
  CHECK(app.modules("import.meta.glob('@/p/*.ts')") == Ids{"/src/p/a.ts", "/src/p/b.ts"});
}

TEST_CASE("patterns: exclusions belong to their call", "[scanner][patterns]") {
  PatternApp app;
  const Ids only_a = {"/src/p/a.ts"};
  CHECK(app.modules("import.meta.glob(['./p/*.ts', '!./p/b.ts'])") == only_a);
  CHECK(app.modules("import.meta.glob(['!/src/p/b.ts', './p/*.ts'])") == only_a);
  CHECK(app.modules("import.meta.glob(['./p/*.ts', '!**/b.ts'])") == only_a);
  CHECK(app.modules("import.meta.glob(['./p/*.ts', '!./p/b.ts']); import.meta.glob('./p/b.ts')") ==
        Ids{"/src/p/a.ts", "/src/p/b.ts"});
}

TEST_CASE("patterns: files that come as text or URL are no modules", "[scanner][patterns]") {
  PatternApp app;
  for (const char* options :
       {"{ query: '?raw' }", "{ eager: true, query: '?url', }", "{ as: 'raw' }", "{ 'as': 'url' }"}) {
    CAPTURE(options);
    CHECK(app.modules(std::string("import.meta.glob('./p/*.ts', ") + options + ")").empty());
    CHECK(app.modules(std::string("import.meta.glob(['./p/*.ts'], ") + options + ")").empty());
  }
  CHECK(app.modules("import.meta.glob('./p/a.ts', { query: { x: 1 } })") == Ids{"/src/p/a.ts"});
  CHECK(app.modules("import.meta.glob('./p/a.ts', { import: 'raw' })") == Ids{"/src/p/a.ts"});
}

TEST_CASE("patterns: one that says nothing is unresolved", "[scanner][patterns]") {
  PatternApp app;
  CHECK(app.modules("import.meta.glob('p/*.ts')").empty());
  REQUIRE(app.scan().diagnostics.size() == 1);
  CHECK(app.scan().diagnostics[0].rule == "scan/unresolved");
}

TEST_CASE("patterns: a directory that cannot be listed is reported once", "[scanner][patterns]") {
  PatternApp app;
  app.disk.add("/app/src/x.ts", "import.meta.glob('./p/*/*.ts')");
  app.disk.fail(Operation::list, "/app/src/p/deep", EACCES);
  app.modules("import './x'; import.meta.glob('./p/*/*.ts')");
  const ScanResult result = app.scan();
  CHECK(result.outcome == Outcome::incomplete);
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(result.diagnostics[0].rule == "scan/unreadable");
}

}  // namespace demarc
