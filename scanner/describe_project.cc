#include "scanner/describe_project.h"

#include <utility>

#include "scanner/diagnostic.h"
#include "scanner/project.h"

namespace demarc {
namespace {

constexpr const char* kViteConfigs[] = {"vite.config.js",  "vite.config.mjs", "vite.config.ts",
                                        "vite.config.cjs", "vite.config.mts", "vite.config.cts"};

// In the order in which Vite looks for its configuration.
std::string find_vite_config(FileSystem& file_system, const std::string& root) {
  for (const char* name : kViteConfigs) {
    FileStatus status;
    if (file_system.status(root + "/" + name, status) == 0 && status.type == EntryType::file) return name;
  }
  return {};
}

bool has_conditions(const ScanOptions& options) {
  return !options.environments.empty() || !options.conditions.empty();
}

// What docs/presets.md says that only the app's configuration knows, less what the options say already.
std::vector<UnknownFact> unknown_facts(const ScanOptions& options, const Project& project) {
  std::vector<UnknownFact> facts;
  if (project.entries_detected) {
    facts.push_back(
        {"other inputs of the build", "the entries above are all", "\"entries\", --entry [ENVIRONMENT=]FILE"});
  }
  if (options.alias.empty()) {
    facts.push_back({"resolve.alias", "none but the framework's", "\"alias\", --alias FIND=TARGET"});
  }
  if (!has_conditions(options)) {
    facts.push_back(
        {"resolve.conditions", "those of the framework's environments", "\"environments\", --conditions NAME=C,..."});
  }
  if (options.external.empty()) {
    facts.push_back({"resolve.external, and plugins that keep packages external", "none but the framework's",
                     "\"external\", --external PATTERN"});
  }
  facts.push_back({"plugins that resolve specifiers or generate modules", "there are none: such imports are unresolved",
                   "\"alias\" or \"external\" for what they resolve"});
  if (project.framework == Framework::waku) {
    facts.push_back({"Waku's srcDir and adapter", "src, and the default adapter", "\"entries\", --entry"});
  }
  if (project.framework == Framework::plugin_rsc) {
    facts.push_back({"whether unstable_allowServer keeps imports of client modules in the server's graph",
                     "it does not", "\"boundaries\""});
  }
  return facts;
}

std::vector<Boundary> named_boundaries(const Project& project) {
  std::vector<Boundary> boundaries;
  for (const EnvironmentBoundary& boundary : project.boundaries) {
    Boundary& named = boundaries.emplace_back();
    named.directive = boundary.directive;
    for (size_t i = 0; i < project.resolver.environments.size(); ++i) {
      if (boundary.environments >> i & 1) named.environments.push_back(project.resolver.environments[i].name);
    }
  }
  return boundaries;
}

}  // namespace

ProjectDescription describe_project(const ScanOptions& options, FileSystem& file_system,
                                    std::vector<Diagnostic>& diagnostics) {
  Project project;
  detect_project(options, file_system, project, diagnostics);
  sort_diagnostics(diagnostics);
  ProjectDescription description;
  // Without an environment detection ended before it began.
  if (project.resolver.environments.empty()) return description;
  description.root = project.root;
  description.framework = project.framework;
  description.framework_evidence = project.evidence.framework;
  description.vite = project.resolver.vite;
  description.vite_evidence = project.evidence.vite;
  description.tsconfig_paths_evidence = project.evidence.tsconfig_paths;
  for (const ProjectEntry& entry : project.entries) {
    description.entries.push_back({entry.path, project.resolver.environments[entry.environment].name, entry.found_by});
  }
  description.prescan = project.prescan;
  description.boundaries = named_boundaries(project);
  description.follow = project.follow;
  description.vite_config = find_vite_config(file_system, project.root);
  if (!description.vite_config.empty()) description.unknown = unknown_facts(options, project);
  description.resolver = std::move(project.resolver);
  return description;
}

}  // namespace demarc
