#include "scanner/audit_graph.h"

#include <algorithm>
#include <string>

#include "scanner/audit.h"

namespace demarc {

AuditGraph::AuditGraph(const ScanResult& result) : result_(result), own_(result.modules.size()) {
  for (size_t i = 0; i < own_.size(); ++i)
    own_[i] = result.text(result.modules[i].id).find("/node_modules/") == std::string_view::npos;
  for (size_t i = 0; i < own_.size(); ++i) {
    if (!own_[i]) continue;
    for (const Import& import : imports(result.modules[i]))
      has_own_globs_ = has_own_globs_ || import.kind == ImportKind::glob || import.kind == ImportKind::dynamic_glob;
  }
  for (const std::string& marker : audit_markers()) {
    const auto found = std::find(result.markers.begin(), result.markers.end(), marker);
    marker_bits_.push_back(found == result.markers.end() ? 0 : 1u << (found - result.markers.begin()));
  }
  find_roles();
  turn_edges_around();
}

bool AuditGraph::is_listed_entry(ModuleIndex index) const {
  return module(index).entry && std::binary_search(result_.entries.begin(), result_.entries.end(), id(index));
}

// Without a framework that is known, the environment in which entries are walked is called server, though the project
// may be an app without server components, whose one entry begins in the browser.
void AuditGraph::find_roles() {
  const auto all = EnvironmentMask((1u << result_.environments.size()) - 1);
  server_ = result_.react_server;
  browser_ = result_.browser;
  if (result_.framework == Framework::none && hydrates()) {
    browser_ = EnvironmentMask(browser_ | server_);
    server_ = 0;
  }
  client_ = EnvironmentMask(all & ~server_);
}

// Whether code that begins in a server environment takes over a page, as only browsers do.
bool AuditGraph::hydrates() const {
  for (const Module& module : result_.modules) {
    if ((module.environments & server_) == 0) continue;
    for (const Import& import : imports(module)) {
      const std::string_view specifier = result_.text(import.specifier);
      if (!import.type_only && (specifier == "react-dom/client" || specifier == "preact")) return true;
    }
  }
  return false;
}

void AuditGraph::turn_edges_around() {
  first_importer_.assign(size() + 1, 0);
  const auto for_each_edge = [this](const auto& visit) {
    for (size_t i = 0; i < size(); ++i) {
      const Module& importer = result_.modules[i];
      for (uint32_t import = importer.first_import; import < importer.first_import + importer.import_count; ++import) {
        for (const Target& target : targets(result_.imports[import]))
          if (target.kind == TargetKind::module) visit(target, Importer{ModuleIndex(i), import, target.environment});
      }
    }
  };
  for_each_edge([&](const Target& target, const Importer&) { ++first_importer_[size_t(target.module) + 1]; });
  for (size_t i = 0; i < size(); ++i) first_importer_[i + 1] += first_importer_[i];
  importers_.resize(first_importer_.back());
  std::vector<uint32_t> next(first_importer_.begin(), first_importer_.end() - 1);
  for_each_edge(
      [&](const Target& target, const Importer& importer) { importers_[next[size_t(target.module)]++] = importer; });
}

}  // namespace demarc
