// The schemas describe what the program does, not what we believe it does: results are validated, and every
// configuration below is judged by both the schema and the program.
//
// The validator is ajv: it knows draft 2020-12, its strict mode refuses keywords it does not know (a misspelled
// `requierd` would otherwise allow everything), and it needs nothing but the Node that is pinned anyway.
import Ajv2020 from "ajv/dist/2020.js";
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import { Project, repository, sampleFiles } from "./project.mjs";

const schemaOf = (name) => JSON.parse(readFileSync(join(repository, "cli/schema", name), "utf8"));
// `type` and `required` may stand in another subschema than what they belong to, and a tuple may have an optional end.
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, strictTuples: false, allErrors: true });
ajv.addSchema(schemaOf("result.v1.json"));
ajv.addSchema(schemaOf("config.v1.json"));
ajv.addSchema(schemaOf("parse.v1.json"));
ajv.addSchema(schemaOf("resolve.v1.json"));
for (const name of ["why", "list", "doctor", "audit"]) ajv.addSchema(schemaOf(`${name}.v1.json`));
const isResult = ajv.getSchema("urn:demarc:schema:result:1");
const isLine = ajv.getSchema("urn:demarc:schema:result:1#/$defs/line");
const isParse = ajv.getSchema("urn:demarc:schema:parse:1");
const isParseRecord = ajv.getSchema("urn:demarc:schema:parse:1#/$defs/record");
const isResolve = ajv.getSchema("urn:demarc:schema:resolve:1");
const isResolveRecord = ajv.getSchema("urn:demarc:schema:resolve:1#/$defs/record");
const isBatchAnswer = ajv.getSchema("urn:demarc:schema:resolve:1#/$defs/batchAnswer");
const isConfig = ajv.getSchema("urn:demarc:schema:config:1");

function check(validate, value, what) {
  if (!validate(value)) assert.fail(`${what}: ${ajv.errorsText(validate.errors.slice(0, 5))}`);
}

const sample = new Project(sampleFiles());
after(() => sample.remove());
const redwood = join(repository, "fixtures/apps/redwood-store");
const roots = [sample.path];
if (existsSync(join(redwood, "node_modules/.installed-lock.json"))) roots.push(redwood);

for (const root of roots) {
  test(`results of ${root === redwood ? "redwood-store" : "the sample"}`, () => {
    for (const options of [
      [],
      ["--emit", "graph"],
      ["--stats"],
      ["--emit", "graph", "--stats", "--absolute-paths", "--marker", "export", "--marker", "</script"],
    ]) {
      const what = `json ${options.join(" ")}`;
      const { result, code, stderr } = sample.scanJson(root, ...options);
      assert.equal(code, 0, stderr);
      check(isResult, result, what);
      assert.equal("modules" in result, options.includes("graph"));
      assert.equal("stats" in result, options.includes("--stats"));

      const lines = sample.scan(root, "-f", "ndjson", ...options).stdout.trimEnd().split("\n").map((l) => JSON.parse(l));
      for (const line of lines) check(isLine, line, `nd${what}`);
      assert.equal(lines[0].type, "begin");
      assert.equal(lines.at(-1).type, "summary");
      // The same records in another shape.
      const withoutType = (type) => lines.filter((l) => l.type === type).map(({ type, ...record }) => record);
      assert.deepEqual(withoutType("directive"), result.directives);
      assert.deepEqual(withoutType("diagnostic"), result.diagnostics);
      if (result.modules) assert.deepEqual(withoutType("module"), result.modules);
      assert.equal(lines.at(-1).counts.clientFiles, result.clientFiles.length);
    }
  });
}

test("audits", () => {
  const isAudit = ajv.getSchema("urn:demarc:schema:audit:1");
  const isAuditLine = ajv.getSchema("urn:demarc:schema:audit:1#/$defs/line");
  for (const root of [...roots, join(repository, "fixtures/audit/gallery")]) {
    const run = sample.run(["audit", "-f", "json", "--stats", root]);
    const result = JSON.parse(run.stdout);
    check(isAudit, result, `audit of ${root}`);
    assert.equal(run.code, result.summary.errors > 0 ? 1 : 0);
    const lines = sample.run(["audit", "-f", "ndjson", root]).stdout.trimEnd().split("\n").map((l) => JSON.parse(l));
    for (const line of lines) check(isAuditLine, line, `audit of ${root}, a line`);
    const findings = lines.filter((l) => l.type === "finding").map(({ type, ...record }) => record);
    assert.deepEqual(findings, result.findings);
  }
});

test("a result whose map is withheld", () => {
  const options = ["-e", "src/main.tsx", "-e", "src/none.tsx"];
  const withheld = sample.scanJson(...options);
  assert.equal(withheld.code, 3);
  check(isResult, withheld.result, "withheld");
  assert.equal(withheld.result.clientFiles, undefined);
  const allowed = sample.scanJson(...options, "--allow-incomplete");
  assert.equal(allowed.code, 3);
  check(isResult, allowed.result, "allowed");
  assert.equal(allowed.result.complete, false);
  assert.ok(allowed.result.clientFiles.length > 0);
});

