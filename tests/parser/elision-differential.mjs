// Which imports of TypeScript files a build drops: find_unused_imports against the compiler that Vite 8 has.
//
//   tests/parser/compare-elision [--list] [--record | FOLDER…]
//
// Without a folder the snippets of fixtures/lexer/elision-cases.json are compared; --record writes Vite's answers into them. Imports that survive are compared in order,
// each file with and without decorator metadata. An import that demarc keeps and Vite drops costs a visit ("kept"); one that
// demarc drops and Vite keeps would be a missed edge ("lost"), and any of those ends with exit code 1.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";

import { parseSync } from "oxc-parser";
import { transformWithOxc } from "vite";

import { langOf, positionsOf } from "./oracle.mjs";

const TYPESCRIPT = /\.(?:[cm]?ts|tsx)$/;
const CHUNK = 256;

/** The import statements that something is left of, as Vite compiles the file; null when it does not. */
async function keptByVite(file, text, metadata) {
  try {
    const { code } = await transformWithOxc(text, `/elision/${basename(file)}`, {
      lang: langOf(file),
      sourcemap: false,
      jsx: "preserve",
      decorator: metadata ? { legacy: true, emitDecoratorMetadata: true } : undefined,
    });
    // What is left may be JavaScript with JSX; helpers of decorators come from a package of their own.
    return importsOf(parseSync("x.jsx", code, { lang: "jsx", sourceType: "module" }).program).filter(
      ({ specifier }) => !specifier.startsWith("@oxc-project/runtime/"),
    );
  } catch {
    return null;
  }
}

/** Static imports, and the `const x = require("m")` that `import x = require("m")` becomes. */
function importsOf(program) {
  const imports = [];
  for (const statement of program.body) {
    const declaration = statement.type === "ExportNamedDeclaration" && statement.declaration ? statement.declaration : statement;
    if (declaration.type === "ImportDeclaration") {
      const specifiers = declaration.specifiers ?? [];
      const inlineTypes = specifiers.length > 0 && specifiers.every(({ importKind }) => importKind === "type");
      imports.push({
        specifier: declaration.source.value,
        at: declaration.source.start,
        typeOnly: declaration.importKind === "type" || inlineTypes,
      });
    } else if (declaration.type === "TSImportEqualsDeclaration" && declaration.moduleReference.type === "TSExternalModuleReference") {
      const { expression } = declaration.moduleReference;
      imports.push({ specifier: expression.value, at: expression.start, typeOnly: declaration.importKind === "type" });
    } else if (declaration.type === "VariableDeclaration") {
      for (const { init } of declaration.declarations) {
        const [argument] = init?.type === "CallExpression" && init.callee.name === "require" ? init.arguments : [];
        if (typeof argument?.value === "string") imports.push({ specifier: argument.value, at: argument.start, typeOnly: false });
      }
    }
  }
  return imports;
}

/** The same of the source, without what demarc says is dropped. */
function keptByDemarc(file, text, dropped) {
  const { program, errors } = parseSync(file, text, { lang: langOf(file), sourceType: "module" });
  if (errors.length > 0) return null;
  const position = positionsOf(text);
  const places = new Set(dropped.map(({ line, column }) => `${line}:${column}`));
  const imports = importsOf(program).filter(({ typeOnly }) => !typeOnly);
  return imports.filter(({ at }) => {
    const { line, column } = position(at);
    return !places.has(`${line}:${column}`);
  });
}

function askParser(parser, tier, files) {
  const { stdout, status } = spawnSync(parser, [tier], { input: files.join("\n") + "\n", maxBuffer: 2 ** 31 - 1, stdio: ["pipe", "pipe", "inherit"] });
  if (status !== 0) throw new Error(`${parser} ended with ${status}`);
  return stdout.toString("utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
}

function without(list, others) {
  const rest = [...others];
  return list.filter((one) => {
    const at = rest.indexOf(one);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile() && TYPESCRIPT.test(entry.name) && !/\.d\.([^.]+\.)?[cm]?ts$/.test(entry.name)) yield path;
  }
}

const CASES = new URL("../../fixtures/lexer/elision-cases.json", import.meta.url);

async function recordCases() {
  const lines = [];
  for (const { lang, source } of JSON.parse(readFileSync(CASES, "utf8"))) {
    const kept = async (metadata) => (await keptByVite(`x.${lang}`, source, metadata)).map(({ specifier }) => specifier);
    lines.push(` ${JSON.stringify({ lang, source, kept: await kept(false), keptWithMetadata: await kept(true) })}`);
  }
  writeFileSync(CASES, `[\n${lines.join(",\n")}\n]\n`);
}

function writeCases(folder) {
  const cases = JSON.parse(readFileSync(CASES, "utf8"));
  return cases.map(({ lang, source }, index) => {
    const file = join(folder, `${index}.${lang}`);
    writeFileSync(file, source);
    return file;
  });
}

const { values: settings, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: { parser: { type: "string" }, list: { type: "boolean", default: false }, record: { type: "boolean", default: false } },
});
if (settings.record) {
  await recordCases();
  process.exit(0);
}
if (!settings.parser) {
  console.error("usage: elision-differential.mjs --parser PARSE_DUMP [--list] [FOLDER…], or --record");
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), "elision-"));
const files = folders.length > 0 ? folders.flatMap((folder) => [...filesBelow(folder)]) : writeCases(scratch);
const total = { compared: 0, skipped: 0, undecided: 0, imports: 0, dropped: 0, kept: 0, lost: 0 };
for (let from = 0; from < files.length; from += CHUNK) {
  const chunk = files.slice(from, from + CHUNK);
  for (const metadata of [false, true]) {
    const answers = askParser(settings.parser, metadata ? "unused-metadata" : "unused", chunk);
    for (const [index, file] of chunk.entries()) {
      const text = readFileSync(file, "utf8");
      const vite = await keptByVite(file, text, metadata);
      const demarc = keptByDemarc(file, text, answers[index].dropped);
      if (vite === null || demarc === null) {
        total.skipped++;
        continue;
      }
      const [theirs, ours] = [vite, demarc].map((imports) => imports.map(({ specifier }) => specifier));
      const kept = without(ours, theirs);
      const lost = without(theirs, ours);
      total.compared++;
      total.undecided += answers[index].status === 0 ? 0 : 1;
      total.imports += ours.length;
      total.dropped += answers[index].dropped.length;
      total.kept += kept.length;
      total.lost += lost.length;
      const worthTelling = lost.length > 0 || (kept.length > 0 && (settings.list || answers[index].status === 0));
      if (worthTelling) {
        const source = folders.length > 0 ? file : text;
        console.log(`${source}${metadata ? " (metadata)" : ""}${answers[index].status === 0 ? "" : " (status " + answers[index].status + ")"}`);
        if (kept.length > 0) console.log(`  kept: ${kept.join(", ")}`);
        if (lost.length > 0) console.log(`  LOST: ${lost.join(", ")}`);
      }
    }
  }
}
rmSync(scratch, { recursive: true });
console.log(
  `${total.compared} comparisons (${total.skipped} skipped), ${total.imports} imports kept, ${total.dropped} dropped: ` +
    `${total.lost} lost, ${total.kept} kept although Vite drops them; ${total.undecided} files not decided`,
);
process.exit(total.lost > 0 ? 1 : 0);
