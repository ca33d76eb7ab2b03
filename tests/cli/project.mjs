// Small projects on disk, and the program run on them. Shared by end-to-end.mjs and schemas.mjs.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const binary = resolve(process.env.DEMARC ?? join(repository, "build/release/demarc"));

// With shared libraries, for tests that preload one of their own.
export const dynamicBinary = process.env.DEMARC ? binary : join(repository, "build/release/cli/demarc_dynamic");

// What of the caller's surroundings would change the output is left out.
function environment(extra) {
  const { PATH, HOME, ASAN_OPTIONS, UBSAN_OPTIONS } = process.env;
  const variables = { PATH, HOME, ASAN_OPTIONS, UBSAN_OPTIONS, LANG: "C.UTF-8", ...extra };
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
}

export class Project {
  // files: { "src/a.ts": "text" }. A plain project with an index.html by default, so that entries are found.
  constructor(files = {}) {
    this.path = realpathSync(mkdtempSync(join(tmpdir(), "demarc-")));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name, text) {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  // Runs `demarc ARGS` with the project as working directory.
  run(args, { env = {}, cwd = this.path, wrapper = [], stdio, input, program = binary } = {}) {
    const [command, ...rest] = [...wrapper, program, ...args];
    const result = spawnSync(command, rest, {
      cwd,
      env: environment(env),
      stdio: stdio ?? ["pipe", "pipe", "pipe"],
      input: input ?? "",
      encoding: "utf8",
      maxBuffer: 1 << 30,
      timeout: 120_000,
    });
    if (result.error) throw result.error;
    return { code: result.status, signal: result.signal, stdout: result.stdout, stderr: result.stderr };
  }

  scan(...args) {
    return this.run(["scan", ...args]);
  }

  // The parsed result; fails when there is none.
  scanJson(...args) {
    const run = this.scan("--format", "json", ...args);
    try {
      return { ...run, result: JSON.parse(run.stdout) };
    } catch {
      throw new Error(`no JSON on stdout (exit ${run.code}): ${run.stdout.slice(0, 200)}\n${run.stderr}`);
    }
  }

  remove() {
    rmSync(this.path, { recursive: true, force: true });
  }
}

// A project of a few modules, enough for every field of a result: two boundaries, an inline server function, a package,
// an asset, a builtin, something that does not resolve, and one name of which no UTF-8 can be made.
export function sampleFiles() {
  return {
    "package.json": JSON.stringify({ name: "sample", dependencies: { ui: "1.0.0" } }),
    "src/main.tsx": [
      `import { Counter } from "./Counter";`,
      `import { save } from "./actions";`,
      `import { Button } from "ui";`,
      `import fs from "node:fs";`,
      `import "./style.css";`,
      `import "./gone";`,
      `export * from "./shared";`,
      `const lazy = import("./Lazy");`,
      `export default async function Page() {`,
      `  async function inline() { "use server"; return 1; }`,
      `  return <Counter save={save} onClick={inline}><Button/>{fs.existsSync("x")}</Counter>;`,
      `}`,
      "",
    ].join("\n"),
    "src/Counter.tsx": `"use client";\nimport { format } from "./shared";\nexport const Counter = () => format(1);\n`,
    "src/Lazy.tsx": `"use strict";\n'use client';\nexport default () => null;\n`,
    "src/actions.ts": `"use server";\nexport async function save() {}\n`,
    "src/shared.ts": `export const format = (n: number) => String(n);\n`,
    "src/style.css": `a { color: red }\n`,
    "node_modules/ui/package.json": JSON.stringify({ name: "ui", version: "1.0.0", type: "module", main: "index.js" }),
    "node_modules/ui/index.js": `"use client";\nimport "react";\nexport const Button = 1;\n`,
  };
}

// Why a test cannot run here, for node:test's `skip`; false when it can.
export function needs(...tools) {
  for (const tool of tools) {
    if (tool === "root" && process.getuid() !== 0) return "needs root";
    if (tool !== "root" && spawnSync("sh", ["-c", `command -v ${tool}`]).status !== 0) return `needs ${tool}`;
  }
  return false;
}

// Runs a command as a user that file permissions count for.
export const asNobody = process.getuid() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];

// Compiles a C file of tests/support and returns the path of the result.
export function compile(source, output, ...flags) {
  const result = spawnSync("cc", ["-O1", "-Wall", "-Wextra", "-Werror", join(repository, "tests/support", source), "-o", output, ...flags], {
    encoding: "utf8",
  });
  if (result.status !== 0) throw new Error(`cc ${source}: ${result.stderr}`);
  return output;
}
