// Asks demarc's resolver and Vite's own about every import of installed projects, and prints where they differ.
//
//   tests/resolver/compare-vite [options] [PROJECT…]      without a project: the fixture apps that are installed
//
//     --vite 8|7      whose rules (default: both)
//     --dump FILE     the resolve_dump program (default: build/release/tests/resolver/resolve_dump)
//     --limit N       at most N questions a project and version, spread evenly (default: all)
//     --tsconfig      with resolve.tsconfigPaths, on Vite 8
//     --show N        print so many differences a project (default 20)
//
// A question is (environment, importer's folder, specifier, import or require). Specifiers are found by expressions, not by a
// parser: what is asked need not be a real import for the answers to have to agree. Exit code 1: an unexplained difference;
// explained ones are listed in differences.json, each with its reason and the name of its test.

import { spawn } from "node:child_process";
import fs from "node:fs";
import { isBuiltin } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const here = path.dirname(fileURLToPath(import.meta.url));

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    vite: { type: "string", multiple: true, default: ["8", "7"] },
    dump: { type: "string", default: path.join(here, "../../build/release/tests/resolver/resolve_dump") },
    limit: { type: "string", default: "0" },
    tsconfig: { type: "boolean", default: false },
    show: { type: "string", default: "20" },
  },
});
const apps = path.join(here, "../../fixtures/apps");
const installed = fs.readdirSync(apps).map((app) => path.join(apps, app)).filter((app) => fs.existsSync(path.join(app, "node_modules")));
const projects = positionals.length > 0 ? positionals : installed;
if (projects.length === 0) {
  console.log("no fixture app is installed (scripts/fixtures install)");
  process.exit(77);
}
if (!fs.existsSync(args.dump)) {
  console.error(`${args.dump} is missing: run scripts/build release`);
  process.exit(2);
}

const SCRIPT = /\.(?:[cm]?[jt]sx?)$/;
const DECLARATION = /\.d\.[cm]?ts$/;
const LARGEST = 2 << 20;

// Main fields and conditions as plugins really set them; the same four as in the exam.
const CLIENT_FIELDS = ["browser", "module", "jsnext:main", "jsnext"];
const SERVER_FIELDS = CLIENT_FIELDS.slice(1);
const MODE = "development|production";
const ENVIRONMENTS = {
  client: { consumer: "client", conditions: ["module", "browser", MODE], mainFields: CLIENT_FIELDS },
  ssr: { consumer: "server", conditions: ["module", "node", MODE], mainFields: SERVER_FIELDS },
  rsc: { consumer: "server", conditions: ["react-server", "module", "node", MODE], mainFields: SERVER_FIELDS },
  worker: {
    consumer: "server",
    conditions: ["workerd", "worker", "module", "browser", MODE, "react-server", "node"],
    mainFields: SERVER_FIELDS,
    builtins: ["cloudflare:email", "cloudflare:node", "cloudflare:sockets", "cloudflare:workers", "cloudflare:workflows"],
  },
};

function* scripts(directory) {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory() && entry.name !== ".git") yield* scripts(file);
    else if (entry.isFile() && SCRIPT.test(entry.name) && !DECLARATION.test(entry.name)) yield file;
  }
}

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*(["'])((?:(?!\1)[^\\\n])+)\1/g;
const REQUIRE = /\brequire(?:\.resolve)?\(\s*(["'])((?:(?!\1)[^\\\n])+)\1/g;

function questions(root) {
  const seen = new Set();
  const list = [];
  for (const file of scripts(root)) {
    if (fs.statSync(file).size > LARGEST) continue;
    const text = fs.readFileSync(file, "utf8");
    for (const [expression, kind] of [
      [IMPORT, "import"],
      [REQUIRE, "require"],
    ]) {
      for (const match of text.matchAll(expression)) {
        const specifier = match[2];
        if (specifier.length > 300 || specifier.includes("\0")) continue;
        const key = `${kind}\0${path.dirname(file)}\0${specifier}`;
        if (seen.has(key)) continue;
        seen.add(key);
        list.push({ specifier, importer: file, kind });
      }
    }
  }
  return list;
}

function sample(list, limit) {
  if (limit === 0 || list.length <= limit) return list;
  return Array.from({ length: limit }, (_, i) => list[Math.floor((i * list.length) / limit)]);
}

async function viteResolver(version, root) {
  const packages = version === "7" ? path.join(here, "vite7") : here;
  const vite = await import(pathToFileURL(path.join(packages, "node_modules/vite/dist/node/index.js")).href);
  process.env.NODE_ENV = "production";
  const config = await vite.resolveConfig(
    {
      configFile: false,
      envFile: false,
      root,
      logLevel: "silent",
      resolve: args.tsconfig ? { tsconfigPaths: true } : {},
      environments: Object.fromEntries(
        Object.entries(ENVIRONMENTS).map(([environment, { consumer, ...resolve }]) => [
          environment,
          { consumer, resolve: { ...resolve, noExternal: consumer === "server" || undefined, ...(args.tsconfig ? { tsconfigPaths: true } : {}) } },
        ]),
      ),
    },
    "build",
    "production",
    "production",
  );
  const resolvers = {
    import: vite.createIdResolver(config),
    require: vite.createIdResolver(config, { isRequire: true }),
  };
  // Vite 7's id resolvers never answer "external", so they take a package of a builtin's name; a build asks this plugin (D18).
  const inBuild = config.plugins.find(({ name }) => name === "vite:resolve");
  const askBuild = async (environment, { specifier, importer, kind }) => {
    const context = { environment, warn() {}, error(reason) { throw reason; } };
    const options = { isEntry: false, attributes: {}, custom: { "node-resolve": { isRequire: kind === "require" } } };
    const answer = await (inBuild.resolveId.handler ?? inBuild.resolveId).call(context, specifier, importer, options);
    return answer?.id ?? answer;
  };
  const environments = Object.fromEntries(
    Object.keys(ENVIRONMENTS).map((name) => {
      const own = Object.assign(Object.create(config), config.environments[name]);
      return [name, { name, config: own, mode: "build", logger: config.logger, plugins: [], getTopLevelConfig: () => config }];
    }),
  );
  return {
    version: vite.version,
    async ask(environment, { specifier, importer, kind }) {
      try {
        if (version === "7" && isBuiltin(specifier)) return (await askBuild(environments[environment], { specifier, importer, kind })) ?? "N";
        return (await resolvers[kind](environments[environment], specifier, importer)) ?? "N";
      } catch {
        return "N";
      }
    },
  };
}

function run(program, programArgs, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArgs, { stdio: ["pipe", "pipe", "inherit"] });
    const chunks = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(Buffer.concat(chunks).toString()) : reject(new Error(`${program}: exit ${code}`))));
    child.stdin.end(input);
  });
}

