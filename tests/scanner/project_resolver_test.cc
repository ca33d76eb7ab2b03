// The resolver of a project, on a disk in memory.
#include <catch2/catch.hpp>

#include "scanner/inspect.h"
#include "tests/support/memory_file_system.h"

using namespace demarc;

namespace {

ScanOptions rooted(std::string root) {
  ScanOptions options;
  options.root = std::move(root);
  return options;
}

}  // namespace

TEST_CASE("project resolver: resolves as a scan of the project would, without entries", "[scanner][inspect]") {
  MemoryFileSystem disk;
  disk.add("/app/package.json", "{}");
  disk.add("/app/src/a.ts");
  disk.add("/app/node_modules/p/package.json", R"({"exports":{"react-server":"./s.js","default":"./c.js"}})");
  disk.add("/app/node_modules/p/s.js");
  disk.add("/app/node_modules/p/c.js");
  std::vector<Diagnostic> diagnostics;
  const auto resolver = open_resolver(rooted("/app"), disk, diagnostics);
  REQUIRE(resolver);
  CHECK(diagnostics.empty());
  CHECK(resolver->root() == "/app");
  REQUIRE(resolver->find_environment("client"));
  CHECK_FALSE(resolver->find_environment("browser"));
  const EnvironmentId client = *resolver->find_environment("client");

  ResolveAnswer answer = resolver->resolve({.specifier = "p", .importer = "src/a.ts"});
  CHECK(answer.kind == ResolutionKind::file);
  CHECK(answer.path == "/app/node_modules/p/s.js");
  CHECK_FALSE(answer.rules.empty());
  answer = resolver->resolve({.specifier = "p", .importer = "/app/src/a.ts", .environment = client});
  CHECK(answer.path == "/app/node_modules/p/c.js");
  CHECK(resolver->resolve({.specifier = "./src/a?raw"}).postfix == "?raw");
  CHECK(resolver->resolve({.specifier = "./a", .importer = std::string("\0x", 2)}).kind == ResolutionKind::unresolved);
  CHECK(resolver->resolve({.specifier = "gone"}).reason == UnresolvedReason::package_not_found);
  CHECK(resolver->problems().empty());
}

TEST_CASE("project resolver: problems on the way, and projects that cannot be used", "[scanner][inspect]") {
  MemoryFileSystem disk;
  disk.add("/app/node_modules/bad/package.json", "{");
  std::vector<Diagnostic> diagnostics;
  const auto resolver = open_resolver(rooted("/app"), disk, diagnostics);
  REQUIRE(resolver);
  CHECK(resolver->resolve({.specifier = "bad"}).kind == ResolutionKind::unresolved);
  REQUIRE(resolver->problems().size() == 1);
  CHECK(resolver->problems()[0].rule == "package/invalid-json");
  CHECK_FALSE(open_resolver(rooted("/none"), disk, diagnostics));
  CHECK(diagnostics.size() == 1);
}
