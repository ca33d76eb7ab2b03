// Opens a RedwoodSDK app the way `vite build` does, and says what its directive scan starts from.
//
// Everything is taken from the app's own node_modules: its Vite, its rwsdk, its configuration file. Nothing is built and
// nothing in the app is written.

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

export class UsageError extends Error {}

/** The folder of an installed package, links followed; rwsdk's `exports` hide the files that are needed here. */
export function packageDir(root, name) {
  const dir = path.join(root, "node_modules", name);
  try {
    return fs.realpathSync(dir);
  } catch {
    throw new UsageError(`${dir} is missing: install the app's packages first (scripts/fixtures install ${path.basename(root)})`);
  }
}

export function importFile(file) {
  return import(pathToFileURL(file).href);
}

/**
 * `{ root, rwsdk, vite, builder, entry }`: the resolved configuration of `vite build` with its environments, and the
 * worker entry. `plugins` are added to those of the app's configuration file.
 */
export async function openApp(dir, plugins = []) {
  const root = fs.realpathSync(dir);
  const rwsdk = packageDir(root, "rwsdk");

  // rwsdk reads process.cwd() and process.env.NODE_ENV where Vite has a root and a mode of its own. With
  // RWSDK_WORKER_RUN it neither starts an inspector nor the app's dev:init script; RWSDK_BUILD_PASS has this value
  // while its build scans, and its plugins look at it.
  process.chdir(root);
  process.env.NODE_ENV = "production";
  process.env.RWSDK_WORKER_RUN = "1";
  process.env.RWSDK_BUILD_PASS = "plugin-setup";
  process.env.WRANGLER_SEND_METRICS = "false";
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";

  // Standard output carries this program's JSON and nothing else. rwsdk sets Vite's log level in a plugin, so the
  // last word on it takes a plugin as well.
  console.log = console.info = console.debug = console.error;
  const quiet = { name: "quiet", enforce: "post", config: () => ({ logLevel: "error" }) };

  const vite = await importFile(createRequire(path.join(root, "package.json")).resolve("vite"));
  const builder = await vite.createBuilder({ root, mode: "production", plugins: [...plugins, quiet] }, null);
  for (const name of ["worker", "client"]) {
    if (!builder.environments[name]) {
      throw new UsageError(`${root}: its Vite configuration has no environment '${name}'; is redwood() among the plugins?`);
    }
  }

  const { determineWorkerEntryPathname } = await importFile(path.join(rwsdk, "dist/vite/redwoodPlugin.mjs"));
  const { findWranglerConfig } = await importFile(path.join(rwsdk, "dist/lib/findWranglerConfig.mjs"));
  const entry = await determineWorkerEntryPathname({
    projectRootDir: root,
    workerConfigPath: await findWranglerConfig(root),
    options: {},
  });
  return { root, rwsdk, vite, builder, entry };
}

/** The id of a file: `/` + path from the root inside it, the absolute path outside. */
export function idOf(root, file) {
  return file.startsWith(`${root}/`) ? file.slice(root.length) : file;
}

/** Ids are ordered by their bytes, as everywhere in demarc's output; JavaScript's own order is by UTF-16 units. */
export function sortIds(ids) {
  return [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
