// `demarc parse`, end to end.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import { asNobody, binary, needs, Project, sampleFiles } from "./project.mjs";

const sample = new Project(sampleFiles());
after(() => sample.remove());
const parse = (...args) => sample.run(["parse", ...args]);
const batch = (input, ...args) => sample.run(["parse", "--batch", ...args], { input });
const records = ({ stdout }) => stdout.trimEnd().split("\n").map((line) => JSON.parse(line));

test("one record a file, in the order asked", () => {
  const run = parse("src/main.tsx", "src/Counter.tsx", "src/main.tsx");
  assert.equal(run.code, 0, run.stderr);
  assert.equal(run.stderr, "");
  const [main, counter, again] = records(run);
  assert.deepEqual(main, again);
  assert.deepEqual(counter, {
    file: "src/Counter.tsx",
    lang: "tsx",
    directives: [{ value: "use client", level: "module", line: 1, column: 1, endColumn: 13 }],
    imports: [
      {
        specifier: "./shared",
        kind: "import",
        typeOnly: false,
        names: [{ imported: "format", local: "format", typeOnly: false }],
        line: 2,
        column: 24,
      },
    ],
    exports: [{ name: "Counter", typeOnly: false, line: 3, column: 14 }],
    reexportsAll: [],
    exact: false,
    diagnostics: [],
  });
  assert.deepEqual(main.reexportsAll, ["./shared"]);
  assert.deepEqual(main.directives, [{ value: "use server", level: "function", line: 10, column: 29, endColumn: 41 }]);
  assert.deepEqual(main.imports.map(({ kind }) => kind), ["import", "import", "import", "import", "side-effect", "side-effect", "export-all", "dynamic"]);
});

test("json is one document, ndjson its records, and pretty for people", () => {
  const files = ["src/main.tsx", "src/actions.ts"];
  const document = JSON.parse(parse("-f", "json", ...files).stdout);
  assert.equal(document.schemaVersion, 1);
  assert.equal(document.tool.name, "demarc");
  assert.deepEqual(document.files, records(parse("-f", "ndjson", ...files)));
  const { stdout } = parse("-f", "pretty", ...files);
  assert.match(stdout, /^src\/main\.tsx {2}tsx$/m);
  assert.match(stdout, /^ +10:29 {2}directive +"use server" {2}of a function$/m);
  assert.match(stdout, /^ +1:25 {2}import +\.\/Counter {2}\{ Counter \}$/m);
  assert.match(stdout, /^ +2:23 {2}export +save$/m);
});

