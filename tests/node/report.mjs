// The page of `demarc report` as people meet it: opened from a file in headless Chromium, without a network. Every test
// fails on an error in the console and on any request but that for the file itself. Run by tests/report.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { binary, Project, repository } from "../cli/project.mjs";

const { default: puppeteer } = await import(
  path.join(repository, "tests/node/node_modules/puppeteer-core/lib/puppeteer/puppeteer-core.js")
);

const TABS = ["overview", "boundaries", "treemap", "why", "functions", "findings", "run"];
const MOST_PAGE_BYTES = 200_000; // the page without its data

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "demarc-report-"));
let browser;
before(async () => {
  browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
});
after(async () => {
  await browser?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

let made = 0;
function report(root, ...options) {
  const file = path.join(folder, `report-${++made}.html`);
  const run = spawnSync(binary, ["report", root, "-o", file, ...options], { encoding: "utf8" });
  assert.equal(run.status, 0, run.stderr);
  return file;
}

// The page at an address of a file, with what went wrong in it.
async function open(file, hash = "", { theme = "light", width = 1280, height = 800 } = {}) {
  const page = await browser.newPage();
  // Times are those of the page's thread, which are the same on a busy machine.
  const meter = await page.createCDPSession();
  await meter.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  const wrong = [];
  const url = pathToFileURL(file).href;
  page.on("console", (message) => wrong.push(`console.${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`uncaught: ${error.stack}`));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url && !request.url().startsWith("data:")) wrong.push(`request: ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url + hash);
  return {
    page,
    text: (selector) => page.$eval(selector, (element) => element.innerText),
    titles: (selector) => page.$$eval(selector, (elements) => elements.map((element) => element.title)),
    wait: (condition, ...values) => page.waitForFunction(condition, { timeout: 10_000 }, ...values),
    async seconds() {
      const { metrics } = await meter.send("Performance.getMetrics");
      return metrics.find((metric) => metric.name === "TaskDuration").value;
    },
    async go(to) {
      await page.evaluate((value) => (location.hash = value), to);
    },
    async close() {
      await page.close();
      assert.deepEqual(wrong, []);
    },
  };
}

const visible = (tab) => `!document.getElementById("panel-${tab}").hidden`;
const subject = `(document.querySelector("#panel-why:not([hidden]) .subject h2") || {}).textContent`;

function dataOf(file) {
  const page = fs.readFileSync(file, "utf8");
  const begin = page.indexOf('id="data">') + 'id="data">'.length;
  return { page, json: page.slice(begin, page.indexOf("</script>", begin)) };
}

// Some of everything the page shows: two environments, a package, a barrel, server functions, an alternative chain.
function shop() {
  const parts = Array.from({ length: 40 }, (_, i) => `Part${i}`);
  return new Project({
    "package.json": JSON.stringify({ name: "shop", dependencies: { rwsdk: "1.0.0", kit: "1.0.0" } }),
    "src/worker.tsx": `import { Page } from "./Page";\nimport { Side } from "./Side";\nimport "node:fs";\nexport default { Page, Side };\n`,
    "src/Page.tsx": `import { Basket } from "./Basket";\nimport { save } from "./actions";\nexport const Page = () => <Basket save={save}/>;\n`,
    "src/Side.tsx": `import { Basket } from "./Basket";\nimport { Menu } from "./Menu";\nexport const Side = () => <Basket><Menu/></Basket>;\n`,
    "src/Basket.tsx": `"use client";\nimport { Part1 } from "kit";\nimport { format } from "./format";\nimport { save } from "./actions";\nexport const Basket = () => Part1(format(1), save);\n`,
    "src/Menu.tsx": `"use client";\nimport { format } from "./format";\nexport const Menu = () => format(2);\n`,
    "src/format.ts": `import "./gone";\nexport const format = (n: number) => String(n);\n`,
    "src/actions.ts": `"use server";\nexport async function save() {}\nexport async function remove() {}\n`,
    "node_modules/kit/package.json": JSON.stringify({ name: "kit", version: "1.0.0", type: "module", main: "index.js" }),
    "node_modules/kit/index.js": parts.map((name) => `export * from "./parts/${name}.js";\n`).join(""),
    ...Object.fromEntries(parts.map((name, i) => [`node_modules/kit/parts/${name}.js`, `export const ${name} = ${JSON.stringify("x".repeat(10 * i))};\n`])),
  });
}

test("the page without its data has at most 200 KB, says its policy and carries the licence of what it contains", () => {
  const project = shop();
  const { page, json } = dataOf(report(project.path));
  const bytes = Buffer.byteLength(page) - Buffer.byteLength(json);
  assert.ok(bytes <= MOST_PAGE_BYTES, `${bytes} bytes`);
  assert.match(page, /Content-Security-Policy" content="default-src 'none'; script-src 'sha256-/);
  assert.match(page, /d3-hierarchy\n\nCopyright .*Mike Bostock[^]*THE SOFTWARE IS PROVIDED/);
  assert.ok(!json.includes("format = (n"), "source text is not in it");
  project.remove();
});

test("the report is written beside package.json unless told otherwise, and to standard output for -o -", () => {
  const project = shop();
  const run = project.run(["report"]);
  assert.equal(run.code, 0, run.stderr);
  assert.equal(run.stdout, "");
  assert.match(run.stderr, /demarc-report\.html/);
  const file = path.join(project.path, "demarc-report.html");
  assert.match(fs.readFileSync(file, "utf8"), /^<!doctype html>[^]*<\/html>\n$/);
  const piped = project.run(["report", "-o", "-", "--quiet"]);
  assert.match(piped.stdout, /^<!doctype html>/);
  assert.equal(piped.stderr, "");
  project.remove();
});

test("a module is searched, its chain followed, its environment switched", async () => {
  const project = shop();
  const view = await open(report(project.path));
  assert.match(await view.page.title(), /^Overview/);
  await view.page.keyboard.press("/");
  await view.page.keyboard.type("part7");
  await view.wait(() => document.querySelector(".search-popup:not([hidden]) [role=option]"));
  assert.match(await view.text(".search-status"), /^1 module$/);
  await view.page.keyboard.press("Enter");
  await view.wait(`${subject} === "/node_modules/kit/parts/Part7.js"`);
  assert.match(await view.page.evaluate("location.hash"), /^#why=\/node_modules\/kit\/parts\/Part7\.js$/);
  assert.deepEqual(await view.titles("#panel-why .subject > .chain .path"), [
    "/src/worker.tsx",
    "/src/Page.tsx",
    "/src/Basket.tsx",
    "/node_modules/kit/index.js",
    "/node_modules/kit/parts/Part7.js",
  ]);
  assert.match(await view.text("#panel-why .crossing"), /"use client" moves to the client/);

  // From the chain to a step, from there to what it imports, and back.
  await view.page.click("#panel-why .chain .step:nth-of-type(4) a");
  await view.wait(`${subject} === "/src/Basket.tsx"`);
  assert.match(await view.text("#panel-why .facts"), /Exclusive/);
  assert.match(await view.text("#panel-why .ways"), /Side\.tsx/);
  await view.page.click("#panel-why .ways summary");
  await view.wait(() => document.querySelectorAll(".ways .chain .step").length === 3);
  await view.page.evaluate(() => document.querySelector('.neighbours:last-child a[title="/src/format.ts"]').click());
  await view.wait(`${subject} === "/src/format.ts"`);
  assert.match(await view.text(".neighbours:last-child"), /\.\/gone[^]*not found/);
  await view.page.goBack();
  await view.wait(`${subject} === "/src/Basket.tsx"`);
  await view.close();
  project.remove();
});

test("every tab opens by the arrow keys and shows something; the theme toggles", async () => {
  const project = shop();
  const view = await open(report(project.path));
  await view.page.focus("[role=tab][aria-selected=true]");
  for (const tab of [...TABS.slice(1), TABS[0]]) {
    await view.page.keyboard.press("ArrowRight");
    await view.wait(visible(tab));
    assert.equal(await view.page.evaluate("document.activeElement.id"), `tab-${tab}`);
    assert.equal((await view.page.$$("[role=tabpanel]:not([hidden])")).length, 1);
    assert.ok((await view.text(`#panel-${tab}`)).trim().length > 20, tab);
  }
  assert.equal(await view.page.evaluate("document.documentElement.dataset.theme"), "light");
  const paper = () => view.page.evaluate("getComputedStyle(document.body).backgroundColor");
  const light = await paper();
  await view.page.click("#theme");
  assert.equal(await view.page.evaluate("document.documentElement.dataset.theme"), "dark");
  assert.notEqual(await paper(), light);
  await view.close();

  const dark = await open(report(project.path), "", { theme: "dark" });
  await dark.page.evaluate("localStorage.clear()");
  await dark.page.reload();
  assert.equal(await dark.page.evaluate("document.documentElement.dataset.theme"), "dark");
  await dark.close();
  project.remove();
});

test("tables sort and filter, the treemap opens by the keyboard, findings explain themselves", async () => {
  const project = shop();
  const view = await open(report(project.path), "#boundaries");
  const names = () => view.titles("#panel-boundaries .table-row .path");
  assert.deepEqual(await names(), ["/src/Basket.tsx", "/src/Menu.tsx"]);
  await view.page.click("#panel-boundaries [role=columnheader]:nth-child(3) .sort");
  assert.deepEqual(await names(), ["/src/Menu.tsx", "/src/Basket.tsx"]);
  await view.page.type("#panel-boundaries input", "bask");
  assert.deepEqual(await names(), ["/src/Basket.tsx"]);
  assert.match(await view.text("#panel-boundaries .summary"), /^1 of 2 boundaries$/);
  await view.page.click("#panel-boundaries .table-row [role=cell]:last-child");
  await view.wait(`${subject} === "/src/Basket.tsx"`);

  await view.go("#treemap");
  await view.wait(visible("treemap"));
  await view.page.focus("#panel-treemap canvas");
  await view.page.keyboard.press("ArrowRight");
  await view.page.keyboard.press("Enter");
  await view.wait(() => document.querySelectorAll("#panel-treemap .crumbs button").length === 1);
  await view.page.keyboard.press("Escape");
  await view.wait(() => document.querySelectorAll("#panel-treemap .crumbs button").length === 0);
  const painted = await view.page.$eval("#panel-treemap canvas", (canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let some = 0;
    for (let i = 3; i < data.length; i += 4) some += data[i] > 0 ? 1 : 0;
    return some / (data.length / 4);
  });
  assert.ok(painted > 0.9, `${painted} of the treemap is painted`);

  await view.go("#functions");
  await view.wait(visible("functions"));
  await view.page.evaluate(() => [...document.querySelectorAll("#panel-functions .link")].find((b) => b.innerText === "save").click());
  assert.match(await view.text("#panel-functions .detail"), /save[^]*Imported by[^]*Basket\.tsx/);

  await view.go("#findings");
  await view.wait(visible("findings"));
  assert.match(await view.text("#panel-findings .detail"), /About this rule/);
  await view.close();
  project.remove();
});

test("a link leads to a module, a finding's place or a name that nothing has", async () => {
  const project = shop();
  const file = report(project.path);
  const module = await open(file, "#why=/src/Menu.tsx");
  assert.equal(await module.page.evaluate(subject), "/src/Menu.tsx");
  await module.close();
  const inServer = await open(file, "#why=/src/format.ts&in=client");
  assert.match(await inServer.text("#panel-why .segments [aria-pressed=true]"), /client/);
  await inServer.close();
  const nothing = await open(file, "#why=/src/%zz<b>.tsx");
  assert.match(await nothing.text("#panel-why .notice"), /is called/);
  await nothing.close();
  const unknown = await open(file, "#nonsense=1");
  await unknown.wait(visible("overview"));
  await unknown.close();
  project.remove();
});

test("names of files are text, whatever they are", async () => {
  const project = new Project({ "package.json": "{}" });
  const hostile = [
    `</script><img src=x onerror="document.title='owned'">.tsx`,
    `<!--<script>alert(1)/x.tsx`,
    `\u202egnp.eman\u2066.tsx`,
    `two\nlines\u2028more.tsx`,
    `&amp;&lt;b&gt;%2F#why=x&in=y.tsx`,
    `שלום عالم.tsx`,
    `\\x41"'\`\${1}.tsx`,
  ];
  for (const name of hostile) project.write(`src/${name}`, `"use client";\nexport default 1;\n`);
  fs.writeFileSync(Buffer.concat([Buffer.from(`${project.path}/src/`), Buffer.from([0xff, 0xfe]), Buffer.from(".tsx")]), `"use client";\n`);
  project.write(
    "src/main.tsx",
    `${hostile.map((name) => `import ${JSON.stringify(`./${name}`)};\n`).join("")}import.meta.glob("./*.tsx");\n`,
  );
  const file = report(project.path, "--framework", "none", "-e", "src/main.tsx", "--follow", "glob");
  const view = await open(file);
  const title = await view.page.title();
  for (const tab of TABS) {
    await view.go(`#${tab}`);
    await view.wait(visible(tab));
  }
  await view.go("#boundaries");
  await view.wait(visible("boundaries"));
  const shown = await view.titles("#panel-boundaries .table-row .path");
  assert.equal(new Set(shown).size, hostile.length + 1, shown.join("\n"));
  assert.ok(shown.includes(`/src/</script><img src=x onerror="document.title='owned'">.tsx`), shown.join("\n"));
  assert.ok(shown.includes(String.raw`/src/\u202egnp.eman\u2066.tsx`), shown.join("\n"));
  assert.ok(shown.includes(String.raw`/src/two\nlines\u2028more.tsx`), shown.join("\n"));
  assert.ok(shown.includes(String.raw`/src/\xff\xfe.tsx`), shown.join("\n"));
  for (const id of shown) {
    await view.page.evaluate((name) => [...document.querySelectorAll("#panel-boundaries a.path")].find((a) => a.title === name).click(), id);
    await view.wait(`${subject} === ${JSON.stringify(id)}`);
    await view.go("#boundaries");
    await view.wait(visible("boundaries"));
  }
  assert.equal((await view.page.$$("img, #app script")).length, 0);
  assert.equal(title, `Overview · ${path.basename(project.path)} · demarc`);
  assert.doesNotMatch(await view.page.title(), /owned/);
  await view.close();
  project.remove();
});

test("chains are those of demarc why", { timeout: 120_000 }, async (context) => {
  const root = path.join(repository, "fixtures/apps/redwood-store");
  if (!fs.existsSync(path.join(root, "node_modules"))) return context.skip("redwood-store is not installed");
  const scanned = spawnSync(binary, ["scan", root, "-f", "json", "--emit", "graph"], { encoding: "utf8", maxBuffer: 1 << 28 });
  const modules = JSON.parse(scanned.stdout).modules.filter((module) => module.environments.length > 0);
  const view = await open(report(root));
  for (let i = 0; i < modules.length; i += Math.ceil(modules.length / 24)) {
    const { id, environments } = modules[i];
    for (const environment of environments) {
      const why = spawnSync(binary, ["why", id.slice(1), "--root", root, "--in", environment, "-f", "json", "--max", "100"], {
        encoding: "utf8",
        maxBuffer: 1 << 28,
      });
      const explained = JSON.parse(why.stdout).environments;
      const chains = (explained[0]?.chains ?? []).map((chain) => chain.steps.map((step) => step.id));
      await view.go(`#why=${encodeURIComponent(id)}&in=${environment}`);
      await view.wait(`${subject} === ${JSON.stringify(id)} && location.hash.endsWith("in=${environment}")`);
      const found = await view.page.evaluate(async () => {
        for (const details of document.querySelectorAll("#panel-why .ways details")) details.open = true;
        await new Promise((next) => setTimeout(next, 30));
        return [...document.querySelectorAll("#panel-why .subject .chain")].map((chain) =>
          [...chain.querySelectorAll(".path")].map((step) => step.title),
        );
      });
      assert.deepEqual(found, chains, `${id} in ${environment}`);
    }
  }
  await view.close();
});

test("a report of 50,000 modules opens and is searched at once", { timeout: 120_000 }, async () => {
  const project = shop();
  const { page, json } = dataOf(report(project.path));
  const file = path.join(folder, "large.html");
  fs.writeFileSync(file, page.replace(json, () => manyModules(JSON.parse(json), 50_000)));
  const view = await open(file);
  const opened = await view.seconds();
  assert.ok(opened < 2, `opening took ${opened} s`);
  assert.match(await view.text("#panel-overview"), /50,000/);
  for (const tab of TABS) {
    await view.go(`#${tab}`);
    await view.wait(visible(tab));
  }
  await view.page.keyboard.press("/");
  await view.page.keyboard.type("module-49");
  await view.wait(() => /modules$/.test(document.querySelector(".search-status").textContent));
  assert.ok((await view.page.$$(".search-popup .row")).length < 40, "only what is in sight exists");
  await view.page.keyboard.press("ArrowDown");
  await view.page.keyboard.press("Enter");
  await view.wait(`/module-49/.test(${subject} || "")`);
  const all = await view.seconds();
  assert.ok(all < 8, `all tabs and a search took ${all} s`);
  await view.close();
  project.remove();
});

// A project's data with other modules: each imports a few behind it, in both environments.
function manyModules(data, count) {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const digitsOf = (value) => {
    let text = "";
    for (; value >= 32; value = Math.floor(value / 32)) text += digits[32 | value % 32];
    return text + digits[value];
  };
  const difference = (value) => digitsOf(value < 0 ? -2 * value + 1 : 2 * value);
  const each = (value) => Array.from({ length: count }, (_, i) => value(i)).join("");
  const edges = (i) => Math.min(4, count - 1 - i);
  const target = (i, k) => Math.min(count - 1, i + 32 ** k);
  const prefix = "/node_modules/";
  const packages = ["", ...Array.from({ length: 200 }, (_, i) => `package-${String(i).padStart(3, "0")}`)];
  const inPackage = (i) => 1 + Math.floor((i * 200) / count);
  Object.assign(data, {
    packages,
    modules: {
      count,
      rest: Array.from({ length: count }, (_, i) => (i === 0 ? prefix : "") + `${packages[inPackage(i)]}/dist/folder-${i % 17}/module-${i}.js`),
      shared: each((i) => digitsOf(i === 0 ? 0 : prefix.length)),
      bytes: each((i) => digitsOf(500 + ((i * 7919) % 9000))),
      environments: each(() => digitsOf(3)),
      flags: each((i) => digitsOf(i === 0 ? 4 : 0)),
      package: each((i) => difference(inPackage(i) - (i === 0 ? 0 : inPackage(i - 1)))),
    },
    edges: {
      count: each((i) => digitsOf(edges(i))),
      to: each((i) => Array.from({ length: edges(i) }, (_, k) => difference(target(i, k) - (k === 0 ? i : target(i, k - 1)))).join("")),
      way: each((i) => digitsOf(0).repeat(edges(i))),
      line: each((i) => difference(1).repeat(edges(i))),
    },
    ways: [["import", 3]],
    leaves: { count: each(() => digitsOf(0)), to: "", way: "", line: "", externals: [], unresolved: [] },
    boundaries: Array.from({ length: 2000 }, (_, i) => [i * 20, 1, 500, i, i * 900, 2 * i, i * 2000]),
    barrels: [],
    client: [count, 5000 * count],
    packageCosts: packages.map((name, i) => [name, 250, 900_000 - i]),
    serverFunctions: [],
    findings: Array.from({ length: 3000 }, (_, i) => ({ rule: "boundary/client-barrel", level: "warn", file: `${prefix}x`, line: i + 1, column: 1, message: "imports a barrel" })),
    rules: {},
  });
  return JSON.stringify(data);
}

test("the program of the page holds the types that it states", () => {
  const compiler = path.join(repository, "tests/node/node_modules/typescript/bin/tsc");
  const run = spawnSync(process.execPath, [compiler, "-p", path.join(repository, "cli/report")], { encoding: "utf8" });
  assert.equal(run.status, 0, run.stdout);
});
