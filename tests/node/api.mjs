import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { built, demarc, makeLargeProject, makeProject, native } from "./project.mjs";

const { DemarcError, parseModule, resolve, scan, scanSync, why } = demarc;

/** A worker says that it is done a moment before it is. */
async function nothingRuns() {
  const end = Date.now() + 10_000;
  while (native().running().jobs > 0 && Date.now() < end) await new Promise((next) => setTimeout(next, 5));
  assert.deepEqual(native().running(), { jobs: 0, ledgerBytes: 0 });
}

const small = makeProject({
  "src/main.js": 'import "./a.js"; import { b } from "dep";',
  "src/a.js": '"use client"; import "./c.js";',
  "src/c.js": "export const c = 1;",
  "node_modules/dep/package.json": '{"name":"dep","main":"index.js"}',
  "node_modules/dep/index.js": '"use server"; export async function b() {}',
});

const failsWith = (code, message) => (error) => {
  assert(error instanceof DemarcError, String(error));
  assert.equal(error.code, code);
  if (message) assert.match(error.message, message);
  return true;
};

test("scan answers with the bytes of the program", async () => {
  const result = await scan({ root: small });
  const program = spawnSync(path.join(built, "demarc"), ["scan", small, "--format", "json"], { encoding: "utf8" });
  assert.equal(program.status, 0);
  assert.equal(result.json.toString(), program.stdout);
  assert.deepEqual(scanSync({ root: small }).toJSON(), JSON.parse(program.stdout));
});

test("scan gives the map, and only what was asked for", async () => {
  const result = await scan({ root: small });
  assert.deepEqual(result.clientFiles, ["/src/a.js"]);
  assert.deepEqual(result.serverFiles, ["/node_modules/dep/index.js"]);
  assert.equal(result.complete, true);
  assert.equal(result.modules, undefined);
  assert.equal(result.stats, undefined);
  const modules = await scan({ root: small, emit: "modules", stats: true });
  assert.deepEqual(modules.modules.map(({ id }) => id), ["/node_modules/dep/index.js", "/src/a.js"]);
  assert.equal(modules.modules[0].imports, undefined);
  assert.deepEqual(modules.modules[1].importedIn, ["server"]);
  assert.equal(modules.stats.modules, 4);
  const graph = await scan({ root: small, emit: "graph" });
  assert.equal(graph.modules.length, 4);
  assert.equal(graph.modules.find(({ id }) => id === "/src/main.js").imports.length, 2);
});

test("options are those of the configuration file, and win over it", async () => {
  const root = makeProject({
    "demarc.config.json": '{"entries": ["src/a.js"], "markers": ["needle"]}',
    "src/a.js": "// needle",
    "src/b.js": '"use client"',
    "lib/x.js": '"use client"',
    "lib/y.js": '"use server"',
  });
  assert.deepEqual((await scan({ root })).markers, { needle: ["/src/a.js"] });
  assert.deepEqual((await scan({ root, entries: ["src/b.js"] })).clientFiles, ["/src/b.js"]);
  await assert.rejects(scan({ root, config: false }), failsWith("DEMARC_BAD_CONFIG", /entry/));
  fs.writeFileSync(path.join(root, "src/a.js"), 'import "@/x"; import "~y"');
  for (const alias of [
    { "@": path.join(root, "lib"), "~y": path.join(root, "lib/y.js") },
    [{ find: "@", replacement: path.join(root, "lib") }, { find: /^~(\w)$/, replacement: `${root}/lib/$1.js` }],
  ]) {
    const result = await scan({ root, alias });
    assert.deepEqual([result.clientFiles, result.serverFiles], [["/lib/x.js"], ["/lib/y.js"]]);
  }
});

test("what is wrong is a rejection with a code, and says what to do", async () => {
  await assert.rejects(scan({ root: path.join(small, "gone") }), failsWith("DEMARC_BAD_CONFIG", /does not exist/));
  await assert.rejects(scan({ root: small, entrys: [] }), failsWith("DEMARC_BAD_CONFIG", /unknown option "entrys"/));
  await assert.rejects(scan({ root: small, mode: "prod" }), failsWith("DEMARC_BAD_CONFIG", /production/));
  await assert.rejects(scan({ root: small, threads: 0 }), failsWith("DEMARC_BAD_CONFIG", /threads/));
  await assert.rejects(scan({ root: small, maxMemory: 1 << 18 }), failsWith("DEMARC_OVER_BUDGET", /needs about/));
  assert.throws(() => scanSync({ root: path.join(small, "gone") }), failsWith("DEMARC_BAD_CONFIG"));
  assert.throws(() => scanSync({ root: small, resolveFallback() {} }), failsWith("DEMARC_BAD_CONFIG", /use scan/));
  assert.throws(() => parseModule("", { lang: "py" }), TypeError);
  assert.throws(() => parseModule(5), TypeError);
});

