// Views of a graph and their formats. dot and Mermaid themselves read the output in tests/cli/formats.mjs.
#include <catch2/catch.hpp>

#include "cli/graph_view.h"
#include "cli/print_graph.h"
#include "tests/cli/result_builder.h"
#include "tests/cli/sink_text.h"

using namespace demarc;
using Catch::Matchers::Contains;

namespace {

constexpr EnvironmentMask kWorker = 1;
constexpr EnvironmentMask kClient = 2;

Target to(uint32_t module, uint8_t environment) {
  return {environment, TargetKind::module, ModuleIndex(module), {}};
}

// worker.tsx -> Layout.tsx -> Counter.tsx ("use client") -> shared.ts -> ui -> dep; Counter -> actions.ts ("use
// server"); Layout -> server-only package.
ScanResult small_graph() {
  ResultBuilder app;
  app.module("/node_modules/dep/index.js", kClient, "dep");
  app.module("/node_modules/hono/index.js", kWorker, "hono");
  app.module("/node_modules/ui/index.js", kClient, "ui");
  app.import("dep", ImportKind::import, {to(0, 1)});
  app.import("./self", ImportKind::import, {to(2, 1)});
  app.module("/src/Counter.tsx", kClient);
  app.directive("use client", 1, 1);
  app.result().modules.back().imported_in = kWorker;
  app.import("./shared", ImportKind::import, {to(6, 1)});
  app.import("./actions", ImportKind::import, {to(5, 1)});
  app.module("/src/Layout.tsx", kWorker);
  app.import("./Counter", ImportKind::dynamic, {to(3, 0)});
  app.import("hono", ImportKind::import, {to(1, 0)});
  app.import("./shared", ImportKind::import, {to(6, 0)});
  app.module("/src/actions.ts", kWorker);
  app.directive("use server", 1, 1);
  app.result().modules.back().imported_in = kClient;
  app.module("/src/shared.ts", kWorker | kClient);
  app.import("ui", ImportKind::import, {to(2, 1)});
  app.module("/src/worker.tsx", kWorker).entry = true;
  app.import("./Layout", ImportKind::import, {to(4, 0)});
  return app.result();
}

std::string edges_of(const GraphView& view) {
  std::string text;
  for (const GraphEdge& edge : view.edges) {
    text += std::string(view.nodes[edge.from].name) +
            (edge.boundary  ? " => "
             : edge.dynamic ? " ~> "
                            : " -> ") +
            std::string(view.nodes[edge.to].name);
    if (edge.imports > 1) text += " x" + std::to_string(edge.imports);
    text += '\n';
  }
  return text;
}

}  // namespace

TEST_CASE("graph: boundaries, and what each leads to without another in between", "[cli]") {
  const ScanResult result = small_graph();
  const GraphView view = view_graph(result, GraphLevel::boundary, -1);
  CHECK(edges_of(view) ==
        "/src/Counter.tsx => /src/actions.ts\n"
        "/src/Counter.tsx -> ui\n"
        "/src/worker.tsx => /src/Counter.tsx\n"
        "ui -> dep\n");
  CHECK(view.nodes.size() == 5);  // not hono, which only the server imports
  CHECK(edges_of(view_graph(result, GraphLevel::boundary, 1)) ==
        "/src/Counter.tsx => /src/actions.ts\n"
        "/src/Counter.tsx -> ui\n"
        "ui -> dep\n");
}

TEST_CASE("graph: packages and modules", "[cli]") {
  const ScanResult result = small_graph();
  CHECK(edges_of(view_graph(result, GraphLevel::package, -1)) == ". -> hono\n. -> ui\nui -> dep\n");
  const GraphView modules = view_graph(result, GraphLevel::module, -1);
  CHECK(modules.nodes.size() == result.modules.size());
  CHECK_THAT(edges_of(modules), Contains("/src/Layout.tsx => /src/Counter.tsx\n"));
  const GraphView worker = view_graph(result, GraphLevel::module, 0);
  CHECK_THAT(edges_of(worker), Contains("/src/Layout.tsx -> /node_modules/hono/index.js\n") && !Contains("ui"));
  CHECK(view_graph(ScanResult(), GraphLevel::boundary, -1).nodes.empty());
}

TEST_CASE("graph: hostile names are text in every format", "[cli]") {
  ResultBuilder app;
  app.module("/src/\"];x[label=\"<b>&amp;%%{init}`\\N\x1b\n\xe2\x80\xae#quot;.tsx", kClient);
  app.directive("use client", 1, 1);
  app.result().modules[0].entry = true;
  const GraphView view = view_graph(app.result(), GraphLevel::boundary, -1);
  const PathNames names("/app", PathStyle::from_root);
  const std::string dot = text_of([&](Sink& sink) { print_dot(view, names, sink); });
  CHECK_THAT(dot,
             Contains("n0 [label=\"src/\\\"];x[label=\\\"<b>&amp;amp;%%{init}`\\\\N\\\\x1b\\\\n\\\\u202e#quot;.tsx\\n"
                      "'use client'\", fillcolor"));
  const std::string mermaid = text_of([&](Sink& sink) { print_mermaid(view, names, sink); });
  CHECK_THAT(mermaid, Contains("n0[\"src/#34;#93;#59;x#91;label=#34;#60;b#62;#38;amp#59;#37;#37;#123;init#125;#96;"
                               "#92;N#92;x1b#92;n#92;u202e#35;quot#59;.tsx<br/>'use client'\"]:::client\n"));
  const std::string json =
      text_of([&](Sink& sink) { print_graph_json(app.result(), view, GraphLevel::boundary, names, sink); });
  CHECK_THAT(json, Contains("\"kind\": \"module\", \"directive\": \"use client\", \"entry\": true"));
}

TEST_CASE("graph: Mermaid gets what it can draw, boundaries first, and says what is missing", "[cli]") {
  GraphView view;
  std::vector<std::string> texts(2000);
  for (size_t i = 0; i < texts.size(); ++i) {
    texts[i] = "/src/a-name-of-some-length-" + std::to_string(i) + ".tsx";
    view.nodes.push_back({GraphNode::Kind::module, texts[i], 1, i, kClient});
    view.nodes.back().client = i == 1999;
    if (i > 0) view.edges.push_back({0, uint32_t(i), 1, i == 1999, false});
  }
  const PathNames names("/app", PathStyle::from_root);
  GraphCut cut;
  const std::string text = text_of([&](Sink& sink) { cut = print_mermaid(view, names, sink); });
  CHECK(text.size() < 50000);
  CHECK(cut.edges == 1999 - kMostMermaidEdges);
  CHECK(cut.nodes == 2000 - kMostMermaidEdges - 1);
  CHECK_THAT(text, Contains("n0 ==>|use client| n1999\n") && Contains("cut[\"not drawn: 1,599 nodes, 1,599 edges\"]"));
  view.nodes.resize(10);
  view.edges.resize(9);
  cut = {};
  const std::string small = text_of([&](Sink& sink) { cut = print_mermaid(view, names, sink); });
  CHECK(cut.nodes + cut.edges == 0);
  CHECK_THAT(small, !Contains("cut["));
}
