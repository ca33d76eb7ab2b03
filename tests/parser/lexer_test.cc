// What the lexer says about a text, case by case.
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "parser/scan_module.h"
#include "tests/parser/describe.h"
#include "tests/parser/parser_case.h"

namespace demarc {
namespace {

// A text and what describe() makes of it.
struct Case {
  std::string_view why;
  std::string_view source;
  std::string_view expected;
  Language language = Language::js;
  Collect collect = Collect::edges;
};

void check(const Case& one) {
  INFO(one.why << ":\n" << one.source);
  CHECK(describe(one.source, {.language = one.language, .collect = one.collect}) == one.expected);
}

}  // namespace

TEST_CASE("exam: the lexer agrees with every case, and is sure of those that are no mistakes", "[parser][exam]") {
  Lexer lexer;
  ModuleSyntax syntax;
  for (const ParserCase& expected : load_parser_cases()) {
    scan_module(lexer, expected.source, {.language = expected.language}, syntax);
    INFO(expected.name << ":\n" << expected.source);
    CHECK(compare(expected, syntax) == "");
    CHECK((expected.broken || syntax.uncertainty == 0));
  }
}

TEST_CASE("lexer: names of exports", "[parser]") {
  struct ExportCase {
    std::string_view why;
    std::string_view source;
    std::string_view expected;  // type-only ones in parentheses
    Language language = Language::js;
    bool is_declined = false;
  };
  constexpr ExportCase kCases[] = {
      {"declarators", "export const a = 1, b = [1, 2], d = (x, y), e = `,${f, g}`", "a b d e"},
      {"type arguments are no declarators",
       "export const a: Map<string, X, Y> = f<1, 2>(1, 2), b = <T, U = V, W>(x) => x, c = d < e", "a b c",
       Language::ts},
      {"statements end without semicolons", "export let a = b\nc, d = 1\nexport let e\nf, g", "a e"},
      {"statements go on behind line terminators", "export let a =\n1\n, b\n= c\n+ d, e", "a b e"},
      {"patterns", "export const { a, b: c, ...d } = e, [f, , g] = h", "a c d f g"},
      {"patterns with defaults", "export const { a = 1 } = b", "", Language::js, true},
      {"functions and classes", "export async function* a() {} export class b {} export default class c {}",
       "a b default"},
      {"types",
       "export type a = 1; export interface b {} export declare const c: 1, d: 2; export type { e, f as g };"
       "export { type h, i }",
       "(a) (b) (c) (d) (e) (g) (h) i", Language::ts},
      {"TypeScript's own",
       "export enum a {} export const enum b {} export abstract class c {} export namespace d { export const no = 1 }"
       "export import e = f.g; export as namespace h",
       "a b c d e", Language::ts},
      {"lists", "export { a, b as c, d as default, e as 'f-g' }; export * as h from 'i'; export * from 'j'",
       "a c default f-g h"},
      {"a declaration behind the last import", "import 'a'; export const b = () => { return 1 }, c = 2", "b c"},
      {"a list in a namespace", "declare module 'a' { export { b }; export const c: 1 } export {}", "", Language::ts},
      {"a comparison with a comma behind it", "export const a = b < c, d = 1;", "a", Language::ts, true},
      {"an element with a comma behind it", "export const a = <b>,</b>, c = <d e={f, g} />, h = 1", "a c h",
       Language::tsx},
  };
  Lexer lexer;
  ModuleSyntax syntax;
  for (const ExportCase& one : kCases) {
    INFO(one.why << ": " << one.source);
    scan_module(lexer, one.source, {.language = one.language, .collect = Collect::exports}, syntax);
    std::string found;
    for (const ExportRecord& record : syntax.exports) {
      const std::string name(syntax.text(record.name));
      CHECK(one.source.substr(record.offset).find(name) <= 1);
      found += (found.empty() ? "" : " ") + (record.type_only ? "(" + name + ")" : name);
    }
    CHECK(found == one.expected);
    CHECK(syntax.uncertainty == (one.is_declined ? uint32_t(Uncertainty::export_shape) : 0));
  }
}

TEST_CASE("lexer: deep nesting costs certainty, not edges", "[parser]") {
  Lexer lexer;
  ModuleSyntax syntax;
  const auto nested = [](size_t depth) {
    std::string text;
    for (size_t i = 0; i < depth; ++i) text += i % 2 == 0 ? '(' : '{';
    text += "require('a')";
    for (size_t i = depth; i-- > 0;) text += i % 2 == 0 ? ')' : '}';
    return text + "require('b')";
  };
  for (const size_t depth : {size_t{1000}, size_t{32000}, size_t{100000}, size_t{1000000}}) {
    scan_module(lexer, nested(depth), {}, syntax);
    INFO(depth);
    REQUIRE(syntax.imports.size() == 2);
    CHECK(syntax.uncertainty == (depth > 32000 ? uint32_t(Uncertainty::nesting_depth) : 0));
  }
  CHECK(lexer.bytes() < 1280 * 1024);
  // Beyond a million the lexer stops, and says so.
  scan_module(lexer, "import 'a';" + std::string(1100000, '(') + "require('b')", {}, syntax);
  CHECK(syntax.imports.size() == 1);
  CHECK((syntax.uncertainty & uint32_t(Uncertainty::nesting_depth)) != 0);
  // The memory of such a file is given back with the next one.
  scan_module(lexer, "import 'a'", {}, syntax);
  CHECK(lexer.bytes() < 512 * 1024);
}

TEST_CASE("lexer: the base of a glob is part of its patterns", "[parser]") {
  constexpr Case kCases[] = {
      {"joined", "import.meta.glob('./**/*.tsx', { eager: true, base: './pages' })",
       "17 glob './pages/**/*.tsx'\nesm\n"},
      {"upwards", "import.meta.glob('../a/*.ts', { base: './x/y/' })", "17 glob './x/a/*.ts'\nesm\n"},
      {"out of the folder", "import.meta.glob('../../*.ts', { base: './x' })", "17 glob '../*.ts'\nesm\n"},
      {"from the root", "import.meta.glob(['./*.ts', '!./no.ts',], {'base': `/src`})",
       "18 glob '/src/*.ts'\n28 glob '!/src/no.ts'\nesm\n"},
      {"not of these", "import.meta.glob(['/a/*.ts', '!**/b.ts', '@/c.ts'], { base: './x' })",
       "18 glob '/a/*.ts'\n29 glob '!**/b.ts'\n41 glob '@/c.ts'\nesm\n"},
      {"another option's value", "import.meta.glob('./*.ts', { query: { base: './x' }, import: 'base' })",
       "17 glob './*.ts'\nesm\n"},
      {"not known", "import.meta.glob('./*.ts', { base: `./${x}` })", "17 glob './*.ts'\nesm\n"},
      {"no option", "import.meta.glob('./*.ts')({ base: './x' })", "17 glob './*.ts'\nesm\n"},
  };
  for (const Case& one : kCases) check(one);
}

TEST_CASE("lexer: a promise or a type that is combined with another raises a doubt", "[parser]") {
  Lexer lexer;
  ModuleSyntax syntax;
  for (const std::string_view source :
       {"x = import('a') < b", "x = import('a') | b", "type A<B> = import('a') & B", "x = <import('a')>b",
        "f<import('a'), b>()", "declare function f(): import('a').B // '\n(g)()"}) {
    scan_module(lexer, source, {.language = Language::ts}, syntax);
    INFO(source);
    CHECK(syntax.uncertainty == uint32_t(Uncertainty::import_shape));
  }
  scan_module(lexer, "let a: import('a') | b; type A = import('a') & B", {.language = Language::ts}, syntax);
  CHECK(syntax.uncertainty == 0);
  CHECK(syntax.imports.empty());
}

TEST_CASE("lexer: what differential runs have found", "[parser]") {
  constexpr Case kCases[] = {
      {"a shift is no tag", "a = b<<C>>d&1; f('use client'); require('e')", "40 require 'e'\n"},
      {"strings in templates", "import(`./${a}.js${''}`)", "7 dynamic-glob './**/*.js'\n"},
      {"options of require.resolve", "require.resolve('a', { paths })", "16 require-resolve 'a'\n"},
      {"a template without substitutions is a URL, too",
       "new URL(`./a`, import.meta.url); new URL(`./${b}`, import.meta.url); new URL(`${c}d`, import.meta.url)",
       "8 url './a'\nesm\n"},
      {"a type query in a condition runs", "if (typeof import('a')) typeof import('b')",
       "18 dynamic 'a'\n38 dynamic 'b'\n", Language::ts},
      {"type queries do not run",
       "type A = typeof import('a'); type B<C> = typeof import('b'); let d: typeof import('c'), e = f<typeof "
       "import('d')>(), g: (typeof import('e'))['h']",
       "", Language::ts},
      {"but they do as arguments and in for heads",
       "f(typeof import('a')); for (b in typeof import('c')) d / typeof import('e'); f<g>(typeof import('h')); i = "
       "(typeof import('j'))",
       "16 dynamic 'a'\n47 dynamic 'c'\n71 dynamic 'e'\n96 dynamic 'h'\n122 dynamic 'j'\n", Language::ts},
      {"... and not in mapped types",
       "type A = { [B in typeof import('a')]: 1 }; let b = c as (typeof import('d'))['e']; "
       "type F<G = (typeof import('h'))['i']> = (typeof import('j'))['k'] | ((l: 1) => (typeof import('m'))['n'])",
       "", Language::ts},
      {"the dot of a number is no property",
       "a = 1.\nimport('b')\nc = 1_0. // d\nexport * from 'e'; 1.5.import; f1.import",
       "14 dynamic 'b'\n47 export-all 'e'\nesm\n"},
      {"a label is no annotation", "if (a) b: import('c')\n{}", "17 dynamic 'c'\n", Language::ts},
      {"fields have types", "class A { b: import('c').D; private e?: import('f').G }", "", Language::ts},
      {"elements begin statements", "import 'a'\n<b c='d'>it's</b>; import('e')",
       "7 side-effect 'a'\n37 dynamic 'e'\nesm\njsx\n", Language::tsx},
      {"a line comment can end with white space", "return // a \n/'/; import('b')", "25 dynamic 'b'\n"},
      {"a second argument makes require something else", "require('a', b); require('c',)", "25 require 'c'\n"},
  };
  for (const Case& one : kCases) check(one);
}

}  // namespace demarc
