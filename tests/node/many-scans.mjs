// node --expose-gc many-scans.mjs SCANS FROM [THREADS]: prints { growthKiB, running } of a process that does nothing else,
// so that what grows is what scans leave behind.
import assert from "node:assert/strict";
import fs from "node:fs";

import { demarc, makeLargeProject, native } from "./project.mjs";

const [scans, from, threads] = process.argv.slice(2).map(Number);
const options = { threads: threads || "auto" };
const root = makeLargeProject(1000);

// Buffers of results are freed in a second step, after the collection that finds them.
async function anonymousKiB() {
  while (native().running().jobs > 0) await new Promise((next) => setTimeout(next, 1));
  for (let i = 0; i < 3; ++i) {
    await new Promise((next) => setTimeout(next, 20));
    globalThis.gc();
  }
  // The pages of those Buffers go back to the system when the next scan ends.
  await demarc.scan({ root, ...options });
  while (native().running().jobs > 0) await new Promise((next) => setTimeout(next, 1));
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(fs.readFileSync("/proc/self/status", "utf8"))[1]);
}

let early;
for (let i = 1; i <= scans; ++i) {
  // An error and an end before time leave as little behind as a result.
  if (i % 7 === 0) await assert.rejects(demarc.scan({ root, ...options, maxMemory: 1 << 18 }));
  else if (i % 11 === 0) await demarc.scan({ root, ...options, signal: AbortSignal.timeout(1) }).catch(() => {});
  else assert.equal((await demarc.scan({ root, ...options })).clientFiles.length, 100);
  if (i === from) early = await anonymousKiB();
}
const growthKiB = (await anonymousKiB()) - early;
console.log(JSON.stringify({ growthKiB, running: native().running() }));
