// Two changes that keep what a file says and take the text that says it to the corners of the grammar.
//
//   minify(file, text)        ->  { text, extension } or null   what esbuild makes of it, JSX kept
//   mutate(file, text, seed)  ->  { text } or null              comments full of quotes and brackets between its tokens

import { transformSync } from "esbuild";

import { babelProgram, langOf } from "./oracle.mjs";

export function minify(file, text) {
  const lang = langOf(file);
  if (lang === "dts") return null;
  try {
    const { code } = transformSync(text, {
      loader: lang,
      minify: true,
      jsx: "preserve",
      legalComments: "none",
      charset: "utf8",
      logLevel: "silent",
    });
    return { text: code, extension: /\.c[jt]s$/.test(file) ? ".cjs" : /\.m[jt]s$/.test(file) ? ".mjs" : ".jsx" };
  } catch {
    return null; // esbuild refuses the file
  }
}

const COMMENTS = [
  "/*'*/", '/*"*/', "/*`*/", "/*{*/", "/*}*/", "/*(*/", "/*)*/", "/*[*/", "/*</*/", "/*>*/", "/*${*/", "/*//*/", "/*\\*/", "/* /* */",
  '/* import("x") */', "/*require('y')*/", '/*"use server"*/', "/* from 'z' */", "/**/", "//'\n", '// "use client" {\n', "//`${\n", "// return\n",
];

/** A small generator with a fixed sequence for each seed (mulberry32). */
export function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let value = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

function hashOf(text) {
  let hash = 2166136261;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
  return hash | 0;
}

/**
 * About one gap in eight gets a comment. Where that breaks the file (a line comment ends a statement, a comment in JSX text is
 * text), the oracle reads the changed text like any other, so all that is needed is that it still parses.
 */
export function mutate(file, text, seed) {
  let tokens;
  try {
    tokens = babelProgram(file, text, { tokens: true }).tokens;
  } catch {
    return null;
  }
  // File names differ from machine to machine, texts do not.
  const random = generator(seed ^ hashOf(text));
  let result = "";
  let from = 0;
  for (const token of tokens) {
    if (token.type === "CommentLine" || token.type === "CommentBlock") continue;
    const inText = token.type.label === "jsxText" || token.type.label === "template" || token.start < from;
    if (inText || token.start === 0 || random() > 0.12) continue;
    result += text.slice(from, token.start) + COMMENTS[Math.floor(random() * COMMENTS.length)];
    from = token.start;
  }
  return { text: result + text.slice(from) };
}
