// Measures demarc beside its peers and beside the cost of merely reading the same files, on one project, in one run.
//
//   perf/compare small|medium|large|huge|synthetic|all|DIR [--rounds N] [--peers LIST] [--json] [--write]
//                [--demarc PROGRAM] [--tools DIR]
//
//   small…     a corpus, generated first when it is not there (perf/corpus/generate.mjs says what they are); synthetic has
//              to be there; `all` is one after the other, with synthetic if it is there
//   DIR        an app with its packages installed, for example fixtures/apps/redwood-store
//   --rounds   how often every runner runs (default 7); the figures are medians. A runner that takes longer than 30 s
//              runs three times, one that takes longer than 100 s once: the table says so
//   --peers    names separated by commas, `none` or `all`; default: all but rwsdk-beta.53, and none on synthetic
//   --json     print JSON instead of a table
//   --write    put the table into perf/RESULTS.md as well, and that of large into README.md
//   --demarc   default: build/release/demarc        --tools  where measure and floor are; default: build/release/perf
//
// Every round runs every runner once, each in a process of its own, beginning with another one each time, so that
// whatever else the machine does meets all of them alike. Runs before the first round warm the page cache.
//
//   demarc    `demarc scan DIR --format json`: the whole process, from execve to its end
//   demarc-1  the same on one thread; demarc-64M and demarc-90%, on synthetic, the same under such a --max-memory
//   floor-N   open, read and close of exactly the files that demarc reached, and one listing of each directory they are
//             in or below the root above, on N threads: the work alone, without starting the process
//   rwsdk     runDirectivesScan of the app's rwsdk package: the call alone, which favours it, since Node, Vite and the
//             app's configuration have been loaded by then; `processWallMs` in the JSON has the whole process
//   others    perf/peers says what each does; measured like rwsdk
//
// Peak memory is VmHWM of each process (see measure.cc), those that live together added up. No runner may take more than
// 12 GB. A runner that fails is named with its reason, and the others are still measured. Exit 1 when demarc failed, did not
// print the same bytes each time, or a difference between its map and a peer's is of no known kind (differences.mjs).

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { CORPORA } from "./corpus/corpora.mjs";
import { CorpusError, generate, isGenerated } from "./corpus/generate.mjs";
import { differencesOfMaps, explain } from "./differences.mjs";
import { formatResult, writeReadme, writeResult } from "./results.mjs";
import { PEER_PROGRAMS, RunnerError, USUAL_PEERS, createRunners, hashOf } from "./runners.mjs";

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const USAGE = "usage: perf/compare CORPUS|all|DIR [--rounds N] [--peers LIST] [--json] [--write] [--demarc PROGRAM] [--tools DIR]";

class UsageError extends Error {}

function parseCommandLine() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "7" },
      peers: { type: "string" },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      demarc: { type: "string", default: path.join(REPOSITORY, "build/release/demarc") },
      tools: { type: "string", default: path.join(REPOSITORY, "build/release/perf") },
    },
  });
  const rounds = Number(values.rounds);
  if (positionals.length !== 1 || !Number.isInteger(rounds) || rounds < 1) throw new UsageError(USAGE);
  const tools = { demarc: values.demarc, measure: path.join(values.tools, "measure"), floor: path.join(values.tools, "floor") };
  for (const program of Object.values(tools)) {
    if (!fs.existsSync(program)) throw new UsageError(`${program} is missing: build it with scripts/build release`);
  }
  const names = positionals[0] === "all" ? Object.keys(CORPORA).filter((name) => name !== "synthetic" || isGenerated(name)) : positionals;
  return { ...values, ...tools, rounds, names };
}

function peersOf(list, name) {
  if (list === undefined) return name === "synthetic" ? [] : USUAL_PEERS;
  if (list === "none") return [];
  const names = list === "all" ? Object.keys(PEER_PROGRAMS) : list.split(",");
  for (const one of names) {
    if (!Object.hasOwn(PEER_PROGRAMS, one)) {
      throw new UsageError(`there is no peer '${one}'; there are ${Object.keys(PEER_PROGRAMS).join(", ")}`);
    }
  }
  return names;
}

/** The folder of a corpus or of an app that was named. */
function openApp(name) {
  if (Object.hasOwn(CORPORA, name)) return { app: generate(name), expected: CORPORA[name].modules };
  try {
    return { app: fs.realpathSync(name) };
  } catch {
    throw new UsageError(`${name} is neither a folder nor one of ${Object.keys(CORPORA).join(", ")}`);
  }
}

