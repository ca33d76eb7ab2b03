// Compares what demarc found in an app with what rwsdk's own scan finds there, and says who is right.
//
//   tests/reference/compare-rwsdk [APP] [--demarc PROGRAM] [--runs N]
//                                 [--result FILE] [--rwsdk FILE] [--second FILE]
//
//   APP        default: fixtures/apps/redwood-store
//   --demarc   default: build/release/demarc; run as `demarc scan APP --format json --emit graph`
//   --runs     how many runs of rwsdk's scan are united (default 3); its order is racy
//   --result, --rwsdk, --second   take demarc's, rwsdk's or the second opinion's JSON from a file instead of running it
//
// Compared with rwsdk: clientFiles, serverFiles, and the files loaded at all. Compared with the second opinion, an
// independent walk on Vite's parser and resolver: the same, by environment, and every directive with its position.
//
// A difference is allowed when APP.differences.json beside this file names it, with the fault behind it:
//
//   { "faults": { NAME: what the fault is },
//     "differences": [{ "against": "rwsdk" | "second-opinion", "set": SET, "only": "demarc" | "other",
//                       "files": [id…], "fault": NAME, "because": where it shows }] }
//
// and, against rwsdk, only when the second opinion has the file where demarc has it. Exit 1 when a difference is not
// explained, when an explanation no longer has its difference, or when there are more than 20.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { UsageError, sortIds } from "./app.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REPOSITORY = path.resolve(HERE, "../..");
const MAX_DIFFERENCES = 20;