test("a result with names that are no UTF-8", () => {
  const project = new Project(sampleFiles());
  const name = Buffer.concat([Buffer.from(`${project.path}/src/`), Buffer.from([0xff]), Buffer.from(".tsx")]);
  writeFileSync(name, '"use client";');
  const { result, code } = project.scanJson("--prescan", "src/*.tsx", "--emit", "graph");
  project.remove();
  assert.equal(code, 0);
  check(isResult, result, "invalid UTF-8");
  const idBase64 = Buffer.concat([Buffer.from("/src/"), Buffer.from([0xff]), Buffer.from(".tsx")]).toString("base64");
  assert.deepEqual(result.clientFiles.filter((id) => typeof id === "object"), [{ idBase64 }]);
  assert.ok(result.directives.some((directive) => directive.idBase64 === idBase64));
  assert.ok(result.modules.some((module) => module.idBase64 === idBase64));
});

test("the result schema refuses what is no result", () => {
  const { result } = sample.scanJson("--emit", "graph", "--stats");
  const broken = [
    (r) => delete r.clientFiles,
    (r) => delete r.root,
    (r) => (r.schemaVersion = 2),
    (r) => (r.extra = 1),
    (r) => (r.directives[0].line = 0),
    (r) => (r.directives[0].kind = "x"),
    (r) => (r.modules[0].imports = [{}]),
    (r) => delete r.modules[0].exports,
    (r) => r.clientFiles.push(r.clientFiles[0]),
    (r) => (r.stats.memory.rss = 1),
    (r) => (r.diagnostics[0].level = "fatal"),
  ];
  for (const breakIt of broken) {
    const copy = structuredClone(result);
    breakIt(copy);
    assert.equal(isResult(copy), false, String(breakIt));
  }
});

test("parsed files, and what is none", () => {
  const files = ["src/main.tsx", "src/Counter.tsx", "src/style.css", "none.ts"];
  sample.write("src/forms.ts", `import source x from "x"; import j from "./j" with { type: "json" }; import(y);\nconst a = };`);
  const { stdout } = sample.run(["parse", "-f", "json", ...files, "src/forms.ts"]);
  const document = JSON.parse(stdout);
  check(isParse, document, "parse");
  for (const record of document.files) check(isParseRecord, record, "record");
  assert.equal(document.files[2].imports, undefined);
  const broken = [
    (r) => delete r.exact,
    (r) => (r.extra = 1),
    (r) => (r.lang = "vue"),
    (r) => (r.imports[0].kind = "include"),
    (r) => (r.directives[0].column = 0),
    (r) => delete r.imports[0].names,
  ];
  for (const breakIt of broken) {
    const copy = structuredClone(document.files[0]);
    breakIt(copy);
    assert.equal(isParseRecord(copy), false, String(breakIt));
  }
});

test("resolved specifiers, batches, and what is none", () => {
  const specifiers = ["ui", "./Counter?raw", "node:fs", "./gone", "virtual:x"];
  const document = JSON.parse(sample.run(["resolve", "-f", "json", "--from", "src/main.tsx", ...specifiers]).stdout);
  check(isResolve, document, "resolve");
  for (const record of document.answers) check(isResolveRecord, record, "record");
  const input = [...specifiers.map((specifier) => JSON.stringify({ specifier })), "x", ""].join("\n");
  const { stdout } = sample.run(["resolve", "--batch"], { input });
  const answers = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  for (const answer of answers) check(isBatchAnswer, answer, "batch");
  assert.deepEqual(answers.map((a) => a.result), ["file", "unresolved", "external", "unresolved", "skipped", undefined]);
  for (const breakIt of [(r) => delete r.rules, (r) => (r.result = "none"), (r) => (r.extra = 1), (r) => delete r.path]) {
    const copy = structuredClone(document.answers[0]);
    breakIt(copy);
    assert.equal(isResolveRecord(copy), false, String(breakIt));
  }
});

test("why, list and doctor", () => {
  const validator = (name) => ajv.getSchema(`urn:demarc:schema:${name}:1`);
  const json = (...args) => JSON.parse(sample.run([...args, "-f", "json"]).stdout);
  const broken = (validate, document) => assert.equal(validate({ ...document, extra: 1 }), false);
  for (const file of ["src/shared.ts", "ui", "package.json"]) {
    const document = json("why", "--all", file);
    check(validator("why"), document, `why ${file}`);
    broken(validator("why"), document);
  }
  for (const kind of ["client", "server", "actions", "boundaries", "packages", "external", "unresolved"]) {
    const document = json("list", kind);
    check(validator("list"), document, `list ${kind}`);
    assert.ok(document.items.length > 0, kind);
    broken(validator("list"), document);
  }
  const document = json("doctor", "--alias", "@=./src");
  check(validator("doctor"), document, "doctor");
  broken(validator("doctor"), document);
});

