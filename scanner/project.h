// What a project is before anything is walked: its framework, entries, environments and boundaries. Everything that a
// ScanOptions leaves open is found here from files alone; no configuration script is ever run.
#pragma once

#include <string>
#include <vector>

#include "resolver/resolver.h"
#include "scanner/scanner.h"

namespace demarc {

struct EnvironmentBoundary {
  std::string directive;
  EnvironmentMask environments = 0;
};

struct ProjectEntry {
  std::string path;  // absolute or relative to the root, as given or detected
  unsigned environment = 0;
};

// A ScanOptions with nothing left open.
struct Project {
  std::string root;  // canonical
  Framework framework = Framework::none;
  std::vector<ProjectEntry> entries;
  bool entries_detected = false;
  std::vector<std::string> prescan;
  std::vector<EnvironmentBoundary> boundaries;  // in order of precedence
  unsigned prescan_environment = 0;             // where the prescan's files are walked
  Follow follow;
  ResolverOptions resolver;
};

// Fills `project`, or explains in `diagnostics` (all at level error) why it cannot: false then.
bool detect_project(const ScanOptions& options, FileSystem& file_system, Project& project,
                    std::vector<Diagnostic>& diagnostics);

}  // namespace demarc
