// The two questions that only the tokens before a place can answer: does the `/` here divide or begin a regular
// expression, and does the `{` here open the body of a function? Right, or a doubt.
#include <algorithm>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "parser/scan_module.h"

namespace demarc {
namespace {

enum class Slash : uint8_t { divides, begins_regex };

struct SlashCase {
  std::string_view before;
  Slash slash = Slash::divides;
  Language language = Language::js;
};

// The code behind the slash goes wrong in a string if the slash is misread.
std::string source_of(const SlashCase& one) {
  return std::string(one.before) +
         (one.slash == Slash::divides ? "/ '/'.length; import('m')\n" : "/'/.exec(x); import('m')\n");
}

constexpr SlashCase kCertain[] = {
    {"x = a ", Slash::divides},
    {"x = a\n", Slash::divides},
    {"x = a // b \n", Slash::divides},
    {"x = 1. ", Slash::divides},
    {"x = 'a' ", Slash::divides},
    {"x = `${a}` ", Slash::divides},
    {"x = /a/g ", Slash::divides},
    {"x = this ", Slash::divides},
    {"x = a.return ", Slash::divides},
    {"x = a?.typeof ", Slash::divides},
    {"x = of ", Slash::divides},
    {"for (x = of ", Slash::divides},
    {"for (x of of ", Slash::divides},
    {"x = f() ", Slash::divides},
    {"x = a[0] ", Slash::divides},
    {"x = {} ", Slash::divides},
    {"x = {}\n", Slash::divides},
    {"x = a ? b : {} ", Slash::divides},
    {"x = a++ ", Slash::divides},
    {"x = a-- ", Slash::divides},
    {"x = function () {} ", Slash::divides},
    {"x = class {} ", Slash::divides},
    {"x = <a/> ", Slash::divides, Language::jsx},
    {"x = <a></a> ", Slash::divides, Language::tsx},
    {"x = a! ", Slash::divides, Language::ts},
    {"x = a !", Slash::divides, Language::ts},
    {"x = f()! ", Slash::divides, Language::ts},
    {"x = a as B ", Slash::divides, Language::ts},
    {"x = a as const ", Slash::divides, Language::ts},
    {"x = a as B[] ", Slash::divides, Language::ts},
    {"x = a as B<C> ", Slash::divides, Language::ts},
    {"x = a as B.C<D, E[]> ", Slash::divides, Language::ts},
    {"x = a as { b: 1 } ", Slash::divides, Language::ts},
    {"x = a satisfies { b: 1 } ", Slash::divides, Language::ts},
    {"x = a as keyof {} ", Slash::divides, Language::ts},
    {"", Slash::begins_regex},
    {"x = ", Slash::begins_regex},
    {"x = // b \n", Slash::begins_regex},
    {"return // a \n", Slash::begins_regex},
    {"x(", Slash::begins_regex},
    {"x = [", Slash::begins_regex},
    {"x = [...", Slash::begins_regex},
    {"x = a, ", Slash::begins_regex},
    {"x = !", Slash::begins_regex},
    {"x = a > ", Slash::begins_regex},
    {"x = a +", Slash::begins_regex},
    {"x = a+++", Slash::begins_regex},
    {"x = ++", Slash::begins_regex},
    {"a\n++", Slash::begins_regex},
    {"x = a => ", Slash::begins_regex},
    {"x = a ? ", Slash::begins_regex},
    {"x = a ? b : ", Slash::begins_regex},
    {"typeof ", Slash::begins_regex},
    {"for (a of ", Slash::begins_regex},
    {"for (of of ", Slash::begins_regex},
    {"for (let of of ", Slash::begins_regex},
    {"for (const [a] of ", Slash::begins_regex},
    {"if (a) ", Slash::begins_regex},
    {"while (a) ", Slash::begins_regex},
    {"do x(); while (a) ", Slash::begins_regex},
    {"if (a) x(); else ", Slash::begins_regex},
    {"a: ", Slash::begins_regex},
    {"{} ", Slash::begins_regex},
    {"a: {} ", Slash::begins_regex},
    {"switch (a) { case b: {} ", Slash::begins_regex},
    {"switch (a) { default: {} ", Slash::begins_regex},
    {"if (a) {} ", Slash::begins_regex},
    {"function f() {} ", Slash::begins_regex},
    {"a: function f() {} ", Slash::begins_regex},
    {"class A {} ", Slash::begins_regex},
    {"x = () => {}\n", Slash::begins_regex},
    {"x++\n{}\n", Slash::begins_regex},
    {"a: for (;;) { break a\n", Slash::begins_regex},
    {"let a\n", Slash::begins_regex},
    {"var a // b\n", Slash::begins_regex},
    {"import 'a'\n", Slash::begins_regex},
    {"import a from 'a' with { b: 'c' }\n", Slash::begins_regex},
    {"export * from 'a'\n", Slash::begins_regex},
    {"export {}\n", Slash::begins_regex},
    {"x = <any>", Slash::begins_regex, Language::ts},
    {"x = <A<B>>", Slash::begins_regex, Language::ts},
    {"return!", Slash::begins_regex, Language::ts},
    {"if (a)!", Slash::begins_regex, Language::ts},
    {"x = a\n!", Slash::begins_regex, Language::ts},
    {"declare function f()\n", Slash::begins_regex, Language::ts},
    {"function f(): a is B {} ", Slash::begins_regex, Language::ts},
    {"enum A {} ", Slash::begins_regex, Language::ts},
    {"interface A {} ", Slash::begins_regex, Language::ts},
    {"namespace A.B {} ", Slash::begins_regex, Language::ts},
};

// More would have to be known than a few tokens say.
constexpr SlashCase kDoubtful[] = {
    {"let x: A\n", Slash::begins_regex, Language::ts},
    {"let x: A[]\n", Slash::begins_regex, Language::ts},
    {"let x: A<{}>\n", Slash::begins_regex, Language::ts},
    {"type A = {}\n", Slash::begins_regex, Language::ts},
    {"x = a\n", Slash::divides, Language::ts},
    {"x = a as A<{}> ", Slash::divides, Language::ts},
    {"x = a as void ", Slash::divides, Language::ts},
    {"x = class extends a.b {} ", Slash::divides},
    {"x = a ? (b) : {} ", Slash::divides},
    {"switch (a) { case b(): {} ", Slash::begins_regex},
};

// Behind these, too, but what stands on the line can be read either way.
constexpr std::string_view kHarmless[] = {
    "let x: A\n/a/g\nimport('m')",
    "x = a\n  / b // c\nimport('m')",
    "x = a as A<{}> / 2\nimport('m')",
    "x = a as void / 2 / b\nimport('m')",
};

struct BodyCase {
  std::string_view source;  // `#` stands for "use server"
  int directives = 0;
  Language language = Language::js;
  bool is_doubtful = false;
};

constexpr BodyCase kBodies[] = {
    {"function f() { # }", 1},
    {"function* f() { # }", 1},
    {"async function f() { #; x() }", 1},
    {"export default async function () { # }", 1},
    {"x = function () { # }", 1},
    {"x = () => { # }", 1},
    {"x = async a => { # }", 1},
    {"x = { m() { # }, get a() { # }, set a(b) { # }, async *[c]() { # }, 'd'() { # }, 1() { # } }", 6},
    {"class A { m() { # } static m() { # } get a() { # } #p() {} constructor() { # } }", 4},
    {"class A extends B { m() { # } }", 1},
    {"class A extends b.c { m() { # } }", 1},
    {"class A extends b.c\n{\n  m()\n  {\n    #\n  }\n}", 0, Language::js, true},
    {"class A extends b.default { m() { # } }", 1},
    {"class A extends f() { m() { # } }", 1},
    {"class A extends (b) { m() { # } }", 1},
    {"x = { a: class extends (b) { m() { # } }, c: class D extends (e) { set class(f) { # } }, extends(g) { # } }", 3},
    {"x = { a: class extends b.c() { m() { # } }, d: class extends e.f(g)\n{ m() { # } }, h(i = j.k()) { # } }", 3},
    {"class A extends b.f().g() { m() { # } }", 1},
    {"for (;; { m() { # } });", 1},
    {"class A extends class {} { m() { # } }", 0, Language::js, true},
    {"class A extends b.c()\n{ catch(d) { # } }", 0, Language::js, true},
    {"class A { a = () => { # } }", 1},
    {"class A { if(a) { # } catch(b) { # } while() { # } }", 3},
    {"x = { if(a) { # }, for(b) { # }, switch(c) { # } }", 3},
    {"x = a ? b : { m() { # } }", 1},
    {"x = a ? f() : { m() { # } }", 0, Language::js, true},
    {"x = { a: { m()\n{ # } } }", 1},
    {"return { m() { # } }", 1},
    {"f({ m() { # } })", 1},
    {"x = <a b={() => { # }}>{() => { # }}</a>", 2, Language::jsx},
    {"{ # }", 0},
    {"if (a) { # } else { # }", 0},
    {"for (;;) { # } while (a) { # } do { # } while (b)", 0},
    {"try { # } catch { # } finally { # }", 0},
    {"try {} catch (e) { # }", 0},
    {"a: { # }", 0},
    {"switch (a) { case b: { # } default: { # } }", 0},
    {"class A { static { # } }", 0},
    {"class A { # }", 0},
    {"class A extends b.c() { # }", 0},
    {"class A extends (b) { # }", 0},
    {"f()\n{ #; g() }", 0},
    {"if (a) f(); else g()\n{ # }", 0},
    {"f(a)(b)\n{ # }", 0},
    {"a\n{ # }", 0},
    {"a[0]\n{ # }", 0},
    {"a++\n{ # }", 0},
    {"return\n{ # }", 0},
    {"import 'a'\n{ # }", 0},
    {"{ f()\n{ # } }", 0},
    {"function f() { g()\n{ # } }", 0},
    {"x = { # : 1 }", 0},
    {"function f<T>(a: T) { # }", 1, Language::ts},
    {"async function* f<T extends { a: B<C> }>(a: T): AsyncGenerator<T> { # }", 1, Language::ts},
    {"x = function <T>(a: T): { b: T } { # }", 1, Language::ts},
    {"function f(a = <T>(b: T): T => { # }): asserts a is { b: 1 } { # }", 2, Language::ts},
    {"class A<T> extends B<T> { m<U>(a: U): Map<T, U> { # } get a(): { b: 1 } { # } }", 2, Language::ts},
    {"class A extends B<C>(D) { m(): void { # } }", 1, Language::ts},
    {"abstract class A implements B, c.D { private async m(): Promise<void> { # } }", 1, Language::ts},
    {"export class A { constructor(private a: B) { # } }", 1, Language::ts},
    {"function f(this: A): (() => {}) | null { # }", 1, Language::ts},
    {"switch (a) { case (b): try { # } catch {} }", 0, Language::ts},
    {"switch (a) { case (b): c\n{ # } }", 0, Language::ts},
    {"namespace A.B { f()\n{ # } }", 0, Language::ts},
    {"x = class implements A, B.C\n{ static if(): [] { # } }", 0, Language::ts, true},
    {"type A = () => { # }", 0, Language::ts, true},
    {"type A<B> = (b: B) => { #; c: 1 }", 0, Language::ts, true},
    {"let a: new () => { # }", 0, Language::ts, true},
    {"let a = b as (() => { # })", 0, Language::ts, true},
    {"class A<B = () => { # }> {}", 0, Language::ts, true},
    {"interface A { b: (c: (d: 1) => 2) => { # } }", 0, Language::ts, true},
    {"let a: B = async (b: C) => { # }", 1, Language::ts},
    {"let a = (b = f(1)) => { # }", 1, Language::ts},
    {"f((a: B) => { # }); (() => { # })()", 2, Language::ts},
    {"x = { a: (b: C) => { #; await b } }", 1, Language::ts},
    {"x = { a: (b: C) => { #; return b; } }", 1, Language::ts},
    {"x = { a: (b): c => { # }, d: e => { # } }", 2, Language::ts},
};

}  // namespace

TEST_CASE("lexer: a slash divides or begins a regular expression", "[parser]") {
  Lexer lexer;
  ModuleSyntax syntax;
  for (const SlashCase& one : kCertain) {
    const std::string source = source_of(one);
    scan_module(lexer, source, {.language = one.language}, syntax);
    INFO(source);
    const auto is_seen = [&](const ImportRecord& record) { return syntax.text(record.specifier) == "m"; };
    CHECK(std::any_of(syntax.imports.begin(), syntax.imports.end(), is_seen));
    CHECK((syntax.uncertainty & uint32_t(Uncertainty::regular_expression)) == 0);
    CHECK((syntax.uncertainty & uint32_t(Uncertainty::unterminated)) == 0);
  }
}

TEST_CASE("lexer: a slash that it cannot read raises a doubt", "[parser]") {
  Lexer lexer;
  ModuleSyntax syntax;
  for (const SlashCase& one : kDoubtful) {
    const std::string source = source_of(one);
    scan_module(lexer, source, {.language = one.language}, syntax);
    INFO(source);
    CHECK((syntax.uncertainty & uint32_t(Uncertainty::regular_expression)) != 0);
  }
  for (const std::string_view source : kHarmless) {
    scan_module(lexer, source, {.language = Language::ts}, syntax);
    INFO(source);
    CHECK(syntax.uncertainty == 0);
    CHECK(syntax.imports.size() == 1);
  }
}

TEST_CASE("lexer: bodies of functions have directives", "[parser]") {
  Lexer lexer;
  ModuleSyntax syntax;
  for (const BodyCase& one : kBodies) {
    std::string source(one.source);
    for (size_t at; (at = source.find("# ")) != std::string::npos;) source.replace(at, 1, "'use server'");
    for (size_t at; (at = source.find("#;")) != std::string::npos;) source.replace(at, 1, "'use server'");
    for (size_t at; (at = source.find("#\n")) != std::string::npos;) source.replace(at, 1, "'use server'");
    scan_module(lexer, source, {.language = one.language}, syntax);
    INFO(source);
    CHECK(int(syntax.directives.size()) == one.directives);
    CHECK(syntax.uncertainty == (one.is_doubtful ? uint32_t(Uncertainty::brace_kind) : 0));
    CHECK(syntax.has_undecided_directive == one.is_doubtful);
  }
}

}  // namespace demarc
