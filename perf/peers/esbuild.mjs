// esbuild's bundler, its metafile, and a look at the beginning of every file in it.
//
//   node esbuild.mjs PROJECT.json
//
// A build has one set of conditions, so there is one for each environment: of the entries first, then of the files in
// which a directive was found that belongs to the other, until there are no new ones. Nothing stops a build at such a
// file, so what is behind it is seen in both environments.

import fs from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";

import * as esbuild from "esbuild";

import { walkByBuilds } from "./builds.mjs";
import { report } from "./peer.mjs";

// An import with a query, and builtins without node:, which a neutral platform does not know. esbuild's own filter keeps
// all other specifiers from being handed to JavaScript, which would cost more than resolving them.
const LEAF_SPECIFIER = new RegExp(`\\?|^(?:${builtinModules.filter((name) => !name.startsWith("_")).join("|")})$`);
const LEAVES = [".css", ".svg", ".png", ".jpg", ".gif", ".webp", ".woff2", ".mdx"];

async function build(project, environment, entries) {
  const { conditions, mainFields } = environment;
  const result = await esbuild.build({
    absWorkingDir: project.root,
    // One module that imports them all: thousands of entries would each get a chunk, and take minutes and gigabytes.
    stdin: { contents: entries.map((file) => `import ${JSON.stringify(file)};\n`).join(""), resolveDir: project.root },
    bundle: true,
    write: false,
    metafile: true,
    outdir: path.join(project.root, "node_modules/.perf-esbuild"),
    format: "esm",
    platform: "neutral",
    conditions,
    mainFields: [...mainFields, "main"],
    external: ["node:*", "cloudflare:*", "virtual:*"],
    loader: Object.fromEntries(LEAVES.map((extension) => [extension, "empty"])),
    jsx: "automatic",
    logLevel: "silent",
    plugins: [{ name: "leaves", setup: ({ onResolve }) => onResolve({ filter: LEAF_SPECIFIER }, () => ({ external: true })) }],
  });
  const loaded = Object.keys(result.metafile.inputs).filter((name) => name !== "<stdin>");
  return loaded.map((name) => path.join(project.root, name));
}

await report(() => walkByBuilds(process.argv[2], build, (file) => fs.readFileSync(file, "utf8")));
