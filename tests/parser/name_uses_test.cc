// What the lexer proves about imports of TypeScript files by itself. A wrong proof invents an edge, a missing one costs
// a question to the exact tier.
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "parser/scan_module.h"

namespace demarc {
namespace {

// Is the import of `A` in front of this code proved to be used?
bool is_proved(std::string_view code, Language language = Language::tsx) {
  Lexer lexer;
  ModuleSyntax syntax;
  const std::string text = "import { A } from './a'\n" + std::string(code);
  scan_module(lexer, text, {.language = language}, syntax);
  INFO(text);
  REQUIRE(syntax.uncertainty == 0);
  REQUIRE_FALSE(syntax.imports.empty());
  return !syntax.imports[0].erasable;
}

}  // namespace

TEST_CASE("name uses: what runs is proved", "[parser][uses]") {
  for (const std::string_view code : {
           "A()",
           "A();",
           "x\nA()",
           "const b = A()",
           "f(A())",
           "f(1, A())",
           "return_(A(x))",
           "const b = A<T>(1)",
           "const b = A.b.c()",
           "const b = A?.b()",
           "const b = A`x`",
           "new A",
           "const b = new A<T>()",
           "const b = <A />",
           "const b = <A.B x={1}></A.B>",
           "const b = <div>{A}</div>",
           "const b = <div x={A} />",
           "const b = `${A}`",
           "@A class B {}",
           "@A() class B {}",
           "class B extends A {}",
           "export default A",
           "export { A }",
           "export { A as b }",
           "const b = A",
           "const b = A.c;",
           "b.c = A",
           "if (A) { }",
           "if (!A) { }",
           "b && A",
           "b ?? A",
           "b === A",
           "function f() { return A }",
           "f(A)",
           "f(A, 1)",
           "f('x', A);",
           "f(b.c, A)",
           "f(A.b)",
           "switch (A) { }",
           "switch (b) { case A: }",
           "throw A",
           "const b = () => A()",
           "const b = { c: A() }",
           "const b = [A()]",
           "A.b = 1",
           "for (const b of A()) ;",
           "b ? A() : 0",
           "class B { c = A() }",
           "class B { c() { return A() } }",
           "function f(): Promise<{ a: 1 }> { A() }",
           "interface A1 { A: string }\nA()",
           "type B = A\nconst c = A()",
           "const f = (b: A) => A(b)",
       }) {
    CAPTURE(code);
    CHECK(is_proved(code));
  }
}

TEST_CASE("name uses: a name that only types say is not proved", "[parser][uses]") {
  for (const std::string_view code : {
           "",
           "let b: A",
           "let b: A = 1",
           "type B = A",
           "type B = A.C",
           "type B = A<C>",
           "type B = A[]",
           "let b = c as A",
           "let b = c satisfies A",
           "f<A>(1)",
           "new Map<string, A>()",
           "class B implements A {}",
           "interface B extends A {}",
           "function f(b: A): A {}",
           "const f = (b: A): A => b",
           "let b: typeof A",
           "type B = keyof A",
           "let b: A | C",
           "let b: [A, C]",
           "let b: (c: A) => A",
           "b.A()",
           "b?.A()",
           "let b = { A: 1 }",
           "class B { A() {} }",
           "let b = { A() {} }",
           "interface B { A(): void }",
           "type B<T extends A = A> = T",
           "// A()",
           "/* A() */",
           "'A()'",
           "`A()`",
           "b = /A()/",
           "const b = <div>A()</div>",
           "declare class B extends A {}",
           "abstract class B { abstract c(d: A): A }",
           "type B = C extends A ? A : A",
           "type B = { [K in A]: A }",
           "export type { A }",
           "let b = <a x='A()' />",
           "enum B { A = 1 }",
       }) {
    CAPTURE(code);
    CHECK_FALSE(is_proved(code));
  }
}

TEST_CASE("name uses: where something else may have the name, nothing is proved", "[parser][uses]") {
  for (const std::string_view code : {
           "function f(A) { A() }",
           "const f = A => A()",
           "const f = (A) => A()",
           "const f = (A, b) => A()",
           "const f = async A => A()",
           "const f = ({ A }) => A()",
           "const f = ({ a: A }) => A()",
           "const f = ([A]) => A()",
           "const f = (...A) => A()",
           "function f() { const A = 1; A() }",
           "function f() { const { A } = b; A() }",
           "function f() { const [A] = b; A() }",
           "try {} catch (A) { A() }",
           "function f() { let b, A; A() }",
           "function f() { function A() {} A() }",
           "function f() { class A {} A() }",
           "{ enum A { b } A.b() }",
           "class B { c(A) { A() } }",
           "const b = { c(A) { A() } }",
           "const b = { c(d, A) { A() } }",
           "class B { constructor(private A) { A() } }",
           "for (const A of b) A()",
           "const f = function A() { A() }",
           "const f = (b, { c, A }) => A()",
           "const f = (A = 1) => A()",
           "const f = (A?: B) => A()",
           "const f = (b: C, A: B): D => A()",
           "class B { set c(A) { A() } }",
           "for (let b = 0, A = 1;;) A()",
           "namespace B { const A = 1; A() }",
       }) {
    CAPTURE(code);
    CHECK_FALSE(is_proved(code));
  }
}

TEST_CASE("name uses: names of one statement, escapes, and imports behind code", "[parser][uses]") {
  CHECK(is_proved("import B, { C } from './b'\nB(A())"));
  CHECK_FALSE(is_proved("A(); const \\u0041 = 1"));
  const auto erasable = [](std::string_view text, size_t import) {
    Lexer lexer;
    ModuleSyntax syntax;
    scan_module(lexer, text, {.language = Language::ts}, syntax);
    return bool(syntax.imports.at(import).erasable);
  };
  CHECK_FALSE(erasable("import B, { C } from './b'\nC()", 0));
  CHECK_FALSE(erasable("import * as B from './b'\nB.c()", 0));
  CHECK_FALSE(erasable("import B = require('./b')\nB.c()", 0));
  CHECK(erasable("import { B as C } from './b'\nB()", 0));
  CHECK(erasable("import { type B, C } from './b'\nB()", 0));
  CHECK_FALSE(erasable("import { B } from './b'\nimport { C } from './c'\nC()", 1));
  CHECK(erasable("import { B } from './b'\nimport { C } from './c'\nC()", 0));
  CHECK(erasable("f(C => C())\nimport { C } from './c'\nC()", 0));
}

TEST_CASE("name uses: losing the way behind the last import is nobody's error", "[parser][uses]") {
  Lexer lexer;
  ModuleSyntax syntax;
  scan_module(lexer, "import { A } from './a'\nA()\n}}}} ' ", {.language = Language::ts}, syntax);
  CHECK(syntax.uncertainty == 0);
  CHECK(syntax.imports.at(0).erasable);
}

}  // namespace demarc
