// What doctor says, on a disk in memory.
#include <catch2/catch.hpp>

#include <algorithm>

#include "scanner/describe_project.h"
#include "tests/support/memory_file_system.h"

using namespace demarc;

namespace {

bool is_unknown(const ProjectDescription& project, std::string_view what) {
  return std::any_of(project.unknown.begin(), project.unknown.end(),
                     [&](const UnknownFact& fact) { return fact.what.find(what) != std::string::npos; });
}

}  // namespace

TEST_CASE("describe: every decision has its evidence", "[scanner][doctor]") {
  MemoryFileSystem disk;
  disk.add("/app/package.json", R"({"dependencies":{"rwsdk":"1","vite":"7"}})");
  disk.add("/app/node_modules/vite/package.json", R"({"version":"7.3.8"})");
  disk.add("/app/wrangler.jsonc", R"({"main":"src/worker.tsx"})");
  disk.add("/app/vite.config.mts");
  std::vector<Diagnostic> diagnostics;
  ScanOptions options;
  options.root = "/app";
  const ProjectDescription project = describe_project(options, disk, diagnostics);
  CHECK(diagnostics.empty());
  CHECK(project.root == "/app");
  CHECK(project.framework == Framework::rwsdk);
  CHECK(project.framework_evidence == "package.json names rwsdk");
  CHECK(project.vite == ViteVersion::vite7);
  CHECK(project.vite_evidence == "/app/node_modules/vite is 7.3.8");
  CHECK(project.resolver.tsconfig_paths == TsconfigPaths::plugin);
  CHECK(project.tsconfig_paths_evidence == "rwsdk installs the plugin");
  REQUIRE(project.entries.size() == 1);
  CHECK(project.entries[0].path == "src/worker.tsx");
  CHECK(project.entries[0].environment == "worker");
  CHECK(project.entries[0].evidence == "wrangler.jsonc (main)");
  CHECK(project.vite_config == "vite.config.mts");
  CHECK(is_unknown(project, "resolve.alias"));
  CHECK(is_unknown(project, "other inputs"));
  CHECK(is_unknown(project, "resolve.conditions"));
  CHECK_FALSE(is_unknown(project, "Waku"));
  REQUIRE(project.boundaries.size() == 2);
  CHECK(project.boundaries[0].directive == "use client");
}

TEST_CASE("describe: what is given is not unknown", "[scanner][doctor]") {
  MemoryFileSystem disk;
  disk.add("/app/vite.config.js");
  std::vector<Diagnostic> diagnostics;
  ScanOptions options;
  options.root = "/app";
  options.framework = Framework::waku;
  options.vite = ViteVersion::vite8;
  options.tsconfig_paths = TsconfigPaths::off;
  options.entries = {"src/a.ts"};
  options.alias = {{"@", false, "", "/app/src"}};
  options.external = {"x"};
  options.conditions = {{"client", {"browser"}}};
  const ProjectDescription project = describe_project(options, disk, diagnostics);
  CHECK(project.framework_evidence == "given");
  CHECK(project.vite_evidence == "given");
  CHECK(project.tsconfig_paths_evidence == "given");
  CHECK(project.entries[0].evidence == "given");
  for (const char* what : {"resolve.alias", "other inputs", "resolve.conditions", "resolve.external"})
    CHECK_FALSE(is_unknown(project, what));
  CHECK(is_unknown(project, "plugins that resolve"));
  CHECK(is_unknown(project, "Waku"));
}

TEST_CASE("describe: without an entry, a script or a root", "[scanner][doctor]") {
  MemoryFileSystem disk;
  disk.add("/app/package.json", "{}");
  std::vector<Diagnostic> diagnostics;
  ScanOptions options;
  options.root = "/app";
  const ProjectDescription project = describe_project(options, disk, diagnostics);
  REQUIRE(diagnostics.size() == 1);
  CHECK(diagnostics[0].rule == "project/no-entry");
  CHECK(project.root == "/app");
  CHECK(project.framework_evidence == "package.json names no framework that is known");
  CHECK(project.vite_evidence == "no vite is installed");
  CHECK(project.vite_config.empty());
  CHECK(project.unknown.empty());
  options.root = "/none";
  CHECK(describe_project(options, disk, diagnostics).root.empty());
  CHECK(diagnostics.size() == 2);
}
