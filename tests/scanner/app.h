// A project in memory, and what a scan of it found, for tests.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/scanner.h"
#include "tests/support/memory_file_system.h"

namespace demarc {

using Ids = std::vector<std::string>;

// Lies in /app.
struct App {
  MemoryFileSystem disk;
  ScanOptions options;

  explicit App(std::string_view manifest = "{}") {
    options.root = "/app";
    options.threads = 2;
    disk.add("/app/package.json", manifest);
  }
  App& file(std::string_view path, std::string_view content = {}) {
    disk.add("/app/" + std::string(path), content);
    return *this;
  }
  ScanResult scan() { return demarc::scan(options, disk); }
  ScanResult graph() {
    options.keep = Keep::graph;
    return scan();
  }
};

// The modules that the predicate takes. Modules without a directive are only known of a graph.
template <class Predicate>
Ids ids_of(const ScanResult& result, Predicate predicate) {
  Ids ids;
  for (const Module& module : result.modules) {
    if (predicate(module)) ids.emplace_back(result.text(module.id));
  }
  return ids;
}

inline Ids modules(const ScanResult& result) {
  return ids_of(result, [](const Module&) { return true; });
}
inline Ids clients(const ScanResult& result) {
  return ids_of(result, [](const Module& module) { return module.client; });
}
inline Ids servers(const ScanResult& result) {
  return ids_of(result, [](const Module& module) { return module.server; });
}
// The modules of one environment.
inline Ids in(const ScanResult& result, std::string_view environment) {
  const auto name = std::find(result.environments.begin(), result.environments.end(), environment);
  const auto bit = unsigned(name - result.environments.begin());
  return ids_of(result, [&](const Module& module) { return (module.environments >> bit & 1) != 0; });
}

inline std::string rules(const ScanResult& result) {
  std::string text;
  for (const Diagnostic& d : result.diagnostics) text += (text.empty() ? "" : " ") + d.rule;
  return text;
}

}  // namespace demarc