/** Runs demarc; its standard output, or a file with it. */
function askDemarc(options, args, output) {
  const stdout = output ? fs.openSync(output, "w") : "pipe";
  const child = spawnSync(options.demarc, args, { stdio: ["ignore", stdout, "pipe"], encoding: "utf8", maxBuffer: 1 << 28 });
  if (output) fs.closeSync(stdout);
  if (child.status !== 0) {
    throw new UsageError(`${options.demarc} ${args.join(" ")} ended with ${child.signal ?? `exit code ${child.status}`}\n${child.stderr}`);
  }
  return child.stdout;
}

/**
 * The graph as far as it is needed here, from NDJSON read line by line: that of a million modules is no JSON that Node
 * could parse. A scan under a small limit is what is measured; this one may take what it needs.
 */
async function readGraph(options) {
  const file = path.join(options.scratch, "graph.ndjson");
  askDemarc(options, ["scan", options.app, "--format", "ndjson", "--emit", "graph", "--max-memory", "90%"], file);
  const graph = { ids: [], version: "?", importers: new Map() };
  const keepsImporters = fs.statSync(file).size < 2 ** 28;
  for await (const line of readline.createInterface({ input: fs.createReadStream(file) })) {
    const record = JSON.parse(line);
    if (record.type === "begin") graph.version = record.tool.version;
    if (record.type !== "module") continue;
    graph.ids.push(record.id);
    if (!keepsImporters) continue;
    for (const { specifier, kind, targets } of record.imports ?? []) {
      for (const [environment, target] of Object.entries(targets ?? {})) {
        if (target === null) continue;
        if (!graph.importers.has(target)) graph.importers.set(target, []);
        graph.importers.get(target).push({ importer: record.id, specifier, kind, environment });
      }
    }
  }
  fs.rmSync(file);
  return graph;
}

/** The modules that imports lead to from the entries, without any glob; rwsdk's prescan makes more of them entries. */
function reachedWithoutGlobs({ importers }, entries) {
  const targets = new Map();
  for (const [target, edges] of importers) {
    for (const { importer, kind } of edges) {
      if (kind.includes("glob")) continue;
      if (!targets.has(importer)) targets.set(importer, []);
      targets.get(importer).push(target);
    }
  }
  const reached = new Set(entries);
  for (const id of reached) for (const target of targets.get(id) ?? []) reached.add(target);
  return reached;
}

/** A corpus has the modules that it was made to have, or its packages and the counts in corpora.mjs do not fit. */
function checkMix(ids, expected) {
  if (!expected) return;
  const found = {};
  for (const id of ids) found[path.extname(id)] = (found[path.extname(id)] ?? 0) + 1;
  const show = (mix) => Object.entries(mix).sort().map(([extension, count]) => `${count} ${extension}`).join(", ");
  if (show(found) !== show(expected)) console.error(`perf/compare: the corpus has ${show(found)}, not ${show(expected)}`);
}

/** The list for floor.cc: the reached files by directory, and every directory above them up to the root. */
function writeFloorList(root, ids, file) {
  const byDirectory = new Map();
  const addDirectory = (directory) => {
    if (byDirectory.has(directory)) return byDirectory.get(directory);
    const names = [];
    byDirectory.set(directory, names);
    const parent = path.dirname(directory);
    // Of a path outside the root the directories up to the file system's top are needed as well; listing "/" tells nothing.
    if (directory !== root && parent !== "/") addDirectory(parent);
    return names;
  };
  // An id is a path from the root, or an absolute one of a file outside.
  for (const id of ids) {
    const inside = root + id;
    const absolute = fs.existsSync(inside) ? inside : id;
    addDirectory(path.dirname(absolute)).push(path.basename(absolute));
  }
  const output = fs.openSync(file, "w");
  for (const [directory, names] of byDirectory) {
    fs.writeSync(output, `D${directory}\n${names.map((name) => `F${name}\n`).join("")}`);
  }
  fs.closeSync(output);
  return byDirectory.size;
}

