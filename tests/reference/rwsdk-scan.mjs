// Runs rwsdk's own directive scan on an app and prints what it found.
//
//   scripts/node tests/reference/rwsdk-scan.mjs APP [--runs N] [--visited] [--scan PACKAGE]
//
//   { root, clientFiles, serverFiles, wallMs, cpuMs, rssPeak, rssBefore }, with --runs also { runs: [numbers of each], unstable }
//
// The scan is the function of the app's rwsdk package, called with the app's resolved configuration, the environments of
// `vite build` and the worker entry, as rwsdk's build calls it. Its order is racy: the first importer decides in which
// environment a file is scanned. `--runs N` therefore takes the union of N runs, each in a process of its own, and lists
// under `unstable` what was not found by all of them. wallMs (median) is the time inside the function alone, and cpuMs
// the user and system time that this process and the esbuild service beside it spent meanwhile. rssPeak (maximum) is the
// high-water mark of both together, rssBefore what this process held when the scan began: Node, Vite and its plugins.
//
// `--scan` takes the function from another rwsdk package, a folder; everything else still comes from the app's.
//
// `--visited` also lists the files it loaded, by the environment in which their imports were resolved. It watches
// esbuild from inside, which costs time: a run that measures does without.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire, registerHooks } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { UsageError, idOf, importFile, openApp, sortIds } from "./app.mjs";
import { childrenStatus, cpuMsOf } from "./processes.mjs";

function parseCommandLine() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: "string", default: "1" },
      visited: { type: "boolean", default: false },
      scan: { type: "string" },
    },
  });
  const runs = Number(values.runs);
  if (positionals.length !== 1 || !Number.isInteger(runs) || runs < 1) {
    throw new UsageError("usage: rwsdk-scan.mjs APP [--runs N] [--visited] [--scan PACKAGE]");
  }
  // The app becomes the working directory before the package is looked for.
  return { app: positionals[0], runs, visited: values.visited, scan: values.scan && path.resolve(values.scan) };
}

/**
 * Puts an observer first among the plugins of every esbuild build that is started from here on. rwsdk finds esbuild from
 * Vite's folder and imports its CommonJS file, whose exports cannot be assigned to; so that import is led elsewhere.
 */
function observeLoads(root) {
  const vite = createRequire(path.join(root, "package.json")).resolve("vite/package.json");
  const esbuildFile = createRequire(vite).resolve("esbuild");
  const esbuild = createRequire(vite)("esbuild");
  const loads = new Map();
  const observer = {
    name: "observe-loads",
    setup(build) {
      build.onLoad({ filter: /.*/, namespace: "file" }, (args) => {
        loads.set(args.path, args.pluginData?.inheritedEnv ?? "worker");
        return undefined;
      });
    },
  };
  globalThis.observedEsbuild = {
    ...esbuild,
    build: (options) => esbuild.build({ ...options, plugins: [observer, ...(options.plugins ?? [])] }),
  };
  const esbuildUrl = pathToFileURL(esbuildFile).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === esbuildUrl
        ? { url: "data:text/javascript,export default globalThis.observedEsbuild", format: "module", shortCircuit: true }
        : next(specifier, context),
  });
  return loads;
}

function peakOf(status) {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}

async function runOnce({ app, visited, scan }) {
  const { root, rwsdk, builder, entry } = await openApp(app);
  const loads = visited ? observeLoads(root) : null;
  const { runDirectivesScan } = await importFile(path.join(scan ?? rwsdk, "dist/vite/runDirectivesScan.mjs"));

  const clientFiles = new Set();
  const serverFiles = new Set();
  const rssBefore = process.memoryUsage.rss();
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  await runDirectivesScan({
    rootConfig: builder.config,
    environments: builder.environments,
    clientFiles,
    serverFiles,
    entries: [entry],
    esbuildOptions: {},
  });
  const wallMs = performance.now() - begin;
  const own = process.cpuUsage(cpuBefore);
  const service = [...childrenStatus()];

  const result = {
    root,
    clientFiles: sortIds(clientFiles),
    serverFiles: sortIds(serverFiles),
    wallMs: Math.round(wallMs * 10) / 10,
    cpuMs: Math.round((own.user + own.system) / 1000 + service.reduce((sum, { stat }) => sum + cpuMsOf(stat), 0)),
    rssPeak: [fs.readFileSync("/proc/self/status", "utf8"), ...service.map(({ status }) => status)].reduce(
      (sum, status) => sum + peakOf(status),
      0,
    ),
    rssBefore,
  };
  if (loads) {
    const environments = { worker: [], client: [] };
    for (const [file, inherited] of loads) {
      const id = idOf(root, fs.realpathSync(file));
      const environment = clientFiles.has(id) ? "client" : serverFiles.has(id) ? "worker" : inherited;
      environments[environment].push(id);
    }
    result.visited = { worker: sortIds(environments.worker), client: sortIds(environments.client) };
    result.modules = loads.size;
  }
  return result;
}

function runInOwnProcess(options) {
  const args = [fileURLToPath(import.meta.url), options.app, ...(options.visited ? ["--visited"] : []), ...(options.scan ? ["--scan", options.scan] : [])];
  const child = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });
  if (child.status !== 0) {
    throw new Error(`a run of rwsdk's scan ended with ${child.signal ?? `exit code ${child.status}`} (its messages are above)`);
  }
  return JSON.parse(child.stdout);
}

/** The union of several runs; numbers are the median time and the highest peak. */
function unite(runs) {
  const union = (pick) => sortIds(new Set(runs.flatMap(pick)));
  const inAll = (pick, id) => runs.every((run) => pick(run).includes(id));
  const median = (pick) => runs.map(pick).sort((a, b) => a - b)[Math.floor(runs.length / 2)];
  const unstable = {};
  const result = { root: runs[0].root };
  for (const set of ["clientFiles", "serverFiles"]) {
    result[set] = union((run) => run[set]);
    unstable[set] = result[set].filter((id) => !inAll((run) => run[set], id));
  }
  if (runs[0].visited) {
    result.visited = {
      worker: union((run) => run.visited.worker),
      client: union((run) => run.visited.client),
    };
    result.modules = new Set([...result.visited.worker, ...result.visited.client]).size;
  }
  return {
    ...result,
    wallMs: median((run) => run.wallMs),
    cpuMs: median((run) => run.cpuMs),
    rssPeak: Math.max(...runs.map((run) => run.rssPeak)),
    runs: runs.map((run) => ({
      clientFiles: run.clientFiles.length,
      serverFiles: run.serverFiles.length,
      ...(run.modules === undefined ? {} : { modules: run.modules }),
      wallMs: run.wallMs,
      cpuMs: run.cpuMs,
      rssPeak: run.rssPeak,
    })),
    unstable,
  };
}

try {
  const options = parseCommandLine();
  const result =
    options.runs === 1 ? await runOnce(options) : unite(Array.from({ length: options.runs }, () => runInOwnProcess(options)));
  // rwsdk keeps a timer and the esbuild service for itself; the answer is complete once it is written.
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`, () => process.exit(0));
} catch (error) {
  console.error(error instanceof UsageError ? `rwsdk-scan: ${error.message}` : error);
  process.exit(error instanceof UsageError ? 2 : 1);
}
