// The scan as a whole, on a disk in memory: files in, map and diagnostics out.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>

#include "tests/scanner/app.h"

using namespace demarc;

namespace {

struct MainApp : App {
  MainApp() { options.entries = {"src/main.tsx"}; }
};

}  // namespace

TEST_CASE("scan: finds directives through imports, node_modules included", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx",
           "import Counter from './Counter'; import {save} from './actions'; import 'ui';\n"
           "save(<Counter />)")
      .file("src/Counter.tsx", "'use client'\nexport default function Counter() {}")
      .file("src/actions.ts", "'use server'\nexport async function save() {}")
      .file("node_modules/ui/package.json", R"({"main":"index.js"})")
      .file("node_modules/ui/index.js", "require('./button')")
      .file("node_modules/ui/button.js", "\"use strict\";\n\"use client\";")
      .file("src/unused.tsx", "'use client'");
  const ScanResult result = app.scan();
  CHECK(result.outcome == Outcome::complete);
  CHECK(clients(result) == Ids{"/node_modules/ui/button.js", "/src/Counter.tsx"});
  CHECK(servers(result) == Ids{"/src/actions.ts"});
  CHECK(result.has_server_functions);
  CHECK(result.stats.modules == 5);
  CHECK(rules(result).empty());
}

TEST_CASE("scan: a boundary moves a module's imports to its environment", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "import './c'; import 'p'")
      .file("src/c.tsx", "'use client'; import 'p'; import './back'")
      .file("src/back.ts", "'use server'; import './deep'")
      .file("src/deep.ts")
      .file("node_modules/p/package.json",
            R"({"exports":{"react-server":"./server.js","browser":"./browser.js","default":"./default.js"}})")
      .file("node_modules/p/server.js")
      .file("node_modules/p/browser.js")
      .file("node_modules/p/default.js");
  const ScanResult result = app.graph();
  CHECK(in(result, "server") == Ids{"/node_modules/p/server.js", "/src/back.ts", "/src/deep.ts", "/src/main.tsx"});
  CHECK(in(result, "client") == Ids{"/node_modules/p/browser.js", "/src/c.tsx"});
}

TEST_CASE("scan: a module shared by two environments is read once and walked in both", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "import './shared'; import './c'")
      .file("src/c.tsx", "'use client'; import './shared'")
      .file("src/shared.ts", "import 'p'")
      .file("node_modules/p/package.json", R"({"exports":{"react-server":"./s.js","default":"./d.js"}})")
      .file("node_modules/p/s.js")
      .file("node_modules/p/d.js");
  const ScanResult result = app.graph();
  CHECK(in(result, "server") == Ids{"/node_modules/p/s.js", "/src/main.tsx", "/src/shared.ts"});
  CHECK(in(result, "client") == Ids{"/node_modules/p/d.js", "/src/c.tsx", "/src/shared.ts"});
  CHECK(app.disk.count(Operation::open, "/app/src/shared.ts") == 1);
}

TEST_CASE("scan: both directives in one file make a client module", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "import './both'")
      .file("src/both.ts", "'use server'; 'use client'; import './x'")
      .file("src/x.ts");
  const ScanResult result = app.graph();
  CHECK(clients(result) == Ids{"/src/both.ts"});
  CHECK(servers(result) == Ids{"/src/both.ts"});
  CHECK(in(result, "client") == Ids{"/src/both.ts", "/src/x.ts"});
}