function parseCommandLine() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      demarc: { type: "string", default: path.join(REPOSITORY, "build/release/demarc") },
      runs: { type: "string", default: "3" },
      result: { type: "string" },
      rwsdk: { type: "string" },
      second: { type: "string" },
    },
  });
  if (positionals.length > 1) {
    throw new UsageError("usage: compare-rwsdk [APP] [--demarc PROGRAM] [--runs N] [--result FILE] [--rwsdk FILE] [--second FILE]");
  }
  const app = path.resolve(positionals[0] ?? path.join(REPOSITORY, "fixtures/apps/redwood-store"));
  if (!fs.existsSync(path.join(app, "package.json"))) {
    throw new UsageError(`${app} is not an app: it has no package.json`);
  }
  return { app, ...values };
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file}: ${error.message}`);
  }
}

function runJson(program, args, remedy) {
  const child = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "inherit"] });
  if (child.error) throw new UsageError(`cannot run ${program}: ${child.error.message}${remedy ? `; ${remedy}` : ""}`);
  if (child.status !== 0) {
    throw new UsageError(`${path.basename(program)} ${args.join(" ")} ended with ${child.signal ?? `exit code ${child.status}`}`);
  }
  return JSON.parse(child.stdout);
}

function gather({ app, demarc, runs, result, rwsdk, second }) {
  const script = (name, ...args) => runJson(process.execPath, [path.join(HERE, name), app, ...args]);
  return {
    demarc: result
      ? readJson(result)
      : runJson(demarc, ["scan", app, "--format", "json", "--emit", "graph"], "build it first: scripts/demarc --version"),
    rwsdk: rwsdk ? readJson(rwsdk) : script("rwsdk-scan.mjs", "--visited", "--runs", runs),
    second: second ? readJson(second) : script("second-opinion.mjs"),
  };
}

/** The sets that are compared, by name, of one JSON; a JSON without modules has no `visited`. */
function setsOf(json) {
  const sets = { clientFiles: new Set(json.clientFiles), serverFiles: new Set(json.serverFiles) };
  const visited =
    json.visited ??
    (json.modules && {
      worker: json.modules.filter(({ environments }) => environments.includes("worker")).map(({ id }) => id),
      client: json.modules.filter(({ environments }) => environments.includes("client")).map(({ id }) => id),
    });
  if (visited) {
    sets.visited = new Set([...visited.worker, ...visited.client]);
    sets["visited.worker"] = new Set(visited.worker);
    sets["visited.client"] = new Set(visited.client);
  }
  if (json.directives) {
    sets.directives = new Set(
      json.directives.map(
        ({ file, line, column, level, value, environments }) =>
          `${file}:${line}:${column} ${level} ${JSON.stringify(value)} in ${environments.join("+")}`,
      ),
    );
  }
  return sets;
}

function differences(against, names, ours, others) {
  const found = [];
  for (const set of names) {
    if (!ours[set] || !others[set]) continue;
    for (const file of sortIds(ours[set])) if (!others[set].has(file)) found.push({ against, set, only: "demarc", file });
    for (const file of sortIds(others[set])) if (!ours[set].has(file)) found.push({ against, set, only: "other", file });
  }
  return found;
}

/** `{ faults, explanations }`, one explanation a file; an app without the file has no known differences. */
function readExplanations(app) {
  const file = path.join(HERE, `${path.basename(app)}.differences.json`);
  if (!fs.existsSync(file)) return { file, faults: {}, explanations: [] };
  const { faults, differences: named } = readJson(file);
  for (const { fault } of named) {
    if (!faults[fault]) throw new UsageError(`${file}: the fault '${fault}' is not among its "faults"`);
  }
  const explanations = named.flatMap(({ files, ...rest }) => files.map((id) => ({ ...rest, file: id, used: false })));
  return { file, faults, explanations };
}

function main() {
  const options = parseCommandLine();
  const { faults, explanations, file: explanationsFile } = readExplanations(options.app);
  const { demarc, rwsdk, second } = gather(options);
  const ours = setsOf(demarc);
  const theirs = setsOf(rwsdk);
  const verdict = setsOf(second);

  const found = [
    ...differences("rwsdk", ["clientFiles", "serverFiles", "visited"], ours, theirs),
    ...differences("second-opinion", ["clientFiles", "serverFiles", "visited.worker", "visited.client", "directives"], ours, verdict),
  ];

  const problems = [];
  console.log(`${options.app}`);
  for (const [name, sets] of Object.entries({ demarc: ours, rwsdk: theirs, "second opinion": verdict })) {
    const counts = Object.entries(sets).map(([set, ids]) => `${set} ${ids.size}`);
    console.log(`  ${name.padEnd(16)}${counts.join(", ")}`);
  }
  if (rwsdk.unstable) {
    for (const [set, ids] of Object.entries(rwsdk.unstable)) {
      if (ids.length > 0) console.log(`  rwsdk's ${rwsdk.runs.length} runs disagree on ${ids.length} of its ${set}`);
    }
  }
  if (!ours.visited) console.log("  demarc's result has no modules (--emit graph): the files loaded are not compared");
  if (demarc.complete === false) problems.push("demarc's result says complete: false");

  for (const difference of found) {
    const { against, set, only, file } = difference;
    const explanation = explanations.find((e) => e.against === against && e.set === set && e.only === only && e.file === file);
    const words = [only === "demarc" ? `only demarc has it` : `only ${against} has it`];
    let allowed = explanation !== undefined;
    if (explanation) {
      explanation.used = true;
      words.push(`${explanation.fault}: ${explanation.because}`);
    } else {
      words.push("not explained");
    }
    if (against === "rwsdk") {
      const agrees = verdict[set].has(file) === (only === "demarc");
      words.push(agrees ? "the second opinion agrees with demarc" : "the second opinion agrees with rwsdk");
      allowed &&= agrees;
    }
    console.log(`  ${allowed ? "known" : "DIFFERS"} ${set} ${file}\n      ${words.join("\n      ")}`);
    if (!allowed) problems.push(`${set}: ${file}`);
  }
  for (const { against, set, only, file } of explanations.filter(({ used, set }) => !used && ours[set])) {
    problems.push(`${explanationsFile} still explains ${set} ${file} (only ${only === "demarc" ? "demarc" : against}), which is no difference any more`);
  }
  if (found.length > MAX_DIFFERENCES) problems.push(`${found.length} differences; at most ${MAX_DIFFERENCES} are allowed`);

  const usedFaults = new Set(explanations.filter(({ used }) => used).map(({ fault }) => fault));
  for (const fault of usedFaults) console.log(`  ${fault}: ${faults[fault]}`);
  console.log(
    problems.length === 0
      ? `${found.length === 0 ? "No difference" : `${found.length} differences, all explained`}`
      : `${problems.length} problems:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
  );
  return problems.length === 0 ? 0 : 1;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof UsageError ? `compare-rwsdk: ${error.message}` : error);
  process.exitCode = 2;
}
