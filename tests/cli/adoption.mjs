// A team takes demarc up on a project with 200 findings, and lives with it: baseline, comments, --changed-since.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import { Project, needs } from "./project.mjs";

const BASELINE = ".demarc-baseline.json";
const projects = [];
after(() => projects.forEach((project) => project.remove()));

function make(files) {
  const project = new Project(files);
  projects.push(project);
  return project;
}

// Two imports that lead nowhere in each of 100 modules.
function oldProject() {
  const files = {
    "package.json": JSON.stringify({ name: "old" }),
    "index.html": `<script type="module" src="/src/main.ts"></script>`,
    "demarc.config.json": JSON.stringify({ rules: { "scan/unresolved": "error" } }),
  };
  const names = Array.from({ length: 100 }, (_, i) => `m${String(i).padStart(3, "0")}`);
  files["src/main.ts"] = names.map((name) => `import "./${name}";\n`).join("");
  names.forEach((name, i) => {
    files[`src/${name}.ts`] = `import "./gone-${i}";\nimport "./gone-too-${i}";\nexport const value = ${i};\n`;
  });
  return make(files);
}

const audit = (project, ...args) => project.run(["audit", ...args]);

function auditJson(project, ...args) {
  const run = audit(project, "-f", "json", ...args);
  assert.notEqual(run.stdout, "", run.stderr);
  const { findings, summary } = JSON.parse(run.stdout);
  const standing = (name) => findings.filter((finding) => finding.standing === name);
  return { ...run, findings, summary, active: standing("active"), standing };
}

const edit = (project, name, change) => project.write(name, change(readFileSync(join(project.path, name), "utf8")));

test("200 findings: baseline, then only what is new fails", () => {
  const project = oldProject();
  const before = auditJson(project);
  assert.equal(before.code, 1);
  assert.equal(before.active.filter(({ level }) => level === "error").length, 200);

  const update = audit(project, "--update-baseline");
  assert.equal(update.code, 0, update.stderr);
  assert.match(update.stderr, /200 findings/);
  const baseline = JSON.parse(readFileSync(join(project.path, BASELINE), "utf8"));
  assert.equal(baseline.findings.reduce((sum, { count }) => sum + count, 0), 200);
  const order = baseline.findings.map(({ file, rule }) => `${file} ${rule}`);
  assert.deepEqual(order, order.toSorted());

  const clean = auditJson(project);
  assert.equal(clean.code, 0);
  assert.equal(clean.active.length, 0);
  assert.equal(clean.standing("baseline").length, 200);
  assert.equal(audit(project).code, 0);
  assert.equal(audit(project, "--baseline", "none").code, 1);

  edit(project, "src/m099.ts", (text) => `${text}import "./new-problem";\n`);
  const after = auditJson(project);
  assert.equal(after.code, 1);
  assert.deepEqual(after.active.map(({ rule, file }) => [rule, file]), [["scan/unresolved", "/src/m099.ts"]]);
  const pretty = audit(project);
  assert.equal(pretty.code, 1);
  assert.match(pretty.stdout, /new-problem/);
  assert.doesNotMatch(pretty.stdout, /gone-/);
});

test("lines that move and imports in another order keep the baseline", () => {
  const project = oldProject();
  assert.equal(audit(project, "--update-baseline").code, 0);
  for (let i = 0; i < 20; ++i) {
    edit(project, `src/m0${String(i).padStart(2, "0")}.ts`, (text) => {
      const [first, second, ...rest] = text.split("\n");
      return `// moved\n\n\n${second}\n${first}\n\n${rest.join("\n")}`;
    });
  }
  const moved = auditJson(project);
  assert.equal(moved.code, 0);
  assert.equal(moved.active.length, 0);
  assert.equal(moved.standing("baseline").length, 200);
});

