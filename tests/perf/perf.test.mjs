// The parts of perf/compare, its corpora and perf/gates that can be told right from wrong without measuring.
//
//   scripts/node --test tests/perf/*.test.mjs

import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";

import { writeApp } from "../../perf/corpus/app.mjs";
import { CORPORA } from "../../perf/corpus/corpora.mjs";
import { writeSynthetic } from "../../perf/corpus/synthetic.mjs";
import { differencesOfMaps, explain } from "../../perf/differences.mjs";
import { formatRecord, judge, parseRecord } from "../../perf/gates.mjs";
import { writeReadme, writeResult } from "../../perf/results.mjs";

const generated = () => {
  const files = new Map();
  const uses = [{ in: "client", statement: 'import { X } from "x";', elements: ["X"], times: 3 }];
  writeApp(files, { ...CORPORA.small.app, uses });
  return files;
};

test("an app is generated the same twice", () => {
  assert.deepEqual(generated(), generated());
});

test("an app has the files that were asked for, and types.ts, which no build reaches", () => {
  const names = [...generated().keys()];
  const { tsx, ts, areas } = CORPORA.small.app;
  // client.tsx is no entry of the worker.
  assert.equal(names.filter((name) => name.endsWith(".tsx")).length, tsx + 1);
  assert.equal(names.filter((name) => name.endsWith(".ts")).length, ts + areas);
});

test("no module of an app imports a name twice or one that is not there", () => {
  const files = generated();
  for (const [name, text] of files) {
    const seen = new Set();
    for (const [, list, specifier] of text.matchAll(/^import (?:type )?\{ ([^}]+) \} from "([^"]+)";$/gm)) {
      for (const local of list.split(", ")) assert.ok(!seen.has(local) && seen.add(local), `${name} imports ${local} twice`);
      if (!/^[.@]/.test(specifier)) continue;
      const base = specifier.startsWith("@/") ? `src/${specifier.slice(2)}` : path.posix.join(path.posix.dirname(name), specifier);
      assert.ok([".tsx", ".ts", "/index.ts"].some((ending) => files.has(base + ending)), `${name} imports ${specifier}`);
    }
  }
});

test("an interrupted synthetic corpus goes on with the same bytes, and its imports lead to modules", () => {
  const collect = (isDone) => {
    const files = new Map();
    writeSynthetic({ write: (file, text) => files.set(file, text), isDone: (name) => !["src/a07", "src/a63"].includes(name) || isDone(name), done() {} });
    return files;
  };
  const [both, second] = [collect(() => false), collect((name) => name === "src/a07")];
  assert.equal(both.size, 2 + 2 * 10_000);
  for (const [file, text] of second) assert.equal(both.get(file), text);
  let inside = 0;
  for (const [file, text] of both) {
    for (const [, specifier] of text.matchAll(/ (?:from )?"(\.[^"]+)";$/gm)) {
      const target = path.posix.join(path.posix.dirname(file), specifier).replace(/(\.js)?$/, ".js");
      if (!/^src\/a(07|63)\//.test(target)) continue;
      inside++;
      assert.ok(both.has(target), `${file} imports ${specifier}`);
    }
  }
  assert.ok(inside > 79_200);
});

