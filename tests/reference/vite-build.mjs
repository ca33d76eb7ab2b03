// Runs the production build of an app in memory and records the module graph of every environment.
//
//   const { framework, builder, environments } = await recordBuild("fixtures/apps/rsc-atlas");
//   environments.get("rsc")  ->  { entries: [id], modules: Map(id -> { imports: [id], external }), globs: [{ importer, patterns }] }
//
// The build is the app's own: its Vite, its plugins, its configuration, the passes in the order in which its framework
// runs them. Changed is only what decides how much of the graph is kept and where it goes: nothing is written, nothing
// is shaken off, no barrel is loaded in part. An id is what the bundler calls a module: an absolute path, perhaps with a
// query, a virtual name, or the specifier of an external module.
//
// One process can record one app: frameworks read process.cwd() and keep state in their modules.

import fs from "node:fs";
import { createRequire, registerHooks } from "node:module";
import os from "node:os";
import path from "node:path";

import { UsageError, importFile, openApp, packageDir } from "./app.mjs";

/** Which framework builds the app, by what its package.json depends on; "vite" is Vite alone. */
export function frameworkOf(root) {
  const file = path.join(root, "package.json");
  let manifest;
  try {
    manifest = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file}: ${error.message}`);
  }
  const dependencies = { ...manifest.dependencies, ...manifest.devDependencies };
  // As in demarc: the most specific first, for Waku stands on plugin-rsc.
  if (dependencies.rwsdk) return "rwsdk";
  if (dependencies.waku) return "waku";
  if (dependencies["@vitejs/plugin-rsc"]) return "plugin-rsc";
  if (dependencies.vite) return "vite";
  throw new UsageError(`${file} depends on neither vite nor a framework on it`);
}

export function versionOf(root, name) {
  return JSON.parse(fs.readFileSync(path.join(packageDir(root, name), "package.json"), "utf8")).version;
}

/** The patterns of every import.meta.glob in a module's text: a string, or an array of them. */
export function globsIn(vite, id, code) {
  if (!code.includes("import.meta.glob")) return [];
  const lang = /\.[cm]?ts$/.test(id) ? "ts" : "tsx";
  const found = [];
  const visit = (node) => {
    if (node === null || typeof node !== "object") return;
    if (Array.isArray(node)) return node.forEach(visit);
    const { callee } = node;
    if (node.type === "CallExpression" && callee.type === "MemberExpression" && callee.object.type === "MetaProperty") {
      const [argument] = node.arguments;
      const patterns = argument?.type === "ArrayExpression" ? argument.elements : [argument];
      if (callee.property.name === "glob") found.push(patterns.map((pattern) => pattern?.value ?? null));
    }
    Object.values(node).forEach(visit);
  };
  visit(vite.parseSync(id, code, { lang, sourceType: "module" }).program.body);
  return found;
}

/** Keeps what each environment's last build saw. Builds that only look around, as plugin-rsc's scans, come first. */
function createRecorder() {
  const environments = new Map();
  const globs = new Map();
  let vite;
  const plugin = {
    name: "record-graph",
    enforce: "pre",
    buildStart() {
      globs.set(this.environment.name, []);
    },
    transform(code, id) {
      for (const patterns of globsIn(vite, id, code)) globs.get(this.environment.name).push({ importer: id, patterns });
    },
    buildEnd(error) {
      if (error) return;
      const modules = new Map();
      for (const id of this.getModuleIds()) {
        const info = this.getModuleInfo(id);
        modules.set(id, {
          imports: [...new Set([...info.importedIds, ...info.dynamicallyImportedIds])],
          entry: info.isEntry,
          // Rolldown knows an external module by name only.
          external: info.code === null,
        });
      }
      const entries = [...modules].filter(([, { entry }]) => entry).map(([id]) => id);
      environments.set(this.environment.name, { entries, modules, globs: globs.get(this.environment.name) });
    },
  };
  return { plugin, environments, useVite: (given) => (vite = given) };
}

/** Nothing is written, nothing is left out. Set on the resolved configuration: a plugin's `config` could be overruled. */
function keepEverything(builder) {
  for (const { config } of Object.values(builder.environments)) {
    config.build.write = false;
    config.build.minify = false;
    config.build.sourcemap = false;
    config.build.reportCompressedSize = false;
    config.build.rolldownOptions.treeshake = false;
    config.build.rolldownOptions.experimental = { ...config.build.rolldownOptions.experimental, lazyBarrel: false };
  }
}

const quiet = { name: "quiet", enforce: "post", config: () => ({ logLevel: "error" }) };

async function openViteApp(root, plugins, inlineConfig = {}) {
  process.chdir(root);
  process.env.NODE_ENV = "production";
  console.log = console.info = console.debug = console.error;
  const vite = await importFile(createRequire(path.join(root, "package.json")).resolve("vite"));
  const builder = await vite.createBuilder(
    { root, mode: "production", ...inlineConfig, plugins: [...(inlineConfig.plugins ?? []), ...plugins, quiet] },
    null,
  );
  return { root, vite, builder };
}

function pluginRscOf({ builder }) {
  const manager = builder.config.plugins.find(({ name }) => name === "rsc:minimal")?.api?.manager;
  if (!manager) throw new UsageError(`${builder.config.root}: rsc() of @vitejs/plugin-rsc is not among the plugins`);
  const references = () => ({
    client: Object.keys(manager.clientReferenceMetaMap),
    server: [...manager.serverReferences.metaMap.keys()],
  });
  return { manager, references };
}

/** The passes of a buildApp that the app's configuration brings, as one without server-side rendering does. */
async function buildByItself(app) {
  const { references } = pluginRscOf(app);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "demarc-build-"));
  try {
    for (const { name, config } of Object.values(app.builder.environments)) {
      config.build.outDir = path.join(folder, name);
      fs.mkdirSync(config.build.outDir);
      // Such functions turn it on for their last builds.
      Object.defineProperty(config.build, "write", { get: () => false, set: () => {} });
    }
    await app.builder.config.builder.buildApp(app.builder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  return references();
}

/** The passes of plugin-rsc's own buildApp; what it writes between them is of no use to a graph. */
async function buildWithPluginRsc(app) {
  const { manager, references } = pluginRscOf(app);
  const { builder } = app;
  const { rsc, ssr, client } = builder.environments;
  for (const { config } of [rsc, ssr]) {
    // An environment without an entry has those that import.meta.viteRsc.import finds, and this one.
    config.build.rolldownOptions.input ??= { fallback: "virtual:vite-rsc/env-imports-entry-fallback" };
  }
  manager.isScanBuild = true;
  await builder.build(rsc);
  await builder.build(ssr);
  manager.isScanBuild = false;
  await builder.build(rsc);
  manager.stabilize();
  await builder.build(client);
  await builder.build(ssr);
  return references();
}

/**
 * rwsdk's passes. Its own buildApp empties dist/ and writes between them, so it is replaced before rwsdk is loaded, by a
 * function that only hands out what it was called with: the sets that its plugins share.
 */
function takeOverRwsdkBuild(root) {
  const parent = path.join(packageDir(root, "rwsdk"), "dist/vite/configPlugin.mjs");
  let shared;
  globalThis.takenOverBuildApp = (given) => {
    shared = given;
  };
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "./buildApp.mjs" && context.parentURL?.endsWith(parent)
        ? {
            url: "data:text/javascript,export const buildApp = globalThis.takenOverBuildApp",
            format: "module",
            shortCircuit: true,
          }
        : next(specifier, context),
  });
  return async (builder) => {
    await builder.config.builder.buildApp(builder);
    if (!shared) throw new Error(`${parent} does not import ./buildApp.mjs any more`);
    return shared;
  };
}

async function buildWithRwsdk({ builder, rwsdk, entry }, sharedOf) {
  const { worker, ssr, client } = builder.environments;
  const { clientFiles, serverFiles, clientEntryPoints } = await sharedOf(builder);
  const { runDirectivesScan } = await importFile(path.join(rwsdk, "dist/vite/runDirectivesScan.mjs"));
  await runDirectivesScan({
    rootConfig: builder.config,
    environments: builder.environments,
    clientFiles,
    serverFiles,
    entries: [entry],
    esbuildOptions: {},
  });
  // The first worker build ends by dropping from the sets what it did not render. Unlike a deployment, the graph is to
  // hold every directive file that the scan found, so they come back.
  const found = [new Set(clientFiles), new Set(serverFiles)];
  process.env.RWSDK_BUILD_PASS = "worker";
  await builder.build(worker);
  for (const file of found[0]) clientFiles.add(file);
  for (const file of found[1]) serverFiles.add(file);
  await builder.build(ssr);
  client.config.build.rolldownOptions.input = clientEntryPoints.size > 0 ? [...clientEntryPoints] : ["src/client.tsx"];
  await builder.build(client);
  const absolute = (id) => (fs.existsSync(id) ? id : path.join(builder.config.root, id));
  return { client: [...found[0]].map(absolute), server: [...found[1]].map(absolute) };
}

/** Opens the app as its framework's own command does: `{ framework, root, vite, builder, build }`. */
export async function openForBuild(dir, plugins = []) {
  const root = fs.realpathSync(dir);
  const framework = frameworkOf(root);
  switch (framework) {
    case "rwsdk": {
      const sharedOf = takeOverRwsdkBuild(root);
      const app = await openApp(root, plugins);
      return { framework, ...app, build: () => buildWithRwsdk(app, sharedOf) };
    }
    case "waku": {
      process.chdir(root);
      process.env.NODE_ENV = "production";
      const waku = packageDir(root, "waku");
      const { loadConfig } = await importFile(path.join(waku, "dist/lib/vite-rsc/loader.js"));
      const { unstable_combinedPlugins } = await importFile(path.join(waku, "dist/vite-plugins.js"));
      const config = await loadConfig();
      const app = await openViteApp(root, plugins, { configFile: false, plugins: [unstable_combinedPlugins(config)] });
      return { framework, ...app, build: () => buildWithPluginRsc(app) };
    }
    case "plugin-rsc": {
      const app = await openViteApp(root, plugins);
      const own = await app.vite.loadConfigFromFile({ command: "build", mode: "production" }, undefined, root);
      const build = own?.config.builder?.buildApp ? buildByItself : buildWithPluginRsc;
      return { framework, ...app, build: () => build(app) };
    }
    default: {
      const app = await openViteApp(root, plugins);
      const build = async () => {
        for (const environment of Object.values(app.builder.environments)) {
          // `vite build` builds the client alone unless the configuration says more.
          if (environment.name === "client") await app.builder.build(environment);
        }
        return { client: [], server: [] };
      };
      return { framework, ...app, build };
    }
  }
}

export async function recordBuild(dir) {
  const recorder = createRecorder();
  const app = await openForBuild(dir, [recorder.plugin]);
  recorder.useVite(app.vite);
  keepEverything(app.builder);
  const references = await app.build();
  return { ...app, references, environments: recorder.environments };
}
