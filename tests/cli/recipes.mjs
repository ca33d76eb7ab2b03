// Every command of docs/ci.md is run, on a small project in a repository: none may be refused.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import { Project, binary, needs, repository, sampleFiles } from "./project.mjs";

const project = new Project(sampleFiles());
after(() => project.remove());

// `npx demarc …`, one a line of a code block, without what YAML writes before it.
const commands = readFileSync(join(repository, "docs/ci.md"), "utf8")
  .split("```")
  .filter((_, i) => i % 2 === 1)
  .flatMap((block) => block.split("\n"))
  .flatMap((line) => /(npx demarc .*)$/.exec(line)?.[1] ?? []);

function shell(command) {
  const run = spawnSync("sh", ["-c", command], {
    cwd: project.path,
    encoding: "utf8",
    env: { PATH: `${project.path}/.bin:${process.env.PATH}`, HOME: process.env.HOME, LANG: "C.UTF-8" },
  });
  return { code: run.status, stdout: run.stdout, stderr: run.stderr };
}

test("the recipes of docs/ci.md run as they are written", { skip: needs("git", "tar") }, async (t) => {
  project.write(".bin/npx", `#!/bin/sh\nshift\nexec "${binary}" "$@"\n`);
  chmodSync(join(project.path, ".bin/npx"), 0o755);
  project.write(".gitignore", ".bin\nnode_modules\n");
  mkdirSync(join(project.path, "package/dist"), { recursive: true });
  project.write("package/package.json", JSON.stringify({ name: "p", version: "1.0.0", main: "dist/index.js" }));
  project.write("package/dist/index.js", `"use client";\nexport const x = 1;\n`);
  assert.equal(shell("tar -czf p-1.0.0.tgz package && rm -r package").code, 0);
  const identity = "-c user.name=t -c user.email=t@example.org -c commit.gpgsign=false";
  const made = shell(`git init -q -b main && git add -A && git ${identity} commit -q -m x && git update-ref refs/remotes/origin/main HEAD`);
  assert.equal(made.code, 0, made.stderr);

  assert.ok(commands.length >= 12, `only ${commands.length} commands were found`);
  for (const command of commands) {
    await t.test(command, () => {
      const run = shell(command);
      assert.ok([0, 1].includes(run.code), `exit ${run.code}: ${run.stderr}`);
    });
  }
});
