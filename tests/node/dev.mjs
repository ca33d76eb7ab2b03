// demarc/vite in a dev server: what is saved is noticed, and whoever imports the map gets the new one.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { packageFolder, repository } from "./project.mjs";

const app = path.join(repository, "build/dev-ledger");
const ledger = path.join(repository, "fixtures/apps/rsc-ledger");
fs.rmSync(app, { recursive: true, force: true });
fs.mkdirSync(app, { recursive: true });
for (const name of ["src", "index.html", "package.json", "tsconfig.json", "vite.config.ts"]) {
  fs.cpSync(path.join(ledger, name), path.join(app, name), { recursive: true });
}
execFileSync("cp", ["-al", path.join(ledger, "node_modules"), path.join(app, "node_modules")]);
process.chdir(app);
const { createLogger, createServer } = await import(path.join(app, "node_modules/vite/dist/node/index.js"));
const { default: demarc } = await import(path.join(packageFolder, "vite.js"));

const said = [];
const logger = createLogger("info");
for (const level of ["info", "warn", "error"]) logger[level] = (message) => said.push(message);
const server = await createServer({ root: app, customLogger: logger, plugins: [demarc()], server: { port: 0 } });
await server.listen();
test.after(() => server.close());

const reloads = [];
const { rsc, client } = server.environments;
for (const environment of [rsc, client]) {
  const { send } = environment.hot;
  environment.hot.send = (...args) => {
    if (args[0]?.type === "full-reload") reloads.push(environment.name);
    return send.apply(environment.hot, args);
  };
}
const map = async () => (await rsc.runner.import("virtual:demarc/map")).default;
const write = (name, text) => fs.writeFileSync(path.join(app, name), text);
const until = async (what, holds) => {
  for (let tries = 0; !(await holds()); ++tries) {
    if (tries > 300) assert.fail(`${what}; said:\n${said.join("\n")}`);
    await new Promise((next) => setTimeout(next, 50));
  }
};
const saidOf = (file) => said.filter((line) => line.includes(file));

test("the map of a dev server, and a page that runs beside it", async () => {
  const { clientFiles, serverFiles, framework } = await map();
  assert.equal(framework, "plugin-rsc");
  assert(clientFiles.includes("/src/components/AddEntry.tsx"));
  assert(serverFiles.includes("/src/actions/errors.ts"));
  const page = await fetch(server.resolvedUrls.local[0]);
  assert.match(await page.text(), /src="\/src\/entry\.browser\.tsx/);
});

test("a directive that is removed, and one that is added", async () => {
  const file = "src/components/Amounts.tsx";
  const text = fs.readFileSync(file, "utf8");
  await client.transformRequest("virtual:demarc/map"); // a page that imports it
  write(file, text.replace('"use client";', ""));
  await until("the directive is still there", async () => !(await map()).clientFiles.includes(`/${file}`));
  assert.deepEqual(saidOf(`/${file}`), [`demarc: /${file} has no directive now, it had "use client"`]);
  assert(reloads.includes("client") && reloads.includes("rsc"), String(reloads));
  write(file, text);
  await until("the directive is not there again", async () => (await map()).clientFiles.includes(`/${file}`));
  assert.equal(saidOf(`/${file}`)[1], `demarc: /${file} has "use client" now, it had no directive`);
});

test("a new module with a directive, and one that goes", async () => {
  const importer = fs.readFileSync("src/Ledger.tsx", "utf8");
  write("src/actions/audit.ts", '"use server";\nexport async function audit() {}\n');
  await new Promise((next) => setTimeout(next, 300)); // nothing imports it yet
  write("src/Ledger.tsx", `import "./actions/audit";\n${importer}`);
  await until("the new module is not there", async () => (await map()).serverFiles.includes("/src/actions/audit.ts"));
  write("src/Ledger.tsx", importer);
  await until("the module is still reached", async () => !(await map()).serverFiles.includes("/src/actions/audit.ts"));
  fs.rmSync("src/actions/audit.ts");
  await new Promise((next) => setTimeout(next, 300));
  assert(!(await map()).serverFiles.includes("/src/actions/audit.ts"));
});

test("what changes neither a directive nor an import changes nothing", async () => {
  const file = "src/components/AddEntry.tsx";
  const counts = () => [said.filter((line) => /^demarc:/.test(line)).length, reloads.length];
  const before = counts();
  write(file, `${fs.readFileSync(file, "utf8")}\n// a comment\n`);
  await new Promise((next) => setTimeout(next, 500));
  assert.deepEqual(counts(), before);
});
