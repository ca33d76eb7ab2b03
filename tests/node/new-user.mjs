// docs/adopt-rwsdk.md, typed by somebody who has an app, an empty folder for it, and the two tarballs of scripts/pack.
//
// The commands are those of the page's first block; only the package's name is replaced by the tarballs, since nothing is
// published. Nothing else is done.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";

import { repository } from "./project.mjs";

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "demarc-new-user-")));
test.after(() => fs.rmSync(folder, { recursive: true, force: true }));
const app = path.join(folder, "app");
const store = path.join(repository, "fixtures/apps/redwood-store");
const toolchain = path.join(repository, "scripts/toolchain/node_modules/.bin");
const env = { ...process.env, PATH: `${toolchain}:${process.env.PATH}`, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" };
for (const name of ["DEMARC_NATIVE", "NODE_OPTIONS", "NODE_ENV"]) delete env[name];

const page = fs.readFileSync(path.join(repository, "docs/adopt-rwsdk.md"), "utf8");
const typed = /```console\n([^]*?)```/.exec(page)[1].split("\n").filter((line) => line.startsWith("$ ")).map((line) => line.slice(2));

const type = (command, more = {}) => {
  const child = spawnSync("sh", ["-c", command], { cwd: app, env: { ...env, ...more }, encoding: "utf8", maxBuffer: 1 << 28 });
  assert.equal(child.status, 0, `${command}\n${child.stdout}${child.stderr}`);
  return child.stdout + child.stderr;
};

test("the page has three commands", () => {
  assert.equal(typed.length, 3);
  assert.match(typed[0], /^npm install --save-dev demarc$/);
});

test("an app of one's own", () => {
  fs.cpSync(store, app, { recursive: true, filter: (file) => !/\/(node_modules|dist|\.wrangler)$/.test(file) });
  type("npm ci --no-audit --no-fund --ignore-scripts");
});

test("the install", () => {
  const packed = spawnSync("bash", [path.join(repository, "scripts/pack"), path.join(folder, "packed")], { encoding: "utf8" });
  assert.equal(packed.status, 0, packed.stderr);
  const tarballs = fs.readdirSync(path.join(folder, "packed")).filter((name) => name.endsWith(".tgz")).map((name) => path.join(folder, "packed", name));
  assert.equal(tarballs.length, 2);
  type(typed[0].replace(/demarc$/, tarballs.join(" ")));
});

test("the build", () => {
  const log = type(typed[1], { DEMARC_LOG: "info" });
  assert.match(log, /^demarc: scanned 3,\d{3} modules, .* 264 client, 2 server$/m);
  assert(fs.existsSync(path.join(app, "dist/client")) && fs.existsSync(path.join(app, "dist/worker")), log);
});

test("the dev server", { timeout: 180_000 }, async () => {
  const port = 20_000 + (process.pid % 20_000);
  const server = spawn("sh", ["-c", `${typed[2]} --port ${port} --strictPort --host 127.0.0.1`], {
    cwd: app,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...env, DEMARC_LOG: "info" },
  });
  let log = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (text) => (log += text));
  try {
    let response;
    while (!response?.ok) {
      assert.equal(server.exitCode, null, log);
      response = await fetch(`http://127.0.0.1:${port}/`).catch(() => new Promise((next) => setTimeout(next, 300)));
    }
    assert.match(await response.text(), /href="\/products\//);
    assert.match(log, /^demarc: scanned/m);
  } finally {
    process.kill(-server.pid, "SIGTERM");
  }
});
