// Builds an app with its framework's own scan and with demarc's in its place, and compares the two folders file by file.
//
//   tests/drop-in APP [--keep]
//
// The builds run one after another in the app's folder; each one's dist is moved to build/drop-in/APP/NAME. Frameworks'
// own scans find files in a racy order that shows in their output, so a third build takes that order away, and nothing
// else (sorted-stock.mjs, rsc-build.mjs): what differs from it is a real difference. plugin-rsc writes a random key with
// every build into a file of its own. The last line is the result; exit 1 unless identical.
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

/** Without the line that is random in each build; the file stays, so that it has to be there. */
function withoutKey(files, folder) {
  for (const name of files.keys()) {
    if (!name.endsWith("__vite_rsc_encryption_key.js")) continue;
    const text = fs.readFileSync(path.join(folder, name), "utf8");
    if (/^export default "[\w+/]{43}=";\n$/.test(text)) files.set(name, "a key");
  }
  return files;
}

function build(app, to, args, settings = {}) {
  fs.rmSync(path.join(app, "dist"), { recursive: true, force: true });
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
  return { seconds, log: child.stdout + child.stderr, files: withoutKey(hashes(to), to) };
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

const fails = (message) => {
  console.error(`tests/drop-in: ${message}`);
  process.exit(2);
};

/** rwsdk's scan is replaced from outside the project. */
function buildRwsdk() {
  const vite = [path.join(app, "node_modules/vite/bin/vite.js"), "build"];
  const after = (file) => ["--import", pathToFileURL(file).href, ...vite];
  const stock = build(app, path.join(folder, "stock"), vite);
  const sorted = build(app, path.join(folder, "sorted"), after(path.join(repository, "tests/node/sorted-stock.mjs")));
  const ours = build(app, path.join(folder, "demarc"), after(path.join(npmPackage, "register.js")), native);
  console.log(/^demarc: .*$/m.exec(ours.log)?.[0] ?? fails("the build with --import demarc/register never called demarc"));
  return { stock, sorted, ours };
}

/** plugin-rsc's and Waku's by a plugin. */
function buildRsc() {
  const program = path.join(repository, "tests/node/rsc-build.mjs");
  const [stock, sorted, ours] = ["stock", "sorted", "demarc"].map((mode) => {
    const run = build(app, path.join(folder, mode), [program, app, mode], native);
    run.cost = JSON.parse(run.log.split("\n").find((line) => line.startsWith('{"scanMs"')));
    const { scanMs, scanCpuMs, rssMiB } = run.cost;
    console.log(`${mode.padEnd(6)}  scan phase ${scanMs} ms, ${scanCpuMs} ms of processor, ${rssMiB} MiB resident at its end`);
    return run;
  });
  if (/run as they are/.test(ours.log)) fails(`demarc stepped aside:\n${ours.log}`);
  return { stock, sorted, ours };
}

const builds = { rwsdk: buildRwsdk, "plugin-rsc": buildRsc, waku: buildRsc };
if (!builds[framework]) fails(`${app} is built by ${framework}, which demarc has no adapter for`);
const { stock, sorted, ours } = builds[framework]();
const racy = compare(stock.files, sorted.files);
console.log(`stock in ${seconds(stock)} s, sorted ${seconds(sorted)} s, demarc ${seconds(ours)} s`);
if (racy.length > 0) console.log(`stock and stock with its sets in order differ in ${racy.length} file names or contents: the order in which its scan finds files is racy`);
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
