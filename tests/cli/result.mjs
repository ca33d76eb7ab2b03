// What is found: the map, the graph, and that neither depends on threads, order or the place it is run from.
import assert from "node:assert/strict";
import { closeSync, openSync, statSync, symlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import { Project, sampleFiles } from "./project.mjs";

const sample = new Project(sampleFiles());
after(() => sample.remove());

// A project of which every file is written and nothing else matters.
function project(t, files) {
  const made = new Project({ "package.json": "{}", ...files });
  t.after(() => made.remove());
  return made;
}

test("the map of the sample", () => {
  const { code, result } = sample.scanJson();
  assert.equal(code, 0);
  assert.equal(result.framework, "none");
  assert.deepEqual(result.entries, ["/src/main.tsx"]);
  assert.equal(result.complete, true);
  assert.deepEqual(result.clientFiles, ["/node_modules/ui/index.js", "/src/Counter.tsx", "/src/Lazy.tsx"]);
  assert.deepEqual(result.serverFiles, ["/src/actions.ts"]);
  assert.equal(result.hasServerFunctions, true);
  const places = result.directives.map((d) => `${d.file}:${d.line}:${d.column} ${d.level} ${d.value}`);
  assert.deepEqual(places, [
    "/node_modules/ui/index.js:1:1 module use client",
    "/src/Counter.tsx:1:1 module use client",
    "/src/Lazy.tsx:1:1 module use strict",
    "/src/Lazy.tsx:2:1 module use client",
    "/src/actions.ts:1:1 module use server",
    "/src/main.tsx:10:29 function use server",
  ]);
});

test("the graph of the sample", () => {
  const { result } = sample.scanJson("--emit", "graph");
  const modules = Object.fromEntries(result.modules.map((module) => [module.id, module]));
  assert.deepEqual(Object.keys(modules), [
    "/node_modules/ui/index.js",
    "/src/Counter.tsx",
    "/src/Lazy.tsx",
    "/src/actions.ts",
    "/src/main.tsx",
    "/src/shared.ts",
  ]);
  assert.equal(modules["/node_modules/ui/index.js"].package, "ui");
  assert.deepEqual(modules["/src/shared.ts"].environments, ["client", "server"]);
  assert.deepEqual(modules["/src/Counter.tsx"].environments, ["client"]);
  assert.deepEqual(modules["/src/main.tsx"].environments, ["server"]);
  assert.deepEqual(modules["/src/main.tsx"].reexportsAll, ["./shared"]);
  assert.deepEqual(modules["/src/Counter.tsx"].exports, ["Counter"]);
  const imports = modules["/src/main.tsx"].imports.map((i) => [i.specifier, i.kind, i.line, i.targets, i.leaves]);
  assert.deepEqual(imports, [
    ["./Counter", "import", 1, { server: "/src/Counter.tsx" }, undefined],
    ["./actions", "import", 2, { server: "/src/actions.ts" }, undefined],
    ["ui", "import", 3, { server: "/node_modules/ui/index.js" }, undefined],
    ["node:fs", "import", 4, { server: "node:fs" }, { server: "external" }],
    ["./style.css", "side-effect", 5, { server: "/src/style.css" }, { server: "asset" }],
    ["./gone", "side-effect", 6, { server: null }, undefined],
    ["./shared", "export-all", 7, { server: "/src/shared.ts" }, undefined],
    ["./Lazy", "dynamic", 8, { server: "/src/Lazy.tsx" }, undefined],
  ]);
});

// A graph wide enough for threads to race on: diamonds, cycles, packages, both directives.
function wideFiles() {
  const files = { "package.json": "{}" };
  const count = 300;
  for (let i = 0; i < count; ++i) {
    const directive = i % 7 === 0 ? `"use client";\n` : i % 11 === 0 ? `"use server";\n` : "";
    const imports = [1, 2, 3, 5, 8].map((step) => `import "./m${(i * step + step) % count}";\n`).join("");
    files[`src/m${i}.ts`] = `${directive}${imports}import "p${i % 10}";\nimport "./none${i % 3}";\nexport const x = 1;\n`;
  }
  for (let i = 0; i < 10; ++i) {
    files[`node_modules/p${i}/package.json`] = `{ "name": "p${i}", "main": "i.js" }`;
    files[`node_modules/p${i}/i.js`] = `"use client";\nimport "p${(i + 1) % 10}";\nimport "peer";\n`;
  }
  return files;
}

test("the same bytes with 1, 2 and 8 threads, shuffled entries, from anywhere", (t) => {
  const wide = new Project(wideFiles());
  t.after(() => wide.remove());
  const entries = Array.from({ length: 40 }, (_, i) => `src/m${i * 7}.ts`);
  const flags = (list) => list.flatMap((entry) => ["-e", entry]);
  for (const format of [["json"], ["json", "--emit", "graph"], ["ndjson", "--emit", "graph"], ["pretty"]]) {
    const scan = (list, threads, options) =>
      wide.run(["scan", wide.path, "-f", ...format, "-j", threads, ...flags(list)], options);
    const first = scan(entries, "1");
    assert.equal(first.code, 0, first.stderr);
    for (let round = 0; round < 6; ++round) {
      const shuffled = entries.map((e) => [Math.random(), e]).sort().map(([, e]) => e);
      const threads = ["1", "2", "8"][round % 3];
      const other = scan(shuffled, threads, { cwd: round % 2 === 0 ? "/" : wide.path });
      assert.equal(other.stdout, first.stdout, `${format} with ${threads} threads`);
      const diagnostics = (run) => run.stderr.split("\n").filter((line) => !line.startsWith("Finished"));
      assert.deepEqual(diagnostics(other), diagnostics(first));
    }
  }
});

test("a cycle of imports is nothing special", (t) => {
  const cycle = project(t, {
    "src/main.ts": `import "./a"; import "./main";\n`,
    "src/a.ts": `import "./b";\n`,
    "src/b.ts": `"use client"; import "./a"; import "./b";\n`,
  });
  const { code, result } = cycle.scanJson();
  assert.equal(code, 0);
  assert.deepEqual(result.clientFiles, ["/src/b.ts"]);
  assert.deepEqual(result.diagnostics, []);
});

test("an unusual encoding is nothing special", (t) => {
  const files = project(t, {
    "src/main.ts": `import "./bom"; import "./crlf"; import "./utf16";\n`,
    "src/bom.ts": `\ufeff"use client";\n`,
    "src/crlf.ts": `// one\r\n// two\r\n  "use client"\r\n`,
    "src/utf16.ts": Buffer.from(`\ufeff"use client";\n`, "utf16le"),
  });
  const { code, result } = files.scanJson();
  assert.equal(code, 0);
  assert.deepEqual(result.clientFiles, ["/src/bom.ts", "/src/crlf.ts", "/src/utf16.ts"]);
  assert.deepEqual(result.directives.map((d) => [d.line, d.column]), [[1, 1], [3, 3], [1, 1]]);
  assert.deepEqual(result.diagnostics, []);
});

test("a file of 200 MB costs no memory", (t) => {
  const files = project(t, { "src/main.ts": `import "./data";\n`, "src/data.ts": `"use client";\nexport {};\n` });
  const peak = () => {
    const { code, result } = files.scanJson("--stats", "-j", "2");
    assert.equal(code, 0);
    assert.deepEqual(result.clientFiles, ["/src/data.ts"]);
    return result.stats.memory.rssPeakBytes;
  };
  const small = peak();
  const file = openSync(join(files.path, "src/data.ts"), "a");
  const block = `const a = { b: "c", d: [1, 2, 3], e: (x) => x / 2 }; /* comment */ // another\n`.repeat(1000);
  for (let written = 0; written < 200e6; written += block.length) writeSync(file, block);
  writeSync(file, `import "./last";\n`);
  closeSync(file);
  files.write("src/last.ts", `"use server";\n`);
  const large = peak();
  assert.ok(statSync(join(files.path, "src/data.ts")).size > 200e6);
  assert.ok(large - small < 1 << 20, `${small} -> ${large} bytes`);
  assert.deepEqual(files.scanJson().result.serverFiles, ["/src/last.ts"]);
});

test("linked packages have one identity", (t) => {
  const files = project(t, {
    "src/main.ts": `import "a"; import "b"; import "../packages/ui/index";\n`,
    "packages/ui/package.json": `{ "name": "ui", "main": "index.js" }`,
    "packages/ui/index.js": `"use client";\n`,
    "node_modules/.keep": "",
  });
  symlinkSync("../packages/ui", join(files.path, "node_modules/a"));
  symlinkSync("../packages/ui", join(files.path, "node_modules/b"));
  assert.deepEqual(files.scanJson().result.clientFiles, ["/packages/ui/index.js"]);
  const kept = files.scanJson("--preserve-symlinks").result.clientFiles;
  assert.deepEqual(kept, ["/node_modules/a/index.js", "/node_modules/b/index.js", "/packages/ui/index.js"]);
});

test("files outside the root, and absolute paths", (t) => {
  const files = new Project({
    "app/package.json": "{}",
    "app/src/main.ts": `import "../../lib/ui";\nimport "./own";\nimport "./gone";\n`,
    "app/src/own.ts": `"use client";\n`,
    "lib/ui.ts": `"use client";\n`,
  });
  t.after(() => files.remove());
  const root = join(files.path, "app");
  assert.deepEqual(files.scanJson("app").result.clientFiles, ["/src/own.ts", join(files.path, "lib/ui.ts")].sort());
  const { result, stderr } = files.scanJson("app", "--absolute-paths");
  assert.deepEqual(result.entries, [join(root, "src/main.ts")]);
  assert.deepEqual(result.clientFiles.toSorted(), [join(root, "src/own.ts"), join(files.path, "lib/ui.ts")].sort());
  assert.equal(result.diagnostics[0].file, join(root, "src/main.ts"));
  assert.match(stderr, new RegExp(`^${root}/src/main.ts:3:8: warning: `, "m"));
  assert.match(files.scan("app").stderr, /^src\/main.ts:3:8: warning: /m);
});

test("markers, aliases, conditions, externals and type imports reach the scan", (t) => {
  const files = project(t, {
    "src/main.ts": `import "@/a";\nimport "cond";\nimport "plugin:x";\nimport type { T } from "./types";\nimport.meta.hot;\n`,
    "src/a.ts": `"use client";\n`,
    "src/types.ts": `"use client";\nexport type T = 1;\n`,
    "node_modules/cond/package.json": `{ "name": "cond", "exports": { "mine": "./mine.js", "default": "./other.js" } }`,
    "node_modules/cond/mine.js": `"use client";\n`,
    "node_modules/cond/other.js": "",
  });
  const { code, result } = files.scanJson(
    "--marker", "import.meta.hot", "--alias", "@=./src", "--conditions", "server=mine", "--external", "plugin:*",
    "--type-imports", "keep",
  );
  assert.equal(code, 0);
  assert.deepEqual(result.clientFiles, ["/node_modules/cond/mine.js", "/src/a.ts", "/src/types.ts"]);
  assert.deepEqual(result.markers, { "import.meta.hot": ["/src/main.ts"] });
  assert.deepEqual(result.diagnostics, []);
  assert.deepEqual(files.scanJson("--alias", "@=./src").result.clientFiles, ["/src/a.ts"]);
});

test("a configuration file is read, and flags win over it", (t) => {
  const files = project(t, {
    "demarc.config.jsonc": `{
      // two entries
      "entries": ["src/one.ts", "src/two.ts"],
      "alias": [{ "find": "@", "replacement": "./src" }],
    }`,
    "src/one.ts": `import "@/client";\n`,
    "src/two.ts": "",
    "src/client.ts": `"use client";\n`,
  });
  const { result } = files.scanJson();
  assert.deepEqual(result.entries, ["/src/one.ts", "/src/two.ts"]);
  assert.deepEqual(result.clientFiles, ["/src/client.ts"]);
  assert.deepEqual(files.scanJson("-e", "src/two.ts").result.entries, ["/src/two.ts"]);
});

test("the project is the nearest package.json upward", (t) => {
  const files = project(t, { "src/main.ts": `"use client";\n`, "src/deep/x.ts": "" });
  const { code, stdout } = files.run(["scan", "-f", "json"], { cwd: join(files.path, "src/deep") });
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).root, files.path);
});
