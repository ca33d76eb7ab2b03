// What was scanned, with which assumptions, and what it took.

import { type App, pathParts, type View } from "../app";
import { h } from "../dom";
import { count, counted, duration, memory, share, size } from "../text";

type Row = [string, Node | string | (Node | string)[]];

const table = (rows: Row[]) =>
  h("dl", { class: "properties" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));

export function makeRun(app: App): View {
  const { report } = app;
  const { payload } = report;
  const { run } = payload;
  const created = run.created ? new Date(run.created) : undefined;
  const environments = payload.environments.map((environment, number) => {
    let modules = 0;
    let bytes = 0;
    for (let module = 0; module < report.count; ++module)
      if ((report.environments[module] >> number) & 1) {
        ++modules;
        bytes += report.bytes[module];
      }
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, app.environmentChip(number)),
      h("td", { class: "number" }, modules === 0 ? h("span", { class: "quiet" }, "not walked") : count(modules)),
      h("td", { class: "number" }, modules === 0 ? "" : size(bytes)),
      h("td", {}, environment.conditions ? h("code", {}, environment.conditions.join(", ") || "none") : h("span", { class: "quiet" }, "not known")),
    );
  });
  const extensions = [...run.byExtension].sort((a, b) => b[1] - a[1]);
  const licences = document.getElementById("licences")?.textContent ?? "";
  return {
    element: h(
      "div",
      { class: "page run" },
      h(
        "section",
        { class: "card" },
        h("h2", {}, "Project"),
        table([
          ["Root", h("bdi", { class: "code" }, payload.root)],
          ["Framework", [payload.framework, h("span", { class: "quiet" }, run.frameworkEvidence ? ` · ${run.frameworkEvidence}` : "")]],
          ["Vite configuration", run.viteConfig === "" ? "none" : [h("bdi", { class: "code" }, run.viteConfig), h("span", { class: "quiet" }, " · never executed")]],
          ["Mode", run.mode],
          ["Complete", payload.complete ? "yes" : "no: something could not be read or decided"],
        ]),
        h("h3", {}, "Entries"),
        h(
          "ul",
          { class: "plain" },
          payload.entries.map((entry) => {
            const module = report.find(entry.path.startsWith("/") ? entry.path : `/${entry.path.replace(/^\.\//, "")}`);
            return h(
              "li",
              {},
              module >= 0 ? app.link(module) : h("span", { class: "path" }, pathParts(entry.path)),
              entry.environment !== "" && h("span", { class: "chip" }, h("bdi", {}, entry.environment)),
              h("span", { class: "quiet" }, entry.evidence),
            );
          }),
        ),
      ),
      h(
        "section",
        { class: "card" },
        h("h2", {}, "Environments"),
        h(
          "div",
          { class: "scrolls" },
          h(
            "table",
            { class: "small-table" },
            h("thead", {}, h("tr", {}, ["Environment", "Modules", "Sources", "Conditions"].map((title, i) => h("th", { scope: "col", class: i === 1 || i === 2 ? "number" : "" }, title)))),
            h("tbody", {}, environments),
          ),
        ),
        h("p", { class: "quiet" }, "Besides these conditions there are import or require, default, and the mode."),
      ),
      h(
        "section",
        { class: "card" },
        h("h2", {}, "Time and memory"),
        table([
          ["Scan", duration(run.scanMs)],
          ["Audit", duration(run.auditMs)],
          ["In all", duration(run.durationMs)],
          ["Threads", count(run.threads)],
          ["Peak memory", [memory(run.peakBytes), h("span", { class: "quiet" }, run.budgetBytes > 0 ? ` · the bound is ${memory(run.budgetBytes)}` : "")]],
          ["Tables of the scan", memory(run.ledgerBytes)],
        ]),
      ),
      h(
        "section",
        { class: "card" },
        h("h2", {}, "What was read"),
        table([
          ["Modules", count(report.count)],
          ["Modules by environment", count(run.nodes)],
          ["Imports followed", count(run.edges)],
          ["Files read", [count(run.filesRead), h("span", { class: "quiet" }, ` · ${size(run.bytesRead)}`)]],
          ["Read again by rules", count(run.filesReadAgain)],
          ["Parsed exactly", count(run.exactParses)],
          ["Folders listed", count(run.directoriesListed)],
          ["Assets left out", count(run.assetsSkipped)],
          ["Imports not found", count(run.unresolved)],
        ]),
        h("h3", {}, "By extension"),
        h(
          "ul",
          { class: "extensions" },
          extensions.map(([extension, number]) =>
            h("li", {}, h("code", {}, extension || "none"), h("span", { class: "tabular" }, count(number)), h("span", { class: "quiet" }, share(number, run.filesRead))),
          ),
        ),
      ),
      run.unknown.length > 0 &&
        h(
          "section",
          { class: "card" },
          h("h2", {}, "What could not be known"),
          h("p", { class: "quiet" }, "Nothing of the project is executed, so this was assumed:"),
          h(
            "ul",
            { class: "unknown" },
            run.unknown.map((fact) => h("li", {}, h("strong", {}, fact.what), h("span", {}, fact.assumed), h("span", { class: "quiet" }, fact.remedy))),
          ),
        ),
      h(
        "section",
        { class: "card" },
        h("h2", {}, "This report"),
        table([
          ["Made", created ? `${created.toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" })}` : "not said"],
          ["By", `${payload.tool.name} ${payload.tool.version}`],
          ["Bytes", "of source files, before anything is bundled, dropped or minified"],
          ["Holds", `${counted(report.count, "module")} by name, no source text; asks no network for anything`],
        ]),
        h("details", { class: "licences" }, h("summary", {}, "Licences"), h("pre", {}, licences)),
      ),
    ),
    show() {},
  };
}
