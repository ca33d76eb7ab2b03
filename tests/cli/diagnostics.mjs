// Every row of the table in docs/errors.md, made to happen: rule, level, place, exit code, and what is printed.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { mountFolded, unmount } from "./folding-mount.mjs";
import { asNobody, binary, compile, dynamicBinary, needs, Project } from "./project.mjs";

function project(t, files) {
  const made = new Project({ "package.json": "{}", ...files });
  t.after(() => made.remove());
  return made;
}

// The diagnostics of one rule, as "level file:line:column".
function found(result, rule) {
  return result.diagnostics
    .filter((diagnostic) => diagnostic.rule === rule)
    .map(({ level, file, line, column }) => [level, file, line, column].filter((part) => part !== undefined).join(" "));
}

// Exit 3 withholds the map in every format, and --allow-incomplete prints it.
function checkIncomplete(files, rule, ...args) {
  const run = (...more) => files.run(["scan", ...args, ...more], files.options);
  const pretty = run();
  assert.equal(pretty.code, 3, pretty.stderr);
  assert.equal(pretty.stdout, "");
  assert.match(pretty.stderr, new RegExp(`error: .*\\[${rule}\\]`));
  assert.match(pretty.stderr, /--allow-incomplete/);
  const json = run("-f", "json");
  assert.equal(json.code, 3);
  const withheld = JSON.parse(json.stdout);
  assert.equal(withheld.complete, false);
  assert.equal(withheld.clientFiles, undefined);
  const allowed = run("-f", "json", "--allow-incomplete");
  assert.equal(allowed.code, 3);
  const result = JSON.parse(allowed.stdout);
  assert.equal(result.complete, false);
  assert.deepEqual(withheld.diagnostics, result.diagnostics);
  return result;
}

test("scan/entry-missing: an entry that does not exist, or is no script", (t) => {
  const files = project(t, { "src/main.ts": `"use client";\n`, "logo.svg": "<svg/>" });
  const missing = checkIncomplete(files, "scan/entry-missing", "-e", "src/main.ts", "-e", "src/mian.ts");
  assert.deepEqual(missing.clientFiles, ["/src/main.ts"]);
  assert.equal(found(missing, "scan/entry-missing").length, 1);
  assert.match(missing.diagnostics[0].message, /No such file/);
  checkIncomplete(files, "scan/entry-missing", "-e", "src/main.ts", "-e", "logo.svg");
});

test("scan/entry-missing: an entry of an environment that does not exist names those that do", (t) => {
  const files = project(t, { "src/main.ts": "" });
  const { code, stderr } = files.scan("-e", "foo=src/main.ts");
  assert.equal(code, 3);
  assert.match(stderr, /the environments are server, client/);
});

test("scan/unreadable: a file without permission names the reason", { skip: needs("root", "setpriv") }, (t) => {
  const files = project(t, { "src/main.ts": `import "./a";\nimport "./b";\n`, "src/a.ts": `"use client";\n`, "src/b.ts": "" });
  chmodSync(files.path, 0o755);
  chmodSync(join(files.path, "src/b.ts"), 0);
  files.options = { wrapper: asNobody };
  const result = checkIncomplete(files, "scan/unreadable");
  assert.deepEqual(found(result, "scan/unreadable"), ["error /src/b.ts"]);
  assert.match(result.diagnostics[0].message, /Permission denied/);
  assert.deepEqual(result.clientFiles, ["/src/a.ts"]);
});

test("scan/unreadable: a directory without permission", { skip: needs("root", "setpriv") }, (t) => {
  const files = project(t, { "src/main.ts": `import "./inner/x";\n`, "src/inner/x.ts": `"use client";\n` });
  chmodSync(files.path, 0o755);
  chmodSync(join(files.path, "src/inner"), 0);
  files.options = { wrapper: asNobody };
  checkIncomplete(files, "scan/unreadable");
});

