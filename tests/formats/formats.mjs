// What print_audit_dump prints is tests/cli/audit_sample.h: every kind of finding, and names and messages that try to be
// escape codes, workflow commands and markup. The graphs are of a project whose files have such names.
import Ajv2020 from "ajv/dist/2020.js";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { JSDOM } from "jsdom";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, test } from "node:test";

import { needs, Project, repository } from "../cli/project.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dump = join(repository, "build/release/tests/cli/print_audit_dump");
const print = (format, ...args) => {
  const { status, stdout } = spawnSync(dump, [format, ...args], { env: { LANG: "C.UTF-8" }, encoding: "utf8" });
  assert.equal(status, 0);
  return stdout;
};

const hostile = [
  `]; evil [label="x"].tsx`,
  "<img src=x onerror=alert(1)>.tsx",
  "\x1b[31m\n::error::x%%{init}%%.tsx",
  "\u202egnp.tsx",
  "`end` subgraph; click n0 \"javascript:x\" #quot;&lt;\\N.tsx",
  "a|b\\|c@team.tsx",
];
const project = new Project({
  "package.json": JSON.stringify({ name: "hostile", dependencies: { ui: "1" } }),
  "src/main.tsx": hostile.map((name) => `import ${JSON.stringify(`./${name}`)};`).join("\n"),
  "node_modules/ui/package.json": JSON.stringify({ name: "ui", main: "index.js" }),
  "node_modules/ui/index.js": "export const x = 1;",
});
for (const name of hostile) if (!name.includes("/")) project.write(`src/${name}`, `"use client";\nimport "ui";`);
after(() => project.remove());
const graph = (...args) => project.run(["graph", "-e", "src/main.tsx", ...args]);
const apps = [project.path];
const redwood = join(repository, "fixtures/apps/redwood-store");
if (existsSync(join(redwood, "node_modules/.installed-lock.json"))) apps.push(redwood);

// Of Microsoft, who edit the standard: the schema, and rules of the standard and of GitHub's code scanning.
test("sarif: sarif-multitool finds no error", { skip: process.platform !== "linux" }, () => {
  const tool = join(here, "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool");
  chmodSync(tool, 0o755); // what its install script would have done
  for (const args of [[], ["empty"]]) {
    const file = project.write("audit.sarif", print("sarif", ...args));
    const report = join(project.path, "report.sarif");
    const run = spawnSync(tool, ["validate", file, "--output", report, "--log", "ForceOverwrite", "--rule-kind", "Sarif"], {
      encoding: "utf8",
      env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1", DOTNET_BUNDLE_EXTRACT_BASE_DIR: project.path },
    });
    assert.ok(existsSync(report), run.error?.message ?? run.stdout + run.stderr);
    const results = JSON.parse(readFileSync(report, "utf8")).runs.flatMap((r) => r.results ?? []);
    const errors = results.filter((r) => (r.level ?? "warning") === "error");
    assert.deepEqual(errors.map((r) => [r.ruleId, r.message]), []);
  }
});

test("junit: fast-xml-parser reads what was found", () => {
  const xml = print("junit");
  assert.equal(XMLValidator.validate(xml), true);
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "", isArray: (name) => /^test(suite|case)$/.test(name) });
  const { testsuites } = parser.parse(xml);
  const cases = testsuites.testsuite.flatMap((suite) => suite.testcase);
  const count = (key) => cases.filter((c) => c[key] !== undefined).length;
  assert.deepEqual(
    [cases.length, count("failure"), count("skipped")].map(String),
    [testsuites.tests, testsuites.failures, testsuites.skipped],
  );
  for (const suite of testsuites.testsuite) assert.equal(suite.testcase.length, Number(suite.tests));
  const failure = cases.find((c) => c.failure);
  assert.equal(failure.file, `src/\\x1b[31m\\n::error file=x::gotcha \\x23#[group]\\u202e "&<b>\`|]]>,%25\\xff.tsx`);
  assert.match(failure.failure["#text"], /via src\/worker\.tsx:3/);
  assert.equal(parser.parse(print("junit", "empty")).testsuites.testsuite[0].testcase.length, 1);
});

// As docs.gitlab.com/ci/testing/code_quality names the members that it reads.
test("gitlab: an array of issues with all that GitLab reads", () => {
  const validate = new Ajv2020().compile({
    type: "array",
    items: {
      type: "object",
      required: ["description", "check_name", "fingerprint", "severity", "location"],
      properties: {
        description: { type: "string", minLength: 1 },
        check_name: { type: "string", minLength: 1 },
        fingerprint: { type: "string", minLength: 1 },
        severity: { enum: ["info", "minor", "major", "critical", "blocker"] },
        location: {
          type: "object",
          required: ["path", "lines"],
          properties: {
            path: { type: "string", pattern: "^(?!\\./|/)" },
            lines: { type: "object", required: ["begin"], properties: { begin: { type: "integer", minimum: 1 } } },
          },
        },
      },
    },
  });
  const issues = JSON.parse(print("gitlab"));
  assert.ok(validate(issues), JSON.stringify(validate.errors));
  assert.equal(new Set(issues.map((issue) => issue.fingerprint)).size, issues.length);
});

