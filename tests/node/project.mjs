// Projects that are made on the spot, and the npm package as this repository has it, on the addon that was built.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
export const built = path.join(repository, "build/release");
process.env.DEMARC_NATIVE ??= built;

export const packageFolder = path.join(repository, "node-binding/npm/demarc");
export const demarc = await import(path.join(packageFolder, "index.js"));
export const { native } = await import(path.join(packageFolder, "lib/platform.js"));

/** { "src/a.js": "text" } in a new folder, which goes with the process. */
export function makeProject(files) {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "demarc-node-")));
  process.on("exit", () => fs.rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ "package.json": "{}", ...files })) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  return root;
}

/** A project whose scan takes a while: `count` modules, each importing some of those behind it. */
export function makeLargeProject(count) {
  const files = { "src/main.js": 'import "./m0.js";' };
  for (let i = 0; i < count; ++i) {
    const next = [i + 1, 2 * i + 1, 2 * i + 2].filter((k) => k < count);
    const directive = i % 10 === 3 ? '"use client";\n' : "";
    files[`src/m${i}.js`] = `${directive}${next.map((k) => `import "./m${k}.js";\n`).join("")}${`export const x${i} = ${i};\n`.repeat(50)}`;
  }
  return makeProject(files);
}
