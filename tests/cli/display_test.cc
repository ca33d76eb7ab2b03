#include "cli/display.h"

#include <catch2/catch.hpp>

#include <array>

#include "cli/suggest.h"
#include "cli/utf8.h"
#include "cli/values.h"

using namespace demarc;

TEST_CASE("display: names cannot steer a terminal or a CI log", "[cli]") {
  struct Row {
    const char* why;
    std::string name;
    const char* shown;
  };
  const Row rows[] = {
      {"plain", "src/app/Häuser 世界.tsx", "src/app/Häuser 世界.tsx"},
      {"newline", "a\nb", "a\\nb"},
      {"carriage return and tab", "a\r\tb", "a\\r\\tb"},
      {"escape sequence", "\x1b[31mred", "\\x1b[31mred"},
      {"NUL", std::string("a\0b", 3), "a\\x00b"},
      {"DEL", "a\x7f", "a\\x7f"},
      {"C1: NEL and CSI", "a\xc2\x85\xc2\x9b", "a\\u0085\\u009b"},
      {"right-to-left override",
       "a\xe2\x80\xae"
       "xst.b",
       "a\\u202exst.b"},
      {"isolates and marks", "\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c", "\\u2066\\u200f\\u061c"},
      {"line separator", "a\xe2\x80\xa8", "a\\u2028"},
      {"invalid UTF-8", "a\xff\xc3", "a\\xff\\xc3"},
      {"overlong slash", "\xc0\xaf", "\\xc0\\xaf"},
      {"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
      {"workflow command", "::error::x", "\\x3a:error::x"},
      {"colons within", "a::b", "a::b"},
      {"old workflow command, anywhere", "a##[group]b", "a\\x23#[group]b"},
      {"hash marks", "a###b#[", "a###b#["},
      {"backslash", "a\\n", "a\\n"},
  };
  for (const Row& row : rows) {
    INFO(row.why);
    CHECK(escaped(row.name) == row.shown);
  }
}

TEST_CASE("display: what is escaped is one line of valid UTF-8, whatever the bytes", "[cli]") {
  uint32_t state = 1;
  for (int round = 0; round < 2000; ++round) {
    std::string name;
    for (int length = 0; length < 24; ++length) {
      state = state * 1664525u + 1013904223u;
      // Lead and tail bytes of UTF-8 and ASCII in about equal parts.
      name += char(state >> 24);
    }
    const std::string shown = escaped(name);
    REQUIRE(find_invalid_utf8(shown) == std::string::npos);
    REQUIRE(shown.find_first_of("\n\r\x1b") == std::string::npos);
    REQUIRE(shown.find("##[") == std::string::npos);
  }
}

TEST_CASE("display: quantities", "[cli]") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(4688) == "4,688");
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(counted(1, "module") == "1 module");
  CHECK(counted(4688, "module") == "4,688 modules");
  CHECK(counted(2, "entry", "entries") == "2 entries");
  CHECK(decimal_bytes(0) == "0 bytes");
  CHECK(decimal_bytes(999) == "999 bytes");
  CHECK(decimal_bytes(17234567) == "17.2 MB");
  CHECK(decimal_bytes(999960) == "1.0 MB");
  CHECK(binary_bytes(16567500) == "15.8 MiB");
  CHECK(binary_bytes(536870912) == "512 MiB");
  CHECK(duration_text(0.42) == "0.4 ms");
  CHECK(duration_text(61.3) == "61 ms");
  CHECK(duration_text(12345) == "12.3 s");
}

TEST_CASE("values: sizes", "[cli]") {
  const auto size = [](std::string_view text) {
    uint64_t bytes = 12345;
    return parse_size(text, bytes) ? bytes : uint64_t(12345);
  };
  CHECK(size("0") == 0);
  CHECK(size("1000000") == 1000000);
  CHECK(size("24M") == uint64_t(24) << 20);
  CHECK(size("512MiB") == uint64_t(512) << 20);
  CHECK(size("512 MiB") == uint64_t(512) << 20);
  CHECK(size("1.5G") == uint64_t(1536) << 20);
  CHECK(size("600KB") == 600000);
  CHECK(size("600kb") == 600000);
  CHECK(size("1T") == uint64_t(1) << 40);
  for (const char* text : {"", "M", "-1", "1X", "1 0", "1e9", "0x10", ".", "1..5", "99999999T", "inf", "nan", "1MM"}) {
    INFO(text);
    CHECK(size(text) == 12345);
  }
}

TEST_CASE("values: amounts of memory", "[cli]") {
  MemoryAmount amount;
  REQUIRE(parse_memory("40%", amount));
  CHECK(amount.percent == 40);
  REQUIRE(parse_memory("12.5%", amount));
  CHECK(amount.percent == 12.5);
  REQUIRE(parse_memory("64M", amount));
  CHECK(amount.percent == 0);
  CHECK(amount.bytes == uint64_t(64) << 20);
  for (const char* text : {"", "%", "0%", "101%", "-1%", "0", "0M", "x"}) {
    INFO(text);
    CHECK_FALSE(parse_memory(text, amount));
  }
}

TEST_CASE("values: names stand for the scanner's own", "[cli]") {
  for (const std::string_view name : framework_names()) {
    Framework framework{};
    REQUIRE(framework_of(name, framework));
    CHECK(to_string(framework) == name);
  }
}

TEST_CASE("suggest: near words only, case and underscores aside", "[cli]") {
  constexpr std::array<std::string_view, 6> names = {"--format", "--follow", "--framework", "--entry", "--root", "-f"};
  CHECK(closest("--fromat", names) == "--format");
  CHECK(closest("--formt", names) == "--format");
  CHECK(closest("--FORMAT", names) == "--format");
  CHECK(closest("--folow", names) == "--follow");
  CHECK(closest("--entries", names) == "--entry");
  CHECK(closest("--completely-else", names).empty());
  CHECK(closest("", names).empty());
  CHECK(closest("x", names).empty());
  CHECK(closest(std::string(5000, 'x'), names).empty());
  CHECK(suggestion("--fromat", names) == "; did you mean --format?");
  CHECK(suggestion("zzz", names).empty());
}
