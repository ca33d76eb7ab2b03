// Server functions: the inventory, and the rules about them.
#include <algorithm>

#include "scanner/audit_run.h"

namespace demarc {
namespace {

std::vector<ModuleIndex> importers_of(const AuditGraph& graph, ModuleIndex module) {
  std::vector<ModuleIndex> importers;
  for (const Importer& importer : graph.importers(module)) importers.push_back(importer.module);
  importers.erase(std::unique(importers.begin(), importers.end()), importers.end());
  return importers;
}

bool is_client_reachable(const AuditGraph& graph, ModuleIndex module) {
  const auto importers = graph.importers(module);
  return std::any_of(importers.begin(), importers.end(),
                     [&](const Importer& importer) { return (graph.client() >> importer.environment & 1) != 0; });
}

}  // namespace

void list_server_functions(AuditRun& run) {
  for (size_t i = 0; i < run.graph.size(); ++i) {
    const Module& module = run.result.modules[i];
    for (const DirectiveUse& use : run.graph.directives(module)) {
      if (run.result.text(use.value) != "use server") continue;
      ServerFunction function{.module = ModuleIndex(i), .level = use.level, .line = use.line, .column = use.column};
      function.client_reachable = is_client_reachable(run.graph, ModuleIndex(i));
      function.importers = importers_of(run.graph, ModuleIndex(i));
      if (use.level == DirectiveLevel::function) {
        run.audited.server_functions.push_back(std::move(function));
        continue;
      }
      for (uint32_t e = 0; e < module.export_count; ++e) {
        function.name = run.result.text(run.result.exports[module.first_export + e]);
        run.audited.server_functions.push_back(function);
      }
    }
  }
}

}  // namespace demarc
