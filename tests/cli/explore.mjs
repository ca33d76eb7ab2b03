// `demarc why`, `demarc list` and `demarc doctor`, end to end.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, test } from "node:test";

import { binary, needs, Project, sampleFiles } from "./project.mjs";

const sample = new Project({
  ...sampleFiles(),
  "index.html": `<script type="module" src="/src/page.ts"></script>`,
  "src/unused.ts": "",
  "src/deep.ts": `import "./shared";\n`,
});
after(() => sample.remove());
const why = (...args) => sample.run(["why", "-e", "src/main.tsx", ...args]);
const list = (...args) => sample.run(["list", "-e", "src/main.tsx", ...args]);
const doctor = (...args) => sample.run(["doctor", ...args]);
const lines = ({ stdout }) => stdout.trimEnd().split("\n").map((line) => JSON.parse(line));

test("why: a chain an environment, for people", () => {
  const { code, stdout, stderr } = why("src/shared.ts");
  assert.equal(code, 0, stderr);
  assert.equal(
    stdout,
    [
      "src/shared.ts is in server (1 chain, shortest of 2 steps):",
      "  src/main.tsx:7",
      "  -> src/shared.ts",
      "src/shared.ts is in client (1 chain, shortest of 3 steps):",
      "  src/main.tsx:1",
      "  -> src/Counter.tsx:2  'use client'  <- boundary",
      "  -> src/shared.ts",
      "",
    ].join("\n"),
  );
  assert.match(why("src/shared.ts", "--in", "client").stdout, /^src\/shared\.ts is in client/);
  assert.match(why("ui").stdout, /^ {2}-> ui\/index\.js {2}'use client' {2}<- boundary$/m);
  assert.match(why("./Lazy").stdout, /src\/Lazy\.tsx is in client/);
  const inside = sample.run(["why", "-e", "src/main.tsx", "shared.ts"], { cwd: `${sample.path}/src` });
  assert.match(inside.stdout, /^src\/shared\.ts is in server/);
});

test("why: as JSON", () => {
  const document = JSON.parse(why("-f", "json", "--all", "src/shared.ts").stdout);
  assert.deepEqual(document.modules, [{ id: "/src/shared.ts" }]);
  assert.deepEqual(document.environments.map((e) => [e.environment, e.chainCount]), [["server", 1], ["client", 1]]);
  assert.deepEqual(document.environments[1].chains[0].steps, [
    { id: "/src/main.tsx", environment: "server", specifier: "./Counter", kind: "import", line: 1, column: 25 },
    { id: "/src/Counter.tsx", environment: "client", boundary: "use client", specifier: "./shared", kind: "import", line: 2, column: 24 },
    { id: "/src/shared.ts", environment: "client" },
  ]);
});

test("why: no chain is exit 1, no such file exit 2 with a suggestion", () => {
  const none = why("src/unused.ts");
  assert.equal(none.code, 1);
  assert.match(none.stdout, /^src\/unused\.ts is not in the graph$/m);
  assert.equal(why("src/Counter.tsx", "--in", "server").code, 1);
  assert.deepEqual(JSON.parse(why("-f", "json", "src/unused.ts").stdout).environments, []);
  for (const [args, message] of [
    [["src/Conter.tsx"], /did you mean src\/Counter\.tsx\?/],
    [["src/shared.ts", "--in", "cleint"], /did you mean client\?/],
    [[], /no FILE/],
    [["a", "b"], /one FILE is enough/],
    [["a", "--max", "0"], /no number from 1/],
    [["a", "-f", "ndjson"], /one document/],
  ]) {
    const { code, stdout, stderr } = why(...args);
    assert.equal(code, 2, args.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, message);
  }
});

test("list: every kind, in three formats", () => {
  for (const [kind, id, count] of [
    ["client", "/src/Counter.tsx", 3],
    ["server", "/src/actions.ts", 1],
    ["actions", "/src/actions.ts", 2],
    ["boundaries", "/src/main.tsx", 3],
    ["packages", "ui", 1],
    ["external", "node:fs", 1],
    ["unresolved", "/src/main.tsx", 2],
  ]) {
    const document = JSON.parse(list(kind, "-f", "json").stdout);
    assert.equal(document.list, kind);
    assert.equal(document.complete, true);
    assert.equal(document.items.length, count, `${kind}: ${JSON.stringify(document.items)}`);
    assert.ok(document.items.some((item) => (item.id ?? item.name) === id), kind);
    assert.deepEqual(lines(list(kind, "-f", "ndjson")), document.items);
    assert.equal(list(kind).stdout.trimEnd().split("\n").length, count);
  }
  const { items } = JSON.parse(list("boundaries", "-f", "json").stdout);
  assert.deepEqual(items[0], {
    id: "/src/main.tsx", line: 1, column: 25, specifier: "./Counter", directive: "use client",
    target: "/src/Counter.tsx", from: "server", to: ["client"],
  });
  assert.match(list("unresolved").stdout, /^src\/main\.tsx:6:8 {2}\.\/gone {2}side-effect {2}\[server\]$/m);
});

