// The data of the page, from the JSON that cli/report_data.cc writes to arrays by module number.

import { Column } from "./columns";

interface EdgeColumns {
  count: string;
  to: string;
  way: string;
  line: string;
}

export interface Environment {
  name: string;
  conditions?: string[];
}

export interface Finding {
  rule: string;
  level: "error" | "warn" | "info";
  file?: string;
  line?: number;
  column?: number;
  message: string;
  help?: string;
  standing?: "suppressed" | "baseline" | "unchanged";
  reason?: string;
  chain?: number[]; // module, environment, module, environment, ...
}

export interface RuleText {
  summary: string;
  cause: string;
  example: string;
  remedy: string;
}

export interface ServerFunction {
  module: number;
  name: string;
  inline: boolean;
  line: number;
  column: number;
  clientReachable: boolean;
  importers: number[];
}

export interface Run {
  created?: string;
  frameworkEvidence: string;
  viteConfig: string;
  mode: string;
  durationMs: number;
  scanMs: number;
  auditMs: number;
  threads: number;
  peakBytes: number;
  budgetBytes: number;
  ledgerBytes: number;
  nodes: number;
  edges: number;
  filesRead: number;
  bytesRead: number;
  directoriesListed: number;
  assetsSkipped: number;
  unresolved: number;
  exactParses: number;
  filesReadAgain: number;
  byExtension: [string, number][];
  unknown: { what: string; assumed: string; remedy: string }[];
}

interface Payload {
  tool: { name: string; version: string };
  title: string;
  root: string;
  framework: string;
  complete: boolean;
  environments: Environment[];
  clientEnvironments: number; // bits, as of modules: whose code runs in browsers, and what the costs are counted of
  serverEnvironments: number; // of server components
  entries: { path: string; environment: string; evidence: string }[];
  modules: {
    count: number;
    rest: string[];
    shared: string;
    bytes: string;
    environments: string;
    flags: string;
    package: string;
  };
  packages: string[];
  edges: EdgeColumns;
  leaves: EdgeColumns & { externals: string[]; unresolved: string[] };
  ways: [string, number][];
  client: [number, number];
  server: [number, number];
  boundaries: number[][];
  barrels: number[][];
  packageCosts: [string, number, number][];
  serverFunctions: ServerFunction[];
  findings: Finding[];
  rules: Record<string, RuleText>;
  run: Run;
}

export interface Amount {
  modules: number;
  bytes: number;
}

export interface BoundaryCost {
  module: number;
  environment: number;
  own: number;
  exclusive: Amount;
  total: Amount;
}

export interface BarrelCost {
  module: number;
  environment: number;
  reexports: number;
  exclusive: Amount;
  total: Amount;
}

// Edges of all modules, one after another: those of module m are start[m] to start[m + 1].
export interface Edges {
  start: Uint32Array;
  to: Uint32Array;
  way: Uint16Array;
  line: Uint32Array;
}

export const enum Flag {
  client = 1,
  server = 2,
  entry = 4,
  fromPrescan = 8,
}

export interface Report {
  payload: Payload;
  count: number;
  ids: string[];
  bytes: Float64Array;
  environments: Uint16Array; // bit i: payload.environments[i]
  flags: Uint8Array;
  packages: Uint32Array; // payload.packages; 0: the project's own code
  edges: Edges;
  // Edges by where they lead: those to module m are importers.start[m] to start[m + 1], each the number of an edge.
  importers: { start: Uint32Array; edge: Uint32Array };
  from: Uint32Array; // the module that has an edge
  leaves: Edges; // `to`: an external's number × 2, or an unresolved specifier's × 2 + 1
  boundaries: BoundaryCost[];
  barrels: BarrelCost[];
  find(id: string): number; // -1: no module has that id
}

function readEdges(columns: EdgeColumns, count: number): Edges {
  const counts = new Column(columns.count);
  const start = new Uint32Array(count + 1);
  for (let module = 0; module < count; ++module) start[module + 1] = start[module] + counts.next();
  const size = start[count];
  const edges: Edges = { start, to: new Uint32Array(size), way: new Uint16Array(size), line: new Uint32Array(size) };
  const to = new Column(columns.to);
  const way = new Column(columns.way);
  const line = new Column(columns.line);
  for (let module = 0; module < count; ++module) {
    let target = module;
    let place = 0;
    for (let edge = start[module]; edge < start[module + 1]; ++edge) {
      edges.to[edge] = target += to.nextDifference();
      edges.way[edge] = way.next();
      edges.line[edge] = place += line.nextDifference();
    }
  }
  return edges;
}

export function readReport(text: string): Report {
  const payload = JSON.parse(text) as Payload;
  const { count, rest } = payload.modules;
  const ids: string[] = new Array(count);
  const bytes = new Float64Array(count);
  const environments = new Uint16Array(count);
  const flags = new Uint8Array(count);
  const packages = new Uint32Array(count);
  const columns = {
    shared: new Column(payload.modules.shared),
    bytes: new Column(payload.modules.bytes),
    environments: new Column(payload.modules.environments),
    flags: new Column(payload.modules.flags),
    package: new Column(payload.modules.package),
  };
  let before = "";
  let inPackage = 0;
  for (let module = 0; module < count; ++module) {
    ids[module] = before = before.slice(0, columns.shared.next()) + rest[module];
    bytes[module] = columns.bytes.next();
    environments[module] = columns.environments.next();
    flags[module] = columns.flags.next();
    packages[module] = inPackage += columns.package.nextDifference();
  }

  const edges = readEdges(payload.edges, count);
  const size = edges.to.length;
  const from = new Uint32Array(size);
  const start = new Uint32Array(count + 1);
  for (let module = 0; module < count; ++module) from.fill(module, edges.start[module], edges.start[module + 1]);
  for (let edge = 0; edge < size; ++edge) ++start[edges.to[edge] + 1];
  for (let module = 0; module < count; ++module) start[module + 1] += start[module];
  const next = start.slice();
  const edge = new Uint32Array(size);
  for (let at = 0; at < size; ++at) edge[next[edges.to[at]]++] = at;

  let numbers: Map<string, number> | undefined;
  return {
    payload,
    count,
    ids,
    bytes,
    environments,
    flags,
    packages,
    edges,
    importers: { start, edge },
    from,
    leaves: readEdges(payload.leaves, count),
    boundaries: payload.boundaries.map((row) => ({
      module: row[0],
      environment: row[1],
      own: row[2],
      exclusive: { modules: row[3], bytes: row[4] },
      total: { modules: row[5], bytes: row[6] },
    })),
    barrels: payload.barrels.map((row) => ({
      module: row[0],
      environment: row[1],
      reexports: row[2],
      exclusive: { modules: row[3], bytes: row[4] },
      total: { modules: row[5], bytes: row[6] },
    })),
    find(id) {
      numbers ??= new Map(ids.map((name, number) => [name, number]));
      return numbers.get(id) ?? -1;
    },
  };
}