test("scan/unreadable: a link into a directory without permission", { skip: needs("root", "setpriv") }, (t) => {
  const files = project(t, {
    "src/main.ts": `import "p";\n`,
    "node_modules/.pnpm/p@1/node_modules/p/index.js": `"use client";\n`,
    "secret/x.ts": `"use client";\n`,
  });
  chmodSync(files.path, 0o755);
  symlinkSync(".pnpm/p@1/node_modules/p", join(files.path, "node_modules/p"));
  files.options = { wrapper: asNobody };
  chmodSync(join(files.path, "node_modules/.pnpm/p@1"), 0);
  const imported = checkIncomplete(files, "scan/unreadable");
  assert.deepEqual(found(imported, "scan/unreadable"), ["error /node_modules/p"]);
  chmodSync(join(files.path, "node_modules/.pnpm/p@1"), 0o755);

  symlinkSync("../secret/x.ts", join(files.path, "src/x.ts"));
  chmodSync(join(files.path, "secret"), 0);
  const prescanned = checkIncomplete(files, "scan/unreadable", "--prescan", "src/**/*.ts");
  assert.deepEqual(found(prescanned, "scan/unreadable"), ["error /src/x.ts"]);
  // A link to nothing holds no directive.
  rmSync(join(files.path, "secret"), { recursive: true });
  assert.equal(files.run(["scan", "--prescan", "src/**/*.ts"], files.options).code, 0);
});

test("scan/unreadable: a disk that fails", { skip: needs("strace") }, (t) => {
  const files = project(t, { "src/main.ts": `import "./a";\n`, "src/a.ts": `"use client";\n` });
  const broken = join(files.path, "src/a.ts");
  files.options = {
    wrapper: ["strace", "-f", "-qq", "-o", "/dev/null", "-P", broken, "-e", "inject=pread64,read:error=EIO"],
  };
  const result = checkIncomplete(files, "scan/unreadable");
  assert.match(result.diagnostics[0].message, /Input\/output error/);
});

test("scan/not-a-file: an entry that is a directory or a FIFO", (t) => {
  const files = project(t, { "src/z.ts": `"use client";\n` });
  mkdirSync(join(files.path, "src/x.ts"));
  assert.equal(spawnSync("mkfifo", [join(files.path, "src/y.ts")]).status, 0);
  for (const entry of ["src/x.ts", "src/y.ts"]) {
    const result = checkIncomplete(files, "scan/not-a-file", "-e", entry, "-e", "src/z.ts");
    assert.deepEqual(found(result, "scan/not-a-file"), [`error /${entry}`]);
    assert.deepEqual(result.clientFiles, ["/src/z.ts"]);
  }
});

test("scan/not-a-file: the prescan meets a FIFO, and a directory that it looks into", (t) => {
  const files = project(t, { "src/main.ts": "", "src/x.ts/inner.ts": `"use client";\n` });
  const prescan = ["--prescan", "src/**/*.ts"];
  const { code, result } = files.scanJson(...prescan);
  assert.equal(code, 0);
  assert.deepEqual(result.clientFiles, ["/src/x.ts/inner.ts"]);
  assert.equal(spawnSync("mkfifo", [join(files.path, "src/y.ts")]).status, 0);
  assert.deepEqual(found(checkIncomplete(files, "scan/not-a-file", ...prescan), "scan/not-a-file"), ["error /src/y.ts"]);
});

test("an import of a directory or FIFO does not resolve, as in Vite, and never blocks", (t) => {
  const files = project(t, { "src/main.ts": `import "./x.ts";\nimport "./y.ts";\n` });
  mkdirSync(join(files.path, "src/x.ts"));
  assert.equal(spawnSync("mkfifo", [join(files.path, "src/y.ts")]).status, 0);
  const { code, result } = files.scanJson();
  assert.equal(code, 0);
  assert.deepEqual(found(result, "scan/unresolved"), ["warn /src/main.ts 1 8", "warn /src/main.ts 2 8"]);
});

test("scan/changed-while-read: a file that changes under every read", { skip: needs("cc") }, (t) => {
  const files = project(t, { "src/main.ts": `import "./busy";\n`, "src/busy.ts": `"use client";\n` });
  const library = compile("change_while_read.c", join(files.path, "change.so"), "-shared", "-fPIC");
  const env = { LD_PRELOAD: library, CHANGE_WHILE_READ: "busy.ts" };
  files.options = { env, program: dynamicBinary };
  const result = checkIncomplete(files, "scan/changed-while-read");
  assert.deepEqual(found(result, "scan/changed-while-read"), ["error /src/busy.ts"]);
  // A file that comes to rest in time is read again, and all is well.
  const calm = files.run(["scan", "-f", "json"], { ...files.options, env: { ...env, CHANGE_WHILE_READ_TIMES: "1" } });
  assert.equal(calm.code, 0, calm.stderr);
  assert.deepEqual(JSON.parse(calm.stdout).clientFiles, ["/src/busy.ts"]);
});

