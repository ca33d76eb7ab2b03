// Programs from a grammar: valid for the most part, and full of what a lexer without a tree must decide from a few tokens.
// Regular expressions and divisions with quotes in them behind every kind of token, braces of every kind with directives in
// them, line terminators in place of semicolons, types wherever TypeScript has them, JSX with prose.
//
//   scripts/node tests/parser/random-programs.mjs SEED INDEX      prints one
//
// tests/parser/compare-oxc --generate N asks oxc-parser and Babel what each of them means; what oxc rejects is left out.

import { pathToFileURL } from "node:url";

import { generator } from "./transform.mjs";

const DEPTH = 4;
const EXTENSIONS = ["js", "ts", "tsx"];

const REGULAR_EXPRESSIONS = [
  '/"/', "/'/g", "/`/.x", '/[/"]/', "/\\//u", "/\\{/", "/}/", "/\\(/.source", "/<a>/", "/[\\]`]/", "/a/", "/\\/*'/.y",
];
const NAMES = ["a", "b", "of", "as", "get", "type", "async", "from", "satisfies", "$", "_", "is", "static_", "é", "accessor", "namespace"];
const MEMBER_NAMES = ["a", '"b"', "[c]", "1", "get", "static", "#d", "of", "async", "delete", "if", "catch", "function", "class", "default"];
const TRIVIA = ["", "", " ", " ", "\n", "/*\"*/", " /*`'*/ ", " // '\n", " // a \n", "/*\n{*/"];
const TEXT = ["it's ", " / ", '"', "`", "// a ", '{/* " */}', 'import("./no")', "&lt;", "/*", "\n"];
const OPERATORS = ["+", "-", "*", "%", "&&", "||", "??", "<", ">", "<=", "===", ",", ">>", "in", "instanceof", "=", "|", "&"];
const PREFIXES = ["typeof ", "void ", "!", "-", "delete ", "+", "new ", "~", "++", "--", "await ", "typeof\n", "! "];

class Program {
  constructor(seed, extension) {
    this.random = generator(seed);
    this.isTyped = extension !== "js";
    this.hasTags = extension !== "ts";
    this.count = 0;
    this.depth = DEPTH;
  }

  // ---- Choices

  below(count) {
    return Math.floor(this.random() * count);
  }
  chance(share) {
    return this.random() < share;
  }
  one(values) {
    const value = values[this.below(values.length)];
    return typeof value === "function" ? value() : value;
  }
  several(most, make, between = "") {
    return Array.from({ length: this.below(most + 1) }, make).join(between);
  }
  /** One level further down; at the bottom, what needs no more of them. */
  deeper(leaves, branches) {
    if (this.depth <= 0) return this.one(leaves);
    this.depth--;
    const text = this.one(branches);
    this.depth++;
    return text;
  }
  typed(text) {
    return this.isTyped ? this.one(["", text]) : "";
  }

  // ---- Small pieces

  trivia = () => this.one(TRIVIA);
  name = () => this.one(NAMES);
  fresh = (letter) => `${letter}${this.count++}`;
  module = () => `"./m${this.count++}"`;
  regularExpression = () => this.one(REGULAR_EXPRESSIONS);
  end = () => this.one([";", ";", "\n", ";\n", " // '\n", "/*\n*/"]);
  brace = () => this.one([" {", "{", "\n{", " /*}*/ {", " // a \n{"]);
  directives = () => (this.chance(0.3) ? this.one(['"use server";', "'use server'\n", '"use strict";"use server";', "/*'*/'use cache' ;"]) : "");

  // ---- Types

