// The two tarballs, installed into an empty folder as a user would.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { before, test } from "node:test";

import { makeProject, repository } from "./project.mjs";

const tools = path.join(repository, "tests/node/node_modules");
const nodes = {
  20: path.join(tools, "node20/bin/node"),
  22: path.join(tools, "node22/bin/node"),
  24: process.execPath,
};

function run(program, args, options = {}) {
  const env = { ...process.env, ...options.env };
  delete env.DEMARC_NATIVE;
  delete env.NODE_OPTIONS;
  const child = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26, ...options, env });
  if (child.error) throw child.error;
  return child;
}

function succeed(program, args, options) {
  const child = run(program, args, options);
  assert.equal(child.status, 0, `${program} ${args.join(" ")}\n${child.stdout}${child.stderr}`);
  return child.stdout;
}

const tarballs = fs.mkdtempSync(path.join(os.tmpdir(), "demarc-pack-"));
process.on("exit", () => fs.rmSync(tarballs, { recursive: true, force: true }));
const tarballOf = (name) => path.join(tarballs, fs.readdirSync(tarballs).find((file) => file.startsWith(name) && file.endsWith(".tgz")));

function install(names, ...flags) {
  const folder = makeProject({
    "package.json": '{"type":"module"}',
    "src/main.jsx": 'import { Counter } from "./counter.jsx"; import "lib"',
    "src/counter.jsx": '"use client"; export const Counter = () => <b/>',
    "node_modules/lib/package.json": '{"name":"lib","main":"index.js"}',
    "node_modules/lib/index.js": '"use server"; export async function act() {}',
  });
  const npm = [path.join(repository, "scripts/node"), "--npm", "install", "--no-audit", "--no-fund", "--no-save", ...flags];
  succeed("bash", [...npm, ...names.map(tarballOf)], { cwd: folder });
  fs.mkdirSync(path.join(folder, "node_modules/lib"), { recursive: true });
  fs.writeFileSync(path.join(folder, "node_modules/lib/package.json"), '{"name":"lib","main":"index.js"}');
  fs.writeFileSync(path.join(folder, "node_modules/lib/index.js"), '"use server"; export async function act() {}');
  return folder;
}

let installed;
before(() => {
  succeed("bash", [path.join(repository, "scripts/pack"), tarballs]);
  installed = install(["demarc-0", "demarc-linux"]);
});

const SCAN = `
  import { scan, scanSync, binaryPath, version } from "demarc";
  const result = await scan();
  console.log(JSON.stringify([result.clientFiles, result.serverFiles, scanSync().clientFiles.length, version, binaryPath()]));`;

for (const [version, node] of Object.entries(nodes)) {
  test(`a scan on Node ${version}`, () => {
    assert.equal(succeed(node, ["-p", "process.versions.node.split('.')[0]"]).trim(), version);
    const output = succeed(node, ["--input-type=module", "-e", SCAN], { cwd: installed });
    const [clients, servers, count, , binary] = JSON.parse(output);
    assert.deepEqual([clients, servers, count], [["/src/counter.jsx"], ["/node_modules/lib/index.js"], 1]);
    assert.equal(binary, fs.realpathSync(path.join(installed, "node_modules/@demarc/linux-x64-gnu/demarc")));
  });

  test(`require, and every entry, on Node ${version}`, () => {
    // What only stands beside a build needs nothing of it to load.
    const script = `
      for (const name of ["demarc", "demarc/vite", "demarc/rwsdk", "demarc/register", "demarc/plugin-rsc"]) await import(name);
      const { createRequire } = await import("node:module");
      console.log(typeof createRequire(import.meta.url)("demarc").scan);`;
    assert.equal(succeed(node, ["--input-type=module", "-e", script], { cwd: installed }), "function\n");
  });

  test(`the command on Node ${version}`, () => {
    const command = path.join(installed, "node_modules/.bin/demarc");
    const env = { PATH: `${path.dirname(node)}:${process.env.PATH}` };
    const map = JSON.parse(succeed(command, ["scan", "--format", "json"], { cwd: installed, env }));
    assert.deepEqual(map.clientFiles, ["/src/counter.jsx"]);
    const wrong = run(command, ["scna"], { cwd: installed, env });
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /scan/);
    assert.doesNotMatch(wrong.stderr, /Warning/);
  });
}

