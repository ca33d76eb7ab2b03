// How much is where, and where to look first.

import type { App, View } from "../app";
import { bar, h } from "../dom";
import { hashOf } from "../route";
import { count, counted, duration, memory, share, size } from "../text";

function tile(title: string, value: string, note: string, href?: string, kind = ""): HTMLElement {
  const inside = [
    h("span", { class: "tile-title" }, title),
    h("span", { class: "tile-value" }, value),
    h("span", { class: "tile-note" }, note),
  ];
  return href ? h("a", { class: `tile ${kind}`, href }, inside) : h("div", { class: `tile ${kind}` }, inside);
}

// The line itself: what only the server has, what both have, what only the client has.
function line(app: App): HTMLElement {
  const { report } = app;
  const { clientEnvironments: client, serverEnvironments: server } = report.payload;
  const parts = [
    { name: "Server only", kind: "server", modules: 0, bytes: 0 },
    { name: "Both", kind: "both", modules: 0, bytes: 0 },
    { name: "Client only", kind: "client", modules: 0, bytes: 0 },
  ];
  for (let module = 0; module < report.count; ++module) {
    const mask = report.environments[module];
    const part = parts[(mask & client) === 0 ? 0 : (mask & server) !== 0 ? 1 : 2];
    ++part.modules;
    part.bytes += report.bytes[module];
  }
  const whole = parts.reduce((sum, part) => sum + part.bytes, 0);
  return h(
    "section",
    { class: "line", "aria-label": "Where the source bytes are" },
    h(
      "div",
      { class: "line-bar", "aria-hidden": "true" },
      parts.map((part) => {
        const element = h("span", { class: `line-part ${part.kind}` });
        element.style.flexGrow = String(whole > 0 ? part.bytes / whole : 0);
        element.hidden = part.bytes === 0;
        return element;
      }),
    ),
    h(
      "dl",
      { class: "line-legend" },
      parts.map((part) =>
        h(
          "div",
          { class: part.kind },
          h("dt", {}, part.name),
          h("dd", {}, h("strong", {}, size(part.bytes)), ` ${share(part.bytes, whole)} · ${counted(part.modules, "module")}`),
        ),
      ),
    ),
  );
}

function ranking(title: string, all: string, allHash: string, rows: HTMLElement[], empty: string): HTMLElement {
  return h(
    "section",
    { class: "card" },
    h("header", {}, h("h2", {}, title), rows.length > 0 && h("a", { href: allHash }, all)),
    rows.length > 0 ? h("ol", { class: "ranking" }, rows) : h("p", { class: "quiet" }, empty),
  );
}

function rank(name: Node, value: number, most: number, note: string, kind: string): HTMLElement {
  return h(
    "li",
    {},
    h("span", { class: "rank-name" }, name),
    h("span", { class: "rank-note" }, note),
    h("span", { class: "rank-value" }, size(value)),
    bar(most > 0 ? value / most : 0, `bar ${kind}`),
  );
}

export function makeOverview(app: App): View {
  const { report } = app;
  const { payload } = report;
  const active = payload.findings.filter((finding) => !finding.standing);
  const errors = active.filter((finding) => finding.level === "error").length;
  const warnings = active.filter((finding) => finding.level === "warn").length;
  const reachable = payload.serverFunctions.filter((known) => known.clientReachable).length;

  const byRule = new Map<string, number>();
  for (const finding of active) byRule.set(finding.rule, (byRule.get(finding.rule) ?? 0) + 1);
  const rules = [...byRule].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 8);
  const levelOf = (rule: string) => active.find((finding) => finding.rule === rule)?.level ?? "info";

  const boundaries = report.boundaries.slice(0, 8);
  const packages = payload.packageCosts.slice(0, 8);
  const barrels = [...report.barrels].sort((a, b) => b.total.bytes - a.total.bytes).slice(0, 8);
  const { run } = payload;
  return {
    element: h(
      "div",
      { class: "page overview" },
      !payload.complete &&
        h("p", { class: "notice" }, "Something could not be read or decided, so this report is not the whole graph."),
      line(app),
      h(
        "div",
        { class: "tiles" },
        tile("Client", size(payload.client[1]), counted(payload.client[0], "module"), hashOf("treemap"), "client"),
        tile("Server only", size(payload.server[1]), counted(payload.server[0], "module"), undefined, "server"),
        tile("Boundaries", count(report.boundaries.length), "where the client begins", hashOf("boundaries")),
        tile("Server functions", count(payload.serverFunctions.length), `${count(reachable)} reachable from the client`, hashOf("functions")),
        tile(
          "Findings",
          count(active.length),
          `${counted(errors, "error")}, ${counted(warnings, "warning")}, ${counted(active.length - errors - warnings, "note")}`,
          hashOf("findings"),
          errors > 0 ? "error" : warnings > 0 ? "warn" : "good",
        ),
      ),
      h(
        "div",
        { class: "cards" },
        ranking(
          "Boundaries by what only they bring",
          "All boundaries",
          hashOf("boundaries"),
          boundaries.map((cost) =>
            rank(
              app.link(cost.module, cost.environment),
              cost.exclusive.bytes,
              boundaries[0].exclusive.bytes,
              counted(cost.exclusive.modules, "module"),
              "client",
            ),
          ),
          "No module of this project begins a client.",
        ),
        ranking(
          "Packages in the client",
          "Treemap",
          hashOf("treemap"),
          packages.map(([name, modules, bytes]) =>
            rank(
              name === "" ? h("span", {}, "Your code") : h("bdi", { class: "base" }, name),
              bytes,
              packages[0][2],
              counted(modules, "module"),
              name === "" ? "own" : "client",
            ),
          ),
          "Nothing is in the client.",
        ),
        ranking(
          "Findings by rule",
          "All findings",
          hashOf("findings"),
          rules.map(([rule, number]) =>
            h(
              "li",
              {},
              h(
                "span",
                { class: "rank-name" },
                h("span", { class: `dot ${levelOf(rule)}`, role: "img", "aria-label": levelOf(rule) }),
                h("a", { href: hashOf("findings", "", { rule }) }, rule),
              ),
              h("span", { class: "rank-value" }, count(number)),
            ),
          ),
          "Nothing was found.",
        ),
        ranking(
          "Barrels in the client, by what they reach",
          "",
          hashOf("boundaries"),
          barrels.map((cost) =>
            rank(
              app.link(cost.module, cost.environment),
              cost.total.bytes,
              barrels[0].total.bytes,
              `${counted(cost.reexports, "re-export")}, ${counted(cost.total.modules, "module")}`,
              "both",
            ),
          ),
          "No module of the client mostly re-exports others.",
        ),
      ),
      h(
        "p",
        { class: "footnote" },
        "Bytes are those of the source files, before anything is bundled, dropped or minified. ",
        `Scanned in ${duration(run.scanMs)}: ${counted(report.count, "module")}, ${size(run.bytesRead)} read, `,
        `${counted(run.threads, "thread")}, peak ${memory(run.peakBytes)}. `,
        h("a", { href: hashOf("run") }, "About this run"),
      ),
    ),
    show() {},
  };
}
