// A resolved Vite configuration as options of a scan.

/** Vite's placeholder for development or production, which the scanner adds by the mode. */
const MODE_CONDITION = "development|production";

const texts = (list) => (Array.isArray(list) ? list.filter((one) => typeof one === "string") : undefined);

/** One environment of a build or a dev server. */
export function environmentOf(environment) {
  const { resolve, consumer } = environment.config;
  const { conditions, mainFields, extensions, noExternal } = resolve;
  const options = {
    consumer: consumer === "client" ? "client" : "server",
    conditions: conditions.filter((condition) => condition !== MODE_CONDITION),
    mainFields: mainFields.filter((field) => field !== "main"),
    extensions,
    // Regular expressions among them (node: and the like) are what the scanner knows by itself.
    builtins: texts(resolve.builtins)?.length ? texts(resolve.builtins) : undefined,
    external: texts(resolve.external),
    noExternal: noExternal === true ? true : (texts(noExternal) ?? undefined),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

export function tsconfigPathsOf(config) {
  if (config.plugins.some(({ name }) => name === "vite-tsconfig-paths")) return "plugin";
  return config.resolve.tsconfigPaths === true ? "vite8" : "off";
}

/** What all environments share. */
export function sharedOptions(config) {
  return {
    root: config.root,
    mode: config.isProduction ? "production" : "development",
    alias: config.resolve.alias.map(({ find, replacement }) => ({ find, replacement })),
    preserveSymlinks: config.resolve.preserveSymlinks === true,
    tsconfigPaths: tsconfigPathsOf(config),
  };
}

/** Whether a hook's filter (Rollup's object form) lets an id through. */
export function passesFilter(filter, id) {
  if (filter === undefined || filter === null) return true;
  const matches = (pattern) => (pattern instanceof RegExp ? new RegExp(pattern).test(id) : pattern === id);
  const list = (patterns) => (patterns === undefined ? [] : [patterns].flat());
  if (typeof filter === "string" || filter instanceof RegExp || Array.isArray(filter)) return list(filter).some(matches);
  if (list(filter.exclude).some(matches)) return false;
  return filter.include === undefined || list(filter.include).some(matches);
}

/** Plugins with something to say about where a specifier leads, in the order in which Vite asks them. */
export function resolvingPlugins(plugins) {
  const found = [];
  for (const plugin of plugins) {
    const hook = plugin.resolveId;
    const handler = typeof hook === "function" ? hook : hook?.handler;
    if (typeof handler === "function") found.push({ plugin, handler, filter: hook.filter?.id });
  }
  return found;
}

// Those of Vite, its frameworks and rwsdk answer as the scanner does; a plugin of the project's own may not.
const KNOWN = /^(vite|builtin|native|rolldown|rwsdk|rsc|vite-plugin-cloudflare|cloudflare|@cloudflare|@mdx-js|mdx|vite-tsconfig-paths|alias|commonjs|waku|react)\b|^vite:|^rsc:/;

export function ownPlugins(plugins) {
  return resolvingPlugins(plugins).filter(({ plugin }) => !KNOWN.test(plugin.name ?? ""));
}

/** Which specifiers those plugins see before the disk is asked: all, unless each says by a filter which it wants. */
export function pluginsFirstOf(plugins) {
  const patterns = [];
  for (const { filter } of plugins) {
    const include = filter === undefined || filter === null ? undefined
      : typeof filter === "object" && !(filter instanceof RegExp) && !Array.isArray(filter) ? filter.include
      : filter;
    if (include === undefined) return [/(?:)/];
    for (const pattern of [include].flat()) {
      patterns.push(pattern instanceof RegExp ? pattern : new RegExp(`^${pattern.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}$`));
    }
  }
  return patterns;
}
