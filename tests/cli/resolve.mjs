// `demarc resolve`, end to end. What it answers is the exam's matter (exams.mjs).
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, test } from "node:test";

import { binary, needs, Project } from "./project.mjs";

const server = { consumer: "server", conditions: ["react-server", "node"], mainFields: ["module"] };
const client = { consumer: "client", conditions: ["browser"], mainFields: ["browser", "module"] };
const sample = new Project({
  "package.json": JSON.stringify({ name: "sample", dependencies: { ui: "1" } }),
  "demarc.config.json": JSON.stringify({ environments: { rsc: server, client }, alias: [{ find: "@", replacement: "./src" }] }),
  "src/main.ts": "",
  "src/deep/a.ts": "",
  "src/b.ts": "",
  "node_modules/ui/package.json": JSON.stringify({ exports: { ".": { "react-server": "./server.js", default: "./client.js" } } }),
  "node_modules/ui/server.js": "",
  "node_modules/ui/client.js": "",
});
after(() => sample.remove());
const resolve = (...args) => sample.run(["resolve", ...args]);
const batch = (lines, ...args) => sample.run(["resolve", "--batch", ...args], { input: lines.join("\n") + "\n" });
const records = ({ stdout }) => stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
const inSample = (path) => join(sample.path, path);

test("a specifier is asked in every environment, or in one", () => {
  const run = resolve("ui", "--from", "src/main.ts");
  assert.equal(run.code, 0, run.stderr);
  assert.equal(run.stderr, "");
  const [rsc, browser, ...rest] = records(run);
  assert.deepEqual(rest, []);
  const { rules, ...answer } = rsc;
  assert.deepEqual(answer, {
    specifier: "ui",
    importer: "src/main.ts",
    env: "rsc",
    kind: "import",
    result: "file",
    path: inSample("node_modules/ui/server.js"),
    postfix: "",
  });
  assert.ok(rules.length > 0 && rules.every((rule) => /^R\d+$/.test(rule)));
  assert.equal(browser.path, inSample("node_modules/ui/client.js"));
  assert.deepEqual(records(resolve("ui", "--environment", "client")).map((r) => [r.env, r.importer]), [["client", null]]);
});

test("json, and pretty for people", () => {
  const document = JSON.parse(resolve("-f", "json", "ui", "./gone", "--from", "src/main.ts").stdout);
  assert.equal(document.schemaVersion, 1);
  assert.equal(document.root, sample.path);
  assert.deepEqual(document.answers.map((a) => `${a.specifier} ${a.env} ${a.result}`), [
    "ui rsc file", "ui client file", "./gone rsc unresolved", "./gone client unresolved",
  ]);
  assert.equal(document.answers[2].reason, "not-found");
  const { stdout } = resolve("-f", "pretty", "--trace", "ui", "./gone", "--from", "src/main.ts");
  assert.match(stdout, /^ui from src\/main\.ts$/m);
  assert.match(stdout, /^ {2}rsc {5}file {2}node_modules\/ui\/server\.js$/m);
  assert.match(stdout, /^ {2}client {2}unresolved {2}not-found$/m);
  assert.match(stdout, /^ +rules( R\d+)+$/m);
  assert.doesNotMatch(resolve("-f", "pretty", "ui").stdout, /rules/);
});

test("an alias to ./src means the root's, and says what Vite would", () => {
  const [answer] = records(resolve("@/b", "--environment", "rsc", "--from", "src/deep/a.ts"));
  assert.equal(answer.path, inSample("src/b.ts"));
  assert.equal(answer.viteId, "src/b");
});

