// What the plugins of a build are asked about by a scan: options resolveFallback, loadFallback and pluginsFirst.
//
// A large app has tens of thousands of imports, and one plugin of the project's own without a filter wants to see them
// all, most of them in code that has not been compiled yet. So nothing here waits for a promise unless a plugin gave one.
import path from "node:path";

import { resolve } from "../index.js";
import { byOrder, ownPlugins, passesFilter, pluginsBeforeDisk, resolvingPlugins, specifiersOf } from "./vite-config.js";

const handlerOf = (hook) => (typeof hook === "function" ? hook : hook?.handler);
const isRelative = (specifier) => /^\.\.?\//.test(specifier);
const isPromise = (value) => typeof value?.then === "function";
const idIn = (answer) => (typeof answer === "string" ? answer : answer?.id);

// Where the two hosts that a project's plugins can have differ.

/** rwsdk's own scan calls plugins one after the other as they stand, with what is absolute or bare. */
const asRwsdk = {
  ordered: (hooks) => hooks,
  first: pluginsBeforeDisk,
  // A filter sees the absolute request, which the scanner does not know.
  specifiers: (own) => (own.length === 0 ? [] : [...specifiersOf(own), /^\.\.?\//]),
  request: ({ specifier, importer }) =>
    isRelative(specifier) && path.isAbsolute(importer) ? path.resolve(path.dirname(importer), specifier) : specifier,
  extra: () => ({ scan: true }),
  read(answer, request) {
    const id = idIn(answer);
    // Vite's own say of what they cannot place that it is external, or an empty module.
    return id && id !== request ? { id, external: id.startsWith("__vite-") } : null;
  },
};

/** Rolldown: by the order of each hook, with the specifier as it is written, after aliases. */
const asRolldown = (alias) => ({
  ordered: byOrder,
  first: (hooks) => ownPlugins(pluginsBeforeDisk(hooks)),
  // An alias may lead to what a filter waits for.
  specifiers: (own) => [...specifiersOf(own), ...(own.length === 0 ? [] : alias.map(({ pattern }) => pattern))],
  request({ specifier }) {
    const found = alias.find(({ pattern }) => pattern.test(specifier));
    return found ? specifier.replace(found.find, found.replacement) : specifier;
  },
  extra: ({ kind }, environment) => ({
    attributes: {},
    custom: {},
    isEntry: false,
    kind: kind === "require" ? "require-call" : "import-statement",
    ssr: environment.config.consumer === "server",
  }),
  read(answer, request) {
    if (answer === false) return { id: request, external: true };
    const id = idIn(answer);
    return id ? { id, external: Boolean(answer.external) || id.startsWith("__vite-") } : null;
  },
});

function aliasesOf(alias = []) {
  return alias.map(({ find, replacement }) => {
    const escaped = String(find).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    const pattern = find instanceof RegExp ? new RegExp(find.source, find.flags.replace(/[gy]/g, "")) : new RegExp(`^${escaped}(?=/|$)`);
    return { find: pattern, pattern, replacement };
  });
}

/** Where the disk leads, for plugins that ask: what is asked in one turn of the event loop is one question. */
function createDisk(options) {
  let batch;
  return (question) => {
    if (!batch) {
      const questions = [];
      batch = {
        questions,
        answers: new Promise((settle) => setImmediate(settle)).then(() => {
          batch = undefined;
          return resolve(questions, options);
        }),
      };
    }
    const { answers, questions } = batch;
    const index = questions.push(question) - 1;
    return answers.then((all) => all[index][0]);
  };
}

/** `environments` are Vite's, by name; `options` are the scan's. A plugin that fails has no opinion. */
export function createFallback(environments, options, { load }) {
  const host = options.framework === "rwsdk" ? asRwsdk : asRolldown(aliasesOf(options.alias));
  const disk = createDisk(options);
  const of = (find) => new Map(Object.keys(options.environments).map((name) => [name, find(environments[name].plugins)]));
  const all = of((plugins) => host.ordered(resolvingPlugins(plugins)));
  const first = new Map([...all].map(([name, hooks]) => [name, host.first(hooks)]));
  const loading = of((plugins) =>
    byOrder(plugins.filter(({ load: hook }) => handlerOf(hook)).map((plugin) => ({ plugin, order: plugin.load.order }))),
  );

  const answerOfDisk = async (specifier, importer, environment) => {
    const answer = await disk({ specifier, importer, environment });
    if (answer.result === "file") return { id: answer.path + answer.postfix };
    return answer.result === "external" && host !== asRwsdk ? { id: specifier, external: true } : null;
  };

  /** A plugin's `this`. `skipped`: those that are being asked the same already, which would ask for ever. */
  const contextOf = (name, plugin, skipped) => {
    const environment = environments[name];
    if (host === asRwsdk) {
      // rwsdk's scan takes an importer for a folder here.
      const importerOf = (importer) => path.join(importer || environment.config.root, "importer");
      return { environment, resolve: (specifier, importer) => answerOfDisk(specifier, importerOf(importer), name) };
    }
    return {
      environment,
      meta: { rollupVersion: "4.0.0", watchMode: false },
      async resolve(specifier, importer, { skipSelf = true } = {}) {
        const question = { specifier, importer, environment: name, kind: "import" };
        const skip = skipSelf ? [...skipped, { plugin, specifier, importer }] : skipped;
        return (
          (await askAll(question, first.get(name), skip)) ??
          (await answerOfDisk(specifier, importer, name)) ??
          askAll(question, all.get(name), skip)
        );
      },
      getModuleInfo: () => null,
      addWatchFile() {},
      debug() {},
      info() {},
      warn() {},
      error(error) {
        throw error instanceof Error ? error : new Error(error?.message ?? String(error));
      },
    };
  };
  const contexts = new Map();
  const usualContext = (name, plugin) => {
    let own = contexts.get(name);
    if (!own) contexts.set(name, (own = new Map()));
    let context = own.get(plugin);
    if (!context) own.set(plugin, (context = contextOf(name, plugin, [])));
    return context;
  };

  /** The first answer of these plugins from `index` on, or null; a promise only if one of them gave a promise. */
  function askAll(question, hooks, skipped = [], index = 0) {
    const { specifier, importer, environment } = question;
    const request = host.request(question);
    for (; index < hooks.length; ++index) {
      const { plugin, handler, filter } = hooks[index];
      if (filter !== undefined && !passesFilter(filter, request)) continue;
      const isSkipped = (one) => one.plugin === plugin && one.specifier === specifier && one.importer === importer;
      if (skipped.length > 0 && skipped.some(isSkipped)) continue;
      let answer;
      try {
        const context = skipped.length > 0 ? contextOf(environment, plugin, skipped) : usualContext(environment, plugin);
        answer = handler.call(context, request, importer, host.extra(question, environments[environment]));
      } catch {
        continue;
      }
      if (isPromise(answer)) {
        const rest = () => askAll(question, hooks, skipped, index + 1);
        return answer.then((value) => host.read(value, request) ?? rest(), rest);
      }
      const read = host.read(answer, request);
      if (read) return read;
    }
    return null;
  }

  const loadOne = async ({ id, environment }) => {
    for (const { plugin } of loading.get(environment)) {
      if (!passesFilter(plugin.load.filter?.id, id)) continue;
      try {
        const text = await handlerOf(plugin.load).call(usualContext(environment, plugin), id, {});
        if (text !== null && text !== undefined) return text;
      } catch {
        // no opinion
      }
    }
    return null;
  };

  return {
    pluginsFirst: [...first.values()].flatMap((hooks) => host.specifiers(ownPlugins(hooks))),
    resolveFallback(questions) {
      const answers = new Array(questions.length);
      const late = [];
      questions.forEach((question, index) => {
        const answer = askAll(question, (question.first ? first : all).get(question.environment));
        if (isPromise(answer)) late.push(answer.then((value) => (answers[index] = value)));
        else answers[index] = answer;
      });
      return late.length === 0 ? answers : Promise.all(late).then(() => answers);
    },
    ...(load ? { loadFallback: (files) => Promise.all(files.map(loadOne)) } : {}),
  };
}
