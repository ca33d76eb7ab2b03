// Which parts of an MDX file are code.
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "parser/window.h"
#include "tests/parser/describe.h"

namespace demarc {
namespace {

// The specifiers found, in order; "?" in front when the lexer is not sure.
std::string specifiers(std::string_view text, size_t window_bytes = Lexer::kWindowBytes) {
  Lexer lexer(window_bytes);
  ModuleSyntax syntax;
  scan_module(lexer, text, {.language = Language::mdx}, syntax);
  std::string all = syntax.uncertainty != 0 ? "?" : "";
  for (const ImportRecord& one : syntax.imports) {
    if (!all.empty()) all += ' ';
    all += syntax.text(one.specifier);
  }
  return all;
}

struct Case {
  std::string_view why;
  std::string_view text;
  std::string_view expected;
};

constexpr Case kCases[] = {
    {"a block needs column 1", "import 'a'\n\n import 'b'\n\n\timport 'c'", "a"},
    {"a block needs a blank behind the keyword",
     "import'a'\n\nexport{b} from 'b'\n\nimport\t'c'\n\nexport {d} from 'd'", "d"},
    {"a paragraph does not end for a block", "text\nimport 'a'\n\nimport 'b'\nimport 'c'", "b c"},
    {"a heading ends itself", "# heading\nimport 'a'", "a"},
    {"a thematic break ends itself", "***\nimport 'a'\n\ntext\n---\nimport 'b'\n\ntext\n--- text\nimport 'c'", "a b"},
    {"a line of tags ends itself", "<X />\nimport 'a'", "a"},
    {"an expression on a line of its own ends itself", "{x}\nimport 'a'", "a"},
    {"a tag with text behind it begins a paragraph", "<X /> text\nimport 'a'", ""},
    {"a fence ends itself", "```\nimport 'a'\n```\nimport 'b'", "b"},
    {"a fence ends at one as long", "````\n```\nimport 'a'\n````\nimport 'b'", "b"},
    {"a fence ends at its own kind", "~~~\n```\n~~~\nimport 'a'", "a"},
    {"a fence may have no end", "```js\nimport 'a'\n\nimport 'b'", ""},
    {"a fence in a list", "- one\n\n  ```js\n  {import('a')}\n  ```\n\nimport 'b'", "b"},
    {"a fence on the line of its list item", "1. ```js\n   {import('a')}\n   ```\n\nimport 'b'", "b"},
    {"a fence in a block quote", "> ```js\n> {import('a')}\n> ```\n\nimport 'b'", "b"},
    {"a blank line within brackets", "export const a = [\n\n  require('b')\n\n]\n\ntext require('c')", "b"},
    {"a blank line within braces", "export const a = {\n\n  b: require('b')\n}\n\nit's require('c')", "b"},
    {"a blank line behind an operator", "export const a =\n\n  require('b')\n\nit's", "b"},
    {"a blank line in a clause", "import {\n\n  a\n\n} from 'a'\n\nit's", "a"},
    {"a blank line in a template", "export const a = `\n\nimport 'a'\n\n${require('b')}`\n\nit's", "b"},
    {"a blank line in a comment", "export const a = 1 /*\n\nimport 'a'\n\n*/ + require('b')\n\nit's", "b"},
    {"a blank line ends a block without a semicolon", "import a from 'a'\n\nfrom 'here' it's\n\nimport 'b'", "a b"},
    {"a block ends behind a specifier that looks like code", "import a from 'require('\n\n~~~\nimport 'b'\n~~~",
     "require("},
    {"the lists of exports", "export {a}\n\nfrom 'a'\n\nexport {b} from 'b'", "b"},
    {"line terminators of other systems", "import 'a'\r\n\r\nit's\r\n\r\nimport 'b'\r\n", "a b"},
    {"expressions in the text", "It's {import('a')}, isn't {`it ${require('b')}`}", "a b"},
    {"expressions over lines", "It's {\n  require('a')\n}", "a"},
    {"elements in expressions", "{x && <p>don't {require('a')} import('b')</p>}\n\nimport 'c'", "a c"},
    {"escaped braces", "\\{import('a')\\} {import('b')}", "b"},
    {"code spans", "`{import('a')}` ``{import('b')` ``{import('c')}", "c"},
    {"a code span without an end", "`{import('a')}\n\n`", "a"},
    {"a code span over lines", "`{import('a')}\n{import('b')}` {import('c')}", "c"},
    {"attribute values", "<X a={() => require('a')} b='{import(\"b\")}' c=\"it's\">don't</X>", "a"},
    {"spread attributes", "<X {...require('a')} />", "a"},
    {"tags over lines", "<X\n  a={require('a')}\n\n  b\n/>\n\nit's {import('b')}", "a b"},
    {"text between tags is Markdown", "<X>\n\nimport 'a'\n\n`{import('b')}` it's\n\n</X>", "a"},
    {"a comment expression", "{/* it's import('a') */}\n\nimport 'b'", "b"},
    {"text is no token", "see a.\n\nimport 'a'\n\nreturn {/require('b')/} {require('c')}", "a c"},
    {"a byte-order mark", "\uFEFFimport 'a'", "a"},
    {"nothing", "", ""},
};

}  // namespace

TEST_CASE("mdx: code is where Markdown leaves room for it", "[parser][mdx]") {
  for (const Case& one : kCases) {
    INFO(one.why << ":\n" << one.text);
    CHECK(specifiers(one.text) == one.expected);
  }
}

TEST_CASE("mdx: the answer does not depend on the window", "[parser][mdx][window]") {
  const size_t edge = Window::kSmallest - Window::kLookAhead;
  for (const Case& one : kCases) {
    const size_t least = edge > one.text.size() + 8 ? edge - one.text.size() - 8 : 0;
    for (size_t before = least; before < edge + 8; ++before) {
      const std::string text = std::string(before, '.') + "\n\n" + std::string(one.text) + "\n\n" +
                               std::string(6000, '.') + "\n\nimport 'z'";
      const ScanSettings settings{.language = Language::mdx};
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

TEST_CASE("mdx: a compiled module has no directives, but its text may begin with some", "[parser][mdx]") {
  constexpr std::string_view kText = "'use client'\n\nimport 'a'\n";
  CHECK(describe(kText, {.language = Language::mdx}) == "21 side-effect 'a'\nesm\njsx\njsx from react\n");
  CHECK(describe(kText, {.language = Language::mdx, .raw_mdx_prologue = true}) ==
        "0-12 module \"use client\"\n21 side-effect 'a'\nesm\njsx\njsx from react\n");
}

}  // namespace demarc
