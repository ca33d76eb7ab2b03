// A result's graph as rules ask about it: who imports what, which environments mean server and which browser, and what
// is the project's own code.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "scanner/scanner.h"

namespace demarc {

// One import that leads to a module, as the importer is walked in one environment.
struct Importer {
  ModuleIndex module = kNoModule;
  uint32_t import = 0;  // ScanResult::imports
  uint8_t environment = 0;
};

class AuditGraph {
 public:
  explicit AuditGraph(const ScanResult& result);

  const ScanResult& result() const { return result_; }
  size_t size() const { return result_.modules.size(); }
  const Module& module(ModuleIndex index) const { return result_.modules[size_t(index)]; }
  std::string_view id(ModuleIndex index) const { return result_.text(module(index).id); }
  std::span<const Import> imports(const Module& module) const {
    return std::span(result_.imports).subspan(module.first_import, module.import_count);
  }
  std::span<const Target> targets(const Import& import) const {
    return std::span(result_.targets).subspan(import.first_target, import.target_count);
  }
  std::span<const DirectiveUse> directives(const Module& module) const {
    return std::span(result_.directives).subspan(module.first_directive, module.directive_count);
  }

  // Environments of server components; none where the project has no such thing (see the constructor).
  EnvironmentMask server() const { return server_; }
  // All others: the browser, and the server rendering of client components.
  EnvironmentMask client() const { return client_; }
  EnvironmentMask browser() const { return browser_; }

  // Not installed: of the root or of a package that is linked from elsewhere.
  bool is_own(ModuleIndex index) const { return own_[size_t(index)]; }
  // Whether the project's own code has import.meta.glob or the like. It is not followed everywhere, but what the
  // project does with it may be why a module is there.
  bool has_own_globs() const { return has_own_globs_; }
  bool is_listed_entry(ModuleIndex index) const;
  bool is_marked(ModuleIndex index, size_t marker) const { return (marker_bits_[marker] & module(index).markers) != 0; }

  // The environments in which an import from environment `from` has the module walked.
  static EnvironmentMask arrivals(const Module& module, unsigned from) {
    return module.client || module.server ? module.environments : EnvironmentMask(module.environments & (1u << from));
  }

  // In path order of the importers, then by import and environment. Edges that are not followed are none.
  std::span<const Importer> importers(ModuleIndex index) const {
    return std::span(importers_)
        .subspan(first_importer_[size_t(index)], first_importer_[size_t(index) + 1] - first_importer_[size_t(index)]);
  }

 private:
  void find_roles();
  void turn_edges_around();
  bool hydrates() const;

  const ScanResult& result_;
  EnvironmentMask server_ = 0, client_ = 0, browser_ = 0;
  std::vector<uint32_t> marker_bits_;  // by index into audit_markers()
  std::vector<bool> own_;
  bool has_own_globs_ = false;
  std::vector<uint32_t> first_importer_;
  std::vector<Importer> importers_;
};

}  // namespace demarc
