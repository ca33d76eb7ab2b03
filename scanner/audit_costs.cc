// What client code weighs: every boundary and barrel with what it alone brings in and with all it reaches, and every
// package. Sizes are those of sources on disk.
//
// The graph of one browser environment gets a node 0 in front of all boundaries and entries. What a boundary dominates
// in it is what would leave if the boundary did. What each reaches is found for 256 of them at a time, by handing sets
// of bits along the edges until none changes: the cost is that of a few walks over the graph, whatever their number.
#include <algorithm>
#include <array>
#include <bit>
#include <tuple>
#include <unordered_map>

#include "scanner/audit_run.h"
#include "scanner/dominators.h"
#include "scanner/why.h"

namespace demarc {
namespace {

// One browser environment. Node 0 is the beginning, node i + 1 the module nodes_[i].
class ClientCosts {
 public:
  ClientCosts(const AuditGraph& graph, unsigned environment)
      : graph_(graph), environment_(environment), node_of_(graph.size(), 0) {
    for (size_t i = 0; i < graph.size(); ++i) {
      if (!is_here(graph.module(ModuleIndex(i)))) continue;
      modules_.push_back(ModuleIndex(i));
      node_of_[i] = uint32_t(modules_.size());
    }
    find_beginnings();
    link();
  }

  void run(AuditResult& audited) {
    const Dominators dominators(flow_);
    std::vector<Amount> exclusive(flow_.size());
    for (uint32_t node = 1; node < flow_.size(); ++node) exclusive[node] = {1, module_of(node).bytes};
    const std::vector<uint32_t>& order = dominators.order();
    for (size_t i = order.size(); i-- > 1;) add(exclusive[dominators.of(order[i])], exclusive[order[i]]);

    std::vector<uint32_t> sources = boundaries_;
    for (uint32_t node = 1; node < flow_.size(); ++node)
      if (barrel_size(graph_.result(), module_of(node)) > 0) sources.push_back(node);
    const std::vector<Amount> totals = find_totals(dominators.postorder(), sources);
    for (size_t i = 0; i < sources.size(); ++i) {
      const uint32_t node = sources[i];
      const ModuleIndex module = modules_[node - 1];
      if (i < boundaries_.size())
        audited.boundaries.push_back(
            {module, uint8_t(environment_), module_of(node).bytes, exclusive[node], totals[i]});
      else
        audited.barrels.push_back(
            {module, uint8_t(environment_), barrel_size(graph_.result(), module_of(node)), exclusive[node], totals[i]});
    }
  }

 private:
  static void add(Amount& to, const Amount& amount) {
    to.modules += amount.modules;
    to.bytes += amount.bytes;
  }

  bool is_here(const Module& module) const { return (module.environments >> environment_ & 1) != 0; }
  const Module& module_of(uint32_t node) const { return graph_.module(modules_[node - 1]); }

  // Client modules that code of another environment imports or the prescan found, and entries of this one.
  void find_beginnings() {
    for (uint32_t node = 1; node <= modules_.size(); ++node) {
      const Module& module = module_of(node);
      const bool crosses = module.client && ((module.imported_in & graph_.server()) != 0 ||
                                             (module.entry && !graph_.is_listed_entry(modules_[node - 1])));
      const bool begins = graph_.is_listed_entry(modules_[node - 1]) && (module.imported_in >> environment_ & 1) != 0;
      if (crosses || begins) boundaries_.push_back(node);
    }
  }

  template <class Visit>
  void for_each_successor(uint32_t node, const Visit& visit) const {
    for (const Import& import : graph_.imports(module_of(node))) {
      for (const Target& target : graph_.targets(import)) {
        if (target.kind != TargetKind::module || target.environment != environment_) continue;
        if (const uint32_t to = node_of_[size_t(target.module)]) visit(to);
      }
    }
  }

