// Mistakes of which each is known, put into a copy of an app: what did an analyzer say about the files of each?
import fs from "node:fs";
import path from "node:path";

/** `files` are written below src/app/planted, `at` are those where a report counts; `entry` is what the worker imports. */
export const PLANTS = [
  {
    name: "client code reaches `server-only`, two imports away",
    entry: "Search.tsx",
    files: {
      "Search.tsx": `"use client";\nimport { find } from "./query";\nexport const Search = () => <p>{find("x")}</p>;\n`,
      "query.ts": `import { rows } from "./database";\nexport const find = (text: string) => rows.filter((row) => row === text)[0];\n`,
      "database.ts": `import "server-only";\nexport const rows = ["a"];\n`,
    },
    at: ["Search.tsx", "query.ts", "database.ts"],
  },
  {
    name: "client code imports `node:fs`",
    entry: "Reader.tsx",
    files: {
      "Reader.tsx": `"use client";\nimport { readFileSync } from "node:fs";\nexport const Reader = () => <p>{readFileSync("x", "utf8")}</p>;\n`,
    },
    at: ["Reader.tsx"],
  },
  {
    name: "`\"use client\"` behind an import",
    entry: "Late.tsx",
    files: { "Late.tsx": `import { useId } from "react";\n"use client";\nexport const Late = () => <p>{useId()}</p>;\n` },
    at: ["Late.tsx"],
  },
  {
    name: "a hook with state in a server component",
    entry: "Toggle.tsx",
    files: {
      "Toggle.tsx": `import { useState } from "react";\nexport const Toggle = () => {\n  const [on] = useState(false);\n  return <p>{String(on)}</p>;\n};\n`,
    },
    at: ["Toggle.tsx"],
  },
  {
    name: "a `\"use server\"` module exports no function",
    entry: "limits.ts",
    files: { "limits.ts": `"use server";\nexport const limit = 10;\nexport async function check() {\n  return limit;\n}\n` },
    at: ["limits.ts"],
    uses: `export const used_limits = [limits.limit, limits.check];`,
  },
  {
    name: "a server function that nothing calls",
    files: { "remove-user.ts": `"use server";\nexport async function removeUser(id: string) {\n  return id;\n}\n` },
    at: ["remove-user.ts"],
  },
  {
    name: "a `\"use client\"` barrel with `export *`",
    entry: "panel.ts",
    files: {
      "panel.ts": `"use client";\nexport * from "./PanelHead";\nexport * from "./PanelBody";\n`,
      "PanelHead.tsx": `export const PanelHead = () => <p>head</p>;\n`,
      "PanelBody.tsx": `export const PanelBody = () => <p>body</p>;\n`,
    },
    at: ["panel.ts"],
  },
  {
    name: "an import that leads nowhere",
    entry: "Gone.tsx",
    files: { "Gone.tsx": `import { gone } from "./gone-for-good";\nexport const Gone = () => <p>{gone}</p>;\n` },
    at: ["Gone.tsx"],
  },
  {
    name: "two modules that import each other",
    entry: "ring.ts",
    files: {
      "ring.ts": `import { back } from "./ring-back";\nexport const ring = () => back;\n`,
      "ring-back.ts": `import { ring } from "./ring";\nexport const back = () => ring;\n`,
    },
    at: ["ring.ts", "ring-back.ts"],
  },
  {
    name: "a module that nothing imports",
    files: { "Forgotten.tsx": `export const Forgotten = () => <p>forgotten</p>;\n` },
    at: ["Forgotten.tsx"],
  },
  {
    name: "an export that nothing imports",
    entry: "prices.ts",
    files: { "prices.ts": `export const price = 1;\nexport const unusedPrice = 2;\n` },
    at: ["prices.ts"],
    uses: `export const used_prices = prices.price;`,
  },
];

/** Copies the app to `to`, its node_modules by hard links, and plants everything. */
export function plant(app, to) {
  fs.rmSync(to, { recursive: true, force: true });
  fs.mkdirSync(to, { recursive: true });
  for (const name of fs.readdirSync(app)) {
    if (name === "node_modules" || name.startsWith(".")) continue;
    fs.cpSync(path.join(app, name), path.join(to, name), { recursive: true });
  }
  linkTree(path.join(app, "node_modules"), path.join(to, "node_modules"));
  const folder = path.join(to, "src/app/planted");
  fs.mkdirSync(folder);
  const index = [];
  for (const { files, entry, uses } of PLANTS) {
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
    if (!entry) continue;
    const local = path.parse(entry).name.replace(/\W/g, "_");
    index.push(`import * as ${local} from "./${path.parse(entry).name}";`);
    index.push(uses ?? `export const used_${local} = Object.keys(${local});`);
  }
  fs.writeFileSync(path.join(folder, "all.ts"), `${index.join("\n")}\n`);
  const worker = path.join(to, "src/worker.tsx");
  fs.writeFileSync(worker, `import * as planted from "./app/planted/all";\n${fs.readFileSync(worker, "utf8")}\nconsole.log(planted);\n`);
  const serverOnly = path.join(to, "node_modules/server-only");
  if (!fs.existsSync(serverOnly)) {
    fs.mkdirSync(serverOnly);
    fs.writeFileSync(
      path.join(serverOnly, "package.json"),
      JSON.stringify({ name: "server-only", version: "0.0.1", exports: { ".": { "react-server": "./empty.js", default: "./index.js" } } }),
    );
    fs.writeFileSync(path.join(serverOnly, "empty.js"), "");
    fs.writeFileSync(path.join(serverOnly, "index.js"), `throw new Error("server-only");\n`);
  }
  const manifest = path.join(to, "package.json");
  const json = JSON.parse(fs.readFileSync(manifest, "utf8"));
  json.dependencies["server-only"] = "0.0.1";
  fs.writeFileSync(manifest, `${JSON.stringify(json, null, 2)}\n`);
}

function linkTree(from, to) {
  fs.mkdirSync(to, { recursive: true });
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isSymbolicLink()) fs.symlinkSync(fs.readlinkSync(source), target);
    else fs.linkSync(source, target);
  }
}
