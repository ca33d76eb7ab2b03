// The scan of a whole Vite build or dev server: which environments it has, by the framework among its plugins.
import { readFileSync, statSync } from "node:fs";
import path from "node:path";

import { parseModule, scan } from "../index.js";
import { createFallback } from "./fallback.js";
import { costLine } from "./report.js";
import { environmentOf, sharedOptions } from "./vite-config.js";

export const isFile = (file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true;

/** The manager of plugin-rsc, if it is one whose scan builds can be told from the others. */
export function managerOf(config) {
  const manager = config.plugins.find(({ name }) => name === "rsc:minimal")?.api?.manager;
  return typeof manager?.isScanBuild === "boolean" ? manager : undefined;
}

/** "rwsdk", "plugin-rsc" (and whatever stands on it), or undefined: neither is among the plugins. */
export function frameworkOf(config) {
  const has = (name) => config.plugins.some((plugin) => plugin.name === name);
  return has("rwsdk:config") ? "rwsdk" : has("rsc:minimal") ? "plugin-rsc" : undefined;
}

export function inputsOf({ config: { build } }) {
  const input = (build.rolldownOptions ?? build.rollupOptions)?.input;
  if (typeof input === "string") return [input];
  if (Array.isArray(input)) return input;
  return input && typeof input === "object" ? Object.values(input) : [];
}

// Of a directive the parser knows; of this, only that a module's text holds it.
const MARKERS = ["import.meta.viteRsc"];
const RSC = ["rsc", "ssr", "client"];

/** The module scripts of a page; undefined where one is written into it. */
function scriptsOf(page, root) {
  const html = readFileSync(page, "utf8").replace(/<!--.*?-->/gs, "");
  const scripts = [];
  for (const [, attributes] of html.matchAll(/<script\b([^>]*)>/gi)) {
    if (!/\btype\s*=\s*["']?module\b/i.test(attributes)) continue;
    const source = /\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(attributes);
    if (!source) return undefined;
    const url = source[1] ?? source[2] ?? source[3];
    const file = url.startsWith("/") ? path.join(root, url) : path.resolve(path.dirname(page), url);
    if (isFile(file)) scripts.push(file);
  }
  return scripts;
}

/** Entries of all environments as demarc has them; undefined where one is no file: then the framework's are detected. */
function entriesOf(environments, root) {
  const entries = [];
  for (const name of RSC) {
    if (!environments[name]) continue;
    for (const input of inputsOf(environments[name])) {
      const file = path.resolve(root, input);
      if (input.includes("virtual:") || input.startsWith("\0") || !isFile(file)) return undefined;
      const files = /\.html?$/i.test(file) ? scriptsOf(file, root) : [file];
      if (!files) return undefined;
      for (const one of files) entries.push(`${name}=${one}`);
    }
  }
  return entries.length > 0 ? entries : undefined;
}

const environmentsOf = (environments, names) =>
  Object.fromEntries(names.map((name) => [name, environmentOf(environments[name])]));

export const RWSDK_DEDUPE = ["react", "react-dom", "react-server-dom-webpack", "rwsdk"];

/** `host`: a builder or a dev server. */
export function scanOptionsOf({ config, environments }) {
  const shared = sharedOptions(config);
  const dedupe = config.resolve.dedupe ?? [];
  switch (frameworkOf(config)) {
    case "rwsdk":
      return {
        ...shared,
        framework: "rwsdk",
        environments: environmentsOf(environments, ["worker", "client"]),
        boundaries: { "use client": ["client"], "use server": ["worker"] },
        dedupe: [...new Set([...RWSDK_DEDUPE, ...dedupe])],
      };
    case "plugin-rsc":
      return {
        ...shared,
        entries: entriesOf(environments, config.root),
        environments: environmentsOf(environments, RSC),
        boundaries: { "use client": ["ssr", "client"], "use server": ["rsc"] },
        dedupe,
        markers: MARKERS,
      };
    default:
      return { ...shared, dedupe };
  }
}

/** What no scan can list, because it is no file: modules that plugins make and that have a directive or a marker. */
function noteMade(fallback, made) {
  const { loadFallback } = fallback;
  if (!loadFallback) return fallback;
  return {
    ...fallback,
    async loadFallback(files) {
      const texts = await loadFallback(files);
      files.forEach(({ id, environment }, index) => {
        const text = texts[index];
        const code = typeof text === "string" ? text : text?.code;
        if (typeof code !== "string" || !/use server|import\.meta\.viteRsc/.test(code)) return;
        const hasFunctions = parseModule(code).directives.some(({ value }) => value === "use server");
        if (hasFunctions || MARKERS.some((marker) => code.includes(marker))) made.push({ id, environment });
      });
      return texts;
    },
  };
}

/** Scans, and says through Vite's logger what it cost. The result's `made`: as above, { id, environment }. */
export async function scanOfBuild(host, options = {}, { quiet = false } = {}) {
  const own = { ...scanOptionsOf(host), ...options };
  // rwsdk's scan takes what is no file for a leaf; the others' load it.
  const fallback = own.environments
    ? createFallback(host.environments, own, { load: own.framework !== "rwsdk" })
    : {};
  const made = [];
  const result = await scan({ ...own, emit: "modules", stats: true, ...noteMade(fallback, made) });
  if (!quiet) host.config.logger.info(costLine(result));
  return Object.assign(result, { made });
}
