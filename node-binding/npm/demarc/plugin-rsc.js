// The two scan builds of @vitejs/plugin-rsc, pruned by the native map.
//
// plugin-rsc builds its rsc and ssr environments twice: the first time only to learn where directives are. With this
// plugin those first builds begin at the modules that have one (or import.meta.viteRsc) and go no further. plugin-rsc's own
// transforms still see each of them, so export names and reference keys are its own; the native scan only says where
// they are. Used: getPluginApi().manager.isScanBuild, and ordinary plugin hooks.
import { statSync } from "node:fs";
import path from "node:path";

import { scan } from "./index.js";
import { createFallback } from "./lib/fallback.js";
import { whyUnavailable } from "./lib/platform.js";
import { costLine } from "./lib/report.js";
import { environmentOf, sharedOptions } from "./lib/vite-config.js";
import { warnOnce } from "./lib/warn.js";

const ENTRY = "virtual:demarc/scan-entry";
const RESOLVED_ENTRY = `\0${ENTRY}`;
// Of modules with a directive the parser knows; of these, only that their text holds them.
const MARKERS = ["import.meta.viteRsc", "use server"];
// Whose text stays: the list itself, and what the bundler adds to every build.
const KEPT = new Set([RESOLVED_ENTRY, "\0rolldown/runtime.js"]);
const SERVERS = ["rsc", "ssr"];

/** The manager of plugin-rsc, if it is one whose scan builds can be told from the others. */
function managerOf(config) {
  const manager = config.plugins.find(({ name }) => name === "rsc:minimal")?.api?.manager;
  return typeof manager?.isScanBuild === "boolean" ? manager : undefined;
}

const inputsOf = ({ config: { build } }) => {
  const input = (build.rolldownOptions ?? build.rollupOptions)?.input;
  if (typeof input === "string") return [input];
  if (Array.isArray(input)) return input;
  return input && typeof input === "object" ? Object.values(input) : [];
};

const isFile = (file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true;

/** Entries of all environments as demarc has them; undefined where one is no file: then the framework's are detected. */
function entriesOf(environments, root) {
  const entries = [];
  for (const name of [...SERVERS, "client"]) {
    for (const input of inputsOf(environments[name])) {
      const file = path.resolve(root, input);
      if (input.includes("virtual:") || input.startsWith("\0") || !isFile(file)) return undefined;
      entries.push(`${name}=${file}`);
    }
  }
  return entries;
}

function scanOptionsOf({ config, environments }) {
  return {
    ...sharedOptions(config),
    entries: entriesOf(environments, config.root),
    environments: Object.fromEntries([...SERVERS, "client"].map((name) => [name, environmentOf(environments[name])])),
    boundaries: { "use client": ["ssr", "client"], "use server": ["rsc"] },
    dedupe: config.resolve.dedupe,
    markers: MARKERS,
  };
}

/** Which files the pruned scan build of an environment begins at. */
function filesToScan(result, environment) {
  const absolute = (id) => (id.startsWith(`${result.root}/`) ? id : result.root + id);
  return result.modules
    .filter(({ id, directives, environments, importedIn, markers }) => {
      if (typeof id !== "string") return false;
      const imported = importedIn.includes(environment);
      if (environment === "rsc" && imported && directives.includes("use client")) return true;
      return (imported || environments.includes(environment)) && markers.length > 0;
    })
    .map(({ id }) => (isFile(result.root + id) ? result.root + id : absolute(id)));
}

/** Replaces the graph of one build by these files, of which each is a leaf. */
function pruningPlugin(files) {
  return {
    name: "demarc:pruned-scan",
    resolveId: {
      order: "pre",
      handler: (id) => (id === ENTRY ? RESOLVED_ENTRY : undefined),
    },
    load: {
      order: "pre",
      handler: (id) =>
        id === RESOLVED_ENTRY ? files.map((file) => `import ${JSON.stringify(file)};\n`).join("") : undefined,
    },
    transform: {
      order: "post",
      handler: (code, id) => (KEPT.has(id) ? undefined : { code: "export {};", map: { mappings: "" } }),
    },
  };
}

const byBytes = ([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/**
 * plugin-rsc writes its table of server functions in the order in which its scans happened to see them, which differs
 * from build to build. Put in the order of their paths, the same sources give the same bytes.
 */
export function orderServerReferences(manager) {
  const { serverReferences } = manager;
  if (!(serverReferences?.claimMap instanceof Map) || !(serverReferences.metaMap instanceof Map)) return;
  for (const map of [serverReferences.claimMap, serverReferences.metaMap]) {
    const entries = [...map].sort(byBytes);
    map.clear();
    for (const [id, value] of entries) map.set(id, value);
  }
}

/** A plugin beside rsc() that makes its two scan builds short. Where it cannot, they stay as they are. */
export function prunedScan() {
  let manager;
  let files; // by environment; undefined: the scan builds are plugin-rsc's own
  return {
    name: "demarc:plugin-rsc",
    apply: "build",
    sharedDuringBuild: true,
    configResolved(config) {
      manager = managerOf(config);
    },
    buildApp: {
      order: "pre",
      async handler(builder) {
        const { logger } = builder.config;
        const keep = (why) => warnOnce(`${why} The scan builds of @vitejs/plugin-rsc run as they are.`, logger);
        const unavailable = whyUnavailable();
        if (unavailable) return keep(unavailable);
        if (!manager) return keep("demarc: no @vitejs/plugin-rsc whose scan builds can be told from the others was found.");
        try {
          const options = scanOptionsOf(builder);
          const fallback = createFallback(builder.environments, options, { load: true });
          const result = await scan({ ...options, emit: "modules", stats: true, ...fallback });
          logger.info(costLine(result));
          files = Object.fromEntries(SERVERS.map((name) => [name, filesToScan(result, name)]));
        } catch (error) {
          keep(`${error.message}.`);
        }
      },
    },
    options(options) {
      const name = this.environment?.name;
      if (!files || !SERVERS.includes(name)) return undefined;
      if (!manager.isScanBuild) {
        if (name === "rsc") orderServerReferences(manager);
        return undefined;
      }
      return { ...options, input: { index: ENTRY }, plugins: [...[options.plugins].flat(), pruningPlugin(files[name])] };
    },
  };
}

export default prunedScan;
