// Which imports inside rwsdk lead to demarc instead. Shared by both of Node's ways to hook module resolution.
const TARGET = new URL("../rwsdk.js", import.meta.url).href;
const REPLACED = /^\.\/(runDirectivesScan|hasDirective)\.mjs$/;
const IMPORTER = /\/rwsdk\/dist\/vite\/[^/]+\.mjs(\?.*)?$/;

export function redirected(specifier, parentURL) {
  return REPLACED.test(specifier) && parentURL !== undefined && IMPORTER.test(parentURL) ? TARGET : null;
}
