// The lexer's answer may not depend on where its window happens to be cut.
#include <string>

#include <catch2/catch.hpp>

#include "parser/window.h"
#include "tests/parser/describe.h"
#include "tests/parser/parser_case.h"
#include "tests/parser/random_code.h"

namespace demarc {
namespace {

constexpr Collect kEverything = Collect::names | Collect::exports;

constexpr Language kLanguages[] = {Language::js, Language::mjs, Language::ts, Language::tsx, Language::cjs};

}  // namespace

TEST_CASE("window: the exam cases do not depend on where they are cut", "[parser][window]") {
  const std::string behind = ";\n" + std::string(6000, ' ') + "\nimport('z'); require('y')";
  for (const ParserCase& one : load_parser_cases()) {
    // The smallest window moves on after 1 KiB: every byte of the case comes to lie there.
    const size_t edge = Window::kSmallest - Window::kLookAhead;
    const size_t least = edge > one.source.size() + 8 ? edge - one.source.size() - 8 : 0;
    for (size_t before = least; before < edge + 8; ++before) {
      const std::string text = "/*" + std::string(before, '-') + "*/" + one.source + behind;
      const ScanSettings settings{.language = one.language, .collect = kEverything};
      const std::string expected = describe(text, settings, 1 << 20);
      const std::string found = describe(text, settings, Window::kSmallest);
      if (found != expected) {
        INFO(one.name << ", " << before << " bytes before it");
        CHECK(found == expected);
        break;
      }
    }
  }
}

TEST_CASE("window: random code does not depend on where it is cut", "[parser][window]") {
  for (uint32_t seed = 0; seed < 400; ++seed) {
    const std::string text = random_code(seed, 30000);
    const ScanSettings settings{.language = kLanguages[seed % std::size(kLanguages)], .collect = kEverything};
    const std::string expected = describe(text, settings, 1 << 20);
    for (const size_t window : {Window::kSmallest, size_t{6000}, size_t{9000 + seed * 37}}) {
      const std::string found = describe(text, settings, window);
      if (found != expected) {
        INFO("seed " << seed << ", window " << window);
        CHECK(found == expected);
      }
    }
  }
}

}  // namespace demarc
