#include "cli/print.h"

#include <catch2/catch.hpp>

#include "tests/cli/result_builder.h"
#include "tests/cli/sink_text.h"

using namespace demarc;

namespace {

ResultBuilder small_app() {
  ResultBuilder app;
  app.module("/node_modules/lucide-react/dist/esm/Icon.js", 2, "lucide-react");
  app.directive("use client", 1, 1);
  app.module("/src/app/Counter.tsx");
  app.directive("use client", 1, 1);
  app.module("/src/app/actions.ts", 3);
  app.directive("use server", 1, 1);
  app.module("/src/app/page.tsx", 1);
  app.directive("use strict", 1, 1);
  app.directive("use server", 12, 5, DirectiveLevel::function);
  app.directive("use server", 30, 7, DirectiveLevel::function);
  app.result().diagnostics = {
      {"scan/unresolved", Level::warn, "/src/x.ts", 1, 8, "\"./gone\" leads nowhere", "there is no such file"}};
  return app;
}

std::string json_of(const ScanResult& result, const PrintOptions& options = {}) {
  return text_of([&](Sink& sink) { print_json(result, options, sink); });
}

std::string ndjson_of(const ScanResult& result, const PrintOptions& options = {}) {
  return text_of([&](Sink& sink) { print_ndjson(result, options, sink); });
}

std::string pretty_of(const ScanResult& result, const Look& look = {}) {
  return text_of([&](Sink& sink) { print_pretty(result, PathNames(result.root, PathStyle::from_root), look, sink); });
}

// The version of the program, which these tests do not want to know.
std::string without_version(std::string text) {
  const size_t at = text.find("\"version\": \"") + 12;
  return text.replace(at, text.find('"', at) - at, "V");
}

using Catch::Matchers::Contains;

}  // namespace

TEST_CASE("print: the map as JSON", "[cli]") {
  ResultBuilder app = small_app();
  CHECK(without_version(json_of(app.result())) == R"({
  "schemaVersion": 1,
  "tool": {"name": "demarc", "version": "V"},
  "root": "/app",
  "framework": "rwsdk",
  "entries": [
    "/src/worker.tsx"
  ],
  "complete": true,
  "clientFiles": [
    "/node_modules/lucide-react/dist/esm/Icon.js",
    "/src/app/Counter.tsx"
  ],
  "serverFiles": [
    "/src/app/actions.ts"
  ],
  "hasServerFunctions": true,
  "directives": [
    {"file": "/node_modules/lucide-react/dist/esm/Icon.js", "value": "use client", "level": "module", "line": 1, "column": 1, "environments": ["client"]},
    {"file": "/src/app/Counter.tsx", "value": "use client", "level": "module", "line": 1, "column": 1, "environments": ["client"]},
    {"file": "/src/app/actions.ts", "value": "use server", "level": "module", "line": 1, "column": 1, "environments": ["client", "worker"]},
    {"file": "/src/app/page.tsx", "value": "use strict", "level": "module", "line": 1, "column": 1, "environments": ["worker"]},
    {"file": "/src/app/page.tsx", "value": "use server", "level": "function", "line": 12, "column": 5, "environments": ["worker"]},
    {"file": "/src/app/page.tsx", "value": "use server", "level": "function", "line": 30, "column": 7, "environments": ["worker"]}
  ],
  "markers": {},
  "diagnostics": [
    {"rule": "scan/unresolved", "level": "warn", "file": "/src/x.ts", "line": 1, "column": 8, "message": "\"./gone\" leads nowhere", "help": "there is no such file"}
  ]
}
)");
}

