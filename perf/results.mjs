// How perf/compare shows what it measured, and how that comes into perf/RESULTS.md and, of large, into README.md.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { KINDS } from "./differences.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const RESULTS = path.join(HERE, "RESULTS.md");
const README = path.join(HERE, "../README.md");
const BEGIN = "<!-- printed by perf/compare large; --write replaces it -->\n";
const END = "<!-- end of what was printed -->";
const COLUMNS = 150;

const HEAD = `# Results

What \`perf/compare all --write\` printed; [compare.mjs](compare.mjs) says what the runners do and how they are measured, and
[corpus/](corpus) what the projects are. One project: \`perf/compare large --write\` replaces its part.
`;

const mib = (bytes) => (bytes / 2 ** 20).toFixed(1);
const thousands = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

/** Breaks a line between words. */
function wrap(line) {
  const lines = [""];
  for (const word of line.split(" ")) {
    const next = lines.at(-1) === "" ? word : `${lines.at(-1)} ${word}`;
    if (next.length <= COLUMNS || lines.at(-1) === "") lines[lines.length - 1] = next;
    else lines.push(`  ${word}`);
  }
  return lines;
}

function table({ runners, rounds }) {
  const rows = [["runner", "wall ms", "min", "max", "cpu ms", "peak MiB", "modules", "map"]];
  for (const { name, wallMs, wallMsMin, wallMsMax, cpuMs, peakBytes, modules, mapHash, sameMap, ...runner } of runners) {
    const few = runner.rounds === rounds ? "" : ` (${runner.rounds} ${runner.rounds === 1 ? "round" : "rounds"})`;
    rows.push([
      name + few,
      ...[wallMs, wallMsMin, wallMsMax, cpuMs].map((value) => value.toFixed(1)),
      mib(peakBytes),
      String(modules),
      sameMap === null ? "-" : name === "demarc" && sameMap ? mapHash : sameMap ? "same" : "differs",
    ]);
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("  ").trimEnd());
}

function describeDifferences(mapDifferences) {
  const lines = [];
  for (const { peer, files } of mapDifferences) {
    const byKind = Map.groupBy(files, ({ kind, only, set }) => `${kind} ${only} ${set}`);
    for (const group of byKind.values()) {
      const [{ kind, only, set, file }] = group;
      const where = only === "peer" ? peer : "demarc";
      const because = kind === null ? "NOT EXPLAINED" : KINDS.find(({ name }) => name === kind).because;
      lines.push(`${peer}: ${group.length} of ${set} only in ${where}, such as ${file}`, `  ${kind === null ? "" : `${kind}: `}${because}`);
    }
  }
  return lines;
}

export function formatResult(result) {
  const { machine, versions, ratios, runners } = result;
  const lines = [
    `${result.name}: ${thousands(result.modules)} modules in ${thousands(result.directories)} directories, ${thousands(result.directiveModules)} with a directive`,
    `medians of ${result.rounds} interleaved rounds, warm page cache; ${machine.cpus} x ${machine.model}, Linux ${machine.kernel}, load ${machine.load}`,
    ...wrap(Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")),
    "",
    ...table(result),
    "",
  ];
  const say = (label, value, what) => value && lines.push(`${label}: ${what(value)}`);
  const all = ({ wall, cpu, peak }) => `${wall} x wall, ${cpu} x cpu, ${peak} x peak memory`;
  say("rwsdk / demarc", ratios.rwsdkToDemarc, all);
  say(`fastest peer with the same map (${ratios.fastestPeer}) / demarc`, ratios.fastestPeerToDemarc, all);
  say("demarc / floor-1", ratios.demarcToFloor1, ({ wall }) => `${wall} x wall`);
  say("demarc / floor-2", ratios.demarcToFloor2, ({ wall }) => `${wall} x wall`);
  say("demarc-1 / demarc", ratios.demarc1ToDemarc, ({ wall }) => `${wall} x wall`);
  say("floor-1 / floor-2", ratios.floor1ToFloor2, ({ wall }) => `${wall} x wall`);
  const demarc = runners.find(({ name }) => name === "demarc");
  if (demarc) lines.push(`demarc per module: ${((demarc.wallMs * 1000) / result.modules).toFixed(1)} us wall`);
  lines.push("wall: demarc's whole process; the peers' walk alone, in a Node that is up; the floor's reading alone");
  const before = runners.filter(({ bytesBefore }) => bytesBefore !== undefined);
  if (before.length > 0) {
    const held = before.map(({ name, bytesBefore }) => `${name} ${mib(bytesBefore)}`).join(", ");
    lines.push(...wrap(`peak: MiB held by Node and the libraries before the walk began: ${held}`));
  }
  for (const { name, sameOutput } of runners) {
    if (sameOutput === false) lines.push(`${name} DID NOT PRINT THE SAME BYTES as a scan before the measurement`);
  }
  for (const { name, error } of result.failed) lines.push(...wrap(`${name} was not measured: it ${error}`));
  lines.push(...describeDifferences(result.mapDifferences));
  return lines.join("\n");
}

/** Replaces what README shows of large. */
export function writeReadme(result, file = README) {
  const text = fs.readFileSync(file, "utf8");
  const [begin, end] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  if (begin < BEGIN.length || end < begin) throw new Error(`${file} has no place for the result: ${BEGIN}…${END}`);
  const block = formatResult(result).replace(/^(?=.)/gm, "    ");
  fs.writeFileSync(file, `${text.slice(0, begin)}\n${block}\n\n${text.slice(end)}`);
}

/** Replaces the part of this project in RESULTS.md, or adds it. */
export function writeResult(result, file = RESULTS) {
  const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : HEAD;
  const [, ...parts] = text.split(/^(?=## )/m);
  const part = `## ${result.name}\n\n\`perf/compare ${result.name}\`, ${result.date}\n\n\`\`\`\n${formatResult(result)}\n\`\`\`\n\n`;
  const index = parts.findIndex((one) => one.startsWith(`## ${result.name}\n`));
  if (index < 0) parts.push(part);
  else parts[index] = part;
  fs.writeFileSync(file, `${[`${HEAD}\n`, ...parts].join("").trimEnd()}\n`);
}
