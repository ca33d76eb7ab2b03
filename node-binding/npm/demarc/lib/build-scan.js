// The scan of a whole Vite build or dev server: which environments it has, by the framework among its plugins.
import { statSync } from "node:fs";
import path from "node:path";

import { scan } from "../index.js";
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

/** Entries of all environments as demarc has them; undefined where one is no file: then the framework's are detected. */
function entriesOf(environments, root) {
  const entries = [];
  for (const name of RSC) {
    for (const input of inputsOf(environments[name])) {
      const file = path.resolve(root, input);
      if (input.includes("virtual:") || input.startsWith("\0") || !isFile(file)) return undefined;
      entries.push(`${name}=${file}`);
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

/** Scans, and says through Vite's logger what it cost. */
export async function scanOfBuild(host, options = {}) {
  const own = { ...scanOptionsOf(host), ...options };
  // rwsdk's scan takes what is no file for a leaf; the others' load it.
  const fallback = own.environments
    ? createFallback(host.environments, own, { load: own.framework !== "rwsdk" })
    : {};
  const result = await scan({ ...own, emit: "modules", stats: true, ...fallback });
  host.config.logger.info(costLine(result));
  return result;
}
