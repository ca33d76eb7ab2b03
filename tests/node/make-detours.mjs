// Makes build/detours: rsc-atlas with plugins that lead imports elsewhere in every way that Rolldown knows, and modules that
// show where each was led.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const atlas = path.join(repository, "fixtures/apps/rsc-atlas");
const detours = path.join(repository, "build/detours");

fs.rmSync(detours, { recursive: true, force: true });
fs.mkdirSync(detours, { recursive: true });
for (const name of ["src", "package.json", "tsconfig.json"]) fs.cpSync(path.join(atlas, name), path.join(detours, name), { recursive: true });
execFileSync("cp", ["-al", path.join(atlas, "node_modules"), path.join(detours, "node_modules")]);

const client = (name, imports = "") => `"use client";\n${imports}export const ${name} = () => <b>${name}</b>;\n`;
const server = (name) => `"use server";\nexport async function ${name}() {\n  return "${name}";\n}\n`;
const calling = (name, from) => client(name[0].toUpperCase() + name.slice(1), `import { ${name} } from "${from}";\nglobalThis.${name} = ${name};\n`);

const files = {
  "src/pages/detours.tsx": `
import { Same } from "virtual:same";
import { Made } from "virtual:made";
import { Asynchronous } from "~asynchronous";
import { Late } from "detour:late";
import { Kept } from "../detours/kept";
import { Kept as KeptToo } from "../detours/kept-too";
import { Aliased } from "#detours/aliased";
import { Nested } from "nested:again";
import { Generated } from "generated:page";
import { Texts } from "virtual:texts";
import { weigh } from "../detours/excluded";
import "../detours/never";
import "../detours/also-never";
export const path = /^\\/detours$/;
export default () => <form action={weigh}><Same /><Made /><Asynchronous /><Late /><Kept /><KeptToo /><Aliased /><Nested /><Generated /><Texts /></form>;
`,
  "src/detours/same.tsx": calling("same", "./same-action"),
  "src/detours/same-action.ts": server("same"),
  "src/detours/made.tsx": calling("made", "virtual:made-action"),
  "src/detours/made-action.ts": server("made"),
  "src/detours/asynchronous.tsx": calling("asynchronous", "./asynchronous-action"),
  "src/detours/asynchronous-action.ts": server("asynchronous"),
  "src/detours/late.tsx": client("Late"),
  "src/detours/kept.tsx": client("Kept"),
  "src/detours/kept-too.tsx": client("Kept"),
  "src/detours/mock.tsx": client("Kept", 'import { mock } from "./mock-action";\nglobalThis.mock = mock;\n'),
  "src/detours/mock-action.ts": server("mock"),
  "src/detours/aliased.tsx": client("Aliased"),
  "src/detours/instead-of-aliased.tsx": client("Aliased", 'import { aliased } from "./aliased-action";\nglobalThis.aliased = aliased;\n'),
  "src/detours/aliased-action.ts": server("aliased"),
  "src/detours/nested.tsx": calling("nested", "./nested-action"),
  "src/detours/nested-action.ts": server("nested"),
  "src/detours/generated-action.ts": server("generated"),
  "src/detours/excluded.ts": `import { weigh as real } from "./excluded-action";\nexport const weigh = real;\n`,
  "src/detours/excluded-action.ts": server("weigh"),
  "src/detours/never.tsx": client("never"),
  "src/detours/also-never.tsx": client("alsoNever"),
  "src/own-swr.tsx": `"use client";
import type { ReactNode } from "react";
export default function useSWR() {
  return {} as { data?: number };
}
export const SWRConfig = ({ children }: { children: ReactNode; value: object }) => children;
`,
  "vite.config.ts": `
import react from "@vitejs/plugin-react";
import rsc from "@vitejs/plugin-rsc";
import path from "node:path";
import { defineConfig } from "vite";

const root = import.meta.dirname;
const detour = (name: string) => path.join(root, "src/detours", name);

const plugins = [
  // Named as if it were one of Vite's; claims an id by giving it back, and makes a module of it.
  {
    name: "vite-plugin-same",
    enforce: "pre",
    resolveId: (id) => (id === "virtual:same" ? id : undefined),
    load: (id) => (id === "virtual:same" ? 'export * from ' + JSON.stringify(detour("same.tsx")) : undefined),
  },
  {
    name: "react-made",
    enforce: "pre",
    resolveId(id) {
      if (id === "virtual:made") return { id: "\\0virtual:made" };
      if (id === "virtual:made-action") return detour("made-action.ts");
    },
    load: { order: "pre", filter: { id: /made$/ }, handler: (id) => (id === "\\0virtual:made" ? 'export * from ' + JSON.stringify(detour("made.tsx")) : undefined) },
  },
  // An object hook with an order, no enforce and a filter.
  {
    name: "own-swr",
    resolveId: { order: "pre", filter: { id: [/^swr$/, /^nothing$/] }, handler: () => ({ id: path.join(root, "src/own-swr.tsx"), moduleSideEffects: true }) },
  },
  // Asks what the others say, and waits.
  {
    name: "asynchronous",
    enforce: "pre",
    async resolveId(id, importer) {
      await new Promise((next) => setTimeout(next, 1));
      if (id === "~asynchronous") return this.resolve("./src/detours/asynchronous", path.join(root, "x.ts"));
      if (id === "nested:again") return (await this.resolve("nested:once", importer))?.id;
      return null;
    },
  },
  { name: "nested", enforce: "pre", resolveId: (id) => (id === "nested:once" ? detour("nested.tsx") : null) },
  // Leaves, though there are files of that name.
  { name: "never", enforce: "pre", resolveId: (id) => (id === "../detours/never" ? { id: "node:path", external: true } : id === "../detours/also-never" ? false : null) },
  // After the disk, which knows ../detours/kept; not detour:late.
  { name: "post", enforce: "pre", resolveId: { order: "post", handler: (id) => (id.endsWith("/kept") ? detour("mock.tsx") : null) } },
  { name: "late", resolveId: (id) => (id.endsWith("/kept-too") ? detour("mock.tsx") : id === "detour:late" ? detour("late.tsx") : null) },
  // Sees what an alias made of it.
  { name: "aliased", enforce: "pre", resolveId: (id) => (id === detour("aliased") ? detour("instead-of-aliased.tsx") : null) },
  { name: "excluded", enforce: "pre", resolveId: { filter: { id: { include: /excluded/, exclude: /excluded-action/ } }, handler: (id) => (id.includes("action") ? detour("mock-action.ts") : null) } },
  // An absolute name that no file has.
  {
    name: "generated",
    enforce: "pre",
    resolveId: (id) => (/^generated:page$|src\\/generated\\/page\\.js$/.test(id) ? path.join(root, "src/generated/page.js") : null),
    load: (id) =>
      id === path.join(root, "src/generated/page.js")
        ? '"use client"; import { jsx } from "react/jsx-runtime"; import { generated } from ' + JSON.stringify(detour("generated-action.ts")) + '; globalThis.generated = generated; export const Generated = () => jsx("b", {});'
        : null,
  },
  // Modules without a file that have directives of their own: the server function is reached through the client component.
  {
    name: "texts",
    enforce: "pre",
    resolveId: (id) => (/^virtual:texts/.test(id) ? "\\0" + id + ".js" : /^\\0virtual:texts/.test(id) ? id : null),
    load(id) {
      if (id === "\\0virtual:texts.js") return '"use client"; import { jsx } from "react/jsx-runtime"; import { made } from "virtual:texts-action"; globalThis.textsMade = made; export const Texts = () => jsx("b", {});';
      if (id === "\\0virtual:texts-action.js") return '"use server"; export async function made() { return 1; }';
    },
  },
];

export default defineConfig({
  plugins: [rsc(), react(), plugins],
  resolve: { alias: { "#detours": path.join(root, "src/detours") } },
  environments: {
    rsc: { build: { rolldownOptions: { input: { index: "./src/framework/entry.rsc.tsx" } } } },
    ssr: { build: { rolldownOptions: { input: { index: "./src/framework/entry.ssr.tsx" } } } },
    client: { build: { rolldownOptions: { input: { index: "./src/framework/entry.browser.tsx" } } } },
  },
});
`,
};
for (const [name, text] of Object.entries(files)) {
  fs.mkdirSync(path.dirname(path.join(detours, name)), { recursive: true });
  fs.writeFileSync(path.join(detours, name), text);
}
console.log(detours);
