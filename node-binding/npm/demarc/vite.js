// One plugin for a Vite project: the scan, once a build and for all environments, as `virtual:demarc/map` and as the scan
// phase of the framework where that has a door for it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { parseModule } from "./index.js";
import { frameworkOf, managerOf, scanOfBuild } from "./lib/build-scan.js";
import { whyUnavailable } from "./lib/platform.js";
import { costLine } from "./lib/report.js";
import { warnOnce } from "./lib/warn.js";
import { prunedScan } from "./plugin-rsc.js";

const MAP = "virtual:demarc/map";
const RESOLVED_MAP = `\0${MAP}`;
const SCRIPT = /\.([cm]?[jt]s|[jt]sx|mdx)$/;

const emptyMap = { framework: "none", clientFiles: [], serverFiles: [], directives: [], hasServerFunctions: false };

function mapModule(result) {
  const { framework, clientFiles, serverFiles, directives, hasServerFunctions } = result;
  const fields = { framework, clientFiles, serverFiles, directives, hasServerFunctions };
  const constants = Object.entries(fields).map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`);
  return `${constants.join("")}export default { ${Object.keys(fields).join(", ")} };\n`;
}

const moving = (values) => [...new Set(values.filter((value) => /^use (client|server)$/.test(value)))].sort();

/** What of one file, as it is now, a map depends on; of one that is gone, nothing. */
function contentsOf(file) {
  let code;
  try {
    code = readFileSync(file);
  } catch {
    return { directives: [], all: "gone" };
  }
  const { directives, imports } = parseModule(code, { lang: SCRIPT.exec(file)[1] });
  return {
    directives: moving(directives.filter(({ level }) => level === "module").map(({ value }) => value)),
    all: JSON.stringify([
      directives.map(({ level, value }) => [level, value]),
      imports.map(({ specifier, kind, typeOnly }) => [specifier, kind, typeOnly]),
    ]),
  };
}

const idOf = (root, file) => (file.startsWith(`${root}/`) ? file.slice(root.length) : file);

/** What one set has and the other has not, a line each. */
function differences(kind, ours, theirs, name) {
  const lines = [];
  for (const id of [...ours].sort()) if (!theirs.has(id)) lines.push(`  ${kind}: ${id} is found by demarc alone`);
  for (const id of [...theirs].sort()) if (!ours.has(id)) lines.push(`  ${kind}: ${id} is found by ${name} alone`);
  return lines;
}

function report(logger, name, lines, count) {
  if (lines.length === 0) logger.info(`demarc: verified against ${name}: ${count} modules with a directive, no difference`);
  else logger.warn(`demarc: ${lines.length} differences from ${name}:\n${lines.join("\n")}`);
}

/** rwsdk's own scan, run beside ours with sets of its own. */
async function verifyRwsdk(host, result) {
  const file = path.join(host.config.root, "node_modules/rwsdk/dist/vite/runDirectivesScan.mjs");
  // A query keeps it apart from the one that rwsdk itself imported.
  const { runDirectivesScan } = await import(`${pathToFileURL(file).href}?demarc-verify`);
  const clientFiles = new Set();
  const serverFiles = new Set();
  await runDirectivesScan({
    rootConfig: host.config,
    environments: host.environments,
    clientFiles,
    serverFiles,
    entries: result.entries.map((id) => path.join(result.root, id)),
    esbuildOptions: {},
  });
  const clients = new Set(result.clientFiles);
  const servers = new Set(result.serverFiles.filter((id) => !clients.has(id)));
  const lines = [
    ...differences("use client", clients, clientFiles, "rwsdk's own scan"),
    ...differences("use server", servers, serverFiles, "rwsdk's own scan"),
  ];
  report(host.config.logger, "rwsdk's own scan", lines, clients.size + servers.size);
}

/** What plugin-rsc's scan builds, left as they are, have found. */
function verifyPluginRsc(config, manager, result) {
  const { root, modules } = result;
  const ids = (take) => new Set(modules.filter(take).map(({ id }) => id));
  const found = (list) => new Set(list.map((id) => idOf(root, id)));
  const clients = ids(({ directives, importedIn }) => directives.includes("use client") && importedIn.includes("rsc"));
  const servers = new Set(
    result.directives.filter(({ value }) => value === "use server").map(({ file }) => file),
  );
  const name = "the scan builds of @vitejs/plugin-rsc";
  const metas = manager.serverReferences?.metaMap?.keys() ?? Object.keys(manager.serverReferenceMetaMap ?? {});
  const lines = [
    ...differences("use client", clients, found(Object.keys(manager.clientReferenceMetaMap)), name),
    ...differences("use server", servers, found([...metas]), name),
  ];
  report(config.logger, name, lines, clients.size + servers.size);
}

export default function demarc(options = {}) {
  const { verify = false, ...scanOptions } = options;
  let config;
  let result; // a promise; one scan for everybody who asks
  let server;
  let unavailable;
  const scanned = (host) => (result ??= scanOfBuild(host, scanOptions));
  const map = async () => {
    if (unavailable) return emptyMap;
    return (await scanned(server ?? { config, environments: {} })) ?? emptyMap;
  };

  const main = {
    name: "demarc",
    sharedDuringBuild: true,
    configResolved(resolved) {
      config = resolved;
      unavailable = whyUnavailable();
      if (unavailable) warnOnce(`${unavailable} ${MAP} is empty, and scans of frameworks stay as they are.`, config.logger);
    },
    buildApp: {
      order: "pre",
      async handler(builder) {
        if (unavailable) return;
        result = undefined;
        try {
          const scan = await scanned(builder);
          if (verify && frameworkOf(builder.config) === "rwsdk") await verifyRwsdk(builder, scan);
        } catch (error) {
          // Whoever imports the map gets the error; a build that does without it goes on.
          warnOnce(`${error.message}.`, config.logger);
        }
      },
    },
    // The first build that is no scan build: everything that plugin-rsc's scans could find is found.
    async buildStart() {
      const manager = verify && !unavailable && config.command === "build" ? managerOf(config) : undefined;
      if (!manager || manager.isScanBuild || this.environment?.name !== "rsc") return;
      verifyPluginRsc(config, manager, await result);
    },
    resolveId: {
      filter: { id: /^virtual:demarc\/map$/ },
      handler: (id) => (id === MAP ? RESOLVED_MAP : undefined),
    },
    load: {
      filter: { id: /^\0virtual:demarc\/map$/ },
      handler: async (id) => (id === RESOLVED_MAP ? mapModule(await map()) : undefined),
    },
    configureServer(devServer) {
      server = devServer;
      if (unavailable) return;
      const { logger } = config;
      const seen = new Map(); // what files had when they were saved last
      const rescan = async (file) => {
        if (!SCRIPT.test(file) || !result) return; // nobody has asked for the map yet
        const contents = contentsOf(file);
        if (seen.get(file) === contents.all) return;
        seen.set(file, contents.all);
        const before = await result.catch(() => undefined);
        const known = before?.modules.find(({ id }) => id === idOf(before.root, file))?.directives ?? [];
        const was = moving(known);
        const is = contents.directives;
        const shown = (list) => (list.length === 0 ? "no directive" : list.map((value) => `"${value}"`).join(" and "));
        if (before && was.join() !== is.join()) {
          logger.info(`demarc: ${idOf(before.root, file)} has ${shown(is)} now, it had ${shown(was)}`);
        }
        // An import that was added or removed may change what is reached.
        const after = await (result = scanOfBuild(server, scanOptions, { quiet: true }));
        if (before && mapModule(before) === mapModule(after)) return;
        logger.info(costLine(after));
        for (const environment of Object.values(server.environments)) {
          const module = environment.moduleGraph.getModuleById(RESOLVED_MAP);
          if (!module) continue;
          environment.moduleGraph.invalidateModule(module);
          environment.hot.send({ type: "full-reload" });
        }
      };
      for (const event of ["add", "change", "unlink"]) {
        server.watcher.on(event, (file) => {
          rescan(file).catch((error) => logger.error(`demarc: ${error.message}`));
        });
      }
    },
  };

  const pruned = verify ? [] : [{ ...prunedScan({ scanned }), name: "demarc:pruned" }];
  // Only beside plugin-rsc has it anything to do, and to warn about.
  for (const plugin of pruned) {
    const { handler } = plugin.buildApp;
    plugin.buildApp = {
      order: "pre",
      handler: (builder) => (frameworkOf(builder.config) === "plugin-rsc" ? handler(builder) : undefined),
    };
  }
  return [main, ...pruned];
}
