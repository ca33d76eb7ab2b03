// Writes the sources of a generated RedwoodSDK app: areas with pages, components, hooks, lib modules and actions.
//
//   src/worker.tsx                                imports every area's routes and the document
//   src/app/areas/AREA/routes.tsx                 its pages
//   src/app/areas/AREA/pages/NamePage.tsx         server components; import components by the area's barrel
//   src/app/areas/AREA/components/index.ts        the barrel
//   src/app/areas/AREA/components/Name.tsx        every fourth says "use client"
//   src/app/areas/AREA/{hooks,lib,actions}/*.ts   hooks of client components, plain functions, "use server"
//   src/app/areas/AREA/types.ts                   imported by `import type` alone, so no build reaches it
//
// Everything else that is written is reached from the worker, so the numbers of .tsx and .ts files asked for are those
// that a scan finds. The text is made of small pieces, drawn by a generator of random numbers with a fixed seed, that
// hold what a lexer has to get right in real sources: strings with quotes in them, templates, regular expressions,
// comments that mention imports, JSX text, generics, type imports.

/** Same numbers on every machine; Math.random has no seed. The algorithm is the usual mulberry32. */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    below: (limit) => Math.floor(next() * limit),
    pick: (list) => list[Math.floor(next() * list.length)],
    chance: (share) => next() < share,
  };
}

// prettier-ignore
const AREAS = ["accounts", "billing", "catalog", "checkout", "comments", "contracts", "dashboard", "documents", "events", "exports",
  "feedback", "forecasts", "imports", "inventory", "invoices", "journal", "locations", "messages", "onboarding", "orders", "partners",
  "payroll", "permissions", "planning", "products", "projects", "quality", "reports", "returns", "schedules", "search", "settings",
  "shipping", "subscriptions", "suppliers", "support", "taxes", "teams", "tickets", "warehouse"];
// prettier-ignore
const NOUNS = ["Address", "Amount", "Archive", "Attachment", "Balance", "Batch", "Calendar", "Category", "Channel", "Column", "Contact",
  "Counter", "Coupon", "Currency", "Customer", "Deadline", "Delivery", "Detail", "Discount", "Draft", "Entry", "Filter", "Folder",
  "Gallery", "Group", "History", "Image", "Item", "Label", "Ledger", "Limit", "Member", "Milestone", "Note", "Notice", "Option", "Owner",
  "Package", "Payment", "Period", "Picture", "Price", "Quantity", "Rate", "Receipt", "Reminder", "Request", "Review", "Role", "Rule",
  "Section", "Shelf", "Status", "Stock", "Summary", "Tag", "Target", "Task", "Template", "Total", "Unit", "Vendor", "Visit", "Voucher"];
const FORMS = ["Badge", "Bar", "Card", "Dialog", "Editor", "Form", "Grid", "Header", "List", "Menu", "Panel", "Picker", "Row", "Table"];
const VERBS = ["archive", "assign", "cancel", "confirm", "create", "merge", "move", "publish", "rename", "restore", "save", "split"];
const WORDS =
  "the order is shown once every item has a price and nobody can change it before the next period begins unless an owner allows it".split(" ");

const lower = (name) => name[0].toLowerCase() + name.slice(1);

/**
 * files: Map of path to text, in no order that matters. options: { seed, areas, tsx, ts, bytes, uses } where `bytes` is
 * the length that an app file is filled up to and `uses` says what is imported from packages:
 *
 *   { in: "client" | "server" | "lib", statement, times, value | elements }
 *
 * `statement` comes into `times` different files (default 1). `value` is an expression, and `elements` are the components,
 * that use the imported names; without a use, TypeScript would leave the import out.
 */