  type = () =>
    this.deeper(
      ["string", '"a"', "A", "void", "`a${string}`", "{}", "[]", "1", "typeof a", "this", "null", "A.B", "unique symbol"],
      [
        () => `${this.type()}[]`,
        () => `{ a: ${this.type()}; "b"?: ${this.type()} }`,
        () => `{ m(): ${this.type()}, get a(): ${this.type()} }`,
        () => `{ [K in keyof A]: ${this.type()} }`,
        () => `A<${this.type()}>`,
        () => `A<${this.type()}, B<${this.type()}>>`,
        () => `(${this.type()})`,
        () => `(() => ${this.type()})`,
        () => `(new (a: ${this.type()}) => ${this.type()})`,
        () => `(A extends ${this.type()} ? ${this.type()} : ${this.type()})`,
        () => `${this.type()} | ${this.type()}`,
        () => `${this.type()} & ${this.type()}`,
        () => `[${this.type()}, a?: ${this.type()}]`,
        () => `keyof ${this.type()}`,
        () => `readonly ${this.type()}[]`,
        () => 'import("./no").A',
        () => '(typeof import("./no"))["a"]',
        () => `A[${this.type()}]`,
      ],
    );
  annotation = () => this.typed(`: ${this.isTyped ? this.type() : ""}`);
  typeParameters = () => this.typed(this.isTyped ? this.one(["<T>", "<T extends A>", `<T = ${this.type()}>`, "<T, U extends keyof T>", `<T extends ${this.type()}>`]) : "");

  // ---- Functions, classes, elements

  parameters = () => {
    const parameter = () =>
      this.one(["a", "b", "{ c }", "[d]", "...e", () => `f${this.annotation()} = ${this.expression()}`, () => `g${this.typed("?")}${this.annotation()}`, () => `{ h: i = ${this.expression()} }${this.annotation()}`]);
    return `(${this.several(2, parameter, ", ")})`;
  };
  body = () => `${this.brace()}${this.trivia()}${this.directives()}${this.statements(2)}}`;
  sameLineBody = () => `${this.one([" {", "{", " /*'*/ {"])}${this.directives()}${this.statements(2)}}`;
  signature = () => `${this.typeParameters()}${this.parameters()}${this.annotation()}`;
  functionExpression = () =>
    this.one([
      () => `function ${this.one(["", "g", "*"])}${this.signature()}${this.body()}`,
      () => `async function${this.signature()}${this.body()}`,
      () => `${this.one(["", "async "])}${this.parameters()}${this.annotation()} =>${this.sameLineBody()}`,
      () => `${this.one(["", "async "])}${this.name()} =>${this.sameLineBody()}`,
      () => `${this.parameters()} => ${this.expression()}`,
      () => (this.isTyped ? `<T,>${this.parameters()}${this.annotation()} =>${this.sameLineBody()}` : `a =>${this.sameLineBody()}`),
    ]);
  member = () =>
    this.one([
      () => `${this.one(["", "static ", "async ", "*", "static async *", "get ", "static get "])}${this.one(MEMBER_NAMES)}${this.signature()}${this.body()}`,
      () => `set ${this.one(MEMBER_NAMES)}(a)${this.body()}`,
      () => `static${this.body()}`,
      () => `${this.typed(this.one(["private ", "readonly ", "declare ", "abstract "]))}${this.one(["", "static "])}${this.one(MEMBER_NAMES)}${this.annotation()}${this.one(["", () => ` = ${this.expression()}`])}${this.end()}`,
      () => `${this.one(["a", "b"])} = ${this.functionExpression()}${this.end()}`,
    ]);
  heritage = () =>
    this.one([
      "", "",
      () => ` extends ${this.one(["A", "a.b", "(a)", "f()", "a.f()", "a.f(b).g()", "a[0]", "class {}", () => (this.isTyped ? this.one(["A<B>", "f<B>(c)", "a.B<{}>"]) : "A")])}`,
      () => this.typed(" implements A, B.C"),
    ]);
  class = (name) => `class ${name}${this.heritage()}${this.brace()}${this.several(2, this.member, " ")}}`;
  element = () =>
    this.deeper(
      ["<a />", "<a>it's</a>", "<></>"],
      [
        () => `<${this.one(["a.b", "c", "D"])}${this.attributes()} />`,
        () => `<d-e${this.attributes()}>${this.several(3, this.child)}</d-e>`,
        () => `<>${this.several(3, this.child)}</>`,
      ],
    );
  attributes = () => this.several(2, () => this.one([' a="\'"', () => ` b={${this.expression()}}`, " {...c}", " d", " e-f:g='\"'", () => ` h=${this.element()}`]));
  child = () => this.one([...TEXT, () => `{${this.expression()}}`, this.element]);

  // ---- Expressions

