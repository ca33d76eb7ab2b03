// demarc/rwsdk beside rwsdk's own scan, in one process, on redwood-store with plugins that lead imports elsewhere.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { importFile, openApp } from "../reference/app.mjs";
import { packageFolder, repository } from "./project.mjs";

const app = fs.realpathSync(path.join(repository, "fixtures/apps/redwood-store"));
const extra = path.join(repository, "build/adapter-files");
fs.rmSync(extra, { recursive: true, force: true });
fs.mkdirSync(extra, { recursive: true });
fs.writeFileSync(path.join(extra, "virtual.tsx"), '"use client"; export default 1;');
fs.writeFileSync(path.join(extra, "mock.tsx"), '"use client"; import "plugin:deep"; export const ShoppingCart = 1, ShoppingBasket = 1, Sparkles = 1, HeartPlus = 1, Trees = 1;');
fs.writeFileSync(path.join(extra, "deep.ts"), '"use server"; export async function deep() {}');
const detours = ["plugin:made", "lucide-react", "./hidden", "async:made", "external:made", "./thrown", "./ordered", "./late", "late:made", "exactly", "exactly-not"];
fs.writeFileSync(path.join(extra, "entry.tsx"), detours.map((specifier) => `import "${specifier}";\n`).join("") + "export default 1;");
for (const name of ["hidden", "shown", "async", "external", "thrown", "ordered", "ordered-mock", "late", "late-mock", "late-made", "exactly"]) {
  fs.writeFileSync(path.join(extra, `${name}.tsx`), '"use client"; export default 1;');
}
const inExtra = (name) => path.join(extra, `${name}.tsx`);

let overridden = 0;
// A virtual specifier, one that leads to a module without a file, and one that the disk could place.
const plugin = {
  name: "led-elsewhere",
  enforce: "pre",
  resolveId(id) {
    if (id === "plugin:made") return path.join(extra, "virtual.tsx");
    if (id === "plugin:deep") return path.join(extra, "deep.ts");
    if (id === "virtual:nowhere") return "\0virtual:nowhere";
    if (id === "lucide-react") {
      ++overridden;
      return path.join(extra, "mock.tsx");
    }
    return null;
  },
};

// What rwsdk's own scan makes of the rest of what a hook can be: filters see absolute requests, an order counts for nothing,
// external is followed, what throws has no opinion, and Vite's resolver comes before plugins that are not "pre".
const others = [
  { name: "vite-plugin-filtered", enforce: "pre", resolveId: { filter: { id: /adapter-files\/hidden$/ }, handler: () => ({ id: inExtra("shown") }) } },
  {
    name: "asynchronous",
    enforce: "pre",
    async resolveId(id, importer) {
      await new Promise((next) => setTimeout(next, 1));
      // An importer is taken for a folder here, so the first finds nothing.
      if (id === "async:made") return (await this.resolve("./shown", importer)) ?? this.resolve("./async", path.dirname(importer));
      return null;
    },
  },
  { name: "external", enforce: "pre", resolveId: (id) => (id === "external:made" ? { id: inExtra("external"), external: true } : undefined) },
  {
    name: "throws",
    enforce: "pre",
    resolveId(id) {
      if (id.endsWith("/thrown")) throw new Error("no");
      // There is none of this here, so this throws as well.
      if (id === "late:made") this.getModuleInfo(id);
    },
  },
  { name: "ordered", enforce: "pre", resolveId: { order: "post", handler: (id) => (id.endsWith("/ordered") ? inExtra("ordered-mock") : null) } },
  { name: "late", resolveId: (id) => (id.endsWith("/late") ? inExtra("late-mock") : id === "late:made" ? inExtra("late-made") : null) },
  { name: "exact", enforce: "pre", resolveId: { filter: { id: "exactly" }, handler: () => inExtra("exactly") } },
];

const { rwsdk, builder, entry } = await openApp(app, [plugin, ...others]);
const stock = await importFile(path.join(rwsdk, "dist/vite/runDirectivesScan.mjs"));
const native = await importFile(path.join(packageFolder, "rwsdk.js"));
const idsOf = async ({ runDirectivesScan }, entries) => {
  const clientFiles = new Set(["kept"]);
  const serverFiles = new Set();
  const args = { rootConfig: builder.config, environments: builder.environments, clientFiles, serverFiles, entries };
  assert.equal(await runDirectivesScan({ ...args, esbuildOptions: {} }), undefined);
  return { clientFiles: [...clientFiles].sort(), serverFiles: [...serverFiles].sort() };
};

test("plugins that lead imports elsewhere: the same sets as rwsdk's own scan", async () => {
  const entries = [entry, path.join(extra, "entry.tsx")];
  const theirs = await idsOf(stock, entries);
  overridden = 0;
  const ours = await idsOf(native, entries);
  assert(overridden > 0, "the plugin was never asked");
  const made = ["virtual.tsx", "mock.tsx"].map((name) => path.join(extra, name));
  for (const id of made) assert(theirs.clientFiles.includes(id), id);
  assert(!theirs.clientFiles.some((id) => id.includes("/lucide-react/")), "lucide-react is not led elsewhere");
  const foundIn = (name) => theirs.clientFiles.includes(inExtra(name));
  const shown = ["shown", "async", "external", "thrown", "ordered-mock", "late", "late-made", "exactly"];
  for (const name of shown) assert(foundIn(name), `${name} is not where rwsdk's own scan ends`);
  for (const name of ["hidden", "ordered", "late-mock"]) assert(!foundIn(name), name);
  assert.deepEqual(ours, theirs);
});

test("without entries nothing is scanned, and virtual ones are left out", async () => {
  assert.deepEqual(await idsOf(native, []), { clientFiles: ["kept"], serverFiles: [] });
});

test("an error has rwsdk's words before its own", async () => {
  await assert.rejects(idsOf(native, ["/nowhere/at/all.ts"]), (error) => {
    assert.match(error.message, /^RedwoodSDK: Directive scan failed\..*\n\nFor detailed troubleshooting/);
    assert.match(error.message, /nowhere\/at\/all\.ts/);
    return true;
  });
});

test("hasDirective is right where rwsdk's is not", () => {
  const { hasDirective } = native;
  const theirs = (code) => stock.classifyModule({ contents: code, inheritedEnv: "worker" }).isClient;
  const yes = ['"use client"', "'use client';", `/* ${"long ".repeat(200)}*/ "use client"`, '"use strict"; "use client"', "#!/x\n'use client'"];
  const no = ["`use client`", '("use client")', 'import "x"; "use client"', '"use client".length', '"use client" + x', ""];
  for (const code of yes) assert.equal(hasDirective(code, "use client"), true, code);
  for (const code of no) assert.equal(hasDirective(code, "use client"), false, code);
  // Why: these are two of the differences, each a fault of a scan by lines.
  assert.deepEqual([theirs(yes[2]), theirs('"use client".length')], [false, true]);
  assert.equal(hasDirective('"use client"; "use server"', "use server"), false);
  assert.equal(hasDirective('"use server"', "use server"), true);
});

test.after(() => setTimeout(() => process.exit(), 1000).unref());
