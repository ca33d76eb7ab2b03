// The directive map of an app, found by other means than demarc's: the walk is the same, and everything it stands on is
// someone else's. Files are parsed by the parser in the app's Vite, and specifiers are resolved by that Vite with its
// resolved configuration.
//
//   scripts/node tests/reference/second-opinion.mjs APP [--emit map|graph] [--resolver plugins|vite] [--entry NAME=FILE…]
//
// Prints the JSON of `demarc scan --format json` as far as it applies, and `visited: { ENVIRONMENT: [id] }`.
//
// A node of the walk is (file, environment). A file whose prologue says "use client" or "use server" belongs to the
// environments that FRAMEWORKS names for it, whichever imports it; any other file belongs to those that import it.
// Entries are what the environments' builds take as input, and --entry; with rwsdk, whose scan has no other, the worker's
// entry and every file under src/ with a directive.
//
// --resolver plugins (default) asks all plugins of the environment, inside a build that Vite starts for it, which also
// lets a `require` be resolved as one. --resolver vite asks Vite's alias and resolve plugins alone, so that what the
// framework's plugins add can be told from what Vite says; it cannot be told that a specifier is required.

import fs from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";

import { UsageError, idOf, importFile, sortIds } from "./app.mjs";
import { createReader, isScript } from "./syntax.mjs";
import { globsIn, openForBuild } from "./vite-build.mjs";

const PLUGIN_RSC = {
  environments: ["rsc", "ssr", "client"],
  boundaries: { "use client": ["ssr", "client"], "use server": ["rsc"] },
  globs: true,
};
const FRAMEWORKS = {
  rwsdk: { environments: ["worker", "client"], boundaries: { "use client": ["client"], "use server": ["worker"] }, globs: false },
  "plugin-rsc": PLUGIN_RSC,
  waku: PLUGIN_RSC,
  vite: { environments: ["client"], boundaries: {}, globs: true },
};

function parseCommandLine() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      emit: { type: "string", default: "map" },
      resolver: { type: "string", default: "plugins" },
      entry: { type: "string", multiple: true, default: [] },
    },
  });
  const entries = values.entry.map((text) => /^(?<environment>[^=]+)=(?<file>.+)$/.exec(text)?.groups);
  if (
    positionals.length !== 1 ||
    !["map", "graph"].includes(values.emit) ||
    !["plugins", "vite"].includes(values.resolver) ||
    entries.includes(undefined)
  ) {
    throw new UsageError("usage: second-opinion.mjs APP [--emit map|graph] [--resolver plugins|vite] [--entry NAME=FILE…]");
  }
  return { app: positionals[0], ...values, entries };
}

/**
 * A plugin, and a function that starts a build of each environment and gives back how its plugins resolve. The builds
 * have an empty entry and are held at their beginning, where plugins may resolve but nothing is loaded yet, until `end`.
 */
function createPluginResolver() {
  const ENTRY = "virtual:second-opinion";
  const contexts = new Map();
  const walked = Promise.withResolvers();
  const plugin = {
    name: "second-opinion",
    enforce: "pre",
    buildStart() {
      contexts.get(this.environment.name)?.resolve(this);
      return walked.promise;
    },
    resolveId: (id) => (id === ENTRY ? `\0${ENTRY}` : null),
    load: (id) => (id === `\0${ENTRY}` ? "export default null;" : null),
  };
  const start = async ({ builder, framework }) => {
    const builds = [];
    const resolvers = new Map();
    // plugin-rsc then expects nothing of the builds' output, which is empty.
    const rsc = builder.config.plugins.find(({ name }) => name === "rsc:minimal");
    if (rsc) rsc.api.manager.isScanBuild = true;
    for (const name of FRAMEWORKS[framework].environments) {
      contexts.set(name, Promise.withResolvers());
      const environment = builder.environments[name];
      environment.config.build.write = false;
      environment.config.build.rolldownOptions.input = { index: ENTRY };
      const build = builder.build(environment);
      builds.push(build);
      // A build that fails before it has begun would otherwise leave the walk waiting for its context.
      build.catch(contexts.get(name).reject);
      resolvers.set(name, await contexts.get(name).promise);
    }
    const kinds = { require: "require-call", "import-equals": "require-call", dynamic: "dynamic-import" };
    return {
      resolve: (environment, specifier, importer, kind) =>
        resolvers.get(environment).resolve(specifier, importer, { kind: kinds[kind] ?? "import-statement", skipSelf: true }),
      end: async () => {
        walked.resolve();
        await Promise.all(builds);
      },
    };
  };
  return { plugin, start };
}

