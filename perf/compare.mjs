// Measures demarc beside rwsdk's own scan and beside the cost of reading the same files, on one app, in one run.
//
//   perf/compare small|medium|large|DIR [--rounds N] [--json] [--demarc PROGRAM] [--tools DIR]
//
//   small…     a corpus, generated first when it is not there (perf/corpus/generate.mjs says what they are)
//   DIR        a RedwoodSDK app with its packages installed, for example fixtures/apps/redwood-store
//   --rounds   how often every runner runs (default 7); the figures are medians
//   --json     print JSON instead of a table
//   --demarc   default: build/release/demarc        --tools  where measure and floor are; default: build/release/perf
//
// Every round runs every runner once, each in a process of its own, beginning with another one each time, so that
// whatever else the machine does meets all of them alike. Runs before the first round warm the page cache.
//
//   demarc    `demarc scan DIR --format json`: the whole process, from execve to its end
//   demarc-1  the same on one thread
//   floor-N   open, read and close of exactly the files that demarc reached, and one listing of each directory they are
//             in or below the root above, on N threads: the work alone, without starting the process
//   rwsdk     runDirectivesScan of the app's rwsdk package: the call alone, which favours it, since Node, Vite and the
//             app's configuration have been loaded by then; `processWallMs` in the JSON has the whole process
//
// Peak memory is VmHWM of each process (see measure.cc), for rwsdk Node and esbuild's service together.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { CORPORA } from "./corpus/corpora.mjs";
import { CorpusError, generate } from "./corpus/generate.mjs";

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

class UsageError extends Error {}

function parseCommandLine() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "7" },
      json: { type: "boolean", default: false },
      demarc: { type: "string", default: path.join(REPOSITORY, "build/release/demarc") },
      tools: { type: "string", default: path.join(REPOSITORY, "build/release/perf") },
    },
  });
  const rounds = Number(values.rounds);
  if (positionals.length !== 1 || !Number.isInteger(rounds) || rounds < 1) {
    throw new UsageError("usage: perf/compare CORPUS|DIR [--rounds N] [--json] [--demarc PROGRAM] [--tools DIR]");
  }
  const options = { ...values, rounds, measure: path.join(values.tools, "measure"), floor: path.join(values.tools, "floor") };
  for (const program of [options.demarc, options.measure, options.floor]) {
    if (!fs.existsSync(program)) {
      throw new UsageError(`${program} is missing: build it with 'cmake --preset release && cmake --build --preset release'`);
    }
  }
  const [name] = positionals;
  if (Object.hasOwn(CORPORA, name)) return { ...options, app: generate(name), expected: CORPORA[name].modules };
  try {
    return { ...options, app: fs.realpathSync(name) };
  } catch {
    throw new UsageError(`${name} is neither a folder nor one of ${Object.keys(CORPORA).join(", ")}`);
  }
}

/** Runs a command under `measure`; what it printed comes back parsed, beside what it cost. */
function run({ measure, scratch }, command) {
  const report = path.join(scratch, "report.json");
  const output = path.join(scratch, "output.json");
  const stdout = fs.openSync(output, "w");
  const child = spawnSync(measure, [report, ...command], { stdio: ["ignore", stdout, "pipe"], encoding: "utf8" });
  fs.closeSync(stdout);
  if (child.status !== 0) {
    throw new UsageError(`${command.join(" ")}\n  ended with ${child.signal ?? `exit code ${child.status}`}\n${child.stderr}`);
  }
  return { cost: JSON.parse(fs.readFileSync(report, "utf8")), answer: JSON.parse(fs.readFileSync(output, "utf8")) };
}

/** The list for floor.cc: the reached files by directory, and every directory above them up to the root. */
function writeFloorList(root, modules, file) {
  const byDirectory = new Map();
  const addDirectory = (directory) => {
    if (byDirectory.has(directory)) return;
    byDirectory.set(directory, []);
    const parent = path.dirname(directory);
    // Of a path outside the root the directories up to the file system's top are needed as well; listing "/" tells nothing.
    if (directory !== root && parent !== "/") addDirectory(parent);
  };
  for (const { id } of modules) {
    const inside = path.join(root, id);
    const absolute = fs.existsSync(inside) ? inside : id;
    addDirectory(path.dirname(absolute));
    byDirectory.get(path.dirname(absolute)).push(path.basename(absolute));
  }
  const lines = [...byDirectory].map(([directory, names]) => `D${directory}\n${names.map((name) => `F${name}\n`).join("")}`);
  fs.writeFileSync(file, lines.join(""));
}

