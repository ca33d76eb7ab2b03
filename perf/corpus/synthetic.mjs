// A million tiny modules without packages: what is left when files are small and many is names, edges and directories.
//
//   src/main.js                     imports the first index
//   src/aNN/bNN/index.js            imports its 99 modules and two other indexes: a tree of 10,000 directories
//   src/aNN/bNN/NAME-NNNNNN.js      imports two neighbours, one module of the directory beside it and one from anywhere
//
// Everything follows from the module's number, so a directory can be written without the ones before it, and an
// interrupted run goes on where it was. In the second half of the directories one module in fifty says "use client",
// and what is imported there stays there; one in a thousand says "use server", anywhere. So the client environment has
// that half, and the server one has everything.

import fs from "node:fs";
import path from "node:path";

import { randomNumbers } from "./app.mjs";

const OUTER = 100;
const INNER = 100;
const IN_DIRECTORY = 99;
const DIRECTORIES = OUTER * INNER;
// The indexes and main.js make it a million and one.
export const SYNTHETIC_MODULES = DIRECTORIES * (IN_DIRECTORY + 1) + 1;

const WORDS = ["ledger", "voucher", "calendar", "shipment", "inventory", "discount", "template", "milestone"];

const two = (number) => String(number).padStart(2, "0");
const folder = (directory) => `a${two(Math.floor(directory / INNER))}/b${two(directory % INNER)}`;
const fileOf = (directory, index) => {
  const number = directory * IN_DIRECTORY + index;
  return `${WORDS[number % WORDS.length]}-${String(number).padStart(6, "0")}`;
};

function moduleText(directory, index) {
  const random = randomNumbers(directory * 1000 + index);
  const half = directory < DIRECTORIES / 2 ? 0 : DIRECTORIES / 2;
  const directive = random.below(1000);
  const lines = [];
  if (directive === 0) lines.push('"use server";');
  else if (directive <= 20 && half > 0) lines.push('"use client";');
  for (let i = 0; i < 2; i++) lines.push(`import { value as near${i} } from "./${fileOf(directory, random.below(IN_DIRECTORY))}";`);
  const inner = (directory % INNER) + 1 < INNER ? directory + 1 : directory - 1;
  lines.push(`import { value as beside } from "../b${two(inner % INNER)}/${fileOf(inner, random.below(IN_DIRECTORY))}.js";`);
  const far = half + random.below(DIRECTORIES - half);
  lines.push(`import { value as far } from "../../${folder(far)}/${fileOf(far, random.below(IN_DIRECTORY))}";`);
  const body = `[near0, near1, beside, far].filter((read) => read !== value)`;
  lines.push(
    directive === 0
      ? `export async function value() {\n  return ${body}.length + ${random.below(10000)};\n}`
      : `export const value = () => ${body}.length + ${random.below(10000)}; // ${WORDS[random.below(WORDS.length)]}`,
  );
  return `${lines.join("\n")}\n`;
}

function indexText(directory) {
  const lines = [];
  for (const next of [2 * directory + 1, 2 * directory + 2]) {
    if (next < DIRECTORIES) lines.push(`import "../../${folder(next)}/index.js";`);
  }
  for (let index = 0; index < IN_DIRECTORY; index++) lines.push(`export { value as value${index} } from "./${fileOf(directory, index)}";`);
  return `${lines.join("\n")}\n`;
}

/** Calls write(path, text) for every file, a folder of ten thousand at a time unless isDone(folder); then done(folder). */
export function writeSynthetic({ write, isDone, done }) {
  write("package.json", `${JSON.stringify({ name: "corpus-synthetic", private: true, type: "module" })}\n`);
  write("src/main.js", 'import "./a00/b00/index.js";\n');
  for (let outer = 0; outer < OUTER; outer++) {
    const name = `src/a${two(outer)}`;
    if (isDone(name)) continue;
    for (let directory = outer * INNER; directory < (outer + 1) * INNER; directory++) {
      const parent = `src/${folder(directory)}`;
      write(`${parent}/index.js`, indexText(directory));
      for (let index = 0; index < IN_DIRECTORY; index++) write(`${parent}/${fileOf(directory, index)}.js`, moduleText(directory, index));
    }
    done(name);
  }
}

/** Writes what is missing below `directory`; `progress` is called with a share of the work. */
export function generateSynthetic(directory, progress) {
  let made = "";
  const marks = path.join(directory, ".folders");
  fs.mkdirSync(marks, { recursive: true });
  const markOf = (name) => path.join(marks, path.basename(name));
  let count = 0;
  writeSynthetic({
    write(file, text) {
      const target = path.join(directory, file);
      const parent = path.dirname(target);
      if (parent !== made) fs.mkdirSync((made = parent), { recursive: true });
      fs.writeFileSync(target, text);
    },
    isDone: (name) => fs.existsSync(markOf(name)) && ++count,
    done(name) {
      fs.writeFileSync(markOf(name), "");
      progress(++count / OUTER);
    },
  });
}
