// What the client's source bytes are: packages, folders, files, each as large as it weighs.

import { hierarchy, treemap, type Node } from "d3-hierarchy";

import type { App, View } from "../app";
import { bar, h, replace } from "../dom";
import { List } from "../list";
import { count, counted, share, size } from "../text";

interface Folder {
  name: string;
  path: string; // names from the root, with "/" between
  group: number; // which package by weight, for its colour; -1: none
  module: number; // -1: a folder
  bytes: number;
  modules: number;
  children: Map<string, Folder>;
}

// A folder or file that is drawn, with what is drawn inside.
interface Box extends Folder {
  folder: Folder;
  inside: Box[];
}

const OWN = "Your code";
const COLOURS = 8; // of packages; the others share one

function folder(name: string, path: string, group: number): Folder {
  return { name, path, group, module: -1, bytes: 0, modules: 0, children: new Map() };
}

// The client's modules as packages of folders of files. A folder that holds one folder alone is joined with it.
function buildTree(app: App, mask: number): Folder {
  const { report } = app;
  const root = folder("Client", "", -1);
  for (let module = 0; module < report.count; ++module) {
    if ((report.environments[module] & mask) === 0) continue;
    const id = report.ids[module];
    const inPackage = report.packages[module] !== 0;
    const name = inPackage ? app.packageOf(module) : OWN;
    const prefix = `/node_modules/${name}/`;
    const at = inPackage ? id.lastIndexOf(prefix) : -1;
    const parts = (at < 0 ? id.replace(/^\//, "") : id.slice(at + prefix.length)).split("/");
    let node = root;
    for (const part of [name, ...parts]) {
      node.bytes += report.bytes[module];
      ++node.modules;
      let child = node.children.get(part);
      if (!child) node.children.set(part, (child = folder(part, node === root ? part : `${node.path}/${part}`, -1)));
      node = child;
    }
    node.module = module;
    node.bytes += report.bytes[module];
    ++node.modules;
  }
  const groups = [...root.children.values()].sort((a, b) => b.bytes - a.bytes);
  let rank = 0;
  for (const group of groups) mark(group, group.name === OWN ? 0 : ++rank);
  return root;
}

function mark(node: Folder, group: number) {
  node.group = group;
  for (const [key, child] of node.children) {
    let inner = child;
    while (inner.module < 0 && inner.children.size === 1) {
      const [only] = inner.children.values();
      if (only.module >= 0) break;
      only.name = `${inner.name}/${only.name}`;
      inner = only;
    }
    if (inner !== child) node.children.set(key, inner);
    mark(inner, group);
  }
}

function findFolder(root: Folder, path: string): Folder {
  let node = root;
  while (node.path !== path) {
    const next = [...node.children.values()].find((child) => path === child.path || path.startsWith(`${child.path}/`));
    if (!next) return root;
    node = next;
  }
  return node;
}

export function makeTreemap(app: App): View {
  const { payload } = app.report;
  const environments = payload.environments.map((_, i) => i).filter((i) => app.isClient(i));
  let mask = payload.clientEnvironments;
  let root = buildTree(app, mask);
  let top = root;
  let parents: Folder[] = [];
  let layout: Node<Box> | undefined;
  let hovered: Node<Box> | undefined;
  let cursor: Node<Box> | undefined; // of the keyboard
  let pending = 0;
  let arranged = ""; // what the layout is of

  const canvas = h("canvas", {
    tabindex: "0",
    role: "application",
    "aria-roledescription": "treemap",
    onpointermove: (event: PointerEvent) => hover(at(event), event),
    onpointerleave: () => hover(undefined),
    onclick: (event: PointerEvent) => open(at(event)),
    onkeydown: (event: KeyboardEvent) => onKey(event),
    onblur: () => ((cursor = undefined), draw()),
  });
  const tip = h("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  const frame = h("div", { class: "treemap-frame" }, canvas, tip);
  const crumbs = h("nav", { class: "crumbs", "aria-label": "Folder" });
  const spoken = h("div", { class: "unseen", role: "status" });
  const legend = h("ul", { class: "legend", "aria-label": "Colours" });
  let children: Folder[] = [];
  const list = new List({
    rowHeight: 44,
    label: "Contents by size",
    render: (index) => {
      const child = children[index];
      const name = h("bdi", { class: "base" }, child.name);
      return h(
        "div",
        { class: "content-row" },
        child.module >= 0
          ? h("a", { class: "path", href: app.whyHash(child.module), title: app.report.ids[child.module] }, name)
          : h("button", { class: "link path", title: child.name, onclick: () => zoom(child) }, name),
        h("span", { class: "tabular" }, size(child.bytes)),
        bar(children.length > 0 ? child.bytes / Math.max(1, children[0].bytes) : 0, `bar group-${colourOf(child)}`),
      );
    },
  });
  const select =
    environments.length > 1 &&
    h(
      "select",
      {
        class: "field",
        "aria-label": "Environment",
        onchange: (event: Event) => {
          mask = Number((event.target as HTMLSelectElement).value);
          root = buildTree(app, mask);
          zoom(root);
        },
      },
      h("option", { value: payload.clientEnvironments }, "All client environments"),
      environments.map((i) => h("option", { value: 1 << i }, app.environmentName(i))),
    );

  const colourOf = (node: Folder) => (node.group < 0 ? "rest" : node.group === 0 ? "own" : node.group <= COLOURS ? String(node.group) : "rest");

  function arrange() {
    const { clientWidth: width, clientHeight: height } = frame;
    if (width === 0 || height === 0) return;
    const laidOut = `${width} ${height} ${mask} ${top.path}`;
    if (laidOut === arranged) return;
    arranged = laidOut;
    // What is in a folder of a few pixels, or below the fourth level, cannot be told apart.
    const pixels = (width * height) / Math.max(1, top.bytes);
    const visibleFrom = (node: Folder, depth: number): Box => {
      const isOpen = node.children.size > 0 && depth < 4 && (depth === 0 || node.bytes * pixels > 150);
      return {
        ...node,
        folder: node,
        inside: isOpen ? [...node.children.values()].sort((a, b) => b.bytes - a.bytes).map((child) => visibleFrom(child, depth + 1)) : [],
      };
    };
    const base = hierarchy(visibleFrom(top, 0), (box) => box.inside).sum((box) => (box.inside.length === 0 ? Math.max(1, box.bytes) : 0));
    layout = treemap<Box>()
      .size([width, height])
      .round(true)
      .paddingInner((node) => (node.depth === 0 ? 3 : 1))
      .paddingOuter((node) => (node.depth === 0 ? 0 : hasTitle(node) ? 2 : 1))
      .paddingTop((node) => (node.depth === 0 ? 0 : hasTitle(node) ? 20 : 1))(base);
    hovered = cursor = undefined;
    draw();
  }

  const hasTitle = (node: Node<Box>) =>
    node.depth > 0 && node.depth < 3 && node.x1 - node.x0 > 56 && node.y1 - node.y0 > 44 && node.data.module < 0;

  function draw() {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(paint);
  }

  function paint() {
    if (!layout) return;
    const scale = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = frame;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext("2d");
    if (!context) return;
    const styles = getComputedStyle(frame);
    const colour = (name: string) => styles.getPropertyValue(name).trim();
    const fills = new Map<string, string>();
    const inks = new Map<string, string>();
    for (const name of ["own", "rest", ...Array.from({ length: COLOURS }, (_, i) => String(i + 1))]) {
      fills.set(name, colour(`--map-${name}`));
      inks.set(name, colour(`--map-ink`));
    }
    const family = styles.fontFamily;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    context.textBaseline = "middle";
    const write = (text: string, x: number, y: number, room: number, strong: boolean) => {
      context.font = `${strong ? "600 " : ""}12px ${family}`;
      if (room < 26) return x;
      const most = Math.floor(room / 4);
      let cut = text.length > most ? `${text.slice(0, most)}…` : text;
      while (cut.length > 2 && context.measureText(cut).width > room) cut = `${cut.slice(0, -2)}…`;
      if (cut.length <= 2 && cut !== text) return x;
      context.fillText(cut, x, y);
      return x + context.measureText(cut).width;
    };
    layout.each((node) => {
      const boxWidth = node.x1 - node.x0;
      const boxHeight = node.y1 - node.y0;
      if (node.depth === 0 || boxWidth < 1 || boxHeight < 1) return;
      const name = colourOf(node.data);
      const isLeaf = !node.children;
      context.globalAlpha = isLeaf ? 1 : node.depth === 1 ? 0.34 : 0.5;
      context.fillStyle = fills.get(name) ?? "gray";
      context.fillRect(node.x0, node.y0, boxWidth, boxHeight);
      context.globalAlpha = 1;
      context.fillStyle = inks.get(name) ?? "black";
      if (!isLeaf && hasTitle(node)) {
        const end = write(node.data.name, node.x0 + 6, node.y0 + 11, boxWidth - 12, node.depth === 1);
        const weight = size(node.data.bytes);
        context.font = `12px ${family}`;
        const room = node.x1 - 6 - context.measureText(weight).width;
        context.globalAlpha = 0.7;
        if (room > end + 12) context.fillText(weight, room, node.y0 + 11);
        context.globalAlpha = 1;
      } else if (isLeaf && boxHeight >= 18 && boxWidth >= 34) {
        write(node.data.name, node.x0 + 5, node.y0 + 10, boxWidth - 9, node.depth === 1);
        if (boxHeight >= 34) {
          context.globalAlpha = 0.7;
          write(size(node.data.bytes), node.x0 + 5, node.y0 + 25, boxWidth - 9, false);
          context.globalAlpha = 1;
        }
      }
    });
    for (const [node, name] of [[hovered, "--text"], [cursor, "--focus"]] as const) {
      if (!node) continue;
      context.strokeStyle = colour(name);
      context.lineWidth = node === cursor ? 3 : 1.5;
      context.strokeRect(node.x0 + 1, node.y0 + 1, node.x1 - node.x0 - 2, node.y1 - node.y0 - 2);
    }
  }

  // The smallest box under the pointer.
  function at(event: MouseEvent): Node<Box> | undefined {
    const box = canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const contains = (node: Node<Box>) => node.x0 <= x && x < node.x1 && node.y0 <= y && y < node.y1;
    let found: Node<Box> | undefined;
    for (let node = layout; node; ) {
      const next: Node<Box> | undefined = node.children?.find(contains);
      if (next) found = next;
      node = next;
    }
    return found;
  }

  function hover(node: Node<Box> | undefined, event?: PointerEvent) {
    if (node !== hovered) {
      hovered = node;
      draw();
    }
    tip.hidden = !node;
    canvas.classList.toggle("points", !!node);
    if (!node || !event) return;
    replace(
      tip,
      h("strong", {}, h("bdi", {}, node.data.path)),
      h("span", {}, `${size(node.data.bytes)} · ${share(node.data.bytes, root.bytes)} of the client`),
      h("span", { class: "quiet" }, node.data.module >= 0 ? "Click to see why it is here" : `${counted(node.data.modules, "module")} · click to look inside`),
    );
    const box = frame.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    tip.style.left = `${Math.max(0, Math.min(x + 14, box.width - tip.offsetWidth - 4))}px`;
    tip.style.top = `${y + 18 + tip.offsetHeight > box.height ? Math.max(0, y - tip.offsetHeight - 10) : y + 18}px`;
  }

  // A click goes one level into what was clicked; a file leads to why it is there.
  function open(node: Node<Box> | undefined) {
    if (!node) return;
    if (node.data.module >= 0 && node.depth <= 2) return app.go("why", app.report.ids[node.data.module]);
    let child = node;
    while (child.depth > 1 && child.parent) child = child.parent;
    if (child.data.module >= 0) app.go("why", app.report.ids[child.data.module]);
    else zoom(child.data.folder);
  }

  function zoom(to: Folder, isNoted = true) {
    top = to;
    parents = [];
    for (let node = root; node !== to; ) {
      parents.push(node);
      const next = [...node.children.values()].find((child) => to.path === child.path || to.path.startsWith(`${child.path}/`));
      if (!next) break;
      node = next;
    }
    if (isNoted) app.note("treemap", top.path);
    children = [...top.children.values()].sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
    list.reset(children.length);
    tip.hidden = true;
    replace(
      crumbs,
      parents.map((node) => [
        h("button", { class: "link", onclick: () => zoom(node) }, h("bdi", {}, node.name)),
        h("span", { class: "quiet", "aria-hidden": "true" }, "›"),
      ]),
      h("strong", {}, h("bdi", {}, top.name)),
      h("span", { class: "quiet tabular" }, `${size(top.bytes)} · ${counted(top.modules, "module")}`),
    );
    canvas.setAttribute(
      "aria-label",
      `Treemap of ${top.name}, ${size(top.bytes)}. Arrow keys move, Enter looks inside, Escape goes back. The same as a list follows.`,
    );
    spoken.textContent = `${top.name}: ${counted(children.length, "part")}, ${size(top.bytes)}`;
    showLegend();
    arrange();
  }

  function showLegend() {
    const groups = [...root.children.values()].sort((a, b) => a.group - b.group);
    const rest = groups.filter((group) => group.group > COLOURS);
    const item = (name: string, colour: string, bytes: number, go?: () => void) =>
      h(
        "li",
        {},
        h("span", { class: `swatch group-${colour}`, "aria-hidden": "true" }),
        go ? h("button", { class: "link", onclick: go }, h("bdi", {}, name)) : h("span", {}, name),
        h("span", { class: "quiet tabular" }, size(bytes)),
      );
    replace(
      legend,
      groups.filter((group) => group.group <= COLOURS).map((group) => item(group.name, colourOf(group), group.bytes, () => zoom(group))),
      rest.length > 0 && item(`${count(rest.length)} more packages`, "rest", rest.reduce((sum, group) => sum + group.bytes, 0)),
    );
  }

  // The nearest box of the first level in the direction of an arrow.
  function step(key: string) {
    const boxes = layout?.children ?? [];
    if (boxes.length === 0) return;
    if (!cursor) cursor = boxes[0];
    else {
      const from = cursor;
      const middle = (node: Node<Box>) => [(node.x0 + node.x1) / 2, (node.y0 + node.y1) / 2];
      const [x, y] = middle(from);
      const horizontal = key === "ArrowLeft" || key === "ArrowRight";
      const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
      let nearest = Infinity;
      for (const box of boxes) {
        if (box.x1 - box.x0 < 1 || box.y1 - box.y0 < 1) continue;
        const [bx, by] = middle(box);
        const along = sign * (horizontal ? bx - x : by - y);
        const across = Math.abs(horizontal ? by - y : bx - x);
        if (box === from || along <= 0.5) continue;
        const distance = along + 2 * across;
        if (distance < nearest) [nearest, cursor] = [distance, box];
      }
    }
    spoken.textContent = `${cursor.data.name}, ${size(cursor.data.bytes)}, ${share(cursor.data.bytes, top.bytes)}`;
    draw();
  }

  function onKey(event: KeyboardEvent) {
    if (event.key.startsWith("Arrow")) step(event.key);
    else if (event.key === "Enter" && cursor) open(cursor);
    else if ((event.key === "Escape" || event.key === "Backspace") && parents.length > 0) zoom(parents[parents.length - 1]);
    else return;
    event.preventDefault();
  }

  new ResizeObserver(arrange).observe(frame);
  addEventListener("themechange", draw);
  return {
    element: h(
      "div",
      { class: "page fills" },
      h("div", { class: "toolbar" }, crumbs, select),
      root.modules === 0
        ? h("p", { class: "quiet" }, "No module is in the client.")
        : h("div", { class: "treemap" }, frame, h("div", { class: "contents" }, list.element)),
      legend,
      spoken,
    ),
    show(route) {
      zoom(findFolder(root, route.selected), false);
    },
  };
}
