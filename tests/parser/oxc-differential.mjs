// The parser against oxc-parser over every script file below some folders.
//
//   tests/parser/compare-oxc [options] [FOLDER…]       (or: oxc-differential.mjs --parser build/release/tests/parser/parse_dump FOLDER…)
//
//   --parser FILE      the parse_dump to ask
//   --tier NAME        merged (default): what a scan answers, the lexer's record and the exact tier's where the lexer is
//                      uncertain; lexer or exact: that one alone
//   --minify           compare what esbuild makes of each file: TypeScript erased, JSX kept
//   --mutate SEED      compare each file with comments full of quotes and brackets between its tokens
//   --generate N       N programs of random-programs.mjs, in place of files
//   --seed S           other ones (default 0)
//   --sample N         about N files, the same ones every time
//   --jobs N           worker threads (default 2)
//   --exports          compare export names and the names of import clauses, too
//   --list             print every difference (default: the first 40) and every uncertain file
//
// MDX files are compared as compiled by @mdx-js/mdx, without places; it turns some re-exports into imports.
// Compared are directives of modules and function bodies, and imports with specifier, kind, type-only, phase and place. Files
// that oxc rejects in every goal are counted and left out. A difference that differences.json explains is counted apart.
// Exit code 1: there are others.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, threadId, Worker, workerData } from "node:worker_threads";

import { positionsOf, readMdx, readWithBabel, readWithOxc } from "./oracle.mjs";
import { randomProgram } from "./random-programs.mjs";
import { minify, mutate } from "./transform.mjs";

const COMPARED = /\.(?:[cm]?[jt]s|[jt]sx|mdx)$/;
const DECLARATIONS = /\.d\.(?:[cm]?ts|[^.]+\.ts)$/;
const MAX_BYTES = 24 << 20;
const CHUNK = 128;

// ---- One file

function textOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le");
  return bytes.toString("utf8");
}

/** One line for each thing that a record says; equal lines are equal answers. */
function linesOf(record, compareNames) {
  const place = ({ line, column }) => `${line}:${column}`;
  const lines = [];
  for (const one of record.directives) lines.push(`${one.level} directive ${JSON.stringify(one.value)} @${place(one)}`);
  for (const one of record.imports) {
    const flags = [one.typeOnly ? " type-only" : "", one.phase ? ` ${one.phase}` : ""].join("");
    lines.push(`${one.kind} ${JSON.stringify(one.specifier)}${flags} @${place(one)}`);
    if (compareNames) {
      for (const name of one.names) {
        lines.push(`name ${name.imported} as ${name.local}${name.typeOnly ? " type-only" : ""} of ${one.specifier} @${place(one)}`);
      }
    }
  }
  // Overloads and merged declarations export one name more than once.
  const names = new Set(compareNames ? record.exports.map(({ name, typeOnly }) => `export ${name}${typeOnly ? " type-only" : ""}`) : []);
  return [...lines, ...names];
}

function withPlaces(record, text) {
  const position = positionsOf(text);
  for (const one of [...record.directives, ...record.imports]) Object.assign(one, position(one.at));
  return record;
}

function without(lines, others) {
  const rest = new Map();
  for (const line of others) rest.set(line, (rest.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = rest.get(line) ?? 0;
    if (count > 0) rest.set(line, count - 1);
    return count === 0;
  });
}

function snippetAt(text, line) {
  const place = /@(\d+):(\d+)$/.exec(line);
  if (!place) return "";
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
  const column = Number(place[2]) - 1;
  const around = lines[Number(place[1]) - 1] ?? "";
  return around.slice(Math.max(0, column - 100), column + 100);
}

/** Static or not, and what is asked for: all that compiled MDX has in common with its source. */
function mdxLinesOf(record) {
  const isStatic = ({ kind }) => kind === "import" || kind === "side-effect" || kind.startsWith("export-");
  return record.imports.map((one) => `${isStatic(one) ? "static" : one.kind} ${JSON.stringify(one.specifier)}`);
}

