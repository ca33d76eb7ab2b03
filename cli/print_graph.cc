#include "cli/print_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "cli/display.h"
#include "cli/json_fields.h"
#include "cli/json_writer.h"

namespace demarc {
namespace {

std::string_view directive_of(const GraphNode& node) {
  return node.client ? "use client" : node.server ? "use server" : "";
}

// The lines of a label, escaped for people and not yet for a language.
std::vector<std::string> label_of(const GraphNode& node, const PathNames& names) {
  std::vector<std::string> lines;
  switch (node.kind) {
    case GraphNode::Kind::module:
      lines.push_back(names.shown(node.name));
      if (!directive_of(node).empty()) lines.push_back(fmt::format("'{}'", directive_of(node)));
      break;
    case GraphNode::Kind::package:
    case GraphNode::Kind::project:
      lines.push_back(node.kind == GraphNode::Kind::project ? "the project" : escaped(node.name));
      lines.push_back(fmt::format("{}, {}", counted(node.modules, "module"), decimal_bytes(node.bytes)));
  }
  return lines;
}

std::string_view class_of(const GraphNode& node) {
  if (node.client) return "client";
  if (node.server) return "server";
  if (node.entry) return "entry";
  return node.kind == GraphNode::Kind::module ? "module" : "package";
}

std::string_view fill_of(const GraphNode& node) {
  if (node.client) return "#fde68a";
  if (node.server) return "#bbf7d0";
  if (node.entry) return "#bfdbfe";
  return node.kind == GraphNode::Kind::module ? "#ffffff" : "#e5e7eb";
}

// Within the quotes of DOT: a backslash begins an escape, and entities of HTML are decoded.
std::string dot_text(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') out += '\\';
    if (byte == '&')
      out += "&amp;";
    else
      out += byte;
  }
  return out;
}

// Within the quotes of Mermaid, which reads HTML and Markdown there and has entities of its own (#35; is #). `%` could
// begin a directive.
std::string mermaid_text(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    if (std::string_view("\"#&<>`%\\;{}[]()|*_~:@").find(byte) == std::string_view::npos)
      out += byte;
    else
      out += fmt::format("#{};", unsigned(byte));
  }
  return out;
}

std::string mermaid_node(const GraphView& view, size_t index, const PathNames& names) {
  const GraphNode& node = view.nodes[index];
  return fmt::format("  n{}[\"{}\"]:::{}\n", index, joined(label_of(node, names), "<br/>", mermaid_text),
                     class_of(node));
}

std::string mermaid_edge(const GraphView& view, const GraphEdge& edge) {
  const std::string_view directive = directive_of(view.nodes[edge.to]);
  if (edge.boundary && !directive.empty()) return fmt::format("  n{} ==>|{}| n{}\n", edge.from, directive, edge.to);
  return fmt::format("  n{} {} n{}\n", edge.from, edge.dynamic ? "-.->" : "-->", edge.to);
}

// Edges in the order in which a drawing can least do without them: boundaries, then edges between modules, then to
// packages, then between packages; the larger end first.
std::vector<size_t> by_importance(const GraphView& view) {
  const auto rank = [&](const GraphEdge& edge) {
    if (edge.boundary) return 0;
    const bool from_module = view.nodes[edge.from].kind == GraphNode::Kind::module;
    const bool to_module = view.nodes[edge.to].kind == GraphNode::Kind::module;
    return from_module && to_module ? 1 : from_module || to_module ? 2 : 3;
  };
  std::vector<size_t> order(view.edges.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::sort(order.begin(), order.end(), [&](size_t left, size_t right) {
    const GraphEdge& a = view.edges[left];
    const GraphEdge& b = view.edges[right];
    return std::make_tuple(rank(a), view.nodes[b.to].bytes, a.from, a.to) <
           std::make_tuple(rank(b), view.nodes[a.to].bytes, b.from, b.to);
  });
  return order;
}

class GraphWriter {
 public:
  GraphWriter(const ScanResult& result, const GraphView& view, const PathNames& names, Sink& sink)
      : result_(result), view_(view), names_(names), json_(sink) {}

  void print(GraphLevel level) {
    json_.begin_object(JsonLayout::lines);
    write_header(json_);
    write_name(json_, "root", "rootBase64", result_.root);
    json_.key("level").string(graph_level_names()[size_t(level)]);
    json_.key("complete").boolean(result_.outcome == Outcome::complete);
    json_.key("nodes").begin_array(JsonLayout::lines);
    for (const GraphNode& node : view_.nodes) write(node);
    json_.end();
    json_.key("edges").begin_array(JsonLayout::lines);
    for (const GraphEdge& edge : view_.edges) write(edge);
    json_.end();
    json_.end();
  }

 private:
  void write_id(std::string_view key, std::string_view base64_key, const GraphNode& node) {
    const bool whole = node.kind == GraphNode::Kind::module && names_.style() == PathStyle::absolute;
    write_name(json_, key, base64_key, whole ? names_.absolute(node.name) : std::string(node.name));
  }

  void write(const GraphNode& node) {
    json_.begin_object();
    write_id("id", "idBase64", node);
    json_.key("kind").string(node.kind == GraphNode::Kind::module    ? "module"
                             : node.kind == GraphNode::Kind::package ? "package"
                                                                     : "project");
    if (!directive_of(node).empty()) json_.key("directive").string(directive_of(node));
    if (node.entry) json_.key("entry").boolean(true);
    json_.key("modules").number(node.modules);
    json_.key("bytes").number(node.bytes);
    json_.key("environments").begin_array();
    std::vector<std::string_view> environments;
    for (size_t bit = 0; bit < result_.environments.size(); ++bit)
      if ((node.environments >> bit & 1u) != 0) environments.push_back(result_.environments[bit]);
    std::sort(environments.begin(), environments.end());
    for (const std::string_view name : environments) json_.string(name);
    json_.end();
    json_.end();
  }

  void write(const GraphEdge& edge) {
    json_.begin_object();
    write_id("from", "fromBase64", view_.nodes[edge.from]);
    write_id("to", "toBase64", view_.nodes[edge.to]);
    json_.key("imports").number(edge.imports);
    if (edge.boundary) json_.key("boundary").boolean(true);
    if (edge.dynamic) json_.key("dynamic").boolean(true);
    json_.end();
  }

  const ScanResult& result_;
  const GraphView& view_;
  const PathNames& names_;
  JsonWriter json_;
};

}  // namespace