test("a difference of maps is explained by its kind and by no other", () => {
  const graph = {
    serverEnvironment: "worker",
    importersOf: (file) =>
      ({
        "/node_modules/a/inner.js": [{ importer: "/b.js", specifier: "./inner", environment: "client" }],
        "/src/money.utils.ts": [{ importer: "/b.js", specifier: "./money.utils", environment: "worker" }],
        "/src/page.ts": [{ importer: "/b.js", specifier: "./page", environment: "worker" }],
        "/src/shown.ts": [{ importer: "/b.js", specifier: "./*.ts", environment: "worker" }],
      })[file] ?? [],
    isModule: (file) => file !== "/node_modules/a/server.js",
    needsGlob: (file) => file === "/src/shown.ts",
    hasServerFunction: (file) => file === "/src/page.ts",
  };
  const ours = { clientFiles: ["/node_modules/a/inner.js", "/src/money.utils.ts", "/src/odd.ts", "/src/shown.ts"], serverFiles: [] };
  const theirs = { clientFiles: ["/node_modules/a/server.js"], serverFiles: ["/src/page.ts"] };
  const differences = differencesOfMaps(ours, theirs);
  const kinds = (peer) => Object.fromEntries(explain(peer, differences, graph).map(({ file, kind }) => [file, kind]));
  assert.deepEqual(kinds("rwsdk"), {
    "/node_modules/a/inner.js": null,
    "/node_modules/a/server.js": null,
    "/src/money.utils.ts": "dotted-specifier",
    "/src/odd.ts": null,
    "/src/shown.ts": null,
    "/src/page.ts": null,
  });
  assert.deepEqual(kinds("plugin-rsc"), {
    "/node_modules/a/inner.js": "inside-boundary",
    "/node_modules/a/server.js": null,
    "/src/money.utils.ts": null,
    "/src/odd.ts": "prescan",
    "/src/shown.ts": null,
    "/src/page.ts": "function-level",
  });
  assert.deepEqual(kinds("esbuild"), {
    "/node_modules/a/inner.js": null,
    "/node_modules/a/server.js": "other-environment",
    "/src/money.utils.ts": null,
    "/src/odd.ts": "prescan",
    "/src/shown.ts": "glob",
    "/src/page.ts": null,
  });
});

const EMPTY = {
  rounds: 7,
  date: "2026-01-01",
  modules: 1,
  directories: 1,
  directiveModules: 0,
  versions: {},
  runners: [],
  failed: [],
  mapDifferences: [],
  machine: { cpus: 2, model: "m", kernel: "k" },
  ratios: {},
};

test("a result replaces its own part of RESULTS.md and no other", () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "demarc-results-")), "RESULTS.md");
  const result = (name, load) => ({ ...EMPTY, name, machine: { ...EMPTY.machine, load } });
  writeResult(result("small", 1), file);
  writeResult(result("large", 2), file);
  writeResult(result("small", 3), file);
  const text = fs.readFileSync(file, "utf8");
  assert.deepEqual([...text.matchAll(/^## (.*)$/gm)].map(([, name]) => name), ["small", "large"]);
  assert.deepEqual([...text.matchAll(/load (\d)/g)].map(([, load]) => load), ["3", "2"]);
  fs.rmSync(path.dirname(file), { recursive: true });
});

test("README shows one result, and the text around it stays", () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "demarc-results-")), "README.md");
  fs.copyFileSync(new URL("../../README.md", import.meta.url), file);
  const before = fs.readFileSync(file, "utf8");
  const shown = (text) => text.slice(text.indexOf("<!-- printed"), text.indexOf("<!-- end"));
  for (const load of [4, 5]) writeReadme({ ...EMPTY, name: "large", machine: { ...EMPTY.machine, load } }, file);
  const after = fs.readFileSync(file, "utf8");
  assert.equal(after.replace(shown(after), ""), before.replace(shown(before), ""));
  assert.match(shown(after), /load 5/);
  assert.doesNotMatch(shown(after), /load 4/);
  fs.rmSync(path.dirname(file), { recursive: true });
});

test("a gate lets through what its tolerance allows, in either direction, and nothing else", () => {
  const isOk = (measured, recorded) => judge("x", measured, recorded, 0.05).ok;
  assert.deepEqual([951, 1000, 1049].map((value) => isOk(value, 1000)), [true, true, true]);
  assert.deepEqual([949, 1051].map((value) => isOk(value, 1000)), [false, false]);
  assert.equal(isOk(1000, undefined), false);
  assert.match(judge("x", 900, 1000, 0.05).line, /-10\.00 %: better; record it/);
  assert.match(judge("x", 1100, 1000, 0.05).line, /\+10\.00 %: too much/);
});

test("a record of a gate is read as it was written", () => {
  const record = { compiler: "GNU 12.2.0", figures: new Map([["rsc-atlas", 53145430], ["large", 7]]) };
  assert.deepEqual(parseRecord(formatRecord(record)), record);
});
