#include "parser/locate.h"

#include <cerrno>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace demarc {
namespace {

// The definition, byte by byte: what the windowed code must agree with.
std::vector<SourceLocation> expected_locations(std::string_view text) {
  std::vector<SourceLocation> locations(text.size() + 1);
  uint64_t line = 1;
  uint64_t column = 1;
  const size_t mark = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (size_t i = 0; i < mark; ++i) locations[i] = {1, 1};
  for (size_t at = mark; at <= text.size(); ++at) {
    const std::string_view before = text.substr(mark, at - mark);
    const bool in_pair = before.ends_with('\r') && at < text.size() && text[at] == '\n';
    const bool ended = before.ends_with('\n') || (before.ends_with('\r') && !in_pair) || before.ends_with("\u2028") ||
                       before.ends_with("\u2029");
    if (ended) {
      ++line;
      column = 1;
    } else if (at > mark) {
      const auto last = static_cast<unsigned char>(text[at - 1]);
      column += (last & 0xC0) == 0x80 ? 0 : last >= 0xF0 ? 2 : 1;
    }
    locations[at] = {line, column};
  }
  return locations;
}

std::vector<SourceLocation> all_locations(std::string_view text) {
  std::vector<uint64_t> offsets(text.size() + 1);
  for (size_t i = 0; i < offsets.size(); ++i) offsets[i] = i;
  std::vector<SourceLocation> locations(offsets.size());
  locate(text, offsets, locations);
  return locations;
}

SourceLocation location(std::string_view text, uint64_t offset) {
  SourceLocation result;
  locate(text, {&offset, 1}, {&result, 1});
  return result;
}

std::string utf16(std::u16string_view text, bool big_endian) {
  std::string bytes;
  for (const char16_t unit : text) {
    const char low = char(unit & 0xFF);
    const char high = char(unit >> 8);
    bytes += big_endian ? high : low;
    bytes += big_endian ? low : high;
  }
  return bytes;
}

// Fails from `limit` on.
class FailingSource final : public SourceText {
 public:
  FailingSource(std::string_view text, uint64_t limit) : text_(text), limit_(limit) {}
  int64_t read_at(uint64_t offset, char* to, size_t size) override {
    return offset >= limit_ ? -EIO : int64_t(text_.copy(to, size, offset));
  }

 private:
  std::string_view text_;
  uint64_t limit_;
};

}  // namespace

TEST_CASE("locate: every kind of line end starts one line", "[parser]") {
  CHECK(location("a\nb", 2) == SourceLocation{2, 1});
  CHECK(location("a\rb", 2) == SourceLocation{2, 1});
  CHECK(location("a\r\nb", 3) == SourceLocation{2, 1});
  CHECK(location("a\r\nb", 2) == SourceLocation{1, 3});  // the LF of a pair still belongs to its line
  CHECK(location("a\u2028b", 4) == SourceLocation{2, 1});
  CHECK(location("a\u2029b", 4) == SourceLocation{2, 1});
  CHECK(location("a\n\r\n\rb", 5) == SourceLocation{4, 1});
  CHECK(location("\n", 1) == SourceLocation{2, 1});  // the end of the file has a position
  CHECK(location("a\u2027b\u202Ab", 8) == SourceLocation{1, 5});
}

TEST_CASE("locate: columns count UTF-16 units", "[parser]") {
  CHECK(location("é'", 2) == SourceLocation{1, 2});
  CHECK(location("語'", 3) == SourceLocation{1, 2});
  CHECK(location("😀'", 4) == SourceLocation{1, 3});
  CHECK(location("x\n😀😀'", 10) == SourceLocation{2, 5});
}

TEST_CASE("locate: a byte-order mark does not count", "[parser]") {
  CHECK(location("\uFEFF'use client'", 3) == SourceLocation{1, 1});
  CHECK(location("\uFEFF'use client'", 0) == SourceLocation{1, 1});
  CHECK(location("\uFEFFab\nc", 4) == SourceLocation{1, 2});
  CHECK(location("a\uFEFF'", 4) == SourceLocation{1, 3});  // elsewhere it is white space
}

TEST_CASE("locate: offsets are bytes of a UTF-16 file", "[parser]") {
  for (const bool big_endian : {false, true}) {
    const std::string text = utf16(u"\uFEFFa😀'\r\nbc\u2028d", big_endian);
    CHECK(location(text, 2) == SourceLocation{1, 1});
    CHECK(location(text, 8) == SourceLocation{1, 4});
    CHECK(location(text, 14) == SourceLocation{2, 1});
    CHECK(location(text, 20) == SourceLocation{3, 1});
    CHECK(location(text, text.size()) == SourceLocation{3, 2});
  }
}

TEST_CASE("locate: offsets behind the end have no location", "[parser]") {
  CHECK(location("", 0) == SourceLocation{1, 1});
  CHECK(location("", 1) == SourceLocation{0, 0});
  CHECK(location("ab", 3) == SourceLocation{0, 0});
}

TEST_CASE("locate: agrees with the definition on random text across windows", "[parser]") {
  const std::string_view pieces[] = {
      "a", "\n", "\r", "\r\n", "\u2028", "\u2029", "é", "語", "😀", "long piece of text", "\u2027", "\xE2\x80", "\xE2"};
  std::mt19937 random(20);
  for (int round = 0; round < 24; ++round) {
    std::string text = round % 3 == 0 ? "\uFEFF" : "";
    // From a few bytes to three windows; every eighth text has few line ends, so that columns cross windows.
    const size_t size = round % 4 == 0 ? 180'000 : 40u + unsigned(round);
    while (text.size() < size) {
      const size_t choice = random() % std::size(pieces);
      if (round % 8 == 0 && choice >= 1 && choice <= 5 && random() % 4096 != 0) continue;
      text += pieces[choice];
    }
    const std::vector<SourceLocation> expected = expected_locations(text);
    const std::vector<SourceLocation> found = all_locations(text);
    size_t wrong = text.size() + 1;
    for (size_t i = 0; i < expected.size() && wrong > text.size(); ++i) {
      if (!(expected[i] == found[i])) wrong = i;
    }
    INFO("round " << round << ", offset " << wrong << " of " << text.size());
    REQUIRE(wrong == text.size() + 1);
    // Few offsets far apart take the other way through the code.
    for (int i = 0; i < 8; ++i) {
      const uint64_t offset = random() % (text.size() + 1);
      REQUIRE(location(text, offset) == expected[offset]);
    }
  }
}

TEST_CASE("locate: a failed read ends it with the error", "[parser]") {
  const std::string text(200'000, 'x');
  FailingSource source(text, 65'536);
  const uint64_t offsets[] = {10, 100'000};
  SourceLocation locations[2];
  CHECK(locate(source, offsets, locations) == EIO);
  CHECK(locations[0] == SourceLocation{1, 11});
  CHECK(locations[1] == SourceLocation{0, 0});
}

}  // namespace demarc
