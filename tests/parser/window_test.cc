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

TEST_CASE("window: what fuzzing and reading have found", "[parser][window]") {
  const std::string blanks(5000, ' '), name(5000, 'n'), ticks(5000, '`');
  const std::string comment = "/*" + std::string(5000, '-') + "*/";
  std::string quotes, tags;
  for (int i = 0; i < 2100; ++i) quotes += "a+'import('\n";
  for (int i = 0; i < 1200; ++i) tags += "</t" + std::to_string(i) + ">";
  struct Case {
    std::string_view why;
    std::string text;
    Language language = Language::js;
  };
  const Case cases[] = {
      {"more exclamation marks than tokens are kept", "a!!!!!!!!!!!!!!!!!!!! / b; import('c') / 'd", Language::ts},
      {"a declaration without a name", "export const a = 1,> b, c ('d')"},
      {"a pattern that is not followed", "export const a = 1, { b = 2 } = c"},
      {"a declaration with a candidate in a string", "export const a = 'import(', b = 1, c = 2; import 'd'"},
      {"a long name", "export const " + name + " = 1, b = 2; import " + name + "\\u0061 from 'c'"},
      {"a URL that is a template", "new Worker(new URL(`./a`, import.meta.url)); new URL(`b${c}d`, import.meta.url)"},
      {"a directive behind an HTML comment", "function f() {          <!-- a\n'use server' }"},
      {"options of an import far behind it", "import('a'," + comment + "{ with: {} })"},
      {"a method named import", "class A { import('a')" + blanks + "{} }"},
      {"a method named require", "class A { require('a')" + blanks + "{} }"},
      {"candidates that do not fit the list", quotes + ";\n import a;\n\t import b.c"},
      {"more closing tags than are kept", "/*" + tags + "*/ a = <b>(c) => 'd'; import('e')", Language::tsx},
      {"a block of MDX and a line of blanks", "import 'a'\n" + blanks + "it's {import('b')}", Language::mdx},
      {"a long fence", ticks + "\n{import('a')}\n" + ticks + "\n\n{import('b')}", Language::mdx},
      {"a fence with a back-tick far behind it", "```" + blanks + "`\n{import('a')}\n```\n", Language::mdx},
      {"a fence behind many blanks", "```\n" + blanks + "```\n{import('a')}", Language::mdx},
      {"blanks of several bytes in a block of MDX", "import a\u00a0\u00a0\u00a0/q'\n", Language::mdx},
      {"a long rule", "a\n-" + blanks + "a\nimport 'b'", Language::mdx},
  };
  const size_t edge = Window::kSmallest - Window::kLookAhead;
  const std::string behind = ";\n" + std::string(6000, ' ') + "\nimport('z'); require('y')";
  for (const Case& one : cases) {
    for (size_t before = 0; before < edge; before += 3) {
      const bool is_markdown = one.language == Language::mdx;
      const std::string text =
          (is_markdown ? std::string(before, '.') + "\n\n" : "/*" + std::string(before, '-') + "*/") + one.text +
          behind;
      const ScanSettings settings{.language = one.language, .collect = kEverything};
      const std::string expected = describe(text, settings, 1 << 20);
      const std::string found = describe(text, settings, Window::kSmallest);
      if (found != expected) {
        INFO(one.why << ", " << before << " bytes before it");
        CHECK(found == expected);
        break;
      }
    }
  }
}

TEST_CASE("window: a block of MDX behind more candidates than the list holds", "[parser][window]") {
  const std::string block = "export " + std::string(11, '\0') + std::string(55, '\r') + std::string(7, '\0') + "/>\0";
  const ScanSettings settings{.language = Language::mdx};
  for (size_t more = 1; more < 3; ++more) {
    std::string calls;
    for (size_t i = 0; i < 2048 + more; ++i) calls += "import(";
    for (size_t before = 1024; before < 3072; before += 8) {
      const std::string text = calls + std::string(before, '-') + "\n\n" + block + ";\n\n" + std::string(6000, ' ') +
                               "\n\nimport 'z'; require('y')";
      const std::string expected = describe(text, settings, 1 << 16);
      const std::string found = describe(text, settings, Window::kSmallest);
      INFO(before << " bytes before it");
      REQUIRE(found == expected);
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
