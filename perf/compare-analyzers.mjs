// Runs demarc audit beside dependency-cruiser, madge, knip and fallow on a copy of an app in which mistakes are planted
// (analyzers/planted.mjs), all of them in every round, one after the other.
//
//   perf/compare-analyzers [--rounds 5] [--write FILE] [APP]      APP: default fixtures/apps/redwood-store, installed
//
// Prints Markdown: the machine, time and peak memory of each (medians; VmHWM of the process and its children, see
// measure.cc), how many files each looked at, and what each said about the planted files. Nothing counts as seen but a
// report about a file of the mistake; what kind of report is printed, so that a reader can judge. With --write the text
// also replaces what stands between the lines `<!-- measured -->` and `<!-- end -->` of FILE (docs/comparison.md).
//
// Exit 1 when demarc failed.
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { PLANTS, plant } from "./analyzers/planted.mjs";

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const ANALYZERS = path.join(REPOSITORY, "perf/analyzers");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "5" }, write: { type: "string" } },
});
const app = path.resolve(positionals[0] ?? path.join(REPOSITORY, "fixtures/apps/redwood-store"));
const folder = path.join(REPOSITORY, "build/analyzers");
const copy = path.join(folder, "app");
const measure = path.join(REPOSITORY, "build/release/perf/measure");
const demarc = path.join(REPOSITORY, "build/release/demarc");

const fail = (message) => {
  process.stderr.write(`compare-analyzers: ${message}\n`);
  process.exit(2);
};
if (!fs.existsSync(path.join(app, "node_modules"))) fail(`${app} is not installed; run scripts/fixtures install`);
if (!fs.existsSync(measure) || !fs.existsSync(demarc)) fail("run scripts/build release");
if (spawnSync(path.join(REPOSITORY, "scripts/node"), ["--install", ANALYZERS], { stdio: ["ignore", 2, 2] }).status !== 0)
  fail("the analyzers could not be installed");

const version = (name) => JSON.parse(fs.readFileSync(path.join(ANALYZERS, "node_modules", name, "package.json"), "utf8")).version;
const bin = (name) => [process.execPath, path.join(ANALYZERS, "node_modules/.bin", name)];
const config = path.join(ANALYZERS, "dependency-cruiser.cjs");

// Each report: { kind, file }, the file relative to the app.
const depcruiseReports = ({ summary }) => summary.violations.map(({ rule, from }) => ({ kind: rule.name, file: from }));
const TOOLS = [
  {
    name: `demarc audit ${execFileSync(demarc, ["--version"], { encoding: "utf8" }).trim().split(" ").at(-1)}`,
    command: [demarc, "audit", "--format", "json", "--stats"],
    reports: ({ findings }) =>
      findings.filter(({ standing }) => standing === "active").map(({ rule, file }) => ({ kind: rule, file: file?.slice(1) })),
    files: (result) => result.stats?.modules ?? result.summary.client.modules + result.summary.server.modules,
  },
  {
    name: `dependency-cruiser ${version("dependency-cruiser")}`,
    command: [...bin("depcruise"), "--config", config, "--do-not-follow", "node_modules", "-T", "json", "src"],
    reports: depcruiseReports,
    files: ({ modules }) => modules.length,
  },
  {
    name: `dependency-cruiser ${version("dependency-cruiser")}, packages too`,
    command: [...bin("depcruise"), "--config", config, "-T", "json", "src"],
    reports: depcruiseReports,
    files: ({ modules }) => modules.length,
  },
  {
    name: `madge ${version("madge")}`,
    command: [...bin("madge"), "--ts-config", "tsconfig.json", "--extensions", "ts,tsx,js,jsx", "--circular", "--json", "src"],
    reports: (rings) => rings.flat().map((file) => ({ kind: "circular", file: `src/${file}` })),
  },
  {
    name: `knip ${version("knip")}`,
    command: [...bin("knip"), "--reporter", "json", "--no-progress"],
    reports: ({ files, issues }) => [
      ...(files ?? []).map((file) => ({ kind: "unused file", file })),
      ...issues.flatMap(({ file, ...kinds }) =>
        Object.entries(kinds).flatMap(([kind, list]) => (Array.isArray(list) && list.length > 0 ? [{ kind, file }] : [])),
      ),
    ],
  },
  {
    name: `fallow ${version("@fallow-cli/linux-x64-gnu")}`,
    command: [path.join(ANALYZERS, "node_modules/@fallow-cli/linux-x64-gnu/fallow"), "dead-code", "--format", "json"],
    reports: (result) =>
      Object.entries(result).flatMap(([kind, list]) =>
        Array.isArray(list) ? list.flatMap((item) => filesOf(item).map((file) => ({ kind: kind.replaceAll("_", " "), file }))) : [],
      ),
  },
];