test("an incomplete map is withheld, unless it is asked for", async () => {
  const root = makeProject({ "src/a.js": '"use client"' });
  spawnSync("mkfifo", [path.join(root, "src/fifo.js")]);
  const entries = ["src/a.js", "src/fifo.js"];
  await assert.rejects(scan({ root, entries }), (error) => {
    assert.equal(error.code, "DEMARC_INCOMPLETE");
    assert.equal(error.diagnostics[0].rule, "scan/not-a-file");
    return true;
  });
  const result = await scan({ root, entries, allowIncomplete: true });
  assert.equal(result.complete, false);
  assert.deepEqual(result.clientFiles, ["/src/a.js"]);
});

test("parseModule says what a text says", () => {
  const syntax = parseModule('"use client";\nimport a, { type B } from "b";\nexport { c } from "./c"; export default a', { lang: "ts" });
  assert.deepEqual(syntax.directives, [{ value: "use client", level: "module", line: 1, column: 1, endColumn: 13 }]);
  assert.deepEqual(syntax.imports.map(({ specifier, kind }) => [specifier, kind]), [["b", "import"], ["./c", "export-from"]]);
  assert.deepEqual(syntax.exports.map(({ name }) => name), ["c", "default"]);
  assert.deepEqual(parseModule(Buffer.from('"use server"'), { lang: "js" }).directives[0].value, "use server");
  // A view into a larger buffer.
  assert.deepEqual(parseModule(Buffer.from('xx"use server"').subarray(2)).directives[0].value, "use server");
});

test("resolve answers each environment, and lists in order", async () => {
  const [server, client] = await resolve({ specifier: "dep", importer: "src/main.js" }, { root: small });
  assert.equal(server.environment, "server");
  assert.equal(server.result, "file");
  assert.equal(client.path, path.join(small, "node_modules/dep/index.js"));
  const answers = await resolve(
    [{ specifier: "./a.js", importer: path.join(small, "src/main.js"), environment: "client" }, { specifier: "nothing" }],
    { root: small },
  );
  assert.deepEqual(answers.map((list) => list.map(({ result }) => result)), [["file"], ["unresolved", "unresolved"]]);
});

test("why names the chain", async () => {
  const result = await why("src/c.js", { root: small });
  assert.deepEqual(result.environments.map(({ environment }) => environment), ["client"]);
  assert.deepEqual(result.environments[0].chains[0].steps.map(({ id }) => id), ["/src/main.js", "/src/a.js", "/src/c.js"]);
  await assert.rejects(why("src/c.js", { root: small, environment: "clint" }), failsWith("DEMARC_BAD_CONFIG", /client/));
});

test("resolveFallback is asked in batches for what the disk cannot place", async () => {
  const root = makeProject({
    "src/main.js": 'import "virtual:a"; import "~/b"; import "./c.js"; import "lost"',
    "src/c.js": "",
    "lib/b.js": '"use client"; import "~/d"',
    "lib/d.js": '"use server"',
  });
  const batches = [];
  const result = await scan({
    root,
    async resolveFallback(questions) {
      batches.push(questions.map(({ specifier, environment, first }) => `${specifier} ${environment} ${first}`));
      await new Promise((next) => setTimeout(next, 5));
      return questions.map(({ specifier }) => {
        if (specifier.startsWith("~/")) return path.join(root, "lib", `${specifier.slice(2)}.js`);
        return specifier.startsWith("virtual:") ? { id: `\0${specifier}`, external: true } : null;
      });
    },
  });
  assert.deepEqual(batches, [["virtual:a server false", "~/b server false", "lost server false"], ["~/d client false"]]);
  assert.deepEqual([result.clientFiles, result.serverFiles], [["/lib/b.js"], ["/lib/d.js"]]);
  assert.deepEqual(result.diagnostics.map(({ rule }) => rule), ["scan/unresolved"]);
});

