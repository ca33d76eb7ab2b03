// For Node without module.registerHooks: hooks that run on a thread of their own.
import { redirected } from "./redirect.js";

export async function resolve(specifier, context, next) {
  const url = redirected(specifier, context.parentURL);
  return url === null ? next(specifier, context) : { url, format: "module", shortCircuit: true };
}