test("what is mended is stale in the baseline, and an update drops it", () => {
  const project = oldProject();
  assert.equal(audit(project, "--update-baseline").code, 0);
  const first = readFileSync(join(project.path, BASELINE), "utf8");
  assert.equal(audit(project, "--update-baseline").code, 0);
  assert.equal(readFileSync(join(project.path, BASELINE), "utf8"), first, "the same findings give the same bytes");

  for (const name of ["m000", "m001", "m002"]) project.write(`src/${name}.ts`, "export const value = 0;\n");
  const mended = auditJson(project);
  assert.equal(mended.code, 0);
  assert.equal(mended.active.length, 6);
  for (const { rule, level, file, line, message } of mended.active) {
    assert.deepEqual([rule, level, file], ["baseline/stale", "info", `/${BASELINE}`]);
    assert.match(readFileSync(join(project.path, BASELINE), "utf8").split("\n")[line - 1], /src\/m00[012]\.ts/);
    assert.match(message, /^src\/m00[012]\.ts has no /);
  }
  const update = audit(project, "--update-baseline");
  assert.equal(update.code, 0);
  assert.match(update.stderr, /194 findings.*6 .*dropped/s);
  assert.equal(auditJson(project).active.length, 0);
});

test("a baseline where the configuration or a flag says, and its mistakes", () => {
  const project = oldProject();
  project.write("demarc.config.json", JSON.stringify({ rules: { "scan/unresolved": "error" }, baseline: "ci/known.json" }));
  const missing = audit(project);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /known\.json: error: the baseline does not exist/);
  assert.match(missing.stderr, /--update-baseline/);
  project.write("ci/keep", "");
  assert.equal(audit(project, "--update-baseline").code, 0);
  assert.ok(existsSync(join(project.path, "ci/known.json")));
  assert.equal(audit(project).code, 0);
  // A flag is relative to where it was typed.
  assert.equal(project.run(["audit", "..", "--baseline", "../ci/known.json"], { cwd: join(project.path, "src") }).code, 0);

  for (const name of ["package.json", "src/m000.ts"]) {
    const text = readFileSync(join(project.path, name), "utf8");
    const run = audit(project, "--baseline", name, "--update-baseline");
    assert.equal(run.code, 2);
    assert.match(run.stderr, /is no baseline, so it is not overwritten/);
    assert.equal(readFileSync(join(project.path, name), "utf8"), text);
  }
  symlinkSync("known.json", join(project.path, "ci/link.json"));
  const link = audit(project, "--baseline", "ci/link.json", "--update-baseline");
  assert.equal(link.code, 5);
  assert.match(link.stderr, /symbolic link/);
});

test("an audit with a part of the graph missing writes no baseline", { skip: process.getuid() === 0 && "needs another user than root" }, () => {
  const project = oldProject();
  chmodSync(join(project.path, "src/m050.ts"), 0);
  assert.equal(audit(project, "--update-baseline", "--allow-incomplete").code, 3);
  assert.ok(!existsSync(join(project.path, BASELINE)));
});

test("comments suppress with a reason, and say so without", () => {
  const project = make({
    "package.json": "{}",
    "index.html": `<script type="module" src="/src/main.ts"></script>`,
    "src/main.ts": [
      "// demarc-ignore-next-line scan/unresolved -- made by the build",
      `import "./made";`,
      "// demarc-ignore-next-line scan/unresolved",
      `import "./gone";`,
      "/* demarc-ignore-next-line scan/unresolved -- not any more */",
      `import "./here";`,
      "",
    ].join("\n"),
    "src/here.ts": "const text = `\n// demarc-ignore-next-line scan/unresolved -- text\n`;\n",
  });
  const { findings } = auditJson(project);
  assert.deepEqual(
    findings.map(({ rule, file, line, level, standing, reason }) => [rule, file, line, level, standing, reason]),
    [
      ["scan/unresolved", "/src/main.ts", 2, "warn", "suppressed", "made by the build"],
      ["suppression/invalid", "/src/main.ts", 3, "warn", "active", undefined],
      ["scan/unresolved", "/src/main.ts", 4, "warn", "active", undefined],
      ["suppression/unused", "/src/main.ts", 5, "info", "active", undefined],
    ],
  );
  assert.equal(audit(project, "--deny-warnings").code, 1);
  assert.equal(audit(project, "--deny-warnings", "--rule", "suppression/invalid=off", "--rule", "scan/unresolved=info").code, 0);
});

