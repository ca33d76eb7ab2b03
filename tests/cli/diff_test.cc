#include <catch2/catch.hpp>

#include "cli/print.h"
#include "cli/print_diff.h"
#include "cli/result_diff.h"
#include "tests/cli/result_builder.h"
#include "tests/cli/sink_text.h"

using namespace demarc;
using Catch::Matchers::Contains;

namespace {

constexpr EnvironmentMask kWorker = 1;
constexpr EnvironmentMask kClient = 2;
const std::string kOddId = "/src/\xff|`@x.tsx";

Snapshot snapshot_of(const ScanResult& result, Keep emit) {
  std::string json = text_of([&](Sink& sink) { print_json(result, {.emit = emit}, sink); });
  Snapshot snapshot;
  CHECK(parse_snapshot(json, snapshot).empty());
  return snapshot;
}

ResultBuilder before_app() {
  ResultBuilder app;
  app.module("/node_modules/ui/Button.js", kClient, "ui");
  app.directive("use client", 1, 1);
  app.module("/src/Counter.tsx", kClient);
  app.directive("use client", 1, 1);
  app.module("/src/page.tsx", kWorker);
  app.directive("use server", 9, 1, DirectiveLevel::function);
  app.import("./Counter", ImportKind::import, {{0, TargetKind::module, ModuleIndex(1), {}}});
  app.import("ui", ImportKind::import, {{0, TargetKind::module, ModuleIndex(0), {}}});
  app.import("./style.css", ImportKind::import, {{0, TargetKind::asset, kNoModule, {}}});
  return app;
}

// Counter is no client module any more; another file is one; page has a second server function, lower down.
ResultBuilder after_app() {
  ResultBuilder app;
  app.module("/node_modules/ui/Button.js", kClient, "ui");
  app.directive("use client", 1, 1);
  app.module("/src/Counter.tsx", kWorker);
  app.module("/src/page.tsx", kWorker);
  app.directive("use server", 12, 1, DirectiveLevel::function);
  app.directive("use server", 15, 1, DirectiveLevel::function);
  app.import("./Counter", ImportKind::import, {{0, TargetKind::module, ModuleIndex(1), {}}});
  app.import("ui", ImportKind::import, {{0, TargetKind::module, ModuleIndex(0), {}}});
  app.module(kOddId, kClient);
  app.directive("use client", 1, 1);
  app.result().framework = Framework::none;
  return app;
}

ResultDiff diff_of(Keep before, Keep after) {
  return compare(snapshot_of(before_app().result(), before), snapshot_of(after_app().result(), after));
}

}  // namespace

TEST_CASE("diff: a result is equal to itself, and to one whose code moved within its files", "[cli]") {
  for (const Keep emit : {Keep::map, Keep::graph}) {
    const Snapshot before = snapshot_of(before_app().result(), emit);
    CHECK(compare(before, before).count() == 0);
    ResultBuilder moved = before_app();
    for (DirectiveUse& directive : moved.result().directives) directive.line += 100;
    moved.result().modules[0].bytes += 1;
    const ResultDiff diff = compare(before, snapshot_of(moved.result(), emit));
    CHECK(diff.count() == 0);
    CHECK(text_of([&](Sink& sink) { print_diff_pretty(diff, {}, sink); }) == "no difference\n");
    CHECK_THAT(text_of([&](Sink& sink) { print_diff_markdown(diff, sink); }), Contains("no difference"));
    CHECK_THAT(text_of([&](Sink& sink) { print_diff_json(diff, sink); }), Contains("\"differences\": 0"));
  }
}

TEST_CASE("diff: graphs", "[cli]") {
  const ResultDiff diff = diff_of(Keep::graph, Keep::graph);
  CHECK(text_of([&](Sink& sink) { print_diff_pretty(diff, {}, sink); }) ==
        "Framework  rwsdk -> none\n"
        "Client modules  1 added, 1 removed\n"
        "  + src/\\xff|`@x.tsx\n"
        "  - src/Counter.tsx\n"
        "Directives  2 added, 1 removed\n"
        "  + src/page.tsx  'use server' in a function\n"
        "  + src/\\xff|`@x.tsx  'use client'\n"
        "  - src/Counter.tsx  'use client'\n"
        "Boundaries  0 added, 1 removed\n"
        "  - src/page.tsx -> src/Counter.tsx\n"
        "Moved  1 module in other environments\n"
        "  src/Counter.tsx  client -> worker\n"
        "Modules  1 added, 0 removed\n"
        "  + src/\\xff|`@x.tsx\n"
        "Packages\n"
        "  the project  2 -> 3 modules, 1.6 kB -> 2.4 kB\n");
  const std::string markdown = text_of([&](Sink& sink) { print_diff_markdown(diff, sink); });
  CHECK_THAT(markdown, Contains("## demarc diff: 9 differences\n") && Contains("- added ``src/\\xff|`@x.tsx``\n"));
  const std::string json = text_of([&](Sink& sink) { print_diff_json(diff, sink); });
  CHECK_THAT(json, Contains("{\"idBase64\": \"L3NyYy//fGBAeC50c3g=\"}"));
}

TEST_CASE("diff: of a graph and a map, the maps", "[cli]") {
  const ResultDiff diff = diff_of(Keep::map, Keep::graph);
  CHECK_FALSE(diff.with_modules);
  CHECK(diff.client.added == std::vector<std::string>{kOddId});
  CHECK(diff.modules.empty());
  CHECK(diff.boundaries.empty());
}

TEST_CASE("diff: what is no result is refused", "[cli]") {
  for (const char* text :
       {"", "{", "[]", "null", "{\"a\": 1}", "{\"schemaVersion\": 2, \"tool\": {\"name\": \"demarc\"}}",
        "{\"schemaVersion\": 1, \"tool\": {\"name\": \"other\"}, \"clientFiles\": []}",
        "{\"schemaVersion\": 1, \"tool\": {\"name\": \"demarc\"}}",
        "{\"schemaVersion\": 1, \"tool\": {\"name\": \"demarc\"}, \"clientFiles\": [1]}",
        "{\"schemaVersion\": 1, \"tool\": {\"name\": \"demarc\"}, \"clientFiles\": [], \"modules\": {}}",
        "{\"schemaVersion\": 1, \"tool\": {\"name\": \"demarc\"}, \"clientFiles\": [\"\xff\"]}"}) {
    INFO(text);
    std::string copy = text;
    Snapshot snapshot;
    CHECK_FALSE(parse_snapshot(copy, snapshot).empty());
  }
  Snapshot snapshot;
  CHECK(read_snapshot("/none", snapshot) == "No such file or directory");
}
