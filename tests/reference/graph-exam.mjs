// Compares the files that demarc reaches in each environment with the modules of a real build of that environment.
//
//   tests/reference/graph-exam [APP…] [--demarc PROGRAM] [--environment NAME] [--result FILE] [--verbose]
//
//   APP            default: every fixture app
//   --demarc       default: build/release/demarc; run as `demarc scan APP --format json --emit graph`
//   --environment  only this one; default: all that the build has
//   --result       demarc's JSON from a file instead of running it (one APP then)
//   --verbose      also say which files each rule below took out
//
// The build is the app's own, without tree-shaking (vite-build.mjs). In environment E it has a set of files: those of its
// module ids, canonical, without queries. demarc's set is the modules walked in E and whatever their imports lead to in E:
// a "use client" file that server code imports is in the server's build too, as a proxy. Both sets must be equal, scripts
// and assets, once what follows is taken away:
//
//   ADDED     edges of the build's graph that a plugin wrote into a module; what only they lead to is not counted
//   REPLACED  edges of demarc's graph that a plugin leads elsewhere; what only they lead to is not counted either
//
// On plugin-rsc, the modules of which it made references are compared as well, as if there were two environments more:
// "client references", the "use client" modules of the rsc graph, and "server references", all that have a "use server".
//
// Any other difference needs an explanation in APP.graph.json beside this file:
//
//   { "config": the demarc.config.json of the exam, "why": what it says that demarc does not do by itself,
//     "differences": [{ "environments": [NAME…], "only": "demarc" | "build", "files": [id…], "because": the cause }] }
//
// Exit 1 when a difference is not explained, or when an explanation no longer has its difference; 2 when an exam could not
// be held.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { UsageError, sortIds } from "./app.mjs";
import { fileOf, idOfModule } from "./module-ids.mjs";
import { frameworkOf, recordBuild } from "./vite-build.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REPOSITORY = path.resolve(HERE, "../..");
const APPS = path.join(REPOSITORY, "fixtures/apps");

/** To standard output, whatever frameworks and vite-build.mjs make of console.log. */
const print = (line) => process.stdout.write(`${line}\n`);

const onPluginRsc = (framework) => framework === "plugin-rsc" || framework === "waku";
const inPackage = (name) => (id) => id.includes(`/node_modules/${name}/`);

/** `test` is given an edge of the build: ids of bundler modules; `client` and `server` say if the importer has the directive. */
const ADDED = [
  {
    name: "jsx-runtime",
    why: "the JSX transform imports react/jsx-runtime into every .tsx and .jsx file",
    test: ({ importer, target }) =>
      /\.[jt]sx$/.test(importer) && /\/react\/jsx-(?:dev-)?runtime(?:\.react-server)?\.js$/.test(target),
  },
  {
    name: "plugin-rsc references",
    why: "plugin-rsc makes references of what a directive file exports, with a runtime that it imports into the file",
    test: ({ framework, client, server, target }) =>
      onPluginRsc(framework) &&
      (client || server) &&
      /\/@vitejs\/plugin-rsc\/dist\/(?:react\/|utils\/encryption-runtime\.js$)/.test(target),
  },
  {
    name: "plugin-rsc styles",
    why: "plugin-rsc wraps server components that import CSS, in a component that its own module makes with React",
    test: ({ framework, importer, target }) =>
      onPluginRsc(framework) &&
      (importer.startsWith("\0virtual:vite-rsc/css?") || target.startsWith("\0virtual:vite-rsc/css?")),
  },
  {
    name: "waku stand-ins",
    why: "Waku answers react-server-dom-webpack's client and server by modules of its own, which use plugin-rsc's",
    test: ({ framework, importer }) => framework === "waku" && importer.startsWith("\0react-server-dom-webpack/"),
  },
  {
    name: "rwsdk references",
    why: "rwsdk makes references of what a directive file exports, with a runtime that it imports into the file",
    test: ({ framework, client, server, target }) =>
      framework === "rwsdk" && (client || server) && /\/rwsdk\/dist\/runtime\/entries\/\w+\.js$/.test(target),
  },
  {
    name: "node polyfills",
    why: "@cloudflare/vite-plugin puts unenv in the place of Node's modules and globals",
    test: ({ target }) => inPackage("unenv")(target) || inPackage("@cloudflare/unenv-preset")(target),
  },
];

