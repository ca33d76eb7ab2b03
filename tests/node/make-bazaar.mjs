// Makes build/bazaar, a large app on @vitejs/plugin-rsc: the sources of rsc-atlas, a page of MUI's components and a client
// component with lucide's icons, and a plugin that makes a module and leads a package elsewhere. Its packages are hard links to those of redwood-store and rsc-atlas.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const apps = path.join(repository, "fixtures/apps");
const bazaar = path.join(repository, "build/bazaar");

fs.rmSync(bazaar, { recursive: true, force: true });
fs.mkdirSync(bazaar, { recursive: true });
for (const name of ["src", "package.json", "tsconfig.json", "vite.config.ts"]) {
  fs.cpSync(path.join(apps, "rsc-atlas", name), path.join(bazaar, name), { recursive: true });
}
const packages = path.join(bazaar, "node_modules");
const link = (from, to) => execFileSync("cp", ["-al", from, to]);
link(path.join(apps, "rsc-atlas/node_modules"), packages);
// With what they depend on; where both apps have a package, rsc-atlas's serves.
const wanted = ["@mui/material", "@emotion/react", "@emotion/styled", "lucide-react"];
for (const name of wanted) {
  const from = path.join(apps, "redwood-store/node_modules", name);
  const to = path.join(packages, name);
  if (fs.existsSync(to) || !fs.existsSync(from)) continue;
  fs.mkdirSync(path.dirname(to), { recursive: true });
  link(from, to);
  wanted.push(...Object.keys(JSON.parse(fs.readFileSync(path.join(from, "package.json"), "utf8")).dependencies ?? {}));
}
const manifest = JSON.parse(fs.readFileSync(path.join(bazaar, "package.json"), "utf8"));
const store = JSON.parse(fs.readFileSync(path.join(apps, "redwood-store/package.json"), "utf8"));
for (const name of ["@mui/material", "@emotion/react", "@emotion/styled", "lucide-react"]) {
  manifest.dependencies[name] = store.dependencies[name];
}
fs.writeFileSync(path.join(bazaar, "package.json"), JSON.stringify({ ...manifest, name: "bazaar" }, null, 2));

fs.writeFileSync(
  path.join(bazaar, "src/pages/bazaar.tsx"),
  `import { Button, Card, CardContent, Chip, Stack, Typography } from "@mui/material";
import { Stall } from "../components/Stall";
export const path = /^\\/bazaar$/;
export default function Bazaar() {
  async function close() {
    "use server";
    console.log("closed");
  }
  return (
    <Card><CardContent><Stack><Typography>Bazaar</Typography><Chip label="open" /><Stall /></Stack>
      <form action={close}><Button type="submit">Close</Button></form></CardContent></Card>
  );
}
`,
);
fs.writeFileSync(
  path.join(bazaar, "src/components/Stall.tsx"),
  `"use client";
import { Apple, Carrot, Store } from "lucide-react";
import { useState } from "react";
import { weigh } from "../actions/weigh";
export function Stall() {
  const [weight, setWeight] = useState("");
  return <button id="weigh" onClick={async () => setWeight(await weigh("apple"))}><Store /><Apple /><Carrot />{weight}</button>;
}
`,
);
// A server function that only a client component reaches.
fs.writeFileSync(
  path.join(bazaar, "src/actions/weigh.ts"),
  `"use server";
export async function weigh(fruit: string) {
  return \`\${fruit.length * 20} g\`;
}
`,
);

// A module that a plugin makes, whose client component and server function nothing else names; and a package that the
// plugin leads to a file of the app.
const files = {
  "src/pages/made.tsx": `import { Made } from "virtual:made";
export const path = /^\\/made$/;
export default () => <Made />;
`,
  "src/made-client.tsx": `"use client";
import { made } from "./actions/made";
export const Made = () => <button onClick={() => made()}>made</button>;
`,
  "src/actions/made.ts": `"use server";
export async function made() {
  return 1;
}
`,
  "src/own-swr.tsx": `"use client";
import type { ReactNode } from "react";
export default function useSWR() {
  return {} as { data?: number };
}
export const SWRConfig = ({ children }: { children: ReactNode; value: object }) => children;
`,
};
for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(bazaar, name), text);
const config = path.join(bazaar, "vite.config.ts");
const plugin = `const src = new URL("./src/", import.meta.url).pathname;
const own = {
  name: "own",
  enforce: "pre" as const,
  resolveId(id: string) {
    if (id === "virtual:made") return "\\0virtual:made";
    if (id === "swr") return src + "own-swr.tsx";
  },
  load(id: string) {
    if (id === "\\0virtual:made") return 'export * from ' + JSON.stringify(src + "made-client.tsx");
  },
};
`;
const text = fs.readFileSync(config, "utf8");
fs.writeFileSync(config, text.replace("export default", `${plugin}\nexport default`).replace("plugins: [", "plugins: [own, "));
console.log(bazaar);
