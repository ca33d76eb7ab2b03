// Dominators of a flow graph, for "what would be gone if this were".
//
//   FlowGraph graph = ...;                       // node 0 is where everything begins
//   Dominators dominators(graph);
//   dominators.order()                           // nodes that 0 reaches, each behind its dominator
//   dominators.of(node)                          // the nearest node that every way from 0 to `node` leads through
//
// Lengauer and Tarjan's algorithm with path compression, O(edges * log nodes). Nothing recurses: imports nest as deeply
// as a project likes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace demarc {

struct FlowGraph {
  std::vector<uint32_t> first_successor;  // one more than there are nodes
  std::vector<uint32_t> successors;

  uint32_t size() const { return uint32_t(first_successor.size()) - 1; }
  std::span<const uint32_t> successors_of(uint32_t node) const {
    return std::span(successors).subspan(first_successor[node], first_successor[node + 1] - first_successor[node]);
  }
};

class Dominators {
 public:
  explicit Dominators(const FlowGraph& graph);

  const std::vector<uint32_t>& order() const { return order_; }          // depth first, from node 0
  const std::vector<uint32_t>& postorder() const { return postorder_; }  // of the same search
  uint32_t of(uint32_t node) const { return dominators_[node]; }         // of node 0, and of what is not reached: 0

 private:
  void search(const FlowGraph& graph);

  std::vector<uint32_t> order_;
  std::vector<uint32_t> postorder_;
  std::vector<uint32_t> number_;  // by node: place in order_
  std::vector<uint32_t> parent_;  // by place: place of the parent in the search's tree
  std::vector<uint32_t> dominators_;
};

}  // namespace demarc
