// What a project is before anything is walked: its framework, entries, environments and boundaries. Everything that a
// ScanOptions leaves open is found here from files alone; no configuration script is ever run.
#pragma once

#include <string>
#include <vector>

#include "resolver/resolver.h"
#include "scanner/presets.h"
#include "scanner/scanner.h"

namespace demarc {

struct EnvironmentBoundary {
  std::string directive;
  EnvironmentMask environments = 0;
};

struct ProjectEntry {
  // As given or detected: a file, absolute or relative to the root; a specifier that the root can import; a pattern of
  // files; or, with a leading !, a pattern of files that the environment's other patterns leave out.
  std::string path;
  unsigned environment = 0;
  std::string found_by = {};     // for people: "wrangler.jsonc (main)"
  std::string imported_by = {};  // id of the page's inline script that imports `path`, a specifier like any other
};

// Why detection decided as it did, for people.
struct Evidence {
  std::string framework;
  std::string vite;
  std::string tsconfig_paths;
};

// A ScanOptions with nothing left open.
struct Project {
  std::string root;  // canonical
  Framework framework = Framework::none;
  std::vector<ProjectEntry> entries;
  bool entries_detected = false;
  std::vector<std::string> tried_entries;  // where detection looked, for the message that it found nothing
  std::vector<std::string> prescan;
  std::vector<EnvironmentBoundary> boundaries;  // in order of precedence
  BoundaryReach reach = BoundaryReach::crossing;
  ReferenceBy reference_by = ReferenceBy::file;
  unsigned prescan_environment = 0;  // where the prescan's files are walked
  Follow follow;
  bool raw_mdx_directives = false;
  ResolverOptions resolver;
  Evidence evidence;
};

// What to say when nothing was found to begin at.
Diagnostic no_entry(const Project& project);

enum class Detect : uint8_t {
  everything,
  resolution  // all but the entries: single specifiers resolve without them
};

// Fills `project`, or explains in `diagnostics` why it cannot: false then. What it could do without is reported there
// as well.
bool detect_project(const ScanOptions& options, FileSystem& file_system, Project& project,
                    std::vector<Diagnostic>& diagnostics, Detect what = Detect::everything);

}  // namespace demarc
