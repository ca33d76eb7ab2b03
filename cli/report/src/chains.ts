// Why a module is in the graph: the same search as scanner/why.cc, over nodes (module, environment) from all entries at
// once, so that the page and `demarc why` name the same chains.

import { Flag, type Report } from "./data";

export interface Step {
  module: number;
  environment: number;
  edge: number; // to the next step; -1 at the end
  boundary: boolean; // its directive moved it to another environment than its importer's
}

export class Chains {
  readonly #width: number; // environments
  readonly #cameFrom: Int32Array; // by node: the node before, itself for a start, -1 where the search did not come
  readonly #by: Int32Array; // the edge that led there
  readonly #rank: Uint32Array; // when it was reached
  readonly #queue: Uint32Array;
  #reached = 0;

  constructor(readonly report: Report) {
    this.#width = report.payload.environments.length;
    const nodes = report.count * this.#width;
    this.#cameFrom = new Int32Array(nodes).fill(-1);
    this.#by = new Int32Array(nodes).fill(-1);
    this.#rank = new Uint32Array(nodes);
    this.#queue = new Uint32Array(nodes);
    let done = this.#search(Flag.entry, 0);
    done = this.#search(Flag.fromPrescan | Flag.entry, done);
  }

  #search(starts: number, done: number): number {
    const { report } = this;
    for (let module = 0; module < report.count; ++module) {
      if ((report.flags[module] & starts) === 0) continue;
      for (let environment = 0; environment < this.#width; ++environment)
        if ((report.environments[module] >> environment) & 1) {
          const node = module * this.#width + environment;
          this.#reach(node, node, -1);
        }
    }
    for (; done < this.#reached; ++done) {
      const node = this.#queue[done];
      const module = Math.floor(node / this.#width);
      const environment = node % this.#width;
      for (let edge = report.edges.start[module]; edge < report.edges.start[module + 1]; ++edge) {
        if (((report.payload.ways[report.edges.way[edge]][1] >> environment) & 1) === 0) continue;
        const target = report.edges.to[edge];
        for (let to = 0; to < this.#width; ++to)
          if (this.#arrives(target, environment, to)) this.#reach(target * this.#width + to, node, edge);
      }
    }
    return done;
  }

  #reach(node: number, from: number, edge: number) {
    if (this.#cameFrom[node] !== -1) return;
    this.#cameFrom[node] = from;
    this.#by[node] = edge;
    this.#rank[node] = this.#reached;
    this.#queue[this.#reached++] = node;
  }

  // Whether an import from `from` has the module walked in `to`.
  #arrives(module: number, from: number, to: number): boolean {
    if (((this.report.environments[module] >> to) & 1) === 0) return false;
    return from === to || (this.report.flags[module] & (Flag.client | Flag.server)) !== 0;
  }

  #isMoved(module: number, from: number): boolean {
    const { flags, environments } = this.report;
    return (flags[module] & (Flag.client | Flag.server)) !== 0 && ((environments[module] >> from) & 1) === 0;
  }

  #steps(node: number): Step[] {
    const steps: Step[] = [];
    let edge = -1;
    for (let at = node; ; at = this.#cameFrom[at]) {
      steps.push({ module: Math.floor(at / this.#width), environment: at % this.#width, edge, boundary: false });
      if (this.#cameFrom[at] === at) break;
      edge = this.#by[at];
    }
    steps.reverse();
    for (let i = 1; i < steps.length; ++i) steps[i].boundary = this.#isMoved(steps[i].module, steps[i - 1].environment);
    return steps;
  }

  // The shortest chain to a module in an environment; empty where none leads there.
  shortest(module: number, environment: number): Step[] {
    const node = module * this.#width + environment;
    return this.#cameFrom[node] === -1 ? [] : this.#steps(node);
  }

  // One chain for each module that imports it, the shortest first, at most `most`.
  all(module: number, environment: number, most: number): { chains: Step[][]; importers: number } {
    const { report } = this;
    const best = new Map<number, { node: number; edge: number }>();
    const { start, edge: incoming } = report.importers;
    for (let i = start[module]; i < start[module + 1]; ++i) {
      const edge = incoming[i];
      const importer = report.from[edge];
      if (importer === module) continue;
      const mask = report.payload.ways[report.edges.way[edge]][1];
      for (let from = 0; from < this.#width; ++from) {
        const node = importer * this.#width + from;
        if (((mask >> from) & 1) === 0 || this.#cameFrom[node] === -1 || !this.#arrives(module, from, environment)) continue;
        const known = best.get(importer);
        if (!known || this.#rank[node] < this.#rank[known.node]) best.set(importer, { node, edge });
      }
    }
    const own = module * this.#width + environment;
    const isStart = this.#cameFrom[own] === own;
    const ways = [...best.values()].sort((a, b) => this.#rank[a.node] - this.#rank[b.node]);
    const chains = isStart ? [this.#steps(own)] : [];
    for (const { node, edge } of ways.slice(0, most - chains.length)) {
      const steps = this.#steps(node);
      steps[steps.length - 1].edge = edge;
      steps.push({ module, environment, edge: -1, boundary: this.#isMoved(module, node % this.#width) });
      chains.push(steps);
    }
    return { chains, importers: ways.length + (isStart ? 1 : 0) };
  }

  // A chain that a finding has: modules and environments are given, the imports between them are looked up.
  of(flat: readonly number[]): Step[] {
    const { edges, payload } = this.report;
    const steps: Step[] = [];
    for (let i = 0; i < flat.length; i += 2)
      steps.push({ module: flat[i], environment: flat[i + 1], edge: -1, boundary: false });
    for (let i = 0; i + 1 < steps.length; ++i) {
      const step = steps[i];
      for (let edge = edges.start[step.module]; edge < edges.start[step.module + 1] && step.edge === -1; ++edge)
        if (edges.to[edge] === steps[i + 1].module && (payload.ways[edges.way[edge]][1] >> step.environment) & 1)
          step.edge = edge;
      steps[i + 1].boundary = this.#isMoved(steps[i + 1].module, step.environment);
    }
    return steps;
  }
}
