// Inputs that make a careless lexer quadratic, a megabyte of each. Time is not measured: the lexer counts its steps.
#include <string>

#include <catch2/catch.hpp>

#include "parser/lexer.h"
#include "tests/parser/describe.h"

namespace demarc {
namespace {

constexpr size_t kBytes = 1 << 20;

// Steps a byte. Honest code takes 0.1; a call looks at up to 512 bytes of its argument, eight a step.
constexpr uint64_t kStepsPerByte = 40;

// Held beside the record: window, masks, candidates, frames down to the deepest level.
constexpr size_t kLexerBytes = 1280 * 1024;

std::string repeat(std::string_view piece, size_t bytes = kBytes) {
  std::string text;
  text.reserve(bytes + piece.size());
  while (text.size() < bytes) text += piece;
  return text;
}

struct Trap {
  std::string_view why;
  std::string_view piece;
  Language language = Language::js;
  std::string_view before = "";
  // Without one, nothing at all would be lexed.
  std::string_view behind = "\nimport('z')";
};

constexpr Trap kTraps[] = {
    {"generics or elements", "=<T>(x)", Language::tsx},
    {"elements that never close", "=<a>", Language::jsx},
    {"elements with many names", "=<a b", Language::tsx},
    {"attributes in attributes", "<a b={", Language::jsx, "x="},
    {"children in children", "<a>{", Language::jsx, "x="},
    {"attribute elements", "<a b=", Language::jsx, "x="},
    {"type arguments of tags", "<a<", Language::tsx, "x="},
    {"closing tags", "</a", Language::tsx},
    {"less-than", "<", Language::tsx},
    {"concatenated requires", "require(a+\"b\"+"},
    {"concatenated imports", "import(a+\"b\"+"},
    {"conditional requires", "require(a?\"b\":"},
    {"parenthesised arguments", "require((((((("},
    {"templates in arguments", "import(`./${`./${"},
    {"casts in arguments", "import(<a>", Language::ts},
    {"clauses in clauses", "import {import type,", Language::ts},
    {"clauses of words", "import a "},
    {"clauses that fail late", "import {a,b,c,d,e,f,g,h,i,j import "},
    {"lists without an end", "a,", Language::js, "import {"},
    {"export lists", "export {a,"},
    {"export stars", "export * as a "},
    {"globs", "import.meta.glob(["},
    {"globs with types", "import.meta.glob<<<<", Language::ts},
    {"urls", "new URL('a',import.meta.url,"},
    {"workers", "new Worker(new URL('a',import.meta.url"},
    {"parentheses", "("},
    {"closing parentheses", ")"},
    {"parentheses and a brace", "((((((((((((((((}"},
    {"braces", "{"},
    {"closing braces", "}"},
    {"templates", "`${"},
    {"back-ticks", "`"},
    {"slashes", "/"},
    {"divisions", "a/"},
    {"spaced slashes", "/ "},
    {"regular expressions", "=/a/"},
    {"regular expression starts", "=/("},
    {"class starts", "=/["},
    {"class starts on lines", "=/[\n"},
    {"escapes in regular expressions", "=/\\/"},
    {"line comments", "//\n"},
    {"block comments", "/**/"},
    {"comments between operands", "a/**/"},
    {"comment starts", "/*/"},
    {"long white space before slashes", "                                                                /"},
    {"white space", " "},
    {"line terminators in a declaration", "\n", Language::js, "export const a ="},
    {"line terminators and comments in a declaration", "//\n", Language::js, "export const a = b,"},
    {"unicode line terminators in a declaration", "\u2028", Language::js, "export const a ="},
    {"declarations that go on", "\n,a", Language::js, "export const a"},
    {"line terminators", "\r"},
    {"unicode white space", "\u2028"},
    {"one identifier", "a"},
    {"one number", "1"},
    {"non-ASCII identifier", "é"},
    {"keywords", "return "},
    {"labels", "break a\n/b/"},
    {"dots", "."},
    {"property chains", "a.b"},
    {"member calls", ".a()"},
    {"functions", "function a(){"},
    {"function expressions", "(function(){"},
    {"arrows", "a=>{"},
    {"classes", "class a{"},
    {"heritage", "class a extends b(){"},
    {"strings", "''"},
    {"unterminated strings", "'\n"},
    {"escapes", "'\\'"},
    {"directives", "'use server';", Language::js, "function f(){"},
    {"bodies with directives", "()=>{'use server';"},
    {"types with directives", "type a=((b:c)=>{'use server'", Language::ts},
    {"groups before arrows", "=(((((((a)=>{'use server'", Language::ts},
    {"directives of the module", "'use client';"},
    {"directives without an end", "'use client'\n"},
    {"directive strings in code", "a='use b',"},
    {"return types", "():", Language::ts, "", "\nfunction f() { 'use server' }"},
    {"return types that are objects", "():{", Language::ts, "", "\nfunction f() { 'use server' }"},
    {"return types in angles", "():a<", Language::ts, "", "\nfunction f() { 'use server' }"},
    {"hidden requires", "function(require){require('a');"},
    {"hoisted requires", "{var require;require('a');"},
    {"block requires", "{let require;import('a');"},
    {"arrow parameters", "require=>"},
    {"parameters", "(require,"},
    {"patterns", "({require,"},
    {"wrapped requires", "(require)"},
    {"names of require", "require,"},
    {"member requires", "module.require."},
    {"html comments", "<!--"},
    {"html comments on lines", "\n-->"},
    {"closing html comments", "-->", Language::cjs},
    {"pragmas", "/*@jsxImportSource a*/"},
    {"pragmas in one comment", "@jsxImportSource a", Language::js, "/*", "*/ import('z')"},
    {"keywords in prose", "import export require "},
    {"exclamation marks", "!", Language::ts},
    {"plus signs", "+"},
    {"escaped names", "import {\\u{61}\\u0061"},
    {"zeros", std::string_view("\0", 1)},
    {"bytes that are no UTF-8", "\xff"},
    {"declare module", "declare module 'a'{import b from 'c';", Language::ts},
    {"import equals", "import a=require(", Language::ts},
    {"import types", "let a:import('b').C;", Language::ts},
    {"import types in a chain", "import('a').b.c.d.e.", Language::ts},
    {"attributes of imports", "import 'a' with {b:"},
    {"MDX: blank lines in a block", "\n", Language::mdx, "export const a ="},
    {"MDX: lines of blanks in a block", " \n", Language::mdx, "import 'a'; a ="},
    {"MDX: brackets in a block", "[\n", Language::mdx, "export const a ="},
    {"MDX: blocks", "import 'a'\n\n", Language::mdx},
    {"MDX: blocks that fail", "import a\n\n", Language::mdx},
    {"MDX: code spans", "`a``b```c", Language::mdx},
    {"MDX: back-ticks", "`", Language::mdx},
    {"MDX: code spans without an end", "`a\n\n``b\n\n", Language::mdx},
    {"MDX: fences", "```\n", Language::mdx},
    {"MDX: fences of another kind", "```\n~~~\n", Language::mdx},
    {"MDX: lists in lists", "- ", Language::mdx},
    {"MDX: block quotes", ">\n", Language::mdx, "```\n"},
    {"MDX: rules", "- - -\n", Language::mdx},
    {"MDX: expressions", "{", Language::mdx},
    {"MDX: expressions in tags", "<a b={", Language::mdx},
    {"MDX: tags", "<a ", Language::mdx},
    {"MDX: strings in tags", "<a b='", Language::mdx},
    {"MDX: text before expressions", "a\n\n{b}", Language::mdx},
};

}  // namespace

TEST_CASE("lexer: no input takes more than a fixed number of steps a byte", "[parser][traps]") {
  Lexer lexer;
  ModuleSyntax syntax;
  for (const Trap& trap : kTraps) {
    const std::string text = std::string(trap.before) + repeat(trap.piece) + std::string(trap.behind);
    scan_module(lexer, text, {.language = trap.language, .collect = Collect::names | Collect::exports}, syntax);
    INFO(trap.why);
    CHECK(lexer.state().work / text.size() <= kStepsPerByte);
    CHECK(lexer.bytes() <= kLexerBytes);
  }
}

}  // namespace demarc
