// Generates the projects that perf/compare measures, in build/perf/corpus/NAME: the same bytes on every run and machine.
//
//   perf/corpus/generate NAME… [--hash]
//
//   NAME     small, medium, large, huge: RedwoodSDK apps (see app.mjs) with packages from npm by the lock file NAME/ has
//            synthetic: a million tiny modules and no packages (see synthetic.mjs); takes minutes and 5 GB, and goes on
//            where it was interrupted
//   --hash   also prints a hash of everything that was written, packages left out
//
// What is there already and was made by the same generator stays; the file .generated in the folder says which one.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { writeApp } from "./app.mjs";
import { CORPORA } from "./corpora.mjs";
import { generateSynthetic, writeSynthetic } from "./synthetic.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REPOSITORY = path.resolve(HERE, "../..");

export class CorpusError extends Error {}

export function corpusDirectory(name) {
  return path.join(REPOSITORY, "build/perf/corpus", name);
}

const VITE_CONFIG = `import { cloudflare } from "@cloudflare/vite-plugin";
import { redwood } from "rwsdk/vite";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [cloudflare({ viteEnvironment: { name: "worker" } }), redwood()],
});
`;

const TSCONFIG = {
  compilerOptions: {
    target: "es2022",
    lib: ["DOM", "DOM.Iterable", "ESNext"],
    jsx: "react-jsx",
    module: "es2022",
    moduleResolution: "bundler",
    paths: { "@/*": ["./src/*"] },
    noEmit: true,
    isolatedModules: true,
    strict: true,
    skipLibCheck: true,
  },
  include: ["src"],
};

const wrangler = (name) => ({
  name: `corpus-${name}`,
  main: "src/worker.tsx",
  compatibility_date: "2025-08-21",
  compatibility_flags: ["nodejs_compat"],
  send_metrics: false,
});

const asJson = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** What the sources depend on: the programs and tables of this folder, and the packages. */
function fingerprint(...files) {
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(`${file}\0`).update(fs.readFileSync(path.join(HERE, file)));
  }
  return `${hash.digest("hex")}\n`;
}

const holds = (file, wanted) => fs.existsSync(file) && fs.readFileSync(file, "utf8") === wanted;
const fingerprintOf = (name) =>
  name === "synthetic"
    ? fingerprint("app.mjs", "synthetic.mjs")
    : fingerprint("app.mjs", "corpora.mjs", "generate.mjs", `${name}/package.json`, `${name}/package-lock.json`);

/** Is the corpus there as it would be made now? */
export function isGenerated(name) {
  return holds(path.join(corpusDirectory(name), ".generated"), fingerprintOf(name));
}

function install(directory) {
  const child = spawnSync(path.join(REPOSITORY, "scripts/node"), ["--install", directory], { stdio: ["ignore", 2, 2] });
  if (child.status !== 0) throw new CorpusError(`the npm packages of ${directory} could not be installed (see above)`);
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const name of [...files.keys()].sort()) hash.update(`${name}\0${files.get(name).length}\0`).update(files.get(name));
  return hash.digest("hex").slice(0, 16);
}

function sourcesOf(name, directory) {
  const { app, uses } = CORPORA[name];
  const files = new Map([
    ["vite.config.mts", VITE_CONFIG],
    ["tsconfig.json", asJson(TSCONFIG)],
    ["wrangler.jsonc", asJson(wrangler(name))],
    ["src/app/document.css", "body { font-family: sans-serif }\n"],
  ]);
  writeApp(files, { ...app, uses: uses(directory) });
  return files;
}

function generateApp(name, { hash }) {
  const directory = corpusDirectory(name);
  const stamp = path.join(directory, ".generated");
  fs.mkdirSync(directory, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) fs.copyFileSync(path.join(HERE, name, file), path.join(directory, file));
  install(directory);
  const isCurrent = isGenerated(name);
  if (isCurrent && !hash) return directory;

  const files = sourcesOf(name, directory);
  if (!isCurrent) {
    fs.rmSync(stamp, { force: true });
    fs.rmSync(path.join(directory, "src"), { recursive: true, force: true });
    for (const [file, text] of files) {
      const target = path.join(directory, file);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, text);
    }
    fs.writeFileSync(stamp, fingerprintOf(name));
  }
  if (hash) console.log(`${name} ${hashOf(files)}`);
  return directory;
}

function hashOfSynthetic() {
  const hash = createHash("sha256");
  const write = (file, text) => hash.update(`${file}\0${text.length}\0`).update(text);
  writeSynthetic({ write, isDone: () => false, done() {} });
  return hash.digest("hex").slice(0, 16);
}

function generateMillion({ hash, explicit }) {
  const directory = corpusDirectory("synthetic");
  const begun = path.join(directory, ".begun");
  const wanted = fingerprintOf("synthetic");
  if (!isGenerated("synthetic")) {
    if (!explicit) throw new CorpusError("synthetic is a million files: make it first, with 'perf/corpus/generate synthetic'");
    const { bavail, bsize, ffree } = fs.statfsSync(path.join(HERE));
    if (ffree < 1.1e6 || bavail * bsize < 6e9) {
      throw new CorpusError("synthetic needs 1.1 million inodes and 6 GB; see df -i and df");
    }
    if (!holds(begun, wanted)) {
      fs.rmSync(directory, { recursive: true, force: true });
      fs.mkdirSync(directory, { recursive: true });
      fs.writeFileSync(begun, wanted);
    }
    generateSynthetic(directory, (share) => process.stderr.write(`\rsynthetic: ${Math.round(share * 100)} % `));
    process.stderr.write("\n");
    fs.writeFileSync(path.join(directory, ".generated"), wanted);
  }
  if (hash) console.log(`synthetic ${hashOfSynthetic()}`);
  return directory;
}

/** Makes a corpus unless it is there; its folder. `explicit`: even if that takes minutes. */
export function generate(name, options = {}) {
  if (!Object.hasOwn(CORPORA, name)) {
    throw new CorpusError(`there is no corpus '${name}'; there are ${Object.keys(CORPORA).join(", ")}`);
  }
  return name === "synthetic" ? generateMillion(options) : generateApp(name, options);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { hash: { type: "boolean", default: false } } });
  try {
    if (positionals.length === 0) throw new CorpusError(`usage: perf/corpus/generate NAME… [--hash]; there are ${Object.keys(CORPORA).join(", ")}`);
    for (const name of positionals) generate(name, { ...values, explicit: true });
  } catch (error) {
    if (!(error instanceof CorpusError)) throw error;
    console.error(`perf/corpus/generate: ${error.message}`);
    process.exitCode = 2;
  }
}
