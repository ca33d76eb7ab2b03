// What the plugins of a build are asked about by a scan: options resolveFallback, loadFallback and pluginsFirst.
import path from "node:path";

import { resolve } from "../index.js";
import { ownPlugins, passesFilter, pluginsFirstOf, resolvingPlugins } from "./vite-config.js";

const handlerOf = (hook) => (typeof hook === "function" ? hook : hook?.handler);

/**
 * `environments` are Vite's, by name; `options` are the scan's. A plugin's `this` is small, as in rwsdk's own scan: the
 * environment, and a resolve() that asks the scanner. One that fails has no opinion.
 */
export function createFallback(environments, options, { load }) {
  const of = (find) =>
    new Map(Object.keys(options.environments).map((name) => [name, find(environments[name].plugins)]));
  const all = of(resolvingPlugins);
  const own = of(ownPlugins);
  const loading = of((plugins) => plugins.filter((plugin) => handlerOf(plugin.load)));

  const contextOf = (name) => ({
    environment: environments[name],
    meta: { rollupVersion: "4.0.0", watchMode: false },
    async resolve(specifier, importer) {
      const [answer] = await resolve({ specifier, importer, environment: name }, options);
      return answer.result === "file" ? { id: answer.path + answer.postfix } : null;
    },
    addWatchFile() {},
    debug() {},
    info() {},
    warn() {},
    error(error) {
      throw error instanceof Error ? error : new Error(error?.message ?? String(error));
    },
  });
  const contexts = new Map([...all.keys()].map((name) => [name, contextOf(name)]));

  const ask = async ({ specifier, importer, environment, first }) => {
    const isRelative = /^\.\.?\//.test(specifier) && path.isAbsolute(importer);
    const request = isRelative ? path.posix.resolve(path.posix.dirname(importer), specifier) : specifier;
    for (const { handler, filter } of (first ? own : all).get(environment)) {
      // A filter speaks of the specifier as it is written, rwsdk's scan of the request.
      if (!passesFilter(filter, specifier) && !passesFilter(filter, request)) continue;
      let answer;
      try {
        answer = await handler.call(contexts.get(environment), request, importer, { scan: true, attributes: {}, isEntry: false });
      } catch {
        continue;
      }
      const id = typeof answer === "string" ? answer : answer?.id;
      // Vite's own say of what they cannot place that it is external, or an empty module.
      if (id && id !== request) return { id, external: answer.external === true || id.startsWith("__vite-") };
    }
    return null;
  };

  const loadOne = async ({ id, environment }) => {
    for (const plugin of loading.get(environment)) {
      if (!passesFilter(plugin.load.filter?.id, id)) continue;
      try {
        const text = await handlerOf(plugin.load).call(contexts.get(environment), id, {});
        if (text !== null && text !== undefined) return text;
      } catch {
        // no opinion
      }
    }
    return null;
  };

  return {
    pluginsFirst: pluginsFirstOf([...own.values()].flat()),
    resolveFallback: (questions) => Promise.all(questions.map(ask)),
    ...(load ? { loadFallback: (files) => Promise.all(files.map(loadOne)) } : {}),
  };
}