TEST_CASE("scan: the prescan adds unimported files that carry a directive, and only those", "[scanner][scan]") {
  MainApp app;
  app.options.prescan = {{"src/**/*.{ts,tsx}"}};
  app.file("src/main.tsx", "import './used'")
      .file("src/used.tsx", "'use client'")
      .file("src/deep/er/orphan.tsx", "'use client'; import './dep'")
      .file("src/deep/er/dep.ts")
      .file("src/plain.ts", "import './never'")
      .file("src/inline.ts", "async function f() { 'use server' }")
      .file("src/.hidden.ts", "'use client'")
      .file("src/story.stories.tsx", "'use client'");
  app.options.exclude = {"**/*.stories.*"};
  const ScanResult result = app.graph();
  CHECK(clients(result) == Ids{"/src/deep/er/orphan.tsx", "/src/used.tsx"});
  CHECK(in(result, "client") == Ids{"/src/deep/er/dep.ts", "/src/deep/er/orphan.tsx", "/src/used.tsx"});
  CHECK(result.stats.modules == 4);
  CHECK(app.disk.count(Operation::open, "/app/src/used.tsx") == 1);
  CHECK_FALSE(result.has_server_functions);
}

TEST_CASE("scan: cycles end", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "import './a'")
      .file("src/a.ts", "import './b'; import './a'")
      .file("src/b.ts", "import './a'");
  CHECK(app.scan().stats.modules == 3);
}

TEST_CASE("scan: assets are leaves that are never opened", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx",
           "import './a.css'; import x from './b.svg'; import u from './c.ts?url'; import r from './d.ts?raw'\n"
           "f(x, u, r)")
      .file("src/a.css", "@import 'x'")
      .file("src/b.svg")
      .file("src/c.ts", "'use client'")
      .file("src/d.ts");
  const ScanResult result = app.scan();
  CHECK(result.outcome == Outcome::complete);
  CHECK(result.stats.assets_skipped == 4);
  CHECK(result.stats.files_read == 1);
  CHECK(clients(result).empty());
  for (const char* name : {"a.css", "b.svg", "c.ts", "d.ts"}) {
    CHECK(app.disk.count(Operation::open, "/app/src/" + std::string(name)) == 0);
  }
}

TEST_CASE("scan: a file used both as an asset and as a module is a module", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "import u from './c.ts?url'; import './c'").file("src/c.ts", "'use client'");
  CHECK(clients(app.scan()) == Ids{"/src/c.ts"});
}

TEST_CASE("scan: type-only imports are not followed unless asked for", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx",
           "import type {A} from './types'; import {type B} from './types'; export type {C} from './types'")
      .file("src/types.ts", "'use client'");
  CHECK(clients(app.scan()).empty());
  app.options.type_imports = TypeImports::keep;
  CHECK(clients(app.scan()) == Ids{"/src/types.ts"});
}

TEST_CASE("scan: pattern imports lead to every file they could mean", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "import(`./pages/${name}.ts`)")
      .file("src/pages/a.ts", "'use client'")
      .file("src/pages/deep/b.ts", "'use client'")
      .file("src/pages/c.txt");
  CHECK(clients(app.scan()) == Ids{"/src/pages/a.ts", "/src/pages/deep/b.ts"});
}

TEST_CASE("scan: import.meta.glob is followed on demand, with its exclusions", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "import.meta.glob(['./pages/*.ts', '!./pages/no.ts']); import.meta.glob('/lib/*.ts')")
      .file("src/pages/a.ts", "'use client'")
      .file("src/pages/no.ts", "'use client'")
      .file("lib/x.ts", "'use client'");
  CHECK(clients(app.scan()).empty());
  app.options.follow = Follow{.glob = true};
  CHECK(clients(app.scan()) == Ids{"/lib/x.ts", "/src/pages/a.ts"});
}