// What the file says, and whether it is a configuration. A name of an environment that does not exist, a key that comes
// twice and a NUL in a path are beyond a schema and only refused by the program (tests/cli/config_test.cc).
const server = { consumer: "server" };
const configurations = [
  [{}, true],
  [{ $schema: "./node_modules/demarc/schema/config.v1.json", root: ".", framework: "none", mode: "development" }, true],
  [{ vite: 8, entries: ["src/main.tsx"], walk: ["client"], prescan: [], exclude: ["**/*.stories.*"] }, true],
  [{ environments: { rsc: { ...server, conditions: ["react-server"], mainFields: ["module"] } }, boundaries: {} }, true],
  [{ environments: { a: { ...server, noExternal: ["x"], external: ["y"], builtins: ["z"], alias: [] } } , boundaries: {}}, true],
  [{ environments: { a: { ...server, noExternal: false } }, boundaries: { "use client": ["a"] } }, true],
  [{ alias: [{ find: "@", replacement: "./src" }, { find: { re: "^~(.*)", flags: "" }, replacement: "/x/$1" }] }, true],
  [{ alias: [{ find: { re: "^~" }, replacement: "" }] }, true],
  [{ dedupe: ["react"], preserveSymlinks: true, tsconfigPaths: "vite8", external: ["cloudflare:*"] }, true],
  [{ typeImports: "keep", follow: ["glob", "url", "worker"], markers: ["import.meta.hot"] }, true],
  [{ rules: { "boundary/client-barrel": "error", "boundary/orphan": ["warn", { ignore: [] }], "directive/typo": ["off"] } }, true],
  [{ budgets: { client: "600KB", boundary: "1.5 MiB" }, baseline: ".b.json", cache: { dir: "x" } }, true],
  ...["40%", "512MiB", "1.5G", "1000000000", "12.5%", "64 m", ".5G"].map((maxMemory) => [{ maxMemory }, true]),

  [[], false],
  [{ framwork: "rwsdk" }, false],
  [{ root: "" }, false],
  [{ framework: "nuxt" }, false],
  [{ mode: "prod" }, false],
  [{ vite: 6 }, false],
  [{ vite: "8" }, false],
  [{ entries: "src/main.tsx" }, false],
  [{ entries: [""] }, false],
  [{ prescan: null }, false],
  [{ environments: {} }, false],
  [{ environments: { a: {} } }, false],
  [{ environments: { "": server } }, false],
  [{ environments: { a: { consumer: "worker" } } }, false],
  [{ environments: { a: { ...server, noExternal: "x" } } }, false],
  [{ environments: { a: { ...server, condition: [] } } }, false],
  [{ environments: Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`e${i}`, server])) }, false],
  [{ boundaries: ["use client"] }, false],
  [{ boundaries: { "use client": "client" } }, false],
  [{ alias: { "@": "./src" } }, false],
  [{ alias: [{ find: "@" }] }, false],
  [{ alias: [{ find: "", replacement: "x" }] }, false],
  [{ alias: [{ find: { flags: "" }, replacement: "x" }] }, false],
  [{ alias: [{ find: "@", replacement: "x", customResolver: 1 }] }, false],
  [{ preserveSymlinks: "yes" }, false],
  [{ tsconfigPaths: true }, false],
  [{ typeImports: "drop" }, false],
  [{ follow: "glob" }, false],
  [{ follow: ["globs"] }, false],
  [{ markers: [""] }, false],
  [{ markers: Array.from({ length: 33 }, (_, i) => `m${i}`) }, false],
  [{ markers: ["x".repeat(257)] }, false],
  [{ rules: { "directive/typo": "fatal" } }, false],
  [{ rules: { "directive/typo": [] } }, false],
  [{ rules: { "directive/typo": ["warn", 1] } }, false],
  [{ rules: { "directive/typo": ["warn", {}, {}] } }, false],
  [{ budgets: { client: 600 } }, false],
  [{ budgets: { client: "40%" } }, false],
  [{ baseline: 1 }, false],
  [{ cache: "x" }, false],
  [{ cache: { folder: "x" } }, false],
  ...["", "much", "-1", "1X", "1e9", "40 %"].map((maxMemory) => [{ maxMemory }, false]),
  [{ maxMemory: 1000 }, false],
];

test("the schema and the program accept the same configurations", () => {
  for (const [config, valid] of configurations) {
    const text = JSON.stringify(config);
    assert.equal(isConfig(config), valid, `schema: ${text}`);
    const file = sample.write("tested.json", text);
    const { code, stderr } = sample.scan("-c", file, "-e", "src/main.tsx", "-f", "json");
    assert.equal(/\[config\//.test(stderr), !valid, `program: ${text}\n${stderr}`);
    if (!valid) assert.equal(code, 2, text);
  }
});
