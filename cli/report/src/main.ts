// The page: its head, its tabs, and which of them is shown.

import { App, type View } from "./app";
import { readReport } from "./data";
import { h, icon, replace } from "./dom";
import { hashOf, parseRoute, TABS, type Tab } from "./route";
import { makeSearch } from "./search";
import { makeBoundaries } from "./tabs/boundaries";
import { makeFindings } from "./tabs/findings";
import { makeFunctions } from "./tabs/functions";
import { makeOverview } from "./tabs/overview";
import { makeRun } from "./tabs/run";
import { makeTreemap } from "./tabs/treemap";
import { makeWhy } from "./tabs/why";
import { count } from "./text";

const SUN = "M8 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM7.3 1h1.4v2H7.3zM7.3 13h1.4v2H7.3zM1 7.3h2v1.4H1zM13 7.3h2v1.4h-2zM2.6 3.5l.9-.9 1.4 1.4-.9.9zM11.1 12l.9-.9 1.4 1.4-.9.9zM2.6 12.5 4 11.1l.9.9-1.4 1.4zM11.1 4l1.4-1.4.9.9L12 4.9z";
const MOON = "M6.2 1.6A6.5 6.5 0 1 0 14.4 9.8 5.5 5.5 0 0 1 6.2 1.6z";

// The system's choice, until somebody makes another.
function makeThemeButton(): HTMLElement {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem("demarc-theme");
  } catch {
    // Storage may be denied to files.
  }
  const button = h("button", { class: "icon-button", id: "theme", onclick: toggle });
  const current = () => (chosen === "dark" || chosen === "light" ? chosen : dark.matches ? "dark" : "light");
  function show() {
    const theme = current();
    document.documentElement.dataset.theme = theme;
    const next = theme === "dark" ? "light" : "dark";
    button.setAttribute("aria-label", `Use the ${next} theme`);
    button.title = `Use the ${next} theme`;
    replace(button, icon(theme === "dark" ? SUN : MOON));
    dispatchEvent(new Event("themechange"));
  }
  function toggle() {
    chosen = current() === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("demarc-theme", chosen);
    } catch {
      // Then the choice lasts as long as the page.
    }
    show();
  }
  dark.addEventListener("change", show);
  show();
  return button;
}

function logo(): SVGSVGElement {
  const svg = icon("M7.2 1a7 7 0 0 0 0 14z");
  svg.setAttribute("class", "logo");
  const half = svg.firstElementChild!.cloneNode() as Element;
  half.setAttribute("d", "M8.8 1a7 7 0 0 1 0 14z");
  svg.append(half);
  return svg;
}

function start() {
  const theme = makeThemeButton();
  const report = readReport(document.getElementById("data")?.textContent ?? "");
  const app = new App(report);
  const { payload } = report;
  const active = payload.findings.filter((finding) => !finding.standing).length;
  const tabs: Record<Tab, { title: string; number?: number; make: (app: App) => View }> = {
    overview: { title: "Overview", make: makeOverview },
    boundaries: { title: "Boundaries", number: report.boundaries.length, make: makeBoundaries },
    treemap: { title: "Treemap", make: makeTreemap },
    why: { title: "Why", make: makeWhy },
    functions: { title: "Server functions", number: payload.serverFunctions.length, make: makeFunctions },
    findings: { title: "Findings", number: active, make: makeFindings },
    run: { title: "Run", make: makeRun },
  };
  const views = new Map<Tab, View>();
  let current: Tab | undefined;

  const links = new Map<Tab, HTMLElement>();
  const panels = new Map<Tab, HTMLElement>();
  for (const tab of TABS) {
    const { title, number } = tabs[tab];
    links.set(
      tab,
      h(
        "button",
        {
          role: "tab",
          id: `tab-${tab}`,
          "aria-controls": `panel-${tab}`,
          onclick: () => (current === tab ? undefined : app.go(tab)),
        },
        title,
        number !== undefined && h("span", { class: "tab-number" }, count(number)),
      ),
    );
    panels.set(tab, h("div", { role: "tabpanel", id: `panel-${tab}`, class: "panel", "aria-labelledby": `tab-${tab}`, hidden: true }));
  }

  // Arrow keys move along the tabs; what they reach is shown.
  function onTabKey(event: KeyboardEvent) {
    const at = TABS.indexOf(current ?? "overview");
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const tab = TABS[(next + TABS.length) % TABS.length];
    app.go(tab);
    links.get(tab)?.focus();
  }

  function show() {
    const route = parseRoute(location.hash);
    let view = views.get(route.tab);
    if (!view) {
      view = tabs[route.tab].make(app);
      views.set(route.tab, view);
      panels.get(route.tab)?.append(view.element);
    }
    current = route.tab;
    for (const tab of TABS) {
      const isCurrent = tab === current;
      const link = links.get(tab)!;
      link.setAttribute("aria-selected", String(isCurrent));
      link.tabIndex = isCurrent ? 0 : -1;
      if (isCurrent) link.scrollIntoView({ block: "nearest", inline: "nearest" });
      panels.get(tab)!.hidden = !isCurrent;
    }
    document.title = `${tabs[current].title} · ${payload.title} · demarc`;
    view.show(route);
  }

  const search = makeSearch(app);
  replace(
    document.getElementById("app")!,
    h(
      "header",
      { class: "top" },
      h(
        "a",
        { class: "project", href: hashOf("overview"), "aria-label": `${payload.title}: overview` },
        logo(),
        h("span", { class: "project-name" }, h("bdi", {}, payload.title)),
        h("span", { class: "project-kind" }, payload.framework === "none" ? "demarc report" : `${payload.framework} · demarc report`),
      ),
      search.element,
      theme,
    ),
    h("div", { class: "tabs", role: "tablist", "aria-label": "Parts of the report", onkeydown: onTabKey }, [...links.values()]),
    h("main", {}, [...panels.values()]),
  );

  addEventListener("keydown", (event) => {
    const target = event.target as Element;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest("input, select, textarea")) return;
    event.preventDefault();
    search.focus();
  });
  addEventListener("hashchange", show);
  show();
}

start();
