// Says, from the installed tools, what each environment of an app's production build resolves with and starts from.
//
//   scripts/node tests/reference/presets.mjs APP
//
//   { root, framework, versions, environments: { NAME: {
//       consumer, conditions, mainFields, extensions, builtins, external, noExternal, externalizes, alias, dedupe,
//       preserveSymlinks, tsconfigPaths,      the resolved configuration, in the words of demarc.config.json
//       entries,                              files that the build starts from
//       globs: [{ importer, patterns }],      every import.meta.glob of its graph
//       virtual: { ID: { importers, imports } },  modules that plugins made, and the files they lead to
//       externals } } }                       what the build left to be imported at run time
//
// This is what docs/presets.md states and what the presets in scanner/ are checked against. The condition
// "development|production" stands for the one of the two that the mode selects; `builtins` says "node" for the list that
// Vite gives server environments (Node's own, node:* and bun:*); `externalizes` is whether packages outside `noExternal`
// are left external when the root finds them (R131). Ids are demarc's.

import path from "node:path";
import { parseArgs } from "node:util";

import { UsageError, sortIds } from "./app.mjs";
import { fileOf, idOfModule } from "./module-ids.mjs";
import { recordBuild, versionOf } from "./vite-build.mjs";

const PACKAGES = {
  rwsdk: ["rwsdk", "@cloudflare/vite-plugin"],
  "plugin-rsc": ["@vitejs/plugin-rsc", "@vitejs/plugin-react"],
  waku: ["waku"],
  vite: ["@vitejs/plugin-react"],
};

function parseCommandLine() {
  const { positionals } = parseArgs({ allowPositionals: true, options: {} });
  if (positionals.length !== 1) throw new UsageError("usage: presets.mjs APP");
  return positionals[0];
}

function textOf(value) {
  return value instanceof RegExp ? { re: value.source, flags: value.flags } : value;
}

/** Vite's default list is long and follows the running Node; only what stands beside it says something. */
function builtinsOf(list, defaults) {
  const known = new Set(defaults.map(String));
  const others = list.filter((item) => !known.has(String(item))).map(textOf);
  return list.length - others.length === defaults.length ? ["node", ...others] : list.map(textOf);
}

function settingsOf({ root, config, environment, defaults }) {
  const { consumer, resolve } = environment.config;
  // Vite's own two aliases lead to its client and stand in every environment.
  const isViteClient = ({ replacement }) => /\/vite\/dist\/client\/(?:env|client)\.mjs$/.test(replacement);
  return {
    consumer,
    conditions: [...new Set(resolve.conditions)],
    mainFields: resolve.mainFields,
    extensions: resolve.extensions,
    builtins: builtinsOf(resolve.builtins, defaults),
    external: resolve.external,
    noExternal: resolve.noExternal,
    externalizes: config.command === "build" && consumer === "server" && resolve.noExternal !== true,
    alias: resolve.alias
      .filter((alias) => !isViteClient(alias))
      .map(({ find, replacement }) => ({ find: textOf(find), replacement: idOfModule(root, replacement) ?? replacement })),
    dedupe: resolve.dedupe,
    preserveSymlinks: resolve.preserveSymlinks,
    tsconfigPaths: resolve.tsconfigPaths,
  };
}

/** The first files behind modules that plugins made: what an entry without a file stands for. */
function filesBehind(modules, start) {
  const files = new Set();
  const seen = new Set(start);
  for (const id of seen) {
    const file = fileOf(id);
    if (file && !file.endsWith(".html")) files.add(file);
    else for (const next of modules.get(id)?.imports ?? []) seen.add(next);
  }
  return files;
}

function graphOf({ root, graph }) {
  const name = (id) => idOfModule(root, id) ?? id;
  const virtual = {};
  for (const [id, { external, imports }] of graph.modules) {
    if (external || fileOf(id)) continue;
    virtual[id] = { importers: [], imports: sortIds(imports.map(name)) };
  }
  for (const [id, { imports }] of graph.modules) {
    for (const target of imports) virtual[target]?.importers.push(name(id));
  }
  return {
    entries: sortIds([...filesBehind(graph.modules, graph.entries)].map(name)),
    globs: graph.globs.map(({ importer, patterns }) => ({ importer: name(importer), patterns })),
    virtual,
    externals: sortIds([...graph.modules].filter(([, { external }]) => external).map(([id]) => id)),
  };
}

async function main() {
  const app = await recordBuild(parseCommandLine());
  const { root, framework, vite, builder } = app;
  const plain = await vite.resolveConfig({ root, configFile: false, environments: { server: {} } }, "build");
  const defaults = plain.environments.server.resolve.builtins;
  const environments = {};
  for (const [name, environment] of Object.entries(builder.environments)) {
    const graph = app.environments.get(name);
    environments[name] = {
      ...settingsOf({ root, config: builder.config, environment, defaults }),
      // An environment that the framework's build leaves out, such as Vite's ssr in an app without one.
      ...(graph ? graphOf({ root, graph }) : { entries: [] }),
    };
  }
  const versions = Object.fromEntries(["vite", ...PACKAGES[framework]].map((name) => [name, versionOf(root, name)]));
  const json = { root: path.resolve(root), framework, versions, environments };
  process.stdout.write(`${JSON.stringify(json, null, 2)}\n`, () => process.exit(0));
}

main().catch((error) => {
  console.error(error instanceof UsageError ? `presets: ${error.message}` : error);
  process.exit(error instanceof UsageError ? 2 : 1);
});
