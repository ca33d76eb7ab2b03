// Files that are not plain UTF-8 text.
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "parser/locate.h"
#include "parser/window.h"
#include "tests/parser/describe.h"
#include "tests/parser/parser_case.h"
#include "tests/parser/random_code.h"

namespace demarc {
namespace {

enum class ByteOrder : uint8_t { little, big };

std::string utf16_of(std::string_view utf8, ByteOrder order) {
  std::string text;
  const auto put = [&](uint32_t unit) {
    const char low = char(unit & 0xff), high = char(unit >> 8);
    text += order == ByteOrder::little ? low : high;
    text += order == ByteOrder::little ? high : low;
  };
  put(0xfeff);
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    uint32_t c = length == 1 ? lead : lead & (0x7fu >> length);
    for (size_t k = 1; k < length; ++k) c = c << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3fu);
    i += length;
    if (c < 0x10000) {
      put(c);
    } else {
      put(0xd800 + ((c - 0x10000) >> 10));
      put(0xdc00 + ((c - 0x10000) & 0x3ff));
    }
  }
  return text;
}

// The record with lines and columns for offsets, which every encoding of a text has in common.
std::string located(std::string_view text, const ScanSettings& settings, size_t window_bytes) {
  Lexer lexer(window_bytes);
  ModuleSyntax syntax;
  scan_module(lexer, text, settings, syntax);
  std::string all;
  const auto add = [&](uint64_t offset, std::string_view what) {
    SourceLocation place;
    locate(text, std::span(&offset, 1), std::span(&place, 1));
    all += std::to_string(place.line) + ":" + std::to_string(place.column) + " " + std::string(what) + "\n";
  };
  for (const DirectiveRecord& one : syntax.directives) {
    add(one.offset, syntax.text(one.value));
    add(one.end_offset, "end");
  }
  for (const ImportRecord& one : syntax.imports) add(one.offset, syntax.text(one.specifier));
  for (const ExportRecord& one : syntax.exports) add(one.offset, syntax.text(one.name));
  for (const uint64_t offset : syntax.dynamic_specifiers) add(offset, "dynamic");
  if (syntax.uncertainty != 0) add(syntax.uncertain_offset, "uncertain " + std::to_string(syntax.uncertainty));
  return all;
}

constexpr Collect kEverything = Collect::names | Collect::exports;

}  // namespace

TEST_CASE("encoding: UTF-16 says the same as UTF-8, in the same places", "[parser][encoding]") {
  for (const ParserCase& one : load_parser_cases()) {
    const ScanSettings settings{.language = one.language, .collect = kEverything};
    // A case that begins with a mark of its own would have two.
    const std::string_view source = std::string_view(one.source).substr(one.source.starts_with("\uFEFF") ? 3 : 0);
    const std::string expected = located(source, settings, Lexer::kWindowBytes);
    INFO(one.name);
    CHECK(located(utf16_of(source, ByteOrder::little), settings, Lexer::kWindowBytes) == expected);
    CHECK(located(utf16_of(source, ByteOrder::big), settings, Lexer::kWindowBytes) == expected);
  }
}

TEST_CASE("encoding: UTF-16 that does not fit the window", "[parser][encoding][window]") {
  for (uint32_t seed = 0; seed < 60; ++seed) {
    // A space, because a mark at the beginning would be the second one.
    const std::string text = " " + random_code(seed, 20000) + "𠮷𠮷 require('z')";
    const ScanSettings settings{.language = seed % 2 == 0 ? Language::js : Language::tsx, .collect = kEverything};
    const std::string expected = located(text, settings, Lexer::kWindowBytes);
    INFO("seed " << seed);
    CHECK(located(utf16_of(text, ByteOrder::little), settings, Window::kSmallest + seed * 11) == expected);
    CHECK(located(utf16_of(text, ByteOrder::big), settings, Window::kSmallest + seed * 11) == expected);
  }
}

TEST_CASE("encoding: odd ends of UTF-16 are replaced", "[parser][encoding]") {
  std::string text = utf16_of("import 'a'; import '", ByteOrder::little);
  text += std::string_view("\x00\xd8'\0;\0x", 7);  // half a pair in a specifier, and half a unit at the end
  CHECK(describe(text, {}) == "16 side-effect 'a'\n40 side-effect '\uFFFD'\nesm\n");
}

TEST_CASE("encoding: a byte-order mark is white space", "[parser][encoding]") {
  CHECK(describe("\uFEFF'use client'; import 'a'", {}) == "3-15 module \"use client\"\n24 side-effect 'a'\nesm\n");
  CHECK(describe("\uFEFF#!/bin/node '\n'use client'", {}) == "17-29 module \"use client\"\n");
}

TEST_CASE("encoding: other encodings are declined", "[parser][encoding]") {
  const std::string wide = utf16_of("import 'a'", ByteOrder::little).substr(2);
  CHECK(describe(wide, {}) == "uncertain 128 at 0\n");
  CHECK(describe("import '\xe9'; import 'a'", {}) ==
        "7 side-effect '\xe9'\n19 side-effect 'a'\nesm\nuncertain 128 at 7\n");
  CHECK(describe("// \xe9\xff\nimport 'a'", {}) == "13 side-effect 'a'\nesm\n");
}

}  // namespace demarc