function hashOfMap({ clientFiles, serverFiles }) {
  return createHash("sha256").update(JSON.stringify({ clientFiles, serverFiles })).digest("hex").slice(0, 16);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The runners: how to run each once, and which figures of that run are its own. */
function createRunners(options, list, modules) {
  const rwsdkScan = path.join(REPOSITORY, "tests/reference/rwsdk-scan.mjs");
  const demarc = (name, ...args) => ({
    name,
    modules: modules.demarc,
    run() {
      const { cost, answer } = run(options, [options.demarc, "scan", options.app, "--format", "json", ...args]);
      const { wallMs, cpuMs, peakBytes } = cost;
      return { wallMs, cpuMs, peakBytes, processWallMs: wallMs, map: answer };
    },
  });
  const floor = (threads) => ({
    name: `floor-${threads}`,
    modules: modules.demarc,
    run() {
      const { cost, answer } = run(options, [options.floor, String(threads), list]);
      return { wallMs: answer.wallMs, cpuMs: answer.cpuMs, peakBytes: cost.peakBytes, processWallMs: cost.wallMs };
    },
  });
  return [
    demarc("demarc"),
    demarc("demarc-1", "--threads", "1"),
    floor(1),
    floor(2),
    {
      name: "rwsdk",
      modules: modules.rwsdk,
      run() {
        const { cost, answer } = run(options, [process.execPath, rwsdkScan, options.app]);
        return {
          wallMs: answer.wallMs,
          cpuMs: answer.cpuMs,
          peakBytes: cost.peakBytes,
          bytesBefore: answer.rssBefore,
          processWallMs: cost.wallMs,
          map: answer,
        };
      },
    },
  ];
}

function summarise(runner, samples, demarcHash) {
  const hashes = [...new Set(samples.filter(({ map }) => map).map(({ map }) => hashOfMap(map)))];
  const walls = samples.map(({ wallMs }) => wallMs);
  const round = (value) => Math.round(value * 100) / 100;
  return {
    name: runner.name,
    wallMs: round(median(walls)),
    cpuMs: round(median(samples.map(({ cpuMs }) => cpuMs))),
    peakBytes: Math.round(median(samples.map(({ peakBytes }) => peakBytes))),
    modules: runner.modules,
    // Null where there is no map; more than one hash means that the runs of one program did not agree.
    mapHash: hashes.length === 0 ? null : hashes.join("|"),
    sameMap: hashes.length === 0 ? null : hashes.length === 1 && hashes[0] === demarcHash,
    wallMsMin: round(Math.min(...walls)),
    wallMsMax: round(Math.max(...walls)),
    processWallMs: round(median(samples.map(({ processWallMs }) => processWallMs))),
    // What a host process held when the scan in it began; it is part of peakBytes.
    ...(samples[0].bytesBefore === undefined ? {} : { bytesBefore: Math.round(median(samples.map(({ bytesBefore }) => bytesBefore))) }),
  };
}

function differencesOfMaps(ours, theirs) {
  const found = [];
  for (const set of ["clientFiles", "serverFiles"]) {
    const [a, b] = [new Set(ours[set]), new Set(theirs[set])];
    for (const id of a) if (!b.has(id)) found.push({ set, file: id, only: "demarc" });
    for (const id of b) if (!a.has(id)) found.push({ set, file: id, only: "rwsdk" });
  }
  return found;
}

/** A corpus has the modules that it was made to have, or its packages and the counts in corpora.mjs do not fit. */
function checkMix(modules, expected) {
  if (!expected) return;
  const found = {};
  for (const { id } of modules) found[path.extname(id)] = (found[path.extname(id)] ?? 0) + 1;
  const show = (mix) => Object.entries(mix).sort().map(([extension, count]) => `${count} ${extension}`).join(", ");
  if (show(found) !== show(expected)) console.error(`perf/compare: the corpus has ${show(found)}, not ${show(expected)}`);
}

function versionOf(app, name) {
  return JSON.parse(fs.readFileSync(path.join(app, "node_modules", name, "package.json"), "utf8")).version;
}

function printTable(result) {
  const mib = (bytes) => (bytes / 2 ** 20).toFixed(1);
  const { machine, versions } = result;
  console.log(
    `${path.basename(result.app)}: medians of ${result.rounds} interleaved rounds, warm page cache; ${machine.cpus} x ${machine.model}, load ${machine.load}`,
  );
  console.log(`demarc ${versions.demarc}, rwsdk ${versions.rwsdk}, Vite ${versions.vite}, Node ${versions.node}\n`);
  const rows = [["runner", "wall ms", "min", "max", "cpu ms", "peak MiB", "modules", "map"]];
  for (const runner of result.runners) {
    rows.push([
      runner.name,
      runner.wallMs.toFixed(1),
      runner.wallMsMin.toFixed(1),
      runner.wallMsMax.toFixed(1),
      runner.cpuMs.toFixed(1),
      mib(runner.peakBytes),
      String(runner.modules),
      runner.sameMap === null ? "-" : runner.name === "demarc" ? runner.mapHash : runner.sameMap ? "same" : "DIFFERS",
    ]);
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("  ").trimEnd());
  }
  const { ratios } = result;
  console.log(
    `\nrwsdk / demarc: ${ratios.rwsdkToDemarc.wall} x wall, ${ratios.rwsdkToDemarc.cpu} x cpu, ${ratios.rwsdkToDemarc.peak} x peak memory` +
      `\ndemarc / floor-1: ${ratios.demarcToFloor1.wall} x wall; demarc / floor-2: ${ratios.demarcToFloor2.wall} x wall` +
      "\nwall: demarc's whole process; rwsdk's call of its scan alone; the floor's reading alone (perf/compare.mjs says why)" +
      `\npeak: of rwsdk's, ${mib(result.runners.find(({ name }) => name === "rwsdk").bytesBefore)} MiB were Node, Vite and its plugins before the scan began`,
  );
  for (const { set, file, only } of result.mapDifferences) console.log(`only in ${only}: ${set} ${file}`);
}

