// The directive map by bundler builds: each environment is built from its entries, directives are looked for in every
// file that a build loaded, and files whose directive belongs to another environment are entries of that one's next.

import fs from "node:fs";

import { DirectiveMap, directivesOf, isScript, readProject } from "./peer.mjs";

/** build(project, environment, entries) gives back the files it loaded; textOf(file) their text. */
export async function walkByBuilds(projectFile, build, textOf) {
  const project = readProject(projectFile);
  const map = new DirectiveMap(project.root);
  const files = new Map();
  const wanted = new Map([...project.environments.keys()].map((name) => [name, new Set()]));
  const built = new Map([...project.environments.keys()].map((name) => [name, new Set()]));
  for (const { file, environment } of project.entries) wanted.get(environment).add(fs.realpathSync(file));

  for (let isDone = false; !isDone; ) {
    isDone = true;
    for (const [name, entries] of wanted) {
      const fresh = [...entries].filter((file) => !built.get(name).has(file));
      if (fresh.length === 0) continue;
      isDone = false;
      for (const file of await build(project, project.environments.get(name), fresh)) {
        built.get(name).add(file);
        if (!isScript(file)) continue;
        let directives = files.get(file);
        if (directives === undefined) {
          directives = directivesOf(textOf(file));
          files.set(file, directives);
          map.add(file, directives);
        }
        for (const directive of directives) {
          for (const other of project.boundaries[directive] ?? []) wanted.get(other).add(file);
        }
      }
      for (const file of fresh) built.get(name).add(file);
    }
  }
  return { map, modules: files.size };
}
