#include "scanner/source_map.h"

#include <catch2/catch.hpp>

#include <cerrno>

#include "tests/support/memory_file_system.h"

using namespace demarc;

namespace {

// "root=… 0=name 0:content …"; "error N" instead.
std::string read(const std::string& text) {
  MemoryFileSystem disk;
  disk.add("/x.map", text);
  std::string all;
  const SourceMapVisitor visitor{
      .source_root = [&](std::string_view root) { all += "root=" + std::string(root) + " "; },
      .source = [&](size_t i, std::string_view name) { all += std::to_string(i) + "=" + std::string(name) + " "; },
      .content =
          [&](size_t i, std::string_view text_of_it) {
            all += std::to_string(i) + ":" + std::string(text_of_it.substr(0, 40)) + " ";
          }};
  const int error = read_source_map(disk, "/x.map", visitor);
  CHECK(disk.open_handles() == 0);
  return error == 0 ? all : "error " + std::to_string(error);
}

}  // namespace

TEST_CASE("source map: sources and how they begin", "[scanner]") {
  CHECK(read(R"({"version":3,"sources":["../src/a.ts","b"],"mappings":"AAAA"})") == "0=../src/a.ts 1=b ");
  CHECK(read(R"({ "version": 3, "file": "x.js", "sourceRoot": "/r", "names": ["sources", "]"],
                 "sources": [ "a", null, "b" ], "sourcesContent": ["\"use client\";\n", null, "x"] })") ==
        "root=/r 0=a 2=b 0:\"use client\";\n 2:x ");
  CHECK(read(")]}'\n{\"sources\":[\"a\"]}") == "0=a ");
  CHECK(read("{}").empty());
}

TEST_CASE("source map: escapes", "[scanner]") {
  CHECK(read(R"({"sources":["\u00e9\ud83d\ude00\/\\\"\t","\ud800x"]})") == "0=é😀/\\\"\t 1=x ");
}

TEST_CASE("source map: what stands in other members is passed over", "[scanner]") {
  CHECK(read(R"({"x_y":{"sources":["no"],"a":[{"b":"]}"}]},"ignoreList":[0],"sources":["a"],"z":-1.5e3,"t":true})") ==
        "0=a ");
}

TEST_CASE("source map: contents are cut, and larger than any buffer", "[scanner]") {
  const std::string large(300'000, 'a');
  size_t size = 0;
  MemoryFileSystem disk;
  disk.add("/x.map", R"({"sourcesContent":[")" + large + R"("],"mappings":")" + large + R"(","sources":["n"]})");
  std::string name;
  const SourceMapVisitor visitor{.source_root = [](std::string_view) {},
                                 .source = [&](size_t, std::string_view text) { name = text; },
                                 .content = [&](size_t, std::string_view text) { size = text.size(); }};
  CHECK(read_source_map(disk, "/x.map", visitor) == 0);
  CHECK(size == kSourceBeginning);
  CHECK(name == "n");
}

TEST_CASE("source map: what is none is refused, and ends", "[scanner]") {
  const std::string invalid = "error " + std::to_string(EINVAL);
  for (const char* text :
       {"", "[]", "x", "{", R"({"sources)", R"({"sources":["a)", R"({"sources":["\u00)", R"({"a" 1})",
        R"({"sources":[)", ")]}'", R"({"sources":[})", R"({"sources":["a" "b"]})", R"({"sources":[]]})"}) {
    INFO(text);
    CHECK(read(text) == invalid);
  }
  CHECK(read(R"({"a":)" + std::string(1000, '[')) == invalid);
}