TEST_CASE("print: a map that is withheld leaves the diagnostics alone", "[cli]") {
  ResultBuilder app = small_app();
  app.result().outcome = Outcome::incomplete;
  const std::string json = json_of(app.result(), {.with_map = false});
  CHECK_THAT(json, Contains("\"complete\": false") && Contains("scan/unresolved"));
  for (const char* key : {"entries", "clientFiles", "serverFiles", "hasServerFunctions", "directives", "markers"})
    CHECK_THAT(json, !Contains("\"" + std::string(key) + "\""));
  CHECK_THAT(json_of(app.result()), Contains("\"complete\": false") && Contains("clientFiles"));
  const std::string ndjson = ndjson_of(app.result(), {.with_map = false});
  CHECK_THAT(ndjson, !Contains("\"type\": \"module\"") && Contains("\"type\": \"diagnostic\""));
}

TEST_CASE("print: the graph with every kind of target", "[cli]") {
  ResultBuilder app;
  app.module("/src/a.ts", 3);
  app.exported("Counter");
  app.exported("default");
  const auto id = [&](std::string_view text) { return app.text(text); };
  const ModuleIndex b = ModuleIndex(1);
  app.import("./b", ImportKind::import, {{0, TargetKind::module, b, {}}, {1, TargetKind::unresolved, kNoModule, {}}});
  app.import("./shared", ImportKind::export_all, {{0, TargetKind::module, b, {}}});
  app.import("node:fs", ImportKind::import,
             {{0, TargetKind::external, kNoModule, id("node:fs")}, {1, TargetKind::empty, kNoModule, {}}});
  app.import("react", ImportKind::require, {{0, TargetKind::external, kNoModule, id("react")}});
  app.import("./x.svg", ImportKind::side_effect, {{1, TargetKind::asset, kNoModule, id("/src/x.svg")}});
  app.import("./*.ts", ImportKind::glob, {{0, TargetKind::module, b, {}}, {0, TargetKind::module, ModuleIndex(0), {}}});
  app.import("./w.ts", ImportKind::worker, {{0, TargetKind::not_followed, kNoModule, {}}});
  app.result().imports.back().type_only = true;
  app.import("react/jsx-runtime", ImportKind::import, {});
  app.result().imports.back().line = 0;
  app.module("/src/b.ts", 1);
  const std::string json = json_of(app.result(), {.emit = Keep::graph});
  CHECK_THAT(
      json,
      Contains(
          R"({"id": "/src/a.ts", "package": null, "bytes": 812, "environments": ["client", "worker"], )"
          R"("importedIn": [], "directives": [], "exports": ["Counter", "default"], "reexportsAll": ["./shared"], "imports": [)"));
  for (
      const char* record : {
          R"({"specifier": "./b", "kind": "import", "line": 3, "column": 1, "targets": {"worker": "/src/b.ts", "client": null}})",
          R"({"specifier": "./shared", "kind": "export-all", "line": 3, "column": 1, "targets": {"worker": "/src/b.ts"}})",
          R"({"specifier": "node:fs", "kind": "import", "line": 3, "column": 1, "targets": {"worker": "node:fs"}, "leaves": {"worker": "external", "client": "empty"}})",
          R"({"specifier": "react", "kind": "require", "line": 3, "column": 1, "targets": {"worker": "react"}, "external": true, "leaves": {"worker": "external"}})",
          R"({"specifier": "./x.svg", "kind": "side-effect", "line": 3, "column": 1, "targets": {"client": "/src/x.svg"}, "leaves": {"client": "asset"}})",
          R"({"specifier": "./*.ts", "kind": "glob", "line": 3, "column": 1, "targets": {"worker": ["/src/b.ts", "/src/a.ts"]}})",
          R"({"specifier": "./w.ts", "kind": "worker", "typeOnly": true, "line": 3, "column": 1, "targets": {}, "leaves": {"worker": "not-followed"}})",
          R"({"specifier": "react/jsx-runtime", "kind": "import", "targets": {}})",
      })
    CHECK_THAT(json, Contains(record));
}

TEST_CASE("print: names that are no UTF-8 are carried in base64", "[cli]") {
  ResultBuilder app;
  app.module("/src/\xff.tsx");
  app.directive("use client", 1, 1);
  app.result().diagnostics = {{"scan/unreadable", Level::error, "/src/\xff.tsx", 0, 0, "EACCES \xff", ""}};
  const std::string json = json_of(app.result(), {.emit = Keep::graph});
  CHECK_THAT(json, Contains("\"clientFiles\": [\n    {\"idBase64\": \"L3NyYy//LnRzeA==\"}\n  ]"));
  CHECK_THAT(json, Contains("{\"idBase64\": \"L3NyYy//LnRzeA==\", \"value\": \"use client\""));
  CHECK_THAT(json, Contains("{\"idBase64\": \"L3NyYy//LnRzeA==\", \"package\": null"));
  CHECK_THAT(json, Contains("\"rule\": \"scan/unreadable\", \"level\": \"error\", \"idBase64\": \"L3NyYy//LnRzeA==\""));
  CHECK_THAT(json, Contains("EACCES \\ufffd"));
}

TEST_CASE("print: markers, with files and without", "[cli]") {
  ResultBuilder app;
  app.result().markers = {"import.meta.hot", "import.meta.viteRsc"};
  app.module("/src/ssr.tsx").markers = 2;
  CHECK_THAT(json_of(app.result()), Contains(R"("markers": {
    "import.meta.hot": [],
    "import.meta.viteRsc": [
      "/src/ssr.tsx"
    ]
  })"));
  CHECK_THAT(ndjson_of(app.result()), Contains("\"markers\": [\"import.meta.viteRsc\"]"));
}

TEST_CASE("print: stats are there only when asked for", "[cli]") {
  ResultBuilder app = small_app();
  app.result().stats.duration_ms = 61.04;
  app.result().stats.by_extension = {{".ts", 3}, {".tsx", 395}};
  CHECK_THAT(json_of(app.result()), !Contains("stats"));
  const std::string json = json_of(app.result(), {.stats = true, .peak_resident_bytes = 16800000});
  CHECK_THAT(json, Contains("\"byExtension\": {\".ts\": 3, \".tsx\": 395}") && Contains("\"durationMs\": 61,") &&
                       Contains("\"rssPeakBytes\": 16800000"));
}

TEST_CASE("print: NDJSON is the same records, one a line", "[cli]") {
  ResultBuilder app = small_app();
  const std::string ndjson = without_version(ndjson_of(app.result()));
  CHECK(
      ndjson ==
      R"({"type": "begin", "schemaVersion": 1, "tool": {"name": "demarc", "version": "V"}, "root": "/app", "framework": "rwsdk", "entries": ["/src/worker.tsx"]}
{"type": "module", "id": "/node_modules/lucide-react/dist/esm/Icon.js", "package": "lucide-react", "bytes": 812, "environments": ["client"], "importedIn": [], "directives": ["use client"]}
{"type": "directive", "file": "/node_modules/lucide-react/dist/esm/Icon.js", "value": "use client", "level": "module", "line": 1, "column": 1, "environments": ["client"]}
{"type": "module", "id": "/src/app/Counter.tsx", "package": null, "bytes": 812, "environments": ["client"], "importedIn": [], "directives": ["use client"]}
{"type": "directive", "file": "/src/app/Counter.tsx", "value": "use client", "level": "module", "line": 1, "column": 1, "environments": ["client"]}
{"type": "module", "id": "/src/app/actions.ts", "package": null, "bytes": 812, "environments": ["client", "worker"], "importedIn": [], "directives": ["use server"]}
{"type": "directive", "file": "/src/app/actions.ts", "value": "use server", "level": "module", "line": 1, "column": 1, "environments": ["client", "worker"]}
{"type": "module", "id": "/src/app/page.tsx", "package": null, "bytes": 812, "environments": ["worker"], "importedIn": [], "directives": ["use strict"]}
{"type": "directive", "file": "/src/app/page.tsx", "value": "use strict", "level": "module", "line": 1, "column": 1, "environments": ["worker"]}
{"type": "directive", "file": "/src/app/page.tsx", "value": "use server", "level": "function", "line": 12, "column": 5, "environments": ["worker"]}
{"type": "directive", "file": "/src/app/page.tsx", "value": "use server", "level": "function", "line": 30, "column": 7, "environments": ["worker"]}
{"type": "diagnostic", "rule": "scan/unresolved", "level": "warn", "file": "/src/x.ts", "line": 1, "column": 8, "message": "\"./gone\" leads nowhere", "help": "there is no such file"}
{"type": "summary", "complete": true, "hasServerFunctions": true, "counts": {"modules": 4, "clientFiles": 2, "serverFiles": 1, "directives": 6, "diagnostics": 1}}
)");
}

TEST_CASE("print: the map for people", "[cli]") {
  ResultBuilder app = small_app();
  CHECK(pretty_of(app.result(), {.unicode = true}) == R"(demarc · rwsdk · /app
Entry    src/worker.tsx

Client modules  2: 1 of the app, 1 in 1 package
  src/app/Counter.tsx:1:1
  lucide-react  1 module

Server modules  1
  src/app/actions.ts:1:1

Modules with inline server functions  1
  src/app/page.tsx:12:5, 30:7

Other directives  use strict (1 module)
)");
  CHECK_THAT(pretty_of(app.result()), Contains("demarc - rwsdk - /app"));
  CHECK_THAT(pretty_of(app.result(), {.color = true}), Contains("\x1b[1mClient modules\x1b[0m"));
}

TEST_CASE("print: a large app fits on a screen or two", "[cli]") {
  ResultBuilder app;
  char id[100];
  for (int package = 0; package < 100; ++package) {
    for (int file = 0; file < 30; ++file) {
      snprintf(id, sizeof id, "/node_modules/p%03d/%03d.js", package, file);
      app.module(id, 2, std::string_view(id).substr(14, 4));
      app.directive("use client", 1, 1);
    }
  }
  for (int file = 0; file < 500; ++file) {
    snprintf(id, sizeof id, "/src/%03d.tsx", file);
    app.module(id);
    app.directive("use client", 1, 1);
  }
  const std::string text = pretty_of(app.result());
  CHECK_THAT(text, Contains("Client modules  3,500: 500 of the app, 3,000 in 100 packages"));
  CHECK_THAT(text, Contains("  ... 300 modules more; --format json lists all"));
  CHECK_THAT(text, Contains("  ... 70 packages more; --format json lists all"));
  CHECK(std::count(text.begin(), text.end(), '\n') < 250);
}

TEST_CASE("print: hostile names never begin a line, leave it or colour it", "[cli]") {
  ResultBuilder app;
  app.result().entries = {"/::error::a.tsx"};
  app.module("/\x1b[31m\n::warning::b.tsx");
  app.directive("use client", 1, 1);
  app.directive("use \xe2\x80\xae##[group]x", 2, 1);
  app.module("/node_modules/x/c.js", 2, "::set-output name=x::y");
  app.directive("use client", 1, 1);
  app.result().diagnostics = {
      {"scan/unreadable", Level::error, "/::error::a.tsx", 1, 1, "::error::\n##[error]x", "\x1b"}};
  const PathNames names("/app", PathStyle::from_root);
  const std::string text = pretty_of(app.result()) + text_of([&](Sink& sink) {
                             print_diagnostics(app.result().diagnostics, {}, names, {}, sink);
                           });
  CHECK_THAT(text, Contains("Entry    \\x3a:error::a.tsx"));
  CHECK_THAT(text, Contains("  \\x1b[31m\\n::warning::b.tsx:1:1\n"));
  CHECK_THAT(text, !Contains("\x1b") && !Contains("##[") && !Contains("\xe2\x80\xae"));
  for (size_t at = 0; at != std::string::npos; at = text.find('\n', at + 1)) {
    const size_t first = text.find_first_not_of(" \n", at);
    if (first != std::string::npos) CHECK(text.compare(first, 2, "::") != 0);
  }
}

TEST_CASE("print: diagnostics by level, notes counted, long lists cut", "[cli]") {
  std::vector<Diagnostic> diagnostics;
  for (int count = 0; count < 30; ++count)
    diagnostics.push_back({"scan/unresolved", Level::warn, "/src/x.ts", uint64_t(count + 1), 8, "m", ""});
  diagnostics.push_back({"scan/unresolved", Level::info, "/node_modules/a/x.js", 1, 1, "n", ""});
  diagnostics.push_back({"scan/unreadable", Level::error, "/src/y.ts", 0, 0, "EACCES", "allow it"});
  diagnostics.push_back({"project/no-entry", Level::error, "", 0, 0, "tried nothing", ""});
  const PathNames names("/app", PathStyle::from_root);
  const auto print = [&](DiagnosticFilter filter) {
    return text_of([&](Sink& sink) { print_diagnostics(diagnostics, filter, names, {}, sink); });
  };
  const std::string all = print({});
  CHECK(all.find("src/y.ts: error: EACCES [scan/unreadable]\n  help: allow it\n"
                 "demarc: error: tried nothing [project/no-entry]\n"
                 "src/x.ts:1:8: warning: m [scan/unresolved]\n") == 0);
  CHECK_THAT(all, Contains("... and 10 more warnings; --format json lists all\n"
                           "1 note; --format json lists them\n"));
  CHECK_THAT(print({.warnings = false, .notes = false}),
             Contains("error:") && !Contains("warning") && !Contains("note"));
}

TEST_CASE("print: annotations cannot be forged and name files from the workspace", "[cli]") {
  const std::vector<Diagnostic> diagnostics = {
      {"scan/unresolved", Level::warn, "/src/a,b:c%\n.ts", 3, 7, "100% of\n\"./x\", gone: ::error::", ""},
      {"project/no-entry", Level::error, "", 0, 0, "tried", ""},
      {"scan/unresolved", Level::info, "/src/note.ts", 1, 1, "note", ""},
  };
  const PathNames names("/home/app", PathStyle::from_root);
  CHECK(text_of([&](Sink& sink) { print_annotations(diagnostics, names, "/home", sink); }) ==
        "::error title=project/no-entry::tried\n"
        "::warning title=scan/unresolved,file=app/src/a%2Cb%3Ac%25\\n.ts,line=3,col=7::100%25 of\\n\"./x\", gone: "
        "::error::\n");
}

TEST_CASE("print: what it cost, in one line", "[cli]") {
  ScanStats stats;
  stats.modules = 4688;
  stats.bytes_read = 17234567;
  stats.threads = 2;
  stats.budget_bytes = 536870912;
  const auto cost = [&] {
    return text_of([&](Sink& sink) { print_cost(stats, {.milliseconds = 61, .peak_bytes = 16567500}, sink); });
  };
  CHECK(cost() == "Finished in 61 ms: 4,688 modules, 17.2 MB read, 2 threads, peak 15.8 MiB of 512 MiB\n");
  stats.budget_bytes = 0;
  stats.threads = 1;
  stats.modules = 1;
  CHECK(cost() == "Finished in 61 ms: 1 module, 17.2 MB read, 1 thread, peak 15.8 MiB\n");
}

TEST_CASE("paths: ids as people and programs want them", "[cli]") {
  const PathNames names("/app", PathStyle::from_root);
  CHECK(names.shown("/src/x.ts") == "src/x.ts");
  CHECK(names.shown("/app/package.json") == "package.json");
  CHECK(names.shown("/apple/x.ts") == "apple/x.ts");
  CHECK(names.absolute("/src/x.ts") == "/app/src/x.ts");
  CHECK(names.absolute("/app/package.json") == "/app/package.json");
  // A path outside the root is told by being there while its namesake within is not.
  CHECK(names.absolute("/dev/null") == "/dev/null");
  CHECK(names.shown("/dev/null") == "/dev/null");
  CHECK(PathNames("/app", PathStyle::absolute).shown("/src/x.ts") == "/app/src/x.ts");
  CHECK(PathNames("/", PathStyle::from_root).shown("/src/x.ts") == "src/x.ts");
  CHECK(PathNames("", PathStyle::from_root).shown("/src/x.ts") == "/src/x.ts");
}
