// What all peers share: the project they are told to walk, what counts as a directive, and how they are measured.
//
//   node PEER.mjs PROJECT.json      PROJECT.json is what `demarc doctor --format json` says of the project
//
// Prints { clientFiles, serverFiles, modules, wallMs, cpuMs, rssBefore }. As for rwsdk's scan, the times are those of the
// walk alone: Node is up and the libraries are loaded when it begins. Ids are those of demarc's output.

import fs from "node:fs";
import path from "node:path";

import { childrenStatus, cpuMsOf } from "../../tests/reference/processes.mjs";

const SCRIPT = /\.(?:[cm]?[jt]s|[jt]sx|mdx)$/;

export const isScript = (file) => SCRIPT.test(file);

/** Specifiers that no peer is asked to resolve: builtins of Node and of the platform, generated modules, URLs. */
export const EXTERNAL = /^(?:node:|cloudflare:|virtual:|data:|https?:|\/\/)/;
/** Imports of assets by query or ending, which are leaves. */
export const ASSET = /[?&](?:url|raw|worker|sharedworker|inline)\b|\.(?:css|svg|png|jpe?g|gif|webp|woff2?)$/;

export function readProject(file) {
  const project = JSON.parse(fs.readFileSync(file, "utf8"));
  const { root, mode } = project;
  const environments = new Map(
    project.environments.map((environment) => [
      environment.name,
      { ...environment, conditions: [...environment.conditions, ...(environment.modeCondition ? [mode] : [])] },
    ]),
  );
  const boundaries = Object.fromEntries(project.boundaries.map(({ directive, environments: names }) => [directive, names]));
  const entries = project.entries.map((entry) => ({ ...entry, file: path.join(root, entry.path) }));
  const tsconfig = path.join(root, "tsconfig.json");
  const usesPaths = project.tsconfigPaths.name !== "off" && fs.existsSync(tsconfig);
  return { root, environments, boundaries, entries, tsconfig: usesPaths ? tsconfig : undefined };
}

/** Directives of a module's prologue, found by hand: the parsers here give them only with a whole tree. */
export function directivesOf(text) {
  const found = [];
  if (!text.includes("use client") && !text.includes("use server")) return found;
  const skip = /(?:[\s;\uFEFF]|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
  const literal = /(["'])((?:\\.|(?!\1)[^\\\n])*)\1(?=\s*(?:[;}\n]|\/\/|\/\*|$|[\w"'@]))/y;
  let at = text.startsWith("#!") ? text.indexOf("\n") : 0;
  for (;;) {
    skip.lastIndex = at;
    skip.exec(text);
    literal.lastIndex = skip.lastIndex;
    const match = literal.exec(text);
    if (!match) return found;
    if (match[2] === "use client" || match[2] === "use server") found.push(match[2]);
    at = literal.lastIndex;
  }
}

/** Gathers what was found; ids as in demarc's output, in the order of their bytes. */
export class DirectiveMap {
  client = new Set();
  server = new Set();

  constructor(root) {
    this.root = root;
  }

  add(file, directives) {
    if (directives.includes("use client")) this.client.add(this.#id(file));
    if (directives.includes("use server")) this.server.add(this.#id(file));
  }

  #id(file) {
    return file.startsWith(`${this.root}/`) ? file.slice(this.root.length) : file;
  }

  toJSON() {
    const sorted = (ids) => [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return { clientFiles: sorted(this.client), serverFiles: sorted(this.server) };
  }
}

/** Runs `walk`, which gives back { map, modules }, measures it and prints the answer. */
export async function report(walk) {
  const rssBefore = process.memoryUsage.rss();
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  const { map, modules } = await walk();
  const wallMs = performance.now() - begin;
  const own = process.cpuUsage(cpuBefore);
  // A service beside this process, such as esbuild's, began after the libraries were loaded.
  const service = [...childrenStatus()].reduce((sum, { stat }) => sum + cpuMsOf(stat), 0);
  const answer = { ...map.toJSON(), modules, wallMs, cpuMs: Math.round((own.user + own.system) / 1000 + service), rssBefore };
  process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));
}
