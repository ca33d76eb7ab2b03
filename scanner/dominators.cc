#include "scanner/dominators.h"

#include <algorithm>
#include <utility>

namespace demarc {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

// The forest of the algorithm: nodes by their places in the search, linked from the last to the first.
class Forest {
 public:
  explicit Forest(uint32_t size) : semi(size), label_(size), ancestor_(size, kNone) {
    for (uint32_t i = 0; i < size; ++i) semi[i] = label_[i] = i;
  }

  std::vector<uint32_t> semi;  // semidominators

  void link(uint32_t parent, uint32_t node) { ancestor_[node] = parent; }

  // The node with the least semidominator on the way from `node` up to its root, without the root.
  uint32_t least(uint32_t node) {
    if (ancestor_[node] == kNone) return label_[node];
    path_.clear();
    for (uint32_t at = node; ancestor_[ancestor_[at]] != kNone; at = ancestor_[at]) path_.push_back(at);
    for (; !path_.empty(); path_.pop_back()) {
      const uint32_t at = path_.back(), above = ancestor_[at];
      if (semi[label_[above]] < semi[label_[at]]) label_[at] = label_[above];
      ancestor_[at] = ancestor_[above];
    }
    return label_[node];
  }

 private:
  std::vector<uint32_t> label_, ancestor_, path_;
};

}  // namespace

Dominators::Dominators(const FlowGraph& graph) : number_(graph.size(), kNone), dominators_(graph.size(), 0) {
  search(graph);
  const auto size = uint32_t(order_.size());
  // Predecessors by place.
  std::vector<uint32_t> first(size + 1, 0), predecessors;
  for (uint32_t i = 0; i < size; ++i)
    for (const uint32_t to : graph.successors_of(order_[i])) ++first[number_[to] + 1];
  for (uint32_t i = 0; i < size; ++i) first[i + 1] += first[i];
  predecessors.resize(first.back());
  std::vector<uint32_t> next(first.begin(), first.end() - 1);
  for (uint32_t i = 0; i < size; ++i)
    for (const uint32_t to : graph.successors_of(order_[i])) predecessors[next[number_[to]]++] = i;

  Forest forest(size);
  std::vector<uint32_t> dominator(size, 0);
  std::vector<uint32_t> bucket(size, kNone), behind(size, kNone);  // lists of nodes by their semidominators
  for (uint32_t node = size; node-- > 1;) {
    for (uint32_t i = first[node]; i < first[node + 1]; ++i)
      forest.semi[node] = std::min(forest.semi[node], forest.semi[forest.least(predecessors[i])]);
    behind[node] = std::exchange(bucket[forest.semi[node]], node);
    const uint32_t parent = parent_[node];
    forest.link(parent, node);
    for (uint32_t at = std::exchange(bucket[parent], kNone); at != kNone; at = behind[at]) {
      const uint32_t least = forest.least(at);
      dominator[at] = forest.semi[least] < forest.semi[at] ? least : parent;
    }
  }
  for (uint32_t node = 1; node < size; ++node) {
    if (dominator[node] != forest.semi[node]) dominator[node] = dominator[dominator[node]];
    dominators_[order_[node]] = order_[dominator[node]];
  }
}

void Dominators::search(const FlowGraph& graph) {
  struct Open {
    uint32_t node;
    uint32_t next;  // index into graph.successors
  };
  std::vector<Open> open;
  const auto enter = [&](uint32_t node, uint32_t parent) {
    number_[node] = uint32_t(order_.size());
    order_.push_back(node);
    parent_.push_back(parent);
    open.push_back({node, graph.first_successor[node]});
  };
  enter(0, 0);
  while (!open.empty()) {
    Open& top = open.back();
    if (top.next == graph.first_successor[top.node + 1]) {
      postorder_.push_back(top.node);
      open.pop_back();
      continue;
    }
    const uint32_t to = graph.successors[top.next++];
    if (number_[to] == kNone) enter(to, number_[top.node]);
  }
}

}  // namespace demarc