void print_dot(const GraphView& view, const PathNames& names, Sink& sink) {
  sink.write(
      "digraph demarc {\n"
      "  graph [rankdir=LR];\n"
      "  node [shape=box, style=filled, fillcolor=\"#ffffff\", fontname=\"Helvetica,Arial,sans-serif\"];\n"
      "  edge [fontname=\"Helvetica,Arial,sans-serif\", fontsize=10];\n");
  for (size_t i = 0; i < view.nodes.size(); ++i) {
    const GraphNode& node = view.nodes[i];
    sink.write(fmt::format("  n{} [label=\"{}\", fillcolor=\"{}\"{}];\n", i,
                           joined(label_of(node, names), "\\n", dot_text), fill_of(node),
                           node.kind == GraphNode::Kind::module ? "" : ", shape=folder"));
  }
  for (const GraphEdge& edge : view.edges) {
    sink.write(fmt::format("  n{} -> n{}", edge.from, edge.to));
    const std::string_view directive = directive_of(view.nodes[edge.to]);
    if (edge.boundary)
      sink.write(fmt::format(" [penwidth=2, color=\"#b45309\", label=\"{}\"]", directive));
    else if (edge.dynamic)
      sink.write(" [style=dashed]");
    sink.write(";\n");
  }
  sink.write("}\n");
}

GraphCut print_mermaid(const GraphView& view, const PathNames& names, Sink& sink) {
  std::vector<bool> draws_node(view.nodes.size());
  std::vector<bool> draws_edge(view.edges.size());
  size_t bytes = 0;
  size_t edges = 0;
  size_t nodes = 0;
  for (const size_t index : by_importance(view)) {
    if (edges == kMostMermaidEdges) break;
    const GraphEdge& edge = view.edges[index];
    size_t cost = mermaid_edge(view, edge).size();
    for (const uint32_t end : {edge.from, edge.to})
      if (!draws_node[end]) cost += mermaid_node(view, end, names).size();
    if (bytes + cost > kMostMermaidBytes) continue;
    bytes += cost;
    ++edges;
    draws_edge[index] = true;
    for (const uint32_t end : {edge.from, edge.to}) {
      nodes += draws_node[end] ? 0 : 1;
      draws_node[end] = true;
    }
  }
  // Then what stands alone.
  for (size_t i = 0; i < view.nodes.size() && edges < kMostMermaidEdges; ++i) {
    if (draws_node[i]) continue;
    const size_t cost = mermaid_node(view, i, names).size();
    if (bytes + cost > kMostMermaidBytes) continue;
    bytes += cost;
    ++nodes;
    draws_node[i] = true;
  }

  sink.write("flowchart LR\n");
  for (size_t i = 0; i < view.nodes.size(); ++i)
    if (draws_node[i]) sink.write(mermaid_node(view, i, names));
  for (size_t i = 0; i < view.edges.size(); ++i)
    if (draws_edge[i]) sink.write(mermaid_edge(view, view.edges[i]));
  const GraphCut cut = {view.nodes.size() - nodes, view.edges.size() - edges};
  if (cut.nodes + cut.edges > 0)
    sink.write(
        fmt::format("  cut[\"not drawn: {}, {}\"]:::cut\n", counted(cut.nodes, "node"), counted(cut.edges, "edge")));
  sink.write(
      "  classDef entry fill:#bfdbfe,stroke:#1e40af,color:#000\n"
      "  classDef client fill:#fde68a,stroke:#b45309,color:#000\n"
      "  classDef server fill:#bbf7d0,stroke:#166534,color:#000\n"
      "  classDef package fill:#e5e7eb,stroke:#4b5563,color:#000\n"
      "  classDef module fill:#fff,stroke:#4b5563,color:#000\n"
      "  classDef cut fill:none,stroke-dasharray:4\n");
  return cut;
}

void print_graph_json(const ScanResult& result, const GraphView& view, GraphLevel level, const PathNames& names,
                      Sink& sink) {
  GraphWriter(result, view, names, sink).print(level);
  sink.put('\n');
}

}  // namespace demarc
