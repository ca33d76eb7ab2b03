// The two scan builds of @vitejs/plugin-rsc, pruned by the native map.
//
// plugin-rsc builds its rsc and ssr environments twice: the first time only to learn where directives are (an app with a
// buildApp of its own may scan others: whatever is built while manager.isScanBuild is set). With this plugin those first
// builds begin at the modules that have a "use server" or import.meta.viteRsc, and go no further.
// plugin-rsc's own transforms still see each of them, so export names and reference keys are its own; the native scan only
// says where they are. Used: getPluginApi().manager, and ordinary plugin hooks.
import { isFile, managerOf, scanOfBuild } from "./lib/build-scan.js";
import { whyUnavailable } from "./lib/platform.js";
import { warnOnce } from "./lib/warn.js";

const ENTRY = "virtual:demarc/scan-entry";
const RESOLVED_ENTRY = `\0${ENTRY}`;
// Whose text stays: the list itself, and what the bundler adds to every build.
const KEPT = new Set([RESOLVED_ENTRY, "\0rolldown/runtime.js"]);
// The client only where an app without server-side rendering scans it.
const SCANNED = ["rsc", "ssr", "client"];

const absolute = ({ root }, id) => (isFile(root + id) ? root + id : id);

/** Which files the pruned scan build of an environment begins at. */
function filesToScan(result, environment, { withClients }) {
  const withServerFunctions = new Set(
    result.directives.filter(({ value }) => value === "use server").map(({ file }) => file),
  );
  return result.modules
    .filter(({ id, directives, environments, importedIn, markers }) => {
      if (typeof id !== "string") return false;
      const imported = importedIn.includes(environment);
      if (withClients && environment === "rsc" && imported && directives.includes("use client")) return true;
      return (imported || environments.includes(environment)) && (markers.length > 0 || withServerFunctions.has(id));
    })
    .map(({ id }) => absolute(result, id))
    .concat(result.made.filter((made) => made.environment === environment).map(({ id }) => id));
}

/** Whether plugin-rsc keeps its client references where noteClients writes them. */
const canNoteClients = ({ clientReferenceMetaMap, serverReferences }) =>
  typeof clientReferenceMetaMap === "object" && typeof serverReferences?.resolve === "function";

/**
 * What a scan build would note of client modules. The rsc build notes everything of all that it loads itself; of those
 * that it does not, because a barrel is loaded in part, plugin-rsc's manifest names the reference key, which is a hash of
 * the path for client modules as for server modules.
 */
function noteClients(manager, result) {
  for (const { id, directives, importedIn } of result.modules) {
    if (typeof id !== "string" || !importedIn.includes("rsc") || !directives.includes("use client")) continue;
    const file = absolute(result, id);
    const { referenceKey } = manager.serverReferences.resolve(file, "rsc");
    manager.clientReferenceMetaMap[file] ??= { importId: file, referenceKey, exportNames: [], renderedExports: [] };
  }
}

/** Replaces the graph of one build by these files, of which each is a leaf. */
function pruningPlugin(files) {
  return {
    name: "demarc:pruned-scan",
    resolveId: {
      order: "pre",
      // What a plugin made has the id that the plugin gave it.
      handler: (id, importer) =>
        id === ENTRY ? RESOLVED_ENTRY : importer === RESOLVED_ENTRY && id.startsWith("\0") ? id : undefined,
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

const keptAsTheyAre = "The scan builds of @vitejs/plugin-rsc run as they are.";

/**
 * A plugin beside rsc() that makes its two scan builds short. Where it cannot, they stay as they are.
 *
 * `scanned` is demarc/vite's, which has made the same scan; else it is made here.
 */
export function prunedScan({ scanned = scanOfBuild } = {}) {
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
        const keep = (why) => warnOnce(`${why} ${keptAsTheyAre}`, logger);
        const unavailable = whyUnavailable();
        if (unavailable) return keep(unavailable);
        if (!manager) return keep("demarc: no @vitejs/plugin-rsc whose scan builds can be told from the others was found.");
        try {
          const result = await scanned(builder);
          const withClients = !canNoteClients(manager);
          if (!withClients) noteClients(manager, result);
          files = Object.fromEntries(SCANNED.map((name) => [name, filesToScan(result, name, { withClients })]));
        } catch (error) {
          keep(`${error.message}.`);
        }
      },
    },
    options(options) {
      const name = this.environment?.name;
      if (!files || !SCANNED.includes(name)) return undefined;
      if (!manager.isScanBuild) {
        if (name === "rsc") orderServerReferences(manager);
        return undefined;
      }
      return { ...options, input: { index: ENTRY }, plugins: [...[options.plugins].flat(), pruningPlugin(files[name])] };
    },
  };
}

export default prunedScan;