function hashOfMap({ clientFiles, serverFiles }) {
  return hashOf(JSON.stringify({ clientFiles, serverFiles }));
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** reference: the hashes of demarc's map, and of its whole output, from a run before the measurement. */
function summarise(name, samples, modules, reference) {
  const hashes = [...new Set(samples.filter(({ map }) => map).map(({ map }) => hashOfMap(map)))];
  const walls = samples.map(({ wallMs }) => wallMs);
  const round = (value) => Math.round(value * 100) / 100;
  return {
    name,
    wallMs: round(median(walls)),
    cpuMs: round(median(samples.map(({ cpuMs }) => cpuMs))),
    peakBytes: Math.round(median(samples.map(({ peakBytes }) => peakBytes))),
    modules,
    // Null where there is no map; more than one hash means that the runs of one program did not agree.
    mapHash: hashes.length === 0 ? null : hashes.join("|"),
    sameMap: hashes.length === 0 ? null : hashes.length === 1 && hashes[0] === reference.map,
    // Of demarc alone: is every byte that it printed the same, on any number of threads and under any limit?
    ...(samples[0].outputHash === undefined ? {} : { sameOutput: samples.every(({ outputHash }) => outputHash === reference.output) }),
    rounds: samples.length,
    wallMsMin: round(Math.min(...walls)),
    wallMsMax: round(Math.max(...walls)),
    processWallMs: round(median(samples.map(({ processWallMs }) => processWallMs))),
    // What a host process held when the scan in it began; it is part of peakBytes.
    ...(samples[0].bytesBefore === undefined ? {} : { bytesBefore: Math.round(median(samples.map(({ bytesBefore }) => bytesBefore))) }),
  };
}

function roundsFor(wallMs, rounds) {
  if (wallMs > 100_000) return 1;
  return wallMs > 30_000 ? Math.min(3, rounds) : rounds;
}

/** Samples by runner's name, and why others have none. */
function measureAll(runners, rounds) {
  const samples = new Map();
  const modules = new Map();
  const planned = new Map();
  const failed = [];
  const attempt = (runner, action) => {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof RunnerError)) throw error;
      console.error(`perf/compare: ${runner.name} ${error.message}`);
      failed.push({ name: runner.name, error: error.message });
      samples.delete(runner.name);
      planned.delete(runner.name);
      return null;
    }
  };
  const progress = (text) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`);

  for (const runner of runners) {
    progress(`warming up ${runner.name}`);
    attempt(runner, () => {
      runner.install?.();
      const warm = { ...runner.run(), ...runner.warmUp?.() };
      planned.set(runner.name, roundsFor(warm.processWallMs, rounds));
      modules.set(runner.name, warm.modules);
      samples.set(runner.name, []);
    });
  }
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < runners.length; i++) {
      const runner = runners[(round + i) % runners.length];
      if (!(round < planned.get(runner.name))) continue;
      progress(`round ${round + 1} of ${rounds}: ${runner.name}`);
      attempt(runner, () => samples.get(runner.name).push(runner.run()));
    }
  }
  progress("");
  return { samples, modules, failed };
}

function versionOf(directory) {
  try {
    return JSON.parse(fs.readFileSync(path.join(directory, "package.json"), "utf8")).version;
  } catch {
    return undefined;
  }
}

function versionsOf(app, graph, names) {
  const peers = path.join(REPOSITORY, "perf/peers/node_modules");
  const of = (name) => versionOf(path.join(peers, name));
  const found = { demarc: graph.version };
  const add = (prefix, ...packages) => {
    if (names.some((name) => name.startsWith(prefix))) for (const name of packages) found[name] = of(name);
  };
  if (names.includes("rwsdk")) {
    found.rwsdk = versionOf(path.join(app, "node_modules/rwsdk"));
    found.Vite = versionOf(path.join(app, "node_modules/vite"));
  }
  add("esbuild", "esbuild");
  add("rolldown", "rolldown");
  add("plugin-rsc", "@vitejs/plugin-rsc");
  add("node-", "oxc-resolver");
  add("node-oxc", "oxc-parser");
  add("node-lexer", "oxc-parser", "es-module-lexer");
  return { ...found, Node: process.version.slice(1) };
}

function ratio(of, to) {
  if (!of || !to) return null;
  const round = (value) => Number(value.toPrecision(3));
  return { wall: round(of.wallMs / to.wallMs), cpu: round(of.cpuMs / to.cpuMs), peak: round(of.peakBytes / to.peakBytes) };
}

function ratiosOf(runners) {
  const by = Object.fromEntries(runners.map((runner) => [runner.name, runner]));
  const fastest = runners
    .filter(({ name, sameMap }) => sameMap && Object.hasOwn(PEER_PROGRAMS, name))
    .sort((a, b) => a.wallMs - b.wallMs)[0];
  return {
    rwsdkToDemarc: ratio(by.rwsdk, by.demarc),
    fastestPeer: fastest?.name ?? null,
    fastestPeerToDemarc: ratio(fastest, by.demarc),
    demarcToFloor1: ratio(by.demarc, by["floor-1"]),
    demarcToFloor2: ratio(by.demarc, by["floor-2"]),
    // What a second thread gives, to demarc and to mere reading.
    demarc1ToDemarc: ratio(by["demarc-1"], by.demarc),
    floor1ToFloor2: ratio(by["floor-1"], by["floor-2"]),
  };
}

async function compare(name, options) {
  const { app, expected } = openApp(name);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "demarc-compare-"));
  try {
    const base = { ...options, app, scratch, list: path.join(scratch, "files.list"), project: path.join(scratch, "project.json") };
    fs.writeFileSync(base.project, askDemarc(base, ["doctor", app, "--format", "json"]));
    const printed = askDemarc(base, ["scan", app, "--format", "json", "--max-memory", "90%"]);
    const reference = JSON.parse(printed);
    const graph = await readGraph(base);
    checkMix(graph.ids, expected);
    const directories = writeFloorList(app, graph.ids, base.list);

    const runners = createRunners({
      ...base,
      modules: graph.ids.length,
      peers: peersOf(options.peers, name),
      memoryLimits: name === "synthetic" ? ["64M", "90%"] : [],
    });
    const { samples, modules, failed } = measureAll(runners, options.rounds);
    const measured = runners.filter((runner) => samples.get(runner.name)?.length > 0).map((runner) => runner.name);
    const hashes = { map: hashOfMap(reference), output: hashOf(printed) };
    const summaries = measured.map((one) => summarise(one, samples.get(one), modules.get(one), hashes));

    const { entries } = JSON.parse(fs.readFileSync(base.project, "utf8"));
    const withoutGlobs = reachedWithoutGlobs(graph, entries.map((entry) => `/${entry.path}`));
    const ids = new Set(graph.ids);
    const context = {
      importersOf: (file) => graph.importers.get(file) ?? [],
      serverEnvironment: entries[0]?.environment,
      isModule: (file) => ids.has(file),
      needsGlob: (file) => !withoutGlobs.has(file),
      hasServerFunction: (file) =>
        reference.directives.some((one) => one.file === file && one.level === "function" && one.value === "use server"),
    };
    const differences = summaries
      .filter(({ sameMap, name: one }) => sameMap === false && Object.hasOwn(PEER_PROGRAMS, one))
      .map(({ name: one }) => ({ peer: one, files: explain(one, differencesOfMaps(reference, samples.get(one)[0].map), context) }));

    return {
      name: Object.hasOwn(CORPORA, name) ? name : path.basename(app),
      app,
      rounds: options.rounds,
      date: new Date().toISOString().slice(0, 10),
      machine: {
        cpus: os.availableParallelism(),
        model: os.cpus()[0].model,
        memoryBytes: os.totalmem(),
        kernel: os.release(),
        load: Math.round(os.loadavg()[0] * 100) / 100,
      },
      versions: versionsOf(app, graph, measured),
      modules: graph.ids.length,
      directories,
      directiveModules: new Set([...reference.clientFiles, ...reference.serverFiles]).size,
      runners: summaries,
      failed,
      ratios: ratiosOf(summaries),
      mapDifferences: differences,
    };
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

try {
  const options = parseCommandLine();
  const results = [];
  for (const name of options.names) {
    const result = await compare(name, options);
    results.push(result);
    if (!options.json) console.log(`${results.length > 1 ? "\n" : ""}${formatResult(result)}`);
    if (options.write) writeResult(result);
    if (options.write && name === "large") writeReadme(result);
    const isUnexplained = ({ files }) => files.some(({ kind }) => kind === null);
    const isWrong =
      result.failed.some((one) => one.name.startsWith("demarc")) ||
      result.runners.some(({ sameOutput }) => sameOutput === false) ||
      result.mapDifferences.some(isUnexplained);
    if (isWrong) process.exitCode = 1;
  }
  if (options.json) console.log(JSON.stringify(results.length === 1 ? results[0] : results, null, 2));
} catch (error) {
  const isExpected = error instanceof UsageError || error instanceof CorpusError;
  console.error(isExpected ? `perf/compare: ${error.message}` : error);
  process.exitCode = 2;
}