/** `test` is given an edge of demarc: the importer's id and the specifier. */
const REPLACED = [
  {
    name: "import guards",
    why: "plugin-rsc answers server-only and client-only by modules of its own",
    test: ({ framework, specifier }) => onPluginRsc(framework) && /^(?:server|client)-only$/.test(specifier),
  },
  {
    name: "waku stand-ins",
    why: "Waku answers react-server-dom-webpack's client and server by modules of its own, unless plugin-rsc asks",
    test: ({ framework, importer, specifier }) =>
      framework === "waku" &&
      !inPackage("@vitejs/plugin-rsc")(importer) &&
      /^react-server-dom-webpack\/(?:client|client\.edge|server\.edge)$/.test(specifier),
  },
  {
    name: "ssr bridge",
    why: "rwsdk leaves its bridge out of the worker's build and links the ssr build in its place",
    test: ({ framework, environment, specifier }) =>
      framework === "rwsdk" && environment === "worker" && specifier === "rwsdk/__ssr_bridge",
  },
];

function parseCommandLine() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      demarc: { type: "string", default: path.join(REPOSITORY, "build/release/demarc") },
      environment: { type: "string" },
      result: { type: "string" },
      verbose: { type: "boolean", default: false },
    },
  });
  const apps = positionals.length > 0 ? positionals.map((app) => path.resolve(app)) : fixtureApps();
  if (values.result && apps.length !== 1) throw new UsageError("--result is the answer for one app; name it");
  for (const app of apps) {
    if (!fs.existsSync(path.join(app, "package.json"))) throw new UsageError(`${app} is not an app: it has no package.json`);
  }
  return { apps, ...values };
}