test("scan/parse-error: what is found around it is used, and the exit is clean", (t) => {
  const files = project(t, {
    "src/main.ts": `"use client";\nimport "./before";\nconst a = };\nimport "./after";\n`,
    "src/before.ts": `"use client";\n`,
    "src/after.ts": `"use client";\n`,
  });
  const { code, result, stderr } = files.scanJson();
  assert.equal(code, 0);
  assert.equal(result.complete, true);
  assert.deepEqual(result.clientFiles, ["/src/after.ts", "/src/before.ts", "/src/main.ts"]);
  assert.deepEqual(found(result, "scan/parse-error"), ["error /src/main.ts 3 11"]);
  assert.match(stderr, /^src\/main.ts:3:11: error: .*\[scan\/parse-error\]/m);
});

test("scan/undecided-directive: nobody can tell whether this brace opens a function", (t) => {
  const files = project(t, { "src/main.ts": `) { "use server"; }\n` });
  const result = checkIncomplete(files, "scan/undecided-directive");
  assert.equal(result.hasServerFunctions, false);
});

test("scan/unresolved: a warning in the app, a note in node_modules", (t) => {
  const files = project(t, {
    "src/main.ts": `import "./gone";\nimport "pkg";\n`,
    "node_modules/pkg/package.json": `{ "name": "pkg", "main": "i.js" }`,
    "node_modules/pkg/i.js": `import "optional";\n`,
  });
  const { code, result, stderr } = files.scanJson();
  assert.equal(code, 0);
  assert.equal(result.complete, true);
  assert.deepEqual(found(result, "scan/unresolved"), ["info /node_modules/pkg/i.js 1 8", "warn /src/main.ts 1 8"]);
  assert.match(stderr, /^src\/main.ts:1:8: warning: .*"\.\/gone".* \[scan\/unresolved\]\n {2}help: /m);
  assert.doesNotMatch(stderr, /pkg\/i.js/);
  assert.match(stderr, /^1 note; --format json lists them$/m);
});

test("scan/unresolved: the places of many in one file take no time that grows with the square of them", (t) => {
  // Looked up one by one through all imports, these take minutes, more than run() waits.
  const count = 300_000;
  const files = project(t, { "src/main.ts": Array.from({ length: count }, (_, i) => `import "./${i}";\n`).join("") });
  const { code, stderr } = files.scan("--max-memory", "4G");
  assert.equal(code, 0, stderr.slice(-500));
  assert.match(stderr, /^src\/main.ts:1:8: warning: /m);
});

test("scan/dynamic-specifier: a note", (t) => {
  const files = project(t, { "src/main.ts": `const name = "./x";\nimport(name);\n` });
  const { code, result } = files.scanJson();
  assert.equal(code, 0);
  assert.match(found(result, "scan/dynamic-specifier").join(), /^info \/src\/main.ts 2 \d+$/);
});

test("package/invalid-json: once a file, and its edges unresolved", (t) => {
  const files = project(t, {
    "src/main.ts": `import "bad";\nimport "bad/x";\nimport "./a";\n`,
    "src/a.ts": `"use client";\nimport "bad";\n`,
    "node_modules/bad/package.json": `{ "name": "bad", `,
    "node_modules/bad/index.js": "",
  });
  const { code, result } = files.scanJson();
  assert.equal(code, 0);
  assert.deepEqual(found(result, "package/invalid-json").map((f) => f.split(" ").slice(0, 2).join(" ")), [
    "warn /node_modules/bad/package.json",
  ]);
  assert.ok(found(result, "scan/unresolved").length > 0);
  assert.deepEqual(result.clientFiles, ["/src/a.ts"]);
});

test("package/invalid-json: the root's own package.json takes the root's edges with it, as in Vite", (t) => {
  const files = project(t, { "package.json": "{ broken", "src/main.ts": `"use client";\nimport "./a";\n`, "src/a.ts": "" });
  const { code, result } = files.scanJson("--framework", "none", "-e", "src/main.ts");
  assert.equal(code, 0);
  assert.deepEqual(found(result, "package/invalid-json").length, 1);
  assert.deepEqual(found(result, "scan/unresolved"), ["warn /src/main.ts 2 8"]);
  assert.deepEqual(result.clientFiles, ["/src/main.ts"]);
});

