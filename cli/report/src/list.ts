// A list of which only the rows in sight exist: 50,000 modules scroll as ten do.

import { h } from "./dom";

export interface ListOptions {
  rowHeight: number;
  label: string;
  role?: string; // of the list; of its rows: rowRole
  rowRole?: string;
  render(index: number): HTMLElement;
}

export class List {
  readonly element: HTMLElement;
  readonly #space: HTMLElement;
  readonly #rows = new Map<number, HTMLElement>();
  #count = 0;
  #scheduled = false;

  constructor(readonly options: ListOptions) {
    this.#space = h("div", { class: "list-space", role: "presentation" });
    this.element = h(
      "div",
      { class: "list", role: options.role ?? "list", "aria-label": options.label },
      this.#space,
    );
    this.element.addEventListener("scroll", () => this.#schedule(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.#move(event));
    new ResizeObserver(() => this.#schedule()).observe(this.element);
  }

  get count() {
    return this.#count;
  }

  // The rows are others now.
  reset(count: number) {
    this.#count = count;
    this.#space.style.height = `${count * this.options.rowHeight}px`;
    this.element.scrollTop = 0;
    this.refresh();
  }

  // The same rows look different.
  refresh() {
    for (const row of this.#rows.values()) row.remove();
    this.#rows.clear();
    this.#draw();
  }

  row(index: number): HTMLElement | undefined {
    return this.#rows.get(index);
  }

  reveal(index: number) {
    const { rowHeight } = this.options;
    const { clientHeight, scrollTop } = this.element;
    if (index * rowHeight < scrollTop) this.element.scrollTop = index * rowHeight;
    else if ((index + 1) * rowHeight > scrollTop + clientHeight)
      this.element.scrollTop = (index + 1) * rowHeight - clientHeight;
    this.#draw();
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#draw();
    });
  }

  #draw() {
    const { rowHeight, render } = this.options;
    const { clientHeight, scrollTop } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / rowHeight) - 8);
    const last = Math.min(this.#count, Math.ceil((scrollTop + clientHeight) / rowHeight) + 8);
    for (const [index, row] of this.#rows)
      // One that has the focus stays, or the focus would be lost.
      if ((index < first || index >= last) && !row.contains(document.activeElement)) {
        row.remove();
        this.#rows.delete(index);
      }
    for (let index = first; index < last; ++index) {
      if (this.#rows.has(index)) continue;
      const row = render(index);
      row.setAttribute("role", this.options.rowRole ?? "listitem");
      row.setAttribute("aria-posinset", String(index + 1));
      row.setAttribute("aria-setsize", String(this.#count));
      row.classList.add("row");
      row.style.top = `${index * rowHeight}px`;
      row.style.height = `${rowHeight}px`;
      this.#rows.set(index, row);
      // In order of the index, which is the order of the tab key.
      let behind: Element | null = this.#space.firstElementChild;
      while (behind && Number((behind as HTMLElement).dataset.index) < index) behind = behind.nextElementSibling;
      row.dataset.index = String(index);
      this.#space.insertBefore(row, behind);
    }
  }

  // The arrow keys go from row to row.
  #move(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -Infinity, End: Infinity }[event.key];
    const row = (event.target as HTMLElement).closest<HTMLElement>(".row");
    if (step === undefined || !row || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.focus(Math.max(0, Math.min(this.#count - 1, Number(row.dataset.index) + step)));
  }

  focus(index: number) {
    this.reveal(index);
    const row = this.row(index);
    const target = row?.matches("a, button, [tabindex]") ? row : row?.querySelector<HTMLElement>("a, button");
    target?.focus({ preventScroll: true });
  }
}
