// RedwoodSDK's directive scan, answered natively: the same function with the same contract as rwsdk's own
// dist/vite/runDirectivesScan.mjs, and its hasDirective. `node --import demarc/register` puts them in its place.
import path from "node:path";

import { parseModule, scan } from "./index.js";
import { scanOptionsOf } from "./lib/build-scan.js";
import { createFallback } from "./lib/fallback.js";
import { costLine } from "./lib/report.js";

const FAILED =
  `RedwoodSDK: Directive scan failed. This often happens due to syntax errors in files using "use client" or "use server". Check your directive files for issues.\n\n` +
  `For detailed troubleshooting steps, see: https://docs.rwsdk.com/guides/troubleshooting#directive-scan-errors\n\n`;

// Half a second later, as rwsdk says it, and not at all in a process that only runs a script on the worker.
function deferredLog(message) {
  setTimeout(() => {
    if (!process.env.RWSDK_WORKER_RUN) console.log(message);
  }, 500);
}

function inputsOf(entries, environments) {
  const { build } = environments.worker.config;
  const input = entries ?? (build.rolldownOptions ?? build.rollupOptions)?.input;
  if (typeof input === "string") return [input];
  if (Array.isArray(input)) return input;
  return Object.prototype.toString.call(input) === "[object Object]" ? Object.values(input) : [];
}

export async function runDirectivesScan({ rootConfig, environments, clientFiles, serverFiles, entries }) {
  deferredLog("\n… (rwsdk) Scanning for 'use client' and 'use server' directives...");
  try {
    const inputs = inputsOf(entries, environments);
    if (inputs.length === 0) return;
    const files = inputs.filter((input) => !input.includes("virtual:")).map((input) => path.resolve(rootConfig.root, input));
    const options = { ...scanOptionsOf({ config: rootConfig, environments }), framework: "rwsdk", entries: files };
    // rwsdk's scan takes what is no file for a leaf.
    const result = await scan({ ...options, stats: true, ...createFallback(environments, options, { load: false }) });
    // A name that is no UTF-8 has no key that the rest of rwsdk could look up.
    const keys = (list) => list.filter((id) => typeof id === "string");
    for (const id of keys(result.clientFiles)) clientFiles.add(id);
    const clients = new Set(result.clientFiles);
    for (const id of keys(result.serverFiles)) if (!clients.has(id)) serverFiles.add(id);
    if (process.env.DEMARC_LOG) console.error(costLine(result));
  } catch (error) {
    throw new Error(FAILED + error.stack);
  } finally {
    deferredLog("✔ (rwsdk) Done scanning for 'use client' and 'use server' directives.");
  }
}

/** Whether a module's prologue says so. A module that says both is a client module, as in rwsdk. */
export function hasDirective(code, directive) {
  if (!code.includes(directive)) return false;
  const says = new Set(
    parseModule(code, { lang: "tsx" }).directives.filter(({ level }) => level === "module").map(({ value }) => value),
  );
  return says.has(directive) && !(directive === "use server" && says.has("use client"));
}

// The other exports of the module that this one stands in for.
export function classifyModule({ contents, inheritedEnv }) {
  const isClient = hasDirective(contents, "use client");
  const isServer = hasDirective(contents, "use server");
  return { moduleEnv: isClient ? "client" : isServer ? "worker" : inheritedEnv, isClient, isServer };
}

export function resolveModuleWithEnvironment({ path: specifier, importer, importerEnv, clientResolver, workerResolver }) {
  const resolver = importerEnv === "client" ? clientResolver : workerResolver;
  return new Promise((settle) => {
    resolver({}, importer || "", specifier, {}, (error, id) => settle(!error && id ? { id } : null));
  });
}
