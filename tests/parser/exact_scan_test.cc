#include "parser/exact_scan.h"

#include <pthread.h>

#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "parser/syntax_tree.h"

namespace demarc {
namespace {

constexpr size_t kBudget = 64u << 20;
constexpr size_t kMegabyte = 1'000'000;

std::string repeated(std::string_view piece, size_t bytes) {
  std::string text;
  while (text.size() + piece.size() <= bytes) text += piece;
  return text;
}

struct Scanned {
  ExactStatus status;
  ModuleSyntax syntax;
};

Scanned scan(std::string_view text, Language language, size_t budget = kBudget) {
  Scanned scanned;
  const ScanSettings settings{.language = language, .collect = Collect::names | Collect::exports};
  scanned.status = exact_scan(text, settings, budget, scanned.syntax);
  return scanned;
}

std::vector<std::string> exports_of(const ModuleSyntax& syntax) {
  std::vector<std::string> names;
  for (const ExportRecord& record : syntax.exports) {
    names.push_back(std::string(syntax.text(record.name)) + (record.type_only ? " (type)" : ""));
  }
  return names;
}

std::vector<std::string> names_of(const ModuleSyntax& syntax, const ImportRecord& record) {
  std::vector<std::string> names;
  for (uint32_t i = record.first_name; i < record.first_name + record.name_count; ++i) {
    const ImportName& name = syntax.import_names[i];
    names.push_back(std::string(syntax.text(name.imported)) + " as " + std::string(syntax.text(name.local)) +
                    (name.type_only ? " (type)" : ""));
  }
  return names;
}

std::vector<std::string> specifiers_of(const ModuleSyntax& syntax) {
  std::vector<std::string> specifiers;
  for (const ImportRecord& record : syntax.imports) specifiers.emplace_back(syntax.text(record.specifier));
  return specifiers;
}

using Names = std::vector<std::string>;

// Texts that cost a parser far more than their size.
struct Hostile {
  const char* piece;
  Language language;
};
constexpr Hostile kHostile[] = {
    {"(a,", Language::js},
    {"(", Language::js},
    {"[", Language::js},
    {"{", Language::js},
    {"a<a<", Language::ts},
    {"<T>(x)", Language::tsx},
    {"`${", Language::js},
    {"a?b:", Language::js},
    {"require(a+\"b\"+", Language::js},
    {"\"a", Language::js},
    {"/[", Language::js},
    {"/*", Language::js},
    {"type A = {a:{", Language::ts},
    {"@a ", Language::ts},
    {"async (a) => ", Language::js},
    {"import {", Language::js},
    {"export const {a:", Language::ts},
    {"let a = ", Language::js},
    {"a.", Language::tsx},
    {"namespace A.", Language::ts},
};

// Runs on a stack that no recursion over the input would fit.
template <class Function>
void on_small_stack(Function function) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 256 * 1024);
  pthread_t thread;
  void* (*const start)(void*) = [](void* argument) -> void* {
    (*static_cast<Function*>(argument))();
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, start, &function) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

}  // namespace

TEST_CASE("exact scan: export names, destructured ones included", "[parser]") {
  const Scanned scanned = scan(R"(
    export const {a, b: [c, ...d], e: {f} = {}, ...g} = h(), i = 1;
    export function j(): void; export function j(k: number): void; export function j() {}
    export class K {}
    export default class {}
    export enum L {} export namespace M.N { export const o = 1 }
    export interface P {} export type Q = 1; export declare const r: number; export { s as t, type u, v as default };
    export * as w from "w"; export { x, y as "z z" } from "x"; export * from "nothing"; export import aa = A.B;
    declare module "foo" { export const hidden: number }
  )",
                               Language::ts);
  CHECK(exports_of(scanned.syntax) == Names{"a", "c",        "d",       "f", "g",        "i",        "j",
                                            "K", "default",  "L",       "M", "P (type)", "Q (type)", "r (type)",
                                            "t", "u (type)", "default", "w", "x",        "z z",      "aa"});
}

