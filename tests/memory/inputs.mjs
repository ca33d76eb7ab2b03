// Projects that are made to take memory. Each is generated once, below build/memory.
import { existsSync, linkSync, mkdirSync, openSync, closeSync, ftruncateSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const lines = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join("");

// name: [what it is, how it is made in a folder, whether that is quick]
const kinds = {
  "many-imports": ["1,000,000 imports in one file", (to) => to("src/main.ts", lines(1_000_000, (i) => `import "./gone-${i % 1000}";\n`)), true],
  "many-names": ["300,000 imports of different names", (to) => to("src/main.ts", lines(300_000, (i) => `import { a${i} } from "./b-${i}";\n`)), true],
  "many-directives": ["300,000 directives in one file", (to) => to("src/main.ts", `function f() { "use server" }\n`.repeat(300_000)), true],
  "deep-brackets": ["1,000,000 open brackets", (to) => to("src/main.js", "(".repeat(1_000_000) + ")".repeat(1_000_000)), true],
  "deep-braces": ["1,000,000 blocks within each other", (to) => to("src/main.js", "{".repeat(1_000_000) + "}".repeat(1_000_000)), true],
  "long-template": ["a template of 64 MB", (to) => to("src/main.js", "`" + "x".repeat(64_000_000) + "`; import './a'"), true],
  "large-manifest": ["a package.json of 3 MB", (to) => {
    to("node_modules/p/package.json", JSON.stringify({ main: "i.js", exports: { ".": Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`condition-${i}`, `./file-${i}.js`])) } }));
    to("src/main.js", `import "p"`);
  }, true],
  "export-lattice": ["60 layers of 60 modules, each with export * from all of the next", (to) => {
    for (let layer = 0; layer < 60; ++layer) {
      for (let i = 0; i < 60; ++i) to(`src/l${layer}/m${i}.js`, layer === 59 ? "" : lines(60, (k) => `export * from "../l${layer + 1}/m${k}.js";\n`));
    }
    to("src/main.js", lines(60, (k) => `export * from "./l0/m${k}.js";\n`));
  }, true],
  "large-files": ["500 files of 10 MB", (to, folder) => {
    const filler = `export const text = "${"x".repeat(1000)}";\n`;
    to("src/m0.js", filler.repeat(Math.ceil(10_000_000 / filler.length)));
    // The same bytes under 500 names are 500 modules.
    for (let i = 1; i < 500; ++i) linkSync(join(folder, "src/m0.js"), join(folder, `src/m${i}.js`));
    to("src/main.js", lines(500, (i) => `import "./m${i}.js";\n`));
  }, false],
  "sparse-file": ["one file of 5 GB, all of it a hole", (to, folder) => {
    to("src/main.js", "");
    const file = openSync(join(folder, "src/main.js"), "r+");
    ftruncateSync(file, 5_000_000_000);
    closeSync(file);
  }, false],
  "many-directories": ["100,000 directories", (to) => {
    for (let i = 0; i < 100_000; ++i) to(`src/d${i % 300}/e${i}/index.js`, i % 100 === 0 ? `"use client";` : "");
    to("src/main.js", lines(100_000, (i) => `import "./d${i % 300}/e${i}";\n`));
  }, false],
  "large-directory": ["a directory of 1,000,000 names", (to, folder) => {
    to("src/main.js", `import "./all/f999999.js";\nimport "./all/f0.js"`);
    mkdirSync(join(folder, "src/all"));
    writeFileSync(join(folder, "src/all/f0.js"), "");
    // One inode, but for the links that it can have.
    for (let i = 1, first = "f0.js"; i < 1_000_000; ++i) {
      if (i % 60_000 === 0) writeFileSync(join(folder, `src/all/${(first = `f${i}.js`)}`), "");
      else linkSync(join(folder, "src/all", first), join(folder, `src/all/f${i}.js`));
    }
  }, false],
};

function generate(make, folder) {
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const to = (name, text) => {
    const path = join(fresh, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
  };
  to("package.json", "{}");
  make(to, fresh);
  renameSync(fresh, folder);
}

export function inputs(folder, quick) {
  mkdirSync(folder, { recursive: true });
  const found = [];
  for (const [name, [what, make, isQuick]] of Object.entries(kinds)) {
    if (quick && !isQuick) continue;
    const path = join(folder, name);
    if (!existsSync(path)) generate(make, path);
    found.push({ name, what, path });
  }
  return found;
}
