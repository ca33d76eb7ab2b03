// Where the client begins, and what each beginning costs.

import type { App, View } from "../app";
import { bar, h } from "../dom";
import { Table } from "../table";
import { count, size } from "../text";

export function makeBoundaries(app: App): View {
  const { report } = app;
  const costs = report.boundaries;
  const most = Math.max(1, ...costs.map((cost) => cost.total.bytes));
  const environments = new Set(costs.map((cost) => cost.environment)).size > 1;
  const number = (text: string) => h("span", { class: "tabular" }, text);
  const table = new Table({
    label: "Client boundaries",
    nouns: ["boundary", "boundaries"],
    rows: costs.length,
    sort: "exclusive",
    text: (row) => report.ids[costs[row].module],
    empty: "No module of this project begins a client.",
    open: (row) => app.go("why", report.ids[costs[row].module], { in: app.environmentName(costs[row].environment) }),
    columns: [
      {
        key: "module",
        title: "Module",
        width: "minmax(12rem, 1fr)",
        value: (row) => report.ids[costs[row].module],
        cell: (row) => app.link(costs[row].module, costs[row].environment),
      },
      ...(environments
        ? [
            {
              key: "environment",
              title: "In",
              width: "6rem",
              wide: true,
              value: (row: number) => costs[row].environment,
              cell: (row: number) => app.environmentChip(costs[row].environment),
            },
          ]
        : []),
      {
        key: "own",
        title: "Own",
        hint: "The file itself",
        width: "6rem",
        numeric: true,
        wide: true,
        value: (row) => costs[row].own,
        cell: (row) => number(size(costs[row].own)),
      },
      {
        key: "exclusive",
        title: "Exclusive",
        hint: "What would leave the client if this boundary did",
        width: "7rem",
        numeric: true,
        value: (row) => costs[row].exclusive.bytes,
        cell: (row) => number(size(costs[row].exclusive.bytes)),
      },
      {
        key: "exclusiveModules",
        title: "Modules",
        hint: "Modules that would leave the client if this boundary did",
        width: "6rem",
        numeric: true,
        wide: true,
        value: (row) => costs[row].exclusive.modules,
        cell: (row) => number(count(costs[row].exclusive.modules)),
      },
      {
        key: "total",
        title: "Total",
        hint: "All it reaches, shared with other boundaries or not",
        width: "7rem",
        numeric: true,
        value: (row) => costs[row].total.bytes,
        cell: (row) => number(size(costs[row].total.bytes)),
      },
      {
        key: "totalModules",
        title: "Modules",
        hint: "All modules it reaches",
        width: "6rem",
        numeric: true,
        wide: true,
        value: (row) => costs[row].total.modules,
        cell: (row) => number(count(costs[row].total.modules)),
      },
      {
        key: "share",
        title: "Exclusive in total",
        hint: "The dark part is exclusive",
        width: "10rem",
        wide: true,
        numeric: true,
        value: (row) => costs[row].exclusive.bytes / Math.max(1, costs[row].total.bytes),
        cell(row) {
          const outer = bar(costs[row].total.bytes / most, "bar within client");
          const inner = h("span", { class: "bar-inner" });
          inner.style.width = `${(costs[row].exclusive.bytes / Math.max(1, costs[row].total.bytes)) * 100}%`;
          outer.firstElementChild?.append(inner);
          return outer;
        },
      },
    ],
  });
  return {
    element: h(
      "div",
      { class: "page fills" },
      h(
        "p",
        { class: "lead" },
        "A boundary is where the client begins: a module that says ",
        h("code", {}, '"use client"'),
        " and that server code imports, or an entry of the client. ",
        h("strong", {}, "Exclusive"),
        " is what would leave the client with it; the rest of ",
        h("strong", {}, "total"),
        " is shared with other boundaries.",
      ),
      table.element,
    ),
    show() {},
  };
}
