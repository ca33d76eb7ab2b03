// What perf/compare measures: how each runner is started, and which figures of a run are its own.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REPOSITORY = path.resolve(HERE, "..");
const PEERS = path.join(HERE, "peers");
const BETA = path.join(PEERS, "rwsdk-beta");
const MEMORY_CAP_BYTES = 12e9;

/** A runner that could not be run; the others still are. */
export class RunnerError extends Error {}

const nodeWalk = (parser, workers) => ({
  packages: PEERS,
  program: path.join(PEERS, "node-walk.mjs"),
  args: ["--parser", parser, "--workers", String(workers)],
});

// packages: the folder whose locked npm packages it needs.
export const PEER_PROGRAMS = {
  rwsdk: { rwsdkScan: [] },
  "rwsdk-beta.53": { rwsdkScan: ["--scan", path.join(BETA, "node_modules/rwsdk")], packages: BETA },
  esbuild: { packages: PEERS, program: path.join(PEERS, "esbuild.mjs"), args: [] },
  rolldown: { packages: PEERS, program: path.join(PEERS, "rolldown.mjs"), args: [] },
  "plugin-rsc": { packages: PEERS, program: path.join(PEERS, "plugin-rsc.mjs"), args: [] },
  "node-oxc-1": nodeWalk("oxc", 1),
  "node-oxc-2": nodeWalk("oxc", 2),
  "node-lexer-1": nodeWalk("lexer", 1),
  "node-lexer-2": nodeWalk("lexer", 2),
};

/** Those that are measured unless others are asked for: all but the one that takes minutes and gigabytes. */
export const USUAL_PEERS = Object.keys(PEER_PROGRAMS).filter((name) => name !== "rwsdk-beta.53");

/** Runs a command under `measure`; what it printed is in the file `output`, beside what it cost. */
export function runMeasured({ measure, scratch }, command) {
  const report = path.join(scratch, "report.json");
  const output = path.join(scratch, "output.json");
  const stdout = fs.openSync(output, "w");
  const child = spawnSync(measure, ["--limit", String(MEMORY_CAP_BYTES), report, ...command], {
    stdio: ["ignore", stdout, "pipe"],
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  fs.closeSync(stdout);
  if (child.status !== 0) {
    const said = child.stderr.trim().split("\n");
    const end = child.signal ?? `exit code ${child.status}`;
    // Node prints the place in the source first; a list of problems begins in the next line.
    const index = Math.max(0, said.findIndex((one) => /\w*Error: |\berror: |killed/.test(one)));
    const line = said.slice(index, said[index].endsWith(":") ? index + 2 : index + 1).join(" ");
    throw new RunnerError(`ended with ${end}${line === "" ? "" : `: ${line.slice(0, 400)}`}`);
  }
  return { cost: JSON.parse(fs.readFileSync(report, "utf8")), output };
}

export const hashOf = (text) => createHash("sha256").update(text).digest("hex").slice(0, 16);

const readJson = (file) => JSON.parse(fs.readFileSync(file, "utf8"));

/** Runs a peer's walk; the times are those of the walk alone, processWallMs has the whole process. */
function runInHost(options, command) {
  const { cost, output } = runMeasured(options, command);
  const answer = readJson(output);
  return {
    wallMs: answer.wallMs,
    cpuMs: answer.cpuMs,
    peakBytes: cost.peakBytes,
    bytesBefore: answer.rssBefore,
    processWallMs: cost.wallMs,
    modules: answer.modules,
    map: answer,
  };
}

function peerRunner(name, options) {
  const { packages, program, args, rwsdkScan } = PEER_PROGRAMS[name];
  const install = () => {
    if (!packages) return;
    const child = spawnSync(path.join(REPOSITORY, "scripts/node"), ["--install", packages], { stdio: ["ignore", 2, 2] });
    if (child.status !== 0) throw new RunnerError("its npm packages could not be installed (see above)");
  };
  const scan = [process.execPath, path.join(REPOSITORY, "tests/reference/rwsdk-scan.mjs"), options.app];
  if (!rwsdkScan) {
    const command = [process.execPath, program, options.project, ...args];
    return { name, install, run: () => runInHost(options, command) };
  }
  // Counting what it loads slows it down, so that is done once.
  return {
    name,
    install,
    warmUp: () => ({ modules: runInHost(options, [...scan, ...rwsdkScan, "--visited"]).modules }),
    run: () => runInHost(options, [...scan, ...rwsdkScan]),
  };
}

function demarcRunner(name, options, ...args) {
  const command = [options.demarc, "scan", options.app, "--format", "json", ...args];
  return {
    name,
    run() {
      const { cost, output } = runMeasured(options, command);
      const { wallMs, cpuMs, peakBytes } = cost;
      const text = fs.readFileSync(output, "utf8");
      const outputHash = hashOf(text);
      return { wallMs, cpuMs, peakBytes, processWallMs: wallMs, modules: options.modules, map: JSON.parse(text), outputHash };
    },
  };
}

function floorRunner(threads, options) {
  return {
    name: `floor-${threads}`,
    run() {
      const { cost, output } = runMeasured(options, [options.floor, String(threads), options.list]);
      const { wallMs, cpuMs, files } = readJson(output);
      return { wallMs, cpuMs, peakBytes: cost.peakBytes, processWallMs: cost.wallMs, modules: files };
    },
  };
}

/** options: what compare.mjs found out about the project, and `peers`, `memoryLimits`. */
export function createRunners(options) {
  return [
    demarcRunner("demarc", options),
    demarcRunner("demarc-1", options, "--threads", "1"),
    ...options.memoryLimits.map((limit) => demarcRunner(`demarc-${limit}`, options, "--max-memory", limit)),
    floorRunner(1, options),
    floorRunner(2, options),
    ...options.peers.map((name) => peerRunner(name, options)),
  ];
}
