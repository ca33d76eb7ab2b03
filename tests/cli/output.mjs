// Streams, files, colours, terminals and CI logs.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import { Project, asNobody, binary, needs, sampleFiles } from "./project.mjs";

const sample = new Project(sampleFiles());
after(() => sample.remove());

const shell = (script, options = {}) =>
  sample.run(["scan", ...(options.args ?? [])], { ...options, wrapper: ["sh", "-c", `${script}`, "sh"] });

test("machine formats put data on standard output and nothing else", () => {
  for (const format of ["json", "ndjson"]) {
    const { code, stdout, stderr } = sample.scan("-f", format, "--stats");
    assert.equal(code, 0);
    for (const document of format === "json" ? [stdout] : stdout.trimEnd().split("\n")) JSON.parse(document);
    assert.match(stderr, /warning: .*\[scan\/unresolved\]/);
  }
});

test("the last line says what it cost", () => {
  for (const format of ["pretty", "json", "ndjson"]) {
    const { stderr } = sample.scan("-f", format, "-j", "2", "--max-memory", "512M");
    const last = stderr.trimEnd().split("\n").at(-1);
    assert.match(
      last,
      /^Finished in [\d.]+ m?s: 6 modules, [\d.]+ (bytes|kB) read, 2 threads, peak [\d.]+ MiB of 512 MiB$/,
    );
  }
});

test("--quiet leaves the result and errors", () => {
  const quiet = sample.scan("--quiet");
  assert.equal(quiet.stderr, "");
  assert.match(quiet.stdout, /Client modules/);
  assert.match(sample.scan("--quiet", "-e", "none.ts").stderr, /^none.ts: error: .*\[scan\/entry-missing\]/m);
});

test("the map for people shows own modules and counts packages", () => {
  const { code, stdout } = sample.scan();
  assert.equal(code, 0);
  assert.equal(
    stdout,
    `demarc · none · ${sample.path}
Entry    src/main.tsx

Client modules  3: 2 of the app, 1 in 1 package
  src/Counter.tsx:1:1
  src/Lazy.tsx:2:1
  ui  1 module

Server modules  1
  src/actions.ts:1:1

Modules with inline server functions  1
  src/main.tsx:10:29

Other directives  use strict (1 module)
`,
  );
});

test("--stats adds counters for people on standard error", () => {
  const { stdout, stderr } = sample.scan("--stats");
  assert.doesNotMatch(stdout, /Statistics/);
  assert.match(stderr, /^Statistics\n {2}modules +6$/m);
});

test("colour: flags and variables, both streams", () => {
  const esc = "\x1b[";
  const colours = (args, env) => {
    const { stdout, stderr } = sample.run(["scan", ...args], { env });
    return [stdout.includes(esc), stderr.includes(esc)];
  };
  assert.deepEqual(colours([], {}), [false, false]);
  assert.deepEqual(colours([], { CI: "1" }), [false, false]);
  assert.deepEqual(colours(["--color", "always"], { NO_COLOR: "1" }), [true, true]);
  assert.deepEqual(colours([], { FORCE_COLOR: "1" }), [true, true]);
  assert.deepEqual(colours([], { CLICOLOR_FORCE: "1" }), [true, true]);
  assert.deepEqual(colours([], { FORCE_COLOR: "1", NO_COLOR: "1" }), [false, false]);
  assert.deepEqual(colours(["--color", "never"], { FORCE_COLOR: "1" }), [false, false]);
  assert.deepEqual(colours(["-f", "json", "--color", "always"], {}), [false, true]);
});

