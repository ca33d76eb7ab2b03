// Every version of the kernels gives what the portable one gives.
#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "parser/char_class.h"
#include "parser/kernels.h"
#include "tests/parser/random_code.h"

namespace demarc {
namespace {

constexpr size_t kSlack = 2 * kReadAhead;

// Bytes of which many are of interest to a kernel, with readable space on both sides.
std::vector<unsigned char> random_bytes(uint32_t seed, size_t size) {
  static constexpr std::string_view kInteresting =
      "\"'`/(){}<importexportrequire'us\"us@js-->*\\\n\r\xE2\x80\xA8 \x7F\x80\xFF";
  std::mt19937 random(seed);
  std::vector<unsigned char> bytes(size + kSlack);
  for (unsigned char& byte : bytes) {
    byte = random() % 4 == 0 ? static_cast<unsigned char>(random())
                             : static_cast<unsigned char>(kInteresting[random() % kInteresting.size()]);
  }
  if (seed % 3 == 0) {
    const std::string code = random_code(seed, size);
    std::copy_n(code.begin(), size, bytes.begin());
  }
  return bytes;
}

std::vector<uint32_t> all_trigrams(const Kernels& kernels, const std::vector<unsigned char>& text, size_t from,
                                   size_t to, size_t capacity) {
  std::vector<uint32_t> found;
  std::vector<uint32_t> hits(capacity);
  while (from < to) {
    const size_t before = from;
    const size_t count = kernels.find_trigrams(text.data(), from, to, hits.data(), capacity);
    REQUIRE(count <= capacity);
    REQUIRE(from > before);
    found.insert(found.end(), hits.begin(), hits.begin() + ptrdiff_t(count));
  }
  return found;
}

template <unsigned char... Bytes>
void check_find_any(const std::vector<unsigned char>& text, size_t from, size_t to) {
  size_t expected = from;
  while (expected < to && !((text[expected] == Bytes) || ...)) ++expected;
  REQUIRE(find_any<Bytes...>(text.data(), from, to) == expected);
}

}  // namespace

TEST_CASE("kernels: this machine can run at least the portable version", "[parser][kernels]") {
  REQUIRE(!usable_kernels().empty());
  CHECK(std::string_view(usable_kernels().front()->name) == "portable");
  CHECK(&best_kernels() == usable_kernels().back());
}

TEST_CASE("kernels: classify marks the same bytes in every version", "[parser][kernels]") {
  constexpr size_t kBlocks = 40;
  for (uint32_t seed = 0; seed < 200; ++seed) {
    const std::vector<unsigned char> text = random_bytes(seed, kBlocks * 64);
    std::array<uint64_t, kBlocks> expected{};
    usable_kernels().front()->classify(text.data(), kBlocks, expected.data());
    for (const Kernels* kernels : usable_kernels()) {
      std::array<uint64_t, kBlocks> found{};
      kernels->classify(text.data(), kBlocks, found.data());
      INFO(kernels->name << ", seed " << seed);
      REQUIRE(found == expected);
    }
  }
}

TEST_CASE("kernels: classify knows exactly nine bytes", "[parser][kernels]") {
  std::vector<unsigned char> text(256 + kSlack);
  for (size_t i = 0; i < 256; ++i) text[i] = static_cast<unsigned char>(i);
  for (const Kernels* kernels : usable_kernels()) {
    std::array<uint64_t, 4> masks{};
    kernels->classify(text.data(), masks.size(), masks.data());
    std::string events;
    for (size_t i = 0; i < 256; ++i) {
      if ((masks[i / 64] >> (i % 64) & 1) != 0) events += char(i);
    }
    INFO(kernels->name);
    CHECK(events == "\"'()/<`{}");
  }
}

TEST_CASE("kernels: trigrams are found at the same places in every version", "[parser][kernels]") {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    const std::vector<unsigned char> text = random_bytes(seed, 3000);
    const size_t from = seed % 70;
    const size_t to = 3000 - seed % 130;
    const std::vector<uint32_t> expected = all_trigrams(*usable_kernels().front(), text, from, to, 256);
    for (const Kernels* kernels : usable_kernels()) {
      INFO(kernels->name << ", seed " << seed);
      REQUIRE(all_trigrams(*kernels, text, from, to, 256) == expected);
      REQUIRE(all_trigrams(*kernels, text, from, to, 64) == expected);
    }
  }
}

TEST_CASE("kernels: pairs are found at the same places in every version", "[parser][kernels]") {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    const std::vector<unsigned char> text = random_bytes(seed, 2000);
    const unsigned char first = text[seed], second = text[seed + 1];
    const size_t to = 2000 - seed % 40;
    for (size_t from = 0; from < to; ++from) {
      const size_t expected = usable_kernels().front()->find_pair(text.data(), from, to, first, second);
      for (const Kernels* kernels : usable_kernels()) {
        INFO(kernels->name << ", seed " << seed << ", from " << from);
        REQUIRE(kernels->find_pair(text.data(), from, to, first, second) == expected);
      }
      from = expected;
    }
  }
}

TEST_CASE("kernels: find_any stops at the first byte of its set and at the end", "[parser][kernels]") {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    const std::vector<unsigned char> text = random_bytes(seed, 300);
    for (size_t from = 0; from < 300; ++from) {
      const size_t to = from + (seed * 7 + from * 13) % (300 - from + 1);
      check_find_any<'"', '\\', '\n', '\r'>(text, from, to);
      check_find_any<'<', '{'>(text, from, to);
      check_find_any<0xe2>(text, from, to);
      check_find_any<0>(text, from, to);
    }
  }
}

TEST_CASE("char_class: white space is that of the standard", "[parser]") {
  const std::string_view spaces[] = {"\u00a0", "\u1680", "\u2000", "\u200a", "\u2028",
                                     "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"};
  for (const std::string_view space : spaces) {
    const std::string text = "abc" + std::string(space) + "abc";
    const auto* p = reinterpret_cast<const unsigned char*>(text.data()) + 3;
    CHECK(unicode_space_length(p) == space.size());
    CHECK(unicode_space_length_before(p + space.size()) == space.size());
  }
  for (const std::string_view other : {"\u200b", "\u180e", "\u00a1", "\u2060", "\u3001", "\ufefe"}) {
    const std::string text = "abc" + std::string(other) + "abc";
    const auto* p = reinterpret_cast<const unsigned char*>(text.data()) + 3;
    CHECK(unicode_space_length(p) == 0);
    CHECK(unicode_space_length_before(p + other.size()) == 0);
  }
}

}  // namespace demarc
