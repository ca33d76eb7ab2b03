#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "resolver/file_system.h"

using namespace demarc;

namespace {

class Names final : public DirectoryVisitor {
 public:
  void entry(std::string_view name, EntryType type) override { all.emplace_back(name, type); }
  EntryType type(std::string_view name) const {
    for (const auto& [known, type] : all) {
      if (known == name) return type;
    }
    return EntryType::unknown;
  }
  std::vector<std::pair<std::string, EntryType>> all;
};

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "demarc-disk-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    path = std::filesystem::canonical(pattern).string();
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(std::string_view name) const { return path + "/" + std::string(name); }
  std::string path;
};

}  // namespace

TEST_CASE("real disk: lists names with their types, never . and ..", "[resolver][disk]") {
  Folder folder;
  std::ofstream(folder / "file") << "x";
  std::filesystem::create_directory(folder / "sub");
  std::filesystem::create_symlink("file", folder / "link");
  REQUIRE(mkfifo((folder / "fifo").c_str(), 0600) == 0);
  const auto disk = make_real_file_system();
  Names names;
  CHECK(disk->list(folder.path, names) == 0);
  CHECK(names.all.size() == 4);
  CHECK(names.type("file") == EntryType::file);
  CHECK(names.type("sub") == EntryType::directory);
  CHECK(names.type("link") == EntryType::symlink);
  CHECK(names.type("fifo") == EntryType::other);
  CHECK(disk->list(folder / "gone", names) == ENOENT);
  CHECK(disk->list(folder / "file", names) == ENOTDIR);
}

TEST_CASE("real disk: a directory larger than the buffer is listed whole", "[resolver][disk]") {
  Folder folder;
  for (int i = 0; i < 3000; ++i) std::ofstream(folder / ("a-rather-long-file-name-number-" + std::to_string(i)));
  Names names;
  CHECK(make_real_file_system()->list(folder.path, names) == 0);
  std::sort(names.all.begin(), names.all.end());
  CHECK(names.all.size() == 3000);
  CHECK(std::unique(names.all.begin(), names.all.end()) == names.all.end());
}

TEST_CASE("real disk: opening a FIFO does not block, and reading it fails", "[resolver][disk]") {
  Folder folder;
  REQUIRE(mkfifo((folder / "fifo").c_str(), 0600) == 0);
  const auto disk = make_real_file_system();
  int handle = -1;
  REQUIRE(disk->open(folder / "fifo", handle) == 0);
  FileStatus status;
  CHECK(disk->status(handle, status) == 0);
  CHECK(status.type == EntryType::other);
  char buffer[8];
  CHECK(disk->read_at(handle, 0, buffer, sizeof buffer) < 0);
  disk->close(handle);
}

TEST_CASE("real disk: reads at an offset, fewer bytes only at the end", "[resolver][disk]") {
  Folder folder;
  std::ofstream(folder / "f") << std::string(100'000, 'a') + "end";
  const auto disk = make_real_file_system();
  int handle = -1;
  REQUIRE(disk->open(folder / "f", handle) == 0);
  std::string buffer(200'000, '\0');
  CHECK(disk->read_at(handle, 0, buffer.data(), 1000) == 1000);
  CHECK(disk->read_at(handle, 100'000, buffer.data(), buffer.size()) == 3);
  CHECK(buffer.starts_with("end"));
  CHECK(disk->read_at(handle, 500'000, buffer.data(), 1) == 0);
  disk->close(handle);
}

TEST_CASE("real disk: links are read and followed", "[resolver][disk]") {
  Folder folder;
  std::filesystem::create_directories(folder / "a/b");
  std::ofstream(folder / "a/b/f") << "x";
  std::filesystem::create_symlink("a/b", folder / "l");
  std::filesystem::create_symlink("loop", folder / "loop");
  const auto disk = make_real_file_system();
  std::string text;
  CHECK(disk->read_link(folder / "l", text) == 0);
  CHECK(text == "a/b");
  CHECK(disk->read_link(folder / "a", text) == EINVAL);
  CHECK(disk->real_path(folder / "l/f", text) == 0);
  CHECK(text == folder / "a/b/f");
  CHECK(disk->real_path(folder / "loop", text) == ELOOP);
  CHECK(disk->real_path(folder / "gone", text) == ENOENT);
}

TEST_CASE("real disk: a NUL in a path names nothing", "[resolver][disk]") {
  const auto disk = make_real_file_system();
  const std::string path("/etc\0/passwd", 12);
  Names names;
  FileStatus status;
  std::string text;
  int handle = 0;
  CHECK(disk->list(path, names) == ENOENT);
  CHECK(disk->status(path, status) == ENOENT);
  CHECK(disk->read_link(path, text) == ENOENT);
  CHECK(disk->real_path(path, text) == ENOENT);
  CHECK(disk->open(path, handle) == ENOENT);
}

TEST_CASE("real disk: handles of listed directories give way when the process may have no more", "[resolver][disk]") {
  Folder folder;
  constexpr int kDirectories = 80;
  const auto directory = [&](int i) { return folder / ("d" + std::to_string(i)); };
  for (int i = 0; i < kDirectories; ++i) {
    std::filesystem::create_directory(directory(i));
    std::ofstream(directory(i) + "/file") << i;
  }
  rlimit before;
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  int failed = 0;
  for (int limit = 16; limit < 40; ++limit) {
    const rlimit few{rlim_t(limit), before.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &few) != 0) ++failed;
    const auto disk = make_real_file_system();
    for (int i = 0; i < kDirectories; ++i) {
      Names names;
      failed += disk->list(directory(i), names) == 0 && names.all.size() == 1 ? 0 : 1;
      // Any call may be the one that there is no handle left for.
      std::string real;
      if (i % limit == 0) failed += disk->real_path(directory(i) + "/file", real) == 0 ? 0 : 1;
    }
    for (int i = kDirectories - 1; i >= 0; --i) {
      int handle = -1;
      char text[8] = {};
      const bool is_open = disk->open(directory(i) + "/file", handle) == 0;
      const bool is_read = is_open && disk->read_at(handle, 0, text, sizeof text - 1) > 0;
      failed += is_read && std::to_string(i) == text ? 0 : 1;
      if (is_open) disk->close(handle);
    }
  }
  setrlimit(RLIMIT_NOFILE, &before);
  CHECK(failed == 0);
}

TEST_CASE("real disk: a file is opened where its path leads now", "[resolver][disk]") {
  Folder folder;
  std::filesystem::create_directory(folder / "a");
  std::ofstream(folder / "a/old") << "x";
  const auto disk = make_real_file_system();
  Names names;
  REQUIRE(disk->list(folder / "a", names) == 0);
  std::ofstream(folder / "a/new") << "y";
  int handle = -1;
  REQUIRE(disk->open(folder / "a/new", handle) == 0);
  disk->close(handle);
  std::filesystem::rename(folder / "a", folder / "b");
  std::filesystem::create_directory(folder / "a");
  std::ofstream(folder / "a/newer") << "z";
  REQUIRE(disk->open(folder / "a/newer", handle) == 0);
  disk->close(handle);
  CHECK(disk->open(folder / "a/gone", handle) == ENOENT);
}