test("rules and budgets of the configuration, and flags over them", () => {
  const project = oldProject();
  const level = (...args) => new Set(auditJson(project, ...args).active.map((finding) => finding.level));
  project.write(
    "demarc.config.json",
    JSON.stringify({ rules: { "scan/unresolved": ["error", { ignore: ["src/m0*"] }] } }),
  );
  assert.equal(auditJson(project).active.length, 0);
  project.write("demarc.config.json", JSON.stringify({ rules: { "scan/unresolved": "error" } }));
  assert.equal(auditJson(project).active.length, 200);
  assert.deepEqual([...level("--rule", "scan/unresolved=info")], ["info"]);
  assert.equal(audit(project, "--rule", "scan/unresolved=info").code, 0);

  project.write("demarc.config.json", `{\n  "rules": { "scan/unresolvd": "warn" },\n  "budgets": { "client": "much" }\n}`);
  const wrong = audit(project);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /demarc\.config\.json:2:14: error: \/rules\/scan~1unresolvd: .*did you mean scan\/unresolved\?/);
  assert.match(wrong.stderr, /\/budgets\/client: "much" is no size; write it as 600KB or 2MiB/);
});

const git = (project, ...args) => {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
  const run = spawnSync("git", ["-C", project.path, ...identity, ...args], { encoding: "utf8" });
  assert.equal(run.status, 0, run.stderr);
};

test("--changed-since: findings of files that did not change do not count", { skip: needs("git") }, () => {
  const project = oldProject();
  git(project, "init", "-q", "-b", "main");
  git(project, "add", "-A");
  git(project, "commit", "-q", "-m", "old");
  const nothing = auditJson(project, "--changed-since", "HEAD");
  assert.equal(nothing.code, 0);
  assert.equal(nothing.standing("unchanged").length, 200);

  edit(project, "src/m090.ts", (text) => `${text}// touched\n`);
  project.write("src/new.ts", `import "./nowhere";\n`);
  edit(project, "src/main.ts", (text) => `${text}import "./new";\n`);
  const some = auditJson(project, "--changed-since", "main");
  assert.equal(some.code, 1);
  assert.deepEqual(some.active.map(({ file }) => file), ["/src/m090.ts", "/src/m090.ts", "/src/new.ts"]);

  git(project, "add", "-A");
  git(project, "commit", "-q", "-m", "new");
  assert.deepEqual(auditJson(project, "--changed-since", "HEAD~1").active.map(({ file }) => file), ["/src/m090.ts", "/src/m090.ts", "/src/new.ts"]);
  assert.equal(audit(project, "--changed-since", "HEAD").code, 0);
});

test("--changed-since: what git cannot answer", { skip: needs("git") }, () => {
  const project = oldProject();
  const outside = audit(project, "--changed-since", "HEAD");
  assert.equal(outside.code, 2);
  assert.match(outside.stderr, /in no git repository/);
  assert.equal(project.run(["audit", "--changed-since", "HEAD"], { env: { PATH: "/nonexistent" } }).code, 2);
  git(project, "init", "-q");
  for (const revision of ["main", "--output=x"]) {
    const run = audit(project, `--changed-since=${revision}`);
    assert.equal(run.code, 2, revision);
    assert.match(run.stderr, /revision/);
    assert.match(run.stderr, /help: /);
  }
  assert.ok(!existsSync(join(project.path, "x")));
});