/** Every fixture with a build, those inside a workspace included. */
function fixtureApps() {
  const dirs = fs.readdirSync(APPS).map((name) => path.join(APPS, name));
  const inner = dirs.map((dir) => path.join(dir, "apps")).filter((dir) => fs.existsSync(dir));
  const apps = [...dirs, ...inner.flatMap((dir) => fs.readdirSync(dir).map((name) => path.join(dir, name)))];
  return apps.filter((dir) => fs.existsSync(path.join(dir, "package.json")) && !fs.existsSync(path.join(dir, "apps")));
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file}: ${error.message}`);
  }
}

function readExplanations(app) {
  const file = path.join(HERE, `${path.basename(app)}.graph.json`);
  const { config, differences = [] } = fs.existsSync(file) ? readJson(file) : {};
  const explanations = differences.flatMap(({ environments, only, files, because }) =>
    environments.flatMap((environment) => files.map((id) => ({ environment, only, id, because, used: false }))),
  );
  return { file, config, explanations };
}

function runDemarc({ app, demarc, config }) {
  const args = ["scan", app, "--format", "json", "--emit", "graph"];
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "graph-exam-"));
  if (config) {
    const file = path.join(folder, "demarc.config.json");
    fs.writeFileSync(file, JSON.stringify(config));
    args.push("--config", file);
  }
  const child = spawnSync(demarc, args, { encoding: "utf8", maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "pipe"] });
  fs.rmSync(folder, { recursive: true });
  if (child.error) throw new UsageError(`cannot run ${demarc}: ${child.error.message}; build it first: scripts/demarc --version`);
  if (child.status !== 0) {
    throw new UsageError(`demarc ${args.join(" ")} ended with ${child.signal ?? `exit code ${child.status}`}\n${child.stderr}`);
  }
  return JSON.parse(child.stdout);
}

/** What can be reached from `roots` over `edgesOf`. */
function reach(roots, edgesOf) {
  const reached = new Set(roots);
  for (const node of reached) for (const next of edgesOf(node)) reached.add(next);
  return reached;
}

/** `{ files: Set(id), importers: Map(id -> id), taken: Map(rule -> [id]) }` of a build's environment. */
function filesOfBuild({ root, framework, references, environments }, environment) {
  const { entries, modules } = environments.get(environment);
  const client = new Set(references.client);
  const server = new Set(references.server);
  const ruleOf = (importer, target) =>
    ADDED.find(({ test }) => test({ framework, importer, target, client: client.has(importer), server: server.has(importer) }));
  const own = (id) => {
    const { external, imports } = modules.get(id) ?? { imports: [] };
    return external ? [] : imports;
  };

  const importers = new Map();
  const reached = reach(entries, (id) =>
    own(id).filter((target) => {
      if (ruleOf(id, target)) return false;
      if (!importers.has(target)) importers.set(target, id);
      return true;
    }),
  );
  const idsOf = (ids) =>
    new Set(
      [...ids]
        .filter((id) => !modules.get(id)?.external)
        .map((id) => idOfModule(root, id))
        // A page is no module; the scripts it names are.
        .filter((id) => id !== null && !id.endsWith(".html")),
    );
  const files = idsOf(reached);
  const taken = new Map(ADDED.map(({ name }) => [name, []]));
  const all = reach(entries, own);
  for (const id of all) {
    if (reached.has(id)) continue;
    const [file] = idsOf([id]);
    if (file === undefined || files.has(file)) continue;
    const importer = [...all].find((from) => own(from).includes(id) && (reached.has(from) ? ruleOf(from, id) : true));
    const rule = ruleOf(importer, id);
    if (rule) taken.get(rule.name).push(file);
  }
  const nameOf = (id) => idOfModule(root, id) ?? JSON.stringify(id);
  return { files, importers: new Map([...importers].map(([to, from]) => [nameOf(to), nameOf(from)])), taken };
}

/** The same of demarc's JSON. */
function filesOfDemarc({ entries, modules }, framework, environment) {
  const walked = new Map(modules.filter(({ environments }) => environments.includes(environment)).map((module) => [module.id, module]));
  const ruleOf = (importer, { specifier }) => REPLACED.find(({ test }) => test({ framework, environment, importer, specifier }));
  const targetsOf = ({ targets, external, leaves }) => {
    // Externals have a name and no file.
    if (external || leaves?.[environment] === "external") return [];
    const target = targets[environment];
    return (Array.isArray(target) ? target : [target]).filter((id) => typeof id === "string" && id.startsWith("/"));
  };
  const edgesOf = (id, keep) => (walked.get(id)?.imports ?? []).filter(keep).flatMap(targetsOf);

  // A module is walked because something in E imports it, or as a root: an entry, or a directive file, which code of
  // another environment may have led to.
  const imported = new Set([...walked.keys()].flatMap((id) => edgesOf(id, () => true)));
  const moves = (directive) => directive === "use client" || directive === "use server";
  const roots = [...walked.values()].filter(
    ({ id, directives }) => entries.includes(id) || directives.some(moves) || !imported.has(id),
  );
  const importers = new Map();
  const files = reach(
    roots.map(({ id }) => id),
    (id) => {
      const targets = edgesOf(id, (record) => !ruleOf(id, record));
      for (const target of targets) if (!importers.has(target)) importers.set(target, id);
      return targets;
    },
  );
  const taken = new Map(REPLACED.map(({ name }) => [name, []]));
  for (const [id, { imports }] of walked) {
    for (const record of imports) {
      const rule = ruleOf(id, record);
      if (rule) taken.get(rule.name).push(...targetsOf(record).filter((target) => !files.has(target)));
    }
  }
  return { files, importers, taken };
}

function printTaken(taken, rules, verbose) {
  for (const { name, why } of rules) {
    const files = sortIds(new Set(taken.get(name) ?? []));
    if (files.length === 0) continue;
    print(`      ${String(files.length).padStart(4)}  ${name}: ${why}`);
    if (verbose) for (const file of files) print(`              ${file}`);
  }
}

/** The sets that are compared, by name: `{ name, ours, theirs }`, each side as filesOfBuild and filesOfDemarc give it. */
function* pairsOf({ build, demarc, framework, chosen }) {
  const names = [...build.environments.keys()].sort();
  if (chosen !== undefined && !names.includes(chosen)) {
    throw new UsageError(`the build has no environment '${chosen}'; it has ${names.join(", ")}`);
  }
  for (const name of chosen === undefined ? names : [chosen]) {
    yield { name, ours: filesOfDemarc(demarc, framework, name), theirs: filesOfBuild(build, name) };
  }
  if (!onPluginRsc(framework) || chosen !== undefined) return;
  const side = (ids) => ({ files: new Set(ids), importers: new Map(), taken: new Map() });
  const inRsc = filesOfDemarc(demarc, framework, "rsc").files;
  const inline = demarc.directives.filter(({ value, level }) => value === "use server" && level === "function");
  const idsOf = (modules) => modules.map((id) => idOfModule(build.root, id));
  yield {
    name: "client references",
    ours: side(demarc.clientFiles.filter((id) => inRsc.has(id))),
    theirs: side(idsOf(build.references.client)),
  };
  yield {
    name: "server references",
    ours: side([...demarc.serverFiles, ...inline.filter(({ environments }) => environments.includes("rsc")).map(({ file }) => file)]),
    theirs: side(idsOf(build.references.server)),
  };
}

async function examine(app, options) {
  const { file: explanationsFile, config, explanations } = readExplanations(app);
  const framework = frameworkOf(app);
  const demarc = options.result ? readJson(options.result) : runDemarc({ app, demarc: options.demarc, config });
  if (!demarc.modules) throw new UsageError(`${options.result}: it has no "modules"; make it with --emit graph`);
  const build = await recordBuild(app);

  let problems = 0;
  print(`${app} (${framework})`);
  if (demarc.complete === false) {
    problems++;
    print("    demarc's result says complete: false");
  }
  const examined = new Set();
  for (const { name, ours, theirs } of pairsOf({ build, demarc, framework, chosen: options.environment })) {
    examined.add(name);
    const both = [...ours.files].filter((id) => theirs.files.has(id)).length;
    print(`  ${name}: ${both} in both; demarc ${ours.files.size}, build ${theirs.files.size}`);
    printTaken(theirs.taken, ADDED, options.verbose);
    printTaken(ours.taken, REPLACED, options.verbose);
    const sides = [
      { only: "demarc", mine: ours, other: theirs },
      { only: "build", mine: theirs, other: ours },
    ];
    for (const { only, mine, other } of sides) {
      for (const id of sortIds(mine.files)) {
        if (other.files.has(id)) continue;
        const explanation = explanations.find((e) => e.environment === name && e.only === only && e.id === id);
        const from = mine.importers.has(id) ? `, imported by ${mine.importers.get(id)}` : "";
        print(`    ${explanation ? "known  " : "DIFFERS"} only ${only} has ${id}${from}`);
        if (explanation) {
          explanation.used = true;
          print(`            ${explanation.because}`);
        } else {
          problems++;
        }
      }
    }
  }
  for (const { environment, only, id, used } of explanations) {
    if (used || !examined.has(environment)) continue;
    problems++;
    print(`    ${explanationsFile} still explains ${id} in ${environment} (only ${only}), which is no difference any more`);
  }
  print(problems === 0 ? "  the graphs are equal" : `  ${problems} ${problems === 1 ? "problem" : "problems"}`);
  return problems;
}

/** Frameworks keep state in their modules, so every app has a process of its own. */
function examineInOwnProcess(app, options) {
  const args = [fileURLToPath(import.meta.url), app, "--demarc", options.demarc];
  if (options.environment) args.push("--environment", options.environment);
  if (options.verbose) args.push("--verbose");
  const child = spawnSync(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  return child.status ?? 2;
}

async function main() {
  const options = parseCommandLine();
  if (options.apps.length === 1) return (await examine(options.apps[0], options)) === 0 ? 0 : 1;
  return Math.max(...options.apps.map((app) => examineInOwnProcess(app, options)));
}

main().then(
  // Frameworks leave timers and services behind that would keep the process alive.
  (status) => process.exit(status),
  (error) => {
    console.error(error instanceof UsageError ? `graph-exam: ${error.message}` : error);
    process.exit(2);
  },
);
