#include "cli/package_archive.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

#include "scanner/package_audit.h"
#include "tests/cli/temporary_folder.h"

using namespace demarc;

namespace {

struct Names final : DirectoryVisitor {
  std::string text;
  void entry(std::string_view name, EntryType type) override {
    text += std::string(name) + (type == EntryType::directory ? "/ " : " ");
  }
};

// tar, run in the folder.
std::string pack(const TemporaryFolder& folder, const std::string& arguments) {
  const std::string command =
      "tar -C '" + folder.path() + "' -f '" + folder.path() + "/p.tgz' " + arguments + " 2>/dev/null";
  REQUIRE(std::system(command.c_str()) == 0);
  return folder.path() + "/p.tgz";
}

Result<std::unique_ptr<PackageArchive>> open_it(const std::string& path) {
  return PackageArchive::open_archive(path, {"/nowhere", std::filesystem::temp_directory_path().string(), "/var/tmp"});
}

std::string complaint(const std::string& path) {
  const auto archive = open_it(path);
  return archive ? "" : archive.error().message;
}

std::string names(PackageArchive& archive, const std::string& folder) {
  Names seen;
  return archive.list(folder, seen) == 0 ? seen.text : "none";
}

}  // namespace

TEST_CASE("archive: a package as a disk", "[cli]") {
  const TemporaryFolder folder;
  folder.write("package/package.json", R"({"main":"dist/index.js"})");
  folder.write("package/dist/index.js", "abcdef");
  folder.write("package/dist/a/b.js", "1");
  folder.write("package/dist/a-b.js", "2");
  folder.write("package/README.md", "not of interest");
  const auto archive = open_it(pack(folder, "-cz package"));
  REQUIRE(archive);
  PackageArchive& disk = **archive;
  CHECK(names(disk, "/") == "dist/ package.json ");
  CHECK(names(disk, "") == "dist/ package.json ");
  CHECK(names(disk, "/dist") == "a-b.js a/ index.js ");
  CHECK(names(disk, "/none") == "none");
  int handle = 0;
  REQUIRE(disk.open("/dist/index.js", handle) == 0);
  char text[8] = {};
  CHECK(disk.read_at(handle, 2, text, 3) == 3);
  CHECK(std::string(text) == "cde");
  CHECK(disk.read_at(handle, 4, text, 8) == 2);
  CHECK(disk.read_at(handle, 6, text, 8) == 0);
  CHECK(disk.read_at(handle, 100, text, 8) == 0);
  disk.close(handle);
  CHECK(disk.open("/README.md", handle) == ENOENT);
  FileStatus status;
  CHECK(disk.status("/dist/a", status) == 0);
  CHECK(status.type == EntryType::directory);
}

TEST_CASE("archive: plain tar, another first folder, and of two of one name the last", "[cli]") {
  const TemporaryFolder folder;
  folder.write("ui-1/package.json", "{}");
  folder.write("ui-1/x.js", "old");
  pack(folder, "-c ui-1");
  folder.write("ui-1/x.js", "newer");
  const auto archive = open_it(pack(folder, "-r ui-1/x.js"));
  REQUIRE(archive);
  FileStatus status;
  REQUIRE((*archive)->status("/x.js", status) == 0);
  CHECK(status.size == 5);
}

TEST_CASE("archive: names beyond ASCII, and long ones", "[cli]") {
  const TemporaryFolder folder;
  const std::string longer(200, 'n');
  folder.write("package/caf\u00e9.js", "1");
  folder.write("package/" + longer + ".js", "1");
  for (const char* format : {"pax", "gnu"}) {
    const auto archive = open_it(pack(folder, "--format=" + std::string(format) + " -cz package"));
    REQUIRE(archive);
    CHECK(names(**archive, "/") == "caf\u00e9.js " + longer + ".js ");
  }
}

TEST_CASE("archive: names that lead outside, links and devices are left out", "[cli]") {
  const TemporaryFolder folder;
  folder.write("package/package.json", "{}");
  folder.write("package/x.js", "1");
  folder.write("outside.js", "1");
  std::filesystem::create_symlink("/etc/passwd", folder.path() + "/package/link.js");
  std::filesystem::create_hard_link(folder.path() + "/package/x.js", folder.path() + "/package/y.js");
  const auto archive =
      open_it(pack(folder, "-czP --transform='s,^outside.js,package/../../outside.js,' package outside.js"));
  REQUIRE(archive);
  const std::string seen = names(**archive, "/");
  CHECK((seen == "package.json x.js " || seen == "package.json y.js "));
}

TEST_CASE("archive: what is no package says so", "[cli]") {
  const TemporaryFolder folder;
  CHECK(complaint(folder.path() + "/none.tgz").find("is no npm package: ") == 0);
  CHECK(complaint(folder.path()).find("is no npm package: ") == 0);
  CHECK(complaint(folder.write("text.tgz", "hello")).find("is no npm package: ") == 0);
  CHECK(complaint(folder.write("empty.tgz", "")).find("is no npm package") == 0);
  folder.write("package/x.js", std::string(200'000, 'x') + "y");
  const std::string path = pack(folder, "-c package");
  std::filesystem::resize_file(path, 100'000);
  CHECK_FALSE(complaint(path).empty());
  const auto nowhere = PackageArchive::open_archive(path, {"/nowhere"});
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().message.find("--spill-dir") != std::string::npos);
}

TEST_CASE("archive: is audited like a folder", "[cli]") {
  const TemporaryFolder folder;
  folder.write("package/package.json", R"({"name":"ui","main":"dist/index.js"})");
  folder.write("package/src/index.tsx", "\"use client\";\nexport const x = 1;\n");
  // Larger than the lexer's window, which reads such files twice.
  folder.write("package/dist/index.js",
               "export const x = 1;\n" + std::string(600'000, ' ') + "\nexport const y = 2;\n");
  const auto archive = open_it(pack(folder, "-cz package"));
  REQUIRE(archive);
  const PackageAudit audited = audit_package("/", {}, **archive);
  REQUIRE(audited.result.findings.size() == 1);
  CHECK(audited.result.findings[0].diagnostic.rule == "package/directive-dropped");
  CHECK(audited.result.findings[0].diagnostic.file == "/dist/index.js");
}