test("a terminal: colour and width by the terminal, each stream for itself", { skip: needs("script") }, () => {
  const terminal = (command, env = {}) =>
    spawnSync("script", ["-qec", command, "/dev/null"], {
      encoding: "utf8",
      cwd: sample.path,
      env: { PATH: process.env.PATH, TERM: "xterm", LANG: "C.UTF-8", ...env },
    }).stdout;
  const scan = `${binary} scan`;
  assert.match(terminal(scan), /\x1b\[1mClient modules/);
  assert.doesNotMatch(terminal(scan, { NO_COLOR: "1" }), /\x1b\[/);
  assert.match(terminal(scan, { NO_COLOR: "" }), /\x1b\[/);
  assert.doesNotMatch(terminal(scan, { TERM: "dumb" }), /\x1b\[/);
  // Standard output to a file: only standard error is coloured.
  const file = join(sample.path, "plain.txt");
  assert.match(terminal(`${scan} > ${file}`), /\x1b\[.*warning:/);
  assert.doesNotMatch(readFileSync(file, "utf8"), /\x1b/);
  assert.match(terminal(`${scan} 2> ${file}`), /\x1b\[1mClient modules/);
  assert.doesNotMatch(readFileSync(file, "utf8"), /\x1b/);
  // A scan this short shows no progress.
  assert.doesNotMatch(terminal(scan), /Scanning/);
});

test("ASCII marks where the locale is not UTF-8", () => {
  const { stdout } = sample.run(["scan"], { env: { LANG: "C" } });
  assert.match(stdout, /^demarc - none - /);
});

test("a reader that goes away is no failure", () => {
  for (const format of ["pretty", "json", "ndjson"]) {
    const { code, stdout, stderr } = shell(`{ "$@"; echo "code $?" >&2; } | true`, { args: ["-f", format, "--quiet"] });
    assert.equal(code, 0);
    assert.equal(stdout, "");
    assert.equal(stderr, "code 0\n");
  }
});

test("a closed standard stream is no failure, and nothing is written into a file that takes its place", () => {
  for (const close of [">&-", "2>&-", "<&-", "<&- >&- 2>&-"]) {
    const { code } = shell(`"$@" -f json ${close}`);
    assert.equal(code, 0, close);
  }
  for (const name of ["src/main.tsx", "package.json"])
    assert.equal(readFileSync(join(sample.path, name), "utf8"), sampleFiles()[name]);
});

test("standard output that cannot be written is exit 5", () => {
  const { code, stderr } = shell(`"$@" -f json > /dev/full`);
  assert.equal(code, 5);
  assert.match(stderr, /error: cannot write standard output: No space left on device/);
});

test("standard output without blocking is written to the end", () => {
  // A shell cannot make a pipe non-blocking, but the file description is shared with whoever can.
  const script = `
    const { spawn } = require("node:child_process");
    const net = require("node:net");
    const child = spawn(${JSON.stringify(binary)}, ["scan", ${JSON.stringify(sample.path)}, "-f", "json", "--emit", "graph"],
      { stdio: ["ignore", "pipe", "ignore"] });
    let size = 0;
    child.stdout.on("data", (data) => { size += data.length; });
    child.on("close", (code) => console.log(code, size));`;
  const expected = sample.scan("-f", "json", "--emit", "graph").stdout.length;
  const { stdout } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  assert.equal(stdout, `0 ${expected}\n`);
});

// A folder of its own for output files.
function outputs(t) {
  const folder = new Project();
  t.after(() => folder.remove());
  return folder;
}
const scanTo = (path, options) => sample.run(["scan", "-f", "json", "-o", path], options);

test("-o writes what standard output would get, and nothing there", (t) => {
  const folder = outputs(t);
  const path = join(folder.path, "map.json");
  const { code, stdout } = scanTo(path);
  assert.equal(code, 0);
  assert.equal(stdout, "");
  assert.equal(readFileSync(path, "utf8"), sample.scan("-f", "json").stdout);
  assert.deepEqual(readdirSync(folder.path), ["map.json"]);
  assert.equal(sample.scan("-f", "json", "-o", "-").stdout, readFileSync(path, "utf8"));
});

test("-o: what cannot be written is exit 5, and the old file is intact", { skip: needs("root", "setpriv") }, (t) => {
  const folder = outputs(t);
  const old = folder.write("map.json", "old");
  chmodSync(sample.path, 0o755);
  chmodSync(folder.path, 0o755);
  const cases = {
    "a full disk": ["/dev/full"],
    "no such folder": [join(folder.path, "none/map.json")],
    "a folder": [folder.path],
    "a folder without permission": [old, { wrapper: asNobody }],
    "a new file in a folder without permission": [join(folder.path, "new.json"), { wrapper: asNobody }],
  };
  for (const [why, [path, options]] of Object.entries(cases)) {
    const { code, stdout, stderr } = scanTo(path, options);
    assert.equal(code, 5, why);
    assert.equal(stdout, "");
    assert.match(stderr, /^demarc: error: cannot write /m, why);
  }
  chmodSync(old, 0o444);
  chmodSync(folder.path, 0o777);
  assert.equal(scanTo(old, { wrapper: asNobody }).code, 5, "a read-only file");
  assert.equal(readFileSync(old, "utf8"), "old");
  assert.deepEqual(readdirSync(folder.path), ["map.json"]);
});

test("-o never follows a link", (t) => {
  const folder = outputs(t);
  const target = folder.write("target", "kept");
  for (const [name, to] of [["link", target], ["dangling", join(folder.path, "none")]]) {
    symlinkSync(to, join(folder.path, name));
    const { code, stderr } = scanTo(join(folder.path, name));
    assert.equal(code, 5);
    assert.match(stderr, /is a symbolic link/);
    assert.equal(readlinkSync(join(folder.path, name)), to);
  }
  assert.equal(readFileSync(target, "utf8"), "kept");
  assert.deepEqual(readdirSync(folder.path).sort(), ["dangling", "link", "target"]);
});

test("-o: a disk that fails late, or a signal, leaves the old file and nothing else", { skip: needs("strace") }, (t) => {
  const folder = outputs(t);
  const path = folder.write("map.json", "old");
  const inject = (what) => ({ wrapper: ["strace", "-f", "-qq", "-o", "/dev/null", "-e", `inject=${what}`] });
  for (const [what, expected] of [
    ["fsync:error=EIO:when=1", { code: 5 }],
    ["linkat:error=ENOSPC", { code: 5 }],
    ["renameat:error=EACCES", { code: 5 }],
    ["fsync:signal=KILL", { signal: "SIGKILL" }],
    ["linkat:signal=TERM", { signal: "SIGTERM" }],
    ["linkat:signal=INT", { signal: "SIGINT" }],
    ["renameat:error=EIO:signal=HUP", { signal: "SIGHUP" }],
  ]) {
    const run = scanTo(path, inject(what));
    if (expected.code) assert.equal(run.code, expected.code, `${what}: ${run.stderr}`);
    // strace ends itself by the signal that ended its child.
    if (expected.signal) assert.equal(run.signal, expected.signal, `${what}: ${run.code}`);
    assert.equal(readFileSync(path, "utf8"), "old", what);
    assert.deepEqual(readdirSync(folder.path), ["map.json"], what);
  }
});

test("-o without nameless files: a hidden name, removed on failure", { skip: needs("strace") }, (t) => {
  const folder = outputs(t);
  const path = folder.write("map.json", "old");
  // Of the two openat that concern the folder, the first opens it and the second asks for the nameless file.
  const scan = (...inject) =>
    scanTo(path, {
      wrapper: ["strace", "-f", "-qq", "-o", "/dev/null", "-P", folder.path, "-e", "inject=openat:error=EOPNOTSUPP:when=2", ...inject],
    });
  assert.equal(scan("-e", "inject=renameat:error=EACCES").code, 5);
  assert.equal(scan("-e", "inject=renameat:error=EIO:signal=TERM").signal, "SIGTERM");
  assert.equal(readFileSync(path, "utf8"), "old");
  assert.deepEqual(readdirSync(folder.path), ["map.json"]);
  const good = scan();
  assert.equal(good.code, 0, good.stderr);
  assert.equal(readFileSync(path, "utf8"), sample.scan("-f", "json").stdout);
  assert.deepEqual(readdirSync(folder.path), ["map.json"]);
});

test("-o /dev/stdout and devices are not replaced", () => {
  assert.equal(scanTo("/dev/null").code, 0);
  const { code, stderr } = scanTo("/dev/stdout");
  assert.equal(code, 5);
  assert.match(stderr, /- for stdout/);
});

test("names from the disk cannot steer a terminal or a CI log", (t) => {
  const hostile = ["::error::x.tsx", "a\nb.tsx", "\x1b[31mred.tsx", "\u202egnp.tsx", "##[error]y.tsx", "c\u0085d.tsx"];
  const files = new Project({ "package.json": "{}", "main.ts": "" });
  t.after(() => files.remove());
  for (const name of hostile) files.write(name, `"use client";\nimport "./gone";\n`);
  writeFileSync(Buffer.concat([Buffer.from(`${files.path}/`), Buffer.from([0xff, 0xfe]), Buffer.from(".tsx")]), `"use client";`);
  for (const env of [{}, { GITHUB_ACTIONS: "true" }]) {
    const { code, stdout, stderr } = files.run(["scan", "-e", "main.ts", "--prescan", "*.tsx"], { env });
    assert.equal(code, 0);
    for (const line of (stdout + stderr).split("\n")) {
      assert.doesNotMatch(line, /[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f\u202e]|\ufffd|##\[/);
      if (!env.GITHUB_ACTIONS) assert.doesNotMatch(line, /^\s*::/);
      else assert.match(line, /^(?!\s*::)|^::(warning|error) title=/);
    }
    assert.match(stdout, /^ {2}\\x3a:error::x.tsx:1:1$/m);
    assert.match(stdout, /^ {2}a\\nb.tsx:1:1$/m);
    assert.match(stdout, /\\xff\\xfe\.tsx/);
  }
  const { result } = files.scanJson("-e", "main.ts", "--prescan", "*.tsx");
  for (const name of hostile) assert.ok(result.clientFiles.includes(`/${name}`), JSON.stringify(name));
});

test("GitHub annotations: with the human format, on standard output", () => {
  const env = { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: join(sample.path, "..") };
  const folder = sample.path.split("/").at(-1);
  const { stdout } = sample.run(["scan"], { env });
  assert.match(
    stdout,
    new RegExp(`^::warning title=scan/unresolved,file=${folder}/src/main.tsx,line=6,col=8::cannot resolve "./gone"`, "m"),
  );
  const json = sample.run(["scan", "-f", "json"], { env });
  JSON.parse(json.stdout);
  const failing = sample.run(["scan", "-e", "none.ts"], { env });
  assert.equal(failing.code, 3);
  assert.match(failing.stdout, /^::error title=scan\/entry-missing,file=/m);
});

test("GitHub annotations: of why, list and doctor, which say less", (t) => {
  const env = { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: join(sample.path, "..") };
  const missing = /^::error title=scan\/entry-missing,file=.*::/m;
  for (const args of [["why", "src/main.tsx"], ["list", "client"]]) {
    assert.doesNotMatch(sample.run(args, { env }).stdout, /^::/m);
    const failing = sample.run([...args, "-e", "none.ts"], { env });
    assert.equal(failing.code, 3);
    assert.match(failing.stdout, missing);
    assert.equal(sample.run([...args, "-e", "none.ts", "-f", "json"], { env }).stdout, "");
    assert.equal(sample.run([...args, "-e", "none.ts"]).stdout, "");
    assert.match(sample.run([...args, "-c", "none.json"], { env }).stdout, /^::error title=config\/invalid,file=/m);
  }
  const files = new Project({ "package.json": "{", "src/main.ts": "" });
  t.after(() => files.remove());
  assert.match(files.run(["doctor"], { env }).stdout, /^::(error|warning) title=[^,]*,file=.*package\.json/m);
  assert.doesNotMatch(files.run(["doctor", "-f", "json"], { env }).stdout, /^::/m);
});

test("bad usage is exit 2 with a suggestion, on standard error", () => {
  for (const [args, message] of [
    [["scna"], /did you mean scan\?/],
    [["serve"], /not in this version/],
    [["scan", "--fromat", "json"], /did you mean --format\?/],
    [["scan", "-f", "sarif"], /not available for scan/],
    [["scan", "none"], /"none" does not exist/],
    [["scan", "package.json"], /"package.json" is no folder/],
    [["scan", "--threads", "0"], /neither auto nor a number/],
    [["scan", "-c", "none.json"], /none.json: error: No such file/],
  ]) {
    const { code, stdout, stderr } = sample.run(args);
    assert.equal(code, 2, args.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, message);
  }
  const variable = sample.run(["scan"], { env: { DEMARC_THREADS: "many" } });
  assert.equal(variable.code, 2);
  assert.match(variable.stderr, /DEMARC_THREADS/);
});

test("help and version", () => {
  for (const args of [["--help"], ["scan", "--help"], ["--version"], ["-V", "--json"]]) {
    const { code, stdout, stderr } = sample.run(args);
    assert.equal(code, 0);
    assert.equal(stderr, "");
    assert.match(stdout, /demarc/);
  }
  JSON.parse(sample.run(["--version", "--json"]).stdout);
});

test("DEMARC_LOG=debug says what was decided", () => {
  const { stderr } = sample.run(["scan"], { env: { DEMARC_LOG: "debug", DEMARC_MAX_MEMORY: "100M" } });
  assert.match(stderr, /^debug: root \/.*$/m);
  assert.match(stderr, /^debug: memory bound 100 MiB, DEMARC_MAX_MEMORY$/m);
});

test("progress: lines on request, none by itself on a pipe", { skip: needs("strace") }, () => {
  // Half a second for the first file, so that there is something to report.
  const slow = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", join(sample.path, "src/main.tsx"), "-e", "inject=pread64:delay_enter=500000:when=1"];
  assert.match(sample.run(["scan", "--progress", "always"], { wrapper: slow }).stderr, /^Scanning {2}\d+ of \d+ modules · /m);
  assert.doesNotMatch(sample.run(["scan"], { wrapper: slow }).stderr, /Scanning/);
});