TEST_CASE("scan: the patterns of import.meta.glob begin where Vite's do", "[scanner][scan]") {
  MainApp app;
  app.options.follow = Follow{.glob = true};
  app.options.alias = {{"@", false, {}, "/app/src"}};
  app.options.entries = {"src/[odd]/main.ts"};
  app.file("src/[odd]/a.ts", "'use client'").file("src/[odd]/a.test.ts", "'use client'");
  app.file("src/pages/b.ts", "'use client'").file("src/pages/deep/c.ts", "'use client'");
  app.file("src/pages/deep/c.test.ts", "'use client'").file("d.ts", "'use client'");
  const std::pair<const char*, Ids> cases[] = {
      {"['./*.ts', '!./*.test.ts']", {"/src/[odd]/a.ts"}},
      {"['./*.ts', '!**/*.test.ts']", {"/src/[odd]/a.ts"}},
      {"['/src/pages/**/*.ts', '!/src/pages/*/*.test.ts']", {"/src/pages/b.ts", "/src/pages/deep/c.ts"}},
      {"'@/pages/*.ts'", {"/src/pages/b.ts"}},
      {"['@/**/*.ts', '!@/*/*.ts']", {"/src/pages/deep/c.test.ts", "/src/pages/deep/c.ts"}},
      {"'**/c.ts'", {"/src/pages/deep/c.ts"}},
      {"'./**/*.ts', { eager: true, base: '../pages' }",
       {"/src/pages/b.ts", "/src/pages/deep/c.test.ts", "/src/pages/deep/c.ts"}},
      {"['./*.ts', '!./b.ts'], { base: '/src/pages' }", {}},
      {"'../*.ts', { base: '/src/pages/deep' }", {"/src/pages/b.ts"}},
      {"'../../../../../../*.ts'", {}},
      {"'pages/*.ts'", {}},
  };
  for (const auto& [arguments, ids] : cases) {
    app.file("src/[odd]/main.ts", "import.meta.glob(" + std::string(arguments) + ")");
    INFO(arguments);
    CHECK(clients(app.scan()) == ids);
  }
}

TEST_CASE("scan: an unresolved import is a warning in own code and a note in packages", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "import 'p';\n  import './missing'; import 'gone'")
      .file("node_modules/p/package.json", "{}")
      .file("node_modules/p/index.js", "try { require('optional') } catch {}");
  const ScanResult result = app.scan();
  CHECK(result.outcome == Outcome::complete);
  REQUIRE(rules(result) == "scan/unresolved scan/unresolved scan/unresolved");
  CHECK(result.diagnostics[0].level == Level::info);
  CHECK(result.diagnostics[1].level == Level::warn);
  CHECK(result.diagnostics[1].file == "/src/main.tsx");
  CHECK(result.diagnostics[1].line == 2);
  CHECK(result.diagnostics[1].column == 10);
  CHECK(result.diagnostics[1].message.find("\"./missing\" in server") != std::string::npos);
  CHECK(result.stats.unresolved == 3);
}

TEST_CASE("scan: an import that only the exact tier sees has a place, too", "[scanner][scan]") {
  MainApp app;
  // The lexer takes the slash for the start of a regular expression, and the rest of the line for a string.
  app.file("src/main.tsx", "const b = c\n  ? (d) : {} / '/'.length; import('./missing')");
  const ScanResult result = app.scan();
  REQUIRE(rules(result) == "scan/unresolved");
  CHECK(result.diagnostics[0].line == 2);
  CHECK(result.diagnostics[0].column == 35);
}

TEST_CASE("scan: an import that fails in two environments is reported once", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "import './s'; import './c'")
      .file("src/c.ts", "'use client'; import './s'")
      .file("src/s.ts", "import 'x'");
  const ScanResult result = app.scan();
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(result.diagnostics[0].message.find("in server, client") != std::string::npos);
}

