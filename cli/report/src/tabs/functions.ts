// What clients can call over the network.

import type { App, View } from "../app";
import { h, replace } from "../dom";
import { hashOf } from "../route";
import { Table } from "../table";
import { count } from "../text";

export function makeFunctions(app: App): View {
  const { report } = app;
  const functions = report.payload.serverFunctions;
  let only = "all";
  const choices = ["all", "reachable", "unreferenced"] as const;
  const buttons = choices.map((choice) =>
    h(
      "button",
      {
        "aria-pressed": String(choice === only),
        onclick: () => {
          only = choice;
          for (const [i, button] of buttons.entries()) button.setAttribute("aria-pressed", String(choices[i] === only));
          table.update();
        },
      },
      { all: "All", reachable: "Reachable from the client", unreferenced: "Imported by nothing" }[choice],
    ),
  );
  const detail = h("aside", { class: "detail", "aria-label": "Server function" });
  const table = new Table({
    label: "Server functions",
    nouns: ["server function", "server functions"],
    rows: functions.length,
    sort: "file",
    text: (row) => `${functions[row].name} ${report.ids[functions[row].module]}`,
    extra: [h("div", { class: "segments", role: "group", "aria-label": "Which" }, buttons)],
    accepts: (row) =>
      only === "all" || (only === "reachable" ? functions[row].clientReachable : functions[row].importers.length === 0),
    empty: "This project has no server functions.",
    open,
    columns: [
      {
        key: "name",
        title: "Function",
        width: "minmax(8rem, 1fr)",
        value: (row) => functions[row].name,
        cell: (row) =>
          h(
            "button",
            { class: "link", onclick: () => open(row) },
            functions[row].name === "" ? h("em", {}, "anonymous") : h("bdi", { class: "code" }, functions[row].name),
          ),
      },
      {
        key: "file",
        title: "Declared in",
        width: "minmax(10rem, 2fr)",
        value: (row) => `${report.ids[functions[row].module]} ${String(functions[row].line).padStart(8)}`,
        cell: (row) => app.link(functions[row].module),
      },
      {
        key: "line",
        title: "Line",
        width: "4.5rem",
        numeric: true,
        wide: true,
        value: (row) => functions[row].line,
        cell: (row) => h("span", { class: "tabular" }, count(functions[row].line)),
      },
      {
        key: "level",
        title: "Directive",
        hint: "Where \"use server\" stands",
        width: "7rem",
        wide: true,
        value: (row) => (functions[row].inline ? "in the function" : "module"),
        cell: (row) => (functions[row].inline ? "inline" : "module"),
      },
      {
        key: "reachable",
        title: "Client",
        hint: "Whether a module of the client imports its module",
        width: "6rem",
        value: (row) => (functions[row].clientReachable ? 0 : 1),
        cell: (row) =>
          functions[row].clientReachable
            ? h("span", { class: "chip client" }, "reachable")
            : h("span", { class: "quiet" }, "no"),
      },
      {
        key: "importers",
        title: "Importers",
        hint: "Modules that import its module",
        width: "5.5rem",
        numeric: true,
        value: (row) => functions[row].importers.length,
        cell: (row) => h("span", { class: "tabular" }, count(functions[row].importers.length)),
      },
    ],
  });

  function open(row: number) {
    const known = functions[row];
    app.note("functions", `${report.ids[known.module]}:${known.line}:${known.name}`);
    replace(
      detail,
      h("h2", {}, known.name === "" ? h("em", {}, "anonymous function") : h("bdi", { class: "code" }, known.name)),
      h("p", {}, app.link(known.module), h("span", { class: "quiet" }, ` line ${known.line}`)),
      h(
        "p",
        {},
        known.inline
          ? 'An inline server function: "use server" stands in its body.'
          : 'An export of a module that says "use server": every export of it can be called over the network.',
        known.clientReachable ? " Code of the client imports this module." : " No code of the client imports this module.",
      ),
      h("h3", {}, known.importers.length === 0 ? "No module imports it" : "Imported by"),
      known.importers.length > 0 &&
        h(
          "ul",
          { class: "plain" },
          known.importers
            .slice(0, 200)
            .map((importer) =>
              h("li", {}, app.link(importer), app.environmentsOf(importer).map((environment) => app.environmentChip(environment))),
            ),
        ),
      known.importers.length > 200 && h("p", {}, h("a", { href: hashOf("why", report.ids[known.module]) }, "All importers")),
    );
  }

  return {
    element: h("div", { class: "page fills" }, h("div", { class: "split" }, table.element, functions.length > 0 && detail)),
    show(route) {
      const row = functions.findIndex((known) => `${report.ids[known.module]}:${known.line}:${known.name}` === route.selected);
      if (row >= 0) open(row);
      else if (functions.length > 0 && !detail.hasChildNodes())
        replace(detail, h("p", { class: "quiet" }, "Select a function to see who can call it."));
    },
  };
}
