#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "resolver/chunked_array.h"
#include "resolver/path_table.h"
#include "resolver/text_table.h"

using namespace demarc;

TEST_CASE("chunked array: elements stay where they are while it grows", "[resolver]") {
  ChunkedArray<uint64_t> array;
  CHECK(array.find(0) == nullptr);
  std::vector<uint64_t*> where;
  for (uint32_t i = 0; i < 600'000; ++i) {
    const uint32_t at = array.append();
    REQUIRE(at == i);
    CHECK(array[at] == 0);
    array[at] = i * 3;
    if (i % 100'000 == 0) where.push_back(&array[at]);
  }
  for (size_t i = 0; i < where.size(); ++i) CHECK(where[i] == &array[static_cast<uint32_t>(i * 100'000)]);
  CHECK(array[599'999] == 1'799'997);
  CHECK(array.bytes() >= 600'000 * sizeof(uint64_t));
  array.ensure(5'000'000) = 7;
  CHECK(array[5'000'000] == 7);
  CHECK(array.size() == 600'000);
  array.clear();
  CHECK(array.bytes() == 0);
}

TEST_CASE("text table: equal texts have equal references", "[resolver]") {
  TextTable table;
  CHECK(table.intern("") == 0);
  CHECK(table.view(0).empty());
  const uint32_t react = table.intern("react");
  CHECK(table.intern(std::string("rea") + "ct") == react);
  CHECK(table.view(react) == "react");
  const std::string long_text(200'000, 'x');
  const uint32_t big = table.intern(long_text);
  CHECK(table.view(big) == long_text);
  std::set<uint32_t> ids;
  for (int i = 0; i < 20'000; ++i) ids.insert(table.intern("specifier-" + std::to_string(i)));
  CHECK(ids.size() == 20'000);
  CHECK(table.view(*ids.rbegin()).starts_with("specifier-"));
  CHECK(table.intern(std::string("a\0b", 3)) != table.intern("a"));
}

TEST_CASE("path table: paths are interned and printed lexically", "[resolver]") {
  PathTable paths;
  struct Row {
    const char* why;
    std::string_view path, text;
  };
  const Row rows[] = {
      {"plain", "/app/src/lib", "/app/src/lib"},
      {"the root", "/", "/"},
      {"doubled slashes", "//app///src", "/app/src"},
      {"dots", "/app/./src/../lib/.", "/app/lib"},
      {"above the root", "/../..", "/"},
      {"trailing slash", "/app/", "/app"},
      {"bytes are bytes", "/\xff/a b", "/\xff/a b"},
  };
  for (const Row& row : rows) {
    INFO(row.why);
    CHECK(paths.text(paths.intern_directory(row.path)) == row.text);
  }
  CHECK(paths.intern_directory("/app/src/lib") == paths.intern_directory("/app/x/../src/lib/"));
  const DirId app = paths.intern_directory("/app");
  CHECK(paths.find_child(app, "nowhere") == kNoDir);
  CHECK(paths.is_inside(paths.intern_directory("/app/src"), app));
  CHECK_FALSE(paths.is_inside(paths.intern_directory("/apple"), app));
  const FileId file = paths.intern_file(app, "main.ts");
  CHECK(paths.intern_file(app, "main.ts") == file);
  std::string text;
  paths.append(paths.directory(file), paths.name(file), text);
  CHECK(text == "/app/main.ts");
}

TEST_CASE("path table: threads that intern the same paths agree", "[resolver][threads]") {
  PathTable paths;
  constexpr int kThreads = 8, kPaths = 3000;
  std::vector<std::vector<FileId>> seen(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kPaths; ++i) {
        const int n = (i * 7 + t * 131) % kPaths;
        const DirId directory =
            paths.intern_directory("/app/d" + std::to_string(n % 40) + "/e" + std::to_string(n % 7));
        seen[t].push_back(paths.intern_file(directory, "f" + std::to_string(n)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(paths.file_count() == kPaths);
  std::map<std::string, std::set<FileId>> ids;
  for (const auto& files : seen) {
    for (const FileId file : files) ids[std::string(paths.name(file))].insert(file);
  }
  CHECK(ids.size() == kPaths);
  for (const auto& [name, files] : ids) REQUIRE(files.size() == 1);
}
