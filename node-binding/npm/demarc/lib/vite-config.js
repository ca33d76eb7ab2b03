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

// A pattern that remembers where it stopped would answer differently the second time.
const stateless = new WeakMap();
function matches(pattern, id) {
  if (!(pattern instanceof RegExp)) return pattern === id;
  if (!pattern.global && !pattern.sticky) return pattern.test(id);
  if (!stateless.has(pattern)) stateless.set(pattern, new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, "")));
  return stateless.get(pattern).test(id);
}

const listOf = (patterns) => (patterns === undefined || patterns === null ? [] : [patterns].flat());
const isTest = (filter) => typeof filter === "string" || filter instanceof RegExp || Array.isArray(filter);

/** Whether a hook's filter (Rollup's object form) lets an id through. */
export function passesFilter(filter, id) {
  if (filter === undefined || filter === null) return true;
  if (isTest(filter)) return listOf(filter).some((pattern) => matches(pattern, id));
  if (listOf(filter.exclude).some((pattern) => matches(pattern, id))) return false;
  const include = listOf(filter.include);
  return include.length === 0 || include.some((pattern) => matches(pattern, id));
}

/** Plugins with something to say about where a specifier leads, in the order of the list. */
export function resolvingPlugins(plugins) {
  const found = [];
  for (const plugin of plugins) {
    const hook = plugin.resolveId;
    const handler = typeof hook === "function" ? hook : hook?.handler;
    if (typeof handler === "function") found.push({ plugin, handler, filter: hook.filter?.id, order: hook.order });
  }
  return found;
}

/** The order in which a bundler calls hooks: those that say "pre", the rest, those that say "post". */
export function byOrder(hooks) {
  const of = (order) => hooks.filter((hook) => (hook.order === "pre" || hook.order === "post" ? hook.order : "") === order);
  return [...of("pre"), ...of(""), ...of("post")];
}

// Those of Vite and of the frameworks answer as the scanner does; any other may not.
const KNOWN_PREFIX = /^(vite|builtin|native|rolldown|rwsdk|rsc|waku|vite-plugin-cloudflare|cloudflare):/;
const KNOWN = new Set(["alias", "commonjs", "vite-tsconfig-paths", "@mdx-js/rollup", "mdx", "vite-plugin-cloudflare", "cloudflare"]);
const DISK = new Set(["vite:resolve", "builtin:vite-resolve", "native:resolve"]);

const isKnown = ({ plugin: { name = "" } }) => KNOWN.has(name) || KNOWN_PREFIX.test(name);

/**
 * Of plugins in the order in which they are called, those that come to a specifier before the disk does, up to the last
 * that is the project's own. None, when none of them is.
 */
export function pluginsBeforeDisk(hooks) {
  const disk = hooks.findIndex(({ plugin }) => DISK.has(plugin.name));
  const before = disk < 0 ? hooks : hooks.slice(0, disk);
  return before.slice(0, before.findLastIndex((hook) => !isKnown(hook)) + 1);
}

export const ownPlugins = (hooks) => hooks.filter((hook) => !isKnown(hook));

const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/** Which specifiers these plugins want to see: all, unless each says by a filter which. */
export function specifiersOf(hooks) {
  const patterns = [];
  for (const { filter } of hooks) {
    const include = filter && !isTest(filter) ? filter.include : filter;
    if (listOf(include).length === 0) return [/(?:)/];
    for (const pattern of listOf(include)) {
      patterns.push(pattern instanceof RegExp ? pattern : new RegExp(`^${escaped(pattern)}$`));
    }
  }
  return patterns;
}