test("config/invalid: the project's package.json or wrangler file is broken, and what it says would be a guess", (t) => {
  const files = project(t, {
    "package.json": `{\n<<<<<<< HEAD\n  "dependencies": { "rwsdk": "1.7.3" }\n}\n`,
    "src/worker.tsx": "",
    "src/main.ts": "",
  });
  const manifest = files.scan("-f", "json");
  assert.equal(manifest.code, 2);
  assert.equal(manifest.stdout, "");
  assert.match(manifest.stderr, /package\.json: error: .*\[config\/invalid\]\n {2}help: .*--framework/);
  files.write("package.json", `{ "dependencies": { "rwsdk": "1.7.3" } }`);
  files.write("wrangler.toml", `main = "src/real.tsx"\n<<<<<<< HEAD\n`);
  const wrangler = files.scan("-f", "json");
  assert.equal(wrangler.code, 2);
  assert.equal(wrangler.stdout, "");
  assert.match(wrangler.stderr, /wrangler\.toml:2:1: error: .*\[config\/invalid\]\n {2}help: .*--entry/);
});

for (const [rule, tsconfigs] of [
  ["tsconfig/invalid", { "tsconfig.json": `{ "compilerOptions": { "paths": 1 }` }],
  ["tsconfig/extends-missing", { "tsconfig.json": `{ "extends": "./base.json" }` }],
  ["tsconfig/extends-loop", { "tsconfig.json": `{ "extends": "./b.json" }`, "b.json": `{ "extends": "./tsconfig.json" }` }],
]) {
  test(`${rule}: a warning, once`, (t) => {
    const files = project(t, {
      ...tsconfigs,
      "demarc.config.json": `{ "tsconfigPaths": "vite8" }`,
      "src/main.ts": `import "bare/x";\nimport "./a";\n`,
      "src/a.ts": `import "bare/y";\n`,
    });
    const { code, result } = files.scanJson();
    assert.equal(code, 0);
    const all = found(result, rule);
    assert.equal(all.length, 1, JSON.stringify(result.diagnostics));
    assert.match(all[0], /^warn \/(tsconfig|b)\.json/);
  });
}

test("path/case-mismatch: one module and one warning where the disk folds, a near miss where it does not", (t) => {
  const files = new Project();
  const disk = new Project({
    "package.json": "{}",
    "src/main.ts": `import "./button";\nimport "./Button";\nimport "./BUTTON.ts";\nimport "./parts/item";\nimport "pkg";\n`,
    "src/Button.ts": `"use client";\n`,
    "src/Parts/Item.ts": `"use client";\nimport "../button";\n`,
    "node_modules/Pkg/package.json": `{ "main": "main.js" }`,
    "node_modules/Pkg/Main.js": `"use client";\n`,
  });
  const folded = mountFolded(disk.path, files);
  t.after(() => {
    unmount(folded);
    files.remove();
    disk.remove();
  });
  const { mount, reason } = folded;
  if (!mount) return t.skip(reason);
  const mismatches = (result) => found(result, "path/case-mismatch").map((f) => f.split(" ").slice(0, 2).join(" "));
  const clients = ["/node_modules/Pkg/Main.js", "/src/Button.ts", "/src/Parts/Item.ts"];
  // Whatever the spelling of the entry, too.
  for (const entry of ["src/main.ts", "SRC/Main.TS"]) {
    const { code, result } = files.scanJson(mount, "-e", entry);
    assert.equal(code, 0);
    assert.deepEqual(result.entries, ["/src/main.ts"]);
    assert.deepEqual(result.clientFiles, clients);
    assert.deepEqual(mismatches(result), clients.map((file) => `warn ${file}`));
    assert.deepEqual(found(result, "scan/unresolved"), []);
  }

  const { code, result } = disk.scanJson();
  assert.equal(code, 0);
  assert.deepEqual(result.clientFiles, ["/src/Button.ts"]);
  assert.deepEqual(mismatches(result), []);
  const help = Object.fromEntries(result.diagnostics.map((one) => [one.line, `${one.rule} ${one.help.split(" ")[0]}`]));
  assert.deepEqual(help, {
    1: `scan/unresolved "/src/Button.ts"`,
    3: `scan/unresolved "/src/Button.ts"`,
    4: `scan/unresolved "/src/Parts"`,
    5: `scan/unresolved "/node_modules/Pkg"`,
  });

  // The normal forms of Unicode, and letters that only beyond ASCII are the same but for their case.
  disk.write("src/forms.ts", `import "./caf\u00e9";\nimport "./cafe\u0301";\nimport "./CAF\u00c9";\nimport "./\u212aey";\n`);
  disk.write("src/caf\u00e9.ts", `"use client";\n`);
  disk.write("src/key.ts", `"use client";\n`);
  const there = files.scanJson(mount, "-e", "src/forms.ts").result;
  const forms = ["/src/caf\u00e9.ts", "/src/key.ts"];
  assert.deepEqual(there.clientFiles, forms);
  assert.deepEqual(mismatches(there), forms.map((file) => `warn ${file}`));
  const exact = disk.scanJson("-e", "src/forms.ts").result;
  assert.deepEqual(exact.clientFiles, ["/src/caf\u00e9.ts"]);
  assert.deepEqual(found(exact, "scan/unresolved"), [2, 3, 4].map((line) => `warn /src/forms.ts ${line} 8`));
});