  slash = () => `${this.trivia()}/${this.one([" ", ""])}${this.one(["2", "'/'.length", this.expression, this.regularExpression])}`;
  property = () =>
    this.one([
      "a", "...b",
      () => `${this.one(["a", '"b"', "[c]", "1", "if", "default"])}: ${this.expression()}`,
      () => `${this.one(["", "async ", "*", "get "])}${this.one(["a", '"b"', "[c]", "of", "if", "catch", "function"])}${this.signature()}${this.body()}`,
    ]);
  object = () => `{${this.several(2, this.property, ", ")}}`;
  // Outside of a generator oxc reads `yield` as a name, in a module too, and a `<` behind it as a comparison.
  yielding = () => {
    const operand = this.expression();
    return operand.startsWith("<") ? `yield (${operand})` : `yield ${operand}`;
  };
  expression = () =>
    this.deeper(
      ["a", "1", '"s"', "'t'", "`u`", this.regularExpression, "this", "a.b", "null", "b", "a.return", "1.", "{}", "[]", "import.meta"],
      [
        () => `${this.expression()}${this.slash()}`,
        () => `${this.expression()}${this.slash()}`,
        () => `(${this.expression()})`,
        () => `${this.expression()} ${this.one(OPERATORS)} ${this.expression()}`,
        () => `${this.expression()} ? ${this.expression()} : ${this.expression()}`,
        () => `[${this.expression()}, ...${this.expression()}]`,
        () => `(${this.object()})`,
        this.object,
        () => `(${this.functionExpression()})`,
        () => `a = ${this.functionExpression()}`,
        () => `a = ${this.class(this.one(["", "A"]))}`,
        () => `(${this.class("")})`,
        () => `import(${this.module()})`,
        () => `require(${this.module()})`,
        () => `\`a\${${this.expression()}}"\${${this.expression()}}\``,
        () => `f\`a\${${this.expression()}}'\``,
        () => `${this.one(PREFIXES)}${this.expression()}`,
        () => `${this.one(["a", "b.c", "d[0]"])}${this.one(["++", "--"])}${this.slash()}`,
        () => `f(${this.expression()})${this.one(["", ".x", "[0]", "?.y", "()", " / 2", this.slash])}`,
        () => `${this.regularExpression()}${this.one([".test(a)", "", " / 2", this.slash])}`,
        () => `${this.name()}${this.slash()}`,
        this.yielding,
        ...(this.isTyped
          ? [
              () => `${this.expression()} ${this.one(["as", "satisfies"])} ${this.type()}`,
              () => `(${this.expression()} ${this.one(["as", "satisfies"])} ${this.type()})`,
              () => `${this.expression()} as ${this.type()}${this.slash()}`,
              () => `${this.one(["a", "b()", "c[0]", "d++"])}!${this.one(["", this.slash, ".e"])}`,
              () => `f<${this.type()}>(${this.expression()})`,
              () => `new A<${this.type()}, ${this.type()}>()`,
              () => `f<${this.type()}>\`'\``,
              ...(this.hasTags ? [] : [() => `<${this.type()}>${this.expression()}`, () => `<T>${this.parameters()} => ${this.expression()}`]),
            ]
          : []),
        ...(this.hasTags ? [this.element, () => `(${this.element()})`, () => `${this.element()}${this.slash()}`] : []),
      ],
    );

  // ---- Statements

