// The completions, asked of the shells themselves.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";

import { binary, needs, Project } from "../cli/project.mjs";

const project = new Project({ "map.json": "{}" });
after(() => project.remove());
const run = (shell, args, env = {}) => {
  const result = spawnSync(shell, args, {
    cwd: project.path,
    encoding: "utf8",
    env: { ...process.env, PATH: `${dirname(binary)}:${process.env.PATH}`, HOME: project.path, TERM: "dumb", ...env },
  });
  assert.equal(result.stderr, "");
  return result.stdout;
};
const words = (text) => text.split("\n").filter((line) => line !== "");

// The line that is typed, and some of what is offered, all of it, or nothing.
const cases = [
  ["demarc gr", ["graph"]],
  ["demarc scan --form", ["--format"]],
  ["demarc scan --format ", ["pretty", "json", "ndjson"]],
  ["demarc graph --level mo", ["module"]],
  ["demarc graph -f m", ["mermaid"]],
  ["demarc list bo", ["boundaries"]],
  ["demarc completions f", ["fish"]],
  ["demarc schema res", ["resolve", "result"]],
];

test("bash", { skip: needs("bash") }, () => {
  const script = project.write("completions.bash", project.run(["completions", "bash"]).stdout);
  assert.equal(spawnSync("bash", ["-n", script]).status, 0);
  const complete = (...typed) =>
    words(run("bash", ["--norc", "-c", `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _demarc; printf '%s\\n' "\${COMPREPLY[@]}"`, script, ...typed]));
  for (const [line, offered] of cases) assert.deepEqual(complete(...line.split(" ")), offered, line);
  assert.deepEqual(complete("demarc", "scan", "--format", "=", "nd"), ["ndjson"]);
  assert.deepEqual(complete("demarc", "scan", "--format", "="), ["pretty", "json", "ndjson"]);
  assert.deepEqual(complete("demarc", "scan", "-o", "ma"), []);  // a file: bash's own
  assert.ok(complete("demarc", "").includes("scan"));
});

test("fish", { skip: needs("fish") }, () => {
  const folder = join(project.path, ".config/fish/completions");
  mkdirSync(folder, { recursive: true });
  project.write(".config/fish/completions/demarc.fish", project.run(["completions", "fish"]).stdout);
  const complete = (line) => words(run("fish", ["-c", `complete -C ${JSON.stringify(line)}`])).map((row) => row.split("\t")[0]);
  for (const [line, offered] of cases) assert.deepEqual(complete(line).sort(), [...offered].sort(), line);
  assert.ok(complete("demarc scan -o ma").includes("map.json"));
});

test("zsh", { skip: needs("zsh") }, () => {
  const script = project.write("_demarc", project.run(["completions", "zsh"]).stdout);
  assert.equal(spawnSync("zsh", ["-n", script]).status, 0);
  // Completion works in a line editor only, so one is run on a terminal of zsh's own (zpty), and the list that it shows
  // is read.
  const complete = (line) =>
    run("zsh", ["-f", "-c", `
      zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell "PS1= ; autoload -Uz compinit; compinit -u -d $PWD/dump; source ./_demarc; zstyle ':completion:*' list-colors ''; echo re''ady"
      zpty -r -m shell text '*ready*'
      zpty -w -n shell $'${line}\\t\\t'
      sleep 1
      while zpty -r -t shell text; do print -r -- $text; done
      zpty -d shell
    `], { COLUMNS: "200" });
  assert.match(complete("demarc gr"), /demarc graph/);
  assert.match(complete("demarc graph --level mo"), /--level module/);
  assert.match(complete("demarc list bo"), /list boundaries/);
  assert.match(complete("demarc scan --format="), /ndjson/);
});