  // What no import leads to is a beginning, too: plugin-rsc's client builds import some packages by their names.
  void link() {
    std::vector<bool> reached(modules_.size() + 1);
    std::vector<uint32_t> beginnings = boundaries_, open;
    const auto reach = [&](uint32_t from) {
      if (!reached[from]) open.push_back(from);
      reached[from] = true;
      while (!open.empty()) {
        const uint32_t node = open.back();
        open.pop_back();
        for_each_successor(node, [&](uint32_t to) {
          if (!reached[to]) open.push_back(to);
          reached[to] = true;
        });
      }
    };
    for (const uint32_t node : boundaries_) reach(node);
    for (uint32_t node = 1; node <= modules_.size(); ++node) {
      if (reached[node]) continue;
      beginnings.push_back(node);
      if (module_of(node).client) boundaries_.push_back(node);
      reach(node);
    }
    std::sort(boundaries_.begin(), boundaries_.end());
    flow_.successors = beginnings;
    flow_.first_successor = {0, uint32_t(beginnings.size())};
    for (uint32_t node = 1; node <= modules_.size(); ++node) {
      for_each_successor(node, [&](uint32_t to) { flow_.successors.push_back(to); });
      flow_.first_successor.push_back(uint32_t(flow_.successors.size()));
    }
  }

  static constexpr size_t kWords = 4;
  using Bits = std::array<uint64_t, kWords>;

  // What each of `sources` reaches.
  std::vector<Amount> find_totals(const std::vector<uint32_t>& postorder, const std::vector<uint32_t>& sources) const {
    std::vector<Amount> totals(sources.size());
    std::vector<Bits> reached(flow_.size());
    for (size_t first = 0; first < sources.size(); first += kWords * 64) {
      const size_t count = std::min(sources.size() - first, kWords * 64);
      std::fill(reached.begin(), reached.end(), Bits{});
      for (size_t i = 0; i < count; ++i) reached[sources[first + i]][i / 64] |= uint64_t{1} << (i % 64);
      hand_on(postorder, reached);
      for (uint32_t node = 1; node < flow_.size(); ++node) {
        const uint64_t bytes = module_of(node).bytes;
        for (size_t word = 0; word < kWords; ++word) {
          for (uint64_t left = reached[node][word]; left != 0; left &= left - 1)
            add(totals[first + word * 64 + size_t(std::countr_zero(left))], {1, bytes});
        }
      }
    }
    return totals;
  }

  // Sources before what they import, so that one round is enough where no import leads back.
  void hand_on(const std::vector<uint32_t>& postorder, std::vector<Bits>& reached) const {
    for (bool changed = true; changed;) {
      changed = false;
      for (size_t i = postorder.size(); i-- > 0;) {
        const Bits& bits = reached[postorder[i]];
        if (bits == Bits{}) continue;
        for (const uint32_t to : flow_.successors_of(postorder[i])) {
          for (size_t word = 0; word < kWords; ++word) {
            const uint64_t before = reached[to][word];
            reached[to][word] |= bits[word];
            changed = changed || reached[to][word] != before;
          }
        }
      }
    }
  }

  const AuditGraph& graph_;
  const unsigned environment_;
  std::vector<ModuleIndex> modules_;
  std::vector<uint32_t> node_of_;  // by module; 0: not here
  std::vector<uint32_t> boundaries_;
  FlowGraph flow_;
};

void sum_up(AuditRun& run, EnvironmentMask client) {
  std::unordered_map<std::string_view, Amount> packages;
  for (const Module& module : run.result.modules) {
    Amount& side = (module.environments & client) != 0 ? run.audited.client : run.audited.server;
    ++side.modules;
    side.bytes += module.bytes;
    if ((module.environments & client) == 0) continue;
    Amount& package = packages[run.result.text(module.package)];
    ++package.modules;
    package.bytes += module.bytes;
  }
  for (const auto& [name, amount] : packages) run.audited.packages.push_back({std::string(name), amount});
  std::sort(run.audited.packages.begin(), run.audited.packages.end(), [](const PackageCost& a, const PackageCost& b) {
    return std::tuple(b.client.bytes, std::string_view(a.name)) < std::tuple(a.client.bytes, std::string_view(b.name));
  });
}

template <class Cost>
void sort_costs(std::vector<Cost>& costs) {
  std::sort(costs.begin(), costs.end(), [](const Cost& a, const Cost& b) {
    return std::tuple(b.exclusive.bytes, a.module, a.environment) <
           std::tuple(a.exclusive.bytes, b.module, b.environment);
  });
}

}  // namespace

void find_costs(AuditRun& run) {
  const EnvironmentMask client = run.graph.browser() != 0 ? run.graph.browser() : run.graph.client();
  run.audited.client_environments = client;
  sum_up(run, client);
  for (unsigned environment = 0; environment < run.result.environments.size(); ++environment)
    if ((client >> environment & 1) != 0) ClientCosts(run.graph, environment).run(run.audited);
  sort_costs(run.audited.boundaries);
  sort_costs(run.audited.barrels);
}

}  // namespace demarc