test("--changed-since: a finding changes with any module of its chain", { skip: needs("git") }, (t) => {
  const project = make({
    "package.json": "{}",
    "index.html": `<script type="module" src="/src/main.ts"></script>`,
    "demarc.config.json": JSON.stringify({
      framework: "none",
      entries: ["src/main.ts"],
      environments: { server: { consumer: "server", conditions: ["react-server"] }, client: { consumer: "client" } },
      boundaries: { "use client": ["client"], "use server": ["server"] },
    }),
    "src/main.ts": `import "./view";\n`,
    "src/view.ts": `import "./secret";\n`,
    "src/secret.ts": `import "server-only";\n`,
    "node_modules/server-only/package.json": `{"name":"server-only","exports":{".":{"react-server":"./e.js","default":"./i.js"}}}`,
    "node_modules/server-only/e.js": "",
    "node_modules/server-only/i.js": "throw new Error();\n",
  });
  git(project, "init", "-q");
  git(project, "add", "-A");
  git(project, "commit", "-q", "-m", "old");
  assert.equal(audit(project).code, 0);
  edit(project, "src/view.ts", (text) => `"use client";\n${text}`);
  if (audit(project).code === 0) return t.skip("no rule speaks of server-only");
  const felt = auditJson(project, "--changed-since", "HEAD");
  assert.equal(felt.code, 1);
  assert.ok(felt.active.some(({ rule }) => rule === "boundary/server-only-in-client"));
});

test("init: says what was detected, and scans the same afterwards", () => {
  const project = oldProject();
  rmSync(join(project.path, "demarc.config.json"));
  const before = project.scanJson("--emit", "graph").result;
  const printed = project.run(["init", "-o", "-"]);
  assert.equal(printed.code, 0);
  assert.ok(!existsSync(join(project.path, "demarc.config.json")));
  const run = project.run(["init"]);
  assert.equal(run.code, 0, run.stderr);
  const text = readFileSync(join(project.path, "demarc.config.json"), "utf8");
  assert.equal(text, printed.stdout);
  const config = JSON.parse(text);
  assert.equal(config.$schema, "./node_modules/demarc/schema/config.v1.json");
  assert.equal(config.framework, "none");
  assert.deepEqual(config.entries.map((entry) => entry.replace(/^client=/, "")), ["src/main.ts"]);
  assert.deepEqual(project.scanJson("--emit", "graph").result, before);
});

test("init: a folder without a project", () => {
  const folder = new Project();
  try {
    const run = folder.run(["init"]);
    assert.equal(run.code, 2);
    assert.match(run.stderr, /has no package\.json/);
    assert.equal(existsSync(join(folder.path, "demarc.config.json")), false);
  } finally {
    folder.remove();
  }
});

test("budgets: a name that would never be exceeded", () => {
  const project = new Project({ "package.json": "{}", "index.html": "" });
  try {
    for (const budget of ["clients=1KB", "boundry=1KB", "a=b=1KB"]) {
      const run = project.run(["audit", "--budget", budget]);
      assert.equal(run.code, 2, budget);
      assert.match(run.stderr, /did you mean|name of a package/);
    }
    for (const budget of ["@x/client=1KB", "cliui=1KB", "boundary=1KB"])
      assert.doesNotMatch(project.run(["audit", "--budget", budget]).stderr, /no budget/, budget);
  } finally {
    project.remove();
  }
});

test("init: leaves what is there alone", () => {
  const project = oldProject();
  const text = readFileSync(join(project.path, "demarc.config.json"), "utf8");
  const run = project.run(["init"]);
  assert.equal(run.code, 2);
  assert.match(run.stderr, /demarc\.config\.json: error: there is one already/);
  assert.equal(readFileSync(join(project.path, "demarc.config.json"), "utf8"), text);
  assert.equal(project.run(["init", "--force"]).code, 0);
  assert.notEqual(readFileSync(join(project.path, "demarc.config.json"), "utf8"), text);

  renameSync(join(project.path, "demarc.config.json"), join(project.path, "demarc.config.jsonc"));
  assert.match(project.run(["init"]).stderr, /demarc\.config\.jsonc: error: there is one already/);
  rmSync(join(project.path, "demarc.config.jsonc"));
  project.write("package.json", JSON.stringify({ demarc: { mode: "development" } }));
  assert.match(project.run(["init"]).stderr, /package\.json has a "demarc" key/);
});