TEST_CASE("exact scan: names of import clauses", "[parser]") {
  const Scanned scanned = scan(
      "import A, {b, c as d, type E, default as f, 'g h' as i} from 'm'; import * as J from 'n'; import type K from "
      "'o';"
      "export {l as m, type n} from 'p'",
      Language::ts);
  REQUIRE(scanned.syntax.imports.size() == 4);
  const ModuleSyntax& syntax = scanned.syntax;
  CHECK(names_of(syntax, syntax.imports[0]) ==
        Names{"default as A", "b as b", "c as d", "E as E (type)", "default as f", "g h as i"});
  CHECK(names_of(syntax, syntax.imports[1]) == Names{"* as J"});
  CHECK(names_of(syntax, syntax.imports[2]) == Names{"default as K (type)"});
  CHECK(names_of(syntax, syntax.imports[3]) == Names{"l as m", "n as n (type)"});
  CHECK(syntax.imports[0].erasable);
  CHECK_FALSE(syntax.imports[2].erasable);
}

TEST_CASE("exact scan: arguments that are no literal are noted", "[parser]") {
  const Scanned scanned =
      scan("import(x); require(y + z); import('./a' + b); require(c ? './d' : e); f(g)", Language::js);
  CHECK(specifiers_of(scanned.syntax) == Names{"./a*", "./d"});
  CHECK(scanned.syntax.dynamic_specifiers == std::vector<uint64_t>{0, 11, 46});
}

TEST_CASE("exact scan: types hold no edges", "[parser]") {
  const std::string_view kTypes[] = {
      "let a: typeof import('b')",
      "type A = typeof import('b')",
      "f<typeof import('b')>(c)",
      "f<typeof import('b'), C>(c)",
      "f<(typeof import('b'))['c']>(d)",
      "f<import('b').C>(d)",
      "f<import('b').C<D>>(e)",
      "f<import('b').C | D>(e)",
      "f<C & import('b').D & (() => import('b').E)>(e)",
      "f<(() => (typeof import('b'))['c'])>`d`",
      "await f<{ a: import('b').C; d: () => void }>(e)",
      "f<import('b')>`c`",
      "const a: keyof import('b').C = 1",
  };
  for (const std::string_view source : kTypes) {
    INFO(source);
    CHECK(specifiers_of(scan(source, Language::ts).syntax).empty());
  }
}

TEST_CASE("exact scan: what compares or asks for the type of an import() runs", "[parser]") {
  const std::string_view kValues[] = {
      "const a = typeof import('b')",
      "if (typeof import('b') === 'object') {}",
      "f(typeof import('b'))",
      "a < typeof import('b')",
      "for (let a = 0; a < import('b').length; ++a) f()",
      "a < import('b') && c > (d)",
      "a < c + import('b').d > (e)",
      "a < (() => { import('b') })() > (c)",
      "f<A>(() => import('b'))",
      "a < c; d(import('b') > (e))",
  };
  for (const std::string_view source : kValues) {
    INFO(source);
    CHECK(specifiers_of(scan(source, Language::ts).syntax) == Names{"b"});
  }
}

TEST_CASE("exact scan: markers, pragmas and flags", "[parser]") {
  const std::string_view markers[] = {"import.meta.viteRsc", "nothing"};
  ModuleSyntax syntax;
  const std::string_view text = "/** @jsxImportSource preact */ import.meta.viteRsc; export default <a/>";
  CHECK(exact_scan(text, {.language = Language::jsx, .markers = markers}, kBudget, syntax) == ExactStatus::complete);
  CHECK(syntax.markers == 1);
  CHECK(syntax.has_jsx);
  CHECK(syntax.has_esm);
  CHECK(syntax.text(syntax.jsx_import_source) == "preact");
}

TEST_CASE("exact scan: offsets are bytes of a UTF-16 file", "[parser]") {
  const std::u16string_view source = u"\uFEFF'use client'; /* é😀 */ import a from './ü'; export const ö = 1";
  for (const bool big_endian : {false, true}) {
    std::string bytes;
    for (const char16_t unit : source) {
      const char pair[] = {char(unit & 0xFF), char(unit >> 8)};
      bytes += pair[big_endian ? 1 : 0];
      bytes += pair[big_endian ? 0 : 1];
    }
    const Scanned scanned = scan(bytes, Language::js);
    CHECK(scanned.status == ExactStatus::complete);
    REQUIRE(scanned.syntax.directives.size() == 1);
    CHECK(scanned.syntax.directives[0].offset == 2);
    CHECK(scanned.syntax.directives[0].end_offset == 26);
    REQUIRE(scanned.syntax.imports.size() == 1);
    CHECK(scanned.syntax.text(scanned.syntax.imports[0].specifier) == "./ü");
    CHECK(scanned.syntax.imports[0].offset == 2 * source.find(u"'./"));
    CHECK(scanned.syntax.exports[0].offset == 2 * source.find(u"ö"));
  }
}