function filesOf(item) {
  const names = [];
  const walk = (value, depth) => {
    if (typeof value === "string" && /^(?:\.\/)?src\/[^\s"]+\.[jt]sx?$/.test(value)) names.push(value.replace(/^\.\//, ""));
    else if (value && typeof value === "object" && depth < 6) Object.values(value).forEach((inner) => walk(inner, depth + 1));
  };
  walk(item, 0);
  return [...new Set(names)];
}

function run(tool) {
  const report = path.join(folder, "cost.json");
  const output = path.join(folder, "output.json");
  const out = fs.openSync(output, "w");
  const child = spawnSync(measure, [report, ...tool.command], {
    cwd: copy,
    stdio: ["ignore", out, "pipe"],
    env: { PATH: process.env.PATH, HOME: path.join(folder, "home"), LANG: "C.UTF-8", CI: "1" },
    timeout: 900_000,
  });
  fs.closeSync(out);
  const cost = JSON.parse(fs.readFileSync(report, "utf8"));
  let result;
  try {
    result = JSON.parse(fs.readFileSync(output, "utf8"));
  } catch {
    return { failed: `exit ${cost.exitCode}: ${String(child.stderr).trim().split("\n").at(-1)}` };
  }
  return { cost, result };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

plant(app, copy);
fs.mkdirSync(path.join(folder, "home"), { recursive: true });
const samples = new Map(TOOLS.map((tool) => [tool, []]));
const last = new Map();
for (let round = -1; round < Number(values.rounds); ++round) {
  for (const tool of TOOLS) {
    if (last.get(tool)?.failed) continue;
    const answer = run(tool);
    last.set(tool, answer);
    // The first round fills the page cache and whatever the tools keep for themselves.
    if (round >= 0 && answer.cost) samples.get(tool).push(answer.cost);
    process.stderr.write(`round ${round + 1} ${tool.name}: ${answer.failed ?? `${Math.round(answer.cost.wallMs)} ms`}\n`);
  }
}

const cpu = /^model name\s*:\s*(.*)$/m.exec(fs.readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "unknown processor";
const lines = [
  `${os.availableParallelism()} × ${cpu}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Linux ${os.release()}, Node ${process.version}; ` +
    `load before the run ${os.loadavg()[0].toFixed(1)}. ${values.rounds} rounds after one that is not counted; medians.`,
  "",
  "| | time | peak memory | files looked at | reports |",
  "| --- | ---: | ---: | ---: | ---: |",
];
for (const tool of TOOLS) {
  const { failed, result } = last.get(tool);
  if (failed) {
    lines.push(`| ${tool.name} | failed: ${failed} | | | |`);
    continue;
  }
  const costs = samples.get(tool);
  const time = median(costs.map(({ wallMs }) => wallMs));
  const memory = median(costs.map(({ peakBytes }) => peakBytes));
  lines.push(
    `| ${tool.name} | ${Math.round(time)} ms | ${Math.round(memory / 2 ** 20)} MiB | ${tool.files?.(result) ?? "–"} | ${tool.reports(result).length} |`,
  );
}
lines.push("", `| planted | ${TOOLS.map(({ name }) => name.split(" ")[0] + (name.includes(",") ? " (packages)" : "")).join(" | ")} |`);
lines.push(`| --- |${TOOLS.map(() => " --- |").join("")}`);
for (const { name, at } of PLANTS) {
  const cells = TOOLS.map((tool) => {
    const { failed, result } = last.get(tool);
    if (failed) return "failed";
    const kinds = tool
      .reports(result)
      .filter(({ file }) => at.some((wanted) => file === `src/app/planted/${wanted}`))
      .map(({ kind }) => kind);
    return [...new Set(kinds)].sort().join(", ") || "–";
  });
  lines.push(`| ${name} | ${cells.join(" | ")} |`);
}
process.stdout.write(`${lines.join("\n")}\n`);
if (values.write) {
  const text = fs.readFileSync(values.write, "utf8");
  fs.writeFileSync(
    values.write,
    text.replace(/(<!-- measured -->\n)[^]*(<!-- end -->)/, (_, begin, end) => `${begin}\n${lines.join("\n")}\n\n${end}`),
  );
}
process.exit(last.get(TOOLS[0]).failed ? 1 : 0);
