// rolldown's scan, which loads and links like its build and generates nothing, and a look at every file that it loaded.
//
//   node rolldown.mjs PROJECT.json
//
// As with esbuild (see there), each environment is a scan of its own.

import fs from "node:fs";

import { scan } from "rolldown/experimental";

import { walkByBuilds } from "./builds.mjs";
import { report } from "./peer.mjs";

const ENTRY = "entries of the scan";

async function build(project, environment, entries) {
  const { conditions, mainFields } = environment;
  const loaded = [];
  await (
    await scan({
      cwd: project.root,
      input: ENTRY,
      platform: "neutral",
      resolve: {
        conditionNames: [...conditions, "import", "default"],
        mainFields: [...mainFields, "main"],
        aliasFields: mainFields.includes("browser") ? [["browser"]] : [],
        extensions: environment.extensions,
      },
      ...(project.tsconfig ? { tsconfig: project.tsconfig } : {}),
      external: [/^(?:node:|cloudflare:|virtual:)/, /\?/, /\.(?:css|svg|png|jpe?g|gif|webp|woff2|mdx)$/],
      logLevel: "silent",
      onLog() {},
      plugins: [
        {
          name: "loaded",
          // One module that imports them all, as for esbuild.
          resolveId: { filter: { id: /^entries of the scan$/ }, handler: (id) => `\0${id}` },
          load: {
            filter: { id: /^\0entries of the scan$/ },
            handler: () => entries.map((file) => `import ${JSON.stringify(file)};\n`).join(""),
          },
          moduleParsed: ({ id }) => {
            if (!id.startsWith("\0")) loaded.push(id);
          },
        },
      ],
    })
  );
  return loaded;
}

await report(() => walkByBuilds(process.argv[2], build, (file) => fs.readFileSync(file, "utf8")));