  statements = (most) => this.several(most, () => this.statement() + this.trivia());
  block = () => `${this.brace()}${this.trivia()}${this.directives()}${this.statements(2)}}`;
  condition = () => `${this.one([" ", ""])}(${this.expression()})${this.one([" ", "\n", ""])}`;
  statement = () =>
    this.deeper(
      ["a;", '"use client";', ";", "f()\n", () => `import(${this.module()});`, () => `${this.regularExpression()};`, "a\n", "a++\n", "{}"],
      [
        () => `a = ${this.expression()}${this.end()}`,
        () => `${this.one(["var", "let", "const"])} ${this.one([() => this.fresh("v"), `{ ${this.fresh("w")} }`, `[${this.fresh("u")}]`])}${this.annotation()} = ${this.expression()}${this.end()}`,
        () => `let ${this.fresh("v")}${this.annotation()}${this.end()}`,
        () => `${this.expression()}${this.end()}`,
        () => `${this.regularExpression()}.exec(${this.expression()})${this.end()}`,
        () => `if${this.condition()}${this.statement()}${this.one(["", () => ` else ${this.statement()}`])}`,
        () => `while${this.condition()}${this.statement()}`,
        () => `for (const a of ${this.expression()}) ${this.statement()}`,
        () => `for (a in ${this.expression()}) ${this.statement()}`,
        () => `for (;;${this.expression()}) ${this.statement()}`,
        () => `do ${this.statement()} while (${this.expression()})${this.end()}`,
        this.block,
        () => `f(${this.expression()})${this.block()}`,
        () => `${this.fresh("l")}: ${this.statement()}`,
        () => `switch (${this.expression()}) { case ${this.expression()}: ${this.statements(2)} default: ${this.statement()} }`,
        () => `try ${this.block()} catch ${this.one(["", "(e)", "({ e })"])}${this.block()}${this.one(["", () => ` finally ${this.block()}`])}`,
        () => `${this.one(["", "async "])}function ${this.one(["", "*"])}${this.fresh("f")}${this.signature()}${this.body()}`,
        () => `(() =>${this.sameLineBody()})()${this.end()}`,
        () => `function ${this.fresh("f")}() { return ${this.expression()}${this.end()} }`,
        () => `function ${this.fresh("f")}() { return\n${this.statement()} }`,
        () => `${this.fresh("l")}: for (;;) { ${this.one(["break", "continue"])} l${this.count - 1}${this.end()}${this.statement()} }`,
        () => this.class(this.fresh("K")),
        () => `throw ${this.expression()}${this.end()}`,
        ...(this.isTyped
          ? [
              () => `type ${this.fresh("T")} = ${this.type()}${this.end()}${this.statement()}`,
              () => `type ${this.fresh("T")}<A> = ${this.type()}${this.end()}`,
              () => `interface ${this.fresh("I")} extends A<B>${this.brace()} a: ${this.type()}; b(): ${this.type()} }`,
              () => `${this.one(["", "const "])}enum ${this.fresh("E")} { A = 1, "B" = 2 }`,
              () => `declare function ${this.fresh("g")}(a: ${this.type()}): ${this.type()}${this.end()}`,
              () => `declare ${this.one(["const", "let"])} ${this.fresh("d")}: ${this.type()}${this.end()}`,
              () => `namespace ${this.one(["", "A."])}${this.fresh("N")}${this.brace()}${this.statements(2)}}`,
              () => `abstract ${this.class(this.fresh("K"))}`,
              () => `if (typeof import(${this.module()})) ${this.statement()}`,
            ]
          : []),
      ],
    );
  moduleItem = () =>
    this.one([
      () => `import ${this.fresh("x")} from ${this.module()}${this.end()}`,
      () => `import { a as ${this.fresh("x")} } from ${this.module()}${this.end()}`,
      () => `import ${this.module()}${this.end()}`,
      () => `export * from ${this.module()}${this.end()}`,
      () => `export * as ${this.fresh("x")} from ${this.module()}${this.end()}`,
      () => `export { ${this.fresh("x")} } from ${this.module()} with { a: "b" }${this.end()}`,
      () => `export const ${this.fresh("x")}${this.annotation()} = ${this.expression()}${this.end()}`,
      () => `export ${this.one(["", "async "])}function ${this.fresh("f")}${this.signature()}${this.body()}`,
      () => `export ${this.class(this.fresh("K"))}`,
    ]);
  toString() {
    const first = this.one(["", () => `"use client"${this.end()}`, "'use server'\n"]);
    const items = Array.from({ length: 1 + this.below(4) }, () => this.one([this.statement, this.statement, this.statement, this.moduleItem]) + this.trivia());
    // What is lost in front is seen missing here.
    return `${first}${items.join("")}\nimport ${this.module()}; import(${this.module()}); (() => { "use server" })()\n`;
  }
}

/** The same for the same numbers: { extension, text }. */
export function randomProgram(seed, index) {
  const extension = EXTENSIONS[index % EXTENSIONS.length];
  return { extension, text: String(new Program(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b), extension)) };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [seed, index] = process.argv.slice(2).map(Number);
  process.stdout.write(randomProgram(seed, index).text);
}
