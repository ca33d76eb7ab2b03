// Gates against becoming slower or larger that a busy machine cannot disturb: nothing here is timed.
//
//   perf/gates [--full] [PROJECT…]            measures and compares with what is on record
//   perf/gates --update [PROJECT…]            measures and records; without names, everything
//
//   PROJECT   by default the fixture apps that are installed anyway; --full adds the corpora of perf/corpus
//
//   instructions.snap   instructions that `demarc scan --threads 1` executes, counted by callgrind; may differ by 5 %
//   memory.snap         stats.memory.peakBytes of such a scan, the median of five; may differ by 1 %
//
// A figure that is lower by more than that fails as well: what is gained has to be recorded before it can be kept.
//
// Repeated counts differ by less than 0.1 %, repeated peaks by 0.3 %. What would move them is fixed: one thread; the same
// path of the root, /mnt/app, in a mount namespace (2 % of the instructions and of the memory depend on its length); no
// environment variables; the code for AVX2, which callgrind can run; the compiler that the record names. Where one of
// these is not to be had, nothing is compared: exit 77, and the last line says why.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { CORPORA } from "./corpus/corpora.mjs";
import { generate } from "./corpus/generate.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REPOSITORY = path.resolve(HERE, "..");
const APPS = path.join(REPOSITORY, "fixtures/apps");
const PROGRAM = path.join(REPOSITORY, "build/release/demarc");
const QUICK = ["redwood-store", "rsc-atlas"];
const FULL = [...QUICK, "small", "medium", "large", "huge"];
const ROOT = "/mnt/app";
const RUNS_FOR_PEAK = 5;

const GATES = [
  { name: "instructions", file: path.join(HERE, "instructions.snap"), tolerance: 0.05, measure: countInstructions },
  { name: "peak bytes", file: path.join(HERE, "memory.snap"), tolerance: 0.01, measure: measurePeak },
];

/** What keeps this machine from measuring what is on record. */
class Unsuitable extends Error {}
class UsageError extends Error {}

