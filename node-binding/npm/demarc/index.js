import { readFileSync } from "node:fs";

import { call, errorOf, requestOf } from "./lib/calls.js";
import { DemarcError } from "./lib/error.js";
import { binaryPath as findBinary, native } from "./lib/platform.js";
import { ScanResult } from "./lib/result.js";

export { DemarcError };

export const { version } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));

/** The native program; throws where there is none for this platform. */
export function binaryPath() {
  return findBinary();
}

export async function scan(options = {}) {
  return new ScanResult(await call("scan", requestOf(options), options));
}

function given(reply) {
  if (Array.isArray(reply)) throw errorOf(...reply);
  return reply;
}

export function scanSync(options = {}) {
  for (const key of ["signal", "onProgress", "resolveFallback", "loadFallback", "pluginsFirst"]) {
    if (options[key] !== undefined) {
      throw new DemarcError("DEMARC_BAD_CONFIG", `demarc: scanSync blocks, so it cannot take ${key}; use scan`);
    }
  }
  return new ScanResult(given(native().scanSync(requestOf(options))));
}

export function parseModule(code, { lang = "tsx" } = {}) {
  if (typeof code !== "string" && !(code instanceof Uint8Array)) {
    throw new TypeError("parseModule: code must be a string or a Uint8Array");
  }
  const { file, ...syntax } = JSON.parse(given(native().parse(code, lang)).toString("utf8"));
  return syntax;
}

/** One question or several; an answer of each environment, or of the one that the question names. */
export async function resolve(questions, options = {}) {
  const list = Array.isArray(questions) ? questions : [questions];
  const request = { ...requestOf(options), questions: list };
  const answers = JSON.parse((await call("resolve", request, { signal: options.signal })).toString("utf8"));
  return Array.isArray(questions) ? answers : answers[0];
}

export async function why(name, { environment, max, ...options } = {}) {
  const request = { ...requestOf(options), name: String(name), environment, max };
  return JSON.parse((await call("why", request, options)).toString("utf8"));
}
