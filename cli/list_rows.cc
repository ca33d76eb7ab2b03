#include "cli/list_rows.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace demarc {
namespace {

class Lister {
 public:
  explicit Lister(const ScanResult& result) : result_(result) {}

  std::vector<ListRow> rows(ListKind kind) {
    switch (kind) {
      case ListKind::client:
        list_modules(&Module::client, "use client");
        break;
      case ListKind::server:
        list_modules(&Module::server, "use server");
        break;
      case ListKind::actions:
        list_actions();
        break;
      case ListKind::boundaries:
        list_boundaries();
        break;
      case ListKind::packages:
        list_packages();
        break;
      case ListKind::external:
        list_external();
        break;
      case ListKind::unresolved:
        list_unresolved();
        break;
    }
    return std::move(rows_);
  }

 private:
  std::string id(const Module& module) const { return std::string(result_.text(module.id)); }

  std::vector<std::string> environments(EnvironmentMask mask) const {
    std::vector<std::string> names;
    for (size_t i = 0; i < result_.environments.size(); ++i)
      if (mask >> i & 1) names.push_back(result_.environments[i]);
    std::sort(names.begin(), names.end());
    return names;
  }

  template <class Visit>
  void for_each_directive(const Module& module, const Visit& visit) const {
    for (uint32_t i = 0; i < module.directive_count; ++i) visit(result_.directives[module.first_directive + i]);
  }

  // Visits (importer, import, target) in path order and source order.
  template <class Visit>
  void for_each_target(const Visit& visit) const {
    for (const Module& module : result_.modules) {
      for (uint32_t i = 0; i < module.import_count; ++i) {
        const Import& import = result_.imports[module.first_import + i];
        for (uint32_t t = 0; t < import.target_count; ++t)
          visit(module, import, result_.targets[import.first_target + t]);
      }
    }
  }

  void list_modules(bool Module::*flag, std::string_view value) {
    for (const Module& module : result_.modules) {
      if (!(module.*flag)) continue;
      bool seen = false;
      for_each_directive(module, [&](const DirectiveUse& use) {
        if (seen || use.level != DirectiveLevel::module || result_.text(use.value) != value) return;
        seen = true;
        rows_.push_back({{"id", id(module), true},
                         {"line", use.line},
                         {"column", use.column},
                         {"package", std::string(result_.text(module.package))},
                         {"environments", environments(module.environments)}});
      });
    }
  }

  // Every export of a "use server" module is an action, and so is every function that says it.
  void list_actions() {
    for (const Module& module : result_.modules) {
      for_each_directive(module, [&](const DirectiveUse& use) {
        if (result_.text(use.value) != "use server") return;
        const bool at_module = use.level == DirectiveLevel::module;
        std::vector<std::string> names;
        for (uint32_t i = 0; at_module && i < module.export_count; ++i)
          names.emplace_back(result_.text(result_.exports[module.first_export + i]));
        rows_.push_back({{"id", id(module), true},
                         {"line", use.line},
                         {"column", use.column},
                         {"level", std::string(at_module ? "module" : "function")},
                         {"exports", std::move(names)}});
      });
    }
  }

  // Imports that lead out of their environment, because what they import says so.
  void list_boundaries() {
    for_each_target([&](const Module& importer, const Import& import, const Target& target) {
      if (target.kind != TargetKind::module) return;
      const Module& module = result_.modules[size_t(target.module)];
      if (!(module.client || module.server) || (module.environments >> target.environment & 1) != 0) return;
      rows_.push_back({{"id", id(importer), true},
                       {"line", import.line},
                       {"column", import.column},
                       {"specifier", std::string(result_.text(import.specifier))},
                       {"directive", std::string(module.client ? "use client" : "use server")},
                       {"target", id(module), true},
                       {"from", result_.environments[target.environment]},
                       {"to", environments(module.environments)}});
    });
  }

  void list_packages() {
    struct Package {
      uint64_t modules = 0, bytes = 0, client = 0, server = 0;
      EnvironmentMask environments = 0;
    };
    std::map<std::string_view, Package> packages;
    for (const Module& module : result_.modules) {
      if (module.package.length == 0) continue;
      Package& package = packages[result_.text(module.package)];
      ++package.modules;
      package.bytes += module.bytes;
      package.client += module.client;
      package.server += module.server;
      package.environments = EnvironmentMask(package.environments | module.environments);
    }
    for (const auto& [name, package] : packages) {
      rows_.push_back({{"name", std::string(name)},
                       {"modules", package.modules},
                       {"bytes", package.bytes},
                       {"clientModules", package.client},
                       {"serverModules", package.server},
                       {"environments", environments(package.environments)}});
    }
  }

  void list_external() {
    struct External {
      uint64_t imports = 0;
      EnvironmentMask environments = 0;
    };
    std::map<std::string_view, External> externals;
    for_each_target([&](const Module&, const Import&, const Target& target) {
      if (target.kind != TargetKind::external) return;
      External& external = externals[result_.text(target.id)];
      ++external.imports;
      external.environments = EnvironmentMask(external.environments | 1u << target.environment);
    });
    for (const auto& [name, external] : externals)
      rows_.push_back({{"name", std::string(name)},
                       {"imports", external.imports},
                       {"environments", environments(external.environments)}});
  }

  // One row an import; the environments in which it leads nowhere are together.
  void list_unresolved() {
    for (const Module& module : result_.modules) {
      for (uint32_t i = 0; i < module.import_count; ++i) {
        const Import& import = result_.imports[module.first_import + i];
        EnvironmentMask missing = 0;
        for (uint32_t t = 0; t < import.target_count; ++t) {
          const Target& target = result_.targets[import.first_target + t];
          if (target.kind == TargetKind::unresolved) missing = EnvironmentMask(missing | 1u << target.environment);
        }
        if (missing == 0) continue;
        rows_.push_back({{"id", id(module), true},
                         {"line", import.line},
                         {"column", import.column},
                         {"specifier", std::string(result_.text(import.specifier))},
                         {"kind", std::string(to_string(import.kind))},
                         {"environments", environments(missing)}});
      }
    }
  }

  const ScanResult& result_;
  std::vector<ListRow> rows_;
};

}  // namespace

std::vector<ListRow> list_rows(ListKind kind, const ScanResult& result) {
  return Lister(result).rows(kind);
}

}  // namespace demarc
