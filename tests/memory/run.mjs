import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { inputs } from "./inputs.mjs";

const MiB = 1 << 20;
const slack = 8;
const words = process.argv.slice(2);
const quick = words.includes("--quick");
const limits = words.filter((word) => word !== "--quick").map(Number);
if (limits.length === 0) limits.push(24, 32, 64, 128);
if (!limits.every((limit) => limit > 0)) {
  console.error("usage: tests/memory/run [--quick] [M…]");
  process.exit(2);
}

// A cgroup of our own, v1 or v2. Null where none can be made.
function makeGroup() {
  for (const [parent, limitFile, killsFile] of [
    ["/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.oom_control"],
    ["/sys/fs/cgroup", "memory.max", "memory.events"],
  ]) {
    const path = join(parent, `demarc-test-${process.pid}`);
    try {
      mkdirSync(path);
      if (existsSync(join(path, limitFile))) return { path, limitFile, killsFile };
      rmdirSync(path);
    } catch {
      // The next one.
    }
  }
  return null;
}

const group = makeGroup();
if (!group) {
  console.log("no memory cgroup is writable here");
  process.exit(77);
}

const kills = () => Number(readFileSync(join(group.path, group.killsFile), "utf8").match(/oom_kill (\d+)/)?.[1] ?? 0);

function setLimit(mebibytes) {
  writeFileSync(join(group.path, group.limitFile), String(mebibytes * MiB));
}

const binary = resolve("build/release/demarc");
const outcomes = { 0: "complete", 3: "incomplete", 4: "over budget" };
let failed = 0;
const apps = readdirSync("fixtures/apps")
  .map((name) => ({ name, what: "fixture app", path: resolve("fixtures/apps", name) }))
  .filter(({ path }) => existsSync(join(path, "node_modules")) && existsSync(join(path, "src")));
const corpora = quick || !existsSync("build/perf/corpus")
  ? []
  : readdirSync("build/perf/corpus").map((name) => ({ name, what: "of perf/corpus", path: resolve("build/perf/corpus", name) }));
const all = [...apps, ...corpora, ...inputs(resolve("build/memory"), quick)];
try {
  for (const limit of limits) {
    for (const { name, what, path } of all) {
      setLimit(limit + slack);
      const before = kills();
      const args = ["scan", "-f", "json", "-o", "/dev/null", "--stats", "--max-memory", `${limit}M`, path];
      const start = process.hrtime.bigint();
      const run = spawnSync("sh", ["-c", `echo $$ > "${group.path}/cgroup.procs" && exec "$@"`, "sh", binary, ...args], { encoding: "utf8" });
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      const killed = kills() - before;
      const fine = run.signal === null && killed === 0 && run.status in outcomes;
      if (!fine) ++failed;
      const outcome = fine ? outcomes[run.status] : `FAILED: ${run.signal ?? `exit ${run.status}`}, ${killed} kills\n${run.stderr}`;
      const peak = run.stderr.match(/peak [\d.]+ [KMG]iB/)?.[0] ?? "";
      console.log(`${String(limit).padStart(4)} MiB  ${name.padEnd(17)} ${outcome.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s  ${peak.padEnd(15)} ${what}`);
    }
  }
} finally {
  rmdirSync(group.path);
}
console.log(`${limits.length * all.length - failed} of ${limits.length * all.length} ended in order`);
process.exit(failed === 0 ? 0 : 1);