function compareMdx(text, answer) {
  const expected = readMdx(text);
  if (expected === null) return { rejected: true };
  const differences = [];
  for (const line of without(mdxLinesOf(expected), mdxLinesOf(answer))) differences.push({ what: "missed", line, code: "", babel: "" });
  for (const line of without(mdxLinesOf(answer), mdxLinesOf(expected))) differences.push({ what: "invented", line, code: "", babel: "" });
  return { edges: expected.imports.length, uncertain: answer.uncertainty, exact: answer.exact, differences };
}

function compareFile(file, text, answer, settings) {
  if (file.endsWith(".mdx")) return compareMdx(text, answer);
  let expected = null;
  try {
    expected = readWithOxc(file, text);
  } catch (error) {
    return { failed: String(error) };
  }
  if (expected === null) return { rejected: true };
  const names = settings.exports;
  const wanted = linesOf(withPlaces(expected, text), names);
  const found = linesOf(answer, names);
  const missed = without(wanted, found);
  const invented = without(found, wanted);
  const result = { edges: expected.imports.length, uncertain: answer.uncertainty, exact: answer.exact, status: answer.status, differences: [] };
  if (missed.length + invented.length === 0) return result;

  const babel = readWithBabel(file, text);
  const babelLines = babel && linesOf(withPlaces(babel, text), names);
  const opinion = (line, isMissed) => {
    if (!babelLines) return "babel rejects the file";
    return babelLines.includes(line) === isMissed ? "babel agrees with oxc" : "babel agrees with demarc";
  };
  for (const line of missed) result.differences.push({ what: "missed", line, code: snippetAt(text, line), babel: opinion(line, true) });
  for (const line of invented) result.differences.push({ what: "invented", line, code: snippetAt(text, line), babel: opinion(line, false) });
  return result;
}

// ---- Worker threads

