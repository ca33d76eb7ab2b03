// Apps in a real browser: a page is served, a client component works, a server function answers.
//
//   tests/browse redwood-store stock|demarc      the dev server, without and with --import demarc/register
//   tests/browse rsc-atlas stock|demarc          the dist that tests/drop-in left, served by vite preview
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
};

const [name, mode] = process.argv.slice(2);
if (!checks[name] || !["stock", "demarc"].includes(mode)) {
  console.error("usage: tests/browse redwood-store|rsc-atlas stock|demarc");
  process.exit(2);
}
const app = path.join(repository, "fixtures/apps", name);
const port = 20_000 + (process.pid % 20_000);
const vite = path.join(app, "node_modules/vite/bin/vite.js");
const hook = mode === "demarc" ? ["--import", pathToFileURL(path.join(packageFolder, "register.js")).href] : [];
const isDev = name === "redwood-store";
if (!isDev) {
  fs.rmSync(path.join(app, "dist"), { recursive: true, force: true });
  fs.cpSync(path.join(repository, "build/drop-in", name, mode), path.join(app, "dist"), { recursive: true });
}
const args = isDev ? [...hook, vite, "dev"] : [vite, "preview"];
const server = spawn(process.execPath, [...args, "--port", port, "--strictPort", "--host", "127.0.0.1"], {
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