TEST_CASE("scan: what cannot be read makes the result incomplete", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "import './a'; import './b'").file("src/a.ts").file("src/b.ts");
  SECTION("no permission") {
    app.disk.fail(Operation::open, "/app/src/a.ts", EACCES);
    const ScanResult result = app.scan();
    CHECK(result.outcome == Outcome::incomplete);
    CHECK(rules(result) == "scan/unreadable");
    CHECK(result.diagnostics[0].message.find("Permission denied") != std::string::npos);
  }
  SECTION("an error in the middle") {
    app.disk.fail(Operation::read, "/app/src/a.ts", EIO);
    const ScanResult result = app.scan();
    CHECK(result.outcome == Outcome::incomplete);
    CHECK(rules(result) == "scan/unreadable");
  }
  SECTION("a missing entry") {
    app.options.entries = {"src/main.tsx", "src/nope.ts"};
    const ScanResult result = app.scan();
    CHECK(result.outcome == Outcome::incomplete);
    CHECK(rules(result) == "scan/entry-missing");
    CHECK(result.stats.modules == 3);
  }
  SECTION("a FIFO as entry") {
    app.disk.add_special("/app/src/pipe.ts");
    app.options.entries = {"src/pipe.ts"};
    const ScanResult result = app.scan();
    CHECK(result.outcome == Outcome::incomplete);
    CHECK(rules(result) == "scan/not-a-file");
  }
  SECTION("a FIFO that the prescan would take for a module") {
    app.disk.add_special("/app/src/pipe.ts");
    app.options.prescan = {{"src/**/*.ts"}};
    CHECK(rules(app.scan()) == "scan/not-a-file");
  }
  SECTION("a link that the prescan cannot follow") {
    app.disk.add("/secret/x.ts", "'use client'");
    app.disk.add_link("/app/src/x.ts", "../../secret/x.ts");
    app.disk.add_link("/app/src/broken.ts", "../../secret/gone.ts");
    for (const Operation operation : {Operation::status, Operation::real_path}) {
      app.disk.fail(operation, "/app/src/x.ts", EACCES);
    }
    app.options.prescan = {{"src/**/*.ts"}};
    const ScanResult result = app.scan();
    CHECK(result.outcome == Outcome::incomplete);
    CHECK(rules(result) == "scan/unreadable");
    CHECK(result.diagnostics[0].file == "/src/x.ts");
  }
  SECTION("a directory that the prescan cannot list") {
    app.disk.add("/app/src/secret/x.ts");
    app.disk.fail(Operation::list, "/app/src/secret", EACCES);
    app.options.prescan = {{"src/**/*.ts"}};
    const ScanResult result = app.scan();
    CHECK(result.outcome == Outcome::incomplete);
    CHECK(rules(result).find("scan/unreadable") != std::string::npos);
  }
}

TEST_CASE("scan: a directory called x.ts is no module", "[scanner][scan]") {
  MainApp app;
  app.options.prescan = {{"src/**/*.ts"}};
  app.file("src/main.tsx", "import './x.ts'").file("src/x.ts/index.ts", "'use client'");
  const ScanResult result = app.scan();
  CHECK(result.outcome == Outcome::complete);
  CHECK(clients(result) == Ids{"/src/x.ts/index.ts"});
}

TEST_CASE("scan: a file with broken syntax does not fail the scan and keeps its directive", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "import './c'")
      .file("src/c.tsx", "'use client'\nimport './x'\nlet s = 'abc\n")
      .file("src/x.ts");
  const ScanResult result = app.scan();
  CHECK(result.outcome == Outcome::complete);
  CHECK(clients(result) == Ids{"/src/c.tsx"});
}

TEST_CASE("scan: links are folded into the file they lead to", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "import './real'; import './link'; import 'linked'").file("src/real.tsx", "'use client'");
  app.disk.add_link("/app/src/link.tsx", "real.tsx");
  app.disk.add("/packages/linked/package.json", R"({"main":"i.js"})");
  app.disk.add("/packages/linked/i.js", "'use client'");
  app.disk.add_link("/app/node_modules/linked", "../../packages/linked");
  CHECK(clients(app.scan()) == Ids{"/packages/linked/i.js", "/src/real.tsx"});
}

TEST_CASE("scan: two files with one id are an error", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "import './x'; import 'linked'").file("src/x.ts");
  app.disk.add("/src/x.ts");
  app.disk.add("/src/package.json", R"({"main":"x.ts"})");
  app.disk.add_link("/app/node_modules/linked", "/src");
  const ScanResult result = app.scan();
  CHECK(result.outcome == Outcome::invalid);
  CHECK(rules(result) == "path/id-collision");
}

