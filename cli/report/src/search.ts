// The search for modules, in the page's head: a combobox whose list holds only what is in sight.

import { type App, pathParts } from "./app";
import { h, icon, newId } from "./dom";
import { List } from "./list";
import { counted } from "./text";

// Modules whose id has every word, the likeliest first: the name of the file counts more than its folders, the
// project's own code more than packages, a short path more than a long one.
export function findModules(ids: string[], lower: string[], isOwn: (module: number) => boolean, text: string): number[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const scores = new Map<number, number>();
  for (let module = 0; module < ids.length; ++module) {
    const id = lower[module];
    if (!words.every((word) => id.includes(word))) continue;
    const base = id.lastIndexOf("/") + 1;
    let score = id.length;
    for (const word of words) {
      const at = id.indexOf(word, base);
      score += at < 0 ? 2000 : at > base ? 500 : 0;
    }
    scores.set(module, score + (isOwn(module) ? 0 : 300));
  }
  return [...scores.keys()].sort((a, b) => scores.get(a)! - scores.get(b)! || a - b);
}

export function makeSearch(app: App): { element: HTMLElement; focus(): void } {
  const { report } = app;
  let lower: string[] | undefined;
  let found: number[] = [];
  let active = 0;

  const list = new List({
    rowHeight: 34,
    label: "Modules found",
    role: "listbox",
    rowRole: "option",
    render(index) {
      const module = found[index];
      const row = h(
        "div",
        {
          id: `${listId}-${index}`,
          class: index === active ? "option active" : "option",
          "aria-selected": String(index === active),
          onmousedown: (event: MouseEvent) => event.preventDefault(), // the field keeps the focus
          onclick: () => choose(index),
        },
        h("span", { class: "path", title: report.ids[module] }, pathParts(report.ids[module])),
        app.environmentsOf(module).map((environment) => app.environmentChip(environment)),
      );
      return row;
    },
  });
  const listId = newId("found");
  list.element.id = listId;
  const status = h("div", { class: "search-status", role: "status" });
  const popup = h("div", { class: "search-popup", hidden: true }, list.element, status);
  const input = h("input", {
    type: "search",
    class: "field",
    placeholder: "Search modules",
    role: "combobox",
    "aria-label": "Search modules",
    "aria-controls": listId,
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
    oninput: update,
    onfocus: update,
    onblur: close,
    onkeydown: onKey,
  });

  function update() {
    lower ??= report.ids.map((id) => id.toLowerCase());
    found = findModules(report.ids, lower, (module) => report.packages[module] === 0, input.value);
    active = 0;
    const asked = input.value.trim() !== "";
    popup.hidden = !asked;
    input.setAttribute("aria-expanded", String(asked));
    status.textContent = found.length === 0 ? "No module has that name" : counted(found.length, "module");
    list.element.style.height = `${Math.min(found.length, 11) * 34}px`;
    list.reset(found.length);
    mark();
  }

  function mark() {
    if (found.length > 0) input.setAttribute("aria-activedescendant", `${listId}-${active}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function close() {
    popup.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index: number) {
    const module = found[index];
    if (module === undefined) return;
    input.value = "";
    close();
    input.blur();
    app.go("why", report.ids[module]);
  }

  function onKey(event: KeyboardEvent) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      active = Math.max(0, Math.min(found.length - 1, active + (event.key === "ArrowDown" ? 1 : -1)));
      list.reveal(active);
      list.refresh();
      mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(active);
    } else if (event.key === "Escape") {
      input.value = "";
      close();
      input.blur();
    }
  }

  return {
    element: h(
      "div",
      { class: "search", role: "search" },
      icon("M7 2a5 5 0 1 0 3 9l3.3 3.3 1-1L11 10a5 5 0 0 0-4-8zm0 1.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z"),
      input,
      h("kbd", { "aria-hidden": "true" }, "/"),
      popup,
    ),
    focus() {
      input.focus();
      input.select();
    },
  };
}
