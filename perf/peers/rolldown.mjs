// rolldown's scan, which loads and links like its build and generates nothing, and a look at every file that it loaded.
//
//   node rolldown.mjs PROJECT.json
//
// As with esbuild (see there), each environment is a scan of its own.

import fs from "node:fs";

import { scan } from "rolldown/experimental";

import { walkByBuilds } from "./builds.mjs";
import { report } from "./peer.mjs";

async function build(project, environment, entries) {
  const { conditions, mainFields } = environment;
  const loaded = [];
  await (
    await scan({
      cwd: project.root,
      input: entries,
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
