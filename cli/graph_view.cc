#include "cli/graph_view.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace demarc {
namespace {

constexpr uint32_t kNoNode = 0xffffffff;

EnvironmentMask bit_of(unsigned environment) {
  return EnvironmentMask(1u << environment);
}

bool is_dynamic(ImportKind kind) {
  return kind == ImportKind::dynamic || kind == ImportKind::dynamic_glob;
}

class Viewer {
 public:
  Viewer(const ScanResult& result, int environment)
      : result_(result),
        wanted_(environment < 0 ? EnvironmentMask(0xffff) : bit_of(unsigned(environment))),
        node_of_(result.modules.size(), kNoNode) {}

  GraphView view(GraphLevel level) {
    switch (level) {
      case GraphLevel::boundary:
        view_boundaries();
        break;
      case GraphLevel::package:
        view_packages();
        break;
      case GraphLevel::module:
        view_modules();
        break;
    }
    fold_edges();
    return std::move(view_);
  }

 private:
  const Module& target_of(const Target& target) const { return result_.modules[size_t(target.module)]; }
  bool is_own(const Module& module) const { return module.package.length == 0; }
  bool is_seen(const Module& module) const { return ((module.environments | module.imported_in) & wanted_) != 0; }
  static bool crosses(const Target& target, const Module& module) {
    return (module.environments & bit_of(target.environment)) == 0;
  }

  // Imports of a module that lead to modules, in the environments of `mask`.
  template <class Visit>
  void for_each_edge(const Module& module, EnvironmentMask mask, const Visit& visit) const {
    for (uint32_t i = 0; i < module.import_count; ++i) {
      const Import& import = result_.imports[module.first_import + i];
      for (uint32_t t = 0; t < import.target_count; ++t) {
        const Target& target = result_.targets[import.first_target + t];
        if (target.kind == TargetKind::module && (mask & bit_of(target.environment)) != 0) visit(import, target);
      }
    }
  }

  void add_edge(uint32_t from, uint32_t to, const Import& import, bool boundary) {
    view_.edges.push_back({from, to, 1, boundary, is_dynamic(import.kind)});
  }

  // Edges of one pair become one.
  void fold_edges() {
    std::vector<GraphEdge>& edges = view_.edges;
    std::sort(edges.begin(), edges.end(),
              [](const GraphEdge& a, const GraphEdge& b) { return std::tie(a.from, a.to) < std::tie(b.from, b.to); });
    size_t kept = 0;
    for (size_t i = 0; i < edges.size(); ++i) {
      if (kept > 0 && edges[kept - 1].from == edges[i].from && edges[kept - 1].to == edges[i].to) {
        edges[kept - 1].imports += edges[i].imports;
        edges[kept - 1].boundary = edges[kept - 1].boundary || edges[i].boundary;
        edges[kept - 1].dynamic = edges[kept - 1].dynamic && edges[i].dynamic;
      } else {
        edges[kept++] = edges[i];
      }
    }
    edges.resize(kept);
  }

  uint32_t add_module(const Module& module) {
    view_.nodes.push_back({GraphNode::Kind::module, result_.text(module.id), 1, module.bytes, module.environments,
                           module.entry, module.client, module.server});
    return uint32_t(view_.nodes.size() - 1);
  }

  void view_modules() {
    for (size_t i = 0; i < result_.modules.size(); ++i)
      if (is_seen(result_.modules[i])) node_of_[i] = add_module(result_.modules[i]);
    for (size_t i = 0; i < result_.modules.size(); ++i) {
      for_each_edge(result_.modules[i], wanted_, [&](const Import& import, const Target& target) {
        const uint32_t to = node_of_[size_t(target.module)];
        if (node_of_[i] != kNoNode && to != kNoNode)
          add_edge(node_of_[i], to, import, crosses(target, target_of(target)));
      });
    }
  }

  // One node for all modules of a package that `belongs` takes, in the order of the names. The project's own code has
  // the empty name and is the first.
  template <class Belongs>
  void add_packages(const Belongs& belongs) {
    std::map<std::string_view, std::vector<size_t>> modules_of;
    for (size_t i = 0; i < result_.modules.size(); ++i)
      if (belongs(result_.modules[i])) modules_of[result_.text(result_.modules[i].package)].push_back(i);
    for (const auto& [name, modules] : modules_of) {
      GraphNode node = {name.empty() ? GraphNode::Kind::project : GraphNode::Kind::package, name.empty() ? "." : name};
      node.modules = modules.size();
      for (const size_t index : modules) {
        const Module& module = result_.modules[index];
        node.bytes += module.bytes;
        node.environments = EnvironmentMask(node.environments | module.environments);
        node.entry = node.entry || module.entry;
        node_of_[index] = uint32_t(view_.nodes.size());
      }
      view_.nodes.push_back(node);
    }
  }

