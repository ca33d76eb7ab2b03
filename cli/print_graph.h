// A GraphView as text.
#pragma once

#include <cstddef>

#include "cli/graph_view.h"
#include "cli/path_names.h"
#include "cli/sink.h"

namespace demarc {

// Graphviz.
void print_dot(const GraphView& view, const PathNames& names, Sink& sink);

// cli/schema/graph.v1.json describes it.
void print_graph_json(const ScanResult& result, const GraphView& view, GraphLevel level, const PathNames& names,
                      Sink& sink);

// What Mermaid draws as it is configured everywhere: no more than 500 edges and 50,000 characters. Of a larger graph
// the most telling part is printed: boundaries first, then what is largest; a node says how much is missing.
constexpr size_t kMostMermaidEdges = 400;
constexpr size_t kMostMermaidBytes = 45000;
struct GraphCut {
  size_t nodes = 0;  // left out
  size_t edges = 0;
};
GraphCut print_mermaid(const GraphView& view, const PathNames& names, Sink& sink);

}  // namespace demarc
