// Builds an app on @vitejs/plugin-rsc as its own command does, into its dist, and prints what the scan phase cost.
//
//   scripts/node tests/node/rsc-build.mjs APP stock|sorted|demarc|verify
//
//   { scanMs, scanCpuMs, rssMiB, totalMs }     from the beginning of buildApp to the first build that is no scan
//
// sorted: stock, with its table of server functions in order, as demarc leaves it (orderServerReferences).
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

import "./project.mjs";
import { openForBuild } from "../reference/vite-build.mjs";

const [app, mode] = process.argv.slice(2);

// Waku puts six random bytes into every build, and with them into the names of most files.
const { randomBytes } = crypto;
crypto.randomBytes = (size, ...rest) => (size === 6 && rest.length === 0 ? Buffer.alloc(6) : randomBytes(size, ...rest));
syncBuiltinESMExports();

const demarc = await import("../../node-binding/npm/demarc/vite.js");
const { orderServerReferences } = await import("../../node-binding/npm/demarc/plugin-rsc.js");

let begin;
let cost;
let manager;
const watch = {
  name: "watch-phases",
  sharedDuringBuild: true,
  configResolved(config) {
    manager = config.plugins.find(({ name }) => name === "rsc:minimal").api.manager;
  },
  buildApp: {
    order: "pre",
    handler() {
      begin = { wall: performance.now(), cpu: process.cpuUsage() };
    },
  },
  options() {
    if (manager.isScanBuild || cost) return;
    if (mode === "sorted") orderServerReferences(manager);
    const { user, system } = process.cpuUsage(begin.cpu);
    cost = {
      scanMs: Math.round(performance.now() - begin.wall),
      scanCpuMs: Math.round((user + system) / 1000),
      rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
    };
  },
};
const plugins = { stock: [], sorted: [], demarc: [demarc.default()], verify: [demarc.default({ verify: true })] }[mode];
const { builder } = await openForBuild(app, [watch, ...plugins]);
if (mode === "verify") builder.config.logger.warn = builder.config.logger.info = (message) => console.error(message);
await builder.buildApp();
process.stdout.write(`${JSON.stringify({ ...cost, totalMs: Math.round(performance.now() - begin.wall) })}\n`);
