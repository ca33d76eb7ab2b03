// A chain of imports, from an entry down to a module, with the line where server ends and client begins.

import type { App } from "./app";
import type { Step } from "./chains";
import { h } from "./dom";

// How an import is written, where that says more than "import".
const KINDS: Record<string, string> = {
  import: "imports",
  "side-effect": "imports for its effects",
  "export-from": "re-exports from",
  "export-all": "re-exports all of",
  dynamic: "imports when needed",
  require: "requires",
  "require-resolve": "resolves",
  "import-equals": "requires",
  glob: "matches by a glob",
  url: "names as a URL",
  worker: "starts as a worker",
  "dynamic-glob": "may import",
  "require-glob": "may require",
};
export const kindText = (kind: string) => KINDS[kind] ?? kind;

export function chainList(app: App, steps: Step[]): HTMLElement {
  const { edges, payload } = app.report;
  return h(
    "ol",
    { class: "chain" },
    steps.flatMap((step, i) => {
      const isClient = app.isClient(step.environment);
      const row = h(
        "li",
        { class: `step ${isClient ? "client" : "server"}${i === steps.length - 1 ? " last" : ""}` },
        app.link(step.module, step.environment),
        step.edge >= 0 &&
          h(
            "span",
            { class: "via" },
            edges.line[step.edge] > 0 ? `line ${edges.line[step.edge]} · ` : "",
            kindText(payload.ways[edges.way[step.edge]][0]),
          ),
      );
      if (!step.boundary) return [row];
      const crossing = h(
        "li",
        { class: `crossing ${isClient ? "client" : "server"}` },
        h("span", {}, h("code", {}, `"${app.directiveOf(step.module)}"`), ` moves to ${isClient ? "the client" : "the server"}`),
      );
      return [crossing, row];
    }),
  );
}
