// Makes the page of `demarc report`: index.html with the styles and the bundled program in it, cut in two where the data
// goes, as C++ source.
//
//   scripts/node cli/report/build.mjs build/release/cli/report_page.cc
//
// Called by the build (cli/CMakeLists.txt). Needs no network: what is bundled was installed by scripts/setup.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const read = (name) => fs.readFileSync(path.join(here, name), "utf8");

const target = ["chrome109", "firefox109", "safari16.4"];
const common = { bundle: true, minify: true, write: false, target, charset: "utf8", logLevel: "warning", absWorkingDir: here };
const [script, style] = (
  await Promise.all([
    build({ ...common, entryPoints: ["src/main.ts"], format: "iife", legalComments: "none" }),
    build({ ...common, entryPoints: ["src/style.css"] }),
  ])
).map((result) => result.outputFiles[0].text.trim());

// In an element of HTML, text ends at its own closing tag and nowhere else.
for (const [text, end] of [[script, /<\/script|<!--/i], [style, /<\/style/i]])
  if (end.test(text)) throw new Error(`the bundle holds ${end}, which would end its element`);

// The page may run this program and use these styles, and ask nobody for anything.
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const licence = read("node_modules/d3-hierarchy/LICENSE").trim().replaceAll("--", "- -");
const parts = {
  policy,
  style,
  script,
  licences: `d3-hierarchy\n\n${licence}`,
};
const page = read("index.html").replace(/\{\{(\w+)\}\}/g, (whole, name) => parts[name] ?? whole);
const halves = page.split("{{data}}");
if (halves.length !== 2) throw new Error("index.html has not exactly one place for the data");

// A text as a C++ literal of many lines. Every byte that is no plain ASCII is three octal digits, which no digit behind
// them can join.
function literal(text) {
  const bytes = Buffer.from(text, "utf8");
  const lines = [];
  for (let at = 0; at < bytes.length; at += 4096) {
    let line = "";
    for (const byte of bytes.subarray(at, at + 4096)) {
      const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
      line += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
    }
    lines.push(`"${line}"`);
  }
  return `{\n${lines.join("\n")},\n${bytes.length}}`;
}

const out = process.argv[2];
fs.writeFileSync(
  out,
  `// Made by cli/report/build.mjs.
#include "cli/report_page.h"

namespace demarc {

constinit const std::string_view kReportPageBegin${literal(halves[0])};
constinit const std::string_view kReportPageEnd${literal(halves[1])};

}  // namespace demarc
`,
);