function askParser(files, settings) {
  const { stdout, status, signal } = spawnSync(settings.parser, [settings.tier], {
    input: files.join("\n") + "\n",
    maxBuffer: 2 ** 31 - 1,
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${settings.parser} ended with ${status ?? signal} on one of:\n${files.join("\n")}`);
  return stdout.toString("utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
}

function work({ settings, scratch }) {
  parentPort.on("message", (files) => {
    const texts = [];
    files.forEach((file, index) => {
      if (settings.generate) {
        const { extension, text } = randomProgram(Number(settings.seed), file);
        const read = join(scratch, `${threadId}-${index}.${extension}`);
        writeFileSync(read, text);
        texts.push({ file: `random-programs.mjs ${settings.seed} ${file}`, read, text });
        return;
      }
      if (statSync(file).size > MAX_BYTES) return;
      let text = textOf(readFileSync(file));
      let read = file;
      if (settings.minify || settings.mutate !== undefined) {
        if (file.endsWith(".mdx")) return;
        const changed = settings.minify ? minify(file, text) : mutate(file, text, Number(settings.mutate));
        if (changed === null) return;
        text = changed.text;
        read = join(scratch, `${threadId}-${index}${changed.extension ?? extname(file)}`);
        writeFileSync(read, text);
      }
      texts.push({ file, read, text });
    });
    if (texts.length === 0) return void parentPort.postMessage([]);
    const answers = askParser(texts.map(({ read }) => read), settings);
    parentPort.postMessage(texts.map(({ file, read, text }, index) => {
      const digest = createHash("sha1").update(text).digest("base64");
      return { file, digest, ...compareFile(read, text, answers[index], settings) };
    }));
  });
}

// ---- The whole run

function* scriptsBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* scriptsBelow(path);
    else if (entry.isFile() && COMPARED.test(entry.name) && !DECLARATIONS.test(entry.name)) yield path;
  }
}

function sampleOf(files, count) {
  if (!count || files.length <= count) return files;
  const step = files.length / count;
  return Array.from({ length: count }, (_, index) => files[Math.floor(index * step)]);
}

function explanationOf(difference, explained) {
  return explained.find(({ what, line, code }) => what === difference.what && difference.line.includes(line) && difference.code.includes(code));
}

async function main() {
  const { values: settings, positionals: folders } = parseArgs({
    allowPositionals: true,
    options: {
      parser: { type: "string" },
      tier: { type: "string", default: "merged" },
      minify: { type: "boolean", default: false },
      mutate: { type: "string" },
      generate: { type: "string" },
      seed: { type: "string", default: "0" },
      sample: { type: "string" },
      jobs: { type: "string", default: "2" },
      exports: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
    },
  });
  if (!settings.parser || (folders.length === 0 && !settings.generate)) {
    console.error("usage: oxc-differential.mjs --parser PARSE_DUMP [options] FOLDER…");
    process.exit(2);
  }
  const explained = JSON.parse(readFileSync(new URL("differences.json", import.meta.url), "utf8"));
  const files = settings.generate
    ? Array.from({ length: Number(settings.generate) }, (_, index) => index)
    : sampleOf(folders.flatMap((folder) => [...scriptsBelow(folder)]), Number(settings.sample));

  const total = { compared: 0, rejected: 0, failed: 0, edges: 0, exact: 0, uncertain: 0, differing: 0, silent: 0, explained: 0 };
  const digests = new Set();
  const unexplained = [];
  const uncertain = [];
  const take = (result) => {
    if (result.failed) console.log(`oracle failed on ${result.file}: ${result.failed}`);
    total.failed += result.failed ? 1 : 0;
    total.rejected += result.rejected ? 1 : 0;
    if (result.failed || result.rejected) return;
    total.compared++;
    digests.add(result.digest);
    total.edges += result.edges;
    total.exact += result.exact ? 1 : 0;
    total.uncertain += result.uncertain ? 1 : 0;
    if (result.uncertain) uncertain.push(`${result.file} (uncertain ${result.uncertain})`);
    const open = result.differences.filter((difference) => !explanationOf(difference, explained));
    total.explained += result.differences.length - open.length;
    if (open.length === 0) return;
    total.differing++;
    total.silent += result.uncertain ? 0 : 1;
    unexplained.push({ ...result, differences: open });
  };

  const scratch = mkdtempSync(join(tmpdir(), "differential-"));
  let next = 0;
  await Promise.all(
    Array.from({ length: Number(settings.jobs) }, () => new Promise((done, fail) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: { settings, scratch }, resourceLimits: { stackSizeMb: 200 } });
      const feed = () => {
        if (next >= files.length) return void worker.terminate().then(done);
        worker.postMessage(files.slice(next, (next += CHUNK)));
      };
      worker.on("message", (results) => {
        results.forEach(take);
        feed();
      });
      worker.on("error", fail);
      feed();
    })),
  );

  rmSync(scratch, { recursive: true });
  unexplained.sort((a, b) => (a.file < b.file ? -1 : 1));
  for (const { file, uncertain, status, differences } of settings.list ? unexplained : unexplained.slice(0, 40)) {
    console.log(`${file}${uncertain ? ` (uncertain ${uncertain})` : ""}${status ? ` (status ${status})` : ""}`);
    for (const { what, line, code, babel } of differences.slice(0, 5)) console.log(`  ${what} ${line}; ${babel}\n    ${code}`);
    if (differences.length > 5) console.log(`  and ${differences.length - 5} more`);
  }
  if (settings.list) for (const line of uncertain.sort()) console.log(`valid, but ${line}`);
  console.log(
    `${total.compared} files compared, ${digests.size} distinct, ${total.edges} imports: ${total.differing} files differ (${total.silent} silently), ` +
      `${total.explained} differences explained, ${total.exact} files by the exact tier, ${total.uncertain} uncertain; ` +
      `${total.rejected} rejected by oxc, ${total.failed} too deep for the oracle`,
  );
  process.exit(total.differing > 0 ? 1 : 0);
}

if (isMainThread) await main();
else work(workerData);
