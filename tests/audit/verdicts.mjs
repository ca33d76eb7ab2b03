// Every finding on the fixture apps was looked at by a person, who wrote down in verdicts.json what it is. Findings that
// differ fail, so that whoever changes a rule looks again.
//
//   scripts/node tests/audit/verdicts.mjs            compares
//   scripts/node tests/audit/verdicts.mjs --write    writes what is found, new findings with the verdict "?"
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { Project, repository } from "../cli/project.mjs";

const file = join(repository, "tests/audit/verdicts.json");
const apps = [
  { path: "fixtures/audit/gallery", flags: ["--rule", "boundary/unneeded-client=warn", "--budget", "client=100"] },
  { path: "fixtures/audit/redwood" },
  { path: "fixtures/apps/redwood-store", installed: true },
];
const verdicts = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};

function audit({ path, flags = [] }) {
  const app = new Project();
  try {
    const run = app.run(["audit", "-f", "json", ...flags, join(repository, path)]);
    assert.ok(run.code <= 1, run.stderr);
    return JSON.parse(run.stdout).findings.map((finding) => {
      const place = finding.line ? `:${finding.line}:${finding.column}` : "";
      return `${finding.level} ${finding.rule} ${finding.file ?? ""}${place} ${finding.message}`;
    });
  } finally {
    app.remove();
  }
}

const isHere = (app) => !app.installed || existsSync(join(repository, app.path, "node_modules/.installed-lock.json"));

if (process.argv.includes("--write")) {
  for (const app of apps.filter(isHere)) {
    const before = verdicts[app.path] ?? {};
    verdicts[app.path] = Object.fromEntries(audit(app).map((finding) => [finding, before[finding] ?? "?"]));
  }
  writeFileSync(file, `${JSON.stringify(verdicts, null, 2)}\n`);
} else {
  for (const app of apps) {
    test(app.path, { skip: isHere(app) ? false : "not installed" }, () => {
      assert.deepEqual(audit(app).sort(), Object.keys(verdicts[app.path]).sort());
      for (const [finding, verdict] of Object.entries(verdicts[app.path]))
        assert.ok(verdict.startsWith("true"), `no verdict, or a mistake of the rule: ${finding}`);
    });
  }
}