  // A package is a boundary where something outside of it is moved by a directive within it.
  void note_boundary(GraphNode& node, const Module& module) {
    node.client = node.client || module.client;
    node.server = node.server || module.server;
  }

  void view_packages() {
    add_packages([this](const Module& module) { return is_seen(module); });
    for (size_t i = 0; i < result_.modules.size(); ++i) {
      for_each_edge(result_.modules[i], wanted_, [&](const Import& import, const Target& target) {
        const uint32_t to = node_of_[size_t(target.module)];
        if (node_of_[i] == to || node_of_[i] == kNoNode || to == kNoNode) return;
        const bool boundary = crosses(target, target_of(target));
        if (boundary) note_boundary(view_.nodes[to], target_of(target));
        add_edge(node_of_[i], to, import, boundary);
      });
    }
  }

  void view_boundaries() {
    EnvironmentMask client_environments = 0;
    std::vector<bool> crossed(result_.modules.size());
    for (const Module& module : result_.modules) {
      if (module.client) client_environments = EnvironmentMask(client_environments | module.environments);
      // Whatever the environment that is looked at: a module is a boundary wherever it is seen from.
      for_each_edge(module, 0xffff, [&](const Import&, const Target& target) {
        if (crosses(target, target_of(target))) crossed[size_t(target.module)] = true;
      });
    }
    if (client_environments == 0) client_environments = 0xffff;  // nothing says where the client is

    std::vector<std::vector<size_t>> sources;  // modules that a node stands for
    for (size_t i = 0; i < result_.modules.size(); ++i) {
      const Module& module = result_.modules[i];
      if (!is_own(module) || !is_seen(module) || !(module.entry || crossed[i])) continue;
      node_of_[i] = add_module(module);
      sources.push_back({i});
    }
    add_packages([&](const Module& module) {
      return !is_own(module) && is_seen(module) && (module.environments & client_environments) != 0;
    });
    sources.resize(view_.nodes.size());
    for (size_t i = 0; i < result_.modules.size(); ++i)
      if (!is_own(result_.modules[i]) && node_of_[i] != kNoNode) sources[node_of_[i]].push_back(i);

    reached_.assign(result_.modules.size(), 0);
    for (uint32_t node = 0; node < sources.size(); ++node) walk_region(node, sources[node], client_environments);
  }

  // From a node through modules that have none, each in the environment that it is reached in.
  void walk_region(uint32_t node, const std::vector<size_t>& sources, EnvironmentMask client_environments) {
    std::vector<std::pair<size_t, EnvironmentMask>> open;
    std::vector<size_t> touched;
    const auto reach = [&](size_t module, EnvironmentMask environments) {
      environments = EnvironmentMask(environments & wanted_ & ~reached_[module]);
      if (environments == 0) return;
      if (reached_[module] == 0) touched.push_back(module);
      reached_[module] = EnvironmentMask(reached_[module] | environments);
      open.emplace_back(module, environments);
    };
    for (const size_t module : sources) reach(module, result_.modules[module].environments);
    while (!open.empty()) {
      const auto [index, environments] = open.back();
      open.pop_back();
      for_each_edge(result_.modules[index], environments, [&](const Import& import, const Target& target) {
        const Module& module = target_of(target);
        const uint32_t to = node_of_[size_t(target.module)];
        if (to == node) return;
        if (to == kNoNode) {
          if (is_own(module)) reach(size_t(target.module), bit_of(target.environment));
          return;
        }
        const bool boundary = crosses(target, module);
        // What only the server imports of a package is no cost of the client's.
        const bool is_package = view_.nodes[to].kind != GraphNode::Kind::module;
        if (is_package && !boundary && (client_environments & bit_of(target.environment)) == 0) return;
        if (boundary) note_boundary(view_.nodes[to], module);
        add_edge(node, to, import, boundary);
      });
    }
    for (const size_t module : touched) reached_[module] = 0;
  }

  const ScanResult& result_;
  const EnvironmentMask wanted_;
  std::vector<uint32_t> node_of_;  // by module
  std::vector<EnvironmentMask> reached_;
  GraphView view_;
};

}  // namespace

GraphView view_graph(const ScanResult& result, GraphLevel level, int environment) {
  return Viewer(result, environment).view(level);
}

}  // namespace demarc