test("path/case-mismatch: a disk that tells case apart names the near miss", (t) => {
  const files = project(t, { "src/main.ts": `import "./button";\n`, "src/Button.ts": `"use client";\n` });
  const { code, result } = files.scanJson();
  assert.equal(code, 0);
  assert.deepEqual(found(result, "scan/unresolved"), ["warn /src/main.ts 1 8"]);
  assert.match(result.diagnostics[0].help, /"\/src\/Button.ts" .*letters/);
});

test("path/id-collision: a file inside and one outside of the root with one id", (t) => {
  const files = new Project({ "lib/a.ts": "", "app/package.json": "{}" });
  t.after(() => files.remove());
  files.write(join("app", files.path, "lib/a.ts"), "");
  files.write("app/src/main.ts", `import "../../lib/a";\nimport "..${files.path}/lib/a";\n`);
  const { code, stdout, stderr } = files.scan("app", "-f", "json");
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /error: .*\[path\/id-collision\]/);
});

test("config/invalid and config/unknown-key: place, pointer, suggestion", (t) => {
  const files = project(t, {
    "demarc.config.json": `{\n  "framwork": "rwsdk",\n  "mode": "prod"\n}\n`,
    "src/main.ts": "",
  });
  const { code, stdout, stderr } = files.scan("-f", "json");
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.equal(
    stderr,
    "demarc.config.json:2:3: error: /framwork: unknown key; did you mean framework? [config/unknown-key]\n" +
      'demarc.config.json:3:11: error: /mode: "prod" is not one of production or development [config/invalid]\n',
  );
});

test("config/invalid: a FIFO or folder of the name; --config reads a pipe", { skip: needs("bash") }, (t) => {
  const files = project(t, { "src/main.ts": "" });
  const path = join(files.path, "demarc.config.json");
  assert.equal(spawnSync("mkfifo", [path]).status, 0);
  const fifo = files.scan();
  assert.equal(fifo.code, 2);
  assert.match(fifo.stderr, /demarc\.config\.json: error: is a FIFO.*\[config\/invalid\]/);
  rmSync(path);
  mkdirSync(path);
  assert.match(files.scan().stderr, /demarc\.config\.json: error: Is a directory \[config\/invalid\]/);
  const piped = (text) => spawnSync("bash", ["-c", `"$0" scan "$1" --config <(printf %s "$2")`, binary, files.path, text], { encoding: "utf8" });
  assert.equal(piped(`{ "mode": "development" }`).status, 0);
  assert.match(piped(`{ "mode": "prod" }`).stderr, /"prod" is not one of/);
});

test("config/invalid: what only the scanner can know", (t) => {
  const files = project(t, { "src/main.ts": "" });
  const environment = files.scan("--conditions", "wroker=workerd");
  assert.equal(environment.code, 2);
  assert.match(environment.stderr, /wroker.*\[config\/invalid\]/);
  const glob = files.scan("--prescan", "{".repeat(5000));
  assert.equal(glob.code, 2);
  assert.match(glob.stderr, /\[config\/invalid\]/);
  files.write("demarc.config.json", `{ "alias": [{ "find": { "re": "(" }, "replacement": "x" }] }`);
  const alias = files.scan();
  assert.equal(alias.code, 2, "a regular expression that cannot be compiled");
  assert.match(alias.stderr, /\[config\/invalid\]/);
});

