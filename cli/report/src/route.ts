// Where the page is, kept in the address, so that a link leads to a tab and what is selected there:
//
//   report.html#why=/src/app/Nav.tsx&in=client

export const TABS = ["overview", "boundaries", "treemap", "why", "functions", "findings", "run"] as const;
export type Tab = (typeof TABS)[number];

export interface Route {
  tab: Tab;
  selected: string; // what stands behind the tab's name; empty: nothing
  more: Record<string, string>;
}

// Slashes, at signs and colons stay readable.
const written = (text: string) => encodeURIComponent(text).replace(/%(2F|40|3A|24|2C)/g, decodeURIComponent);

function read(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a name with a % that somebody typed
  }
}

export function parseRoute(hash: string): Route {
  const [first, ...rest] = hash.replace(/^#/, "").split("&");
  const pair = (text: string): [string, string] => {
    const at = text.indexOf("=");
    return at < 0 ? [text, ""] : [text.slice(0, at), read(text.slice(at + 1))];
  };
  const [name, selected] = pair(first);
  const tab = TABS.find((known) => known === name);
  return { tab: tab ?? "overview", selected: tab ? selected : "", more: Object.fromEntries(rest.map(pair)) };
}

export function hashOf(tab: Tab, selected = "", more: Record<string, string> = {}): string {
  const extra = Object.entries(more).map(([name, value]) => `&${name}=${written(value)}`);
  return `#${tab}${selected === "" ? "" : `=${written(selected)}`}${extra.join("")}`;
}