test("init: a project without an entry gets its file all the same, and is told", () => {
  const project = make({ "package.json": "{}" });
  const run = project.run(["init"]);
  assert.equal(run.code, 0);
  assert.match(run.stderr, /project\/no-entry/);
  assert.ok(!("entries" in JSON.parse(readFileSync(join(project.path, "demarc.config.json"), "utf8"))));
});

const kLibrary = {
  "package/package.json": JSON.stringify({
    name: "ui",
    version: "1.0.0",
    exports: { ".": { import: "./dist/index.mjs", require: "./dist/index.cjs" }, "./badge": "./dist/badge.js" },
  }),
  "package/src/index.tsx": `"use client";\nexport const Button = () => null;\n`,
  "package/src/badge.tsx": `"use client";\nexport const Badge = () => null;\n`,
  "package/dist/index.mjs": `"use client";\nexport const Button = () => null;\n`,
  "package/dist/index.cjs": `"use strict";\nexports.Button = () => null;\n`,
  "package/dist/badge.js": `import "react";\n"use client";\nexport const Badge = () => null;\n`,
};

function packed(project, ...names) {
  const run = spawnSync("tar", ["-C", project.path, "-czf", join(project.path, "ui-1.0.0.tgz"), ...names], { encoding: "utf8" });
  assert.equal(run.status, 0, run.stderr);
  return "ui-1.0.0.tgz";
}

test("audit --package: a folder and its archive say the same", () => {
  const project = make(kLibrary);
  const archive = packed(project, "package");
  const inFolder = auditJson(project, "--package", "package");
  assert.equal(inFolder.code, 1);
  assert.deepEqual(
    inFolder.active.map(({ rule, file, line, level }) => [rule, file, line, level]),
    [
      ["directive/misplaced", "/dist/badge.js", 2, "error"],
      ["package/directive-dropped", "/dist/index.cjs", 1, "error"],
    ],
  );
  const inArchive = auditJson(project, "--package", archive);
  assert.equal(inArchive.code, 1);
  assert.deepEqual(inArchive.findings, inFolder.findings);
  const pretty = audit(project, "--package", archive);
  assert.equal(pretty.code, 1);
  assert.match(pretty.stdout, /dist\/index\.cjs/);
});

test("audit --package: an archive without sources, and one without problems", () => {
  const project = make(kLibrary);
  rmSync(join(project.path, "package/src"), { recursive: true });
  const bare = auditJson(project, "--package", packed(project, "package"));
  assert.deepEqual(bare.active.map(({ file }) => file), ["/dist/badge.js", "/dist/index.cjs"]);
  project.write("package/dist/index.cjs", `"use strict";\n"use client";\nexports.Button = () => null;\n`);
  project.write("package/dist/badge.js", `"use client";\nexport const Badge = () => null;\n`);
  const clean = audit(project, "--package", packed(project, "package"));
  assert.equal(clean.code, 0, clean.stdout + clean.stderr);
  assert.match(clean.stderr, /3 published/);
});

test("audit --package: what is no package", () => {
  const project = make({ "text.tgz": "hello", "empty/x": "" });
  for (const [name, reason] of [
    ["text.tgz", /is no npm package/],
    ["empty", /there is no package\.json/],
    ["none", /does not exist/],
  ]) {
    const run = audit(project, "--package", name);
    assert.equal(run.code, 2, name);
    assert.match(run.stderr, reason);
  }
});
