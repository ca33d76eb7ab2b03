// Rules about where packages lie.
#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "scanner/audit_run.h"

namespace demarc {
namespace {

// Packages that compare identities: React itself, and those whose providers and consumers must be of one copy.
constexpr std::string_view kSingletons[] = {"@apollo/client",
                                            "@emotion/react",
                                            "@react-three/fiber",
                                            "@tanstack/react-query",
                                            "@tanstack/react-router",
                                            "jotai",
                                            "next-themes",
                                            "preact",
                                            "react",
                                            "react-dom",
                                            "react-hook-form",
                                            "react-intl",
                                            "react-redux",
                                            "react-router",
                                            "react-router-dom",
                                            "styled-components",
                                            "swr",
                                            "urql",
                                            "yjs",
                                            "zustand"};

// The folder of the package that a module belongs to: "/node_modules/react".
std::string_view package_folder(std::string_view id, std::string_view package) {
  const size_t at = id.rfind("/node_modules/" + std::string(package) + "/");
  return at == std::string_view::npos ? std::string_view() : id.substr(0, at + 14 + package.size());
}

}  // namespace

void find_duplicates(AuditRun& run) {
  if (!run.wants("path/duplicate-instance")) return;
  // (package, environment): each folder with its first module.
  std::map<std::pair<std::string_view, unsigned>, std::map<std::string_view, ModuleIndex>> folders;
  for (size_t i = 0; i < run.graph.size(); ++i) {
    const Module& module = run.result.modules[i];
    const std::string_view package = run.result.text(module.package);
    if (package.empty() || std::find(std::begin(kSingletons), std::end(kSingletons), package) == std::end(kSingletons))
      continue;
    const std::string_view folder = package_folder(run.graph.id(ModuleIndex(i)), package);
    if (folder.empty()) continue;
    for (unsigned left = module.environments; left != 0; left &= left - 1)
      folders[{package, unsigned(std::countr_zero(left))}].emplace(folder, ModuleIndex(i));
  }
  std::set<std::string_view> reported;
  for (const auto& [key, copies] : folders) {
    const auto& [package, environment] = key;
    if (copies.size() < 2 || !reported.insert(package).second) continue;
    std::string list;
    for (const auto& [folder, module] : copies) list += (list.empty() ? "" : ", ") + std::string(folder.substr(1));
    const ModuleIndex second = std::next(copies.begin())->second;
    AuditRun::Report report{.rule = "path/duplicate-instance",
                            .module = second,
                            .message = std::to_string(copies.size()) + " copies of " + std::string(package) + " in " +
                                       run.result.environments[environment] + ": " + list,
                            .help = "deduplicate the lock file, or name it in Vite's resolve.dedupe",
                            .subject = std::string(package),
                            .environment = uint8_t(environment),
                            .most_in_packages = Level::warn};
    report.chain = run.chains().to(second, report.environment);
    run.report(std::move(report));
  }
}

}  // namespace demarc
