// The two builds by which @vitejs/plugin-rsc finds directives before it builds: of the rsc environment, then of the ssr
// environment with the client references that the first one found.
//
//   node plugin-rsc.mjs PROJECT.json
//
// They are started here as the plugin's own buildApp starts them, and stopped before what is built for good. What the
// app's framework generates is left out; the ssr entry is a module that imports the client references.

import fs from "node:fs";
import path from "node:path";

import rsc from "@vitejs/plugin-rsc";
import { createBuilder } from "vite";

import { DirectiveMap, readProject, report } from "./peer.mjs";

const project = readProject(process.argv[2]);
const SSR_ENTRY = "virtual:perf-ssr-entry";
const loaded = new Set();

const support = {
  name: "perf",
  enforce: "pre",
  resolveId(id) {
    if (id === SSR_ENTRY) return `\0${SSR_ENTRY}`;
    if (id.startsWith("cloudflare:") || (id.startsWith("virtual:") && !id.startsWith("virtual:vite-rsc"))) return { id, external: true };
  },
  load: (id) => (id === `\0${SSR_ENTRY}` ? 'import "virtual:vite-rsc/client-references";' : undefined),
  moduleParsed: ({ id }) => {
    const file = id.replace(/[?#].*$/, "");
    if (path.isAbsolute(file)) loaded.add(file);
  },
};

process.chdir(project.root);
process.env.NODE_ENV = "production";
const [entry] = project.entries;
const builder = await createBuilder({
  root: project.root,
  configFile: false,
  logLevel: "error",
  resolve: { tsconfigPaths: project.tsconfig !== undefined },
  plugins: [support, rsc({ entries: { rsc: entry.file, ssr: SSR_ENTRY, client: SSR_ENTRY } })],
  build: { rolldownOptions: { onwarn() {}, onLog() {} } },
});
const { manager } = builder.config.plugins.find(({ name }) => name === "rsc:minimal").api;

await report(async () => {
  manager.isScanBuild = true;
  for (const name of ["rsc", "ssr"]) {
    builder.environments[name].config.build.write = false;
    await builder.build(builder.environments[name]);
  }
  const map = new DirectiveMap(project.root);
  const fileOf = (id) => fs.realpathSync(id.replace(/[?#].*$/, ""));
  for (const id of Object.keys(manager.clientReferenceMetaMap)) map.add(fileOf(id), ["use client"]);
  for (const id of Object.keys(manager.serverReferenceMetaMap)) map.add(fileOf(id), ["use server"]);
  return { map, modules: loaded.size };
});
