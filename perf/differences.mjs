// Why a peer's map of the modules with directives differs from demarc's: the kinds of difference that are known. A
// difference that is of no kind is shown as unexplained. `holds` is asked about { set, file, only } and what demarc's
// graph says: importers of a file as [{ importer, specifier, environment }], whether all ways to it take a
// glob, whether it has functions with a directive, and whether it is a module at all.

const isRwsdk = (peer) => peer.startsWith("rwsdk");

export const KINDS = [
  {
    name: "dotted-specifier",
    applies: isRwsdk,
    because: "rwsdk takes a specifier with a dot in its last part, and no script's ending, for an asset, and does not follow it",
    holds: ({ only, file }, { importersOf }) =>
      only === "demarc" &&
      importersOf(file).length > 0 &&
      importersOf(file).every(({ specifier }) => /\.[^/]+$/.test(specifier) && !/\.(?:[cm]?[jt]sx?|mdx)$/.test(specifier)),
  },
  {
    name: "inside-boundary",
    applies: (peer) => peer === "plugin-rsc",
    because: "plugin-rsc lists client modules that server code imports; one that only client code reaches has no reference",
    holds: ({ set, only, file }, { importersOf, serverEnvironment }) =>
      set === "clientFiles" &&
      only === "demarc" &&
      importersOf(file).length > 0 &&
      importersOf(file).every(({ environment }) => environment !== serverEnvironment),
  },
  {
    name: "function-level",
    applies: (peer) => peer === "plugin-rsc",
    because: 'plugin-rsc lists a module with "use server" in a function among the server references; demarc lists it apart',
    holds: ({ set, only, file }, { hasServerFunction }) => set === "serverFiles" && only === "peer" && hasServerFunction(file),
  },
  {
    name: "external-package",
    applies: (peer) => peer === "plugin-rsc",
    because: "plugin-rsc leaves packages that do not ask for React external, and what they import is not looked at",
    holds: ({ only, file }) => only === "demarc" && file.includes("/node_modules/"),
  },
  {
    name: "other-environment",
    applies: (peer) => peer === "esbuild" || peer === "rolldown",
    because: "these builds go on behind a client module with the server's conditions, which lead to files that no build of it has",
    holds: ({ only, file }, { isModule }) => only === "peer" && !isModule(file),
  },
  {
    name: "glob",
    applies: (peer) => !isRwsdk(peer) && peer !== "plugin-rsc",
    because: "only an import.meta.glob leads there, which is Vite's and which this peer does not know",
    holds: ({ only, file }, { importersOf, needsGlob }) => only === "demarc" && importersOf(file).length > 0 && needsGlob(file),
  },
  {
    name: "prescan",
    applies: (peer) => !isRwsdk(peer),
    because: "as rwsdk does, demarc takes files of the app with a directive for entries; the peers begin at the entry alone",
    holds: ({ only, file }, { importersOf }) => only === "demarc" && !file.includes("/node_modules/") && importersOf(file).length === 0,
  },
];

export function differencesOfMaps(ours, theirs) {
  const found = [];
  for (const set of ["clientFiles", "serverFiles"]) {
    const [a, b] = [new Set(ours[set]), new Set(theirs[set])];
    for (const file of a) if (!b.has(file)) found.push({ set, file, only: "demarc" });
    for (const file of b) if (!a.has(file)) found.push({ set, file, only: "peer" });
  }
  return found;
}

/** Differences with the kind that explains each, or null. */
export function explain(peer, differences, graph) {
  const kinds = KINDS.filter(({ applies }) => applies(peer));
  return differences.map((difference) => ({ ...difference, kind: kinds.find(({ holds }) => holds(difference, graph))?.name ?? null }));
}