test("loadFallback hands in the texts of modules that are no files", async () => {
  const root = makeProject({ "src/main.js": 'import "virtual:routes"', "src/page.tsx": '"use client"', "lib/x.js": '"use server"' });
  const asked = [];
  const result = await scan({
    root,
    resolveFallback: (questions) =>
      questions.map(({ specifier }) =>
        specifier === "virtual:routes" || specifier === "virtual:more" ? `\0${specifier}` : specifier === "#x" ? path.join(root, "lib/x.js") : null,
      ),
    loadFallback(files) {
      asked.push(...files.map(({ id, environment }) => `${id} ${environment}`));
      return files.map(({ id }) =>
        id === "\0virtual:routes"
          ? `import type { T } from "./t"; export default [() => import(${JSON.stringify(path.join(root, "src/page.tsx"))})]; import "virtual:more"`
          : { code: 'import "#x"', lang: "js" },
      );
    },
  });
  assert.deepEqual(asked, ["\0virtual:routes server", "\0virtual:more server"]);
  assert.deepEqual([result.clientFiles, result.serverFiles], [["/src/page.tsx"], ["/lib/x.js"]]);
});

test("pluginsFirst lets plugins lead elsewhere than the disk", async () => {
  const root = makeProject({ "src/main.js": 'import "./a.js"; import "./b.js"', "src/a.js": '"use client"', "src/b.js": "", "mock/a.js": '"use server"' });
  const asked = [];
  const result = await scan({
    root,
    pluginsFirst: [/^\.\/a/],
    resolveFallback(questions) {
      asked.push(...questions.map(({ specifier, first }) => [specifier, first]));
      return questions.map(() => path.join(root, "mock/a.js"));
    },
  });
  assert.deepEqual(asked, [["./a.js", true]]);
  assert.deepEqual([result.clientFiles, result.serverFiles], [[], ["/mock/a.js"]]);
});

test("what a fallback throws is what scan rejects with", async () => {
  const root = makeProject({ "src/main.js": 'import "x"' });
  const mine = new RangeError("mine");
  await assert.rejects(scan({ root, resolveFallback() { throw mine; } }), (error) => error === mine);
  await assert.rejects(scan({ root, resolveFallback: async () => { throw mine; } }), (error) => error === mine);
  await assert.rejects(scan({ root, resolveFallback: () => "no array" }), TypeError);
  await nothingRuns();
});

const large = makeLargeProject(3000);

test("an AbortSignal ends a scan, whatever it is doing", async () => {
  const reason = new Error("enough");
  await assert.rejects(scan({ root: large, signal: AbortSignal.abort(reason) }), (error) => error === reason);
  for (let delay = 0; delay < 20; ++delay) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), delay);
    await scan({ root: large, signal: controller.signal }).catch((error) => assert.equal(error, reason));
  }
  // While the scan waits for an answer.
  const controller = new AbortController();
  const waiting = scan({
    root: makeProject({ "src/main.js": 'import "x"' }),
    signal: controller.signal,
    resolveFallback: () => (controller.abort(reason), new Promise(() => {})),
  });
  await assert.rejects(waiting, (error) => error === reason);
  await nothingRuns();
});

test("several scans run at once", async () => {
  const results = await Promise.all(Array.from({ length: 8 }, (_, i) => scan({ root: i % 2 ? large : small })));
  assert.deepEqual(new Set(results.map(({ clientFiles }) => clientFiles.length)), new Set([1, 300]));
  await nothingRuns();
});

test("progress is reported while a scan runs", async () => {
  let last;
  let waited;
  await scan({
    root: makeProject({ "src/main.js": 'import "./a.js"; import "x"', "src/a.js": "" }),
    onProgress: (progress) => (last = progress),
    // Long enough for a report.
    resolveFallback: async () => (await new Promise((next) => (waited = setTimeout(next, 250))), [null]),
  });
  clearTimeout(waited);
  assert.deepEqual(last, { filesFound: 2, filesDone: 2 });
});

test("version and binaryPath name what is installed", () => {
  const { stdout } = spawnSync(demarc.binaryPath(), ["--version"], { encoding: "utf8" });
  assert(stdout.includes(demarc.version));
  assert.equal(native().version, demarc.version);
});