async function createViteResolver({ vite, builder }) {
  const resolveId = vite.createIdResolver(builder.config);
  return {
    resolve: async (environment, specifier, importer) => {
      const id = await resolveId(builder.environments[environment], specifier, importer);
      return id === undefined ? null : { id, external: false };
    },
    end: async () => {},
  };
}

/** Specifiers that are leaves before anyone is asked, with the reason. */
function leafBySpecifier(specifier) {
  if (/^(?:[a-z]+:)?\/\//i.test(specifier) || specifier.startsWith("data:")) return "url";
  if (specifier.startsWith("cloudflare:")) return "external";
  if (isBuiltin(specifier)) return "builtin";
  if (/[?&](?:url|raw|worker|sharedworker|inline)\b/.test(specifier)) return "asset";
  return null;
}

/** `{ file }` for what is walked, `{ leaf, file? }` for what is not, `{ leaf: "unresolved" }` for what nobody found. */
function classifyResolution(resolved) {
  if (resolved === null) return { leaf: "unresolved" };
  if (resolved.external) return { leaf: "external" };
  if (!path.isAbsolute(resolved.id)) return { leaf: "virtual" };
  const file = resolved.id.replace(/[?#].*$/, "");
  let stat;
  try {
    stat = fs.statSync(file);
  } catch {
    return { leaf: "virtual" };
  }
  if (!stat.isFile()) return { leaf: "not-a-file" };
  const canonical = fs.realpathSync(file);
  return isScript(canonical) ? { file: canonical } : { leaf: "asset", file: canonical };
}

/** Files under src/ as rwsdk globs them: names that begin with a dot and linked folders are left alone. */
function* scriptsUnder(dir) {
  for (const entry of fs.existsSync(dir) ? fs.readdirSync(dir, { withFileTypes: true }) : []) {
    if (entry.name.startsWith(".")) continue;
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) yield* scriptsUnder(file);
    else if (isScript(entry.name) && fs.statSync(file).isFile()) yield file;
  }
}

/** Text of the modules that Waku writes in the place of entry files; no other generated module holds imports of the app. */
function createGeneratedSources({ builder, framework }) {
  const plugin = framework === "waku" ? builder.config.plugins.find(({ name }) => name === "waku:vite-plugins:app-entries") : null;
  return (id) => plugin?.load(id) ?? null;
}

/** What the builds of the environments start from, resolved: `[{ environment, id }]`. */
async function findEntries({ app, resolve, given }) {
  const { root, builder, framework } = app;
  if (framework === "rwsdk") return [{ environment: "worker", id: fs.realpathSync(app.entry) }];
  const inputs = given.map(({ environment, file }) => ({ environment, input: path.resolve(root, file) }));
  for (const environment of FRAMEWORKS[framework].environments) {
    const input = app.inputs[environment] ?? (framework === "vite" ? "index.html" : []);
    for (const one of typeof input === "string" ? [input] : Object.values(input)) inputs.push({ environment, input: one });
  }
  const entries = [];
  for (const { environment, input } of inputs) {
    if (input.endsWith(".html")) {
      const file = path.join(root, input);
      if (!fs.existsSync(file)) continue;
      for (const [, source] of fs.readFileSync(file, "utf8").matchAll(/<script type="module" src="\/([^"]+)"/g)) {
        entries.push({ environment, id: fs.realpathSync(path.join(root, source)) });
      }
      continue;
    }
    const resolved = await resolve(environment, input, undefined, "import");
    if (!resolved) throw new UsageError(`${builder.config.root}: the entry ${input} of ${environment} does not resolve`);
    entries.push({ environment, id: fs.realpathSync(resolved.id) });
  }
  return entries;
}

async function walk({ app, resolve, read, given }) {
  const { root, vite, framework } = app;
  const { boundaries, globs } = FRAMEWORKS[framework];
  const modules = new Map(); // file or generated id -> { id, bytes, syntax, environments: Map(name -> [{ record, target }]) }
  const reads = new Map(); // the same -> promise of its module
  const unresolved = [];
  const problems = [];
  const generatedSource = createGeneratedSources(app);
  // Vite's own glob library, with the options that Vite gives it.
  const { glob } = await importFile(createRequire(path.join(createRequire(path.join(root, "package.json")).resolve("vite"))).resolve("tinyglobby"));

  const globImports = async (file, text) => {
    if (!globs) return [];
    const found = [];
    for (const patterns of globsIn(vite, file, text)) {
      const base = (pattern) => (pattern.startsWith("/") ? root + pattern : path.resolve(path.dirname(file), pattern));
      const absolute = patterns.map((pattern) => (pattern.startsWith("!") ? `!${base(pattern.slice(1))}` : base(pattern)));
      const files = await glob(absolute, { cwd: root, absolute: true, expandDirectories: false, ignore: ["**/node_modules/**"] });
      found.push({ specifier: patterns.join(" "), kind: "glob", files: files.filter((other) => other !== file).sort() });
    }
    return found;
  };

  const load = (file) => {
    if (!reads.has(file)) {
      reads.set(
        file,
        (async () => {
          const generated = generatedSource(file);
          const bytes = generated === null ? await fs.promises.readFile(file) : Buffer.from(generated);
          const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
          const syntax = await read(file, text);
          syntax.imports.push(...(await globImports(file, text)));
          const values = syntax.directives.filter(({ level }) => level === "module").map(({ value }) => value);
          const module = {
            file,
            id: idOf(root, file),
            generated: generated !== null,
            bytes: bytes.length,
            syntax,
            isClient: values.includes("use client"),
            isServer: values.includes("use server"),
            environments: new Map(),
          };
          for (const problem of syntax.problems) problems.push({ file: module.id, message: problem });
          return module;
        })(),
      );
    }
    return reads.get(file);
  };

  const queue = [];
  const reach = async (file, inherited) => {
    const module = await load(file);
    modules.set(file, module);
    const directive = module.isClient ? "use client" : module.isServer ? "use server" : null;
    for (const environment of boundaries[directive] ?? [inherited]) {
      if (module.environments.has(environment)) continue;
      module.environments.set(environment, []);
      queue.push({ module, environment });
    }
  };

  const follow = async (module, environment, record) => {
    const { specifier, kind } = record;
    const edges = module.environments.get(environment);
    if (kind === "glob") {
      for (const file of record.files) {
        const target = classifyResolution({ id: file });
        edges.push({ record, target });
        if (!target.leaf) await reach(target.file, environment);
      }
      return;
    }
    const leaf = leafBySpecifier(specifier);
    const resolved = leaf ? null : await resolve(environment, specifier, module.file, kind);
    if (resolved && generatedSource(resolved.id) !== null) {
      edges.push({ record, target: { leaf: "virtual" } });
      await reach(resolved.id, environment);
      return;
    }
    const target = leaf ? { leaf } : classifyResolution(resolved);
    edges.push({ record, target });
    if (target.leaf === "unresolved") unresolved.push({ file: module.id, environment, specifier, kind });
    if (!target.leaf) await reach(target.file, environment);
  };

  const entries = await findEntries({ app, resolve, given });
  for (const { environment, id } of entries) await reach(id, environment);
  if (framework === "rwsdk") {
    for (const file of scriptsUnder(path.join(root, "src"))) {
      const module = await load(fs.realpathSync(file));
      if (module.isClient || module.isServer) await reach(module.file, "worker");
    }
  }

  while (queue.length > 0) {
    const batch = queue.splice(0, 64);
    await Promise.all(
      batch.map(async ({ module, environment }) => {
        for (const record of module.syntax.imports) await follow(module, environment, record);
      }),
    );
  }
  return {
    entries: [...new Set(entries.map(({ id }) => id))],
    modules: [...modules.values()].filter(({ generated }) => !generated),
    unresolved,
    problems,
  };
}

function importsOf(root, module) {
  return module.syntax.imports.map(({ files, ...record }) => {
    const targets = {};
    const leaves = {};
    for (const [environment, edges] of module.environments) {
      const found = edges.filter((edge) => edge.record.specifier === record.specifier && edge.record.kind === record.kind);
      const ids = found.map(({ target }) => (target.file ? idOf(root, target.file) : null));
      targets[environment] = files ? ids : (ids[0] ?? null);
      const leaf = found[0]?.target.leaf;
      if (leaf && leaf !== "unresolved") leaves[environment] = leaf;
    }
    return { ...record, targets, ...(Object.keys(leaves).length > 0 ? { leaves } : {}) };
  });
}

function toJson({ app, result, emit, wallMs }) {
  const { root, framework } = app;
  const byId = new Map(result.modules.map((module) => [module.id, module]));
  const ids = sortIds(byId.keys());
  const filter = (keep) => ids.filter((id) => keep(byId.get(id)));
  const environmentsOf = (module) => [...module.environments.keys()].sort();

  const json = {
    tool: { name: "second-opinion", vite: app.vite.version },
    root,
    framework: framework === "vite" ? "none" : framework,
    entries: result.entries.map((file) => idOf(root, file)),
    complete: result.problems.length === 0,
    clientFiles: filter((module) => module.isClient),
    // rwsdk lets "use client" win where a file says both.
    serverFiles: filter((module) => module.isServer && !module.isClient),
    hasServerFunctions: result.modules.some(({ syntax }) => syntax.directives.some(({ value }) => value === "use server")),
    directives: ids.flatMap((id) =>
      byId.get(id).syntax.directives.map((directive) => ({ file: id, ...directive, environments: environmentsOf(byId.get(id)) })),
    ),
    visited: Object.fromEntries(FRAMEWORKS[framework].environments.map((name) => [name, filter((module) => module.environments.has(name))])),
    unresolved: result.unresolved.sort((a, b) => (a.file + a.specifier < b.file + b.specifier ? -1 : 1)),
    problems: result.problems,
    modulesCount: ids.length,
    wallMs: Math.round(wallMs),
  };
  if (emit === "graph") {
    json.modules = ids.map((id) => {
      const module = byId.get(id);
      return {
        id,
        bytes: module.bytes,
        environments: environmentsOf(module),
        directives: module.syntax.directives.filter(({ level }) => level === "module").map(({ value }) => value),
        imports: importsOf(root, module),
      };
    });
  }
  return json;
}

try {
  const options = parseCommandLine();
  const plugins = createPluginResolver();
  const app = await openForBuild(options.app, options.resolver === "plugins" ? [plugins.plugin] : []);
  app.inputs = Object.fromEntries(
    Object.values(app.builder.environments).map(({ name, config }) => [name, config.build.rolldownOptions.input]),
  );
  // Only rwsdk compiles MDX by itself.
  const mdx = app.rwsdk ? await importFile(createRequire(path.join(app.rwsdk, "package.json")).resolve("@mdx-js/mdx")) : null;
  const resolver = await (options.resolver === "plugins" ? plugins.start(app) : createViteResolver(app));
  const read = createReader({ vite: app.vite, mdx });

  const begin = performance.now();
  const result = await walk({ app, resolve: resolver.resolve, read, given: options.entries });
  const json = toJson({ app, result, emit: options.emit, wallMs: performance.now() - begin });
  await resolver.end();
  process.stdout.write(`${JSON.stringify(json, null, 2)}\n`, () => process.exit(0));
} catch (error) {
  console.error(error instanceof UsageError ? `second-opinion: ${error.message}` : error);
  process.exit(error instanceof UsageError ? 2 : 1);
}
