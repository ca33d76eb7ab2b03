// RedwoodSDK's directive scan, answered natively: the same function with the same contract as rwsdk's own
// dist/vite/runDirectivesScan.mjs, and its hasDirective. `node --import demarc/register` puts them in its place.
import path from "node:path";

import { parseModule, resolve, scan } from "./index.js";
import {
  environmentOf, ownPlugins, passesFilter, pluginsFirstOf, resolvingPlugins, sharedOptions,
} from "./lib/vite-config.js";

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

/** Asks the environments' plugins, as rwsdk's scan does: relative requests made absolute, `scan: true`, errors ignored. */
function createFallback(environments, options) {
  const all = new Map();
  const own = new Map();
  for (const name of Object.keys(options.environments)) {
    all.set(name, resolvingPlugins(environments[name].plugins));
    own.set(name, ownPlugins(environments[name].plugins));
  }
  const contextOf = (name) => ({
    environment: environments[name],
    async resolve(specifier, importer) {
      const [answer] = await resolve({ specifier, importer, environment: name }, options);
      return answer.result === "file" ? { id: answer.path + answer.postfix } : null;
    },
  });
  const contexts = new Map([...all.keys()].map((name) => [name, contextOf(name)]));

  const ask = async ({ specifier, importer, environment, first }) => {
    const request = /^\.\.?\//.test(specifier) ? path.posix.resolve(path.posix.dirname(importer), specifier) : specifier;
    for (const { handler, filter } of (first ? own : all).get(environment)) {
      if (!passesFilter(filter, request)) continue;
      let answer;
      try {
        answer = await handler.call(contexts.get(environment), request, importer, { scan: true });
      } catch {
        continue; // a plugin that fails has no opinion
      }
      const id = typeof answer === "string" ? answer : answer?.id;
      if (id && id !== request) return { id, external: !path.isAbsolute(id) };
    }
    return null;
  };
  return {
    pluginsFirst: pluginsFirstOf([...own.values()].flat()),
    resolveFallback: (questions) => Promise.all(questions.map(ask)),
  };
}

export async function runDirectivesScan({ rootConfig, environments, clientFiles, serverFiles, entries }) {
  deferredLog("\n… (rwsdk) Scanning for 'use client' and 'use server' directives...");
  try {
    const inputs = inputsOf(entries, environments);
    if (inputs.length === 0) return;
    const files = inputs.filter((input) => !input.includes("virtual:")).map((input) => path.resolve(rootConfig.root, input));
    const { worker, client } = environments;
    const options = {
      ...sharedOptions(rootConfig),
      framework: "rwsdk",
      entries: files,
      environments: { worker: environmentOf(worker), client: environmentOf(client) },
      boundaries: { "use client": ["client"], "use server": ["worker"] },
      dedupe: [...new Set(["react", "react-dom", "react-server-dom-webpack", "rwsdk", ...(rootConfig.resolve.dedupe ?? [])])],
    };
    const result = await scan({ ...options, stats: true, ...createFallback(environments, options) });
    // A name that is no UTF-8 has no key that the rest of rwsdk could look up.
    const keys = (list) => list.filter((id) => typeof id === "string");
    for (const id of keys(result.clientFiles)) clientFiles.add(id);
    const clients = new Set(result.clientFiles);
    for (const id of keys(result.serverFiles)) if (!clients.has(id)) serverFiles.add(id);
    if (process.env.DEMARC_LOG) {
      const { modules, durationMs, threads } = result.stats;
      console.error(`demarc: ${modules} modules in ${durationMs} ms on ${threads} threads: ${result.clientFiles.length} client, ${result.serverFiles.length} server`);
    }
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