function ratio(of, to) {
  const round = (value) => Number(value.toPrecision(3));
  return { wall: round(of.wallMs / to.wallMs), cpu: round(of.cpuMs / to.cpuMs), peak: round(of.peakBytes / to.peakBytes) };
}

function main() {
  const options = parseCommandLine();
  options.scratch = fs.mkdtempSync(path.join(os.tmpdir(), "demarc-compare-"));
  try {
    const graph = run(options, [options.demarc, "scan", options.app, "--format", "json", "--emit", "graph"]).answer;
    checkMix(graph.modules, options.expected);
    const observed = run(options, [
      process.execPath,
      path.join(REPOSITORY, "tests/reference/rwsdk-scan.mjs"),
      options.app,
      "--visited",
    ]).answer;
    const list = path.join(options.scratch, "files.list");
    writeFloorList(options.app, graph.modules, list);

    const runners = createRunners(options, list, { demarc: graph.modules.length, rwsdk: observed.modules });
    const samples = new Map(runners.map(({ name }) => [name, []]));
    for (const runner of runners) runner.run();
    for (let round = 0; round < options.rounds; round++) {
      for (let i = 0; i < runners.length; i++) {
        const runner = runners[(round + i) % runners.length];
        samples.get(runner.name).push(runner.run());
      }
      if (process.stderr.isTTY) process.stderr.write(`\rround ${round + 1} of ${options.rounds} `);
    }
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");

    const demarcHash = hashOfMap(samples.get("demarc")[0].map);
    const summaries = runners.map((runner) => summarise(runner, samples.get(runner.name), demarcHash));
    const [demarc, , floor1, floor2, rwsdk] = summaries;
    const result = {
      app: options.app,
      rounds: options.rounds,
      machine: {
        cpus: os.availableParallelism(),
        model: os.cpus()[0].model,
        kernel: os.release(),
        load: Math.round(os.loadavg()[0] * 100) / 100,
      },
      versions: {
        demarc: graph.tool.version ?? "?",
        rwsdk: versionOf(options.app, "rwsdk"),
        vite: versionOf(options.app, "vite"),
        node: process.version,
      },
      runners: summaries,
      ratios: {
        rwsdkToDemarc: ratio(rwsdk, demarc),
        demarcToFloor1: ratio(demarc, floor1),
        demarcToFloor2: ratio(demarc, floor2),
      },
      mapDifferences: differencesOfMaps(samples.get("demarc")[0].map, samples.get("rwsdk")[0].map),
    };
    if (options.json) console.log(JSON.stringify(result, null, 2));
    else printTable(result);
  } finally {
    fs.rmSync(options.scratch, { recursive: true, force: true });
  }
}

try {
  main();
} catch (error) {
  console.error(error instanceof UsageError || error instanceof CorpusError ? `perf/compare: ${error.message}` : error);
  process.exitCode = 2;
}