test("list: mistakes, and an incomplete graph", () => {
  assert.match(list().stderr, /list what\? client, server/);
  assert.match(list("clients").stderr, /did you mean client\?/);
  const missing = list("client", "-e", "none.tsx");
  assert.equal(missing.code, 3);
  assert.equal(missing.stdout, "");
  assert.match(missing.stderr, /--allow-incomplete/);
  const allowed = list("client", "-e", "none.tsx", "--allow-incomplete", "-f", "json");
  assert.equal(allowed.code, 3);
  assert.equal(JSON.parse(allowed.stdout).complete, false);
  assert.equal(why("src/main.tsx", "-e", "none.tsx").code, 3);
});

test("doctor: what was decided and why, and what cannot be known", (t) => {
  const files = new Project({
    "package.json": JSON.stringify({ dependencies: { rwsdk: "1" } }),
    "src/worker.tsx": "",
    "vite.config.ts": "throw new Error('executed')",
    "demarc.config.json": JSON.stringify({ alias: [{ find: { re: "^~" }, replacement: "" }], maxMemory: "64MiB" }),
  });
  t.after(() => files.remove());
  const { code, stdout, stderr } = files.run(["doctor", "-j", "3"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ {2}framework {7}rwsdk {2}\(package\.json names rwsdk\)$/m);
  assert.match(stdout, /^ {2}entries {9}worker=src\/worker\.tsx {2}\(the first of src\/worker\.\*\)$/m);
  assert.match(stdout, /^ {2}aliases {9}\/\^~\/ -> nothing$/m);
  assert.match(stdout, /^ {2}memory {10}64 MiB/m);
  assert.match(stdout, /^ {2}threads {9}3 {2}\(--threads\)$/m);
  assert.match(stdout, /^Not known, because vite\.config\.ts is never executed:$/m);
  const document = JSON.parse(files.run(["doctor", "-f", "json"]).stdout);
  assert.deepEqual(document.framework, { name: "rwsdk", evidence: "package.json names rwsdk" });
  assert.equal(document.viteConfig, "vite.config.ts");
  assert.equal(document.memory.bytes, 64 << 20);
  assert.ok(document.unknown.every(({ what, assumed, remedy }) => what && assumed && remedy));
  assert.ok(!document.unknown.some(({ what }) => what === "resolve.alias"));
});

test("doctor: a project that cannot be scanned is exit 2, and still described", (t) => {
  const files = new Project({ "package.json": "{}" });
  t.after(() => files.remove());
  const run = files.run(["doctor", "-f", "json"]);
  assert.equal(run.code, 2);
  const document = JSON.parse(run.stdout);
  assert.equal(document.framework.name, "none");
  assert.deepEqual(document.diagnostics.map((d) => d.rule), ["project/no-entry"]);
  assert.match(run.stderr, /\[project\/no-entry\]/);
  assert.equal(files.run(["doctor", "none"]).code, 2);
  assert.match(files.run(["doctor", "--frmework", "x"]).stderr, /did you mean --framework\?/);
});

test("colour, closed streams, -o, hostile names", { skip: needs("bash") }, (t) => {
  const name = "\x1b[31m::error::.tsx";
  const files = new Project({ "package.json": "{}", "main.ts": `import ${JSON.stringify(`./${name}`)};`, [name]: `"use client"` });
  t.after(() => files.remove());
  const commands = [["why", `./${name}`], ["list", "client"], ["doctor"]];
  for (const command of commands) {
    const args = [...command, "-e", "main.ts"];
    assert.doesNotMatch(files.run(args).stdout, /[\x00-\x08\x0b-\x1f\x7f]/, command[0]);
    assert.doesNotMatch(files.run(args).stdout, /^\s*::/m);
    assert.match(files.run([...args, "--color", "always"]).stdout, /\x1b\[/, command[0]);
    assert.doesNotMatch(files.run(args, { env: { NO_COLOR: "1", FORCE_COLOR: "1" } }).stdout, /\x1b\[/);
    assert.equal(files.run([...args, "-o", "/dev/full"]).code, 5);
    const shell = (script) => spawnSync("bash", ["-c", script, binary, ...args], { cwd: files.path, encoding: "utf8" });
    assert.match(shell(`"$0" "$@" >&-; echo "exit $?"`).stdout, /exit 0/);
    assert.match(shell(`{ "$0" "$@"; echo "exit $?" >&2; } | true`).stderr, /exit 0/);
  }
});
