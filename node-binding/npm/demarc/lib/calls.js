// From options as people write them to what the addon takes, and back.
import { existsSync } from "node:fs";
import path from "node:path";

import { DemarcError } from "./error.js";
import { native } from "./platform.js";

/** Keys of the configuration file, which are options as well; the addon checks their values as it checks the file's. */
const CONFIGURATION = [
  "framework", "mode", "vite", "entries", "walk", "prescan", "exclude", "environments", "boundaries", "alias", "dedupe",
  "preserveSymlinks", "tsconfigPaths", "external", "typeImports", "follow", "markers", "maxMemory",
];
const OWN = [
  "root", "config", "emit", "stats", "absolutePaths", "allowIncomplete", "threads", "signal", "onProgress",
  "resolveFallback", "loadFallback", "pluginsFirst",
];

function bad(message) {
  return new DemarcError("DEMARC_BAD_CONFIG", message);
}

const expression = ({ source, flags }) => ({ source, flags });

/** Vite's two forms of `resolve.alias`, as the list of the configuration file. */
function aliasList(alias) {
  const list = Array.isArray(alias)
    ? alias
    : Object.entries(alias).map(([find, replacement]) => ({ find, replacement }));
  return list.map(({ find, replacement }) => ({
    find: find instanceof RegExp ? { re: find.source, flags: find.flags } : find,
    replacement,
  }));
}

function configurationOf(options) {
  const configuration = {};
  for (const key of CONFIGURATION) if (options[key] !== undefined) configuration[key] = options[key];
  if (configuration.alias) configuration.alias = aliasList(configuration.alias);
  if (configuration.environments) {
    configuration.environments = Object.fromEntries(
      Object.entries(configuration.environments).map(([name, environment]) => [
        name,
        environment.alias ? { ...environment, alias: aliasList(environment.alias) } : environment,
      ]),
    );
  }
  if (typeof configuration.maxMemory === "number") configuration.maxMemory = String(configuration.maxMemory);
  return configuration;
}

/** What the addon takes. */
export function requestOf(options = {}, extra = []) {
  for (const key of Object.keys(options)) {
    if (!CONFIGURATION.includes(key) && !OWN.includes(key) && !extra.includes(key)) {
      throw bad(`unknown option "${key}"; the options are ${[...OWN, ...CONFIGURATION].join(", ")}`);
    }
  }
  if (options.emit !== undefined && !["map", "modules", "graph"].includes(options.emit)) {
    throw bad(`emit: must be "map", "modules" or "graph"`);
  }
  const { threads } = options;
  if (threads !== undefined && threads !== "auto" && !(Number.isInteger(threads) && threads >= 1 && threads <= 512)) {
    throw bad(`threads: must be "auto" or a number from 1 to 512`);
  }
  const pluginsFirst = options.pluginsFirst ?? [];
  if (!Array.isArray(pluginsFirst) || pluginsFirst.some((one) => !(one instanceof RegExp))) {
    throw bad("pluginsFirst: must be an array of regular expressions");
  }
  const configuration = configurationOf(options);
  return {
    root: options.root === undefined ? "" : path.resolve(String(options.root)),
    config: typeof options.config === "string" ? path.resolve(options.config) : "",
    noConfig: options.config === false,
    overrides: Object.keys(configuration).length > 0 ? JSON.stringify(configuration) : "",
    graph: options.emit === "graph",
    modules: options.emit === "modules",
    stats: options.stats === true,
    absolutePaths: options.absolutePaths === true,
    allowIncomplete: options.allowIncomplete === true,
    threads: threads === "auto" ? 0 : threads,
    pluginsFirst: pluginsFirst.map(expression),
    asksHost: typeof options.resolveFallback === "function",
  };
}

export function errorOf(code, message, diagnostics) {
  return new DemarcError(code, `demarc: ${message}`, diagnostics ? JSON.parse(diagnostics) : []);
}

const idOf = (answer) => (typeof answer === "string" ? answer : (answer?.id ?? null));