test("-o and --color", () => {
  assert.equal(parse("-o", "parsed.ndjson", "src/main.tsx").stdout, "");
  assert.match(parse("-f", "pretty", "--color", "always", "src/main.tsx").stdout, /\x1b\[/);
  for (const env of [{ NO_COLOR: "1" }, {}])
    assert.doesNotMatch(sample.run(["parse", "-f", "pretty", "src/main.tsx"], { env }).stdout, /\x1b\[/);
  assert.match(sample.run(["parse", "-f", "pretty", "src/main.tsx"], { env: { FORCE_COLOR: "1" } }).stdout, /\x1b\[/);
  assert.equal(parse("-o", "/dev/full", "src/main.tsx").code, 5);
});

test("what cannot be read is a record without content, a message and exit 3", { skip: needs("root", "setpriv", "mkfifo") }, () => {
  chmodSync(sample.path, 0o755);
  mkdirSync(join(sample.path, "folder.ts"));
  spawnSync("mkfifo", [join(sample.path, "fifo.ts")]);
  chmodSync(sample.write("secret.ts", `"use client";`), 0o000);
  for (const [path, rule] of [
    ["none.ts", "scan/unreadable"],
    ["secret.ts", "scan/unreadable"],
    ["folder.ts", "scan/not-a-file"],
    ["fifo.ts", "scan/not-a-file"],
    ["src/style.css", "parse/unknown-language"],
    ["package.json", "parse/unknown-language"],
    ["Makefile", "parse/unknown-language"],
  ]) {
    const run = sample.run(["parse", path], { wrapper: asNobody });
    assert.equal(run.code, 3, path);
    const [record] = records(run);
    assert.equal(record.file, path);
    assert.deepEqual(record.diagnostics.map((d) => d.rule), [rule]);
    assert.equal("directives" in record, false);
    assert.match(run.stderr, new RegExp(`^${path.replaceAll(".", "\\.")}: error: .*\\[${rule}\\]$`, "m"));
  }
});

test("a syntax error is a record with what was found, and exit 0", () => {
  sample.write("broken.ts", "import './a';\nconst x = };\nimport './b';\n");
  const run = parse("broken.ts");
  assert.equal(run.code, 0);
  const [record] = records(run);
  assert.equal(record.exact, true);
  assert.deepEqual(record.diagnostics.map((d) => d.rule), ["scan/parse-error"]);
  assert.ok(record.diagnostics[0].line > 0);
  assert.ok(record.imports.some(({ specifier }) => specifier === "./a"));
});

test("--lang reads what has another name, or none", () => {
  sample.write("component", `"use client";\nexport const x = <a/>;\n`);
  const [record] = records(parse("--lang", "tsx", "component"));
  assert.equal(record.lang, "tsx");
  assert.equal(record.directives.length, 1);
});

test("a batch answers each line in order, and bad lines with their number", () => {
  const run = batch("src/main.tsx\n\nsrc/none.ts\r\nsrc/Counter.tsx\nsrc/a\0b.ts\n" + "x".repeat(2 << 20) + "\nsrc/actions.ts");
  assert.equal(run.code, 2);
  const answers = records(run);
  assert.deepEqual(answers.map((r) => r.diagnostics[0]?.rule), [
    undefined, "batch/invalid-line", "scan/unreadable", undefined, "batch/invalid-line", "batch/invalid-line", undefined,
  ]);
  assert.equal(answers[2].file, "src/none.ts");
  assert.match(answers[1].diagnostics[0].message, /^line 2: /);
  assert.match(answers[4].diagnostics[0].message, /^line 5: .*NUL/);
  assert.match(answers[5].diagnostics[0].message, /^line 6: /);
  assert.equal(answers[6].directives[0].value, "use server");
  assert.equal(batch("").stdout, "");
  assert.equal(batch("").code, 0);
});

test("whoever asks one question at a time gets each answer", async () => {
  const child = spawn(binary, ["parse", "--batch"], { cwd: sample.path, stdio: ["pipe", "pipe", "inherit"] });
  const answers = child.stdout[Symbol.asyncIterator]();
  for (const file of ["src/main.tsx", "src/actions.ts", "src/main.tsx"]) {
    child.stdin.write(`${file}\n`);
    const { value } = await answers.next();
    assert.equal(JSON.parse(value).file, file);
  }
  child.stdin.end();
  assert.equal(await new Promise((done) => child.on("close", done)), 0);
});

const shell = (script) => spawnSync("bash", ["-c", script, binary], { cwd: sample.path, encoding: "utf8" });

test("a reader that goes away is a success, also of an endless batch", { skip: needs("bash") }, () => {
  const { stderr } = shell(`yes src/main.tsx | { "$0" parse --batch; echo "exit $?" >&2; } | head -n 1`);
  assert.equal(stderr, "exit 0\n");
});

test("closed standard streams", { skip: needs("bash") }, () => {
  for (const redirect of [">&-", "<&-", "2>&-"]) {
    assert.match(shell(`"$0" parse src/main.tsx ${redirect}; echo "exit $?"`).stdout, /exit 0\n$/, redirect);
    assert.match(shell(`"$0" parse --batch ${redirect} </dev/null; echo "exit $?"`).stdout, /exit 0\n$/, redirect);
  }
});

test("names that are hostile, or no UTF-8", () => {
  const names = ["::error::x.ts", "-dash.ts", "a\nb.ts", "\x1b[31m.ts", "\u202egnp.ts"];
  for (const name of names) sample.write(name, `"use client"; import "\\x1b[31m"; import("::error::")`);
  const { stdout } = parse("-f", "pretty", "--", ...names);
  assert.doesNotMatch(stdout, /[\x00-\x08\x0b-\x1f\x7f\u202e]/);
  assert.doesNotMatch(stdout, /^\s*::/m);
  assert.deepEqual(records(parse("--", ...names)).map((r) => r.file), names);
  const bytes = Buffer.concat([Buffer.from([0xff]), Buffer.from(".ts")]);
  writeFileSync(Buffer.concat([Buffer.from(`${sample.path}/`), bytes]), `"use client"`);
  const [record] = records(batch(Buffer.concat([bytes, Buffer.from("\n")])));
  assert.equal(record.idBase64, bytes.toString("base64"));
  assert.equal(record.directives.length, 1);
});
