// What the rules found, why it matters, and what to do.

import { type App, pathParts, type View } from "../app";
import { chainList } from "../chain_list";
import type { Finding } from "../data";
import { h, replace } from "../dom";
import { List } from "../list";
import { count, counted, sentence } from "../text";

const LEVELS = { error: "Errors", warn: "Warnings", info: "Notes" } as const;
const STANDINGS = {
  active: "Active",
  suppressed: "Suppressed",
  baseline: "In the baseline",
  unchanged: "In unchanged files",
} as const;
type Standing = keyof typeof STANDINGS;

const placeOf = (finding: Finding) => `${finding.file ?? ""}${finding.line ? `:${finding.line}:${finding.column}` : ""}`;
const standingOf = (finding: Finding): Standing => finding.standing ?? "active";

export function makeFindings(app: App): View {
  const { payload } = app.report;
  const all = payload.findings;
  const levels = new Set<Finding["level"]>(["error", "warn", "info"]);
  let rule = "";
  let standing: Standing | "" = all.some((finding) => !finding.standing) ? "active" : "";
  let shown: number[] = [];
  let selected = -1;

  const levelButtons = (Object.keys(LEVELS) as Finding["level"][]).map((level) => {
    const number = all.filter((finding) => finding.level === level).length;
    const button = h(
      "button",
      {
        "aria-pressed": "true",
        onclick: () => {
          if (!levels.delete(level)) levels.add(level);
          button.setAttribute("aria-pressed", String(levels.has(level)));
          update();
        },
      },
      h("span", { class: `dot ${level}`, "aria-hidden": "true" }),
      `${LEVELS[level]} `,
      h("span", { class: "tabular quiet" }, count(number)),
    );
    return button;
  });
  const rules = [...new Set(all.map((finding) => finding.rule))].sort();
  const ruleSelect = h(
    "select",
    { class: "field", "aria-label": "Rule", onchange: () => ((rule = ruleSelect.value), update()) },
    h("option", { value: "" }, "All rules"),
    rules.map((id) => h("option", { value: id }, id)),
  );
  const standings = [...new Set(all.map(standingOf))];
  const standingSelect = h(
    "select",
    {
      class: "field",
      "aria-label": "Standing",
      onchange: () => ((standing = standingSelect.value as Standing | ""), update()),
    },
    h("option", { value: "" }, "Any standing"),
    standings.map((key) => h("option", { value: key, selected: key === standing }, STANDINGS[key])),
  );
  const filter = h("input", {
    type: "search",
    class: "field",
    placeholder: "Filter findings",
    "aria-label": "Filter findings",
    oninput: () => update(),
  });
  const summary = h("span", { class: "summary", role: "status" });
  const list = new List({
    rowHeight: 58,
    label: "Findings",
    render(index) {
      const finding = all[shown[index]];
      return h(
        "div",
        { class: shown[index] === selected ? "finding selected" : "finding" },
        h(
          "button",
          {
            class: "finding-button",
            "aria-current": String(shown[index] === selected),
            onclick: () => open(shown[index]),
          },
          h("span", { class: `dot ${finding.level}`, role: "img", "aria-label": finding.level }),
          h("span", { class: "finding-message" }, finding.message),
          h("span", { class: "finding-rule" }, finding.standing ? `${finding.rule} · ${finding.standing}` : finding.rule),
          h("span", { class: "path finding-place", title: placeOf(finding) }, pathParts(placeOf(finding))),
        ),
      );
    },
  });
  const detail = h("aside", { class: "detail", "aria-label": "Finding" });

  function update() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = [];
    for (const [row, finding] of all.entries()) {
      if (!levels.has(finding.level) || (rule !== "" && finding.rule !== rule)) continue;
      if (standing !== "" && standingOf(finding) !== standing) continue;
      const text = words.length > 0 ? `${finding.file} ${finding.message} ${finding.rule}`.toLowerCase() : "";
      if (words.every((word) => text.includes(word))) shown.push(row);
    }
    summary.textContent =
      all.length === 0 ? "Nothing was found" : `${count(shown.length)} of ${counted(all.length, "finding")}`;
    list.reset(shown.length);
    if (!shown.includes(selected)) show(shown[0] ?? -1);
  }

  function open(row: number) {
    show(row);
    app.note("findings", placeOf(all[row]), { rule: all[row].rule });
    list.refresh();
    list.focus(shown.indexOf(row));
  }

  function show(row: number) {
    selected = row;
    const finding = all[row];
    if (!finding) return replace(detail, h("p", { class: "quiet" }, "No finding is selected."));
    const text = payload.rules[finding.rule];
    const module = finding.file === undefined ? -1 : app.report.find(finding.file);
    replace(
      detail,
      h(
        "p",
        { class: "detail-kind" },
        h("span", { class: `level ${finding.level}` }, { error: "Error", warn: "Warning", info: "Note" }[finding.level]),
        h("code", {}, finding.rule),
        finding.standing && h("span", { class: "chip" }, STANDINGS[finding.standing]),
      ),
      h("h2", {}, finding.message),
      finding.file !== undefined &&
        h(
          "p",
          {},
          module >= 0 ? app.link(module) : h("span", { class: "path" }, pathParts(finding.file)),
          finding.line && h("span", { class: "quiet" }, ` line ${finding.line}, column ${finding.column}`),
        ),
      finding.reason && h("p", { class: "reason" }, "Suppressed: ", finding.reason),
      finding.help && h("p", { class: "help" }, finding.help),
      finding.chain && [h("h3", {}, "How it gets there"), chainList(app, app.chains.of(finding.chain))],
      text && [
        h("h3", {}, "About this rule"),
        h("p", {}, sentence(text.summary)),
        text.cause && h("p", {}, text.cause),
        text.example && h("pre", {}, text.example),
        text.remedy && h("p", {}, h("strong", {}, "Remedy. "), text.remedy),
      ],
    );
    detail.scrollTop = 0;
  }

  return {
    element: h(
      "div",
      { class: "page fills" },
      h(
        "div",
        { class: "split" },
        h(
          "div",
          { class: "table-panel" },
          h(
            "div",
            { class: "toolbar" },
            filter,
            ruleSelect,
            standings.length > 1 && standingSelect,
            h("div", { class: "segments", role: "group", "aria-label": "Levels" }, levelButtons),
            summary,
          ),
          list.element,
        ),
        detail,
      ),
    ),
    show(route) {
      const asked = route.more.rule ?? "";
      const row = all.findIndex((finding) => placeOf(finding) === route.selected && (asked === "" || finding.rule === asked));
      if (route.selected === "" && asked !== rule && rules.includes(asked)) {
        rule = ruleSelect.value = asked;
        selected = -1;
      }
      if (row >= 0) {
        selected = row;
        if (all[row].standing) standing = standingSelect.value = "";
      }
      update();
      if (row >= 0) {
        show(row);
        list.reveal(Math.max(0, shown.indexOf(row)));
        list.refresh();
      }
    },
  };
}