/** Runs demarc on an app that is seen as /mnt/app, in a mount namespace of its own. */
function runAtFixedRoot(app, command) {
  const script = `mount -t tmpfs tmpfs /mnt && mkdir ${ROOT} && mount --bind "$1" ${ROOT} && shift && exec "$@"`;
  const child = spawnSync("unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", app, ...command], {
    env: { PATH: "/usr/bin:/bin" },
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (child.error || child.status !== 0) {
    throw new Error(`${command.join(" ")} on ${app} ended with ${child.error?.message ?? child.signal ?? `exit code ${child.status}`}\n${child.stderr}`);
  }
  return child;
}

const scan = [PROGRAM, "scan", ROOT, "--threads", "1", "--format", "json"];

function countInstructions(app) {
  const { stderr } = runAtFixedRoot(app, ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", ...scan]);
  const count = Number(/Collected : (\d+)/.exec(stderr)?.[1]);
  if (!(count > 0)) throw new Error(`callgrind did not say how many instructions it counted:\n${stderr}`);
  return count;
}

function measurePeak(app) {
  const peaks = Array.from({ length: RUNS_FOR_PEAK }, () => {
    const { stdout } = runAtFixedRoot(app, [...scan, "--stats"]);
    return JSON.parse(stdout).stats.memory.peakBytes;
  });
  return peaks.sort((a, b) => a - b)[RUNS_FOR_PEAK >> 1];
}

/** The compiler of the release build, such as "GNU 12.2.0". */
function compilerOfBuild() {
  const folder = path.join(REPOSITORY, "build/release/CMakeFiles");
  const version = fs.readdirSync(folder).find((name) => /^\d+\.\d+/.test(name));
  const text = fs.readFileSync(path.join(folder, version, "CMakeCXXCompiler.cmake"), "utf8");
  const value = (name) => new RegExp(`set\\(${name} "([^"]*)"\\)`).exec(text)?.[1];
  return `${value("CMAKE_CXX_COMPILER_ID")} ${value("CMAKE_CXX_COMPILER_VERSION")}`;
}

function checkMachine() {
  if (!fs.existsSync(PROGRAM)) throw new UsageError(`${PROGRAM} is missing: build it with scripts/build release`);
  if (spawnSync("valgrind", ["--version"]).error) throw new Unsuitable("valgrind is not installed; scripts/setup --tests does that");
  const flags = /^flags\s*:(.*)$/m.exec(fs.readFileSync("/proc/cpuinfo", "utf8"))?.[1].split(" ") ?? [];
  if (!flags.includes("avx2") || !flags.includes("bmi1")) throw new Unsuitable("the processor has no AVX2, and other code would run");
  try {
    runAtFixedRoot(HERE, ["true"]);
  } catch {
    throw new Unsuitable("a root of fixed length needs a mount namespace, and this user may not make one");
  }
}

/** { compiler, figures: Map } of a record; `# compiler: …` and a line for each project. */
export function parseRecord(text) {
  const compiler = /^# compiler: (.*)$/m.exec(text)?.[1];
  const figures = new Map([...text.matchAll(/^([\w-]+) (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]));
  return { compiler, figures };
}

export function formatRecord({ compiler, figures }) {
  return `# compiler: ${compiler}\n${[...figures].map(([name, value]) => `${name} ${value}\n`).join("")}`;
}

/** A line about a figure, and whether it may stay. */
export function judge(name, measured, recorded, tolerance) {
  if (recorded === undefined) return { ok: false, line: `${name}: ${measured}, and none is on record` };
  const change = measured / recorded - 1;
  const percent = `${change < 0 ? "" : "+"}${(100 * change).toFixed(2)} %`;
  const line = `${name}: ${measured}, on record ${recorded}, ${percent}`;
  if (Math.abs(change) <= tolerance) return { ok: true, line };
  return { ok: false, line: `${line}: ${change > 0 ? "too much" : "better; record it with perf/gates --update"}` };
}

// A file that changed within the last seconds may be read twice by a scan, because its time may not tell the next change.
const SECONDS_TO_SETTLE = 10;

function settle(app) {
  const marks = [".generated", "node_modules/.installed-lock.json"].map((name) => path.join(app, name)).filter(fs.existsSync);
  const changed = Math.max(...marks.map((file) => fs.statSync(file).ctimeMs));
  const wait = changed + 1000 * SECONDS_TO_SETTLE - Date.now();
  if (wait > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
}

function openProject(name) {
  const app = Object.hasOwn(CORPORA, name) ? generate(name) : path.join(APPS, name);
  if (!fs.existsSync(path.join(app, "node_modules"))) throw new UsageError(`${name} is not installed: scripts/fixtures install ${name}`);
  settle(app);
  return app;
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { full: { type: "boolean", default: false }, update: { type: "boolean", default: false } },
  });
  const unknown = positionals.find((name) => !FULL.includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no project '${unknown}'; there are ${FULL.join(", ")}`);
  const names = positionals.length > 0 ? positionals : values.full || values.update ? FULL : QUICK;
  checkMachine();

  const compiler = compilerOfBuild();
  const records = GATES.map(({ file }) => (fs.existsSync(file) ? parseRecord(fs.readFileSync(file, "utf8")) : { compiler, figures: new Map() }));
  for (const record of records) {
    if (record.compiler !== compiler && !values.update) {
      throw new Unsuitable(`the record is that of ${record.compiler}, and the program was built by ${compiler}`);
    }
  }
  let ok = true;
  for (const name of names) {
    const app = openProject(name);
    GATES.forEach((gate, i) => {
      const measured = gate.measure(app);
      const verdict = judge(`${name}, ${gate.name}`, measured, records[i].figures.get(name), gate.tolerance);
      records[i].figures.set(name, measured);
      ok &&= verdict.ok;
      console.log(verdict.line);
    });
  }
  if (!values.update) return ok ? 0 : 1;
  GATES.forEach(({ file }, i) => {
    const ordered = FULL.filter((name) => records[i].figures.has(name)).map((name) => [name, records[i].figures.get(name)]);
    fs.writeFileSync(file, formatRecord({ compiler, figures: ordered }));
  });
  return 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    process.exitCode = main();
  } catch (error) {
    const expected = error instanceof Unsuitable || error instanceof UsageError;
    console.error(expected ? `perf/gates: ${error.message}` : error);
    process.exitCode = error instanceof Unsuitable ? 77 : 2;
  }
}
