// What a scan of a large project adds to the Node process that it runs in: perf's corpus of 4,688 modules.
//
// The peak is the kernel's own (VmHWM, which writing 5 to clear_refs sets back to what is resident now).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { repository } from "./project.mjs";

if (process.argv[2] === "measure") {
  const { demarc, native } = await import("./project.mjs");
  const root = process.argv[3];
  const kib = (field) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(fs.readFileSync("/proc/self/status", "utf8"))[1]);
  const settled = async () => {
    while (native().running().jobs > 0) await new Promise((next) => setTimeout(next, 1));
    for (let i = 0; i < 3; ++i) {
      await new Promise((next) => setTimeout(next, 20));
      globalThis.gc();
    }
    return kib("RssAnon");
  };
  native();
  await settled();
  const before = kib("VmRSS");
  fs.writeFileSync("/proc/self/clear_refs", "5");
  const { json } = await demarc.scan({ root });
  const peak = kib("VmHWM") - before;
  const first = await settled();
  await demarc.scan({ root });
  const second = await settled();
  console.log(JSON.stringify({ bytes: json.length, peak, growth: second - first }));
} else {
  test("a scan of a large project beside Node: 24 MiB at its peak, and nothing that stays", () => {
    const root = path.join(repository, "build/perf/corpus/large");
    const { status, stderr } = spawnSync("bash", [path.join(repository, "perf/corpus/generate"), "large"], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    for (let round = 1; round <= 3; ++round) {
      const child = spawnSync(process.execPath, ["--expose-gc", fileURLToPath(import.meta.url), "measure", root], { encoding: "utf8" });
      assert.equal(child.stderr, "");
      const { bytes, peak, growth } = JSON.parse(child.stdout);
      console.log(`round ${round}: ${peak} KiB more at the peak, ${growth} KiB more after the second scan than after the first`);
      assert(bytes > 10_000, "the map is empty");
      assert(peak <= 24 * 1024, `${peak} KiB`);
      assert(growth <= 2 * 1024, `${growth} KiB`);
    }
  });
}
