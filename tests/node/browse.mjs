// Apps in a real browser: a page is served, a client component works, a server function answers.
//
//   tests/browse redwood-store stock|demarc      the dev server, without and with --import demarc/register
//   tests/browse rsc-atlas stock|demarc          the dist that tests/drop-in left, served by vite preview;
//                                                rsc-ledger, bazaar and waku-garden (waku start) likewise
//
// Needs Debian's chromium (apt-get install chromium) and tests/node/node_modules. Exit 77 where there is none.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { packageFolder, repository } from "./project.mjs";

const chromium = "/usr/bin/chromium";
if (!fs.existsSync(chromium)) {
  console.log("chromium is not installed");
  process.exit(77);
}
const { default: puppeteer } = await import(path.join(repository, "tests/node/node_modules/puppeteer-core/lib/puppeteer/puppeteer-core.js"));

const hasText = (text) => `[...document.querySelectorAll("body *")].some((e) => e.textContent.trim() === ${JSON.stringify(text)})`;
const press = (page, text) =>
  page.evaluate((wanted) => {
    const button = [...document.querySelectorAll("button")].find((e) => e.textContent.trim() === wanted);
    if (!button) throw new Error(`no button ${wanted}: ${document.body.innerText.slice(0, 500)}`);
    button.click();
  }, text);

const checks = {
  async "redwood-store"(page, url) {
    await page.goto(url);
    const product = await page.$eval('a[href^="/products/"]', (link) => link.getAttribute("href"));
    await page.goto(new URL(product, url).href, { waitUntil: "networkidle0" });
    // The snackbar comes when the server function has answered; its button has a handler only in a live component.
    await page.waitForFunction(`[...document.querySelectorAll("button")].some((e) => e.textContent.trim() === "Add")`);
    await press(page, "Add");
    await page.waitForFunction(hasText("1 added"), { timeout: 30_000 });
    return "a server function answered a client component: 1 added";
  },
  async "rsc-atlas"(page, url) {
    await page.goto(url);
    const country = await page.$eval('a[href^="/country/"]', (link) => link.getAttribute("href"));
    await page.waitForFunction(`/Visitor number \\d+/.test(document.body.innerText)`, { timeout: 30_000 }).catch(() => {});
    await page.goto(new URL(country, url).href, { waitUntil: "networkidle0" });
    await press(page, "Write a note");
    await page.waitForSelector("textarea");
    await page.type("textarea", "seen in a browser");
    await press(page, "Save");
    await page.waitForFunction(hasText("seen in a browser"), { timeout: 30_000 });
    return "a dialog opened and a server function kept its note";
  },
  async "rsc-ledger"(page, url) {
    await page.goto(url, { waitUntil: "networkidle0" });
    await page.waitForFunction(hasText("4 in whole"));
    await press(page, "Change notation");
    await page.waitForFunction(hasText("3.50 to the cent"));
    await page.type('input[name="what"]', "milk");
    await page.type('input[name="cents"]', "125");
    await press(page, "Enter"); // a function that only a client component reaches
    await page.waitForFunction(hasText("4.75 to the cent"));
    await press(page, "Settle"); // one that the server handed over
    await page.waitForFunction(hasText("2 settled"));
    await press(page, "Remove bread"); // an inline one
    await page.waitForFunction(hasText("1.25 to the cent"));
    return "a client component changed its state, and server functions of three kinds changed the ledger";
  },
  async bazaar(page, url) {
    await page.goto(new URL("/bazaar", url).href, { waitUntil: "networkidle0" });
    await page.click("#weigh");
    await page.waitForFunction(`document.querySelector("#weigh").textContent.trim() === "100 g"`);
    await page.goto(new URL("/made", url).href, { waitUntil: "networkidle0" });
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await press(page, "made");
    if (!(await answer).ok()) throw new Error("the server function behind the made module failed");
    return "a client component weighed an apple on the server, and one behind a made module was answered";
  },
  async "waku-garden"(page, url) {
    await page.goto(url, { waitUntil: "networkidle0" });
    const season = () => page.$eval("header button", (button) => button.textContent);
    const before = await season();
    await page.click("header button");
    await page.waitForFunction((was) => document.querySelector("header button").textContent !== was, {}, before);
    const plant = await page.$eval('a[href^="/plants/"]', (link) => link.getAttribute("href"));
    await page.goto(new URL(plant, url).href, { waitUntil: "networkidle0" });
    await page.waitForFunction(hasText("Never watered."));
    await press(page, "Water");
    await page.waitForFunction(`/Last watered on \\d{4}-/.test(document.body.innerText)`);
    return `a client component went on from ${before}, and a server function watered a plant`;
  },
};

const [name, mode] = process.argv.slice(2);
if (!checks[name] || !["stock", "demarc"].includes(mode)) {
  console.error(`usage: tests/browse ${Object.keys(checks).join("|")} stock|demarc`);
  process.exit(2);
}
const app = name === "bazaar" ? path.join(repository, "build/bazaar") : path.join(repository, "fixtures/apps", name);
const port = 20_000 + (process.pid % 20_000);
const vite = path.join(app, "node_modules/vite/bin/vite.js");
const hook = mode === "demarc" ? ["--import", pathToFileURL(path.join(packageFolder, "register.js")).href] : [];
const isDev = name === "redwood-store";
if (!isDev) {
  fs.rmSync(path.join(app, "dist"), { recursive: true, force: true });
  fs.cpSync(path.join(repository, "build/drop-in", name, mode), path.join(app, "dist"), { recursive: true });
}
const address = ["--port", port, "--strictPort", "--host", "127.0.0.1"];
const args =
  name === "waku-garden" ? [path.join(app, "node_modules/waku/dist/cli.js"), "start", "--port", port, "--host", "127.0.0.1"]
  : isDev ? [...hook, vite, "dev", ...address]
  : [vite, "preview", ...address];
const server = spawn(process.execPath, args, {
  cwd: app,
  detached: true,
  stdio: ["ignore", "pipe", "pipe"],
  env: { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", DEMARC_LOG: "info" },
});
let log = "";
server.stdout.on("data", (text) => (log += text));
server.stderr.on("data", (text) => (log += text));
let status = 1;
let browser;
try {
  const url = `http://127.0.0.1:${port}/`;
  const end = Date.now() + 120_000;
  for (;;) {
    const page = await fetch(url).catch(() => null);
    if (page?.ok) break;
    if (Date.now() > end || server.exitCode !== null) throw new Error(`no page: ${page?.status}`);
    await new Promise((next) => setTimeout(next, 500));
  }
  browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.setDefaultTimeout(60_000);
  const found = await checks[name](page, url);
  if (errors.length > 0) throw new Error(`errors in the page: ${errors.join("; ")}`);
  if (mode === "demarc" && isDev && !/^demarc: scanned/m.test(log)) throw new Error("demarc was never called");
  console.log(`${name} ${mode}: ${found}`);
  status = 0;
} catch (error) {
  console.error(log.slice(-3000));
  console.error(error);
} finally {
  await browser?.close();
  process.kill(-server.pid, "SIGTERM");
}
process.exit(status);
