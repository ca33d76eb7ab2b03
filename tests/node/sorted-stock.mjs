// node --import tests/node/sorted-stock.mjs …: rwsdk's own scan, with its two sets put in the order of their bytes.
//
// The order in which rwsdk's scan finds files is that in which esbuild happens to load them, and its lookup modules are
// written in that order: two of its builds of one app differ. With the order taken away, what is left is what it found.
import { registerHooks } from "node:module";

const REPLACED = "./runDirectivesScan.mjs";
const MARK = "?unsorted";

const wrapper = (url) => `
  import { runDirectivesScan as unsorted } from ${JSON.stringify(url + MARK)};
  export * from ${JSON.stringify(url + MARK)};
  const sort = (set, before) => {
    const added = [...set].filter((id) => !before.has(id));
    added.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const id of added) set.delete(id), set.add(id);
  };
  export async function runDirectivesScan(args) {
    const before = [new Set(args.clientFiles), new Set(args.serverFiles)];
    await unsorted(args);
    sort(args.clientFiles, before[0]);
    sort(args.serverFiles, before[1]);
  }`;

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    if (specifier !== REPLACED || !/\/rwsdk\/dist\/vite\/[^/]+\.mjs$/.test(context.parentURL ?? "")) return resolved;
    const source = encodeURIComponent(wrapper(resolved.url));
    return { url: `data:text/javascript,${source}`, format: "module", shortCircuit: true };
  },
});