export function writeApp(files, { seed, areas: areaCount, tsx, ts, bytes, uses }) {
  const random = randomNumbers(seed);
  const areas = AREAS.slice(0, areaCount).map((name) => ({ name, pages: [], components: [], hooks: [], lib: [], actions: [] }));
  if (areas.length < areaCount) throw new Error(`there are names for ${AREAS.length} areas only`);

  // How many files of each kind: fixed ones first, the rest by shares, what rounding leaves over goes to the last.
  const freeTsx = tsx - 2 - areaCount; // Document.tsx and worker.tsx; nothing imports client.tsx
  const freeTs = ts - areaCount;
  if (freeTsx < 2 * areaCount || freeTs < 0) throw new Error("too few files for so many areas");
  const pages = Math.floor(freeTsx * 0.3);
  const hooks = Math.floor(freeTs * 0.25);
  const actions = Math.floor(freeTs * 0.15);
  spread(pages, "pages", (noun) => `${noun}Page`);
  spread(freeTsx - pages, "components", (noun, i) => `${noun}${FORMS[(i * 5) % FORMS.length]}`);
  spread(hooks, "hooks", (noun) => `use${noun}`);
  spread(actions, "actions", (noun, i) => `${VERBS[i % VERBS.length]}${noun}`);
  spread(freeTs - hooks - actions, "lib", (noun) => `${lower(noun)}Values`);

  function spread(count, kind, nameOf) {
    for (let i = 0; i < count; i++) {
      const area = areas[i % areaCount];
      const index = area[kind].length;
      // Areas begin at different nouns, so that they do not all have the same names.
      const noun = NOUNS[(index + areas.indexOf(area) * 7) % NOUNS.length];
      const name = nameOf(index < NOUNS.length ? noun : `${noun}${Math.floor(index / NOUNS.length) + 1}`, index);
      area[kind].push({ kind, name, area, imports: [], names: new Set(), values: [], client: kind === "components" && index % 4 === 0 });
    }
  }

  const all = (kind) => areas.flatMap((area) => area[kind]);
  const component = (unit) => `<${unit.name} id={${random.below(900) + 100}} title={${JSON.stringify(sentence(3))}} />`;
  const clients = all("components").filter(({ client }) => client);
  const pathOf = ({ area, kind, name }) => `src/app/areas/${area.name}/${kind}/${name}`;
  // Units of two areas may have one name, and then only the first is imported.
  const link = (from, to) => {
    if (from.name === to.name || from.names.has(to.name)) return false;
    const specifier = from.area === to.area && random.chance(0.7) ? `../${to.kind}/${to.name}` : `@/${pathOf(to).slice(4)}`;
    from.imports.push({ statement: `import { ${to.name} } from "${specifier}";` });
    from.names.add(to.name);
    return true;
  };

  // What makes every file reached: pages render components of their barrel, hooks belong to client components, lib
  // modules and actions to whoever comes first. Then edges across, as many again.
  for (const area of areas) {
    area.pages.forEach((page, i) => {
      const shown = area.components.filter((_, c) => c % area.pages.length === i).slice(0, 8);
      if (shown.length === 0) return;
      page.imports.push({ statement: `import { ${shown.map(({ name }) => name).join(", ")} } from "../components";` });
      page.children = shown.map(component);
      for (const { name } of shown) page.names.add(name);
    });
    const own = area.components.filter(({ client }) => client);
    area.hooks.forEach((hook, i) => {
      const owner = own.length > 0 ? own[i % own.length] : clients[i % clients.length];
      if (link(owner, hook)) owner.values.push(`${hook.name}(${random.below(50)})`);
    });
    area.lib.forEach((lib, i) => {
      const owner = i > 0 && random.chance(0.4) ? area.lib[i - 1] : area.components[i % area.components.length];
      if (link(owner, lib)) owner.values.push(`${lib.name}(${random.below(90)})`);
    });
    area.actions.forEach((action, i) => {
      const owner = i % 2 === 0 || own.length === 0 ? area.pages[i % area.pages.length] : own[i % own.length];
      if (link(owner, action)) owner.values.push(`String(${action.name})`);
    });
  }
  const libs = all("lib");
  const components = all("components");
  for (const unit of [...all("pages"), ...components, ...all("hooks"), ...libs, ...all("actions")]) {
    const extra = libs.length === 0 ? 0 : random.below(3);
    for (let i = 0; i < extra; i++) {
      const lib = random.pick(libs);
      if (link(unit, lib)) unit.values.push(`${lib.name}(${random.below(90)})`);
    }
    if (unit.kind === "components" && random.chance(0.5)) {
      // Client components may show any other; a server component, here, only those that come later, so that the graph
      // has cycles but rendering would end.
      const other = random.pick(components);
      if ((unit.client || components.indexOf(other) > components.indexOf(unit)) && link(unit, other)) {
        unit.children = [...(unit.children ?? []), component(other)];
      }
    }
  }

  const places = {
    client: [...clients],
    server: [...all("pages"), ...components.filter(({ client }) => !client)],
    lib: libs.length > 0 ? libs : all("pages"),
  };
  const next = { client: 0, server: 0, lib: 0 };
  for (const { in: place, statement, value, elements = [], times = 1 } of uses) {
    for (let i = 0; i < times; i++) {
      const unit = places[place][next[place]++ % places[place].length];
      if (unit.imports.some((other) => other.statement === statement)) continue;
      unit.imports.push({ statement });
      if (value !== undefined) unit.values.push(value);
      unit.children = [...(unit.children ?? []), ...elements.map((name) => `<${name} className="${random.pick(WORDS)}" />`)];
    }
  }

  for (const area of areas) {
    for (const unit of area.pages) files.set(`${pathOf(unit)}.tsx`, pageText(unit));
    for (const unit of area.components) files.set(`${pathOf(unit)}.tsx`, componentText(unit));
    for (const unit of area.hooks) files.set(`${pathOf(unit)}.ts`, functionText(unit));
    for (const unit of area.lib) files.set(`${pathOf(unit)}.ts`, functionText(unit));
    for (const unit of area.actions) files.set(`${pathOf(unit)}.ts`, actionText(unit));
    const folder = `src/app/areas/${area.name}`;
    files.set(`${folder}/components/index.ts`, area.components.map(({ name }) => `export { ${name} } from "./${name}";\n`).join(""));
    files.set(`${folder}/types.ts`, typesText(area));
    files.set(`${folder}/routes.tsx`, routesText(area));
  }
  files.set("src/app/Document.tsx", DOCUMENT);
  files.set("src/client.tsx", CLIENT);
  files.set("src/worker.tsx", workerText(areas));

  function sentence(words) {
    return Array.from({ length: words }, () => random.pick(WORDS)).join(" ");
  }

  function head(unit) {
    const own = unit.kind === "lib" ? [] : [`import type { ${typeOf(unit.area)} } from "../types";`];
    return [...unit.imports.map(({ statement }) => statement), ...own].join("\n");
  }

  function valuesOf(unit) {
    return `const values: unknown[] = [${unit.values.join(", ")}];`;
  }

  function typeOf(area) {
    return `${area.name[0].toUpperCase()}${area.name.slice(1)}Record`;
  }

  // One of several functions of some 300 to 600 characters that have nothing to do with each other.
  function piece(number) {
    const noun = random.pick(NOUNS);
    const name = `${lower(noun)}${number}`;
    const limit = random.below(500) + 10;
    switch (random.below(6)) {
      case 0:
        return `
/** ${sentence(9)}; was \`import { ${name} } from "./old"\` once, and isn't any more. */
const ${name}Labels: Record<string, string> = {
${Array.from({ length: 6 }, (_, i) => `  ${lower(random.pick(NOUNS))}${i}: ${JSON.stringify(`${sentence(4)}, it's "${sentence(2)}"`)},`).join("\n")}
};
export function label${noun}${number}(key: string): string {
  return ${name}Labels[key] ?? \`\${key.replace(/["'\`]|\\/\\*/g, "")} (${sentence(2)})\`;
}
`;
      case 1:
        return `
export function parse${noun}${number}(text: string): number[] {
  // ${sentence(11)}
  const parts = text.split(/\\s*[,;]\\s*/).filter((part) => !/^\\/\\//.test(part));
  let sum = 0;
  for (let i = 0; i < parts.length; i++) {
    const value = Number(parts[i]);
    if (Number.isNaN(value)) continue;
    sum += value / ${limit} < 1 ? value : ${limit} / (value || 1);
  }
  return [sum, parts.length];
}
`;
      case 2:
        return `
type ${noun}State${number} = { kind: "open" } | { kind: "closed"; at: number } | { kind: "failed"; reason: string };
export function describe${noun}${number}<T extends ${noun}State${number}>(state: T): string {
  switch (state.kind) {
    case "open":
      return "${sentence(5)}";
    case "closed":
      return \`closed \${new Date((state as { at: number }).at).toISOString().slice(0, 10)}, after \${${limit} % 7} days\`;
    default:
      return \`failed: \${"reason" in state ? \`'\${state.reason}'\` : "${sentence(3)}"}\`;
  }
}
`;
      case 3:
        return `
const ${name}Defaults = {
  limit: ${limit}, ratio: 0.${random.below(900) + 100}, pattern: /^[a-z][\\w.-]{0,${random.below(60) + 3}}$/i,
  names: [${Array.from({ length: 8 }, () => `"${random.pick(WORDS)}-${random.below(1000)}"`).join(", ")}],
} as const;
export const select${noun}${number} = (wanted: readonly string[], options: Partial<typeof ${name}Defaults> = {}) => {
  const { limit, names } = { ...${name}Defaults, ...options };
  return names.filter((name) => wanted.includes(name)).slice(0, limit >> 2);
};
`;
      case 4:
        return `
/* ${sentence(14)}
 * ${sentence(12)}; see "use client" in the guide.
 */
export async function load${noun}${number}(signal?: AbortSignal): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for await (const [key, value] of Object.entries(${JSON.stringify({ [random.pick(WORDS)]: random.below(99), [`${random.pick(WORDS)} s`]: random.below(99) })})) {
    if (signal?.aborted) throw new Error("${sentence(4)}");
    found.set(key.trim(), (found.get(key) ?? 0) + (value as number) * ${limit});
  }
  return found;
}
`;
      default:
        return `
export class ${noun}Store${number} {
  #entries = new Map<number, { title: string; weight: number }>();
  static readonly limit = ${limit};
  add(id: number, title: string): this {
    if (this.#entries.size >= ${noun}Store${number}.limit) throw new RangeError(\`too many: \${this.#entries.size} > ${limit}\`);
    this.#entries.set(id, { title, weight: title.length / 3 });
    return this;
  }
  get total(): number {
    return [...this.#entries.values()].reduce((sum, { weight }) => sum + weight, 0);
  }
}
`;
    }
  }

  // Fills up to about the length that is wanted; single files differ by half of it in either direction.
  function filling(length) {
    const wanted = bytes * (0.5 + random.below(100) / 100);
    const pieces = [];
    for (let number = 1; length < wanted; number++) {
      pieces.push(piece(number));
      length += pieces.at(-1).length;
    }
    return pieces.join("");
  }

  function markup(unit) {
    const rows = Array.from(
      { length: random.below(5) + 2 },
      () => `        <li className="${random.pick(WORDS)}-${random.below(90)}" key={${random.below(9000)}}>{title} isn't {"${sentence(2)}"} &amp; ${sentence(6)}</li>`,
    );
    return [
      `    <section data-area="${unit.area.name}" data-values={String(values.length)}>`,
      `      <h2>{title}: ${sentence(4)}</h2>`,
      `      <ul>`,
      ...rows,
      `      </ul>`,
      ...(unit.children ?? []).map((child) => `      ${child}`),
      `    </section>`,
    ].join("\n");
  }

  function componentText(unit) {
    const directive = unit.client ? '"use client";\n\n' : "";
    const text = `${head(unit)}

type ${unit.name}Props = { id: number; title: string; record?: ${typeOf(unit.area)} };

export function ${unit.name}({ id, title, record }: ${unit.name}Props) {
  ${valuesOf(unit)}
  if (id < 0 || record?.hidden) return null;
  return (
${markup(unit)}
  );
}
`;
    // A few say why before they say what, as licence headers do.
    const comment = random.chance(0.2) ? `// ${sentence(12)}\n\n` : "";
    // A module that renders beside its component exports nothing else here: fast refresh would complain.
    return `${comment}${directive}${text}${filling(text.length).replace(/^export (?=(async )?function|const|class)/gm, "")}`;
  }

  function pageText(unit) {
    const inline = random.chance(0.15);
    const text = `${head(unit)}

export async function ${unit.name}({ params }: { params: Record<string, string> }) {
  ${valuesOf(unit)}
  const title = params.title ?? "${sentence(3)}";
  const record: ${typeOf(unit.area)} | undefined = undefined;
${inline ? `  async function submit(data: FormData) {\n    "use server";\n    return data.get("title") ?? values.length;\n  }\n  values.push(submit, record);\n` : "  values.push(record);\n"}  return (
${markup(unit)}
  );
}
`;
    return text + filling(text.length).replace(/^export (?=(async )?function|const|class)/gm, "");
  }

  function functionText(unit) {
    const text = `${head(unit)}

${unit.kind === "hooks" ? `export type ${unit.name[3]}${unit.name.slice(4)}Options = Partial<${typeOf(unit.area)}>;\n\n` : ""}export function ${unit.name}(input: number): string {
  ${valuesOf(unit)}
  return values.length > input ? "${sentence(4)}" : \`\${input}/\${values.length}\`;
}
`;
    return text + filling(text.length);
  }

  function actionText(unit) {
    const text = `"use server";

${head(unit)}

export async function ${unit.name}(record: ${typeOf(unit.area)}): Promise<number> {
  ${valuesOf(unit)}
  if (!record.title.trim()) throw new Error("${sentence(5)}");
  return values.length + record.id;
}
`;
    return text + filling(text.length).replace(/^export (?=(async )?function|const|class)/gm, "");
  }

  function typesText(area) {
    return `export type ${typeOf(area)} = { id: number; title: string; hidden?: boolean; tags: readonly string[] };\n`;
  }

  function routesText(area) {
    const imports = area.pages.map(({ name }) => `import { ${name} } from "./pages/${name}";\n`).join("");
    const routes = area.pages.map(({ name }) => `  route("/${lower(name)}", ${name}),\n`).join("");
    return `import { route } from "rwsdk/router";\n\n${imports}\nexport const ${area.name}Routes = [\n${routes}];\n`;
  }
}

const CLIENT = `import { initClient, initClientNavigation } from "rwsdk/client";

const { handleResponse, onHydrated } = initClientNavigation();

initClient({ handleResponse, onHydrated });
`;

const DOCUMENT = `import styles from "./document.css?url";

export function Document({ children }: { children: React.ReactNode }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <link rel="stylesheet" href={styles} />
        <link rel="modulepreload" href="/src/client.tsx" />
      </head>
      <body>
        <div id="root">{children}</div>
        <script>import("/src/client.tsx")</script>
      </body>
    </html>
  );
}
`;

function workerText(areas) {
  const imports = areas.map(({ name }) => `import { ${name}Routes } from "@/app/areas/${name}/routes";\n`).join("");
  const prefixes = areas.map(({ name }) => `    prefix("/${name}", ${name}Routes),\n`).join("");
  return `import { prefix, render } from "rwsdk/router";
import { defineApp } from "rwsdk/worker";

import { Document } from "@/app/Document";
${imports}
export default defineApp([
  render(Document, [
${prefixes}  ]),
]);
`;
}
