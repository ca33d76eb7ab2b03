// Elements, made without any parsing of HTML: whatever a file is called, it stays text.

type Child = Node | string | number | null | undefined | false | Child[];
type Handler = (event: never) => void;
type Props = Record<string, string | number | boolean | null | undefined | Handler>;

// h("button", { class: "quiet", onclick: close, disabled: isBusy }, "Close")
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  append(element, children);
  return element;
}

export function append(parent: Element, children: Child[]) {
  for (const child of children) {
    if (Array.isArray(child)) append(parent, child);
    else if (child !== null && child !== undefined && child !== false)
      parent.append(typeof child === "number" ? String(child) : child);
  }
}

export function replace(parent: Element, ...children: Child[]) {
  parent.replaceChildren();
  append(parent, children);
}

// An icon of 16 × 16, drawn with the colour of the text.
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 16 16", width: "16", height: "16", class: "icon" }))
    svg.setAttribute(name, value);
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

let numbers = 0;
export const newId = (what: string) => `${what}-${++numbers}`;

// The styles allow no style attribute, but the object model.
export function bar(share: number, className = "bar"): HTMLElement {
  const fill = h("span", { class: "bar-fill" });
  fill.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return h("span", { class: className, "aria-hidden": "true" }, fill);
}