test("project/yarn-pnp", (t) => {
  const files = project(t, { ".pnp.cjs": "process.exit(1)", "src/main.ts": "" });
  const { code, stdout, stderr } = files.scan();
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /error: .*\[project\/yarn-pnp\]\n {2}help: .*nodeLinker/);
});

test("project/no-entry: names what was tried", (t) => {
  for (const [manifest, tried] of [
    [{}, ["index.html", "src/main", "src/index"]],
    [{ dependencies: { rwsdk: "1.7.3" } }, ["wrangler.jsonc", "wrangler.toml", "src/worker"]],
  ]) {
    const files = project(t, { "package.json": JSON.stringify(manifest) });
    const { code, stdout, stderr } = files.scan("-f", "json");
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /error: .*\[project\/no-entry\]/);
    for (const name of tried) assert.ok(stderr.includes(name), `${name} in ${stderr}`);
  }
});

test("scan/over-budget: names the amount and publishes nothing", (t) => {
  const files = project(t, { "src/main.ts": `"use client";\n`, "map.json": "old" });
  for (const format of ["pretty", "json", "ndjson"]) {
    const { code, stdout, stderr } = files.scan("-f", format, "--max-memory", "1M", "-o", "map.json");
    assert.equal(code, 4);
    assert.equal(stdout, "");
    assert.match(stderr, /error: .*needs about \d+ MiB.*\[scan\/over-budget\]/);
    assert.match(stderr, /The bound is 1 MiB: --max-memory\./);
  }
  assert.equal(statSync(join(files.path, "map.json")).size, 3);
});

test("scan/over-budget: no single file takes more than the bound", (t) => {
  const bombs = {
    "imports.ts": `import "./gone";\n`.repeat(500_000),
    "directives.ts": `function f() { "use server" }\n`.repeat(300_000),
    "names.ts": Array.from({ length: 300_000 }, (_, i) => `import { a${i} } from "./gone-${i}";\n`).join(""),
  };
  for (const [name, code] of Object.entries(bombs)) {
    const files = project(t, { [`src/${name}`]: code });
    for (const emit of ["map", "graph"]) {
      const { code: exit, stdout, stderr } = files.scan("-e", `src/${name}`, "-f", "json", "--emit", emit, "--max-memory", "24M");
      assert.equal(exit, 4, `${name} ${emit}: ${stderr}`);
      assert.equal(stdout, "");
      assert.match(stderr, /\[scan\/over-budget\]/);
      // The program's own pages, which no bound can take away, are some 8 MiB of it.
      const [, peak] = stderr.match(/peak ([\d.]+) MiB/);
      assert.ok(Number(peak) < 24 + 9, `${name} ${emit}: ${peak} MiB`);
    }
  }
});

test("scan/over-budget: the graph itself outgrows the bound", (t) => {
  const files = project(t, {});
  const count = 20_000;
  for (let i = 0; i < count; ++i) files.write(`src/d${i % 100}/a-long-name-of-a-module-${i}.ts`, `import "./none-${i}";\n`);
  files.write("src/main.ts", Array.from({ length: count }, (_, i) => `import "./d${i % 100}/a-long-name-of-a-module-${i}";\n`).join(""));
  const full = files.scanJson("--stats");
  assert.equal(full.code, 0);
  const needed = full.result.stats.memory.peakBytes;
  const half = files.scan("-f", "json", "--max-memory", String(Math.floor(needed / 2)));
  assert.equal(half.code, 4, half.stderr);
  assert.equal(half.stdout, "");
});

