// The committed cases of fixtures/, asked through the program: what the unit tests say of the libraries holds for
// `demarc parse --batch` and `demarc resolve --batch` as well.
import assert from "node:assert/strict";
import { linkSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";

import { Project, repository } from "./project.mjs";

const scratch = new Project({ "package.json": "{}" });
after(() => scratch.remove());

function batch(command, args, lines) {
  const { code, stdout, stderr } = scratch.run([command, "--batch", ...args], { input: lines.join("\n") + "\n" });
  const answers = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(answers.length, lines.length, stderr);
  return { code, answers };
}

/** One line for each import, without its place; equal lines are equal answers. */
const importLines = (imports) =>
  imports.map((one) => `${one.kind} ${one.specifier}${one.typeOnly ? " type-only" : ""} ${one.phase ?? ""}`).sort();

function without(lines, others) {
  const rest = [...others];
  return lines.filter((line) => {
    const at = rest.indexOf(line);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

test("parse --batch answers every parser case", () => {
  const cases = JSON.parse(readFileSync(join(repository, "fixtures/lexer/parser-cases.json"), "utf8"));
  const paths = cases.map(({ lang, source }, index) => scratch.write(`parser/case-${index}.${lang}`, source));
  const { answers } = batch("parse", [], paths);
  const wrong = [];
  for (const [index, expected] of cases.entries()) {
    const { name, flags = {} } = expected;
    const record = answers[index];
    assert.equal(record.file, paths[index]);
    const modules = record.directives.filter(({ level }) => level === "module").map(({ value }) => value);
    const inline = record.directives.some(({ level, value }) => level === "function" && value === "use server");
    const [want, got] = [importLines(expected.imports), importLines(record.imports)];
    const missed = without(want, got);
    const invented = flags.atLeast ? [] : without(got, want);
    if (JSON.stringify(modules) !== JSON.stringify(expected.directives)) wrong.push(`${name}: directives ${modules}`);
    if (inline !== expected.inlineServer) wrong.push(`${name}: inline server ${inline}`);
    if (missed.length + invented.length > 0) wrong.push(`${name}: missed ${missed}, invented ${invented}`);
    if (!flags.broken && record.diagnostics.some(({ level }) => level === "error")) wrong.push(`${name}: refused`);
  }
  assert.deepEqual(wrong, []);
  assert.ok(cases.length > 100);
});

// The environments of the exam (fixtures/resolver/README.md), as a configuration file has them.
const serverFields = ["module", "jsnext:main", "jsnext"];
const examEnvironments = {
  client: { consumer: "client", conditions: ["module", "browser"], mainFields: ["browser", ...serverFields] },
  ssr: { consumer: "server", conditions: ["module", "node"], mainFields: serverFields },
  rsc: { consumer: "server", conditions: ["react-server", "module", "node"], mainFields: serverFields },
  worker: {
    consumer: "server",
    conditions: ["workerd", "worker", "module", "browser", "react-server", "node"],
    mainFields: serverFields,
    builtins: ["email", "node", "sockets", "workers", "workflows"].map((name) => `cloudflare:${name}`),
  },
};

function configOf({ opts = {} }, vite) {
  const { conditions = [], extensions, mainFields, tsconfigPaths, mode, alias = [], ...others } = opts;
  const environment = ([name, options]) => [
    name,
    {
      ...options,
      conditions: [...options.conditions, ...conditions],
      mainFields: mainFields ?? options.mainFields,
      ...(extensions && { extensions }),
      noExternal: true,
    },
  ];
  return {
    vite,
    ...(mode && { mode }),
    framework: "none",
    boundaries: {},
    tsconfigPaths: tsconfigPaths ? "vite8" : "off",
    alias: Array.isArray(alias) ? alias : Object.entries(alias).map(([find, replacement]) => ({ find, replacement })),
    ...others,
    environments: Object.fromEntries(Object.entries(examEnvironments).map(environment)),
  };
}

function writeCase(folder, { files = {}, links = {}, hard = {}, importer }) {
  const names = Object.keys(files);
  const all = { ...files };
  if (!names.some((name) => /(^|\/)package\.json$/.test(name))) all["package.json"] = '{"name":"case-root","private":true}';
  if (importer === "src/main.ts" && !names.includes(importer)) all[importer] = "";
  mkdirSync(join(scratch.path, folder), { recursive: true });
  for (const [name, text] of Object.entries(all)) scratch.write(join(folder, name), text);
  const place = (name) => {
    const path = join(scratch.path, folder, name);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, place(name));
  for (const [name, existing] of Object.entries(hard)) linkSync(place(existing), place(name));
}

/** The exam's notation. Where demarc deliberately answers better than Vite, what Vite says is compared. */
function notation({ result, path, postfix, viteId }, folder) {
  const file = (text) => `F:${text.startsWith(`${folder}/`) ? text.slice(folder.length + 1) : text}`;
  if (viteId) return viteId.startsWith("/") ? file(viteId) : `X:${viteId}`;
  const letters = { file: () => file(path) + postfix, external: () => `X:${path}`, empty: () => `E:${postfix}` };
  return letters[result]?.() ?? (result === "optional-peer" ? `P:${path}` : "N");
}

const cases = ["cases", "more-cases"].flatMap((name) =>
  readFileSync(join(repository, `fixtures/resolver/${name}.ndjson`), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line)),
);

// D18: the recorded answers of Vite 7 are those of its bare id resolver, which leaves builtins to the build.
const outOfScope = (vite, { id }) => vite === 7 && ["ID-18", "ID-21", "ID-25"].includes(id);

for (const [index, one] of cases.entries()) writeCase(`resolver/${index}`, one);

for (const vite of [8, 7]) {
  test(`resolve --batch answers every resolver case as Vite ${vite}`, () => {
    const wrong = [];
    for (const [index, one] of cases.entries()) {
      if (outOfScope(vite, one)) continue;
      const folder = join(scratch.path, `resolver/${index}`);
      const filled = (value) => JSON.parse(JSON.stringify(value).replaceAll("{root}", folder));
      const config = { ...configOf(filled(one), vite), root: one.root ? join(folder, one.root) : folder };
      const file = scratch.write(`config-${vite}.json`, JSON.stringify(config));
      const { specifier, kind = "import" } = filled(one);
      const importer = one.importer && !one.importer.startsWith("\0") ? join(folder, one.importer) : one.importer;
      const questions = Object.keys(examEnvironments).map((env) => JSON.stringify({ specifier, importer, env, kind }));
      const { code, answers } = batch("resolve", ["--config", file, "--quiet"], questions);
      if (code === 2) wrong.push(`${one.id}: exit 2`);
      const wanted = vite === 7 && "expect7" in one ? one.expect7 : one.expect;
      for (const [at, env] of Object.keys(examEnvironments).entries()) {
        const expected = typeof wanted === "string" ? wanted : (wanted[env] ?? one.expect[env] ?? one.expect);
        const got = notation(answers[at], folder);
        if (got !== (expected === "!" ? "N" : expected)) wrong.push(`${one.id} ${env} ${specifier}: want ${expected}, got ${got}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(cases.length > 700);
  });
}
