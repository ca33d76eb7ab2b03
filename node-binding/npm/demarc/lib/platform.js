// Where the program and the addon of this platform are. One package a platform, chosen by npm; DEMARC_NATIVE names a
// folder that holds both instead (a build of one's own).
import { createRequire } from "node:module";
import path from "node:path";
import { isMainThread } from "node:worker_threads";

import { DemarcError } from "./error.js";

const require = createRequire(import.meta.url);

// The C library decides too: a program for glibc does not start where musl is. Node's report names glibc's version.
function platformName() {
  const { platform, arch } = process;
  if (platform !== "linux") return `${platform}-${arch}`;
  const report = process.report;
  const { excludeNetwork } = report;
  report.excludeNetwork = true; // else it may look up names of open connections
  const isGlibc = report.getReport().header.glibcVersionRuntime !== undefined;
  report.excludeNetwork = excludeNetwork;
  return `${platform}-${arch}-${isGlibc ? "gnu" : "musl"}`;
}

let folder;

/** The folder of program and addon; throws a DemarcError with the code DEMARC_NO_BINARY where there is none. */
export function nativeFolder() {
  if (folder !== undefined) return folder;
  if (process.env.DEMARC_NATIVE) return (folder = path.resolve(process.env.DEMARC_NATIVE));
  const name = `@demarc/${platformName()}`;
  try {
    return (folder = path.dirname(require.resolve(`${name}/package.json`)));
  } catch {
    const supported = name === "@demarc/linux-x64-gnu";
    throw new DemarcError(
      "DEMARC_NO_BINARY",
      supported
        ? `demarc: the package ${name} is not installed. It is an optional dependency of demarc: install without --omit=optional.`
        : `demarc: there is no binary for this platform (${name}).`,
    );
  }
}

let addon;

/** The addon. Throws DEMARC_NO_BINARY where it is missing or does not load. */
export function native() {
  if (addon !== undefined) return addon;
  const file = path.join(nativeFolder(), "demarc.node");
  try {
    addon = require(file);
    // Workers end their own scans; the main thread's end is the process's.
    if (isMainThread) process.once("exit", () => addon.exiting());
    return addon;
  } catch (error) {
    throw new DemarcError("DEMARC_NO_BINARY", `demarc: ${file} does not load: ${error.message}`);
  }
}

export function binaryPath() {
  return path.join(nativeFolder(), "demarc");
}

/** Null, or why nothing native can run here. */
export function whyUnavailable() {
  try {
    native();
    return null;
  } catch (error) {
    return error.message;
  }
}