// The runner reads a log line by line, and commands as docs.github.com describes: `::name key=value,key=value::message`,
// %25 %0D %0A decoded in both, %3A %2C in values.
function workflowCommands(log) {
  const decode = (text, more) =>
    Object.entries({ ...more, "%0D": "\r", "%0A": "\n", "%25": "%" }).reduce((t, [from, to]) => t.replaceAll(from, to), text);
  return log.split("\n").flatMap((line) => {
    const match = /^\s*::([a-z-]+)(?: (.*?))?::(.*)$/.exec(line);
    if (!match) return [];
    const properties = (match[2] ?? "").split(",").map((pair) => {
      const at = pair.indexOf("=");
      assert.ok(at > 0, `no property: ${pair}`);
      return [pair.slice(0, at), decode(pair.slice(at + 1), { "%3A": ":", "%2C": "," })];
    });
    return [{ command: match[1], ...Object.fromEntries(properties), message: decode(match[3]) }];
  });
}

test("github: the runner sees our annotations and no others", () => {
  const commands = workflowCommands(print("github"));
  assert.deepEqual(commands.map((c) => [c.command, c.title, c.line, c.endColumn]), [
    ["error", "boundary/node-builtin-in-client", "3", "24"],
    ["warning", "boundary/budget", undefined, undefined],
    ["notice", "boundary/unneeded-client", undefined, undefined],
  ]);
  assert.equal(commands[0].file, `src/\\x1b[31m\\n::error file=x::gotcha \\x23#[group]\\u202e "&<b>\`|]]>,%25\\xff.tsx`);
  assert.match(commands[0].message, /^"node:fs" is imported .*\n {2}via src\/worker\.tsx:3\n/);
  for (const format of ["stylish", "unix", "agent", "markdown"]) assert.deepEqual(workflowCommands(print(format)), [], format);
});

