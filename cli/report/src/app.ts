// What every tab works with.

import { Chains } from "./chains";
import { Flag, type Report } from "./data";
import { h } from "./dom";
import { hashOf, type Route, type Tab } from "./route";

export class App {
  #chains: Chains | undefined;

  constructor(readonly report: Report) {}

  // Made when a chain is first asked for: 50,000 modules take some 20 ms.
  get chains(): Chains {
    return (this.#chains ??= new Chains(this.report));
  }

  go(tab: Tab, selected = "", more: Record<string, string> = {}) {
    location.hash = hashOf(tab, selected, more);
  }

  // Changes the address without a step back to where it was: for selections within a tab.
  note(tab: Tab, selected = "", more: Record<string, string> = {}) {
    history.replaceState(null, "", hashOf(tab, selected, more));
  }

  environmentName(number: number): string {
    return this.report.payload.environments[number]?.name ?? "?";
  }

  isClient(environment: number): boolean {
    return ((this.report.payload.clientEnvironments >> environment) & 1) !== 0;
  }

  inClient(module: number): boolean {
    return (this.report.environments[module] & this.report.payload.clientEnvironments) !== 0;
  }

  packageOf(module: number): string {
    return this.report.payload.packages[this.report.packages[module]];
  }

  directiveOf(module: number): string {
    const flags = this.report.flags[module];
    return flags & Flag.client ? "use client" : flags & Flag.server ? "use server" : "";
  }

  environmentsOf(module: number): number[] {
    return this.report.payload.environments.map((_, i) => i).filter((i) => (this.report.environments[module] >> i) & 1);
  }

  whyHash(module: number, environment?: number): string {
    return hashOf("why", this.report.ids[module], environment === undefined ? {} : { in: this.environmentName(environment) });
  }

  // A module's name as a link to why it is there.
  link(module: number, environment?: number): HTMLAnchorElement {
    const id = this.report.ids[module];
    return h("a", { class: "path", href: this.whyHash(module, environment), title: id }, pathParts(id));
  }

  environmentChip(environment: number): HTMLElement {
    return h(
      "span",
      { class: `chip ${this.isClient(environment) ? "client" : "server"}` },
      h("bdi", {}, this.environmentName(environment)),
    );
  }
}

// The folder gives way where there is no room; the file's name is what one looks for. Isolated, so that a name of
// right-to-left letters does not reorder what stands beside it.
export function pathParts(id: string): HTMLElement[] {
  const at = id.lastIndexOf("/") + 1;
  return [
    h("bdi", { class: "folder" }, id.slice(0, at)),
    h("bdi", { class: "base" }, id.slice(at)),
  ];
}

export interface View {
  element: HTMLElement;
  show(route: Route): void; // whenever the tab is opened or its address changes
}