TEST_CASE("scan: markers are found in the bytes of reached files", "[scanner][scan]") {
  MainApp app;
  app.options.markers = {"import.meta.viteRsc", "TODO"};
  app.file("src/main.tsx", "import './a'").file("src/a.ts", "// TODO import.meta.viteRsc.loadModule()");
  const ScanResult result = app.scan();
  REQUIRE(result.modules.size() == 1);
  CHECK(result.text(result.modules[0].id) == "/src/a.ts");
  CHECK(result.modules[0].markers == 3);
}

TEST_CASE("scan: the graph has places, targets by environment, and exports", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx",
           "import './c'\nimport fs from 'node:fs'\nimport './gone'\nexport const a = fs.x(); export function b() {}")
      .file("src/c.tsx", "'use client'\nexport * from './d'")
      .file("src/d.ts");
  const ScanResult result = app.graph();
  const Module& main = result.modules.back();
  REQUIRE(result.text(main.id) == "/src/main.tsx");
  CHECK(main.entry);
  REQUIRE(main.import_count == 3);
  const Import& first = result.imports[main.first_import];
  CHECK(result.text(first.specifier) == "./c");
  CHECK(first.line == 1);
  CHECK(first.column == 8);
  REQUIRE(first.target_count == 1);
  CHECK(result.targets[first.first_target].kind == TargetKind::module);
  CHECK(result.text(result.modules[size_t(result.targets[first.first_target].module)].id) == "/src/c.tsx");
  CHECK(result.targets[result.imports[main.first_import + 1].first_target].kind == TargetKind::external);
  CHECK(result.targets[result.imports[main.first_import + 2].first_target].kind == TargetKind::unresolved);
  CHECK(main.export_count == 2);
}

TEST_CASE("scan: the result does not depend on threads or the order of entries", "[scanner][scan]") {
  MainApp app;
  std::string all;
  for (int i = 0; i < 200; ++i) {
    const std::string n = std::to_string(i), m = std::to_string((i * 7 + 3) % 200);
    app.file("src/m" + n + ".ts",
             (i % 5 == 0 ? "'use client';" : "") + std::string("import './m") + m + "'; import 'gone" + n + "'");
    all += "import './m" + n + "';";
  }
  app.file("src/main.tsx", all).file("src/other.ts", all);
  const auto shape = [&](int threads, Ids entries) {
    app.options.threads = threads;
    app.options.entries = std::move(entries);
    const ScanResult result = app.graph();
    std::string text;
    for (const Module& module : result.modules) {
      text += std::string(result.text(module.id)) + ":" + std::to_string(module.environments) + "\n";
      for (uint32_t i = 0; i < module.import_count; ++i) {
        const Import& import = result.imports[module.first_import + i];
        text += "  " + std::string(result.text(import.specifier));
        for (uint32_t t = 0; t < import.target_count; ++t) {
          const Target& target = result.targets[import.first_target + t];
          text += " " + std::to_string(target.environment) + ":" + std::to_string(uint32_t(target.module));
        }
        text += "\n";
      }
    }
    for (const Diagnostic& d : result.diagnostics) text += d.file + d.message + "\n";
    return text;
  };
  const std::string one = shape(1, {"src/main.tsx", "src/other.ts"});
  CHECK(one == shape(2, {"src/other.ts", "src/main.tsx"}));
  CHECK(one == shape(8, {"src/main.tsx", "src/other.ts"}));
}

TEST_CASE("scan: a limit that does not suffice publishes nothing and names what is needed", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "'use client'");
  app.options.max_memory = 1 << 20;
  const ScanResult result = app.scan();
  CHECK(result.outcome == Outcome::over_budget);
  CHECK(result.modules.empty());
  REQUIRE(rules(result) == "scan/over-budget");
  CHECK(result.diagnostics[0].message.find("MiB") != std::string::npos);
}

TEST_CASE("scan: every handle is closed", "[scanner][scan]") {
  MainApp app;
  app.file("src/main.tsx", "import './a'; import './b'").file("src/a.ts").file("src/b.ts");
  app.disk.fail(Operation::read, "/app/src/a.ts", EIO);
  app.scan();
  CHECK(app.disk.open_handles() == 0);
}