async function demarcAnswers(version, root, list) {
  const options = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "demarc-differential-")), "options.json");
  const tsconfigPaths = args.tsconfig ? "vite8" : "off";
  fs.writeFileSync(options, JSON.stringify({ root, vite: Number(version), tsconfigPaths, environments: ENVIRONMENTS }));
  const lines = Object.keys(ENVIRONMENTS).flatMap((env) => list.map((question) => JSON.stringify({ ...question, env })));
  const output = await run(args.dump, [options], lines.join("\n") + "\n");
  fs.rmSync(path.dirname(options), { recursive: true });
  return output.trimEnd().split("\n").map((line) => JSON.parse(line));
}

// One notation for both. V: is a file of Vite's own client, wherever Vite lies: for demarc, its plugins' affair (R122).
const VITE_CLIENT = /\/node_modules\/vite\/dist\/client\/(client|env)\.mjs$/;
function ofVite(id, specifier) {
  if (specifier.startsWith("@vite/") && VITE_CLIENT.test(id)) return `V:${specifier}`;
  if (id.startsWith("__vite-browser-external")) return `E:${id.slice(23)}`;
  if (id.startsWith("__vite-optional-peer-dep:")) return `P:${id.slice(25)}`;
  return id;
}
function ofDemarc({ result, path: file, postfix, viteId }, specifier) {
  if (viteId) return viteId;
  switch (result) {
    case "file":
      return file + postfix;
    case "external":
      return file;
    case "empty":
      return `E:${postfix}`;
    case "optional-peer":
      return `P:${file}`;
    case "skipped":
      return specifier.startsWith("@vite/") ? `V:${specifier}` : "N";
    default:
      return "N";
  }
}

const explained = JSON.parse(fs.readFileSync(path.join(here, "differences.json"), "utf8"));
function explanation(version, environment, question, vite, demarc) {
  return explained.find(
    (known) =>
      (!known.vite || known.vite === Number(version)) &&
      (!known.environments || known.environments.includes(environment)) &&
      (!known.kind || known.kind === question.kind) &&
      new RegExp(known.specifier).test(question.specifier) &&
      (!known.importer || new RegExp(known.importer).test(question.importer)) &&
      (!known.vite_answer || new RegExp(known.vite_answer).test(vite)) &&
      (!known.demarc_answer || new RegExp(known.demarc_answer).test(demarc)),
  );
}

let asked = 0;
let unexplained = 0;
const used = new Map();
for (const project of projects) {
  const root = fs.realpathSync(project);
  const all = questions(root);
  for (const version of args.vite) {
    const list = sample(all, Number(args.limit));
    const answers = await demarcAnswers(version, root, list);
    const vite = await viteResolver(version, root);
    let at = 0;
    let equal = 0;
    let shown = 0;
    for (const environment of Object.keys(ENVIRONMENTS)) {
      for (const question of list) {
        const demarc = ofDemarc(answers[at++], question.specifier);
        const theirs = ofVite(await vite.ask(environment, question), question.specifier);
        asked++;
        if (demarc === theirs) {
          equal++;
          continue;
        }
        const known = explanation(version, environment, question, theirs, demarc);
        if (known) {
          used.set(known.name, (used.get(known.name) ?? 0) + 1);
          continue;
        }
        unexplained++;
        if (shown++ < Number(args.show)) {
          const from = path.relative(root, question.importer);
          console.log(`${environment} ${question.kind} ${JSON.stringify(question.specifier)} from ${from}\n    vite   ${theirs}\n    demarc ${demarc}`);
        }
      }
    }
    console.log(`${project}, Vite ${vite.version}: ${at} questions, ${equal} equal`);
  }
}
for (const [name, count] of used) console.log(`explained: ${name} (${count})`);
console.log(`${asked} questions, ${unexplained} unexplained differences`);
process.exit(unexplained === 0 ? 0 : 1);