test("markdown: nothing that was found is markup", () => {
  for (const text of [print("markdown"), print("markdown", "empty")]) {
    const html = micromark(text, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
    const { document } = new JSDOM(html).window;
    const allowed = ["H2", "H3", "P", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "UL", "LI", "CODE"];
    const elements = [...document.body.querySelectorAll("*")].map((e) => e.tagName);
    assert.deepEqual(elements.filter((name) => !allowed.includes(name)), []);
  }
  const html = micromark(print("markdown"), { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  const names = [...new JSDOM(html).window.document.querySelectorAll("li > code:first-child")].map((e) => e.textContent);
  assert.ok(names.includes(`src/\\x1b[31m\\n::error file=x::gotcha \\x23#[group]\\u202e "&<b>\`|]]>,%25\\xff.tsx:3:1`), names.join("\n"));
});

test("dot: graphviz draws it, with the names as they are", { skip: needs("dot") }, () => {
  for (const level of ["boundary", "package", "module"]) {
    const { code, stdout, stderr } = graph("--level", level);
    assert.equal(code, 0, stderr);
    const run = spawnSync("dot", ["-Tjson0"], { input: stdout, encoding: "utf8", maxBuffer: 1 << 28 });
    assert.equal(run.status, 0, run.stderr);
    const drawn = JSON.parse(run.stdout);
    const { nodes, edges } = JSON.parse(graph("--level", level, "-f", "json").stdout);
    assert.equal(drawn.objects.length, nodes.length);
    assert.equal((drawn.edges ?? []).length, edges.length);
  }
  if (apps[1]) assert.equal(spawnSync("dot", ["-Tsvg"], { input: project.run(["graph", apps[1]]).stdout }).status, 0);
});

test("mermaid: its own parser reads it, with the names as they are", async () => {
  const { window } = new JSDOM("");
  Object.assign(globalThis, { window, document: window.document });
  const { default: mermaid } = await import("mermaid");
  mermaid.initialize({ startOnLoad: false });
  for (const app of apps) {
    for (const level of ["boundary", "package", "module"]) {
      const { code, stdout } = project.run(["graph", "--level", level, "-f", "mermaid", ...(app === project.path ? ["-e", "src/main.tsx"] : [app])]);
      assert.equal(code, 0);
      assert.ok(stdout.length < 50_000);
      const { diagramType } = await mermaid.parse(stdout);
      assert.match(diagramType, /^flowchart/);
      const nodes = stdout.split("\n").filter((line) => /^ {2}n\d+\["/.test(line)).length;
      const { db } = await mermaid.mermaidAPI.getDiagramFromText(stdout);
      const vertices = [...db.getVertices().keys()].filter((id) => id.startsWith("n"));
      assert.equal(vertices.length, nodes, level);
      assert.ok(db.getEdges().length <= 500);
      assert.deepEqual(db.getSubGraphs(), []);
    }
  }
});

test("graph and diff: as their schemas say, which `demarc schema` prints", () => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, strictTuples: false });
  const names = project.run(["schema"]).stdout.trimEnd().split("\n");
  for (const name of names) {
    const { stdout } = project.run(["schema", name]);
    assert.equal(stdout, readFileSync(join(repository, `cli/schema/${name}.v1.json`), "utf8"));
    ajv.addSchema(JSON.parse(stdout));
  }
  const check = (name, text) => {
    const validate = ajv.getSchema(`urn:demarc:schema:${name}:1`);
    const document = JSON.parse(text);
    assert.ok(validate(document), `${name}: ${ajv.errorsText(validate.errors)}`);
    assert.equal(validate({ ...document, extra: 1 }), false);
    return document;
  };
  for (const level of ["boundary", "package", "module"]) check("graph", graph("-f", "json", "--level", level).stdout);
  const scan = (file) => project.run(["scan", "-e", "src/main.tsx", "-f", "json", "--emit", "graph", "-o", file]);
  scan("before.json");
  writeFileSync(join(project.path, "src/main.tsx"), `"use client";\nimport "./${hostile[5].replaceAll("\\", "\\\\")}";`);
  scan("after.json");
  const same = project.run(["diff", "before.json", "before.json", "-f", "json"]);
  assert.equal(same.code, 0);
  assert.equal(check("diff", same.stdout).differences, 0);
  const other = project.run(["diff", "before.json", "after.json", "-f", "json"]);
  assert.equal(other.code, 1, other.stderr);
  assert.ok(check("diff", other.stdout).differences > 0);
  for (const format of ["pretty", "markdown"]) {
    const { code, stdout } = project.run(["diff", "before.json", "after.json", "-f", format]);
    assert.equal(code, 1);
    assert.doesNotMatch(stdout, /[\x00-\x08\x0b-\x1f\x7f\u202e]|^\s*::/m);
  }
  assert.equal(project.run(["diff", "before.json", "package.json"]).code, 2);
  assert.equal(project.run(["diff", "before.json", "none.json"]).code, 2);
});

test("colour, CI and streams of graph, diff, schema and completions", { skip: needs("bash") }, () => {
  project.write("other.json", readFileSync(join(project.path, "before.json"), "utf8").replace("/src/a|b", "/src/b|b"));
  for (const args of [["graph", "-e", "src/main.tsx"], ["diff", "before.json", "other.json"], ["schema"], ["completions", "bash"]]) {
    const plain = project.run(args);
    for (const env of [{ CI: "true" }, { GITHUB_ACTIONS: "true" }, { NO_COLOR: "1", FORCE_COLOR: "1" }, { COLUMNS: "20" }])
      assert.equal(project.run(args, { env }).stdout, plain.stdout, `${args[0]} ${JSON.stringify(env)}`);
    const shell = (script) => spawnSync("bash", ["-c", script, process.env.DEMARC ?? join(repository, "build/release/demarc"), ...args], { cwd: project.path, encoding: "utf8" });
    assert.match(shell(`{ "$0" "$@"; echo "exit $?" >&2; } | true`).stderr, new RegExp(`exit ${plain.code}`));
    assert.equal(project.run(args, { stdio: ["pipe", "ignore", "pipe"] }).code, plain.code);
  }
  assert.match(project.run(["diff", "before.json", "other.json"], { env: { FORCE_COLOR: "1" } }).stdout, /\x1b\[/);
});

test("did you mean: commands, flags, values, environments, schemas, shells", () => {
  for (const [args, expected] of [
    [["grpah"], "did you mean graph?"],
    [["completion"], "did you mean completions?"],
    [["graph", "--levle", "module"], "did you mean --level?"],
    [["graph", "--level", "modul"], "did you mean module?"],
    [["graph", "-f", "mermiad"], "did you mean mermaid?"],
    [["graph", "-e", "src/main.tsx", "--in", "cleint"], "did you mean client?"],
    [["graph", "-e", "src/main.tsx", "--walk", "cleint"], "the environments are server, client"],
    [["graph", "-e", "src/main.tsx", "--conditions", "cleint=x"], "the environments are server, client"],
    [["diff", "-f", "markdwon"], "did you mean markdown?"],
    [["schema", "reslt"], "did you mean result?"],
    [["completions", "bsh"], "did you mean bash?"],
    [["scan", "--framework", "wakuu"], "did you mean waku?"],
    [["scan", "--follow", "wroker"], "did you mean worker?"],
  ]) {
    const { code, stderr } = project.run(args);
    assert.equal(code, 2, args.join(" "));
    assert.ok(stderr.includes(expected), `${args.join(" ")}: ${stderr}`);
  }
});
