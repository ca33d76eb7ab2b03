// A walk in Node on libraries: oxc-resolver says where specifiers lead, and what a module imports is said by oxc-parser
// or, which is faster, by es-module-lexer, with oxc-parser for the TypeScript and JSX that it cannot read.
//
//   node node-walk.mjs PROJECT.json --parser oxc|lexer --workers 1|2
//
// One worker is this thread. With more, this thread only keeps the set of what was seen: each worker reads, parses and
// resolves the files that are given to it, a file always by the same one.

import fs from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

import * as lexer from "es-module-lexer";
import { parseSync } from "oxc-parser";
import { ResolverFactory } from "oxc-resolver";

import { ASSET, DirectiveMap, EXTERNAL, directivesOf, isScript, readProject, report } from "./peer.mjs";

const BUILTINS = new Set(builtinModules);
const EXTENSIONS = [".mjs", ".js", ".mts", ".ts", ".jsx", ".tsx", ".json"];
const isPlain = (file) => /\.[cm]?js$/.test(file);

/** Specifiers of require() in a file without import or export, by pattern: both parsers list those of modules only. */
function requiresIn(text) {
  return [...text.matchAll(/\brequire\(\s*(["'])([^"'\n]+)\1\s*\)/g)].map(([, , specifier]) => ({ specifier, required: true }));
}

function importsByLexer(text) {
  const [imports, , , isModule] = lexer.parse(text);
  if (!isModule && !imports.length) return requiresIn(text);
  const found = [];
  for (const one of imports) {
    const specifier = one.specifier ?? one.n;
    if (specifier !== undefined) found.push({ specifier, required: false });
  }
  return found;
}

function importsByParser(file, text) {
  const { module } = parseSync(file, text);
  if (!module.hasModuleSyntax) return requiresIn(text);
  const found = [];
  const add = (specifier) => found.push({ specifier, required: false });
  for (const { moduleRequest, entries } of module.staticImports) {
    if (entries.length === 0 || entries.some(({ isType }) => !isType)) add(moduleRequest.value);
  }
  for (const { entries } of module.staticExports) {
    const from = entries.find(({ moduleRequest, isType }) => moduleRequest && !isType);
    if (from) add(from.moduleRequest.value);
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^(["'`])(.*)\1$/s.exec(text.slice(moduleRequest.start, moduleRequest.end));
    if (literal && !literal[2].includes("${")) add(literal[2]);
  }
  return found;
}

/** Reads, parses and resolves; expand(file, environment) is called once for a pair. */
class Expander {
  #files = new Map();
  #resolvers = new Map();

  constructor(project, parser) {
    this.project = project;
    this.parser = parser;
  }

  expand(file, environment) {
    let facts = this.#files.get(file);
    if (facts === undefined) {
      const text = fs.readFileSync(file, "utf8");
      const imports = this.parser === "lexer" && isPlain(file) ? importsByLexer(text) : importsByParser(file, text);
      facts = { directives: directivesOf(text), imports };
      this.#files.set(file, facts);
    }
    const { boundaries } = this.project;
    const moved = facts.directives.flatMap((directive) => boundaries[directive] ?? []);
    const targets = [];
    for (const name of moved.length > 0 ? moved : [environment]) {
      if (moved.length > 0 && name !== environment) {
        targets.push([file, name]);
        continue;
      }
      for (const { specifier, required } of facts.imports) {
        const target = this.#resolve(path.dirname(file), specifier, name, required);
        if (target !== null) targets.push([target, name]);
      }
    }
    return { directives: facts.directives, targets };
  }

  #resolve(directory, specifier, environment, required) {
    if (EXTERNAL.test(specifier) || ASSET.test(specifier) || BUILTINS.has(specifier)) return null;
    const key = `${environment}${required ? "!" : ""}`;
    let resolver = this.#resolvers.get(key);
    if (!resolver) this.#resolvers.set(key, (resolver = { factory: this.#factory(environment, required), known: new Map() }));
    let known = resolver.known.get(directory);
    if (!known) resolver.known.set(directory, (known = new Map()));
    let target = known.get(specifier);
    if (target === undefined) {
      const resolved = resolver.factory.sync(directory, specifier).path ?? null;
      target = resolved !== null && isScript(resolved) ? resolved : null;
      known.set(specifier, target);
    }
    return target;
  }

  #factory(environment, required) {
    const { conditions, mainFields } = this.project.environments.get(environment);
    return new ResolverFactory({
      conditionNames: [...conditions, required ? "require" : "import", "default"],
      mainFields: [...mainFields, "main"],
      aliasFields: mainFields.includes("browser") ? [["browser"]] : [],
      extensions: EXTENSIONS,
      ...(this.project.tsconfig ? { tsconfig: { configFile: this.project.tsconfig } } : {}),
    });
  }
}

function walkHere(project, parser) {
  const expander = new Expander(project, parser);
  const map = new DirectiveMap(project.root);
  const files = new Set();
  const seen = new Map([...project.environments.keys()].map((name) => [name, new Set()]));
  const queue = [];
  const add = (file, environment) => {
    const done = seen.get(environment);
    if (done.has(file)) return;
    done.add(file);
    queue.push([file, environment]);
  };
  for (const { file, environment } of project.entries) add(fs.realpathSync(file), environment);
  while (queue.length > 0) {
    const [file, environment] = queue.pop();
    files.add(file);
    const { directives, targets } = expander.expand(file, environment);
    if (directives.length > 0) map.add(file, directives);
    for (const [target, name] of targets) add(target, name);
  }
  return { map, modules: files.size };
}

const BATCH = 64;

async function walkWithWorkers(project, file, parser, count) {
  const map = new DirectiveMap(project.root);
  const owners = new Map();
  const seen = new Map([...project.environments.keys()].map((name) => [name, new Set()]));
  const workers = Array.from({ length: count }, () => ({
    thread: new Worker(new URL(import.meta.url), { workerData: { file, parser } }),
    queue: [],
    pending: 0,
  }));
  let next = 0;
  const add = (path, environment) => {
    const done = seen.get(environment);
    if (done.has(path)) return;
    done.add(path);
    let owner = owners.get(path);
    if (owner === undefined) owners.set(path, (owner = next++ % count));
    workers[owner].queue.push([path, environment]);
  };
  const feed = () => {
    for (const worker of workers) {
      while (worker.pending < 2 && worker.queue.length > 0) {
        worker.pending++;
        worker.thread.postMessage(worker.queue.splice(-BATCH));
      }
    }
  };
  const finished = Promise.withResolvers();
  for (const worker of workers) {
    worker.thread.on("error", finished.reject);
    worker.thread.on("message", ({ directives, targets }) => {
      worker.pending--;
      for (const [path, found] of directives) map.add(path, found);
      for (const [path, environment] of targets) add(path, environment);
      feed();
      if (workers.every(({ pending, queue }) => pending === 0 && queue.length === 0)) finished.resolve();
    });
  }
  for (const { file: entry, environment } of project.entries) add(fs.realpathSync(entry), environment);
  feed();
  await finished.promise;
  return { map, modules: owners.size };
}

async function serve() {
  await lexer.init;
  const expander = new Expander(readProject(workerData.file), workerData.parser);
  const sent = new Set();
  parentPort.on("message", (batch) => {
    const answer = { directives: [], targets: [] };
    for (const [file, environment] of batch) {
      const { directives, targets } = expander.expand(file, environment);
      if (directives.length > 0) answer.directives.push([file, directives]);
      for (const target of targets) {
        const key = `${target[1]} ${target[0]}`;
        if (sent.has(key)) continue;
        sent.add(key);
        answer.targets.push(target);
      }
    }
    parentPort.postMessage(answer);
  });
}

if (isMainThread) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { parser: { type: "string", default: "lexer" }, workers: { type: "string", default: "1" } },
  });
  const project = readProject(positionals[0]);
  const workers = Number(values.workers);
  await lexer.init;
  await report(() =>
    workers === 1 ? walkHere(project, values.parser) : walkWithWorkers(project, positionals[0], values.parser, workers),
  );
} else {
  await serve();
}