// Somewhere between nothing and enough the allocation that fails is any of the program's own: in a library's constructor,
// in a thread that begins, in a parser. Each end is orderly, and no answer comes of it.
for (const [kind, args] of [
  ["data", ["-j", "2"]],
  ["as", ["-j", "2"]],
  ["as", ["-j", "8"]],
]) {
  test(`out of memory: exit 4 and a message under any limit (${kind}, ${args.join(" ")})`, { skip: needs("prlimit") }, (t) => {
    const files = project(t, { "src/main.ts": `import "./a";\nimport "p";\n`, "src/a.ts": "" });
    files.write("node_modules/p/package.json", `{ "main": "i.js", "files": ["${"x".repeat(100_000)}"] }`);
    files.write("node_modules/p/i.js", `"use client";\n`);
    const whole = files.scan("-f", "json", "--max-memory", "512M").stdout;
    const codes = new Set();
    for (let limit = 1 << 20; limit < 512 << 20; limit *= 1.15) {
      const options = { wrapper: ["prlimit", `--${kind}=${Math.floor(limit)}`] };
      const { code, signal, stdout, stderr } = files.run(["scan", "-f", "json", ...args, "--max-memory", "512M"], options);
      // Below some limit the system cannot load the program's libraries.
      if (code === 127 || (signal !== null && !stderr)) {
        assert.ok(!codes.has(4) && !codes.has(0), `${limit}: exit ${code}, ${signal}\n${stderr}`);
        continue;
      }
      codes.add(code);
      assert.ok(code === 0 || code === 4, `${limit}: exit ${code}, ${signal}\n${stderr}`);
      assert.equal(stdout, code === 0 ? whole : "");
      if (code === 4) assert.match(stderr, /^demarc: error: .*memory.*\n {2}help: /);
    }
    assert.deepEqual([...codes], [4, 0]);
  });
}

test("a limit on the size of files is a failed write: exit 5 and the old file", { skip: needs("prlimit") }, (t) => {
  const files = project(t, { "src/main.ts": `"use client";\n`, "map.json": "old" });
  const { code, stderr } = files.run(["scan", "-f", "json", "-o", "map.json"], { wrapper: ["prlimit", "--fsize=64"] });
  assert.equal(code, 5, stderr);
  assert.match(stderr, /cannot write .*map\.json: File too large/);
  assert.equal(statSync(join(files.path, "map.json")).size, 3);
});

test("a working directory that was removed is a usage error, and no matter for an absolute PATH", (t) => {
  const files = project(t, { "src/main.ts": "" });
  const gone = (command) =>
    spawnSync("sh", ["-c", `mkdir "$1/gone" && cd "$1/gone" && rmdir "$1/gone" && ${command}`, "sh", files.path, binary], { encoding: "utf8" });
  const without = gone(`"$2" scan`);
  assert.equal(without.status, 2, without.stderr);
  assert.match(without.stderr, /working directory.*\[config\/invalid\]/);
  assert.equal(gone(`"$2" scan "$1"`).status, 0);
});

test("a limit on processes is named as such", { skip: needs("root", "prlimit", "setpriv") }, (t) => {
  const files = project(t, { "src/main.ts": "" });
  for (let i = 0; i < 500; ++i) files.write(`src/m${i}.ts`, `import "./m${i + 1}";\nimport "./m${2 * i}";\n`);
  chmodSync(files.path, 0o755);
  const wrapper = [...asNobody, "prlimit", "--nproc=1"];
  const refused = files.run(["scan", "-e", "src/m1.ts", "-j", "8"], { wrapper });
  assert.equal(refused.code, 4, refused.stderr);
  assert.match(refused.stderr, /thread.*\n {2}help: .*--threads/);
  assert.equal(files.run(["scan", "-e", "src/m1.ts", "-j", "1"], { wrapper }).code, 0);
});

test("ended by a signal", (t) => {
  const files = project(t, { "src/main.ts": "" });
  for (let i = 0; i < 2000; ++i) files.write(`src/m${i}.ts`, `import "./m${i + 1}";\n`.repeat(50));
  return Promise.all(
    ["SIGINT", "SIGTERM", "SIGHUP"].map(
      (signal, index) =>
        new Promise((resolve, reject) => {
          const output = join(files.path, `map-${index}.json`);
          const child = spawn(binary, ["scan", files.path, "-e", "src/m0.ts", "-f", "json", "-o", output]);
          child.on("spawn", () => setTimeout(() => child.kill(signal), 1));
          child.on("exit", (code, by) => {
            try {
              // It may have been faster than the signal.
              if (code === null) assert.equal(by, signal);
              else assert.equal(code, 0);
              assert.equal(existsSync(output), code === 0);
              rmSync(output, { force: true });
              resolve();
            } catch (error) {
              reject(error);
            }
          });
        }),
    ),
  );
});
