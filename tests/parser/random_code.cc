#include "tests/parser/random_code.h"

#include <iterator>
#include <random>
#include <string_view>

namespace demarc {
namespace {

// Pieces of code that lead the lexer from one state to another.
constexpr std::string_view kPieces[] = {
    "import",
    " from ",
    "export ",
    "require",
    "('a')",
    "(\"b\" + c)",
    "(`./${d}.js`)",
    "'use server'",
    "\"use client\";",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "</",
    "/>",
    "<a>",
    "</a>",
    "<T,>(x: T)",
    "=>",
    "=",
    ";",
    ",",
    ".",
    "...",
    ":",
    "?",
    "!",
    "+",
    "++",
    "/",
    "/x/g",
    "/[/'\"]/",
    "//",
    "// it's\n",
    "/*",
    "*/",
    "/* } */",
    "'",
    "\"",
    "`",
    "${",
    "\\",
    "\n",
    "\r\n",
    " ",
    "    ",
    "\u2028",
    "\u00a0",
    "\uFEFF",
    "x",
    "if",
    "for",
    "while",
    "of",
    "return ",
    "typeof ",
    "new ",
    "function",
    "async ",
    "class A ",
    "extends ",
    "var ",
    "const ",
    "let ",
    "type ",
    "declare module 'm' ",
    "as ",
    "await ",
    "case ",
    "break ",
    "catch ",
    "do ",
    "else ",
    "import.meta.glob",
    "new URL('./u', import.meta.url)",
    "new Worker(",
    "import.meta",
    "* as n",
    "{ a, type b as c }",
    "with { type: 'json' }",
    "module.",
    "#",
    "@jsxImportSource p ",
    "<!--",
    "-->",
    "export * from 'e'",
    "export default ",
    "1.5",
    "\\u0061",
    "é",
    "=== 'x' ? ",
    "static ",
    "yield ",
    "declare ",
    "createRequire",
    "@D() ",
    "satisfies X",
    "enum E ",
    "namespace N ",
    "defer ",
    "source ",
    "resolve",
    "long_identifier_",
};

}  // namespace

std::string random_code(uint32_t seed, size_t length) {
  std::mt19937 random(seed);
  std::string code;
  while (code.size() < length) {
    code += kPieces[random() % std::size(kPieces)];
    if (random() % 40 == 0) code.append(random() % 3000, " xy\n"[random() % 4]);
  }
  return code;
}

}  // namespace demarc
