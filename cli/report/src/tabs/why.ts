// Why a module is there: importers ← module → imports, with the shortest chain from an entry in the middle.

import type { App, View } from "../app";
import { chainList, kindText } from "../chain_list";
import type { Step } from "../chains";
import { Flag } from "../data";
import { h, replace } from "../dom";
import { List } from "../list";
import { hashOf } from "../route";
import { count, counted, size } from "../text";

const MOST_CHAINS = 100;

interface Neighbour {
  module: number; // -1: no module
  name: string;
  note: string;
  line: number;
  mask: number;
}

// Modules beside the one that is shown, with a filter when they are many.
class Neighbours {
  readonly element: HTMLElement;
  readonly #title = h("h2");
  readonly #filter: HTMLInputElement;
  readonly #list: List;
  #all: Neighbour[] = [];
  #shown: Neighbour[] = [];

  constructor(app: App, readonly what: string, readonly none: string) {
    this.#filter = h("input", {
      type: "search",
      class: "field",
      placeholder: "Filter",
      "aria-label": `Filter: ${what}`,
      oninput: () => this.#update(),
    });
    this.#list = new List({
      rowHeight: 46,
      label: what,
      render: (index) => {
        const { module, name, note, line, mask } = this.#shown[index];
        return h(
          "div",
          { class: "neighbour" },
          module >= 0
            ? app.link(module)
            : h("span", { class: "path", title: name }, h("bdi", { class: "base" }, name)),
          h(
            "span",
            { class: "via" },
            line > 0 ? `line ${line} · ` : "",
            note,
            app.report.payload.environments
              .map((_, i) => i)
              .filter((i) => (mask >> i) & 1)
              .map((i) => h("span", { class: `dot ${app.isClient(i) ? "client" : "server"}`, title: app.environmentName(i) })),
          ),
        );
      },
    });
    this.element = h("section", { class: "card neighbours" }, h("header", {}, this.#title), this.#filter, this.#list.element);
  }

  set(all: Neighbour[]) {
    this.#all = all;
    this.#filter.value = "";
    this.#filter.hidden = all.length < 12;
    const modules = new Set(all.map((neighbour) => (neighbour.module >= 0 ? neighbour.module : neighbour.name))).size;
    replace(this.#title, all.length === 0 ? this.none : [`${this.what} `, h("span", { class: "quiet tabular" }, count(modules))]);
    this.#update();
  }

  #update() {
    const words = this.#filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    this.#shown = this.#all.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
    this.#list.element.style.setProperty("--rows", String(this.#shown.length));
    this.#list.reset(this.#shown.length);
  }
}

