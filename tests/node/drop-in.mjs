// Builds an app with its framework's own scan and with demarc's in its place, and compares the two folders file by file.
//
//   tests/drop-in APP [--keep]
//
// The builds run one after another in the app's folder; each one's dist is moved to build/drop-in/APP/NAME. rwsdk's own
// scan finds files in a racy order that shows in its output, so a third build takes that order away, and nothing else
// (sorted-stock.mjs): what differs from it is a real difference. The last line is the result; exit 1 unless identical.
import { spawnSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { fileURLToPath, pathToFileURL } from "node:url";

import { frameworkOf } from "../reference/vite-build.mjs";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const npmPackage = path.join(repository, "node-binding/npm/demarc");

/** Path below the folder -> hash of the bytes. */
function hashes(folder) {
  const found = new Map();
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    found.set(path.relative(folder, file), crypto.createHash("sha256").update(fs.readFileSync(file)).digest("hex"));
  }
  return found;
}

function compare(a, b) {
  const names = [...new Set([...a.keys(), ...b.keys()])].sort();
  return names.filter((name) => a.get(name) !== b.get(name));
}

function build(app, to, imports, settings = {}) {
  fs.rmSync(path.join(app, "dist"), { recursive: true, force: true });
  const vite = path.join(app, "node_modules/vite/bin/vite.js");
  const args = [...imports.flatMap((file) => ["--import", pathToFileURL(file).href]), vite, "build"];
  const begin = performance.now();
  const child = spawnSync(process.execPath, args, {
    cwd: app,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: {
      ...process.env,
      NODE_ENV: "production",
      WRANGLER_SEND_METRICS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      ...settings,
    },
  });
  const seconds = (performance.now() - begin) / 1000;
  if (child.status !== 0) {
    process.stderr.write(child.stdout + child.stderr);
    throw new Error(`the build ended with ${child.signal ?? `exit code ${child.status}`}`);
  }
  fs.rmSync(to, { recursive: true, force: true });
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.renameSync(path.join(app, "dist"), to);
  return { seconds, log: child.stdout + child.stderr, files: hashes(to) };
}

const { positionals } = parseArgs({ allowPositionals: true });
if (positionals.length !== 1) {
  console.error("usage: tests/drop-in APP");
  process.exit(2);
}
const app = fs.realpathSync(positionals[0]);
const framework = frameworkOf(app);
const folder = path.join(repository, "build/drop-in", path.basename(app));
const native = { DEMARC_NATIVE: process.env.DEMARC_NATIVE ?? path.join(repository, "build/release"), DEMARC_LOG: "info" };
const seconds = (run) => run.seconds.toFixed(1);

if (framework !== "rwsdk") {
  console.error(`tests/drop-in: ${app} is built by ${framework}, whose scan no --import replaces`);
  process.exit(2);
}
const stock = build(app, path.join(folder, "stock"), []);
const sorted = build(app, path.join(folder, "sorted"), [path.join(repository, "tests/node/sorted-stock.mjs")]);
const ours = build(app, path.join(folder, "demarc"), [path.join(npmPackage, "register.js")], native);

const cost = /^demarc: .*$/m.exec(ours.log)?.[0];
if (!cost) {
  console.error("the build with --import demarc/register never called demarc");
  process.exit(1);
}
console.log(cost);
const racy = compare(stock.files, sorted.files);
console.log(`stock in ${seconds(stock)} s, sorted ${seconds(sorted)} s, demarc ${seconds(ours)} s`);
if (racy.length > 0) console.log(`stock and stock with its sets in order differ in ${racy.length} file names or contents: the order in which rwsdk's scan finds files is racy`);
const differences = compare(sorted.files, ours.files);
for (const name of differences) {
  const what = !sorted.files.has(name) ? "only with demarc" : !ours.files.has(name) ? "only in stock" : "different";
  console.log(`${what}: ${name}`);
}
if (differences.length > 0) {
  console.log(`${path.basename(app)}: ${differences.length} differences; see ${path.relative(process.cwd(), folder)}`);
  process.exit(1);
}
console.log(`${path.basename(app)}: identical, ${ours.files.size} files`);
