// Two results of `demarc scan --format json`, read back and compared.
//
//   Snapshot before, after;
//   std::string complaint = read_snapshot("main.json", before);
//   const ResultDiff diff = compare(before, after);
//
// A file is read as a whole and given up again; what stays is names and numbers. Places within files are not compared:
// code that moves down a line is no other map.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace demarc {

struct DirectiveKey {
  std::string file;
  std::string value;
  std::string level;
  auto operator<=>(const DirectiveKey&) const = default;
};

struct SnapshotModule {
  std::string id;
  std::string package;  // empty: the project's own code
  uint64_t bytes = 0;
  uint16_t environments = 0;  // Snapshot::environments
};

using BoundaryEdge = std::pair<std::string, std::string>;  // importer, and what says the directive

// All lists are sorted.
struct Snapshot {
  std::string framework;
  bool complete = false;
  bool has_server_functions = false;
  bool has_modules = false;  // --emit graph
  std::vector<std::string> entries, client, server;
  std::map<DirectiveKey, uint64_t> directives;  // with their number
  std::vector<std::string> environments;        // in no order
  std::vector<SnapshotModule> modules;
  std::vector<BoundaryEdge> boundaries;
};

// A complaint, or empty.
std::string read_snapshot(const std::string& path, Snapshot& snapshot);
// The same for a text, to which room is added.
std::string parse_snapshot(std::string& text, Snapshot& snapshot);

template <class Item>
struct ListDiff {
  std::vector<Item> added, removed;
  bool empty() const { return added.empty() && removed.empty(); }
};

struct MovedModule {
  std::string id;
  std::vector<std::string> before, after;  // environments
};

// Modules and bytes are known of graphs only.
struct PackageCounts {
  uint64_t modules = 0, bytes = 0, client = 0, server = 0;
  bool operator==(const PackageCounts&) const = default;
};
struct PackageDiff {
  std::string name;  // empty: the project's own code
  PackageCounts before, after;
};

struct ResultDiff {
  bool with_modules = false;  // both have a graph
  std::pair<std::string, std::string> framework;
  std::pair<bool, bool> complete, has_server_functions;
  ListDiff<std::string> entries, client, server;
  ListDiff<std::pair<DirectiveKey, uint64_t>> directives;  // how many more, or fewer
  ListDiff<std::string> modules;
  std::vector<MovedModule> moved;  // between environments
  ListDiff<BoundaryEdge> boundaries;
  std::vector<PackageDiff> packages;  // whose counts differ, bytes alone excepted; by name

  size_t count() const;
};
ResultDiff compare(const Snapshot& before, const Snapshot& after);

}  // namespace demarc