test("a batch answers each question in order, and bad lines with their number", () => {
  const run = batch([
    `{"specifier":"./b","importer":"${inSample("src/main.ts")}","env":"client","kind":"import","id":1}`,
    `{"specifier":"./b","importer":"src/main.ts"}`,
    `{"specifier":"src/b","importer":null}`,
    `{"specifier":"./b","importer":"\\u0000virtual:x"}`,
    `{"specifier":"./b?url","importer":"src/main.ts","kind":"require"}`,
    `not json`,
    ``,
    `{"importer":null}`,
    `{"specifier":1}`,
    `{"specifier":"x","importer":1}`,
    `{"specifier":"x","env":"cleint"}`,
    `{"specifier":"x","kind":"imports"}`,
    `["x"]`,
    `{"specifier":"${"x".repeat(2 << 20)}"}`,
    `{"specifier":"ui","env":"rsc"}`,
  ]);
  assert.equal(run.code, 2);
  const answers = records(run);
  assert.deepEqual(answers.map((a) => a.result ?? a.line), [
    "file", "file", "file", "unresolved", "file", 6, 7, 8, 9, 10, 11, 12, 13, 14, "file",
  ]);
  assert.deepEqual(Object.keys(answers[0]), ["result", "path", "postfix", "rules"]);
  assert.equal(answers[4].postfix, "?url");
  assert.match(answers[5].error, /^line 6: column 1: /);
  assert.match(answers[7].error, /^line 8: "specifier" is missing$/);
  assert.match(answers[10].error, /^line 11: .*did you mean client\?$/);
  assert.match(answers[11].error, /^line 12: .*did you mean import\?$/);
  assert.equal(answers[14].path, inSample("node_modules/ui/server.js"));
  assert.equal(batch([`{"specifier":"ui"}`], "--environment", "client").stdout.includes("client.js"), true);
});

test("whoever asks one question at a time gets each answer", async () => {
  const child = spawn(binary, ["resolve", "--batch"], { cwd: sample.path, stdio: ["pipe", "pipe", "inherit"] });
  const answers = child.stdout[Symbol.asyncIterator]();
  for (const specifier of ["ui", "gone", "@/b"]) {
    child.stdin.write(JSON.stringify({ specifier }) + "\n");
    const { value } = await answers.next();
    assert.equal(JSON.parse(value).result, specifier === "gone" ? "unresolved" : "file");
  }
  child.stdin.end();
  assert.equal(await new Promise((done) => child.on("close", done)), 0);
});

test("bad usage and bad projects are exit 2, with a suggestion", () => {
  for (const [args, message] of [
    [[], /no SPECIFIER/],
    [["x", "--batch"], /SPECIFIER or --batch, not both/],
    [["--batch", "-f", "pretty"], /--batch answers line by line/],
    [["x", "--environment", "cleint"], /did you mean client\?/],
    [["x", "--kind", "imports"], /did you mean import\?/],
    [["x", "--enviroment", "client"], /did you mean --environment\?/],
    [["x", "--root", "none"], /"none" does not exist/],
    [["x", "-c", "none.json"], /none.json: error: No such file/],
  ]) {
    const { code, stdout, stderr } = resolve(...args);
    assert.equal(code, 2, args.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, message);
  }
});

test("what is wrong on the way is said on standard error", (t) => {
  const files = new Project({ "package.json": "{}", "node_modules/bad/package.json": "{" });
  t.after(() => files.remove());
  const run = files.run(["resolve", "bad"]);
  assert.equal(run.code, 0);
  assert.ok(records(run).every((answer) => answer.reason === "invalid-package-json"));
  assert.match(run.stderr, /\[package\/invalid-json\]/);
});

test("colour, closed streams, a reader that goes away, hostile names", { skip: needs("bash") }, () => {
  const shell = (script) => spawnSync("bash", ["-c", script, binary], { cwd: sample.path, encoding: "utf8" });
  assert.match(resolve("-f", "pretty", "--color", "always", "gone").stdout, /\x1b\[/);
  assert.doesNotMatch(sample.run(["resolve", "-f", "pretty", "gone"], { env: { NO_COLOR: "1", FORCE_COLOR: "1" } }).stdout, /\x1b\[/);
  for (const redirect of [">&-", "<&-", "2>&-"])
    assert.match(shell(`"$0" resolve ui ${redirect}; echo "exit $?"`).stdout, /exit 0\n$/, redirect);
  assert.equal(shell(`yes '{"specifier":"ui"}' | { "$0" resolve --batch; echo "exit $?" >&2; } | head -n 1`).stderr, "exit 0\n");
  const hostile = resolve("-f", "pretty", "--", "::error::x", "\x1b[31m", "-dash", "a\nb").stdout;
  assert.doesNotMatch(hostile, /[\x00-\x08\x0b-\x1f\x7f]/);
  assert.doesNotMatch(hostile, /^\s*::/m);
  assert.equal(resolve("-o", "/dev/full", "ui").code, 5);
});
