// PUBLIC: what a scan takes for granted about a project, by which evidence, and what it cannot know.
//
//   std::vector<Diagnostic> diagnostics;
//   const ProjectDescription project = describe_project(options, *file_system, diagnostics);
//   print(to_string(project.framework), project.framework_evidence);
//
// Reads package.json files and the few files that detection looks at; walks nothing and runs nothing.
#pragma once

#include <string>
#include <vector>

#include "resolver/resolver.h"
#include "scanner/scanner.h"

namespace demarc {

// What only the project's own configuration script knows, which is never executed.
struct UnknownFact {
  std::string what;
  std::string assumed;  // what a scan does instead
  std::string remedy;   // configuration key or flag that says it
};

struct DescribedEntry {
  std::string path;  // as given or detected: a file, a specifier or a pattern
  std::string environment;
  std::string evidence;
};

struct ProjectDescription {
  std::string root;  // canonical; empty: there is none, and the diagnostics say why
  Framework framework = Framework::none;
  std::string framework_evidence;
  ViteVersion vite = ViteVersion::vite8;
  std::string vite_evidence;
  std::vector<DescribedEntry> entries;
  std::vector<std::string> prescan;
  std::vector<Boundary> boundaries;  // in order of precedence
  Follow follow;
  ResolverOptions resolver;  // environments, aliases, dedupe, external, mode, preserve_symlinks, tsconfig_paths
  std::string tsconfig_paths_evidence;
  std::string vite_config;  // the script's name, relative to the root; empty: there is none
  std::vector<UnknownFact> unknown;
};

// Says as much as can be said; `diagnostics` (at level error) has what keeps the project from being scanned.
ProjectDescription describe_project(const ScanOptions& options, FileSystem& file_system,
                                    std::vector<Diagnostic>& diagnostics);

}  // namespace demarc
