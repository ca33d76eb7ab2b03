// Module ids of a bundler, and demarc's ids of the same files.

import fs from "node:fs";
import path from "node:path";

import { idOf } from "./app.mjs";

const files = new Map();

/**
 * The canonical path of the file that a bundler's id stands for, or null: for modules that plugins made, for the names
 * of external modules, for files that do not exist. What follows the first `?` or `#` is no part of the file.
 */
export function fileOf(id) {
  if (!path.isAbsolute(id)) return null;
  if (!files.has(id)) {
    const name = id.replace(/[?#].*$/s, "");
    files.set(id, fs.statSync(name, { throwIfNoEntry: false })?.isFile() ? fs.realpathSync(name) : null);
  }
  return files.get(id);
}

/** demarc's id of the file behind a bundler's id, or null where there is none. */
export function idOfModule(root, id) {
  const file = fileOf(id);
  return file === null ? null : idOf(root, file);
}