TEST_CASE("exact scan: no grammar, no answer", "[parser]") {
  const Scanned scanned = scan("import a from 'a'", Language::mdx);
  CHECK(scanned.status == ExactStatus::unsupported);
  CHECK(scanned.syntax.imports.empty());
}

TEST_CASE("exact scan: a parse never takes more than its budget", "[parser]") {
  const std::string text = repeated("const x = [1, 2, (a) => a + 1];\n", 400'000);
  for (const size_t budget : {size_t{0}, size_t{1}, size_t{4096}, size_t{40'000}, size_t{1} << 20, size_t{4} << 20}) {
    SyntaxTree tree;
    CHECK(tree.read(text, Language::ts, budget) == TreeStatus::over_budget);
    CHECK(tree.peak_bytes() <= budget);
    CHECK(tree.size() == 0);
  }
  CHECK(scan(text, Language::ts, 1 << 20).status == ExactStatus::exhausted);
  CHECK(scan(text, Language::ts).status == ExactStatus::complete);  // and the thread can go on
}

TEST_CASE("exact scan: hostile text ends at a budget, whatever it costs to parse", "[parser]") {
  for (const Hostile& hostile : kHostile) {
    const std::string text = repeated(hostile.piece, kMegabyte / 8);
    INFO(hostile.piece);
    on_small_stack([&] {
      SyntaxTree tree;
      tree.read(text, hostile.language, kBudget / 8);
      CHECK(tree.peak_bytes() <= kBudget / 8);
      scan(text, hostile.language, kBudget / 8);
    });
  }
}

TEST_CASE("exact scan: deep nesting is walked without recursion", "[parser]") {
  for (const size_t depth : {size_t{1000}, size_t{10'000}}) {
    const std::string text = repeated("(", depth) + "require('./a')" + repeated(")", depth) + ";" +
                             repeated("{", depth) + "import('./b')" + repeated("}", depth);
    on_small_stack([&] {
      const Scanned scanned = scan(text, Language::js, size_t{1} << 30);
      CHECK(scanned.status == ExactStatus::complete);
      CHECK(specifiers_of(scanned.syntax) == Names{"./a", "./b"});
    });
  }
}

TEST_CASE("exact scan: any bytes are text", "[parser]") {
  std::mt19937 random(7);
  const std::string_view pieces[] = {
      "import ",  "export ",         "{",        "}",  "(",  ")", "'",    "\"",  "`", "${", "/",  "<",      ">",
      "from ",    "type ",           "require(", "\\", "\n", "é", "\xFF", "\0x", "a", "=",  "=>", "async ", "...",
      "default ", "declare module ", "new URL(", "@",  ";",  ",", ":",    "?.",  "*", "as "};
  for (int round = 0; round < 400; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) text += pieces[random() % std::size(pieces)];
    for (const Language language : {Language::js, Language::ts, Language::tsx}) scan(text, language);
  }
}

TEST_CASE("exact scan: threads do not meet", "[parser]") {
  std::vector<std::thread> threads;
  std::vector<size_t> found(4);
  for (size_t i = 0; i < found.size(); ++i) {
    threads.emplace_back([i, &found] {
      const std::string text = repeated("import('./a');\n", 20'000);
      for (int round = 0; round < 5; ++round) {
        const size_t budget = round % 2 == 0 ? kBudget : 100'000;
        found[i] += scan(text, i % 2 == 0 ? Language::tsx : Language::js, budget).syntax.imports.size();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const size_t count : found) CHECK(count == 3 * (20'000 / 15));
}

TEST_CASE("exact: the base of a glob is part of its patterns", "[parser]") {
  const Scanned scanned =
      scan("import.meta.glob(['./**/*.tsx', '!../a.ts', '/b/*'], { eager: true, base: './pages' })", Language::ts);
  CHECK(specifiers_of(scanned.syntax) == std::vector<std::string>{"./pages/**/*.tsx", "!./a.ts", "/b/*"});
}

}  // namespace demarc
