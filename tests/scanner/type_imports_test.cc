// Imports of TypeScript files that their build drops because only types use them.
#include <catch2/catch.hpp>
#include <string>

#include "tests/scanner/app.h"

namespace demarc {
namespace {

struct TypedApp : App {
  TypedApp() { options.entries = {"src/main.ts"}; }
};

}  // namespace

TEST_CASE("type imports: what only types use is not reached", "[scanner][types]") {
  TypedApp app;
  app.file("src/main.ts", "import { Theme } from './theme'; import { run } from './run';\nlet t: Theme = run();")
      .file("src/theme.ts", "import './deep'; export type Theme = 1")
      .file("src/deep.ts")
      .file("src/run.ts");
  CHECK(app.scan().stats.modules == 2);
  const ScanResult result = app.graph();
  CHECK(modules(result) == Ids{"/src/main.ts", "/src/run.ts"});
  CHECK(result.stats.exact_parses_by_types == 1);
  CHECK(result.stats.edges == 1);

  app.options.type_imports = TypeImports::keep;
  CHECK(modules(app.graph()) == Ids{"/src/deep.ts", "/src/main.ts", "/src/run.ts", "/src/theme.ts"});
}

TEST_CASE("type imports: an import that the lexer cannot prove is still followed", "[scanner][types]") {
  TypedApp app;
  app.file("src/main.ts", "import { a } from './a'; const list: X[] = [a]; import { T } from './t'; let t: T;")
      .file("src/a.ts", "import { b } from './b'; export const a = { b }")
      .file("src/b.ts", "'use client'")
      .file("src/t.ts");
  const ScanResult result = app.graph();
  CHECK(modules(result) == Ids{"/src/a.ts", "/src/b.ts", "/src/main.ts"});
  CHECK(result.stats.exact_parses_by_types == 2);  // of main and of a, in two rounds
}

TEST_CASE("type imports: nobody is asked about what is reached anyway", "[scanner][types]") {
  TypedApp app;
  app.file("src/main.ts", "import { Theme } from './theme'; import './other'; let t: Theme;")
      .file("src/other.ts", "import './theme'")
      .file("src/theme.ts");
  CHECK(app.graph().stats.exact_parses_by_types == 0);
}

TEST_CASE("type imports: one that is dropped cannot be unresolved", "[scanner][types]") {
  TypedApp app;
  app.file(
      "src/main.ts",
      "import { T } from 'only-types'; import { U } from './gone'; import { v } from './lost'; let t: T | U = [v]");
  const ScanResult result = app.graph();
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(result.diagnostics[0].message.find("./lost") != std::string::npos);
  CHECK(result.stats.unresolved == 1);
}

TEST_CASE("type imports: verbatimModuleSyntax keeps them, and inline types", "[scanner][types]") {
  TypedApp app;
  app.file("src/main.ts", "import { T } from './t'; import { type U } from './u'; import type { V } from './v';")
      .file("src/t.ts")
      .file("src/u.ts")
      .file("src/v.ts");
  CHECK(modules(app.graph()) == Ids{"/src/main.ts"});
  app.file("tsconfig.base.json", R"({ "compilerOptions": { "verbatimModuleSyntax": true } })")
      .file("tsconfig.json", R"({ "extends": "./tsconfig.base.json", "include": ["src"] })");
  CHECK(modules(app.graph()) == Ids{"/src/main.ts", "/src/t.ts", "/src/u.ts"});
}

TEST_CASE("type imports: forms that esbuild and oxc compile differently", "[scanner][types]") {
  TypedApp app;
  app.file("src/main.ts",
           "import {} from './empty'; export {} from './none'; export { type A } from './a'; import b = require('./b')")
      .file("src/empty.ts")
      .file("src/none.ts")
      .file("src/a.ts")
      .file("src/b.ts");
  const Ids with_oxc = {"/src/empty.ts", "/src/main.ts", "/src/none.ts"};
  app.options.vite = ViteVersion::vite8;
  CHECK(modules(app.graph()) == with_oxc);
  app.options.vite = ViteVersion::vite7;
  CHECK(modules(app.graph()) == Ids{"/src/b.ts", "/src/main.ts"});

  app.file("tsconfig.json", R"({ "compilerOptions": { "verbatimModuleSyntax": true } })");
  CHECK(modules(app.graph()) == Ids{"/src/a.ts", "/src/b.ts", "/src/empty.ts", "/src/main.ts", "/src/none.ts"});
  app.options.vite = ViteVersion::vite8;
  CHECK(modules(app.graph()) == Ids{"/src/b.ts", "/src/empty.ts", "/src/main.ts", "/src/none.ts"});
}

TEST_CASE("type imports: decorator metadata and JSX factories use names", "[scanner][types]") {
  TypedApp app;
  app.options.entries = {"src/main.tsx"};
  app.file("src/main.tsx", "import { T } from './t'; import { h } from './h';\nclass A { @x() a: T }\nlet b = <p />;")
      .file("src/t.ts")
      .file("src/h.ts");
  CHECK(modules(app.graph()) == Ids{"/src/main.tsx"});
  app.file("tsconfig.json",
           R"({ "compilerOptions": { "emitDecoratorMetadata": true, "jsx": "react", "jsxFactory": "h" } })");
  CHECK(modules(app.graph()) == Ids{"/src/h.ts", "/src/main.tsx", "/src/t.ts"});
}

TEST_CASE("type imports: the graph shows a dropped import without a target", "[scanner][types]") {
  TypedApp app;
  app.file("src/main.ts", "import { T } from './t'; import { u } from './u'; let t: T = u();")
      .file("src/t.ts")
      .file("src/u.ts");
  const ScanResult result = app.graph();
  const Module& main = result.modules.front();
  REQUIRE(result.text(main.id) == "/src/main.ts");
  REQUIRE(main.import_count == 2);
  const auto kind = [&](uint32_t i) { return result.targets[result.imports[main.first_import + i].first_target].kind; };
  CHECK(kind(0) == TargetKind::not_followed);
  CHECK(kind(1) == TargetKind::module);
}

TEST_CASE("type imports: the answer is the same at any number of threads", "[scanner][types]") {
  TypedApp app;
  std::string all;
  for (int i = 0; i < 120; ++i) {
    const std::string n = std::to_string(i), m = std::to_string((i * 7 + 3) % 120),
                      k = std::to_string((i * 11 + 5) % 120);
    app.file("src/m" + n + ".ts", "import { a } from './m" + m + "'; import { b } from './m" + k +
                                      "'; export let c: a = [" + (i % 3 == 0 ? "b" : "") + "]; a();");
  }
  app.file("src/main.ts", "import { m } from './m1'; let x: y = [m];");
  const Ids expected = modules(app.graph());
  const uint64_t parses = app.graph().stats.exact_parses_by_types;
  for (const int threads : {1, 2, 8}) {
    app.options.threads = threads;
    const ScanResult result = app.graph();
    CHECK(modules(result) == expected);
    CHECK(result.stats.exact_parses_by_types == parses);
  }
}

}  // namespace demarc