/** Neither an external nor a file. */
const isMade = (answer) => {
  const id = idOf(answer);
  return id !== null && !answer.external && !(path.isAbsolute(id) && existsSync(id.replace(/[?#].*$/s, "")));
};

/** Questions as the addon writes them: [environments, importer, [specifier, bits, …], importer, …] by importer. */
export function decodeQuestions(json) {
  const [environments, ...groups] = JSON.parse(json);
  const questions = [];
  for (let group = 0; group < groups.length; group += 2) {
    const importer = groups[group];
    const list = groups[group + 1];
    for (let i = 0; i < list.length; i += 2) {
      const bits = list[i + 1];
      questions.push({
        specifier: list[i],
        importer,
        environment: environments[bits >> 2],
        kind: bits & 1 ? "require" : "import",
        first: (bits & 2) !== 0,
      });
    }
  }
  return questions;
}

/** [index, "=id" or "!id" or [id, directive, import…], …], as the addon reads answers: most questions have none. */
function encodeAnswers(questions, answers, made) {
  const encoded = [];
  answers.forEach((answer, index) => {
    const id = idOf(answer);
    if (typeof id !== "string") return;
    const text = made.get(placeOf(id, questions[index]));
    encoded.push(index, text ? [id, text.boundary, ...text.imports] : answer.external ? `!${id}` : `=${id}`);
  });
  return encoded;
}

const placeOf = (id, question) => `${question?.environment}\n${id}`;

/** Of a module that a plugin made: the directive that it begins with, and the specifiers that it imports. */
function contentsOf(code, lang) {
  const reply = native().parse(code, lang);
  if (Array.isArray(reply)) throw errorOf(...reply);
  const followed = ["import", "side-effect", "export-from", "export-all", "dynamic", "require", "import-equals"];
  const { directives, imports } = JSON.parse(reply.toString("utf8"));
  const says = directives.filter(({ level }) => level === "module").map(({ value }) => value);
  return {
    // A module that says both is a client module.
    boundary: ["use client", "use server"].find((value) => says.includes(value)) ?? "",
    imports: imports
      .filter(({ kind, typeOnly }) => !typeOnly && followed.includes(kind))
      .map(({ specifier }) => specifier),
  };
}

/** Asks for the texts of the modules among the answers that are no files: environment and id -> contents. */
async function importsOfMade(questions, answers, loadFallback) {
  const made = new Map();
  if (!loadFallback) return made;
  const wanted = new Map();
  answers.forEach((answer, index) => {
    if (index >= questions.length || !isMade(answer)) return;
    const { environment } = questions[index];
    wanted.set(placeOf(idOf(answer), questions[index]), { id: idOf(answer), environment });
  });
  if (wanted.size === 0) return made;
  const asked = [...wanted.values()];
  const texts = await loadFallback(asked);
  if (!Array.isArray(texts)) throw new TypeError("loadFallback must answer with an array");
  asked.forEach(({ id, environment }, index) => {
    const text = texts[index];
    const code = typeof text === "string" ? text : text?.code;
    if (typeof code === "string") made.set(placeOf(id, { environment }), contentsOf(code, text.lang ?? "tsx"));
  });
  return made;
}

/** The Buffer of one asynchronous call. */
export function call(kind, request, { signal, onProgress, resolveFallback, loadFallback } = {}) {
  const addon = native();
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    let id;
    let timer;
    let failure; // what the caller's own functions threw
    const stop = (error) => {
      failure ??= { error };
      addon.cancel(id);
    };
    const onAbort = () => stop(signal.reason);
    const settle = (action) => {
      clearInterval(timer);
      signal?.removeEventListener("abort", onAbort);
      if (failure) reject(failure.error);
      else action();
    };
    const ask = async (batch, json) => {
      try {
        const questions = decodeQuestions(json);
        const answers = await resolveFallback(questions);
        if (!Array.isArray(answers)) throw new TypeError("resolveFallback must answer with an array");
        const made = await importsOfMade(questions, answers, loadFallback);
        addon.answer(id, batch, encodeAnswers(questions, answers, made));
      } catch (error) {
        stop(error);
      }
    };
    id = addon[kind](request, (event, ...values) => {
      if (event === "ask") ask(...values);
      else if (event === "done") settle(() => resolve(values[0]));
      else settle(() => reject(errorOf(...values)));
    });
    signal?.addEventListener("abort", onAbort, { once: true });
    if (onProgress) {
      const report = () => {
        try {
          const [filesFound, filesDone] = addon.progress(id);
          onProgress({ filesFound, filesDone });
        } catch (error) {
          stop(error);
        }
      };
      timer = setInterval(report, 100);
      timer.unref();
    }
  });
}