export function makeWhy(app: App): View {
  const { report } = app;
  const { payload, edges } = report;
  const importers = new Neighbours(app, "Imported by", "Imported by nothing");
  const imports = new Neighbours(app, "Imports", "Imports nothing");
  const middle = h("section", { class: "card subject" });
  const columns = h("div", { class: "why" }, importers.element, middle, imports.element);
  const start = h("div", { class: "why-start" });
  const element = h("div", { class: "page fills" }, start, columns);

  function neighbour(module: number, edge: number): Neighbour {
    const [kind, mask] = payload.ways[edges.way[edge]];
    return { module, name: report.ids[module], note: kindText(kind), line: edges.line[edge], mask };
  }

  function importersOf(module: number): Neighbour[] {
    const all: Neighbour[] = [];
    const { start, edge } = report.importers;
    for (let i = start[module]; i < start[module + 1]; ++i) all.push(neighbour(report.from[edge[i]], edge[i]));
    return all.sort((a, b) => a.module - b.module || a.line - b.line);
  }

  function importsOf(module: number): Neighbour[] {
    const all: Neighbour[] = [];
    for (let edge = edges.start[module]; edge < edges.start[module + 1]; ++edge) all.push(neighbour(edges.to[edge], edge));
    const { leaves } = report;
    for (let edge = leaves.start[module]; edge < leaves.start[module + 1]; ++edge) {
      const [, mask] = payload.ways[leaves.way[edge]];
      const isUnresolved = leaves.to[edge] % 2 === 1;
      const names = isUnresolved ? payload.leaves.unresolved : payload.leaves.externals;
      all.push({
        module: -1,
        name: names[leaves.to[edge] >> 1],
        note: isUnresolved ? "not found" : "external",
        line: leaves.line[edge],
        mask,
      });
    }
    return all.sort((a, b) => a.line - b.line);
  }

  function facts(module: number): HTMLElement[] {
    const rows: [string, Node | string][] = [["Size", size(report.bytes[module])]];
    rows.push(["Package", report.packages[module] === 0 ? "your code" : h("bdi", {}, app.packageOf(module))]);
    const directive = app.directiveOf(module);
    if (directive !== "") rows.push(["Directive", h("code", {}, `"${directive}"`)]);
    if (report.flags[module] & Flag.entry) rows.push(["Entry", "yes"]);
    else if (report.flags[module] & Flag.fromPrescan) rows.push(["Entry", "by its directive"]);
    for (const cost of report.boundaries) {
      if (cost.module !== module) continue;
      rows.push(["Exclusive", `${size(cost.exclusive.bytes)} in ${counted(cost.exclusive.modules, "module")}`]);
      rows.push(["Total", `${size(cost.total.bytes)} in ${counted(cost.total.modules, "module")}`]);
      break;
    }
    const barrel = report.barrels.find((cost) => cost.module === module);
    if (barrel)
      rows.push(["Barrel", `${counted(barrel.reexports, "re-export")}, drags in ${counted(barrel.total.modules, "module")}`]);
    const functions = payload.serverFunctions.filter((known) => known.module === module).length;
    if (functions > 0) rows.push(["Functions", h("a", { href: hashOf("functions") }, counted(functions, "server function"))]);
    const findings = payload.findings.filter((finding) => finding.file === report.ids[module]);
    if (findings.length > 0) {
      const first = findings[0];
      const place = `${first.file}${first.line ? `:${first.line}:${first.column}` : ""}`;
      rows.push(["Findings", h("a", { href: hashOf("findings", place, { rule: first.rule }) }, counted(findings.length, "finding"))]);
    }
    return rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
  }

  function alternatives(chains: Step[][], importersThere: number): (HTMLElement | false)[] {
    const others = chains.slice(1);
    return [
      others.length > 0 && h("h3", {}, `Other ways in `, h("span", { class: "quiet tabular" }, count(importersThere - 1))),
      others.length > 0 &&
        h(
          "div",
          { class: "ways" },
          others.map((steps) => {
            const before = steps[steps.length - 2] ?? steps[0];
            const details = h(
              "details",
              {
                // The chain is made when it is first looked at.
                ontoggle: () => {
                  if (details.open && details.childElementCount === 1) details.append(chainList(app, steps));
                },
              },
              h(
                "summary",
                {},
                h("span", { class: "path", title: report.ids[before.module] }, h("bdi", {}, "by "), h("bdi", { class: "folder" }, report.ids[before.module])),
                h("span", { class: "quiet" }, counted(steps.length, "step")),
              ),
            );
            return details;
          }),
        ),
      importersThere > MOST_CHAINS && h("p", { class: "quiet" }, `The first ${MOST_CHAINS} of ${count(importersThere)} are shown.`),
    ];
  }

  function show(module: number, asked: string) {
    const environments = app.environmentsOf(module);
    // The client's way in is what one comes for; a server module has only its own.
    const wanted = environments.find((environment) => app.environmentName(environment) === asked);
    const usual = environments.find((environment) => app.isClient(environment) && app.chains.shortest(module, environment).length > 0);
    const environment = wanted ?? usual ?? environments[0];
    const { chains, importers: number } = app.chains.all(module, environment, MOST_CHAINS);
    const shortest = app.chains.shortest(module, environment);
    const at = report.ids[module].lastIndexOf("/") + 1;
    replace(
      middle,
      h(
        "header",
        { class: "subject-name" },
        h("h2", { tabindex: "-1" }, h("bdi", { class: "folder" }, report.ids[module].slice(0, at)), h("bdi", { class: "base" }, report.ids[module].slice(at))),
      ),
      h("dl", { class: "facts" }, facts(module)),
      h(
        "div",
        { class: "segments", role: "group", "aria-label": "Environment" },
        environments.map((known) =>
          h(
            "button",
            {
              "aria-pressed": String(known === environment),
              onclick: () => {
                app.note("why", report.ids[module], { in: app.environmentName(known) });
                show(module, app.environmentName(known));
                [...middle.querySelectorAll<HTMLElement>(".segments button")].find((b) => b.getAttribute("aria-pressed") === "true")?.focus();
              },
            },
            h("span", { class: `dot ${app.isClient(known) ? "client" : "server"}`, "aria-hidden": "true" }),
            h("bdi", {}, app.environmentName(known)),
          ),
        ),
      ),
      shortest.length > 0
        ? [h("h3", {}, "Shortest chain from an entry ", h("span", { class: "quiet tabular" }, counted(shortest.length, "step"))), chainList(app, shortest)]
        : h("p", { class: "quiet" }, "No chain of imports leads here in this environment."),
      alternatives(chains, number),
    );
    middle.scrollTop = 0;
    importers.set(importersOf(module));
    imports.set(importsOf(module));
  }

  function begin(missing: string) {
    const suggested = report.boundaries.slice(0, 5).map((cost) => h("li", {}, app.link(cost.module, cost.environment)));
    const entries: HTMLElement[] = [];
    for (let module = 0; module < report.count && entries.length < 5; ++module)
      if (report.flags[module] & Flag.entry) entries.push(h("li", {}, app.link(module)));
    replace(
      start,
      h(
        "section",
        { class: "card" },
        missing !== "" && h("p", { class: "notice" }, "No module of this report is called ", h("bdi", { class: "code" }, missing), "."),
        h("h2", {}, "Why is a module here?"),
        h("p", {}, "Search for it by any part of its path: press ", h("kbd", {}, "/"), " and type. Or begin with one of these:"),
        suggested.length > 0 && [h("h3", {}, "The costliest boundaries"), h("ul", { class: "plain" }, suggested)],
        entries.length > 0 && [h("h3", {}, "Entries"), h("ul", { class: "plain" }, entries)],
      ),
    );
  }

  return {
    element,
    show(route) {
      const module = route.selected === "" ? -1 : report.find(route.selected);
      start.hidden = module >= 0;
      columns.hidden = module < 0;
      if (module >= 0) show(module, route.more.in ?? "");
      else begin(route.selected);
    },
  };
}
