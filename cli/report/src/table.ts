// A table that sorts, filters and scrolls through any number of rows.

import { append, h, icon, newId } from "./dom";
import { List } from "./list";
import { counted } from "./text";

export interface Column {
  key: string;
  title: string;
  hint?: string; // what the column says, in a sentence
  width: string; // of CSS grid
  numeric?: boolean;
  wide?: boolean; // left out where the window is narrow
  value(row: number): number | string; // what it sorts by
  cell(row: number): Node | string;
}

export interface TableOptions {
  label: string;
  nouns: [one: string, many: string];
  columns: Column[];
  rows: number;
  sort: string; // key of a column; numbers the largest first
  text(row: number): string; // what the filter looks at
  extra?: HTMLElement[]; // beside the filter
  accepts?(row: number): boolean; // another filter
  open?(row: number): void; // a row was clicked
  empty: string; // said when there are no rows at all
}

const UP = "M8 4l4 6H4z";
const DOWN = "M8 12l4-6H4z";

export class Table {
  readonly element: HTMLElement;
  readonly #list: List;
  readonly #filter: HTMLInputElement;
  readonly #summary: HTMLElement;
  readonly #heads = new Map<string, HTMLElement>();
  #order: number[] = [];
  #sort: string;
  #descending: boolean;

  constructor(readonly options: TableOptions) {
    const { columns } = options;
    this.#sort = options.sort;
    this.#descending = columns.find((column) => column.key === options.sort)?.numeric ?? false;
    this.#filter = h("input", {
      type: "search",
      class: "field",
      placeholder: `Filter ${options.nouns[1]}`,
      "aria-label": `Filter ${options.nouns[1]}`,
      oninput: () => this.update(),
    });
    this.#summary = h("span", { class: "summary", role: "status" });
    this.#list = new List({
      rowHeight: 36,
      label: options.label,
      role: "rowgroup",
      rowRole: "row",
      render: (index) => this.#row(this.#order[index]),
    });
    const id = newId("table");
    const head = h(
      "div",
      { class: "table-head", role: "row" },
      columns.map((column) => {
        const cell = h(
          "div",
          { role: "columnheader", class: cellClass(column) },
          h("button", { class: "sort", title: column.hint, onclick: () => this.#sortBy(column) }, column.title),
        );
        this.#heads.set(column.key, cell);
        return cell;
      }),
    );
    this.element = h(
      "div",
      { class: "table-panel" },
      h("div", { class: "toolbar" }, this.#filter, options.extra ?? [], this.#summary),
      h("div", { class: "table", role: "table", "aria-label": options.label, id }, head, this.#list.element),
    );
    // Custom properties pass through the object model where style attributes may not.
    this.element.style.setProperty("--columns", columns.map((column) => column.width).join(" "));
    this.element.style.setProperty(
      "--narrow-columns",
      columns.filter((column) => !column.wide).map((column) => column.width).join(" "),
    );
    this.#mark();
    this.update();
  }

  update() {
    const { options } = this;
    const words = this.#filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const order: number[] = [];
    for (let row = 0; row < options.rows; ++row) {
      if (options.accepts && !options.accepts(row)) continue;
      const text = words.length > 0 ? options.text(row).toLowerCase() : "";
      if (words.every((word) => text.includes(word))) order.push(row);
    }
    const column = options.columns.find((known) => known.key === this.#sort);
    if (column) {
      const values = new Map(order.map((row) => [row, column.value(row)]));
      const sign = this.#descending ? -1 : 1;
      order.sort((a, b) => {
        const left = values.get(a)!;
        const right = values.get(b)!;
        return (left < right ? -sign : left > right ? sign : 0) || a - b;
      });
    }
    this.#order = order;
    this.#list.reset(order.length);
    const all = counted(options.rows, ...options.nouns);
    this.#summary.textContent =
      options.rows === 0 ? options.empty : order.length === options.rows ? all : `${order.length.toLocaleString("en-US")} of ${all}`;
  }

  #sortBy(column: Column) {
    this.#descending = column.key === this.#sort ? !this.#descending : (column.numeric ?? false);
    this.#sort = column.key;
    this.#mark();
    this.update();
  }

  #mark() {
    for (const [key, cell] of this.#heads) {
      cell.querySelector("svg")?.remove();
      cell.setAttribute("aria-sort", key !== this.#sort ? "none" : this.#descending ? "descending" : "ascending");
      if (key === this.#sort) cell.firstElementChild?.append(icon(this.#descending ? DOWN : UP));
    }
  }

  #row(row: number): HTMLElement {
    const { options } = this;
    const element = h("div", {
      class: options.open ? "table-row opens" : "table-row",
      onclick: (event: MouseEvent) => {
        if (!(event.target as Element).closest("a, button")) options.open?.(row);
      },
    });
    append(
      element,
      options.columns.map((column) => h("div", { role: "cell", class: cellClass(column) }, column.cell(row))),
    );
    return element;
  }
}

const cellClass = (column: Column) => `cell${column.numeric ? " number" : ""}${column.wide ? " wide" : ""}`;
