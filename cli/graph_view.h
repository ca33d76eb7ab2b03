// A graph to be drawn: the modules of a result, or something coarser.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "cli/args.h"
#include "scanner/scanner.h"

namespace demarc {

struct GraphNode {
  enum class Kind : uint8_t {
    module,
    package,
    project  // the project's own code, as one package
  };
  Kind kind = Kind::module;
  std::string_view name;  // id of the module, or name of the package
  uint64_t modules = 1;   // that it stands for, and their bytes
  uint64_t bytes = 0;
  EnvironmentMask environments = 0;
  bool entry = false;   // or any of its modules
  bool client = false;  // says "use client"; of a package: a module of it that code outside of it imports does
  bool server = false;
};

struct GraphEdge {
  uint32_t from = 0;
  uint32_t to = 0;
  uint64_t imports = 1;   // that it stands for
  bool boundary = false;  // any of them leads to another environment
  bool dynamic = true;    // all of them are import()
};

struct GraphView {
  std::vector<GraphNode> nodes;  // modules in path order, then packages by name
  std::vector<GraphEdge> edges;  // by from and to, each pair once
};

// The names are those of `result`.
//
// module:   modules and their imports.
// package:  packages, and the project's own code as one.
// boundary: the project's entries and its boundaries (modules whose directive moves them to another environment than an
//           importer's), packages that client environments hold, and which of those leads to which without another of
//           them in between.
//
// `environment` is an index into ScanResult::environments, and only what is seen there is in the view; -1: all.
GraphView view_graph(const ScanResult& result, GraphLevel level, int environment);

}  // namespace demarc
