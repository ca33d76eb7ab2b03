// The committed cases of fixtures/, asked through the program: what the unit tests say of the libraries holds for
// `demarc parse --batch` and `demarc resolve --batch` as well.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import { Project, repository } from "./project.mjs";

const scratch = new Project({ "package.json": "{}" });
after(() => scratch.remove());

function batch(command, args, lines) {
  const { code, stdout, stderr } = scratch.run([command, "--batch", ...args], { input: lines.join("\n") + "\n" });
  const answers = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(answers.length, lines.length, stderr);
  return { code, answers };
}

/** One line for each import, without its place; equal lines are equal answers. */
const importLines = (imports) =>
  imports.map((one) => `${one.kind} ${one.specifier}${one.typeOnly ? " type-only" : ""} ${one.phase ?? ""}`).sort();

function without(lines, others) {
  const rest = [...others];
  return lines.filter((line) => {
    const at = rest.indexOf(line);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

test("parse --batch answers every parser case", () => {
  const cases = JSON.parse(readFileSync(join(repository, "fixtures/lexer/parser-cases.json"), "utf8"));
  const paths = cases.map(({ lang, source }, index) => scratch.write(`parser/case-${index}.${lang}`, source));
  const { answers } = batch("parse", [], paths);
  const wrong = [];
  for (const [index, expected] of cases.entries()) {
    const { name, flags = {} } = expected;
    const record = answers[index];
    assert.equal(record.file, paths[index]);
    const modules = record.directives.filter(({ level }) => level === "module").map(({ value }) => value);
    const inline = record.directives.some(({ level, value }) => level === "function" && value === "use server");
    const [want, got] = [importLines(expected.imports), importLines(record.imports)];
    const missed = without(want, got);
    const invented = flags.atLeast ? [] : without(got, want);
    if (JSON.stringify(modules) !== JSON.stringify(expected.directives)) wrong.push(`${name}: directives ${modules}`);
    if (inline !== expected.inlineServer) wrong.push(`${name}: inline server ${inline}`);
    if (missed.length + invented.length > 0) wrong.push(`${name}: missed ${missed}, invented ${invented}`);
    if (!flags.broken && record.diagnostics.some(({ level }) => level === "error")) wrong.push(`${name}: refused`);
  }
  assert.deepEqual(wrong, []);
  assert.ok(cases.length > 100);
});
