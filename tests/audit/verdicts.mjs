// Every finding on the fixture apps was looked at by a person, who wrote down in verdicts.json what it is. Findings that
// differ fail, so that whoever changes a rule looks again.
//
//   scripts/node tests/audit/verdicts.mjs            compares
//   scripts/node tests/audit/verdicts.mjs --write    writes what is found, new findings with the verdict "?"
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { mountFolded, unmount } from "../cli/folding-mount.mjs";
import { Project, repository } from "../cli/project.mjs";

const file = join(repository, "tests/audit/verdicts.json");
const apps = [
  { path: "fixtures/audit/gallery", flags: ["--rule", "boundary/unneeded-client=warn", "--budget", "client=100"] },
  { path: "fixtures/audit/redwood" },
  { path: "fixtures/audit/copies" },
  { path: "fixtures/audit/letter-case", folds: true },
  { path: "fixtures/audit/library", flags: ["--package"] },
  { path: "fixtures/apps/redwood-store", lock: "." },
  { path: "fixtures/apps/rsc-atlas", lock: "." },
  { path: "fixtures/apps/rsc-ledger", lock: "." },
  { path: "fixtures/apps/waku-garden", lock: "." },
  { path: "fixtures/apps/pnpm-atelier/apps/gallery", lock: "../.." },
  { path: "fixtures/apps/pnpm-atelier/apps/kiosk", lock: "../.." },
  // 4,688 modules of MUI, Chakra, lucide-react and the like: perf/compare makes it.
  { path: "build/perf/corpus/large", lock: "." },
];
const verdicts = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};

// What is found, or why that cannot be seen here.
function audit({ path, flags = [], folds }) {
  const app = new Project();
  let folder = join(repository, path);
  const folded = folds ? mountFolded(folder, app) : {};
  try {
    if (folds && !folded.mount) return { reason: folded.reason };
    folder = folded.mount ?? folder;
    const run = app.run(["audit", "-f", "json", ...flags, folder]);
    assert.ok(run.code <= 1, run.stderr);
    const findings = JSON.parse(run.stdout).findings.map((finding) => {
      const place = finding.line ? `:${finding.line}:${finding.column}` : "";
      const file = finding.file?.replace(`${repository}/`, "REPOSITORY/") ?? "";
      return `${finding.level} ${finding.rule} ${file}${place} ${finding.message}`;
    });
    return { findings };
  } finally {
    unmount(folded);
    app.remove();
  }
}

const isHere = ({ path, lock }) => !lock || existsSync(join(repository, path, lock, "node_modules"));

if (process.argv.includes("--write")) {
  for (const app of apps.filter(isHere)) {
    const before = verdicts[app.path] ?? {};
    const { findings } = audit(app);
    if (findings) verdicts[app.path] = Object.fromEntries(findings.map((finding) => [finding, before[finding] ?? "?"]));
  }
  writeFileSync(file, `${JSON.stringify(verdicts, null, 2)}\n`);
} else {
  for (const app of apps) {
    test(app.path, { skip: isHere(app) ? false : "not installed" }, (t) => {
      const { findings, reason } = audit(app);
      if (!findings) return t.skip(reason);
      assert.deepEqual(findings.sort(), Object.keys(verdicts[app.path]).sort());
      for (const [finding, verdict] of Object.entries(verdicts[app.path]))
        assert.ok(verdict.startsWith("true"), `no verdict, or a mistake of the rule: ${finding}`);
    });
  }

  test("each rule has a true finding", () => {
    const app = new Project();
    const { stdout } = app.run(["explain", "-f", "json"]);
    app.remove();
    const found = new Set(Object.values(verdicts).flatMap((one) => Object.keys(one).map((finding) => finding.split(" ")[1])));
    assert.deepEqual(JSON.parse(stdout).rules.map((rule) => rule.id).filter((rule) => !found.has(rule)), []);
  });
}
