#include "cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <cerrno>

#include "tests/cli/temporary_folder.h"

using namespace demarc;

namespace {

void write_all(const OutputFile& file, std::string_view text) {
  REQUIRE(write(file.descriptor(), text.data(), text.size()) == ssize_t(text.size()));
}

}  // namespace

TEST_CASE("output file: a new file appears on commit and not before", "[cli]") {
  const TemporaryFolder folder;
  auto file = OutputFile::create(folder.path() + "/map.json");
  REQUIRE(file);
  write_all(*file, "new");
  CHECK(folder.file_count() == 0);
  REQUIRE(file->commit());
  CHECK(folder.read("map.json") == "new");
  CHECK(folder.file_count() == 1);
}

TEST_CASE("output file: an old file is replaced whole and keeps its rights", "[cli]") {
  const TemporaryFolder folder;
  const std::string path = folder.write("map.json", "old");
  chmod(path.c_str(), 0640);
  auto file = OutputFile::create(path);
  REQUIRE(file);
  write_all(*file, "new");
  CHECK(folder.read("map.json") == "old");
  REQUIRE(file->commit());
  CHECK(folder.read("map.json") == "new");
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
}

TEST_CASE("output file: without commit nothing is left", "[cli]") {
  const TemporaryFolder folder;
  folder.write("map.json", "old");
  {
    auto file = OutputFile::create(folder.path() + "/map.json");
    REQUIRE(file);
    write_all(*file, "half");
  }
  CHECK(folder.read("map.json") == "old");
  CHECK(folder.file_count() == 1);
}

TEST_CASE("output file: a process of the same number elsewhere keeps its unfinished file", "[cli]") {
  const TemporaryFolder folder;
  const std::string theirs = ".demarc-" + std::to_string(getpid()) + ".tmp";
  folder.write(theirs, "half");
  auto file = OutputFile::create(folder.path() + "/map.json");
  REQUIRE(file);
  write_all(*file, "new");
  REQUIRE(file->commit());
  CHECK(folder.read("map.json") == "new");
  CHECK(folder.read(theirs) == "half");
  CHECK(folder.file_count() == 2);
}

TEST_CASE("output file: what cannot be written says why", "[cli]") {
  const TemporaryFolder folder;
  folder.write("real", "kept");
  REQUIRE(symlink("real", (folder.path() + "/link").c_str()) == 0);
  REQUIRE(symlink("nowhere", (folder.path() + "/dangling").c_str()) == 0);
  struct Row {
    const char* path;
    int code;
  };
  for (const Row& row : {Row{"link", ELOOP}, Row{"dangling", ELOOP}, Row{".", EISDIR}, Row{"none/map.json", ENOENT},
                         Row{"real/map.json", ENOTDIR}, Row{"", EISDIR}}) {
    INFO(row.path);
    auto file = OutputFile::create(folder.path() + "/" + row.path);
    REQUIRE_FALSE(file);
    CHECK(file.error().code == row.code);
    CHECK_FALSE(file.error().message.empty());
  }
  CHECK(folder.read("real") == "kept");
}

TEST_CASE("output file: devices are written to and never replaced", "[cli]") {
  auto null = OutputFile::create("/dev/null");
  REQUIRE(null);
  write_all(*null, "x");
  REQUIRE(null->commit());
  struct stat status {};
  REQUIRE(stat("/dev/null", &status) == 0);
  CHECK(S_ISCHR(status.st_mode));
  auto full = OutputFile::create("/dev/full");
  REQUIRE(full);
  CHECK(write(full->descriptor(), "x", 1) == -1);
  CHECK(errno == ENOSPC);
}

TEST_CASE("output file: a bare name goes to the working directory", "[cli]") {
  const TemporaryFolder folder;
  char old_folder[4096];
  REQUIRE(getcwd(old_folder, sizeof old_folder) != nullptr);
  REQUIRE(chdir(folder.path().c_str()) == 0);
  auto file = OutputFile::create("map.json");
  REQUIRE(chdir(old_folder) == 0);
  REQUIRE(file);
  REQUIRE(file->commit());
  CHECK(folder.file_count() == 1);
}