test("what ships: program, addon, libraries beside them, schemas, licences, no install script", () => {
  const native = path.join(installed, "node_modules/@demarc/linux-x64-gnu");
  for (const file of ["demarc", "demarc.node", "libtbb.so.12", "LICENSE", "THIRD-PARTY-NOTICES.md"]) {
    assert(fs.existsSync(path.join(native, file)), file);
  }
  for (const file of ["LICENSE", "README.md", "schema/config.v1.json", "schema/result.v1.json"]) {
    assert(fs.existsSync(path.join(installed, "node_modules/demarc", file)), file);
  }
  for (const folder of [native, path.join(installed, "node_modules/demarc")]) {
    const manifest = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
    assert.equal(manifest.scripts, undefined);
    assert(!fs.existsSync(path.join(folder, "binding.gyp")));
  }
  // The program needs nothing beside it.
  assert.doesNotMatch(run("ldd", [path.join(native, "demarc")]).stdout, /=>/);
  // The libraries that are loaded are those that ship.
  const loaded = succeed("ldd", [path.join(native, "demarc.node")]);
  for (const name of ["libtbb", "libfmt", "libgumbo"]) assert.match(loaded, new RegExp(`${name}\\S* => ${native}/`));
  const symbols = succeed("nm", ["-D", "--defined-only", path.join(native, "demarc.node")]).trim().split("\n");
  const names = symbols.map((line) => line.split(" ").at(-1)).filter((name) => !name.startsWith("_ZZNSt"));
  assert.deepEqual(names.sort(), ["napi_register_module_v1", "node_api_module_get_api_version_v1"]);
});

test("without a binary the adapters warn once and step aside", () => {
  const bare = install(["demarc-0"], "--omit=optional");
  assert(!fs.existsSync(path.join(bare, "node_modules/@demarc")));
  const register = run(process.execPath, ["--import", "demarc/register", "-e", "console.log('runs')"], { cwd: bare });
  assert.deepEqual([register.status, register.stdout], [0, "runs\n"]);
  assert.match(register.stderr, /^demarc: the package @demarc\/linux-x64-gnu is not installed\..*own directive scan runs instead\.\n$/);

  const script = `
    import demarc from "demarc/vite";
    const warnings = [];
    const config = { plugins: [{ name: "rsc:minimal", api: { manager: { isScanBuild: false } } }], command: "build",
      logger: { warn: (message) => warnings.push(message) } };
    for (const plugin of demarc()) {
      plugin.configResolved(config);
      await plugin.buildApp.handler({ config });
      if (plugin.options && plugin.options.call({ environment: { name: "rsc" } }, {}) !== undefined) throw new Error("pruned");
    }
    console.log(warnings.length, /stay as they are/.test(warnings[0]), /run as they are/.test(warnings[1]));`;
  assert.equal(succeed(process.execPath, ["--input-type=module", "-e", script], { cwd: bare }), "2 true true\n");

  const command = run(path.join(bare, "node_modules/.bin/demarc"), ["scan"], { cwd: bare });
  assert.equal(command.status, 70);
  assert.match(command.stderr, /is not installed/);
});

test("publint and attw have nothing to say", () => {
  for (const name of ["demarc-0", "demarc-linux"]) {
    const text = succeed(process.execPath, [path.join(tools, "publint/src/cli.js"), "run", tarballOf(name), "--strict"]);
    assert.match(text, /All good/, text);
  }
  succeed(process.execPath, [path.join(tools, "@arethetypeswrong/cli/dist/index.js"), tarballOf("demarc-0"), "--profile", "esm-only",
    "--exclude-entrypoints", "./schema/*", "./package.json"]);
});

test("the types say what the functions do", () => {
  fs.writeFileSync(
    path.join(installed, "types.ts"),
    `import { scan, scanSync, parseModule, resolve, why, DemarcError, type ScanResult, type Id } from "demarc";
     import demarc from "demarc/vite";
     import { runDirectivesScan, hasDirective } from "demarc/rwsdk";
     import { prunedScan } from "demarc/plugin-rsc";
     import "demarc/register";
     const result: ScanResult = await scan({ root: ".", alias: { "@": "/x" }, signal: AbortSignal.timeout(5), pluginsFirst: [/x/],
       resolveFallback: (questions) => questions.map(({ specifier }) => specifier) });
     const ids: Id[] = result.clientFiles;
     const path: string = (await resolve({ specifier: "react" }))[0].path;
     const many: string = (await resolve([{ specifier: "react" }]))[0][0].result;
     const step: string = (await why("x")).environments[0].chains[0].steps[0].id;
     const kind: "import" | "dynamic" | string = parseModule("", { lang: "ts" }).imports[0].kind;
     const plugins: { name: string }[] = [...demarc({ verify: true }), prunedScan()];
     const set: boolean = hasDirective("", "use client");
     await runDirectivesScan({ rootConfig: {}, environments: {}, clientFiles: new Set(), serverFiles: new Set() });
     // @ts-expect-error: no callbacks where it blocks
     scanSync({ onProgress() {} });
     // @ts-expect-error: no such option
     scan({ entrys: [] });
     if (new Error() instanceof DemarcError) console.log(ids, path, many, step, kind, plugins, set);`,
  );
  succeed(process.execPath, [path.join(tools, "typescript/bin/tsc"), "--noEmit", "--strict", "--module", "nodenext", "--target",
    "es2022", "--skipLibCheck", "false", "--lib", "es2022,dom", "types.ts"], { cwd: installed });
});
