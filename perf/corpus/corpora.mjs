// What each corpus is made of. Packages come from NAME/package.json and its lock file; the counts below were chosen so
// that `modules` holds with exactly those packages. perf/compare says so when they do not.

import fs from "node:fs";
import path from "node:path";

import { SYNTHETIC_MODULES } from "./synthetic.mjs";

/** File names of an installed package's folder that `pattern` matches, its first group each, in byte order. */
function names(root, folder, pattern) {
  return fs
    .readdirSync(path.join(root, "node_modules", folder))
    .map((name) => pattern.exec(name)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}

/** `import { Search as LucideSearch } from "lucide-react"`: the names of one group in each of `times` files. */
function named(place, from, prefix, groups, use, times) {
  return groups.map((group) => {
    const locals = group.map((name) => `${prefix}${name[0].toUpperCase()}${name.slice(1)}`);
    const names = group.map((name, i) => `${name} as ${locals[i]}`).join(", ");
    return { in: place, statement: `import { ${names} } from "${from}";`, times, ...use(locals) };
  });
}

/** `import HeroStarIcon from "@heroicons/react/24/outline/StarIcon"`, or with `* as` before the name: a file each. */
function single(place, list, prefix, specifierOf, use = asElements, star = "") {
  return list.map((name) => {
    const local = `${prefix}${name.replace(/\W/g, "_")}`;
    return { in: place, statement: `import ${star}${local} from "${specifierOf(name)}";`, ...use([local]) };
  });
}

// How the names are used. As the menu of an app does it is the one of these that a lexer cannot tell from a type.
const asElements = (locals) => ({ elements: locals });
const asCalls = (locals) => ({ value: locals.map((local) => `${local}(input as never)`).join(", ") });
const asMenu = (locals) => ({ value: locals.map((local) => `{ title: "${local}", icon: ${local} }`).join(", ") });
const asNamespace = ([local]) => ({ value: `Object.keys(${local}).length` });

const whole = (place, list, prefix, specifierOf) => single(place, list, prefix, specifierOf, asNamespace, "* as ");

const lucide = (times) => [
  ...named("client", "lucide-react", "Lucide", [["Search", "Menu"], ["Check", "ChevronDown"], ["Trash2", "Pencil", "Plus"]], asElements, times),
  ...named("client", "lucide-react", "Menu", [["House", "Settings", "Users"]], asMenu, times),
];
const lodash = (times) =>
  named("lib", "lodash-es", "Lodash", [["debounce", "groupBy"], ["sortBy", "uniq", "keyBy"], ["isEqual"]], asCalls, times);
const dates = (times) => named("lib", "date-fns", "Dates", [["format", "parseISO"], ["addDays", "isBefore"]], asCalls, times);

// prettier-ignore
const MUI = ["Button", "TextField", "Alert", "Avatar", "Badge", "Box", "Card", "Checkbox", "Chip", "Dialog", "Divider", "Drawer", "Grid",
  "Link", "List", "ListItem", "Menu", "MenuItem", "Paper", "Radio", "Select", "Skeleton", "Slider", "Stack", "Switch", "Tabs", "Tooltip",
  "Typography", "Accordion", "AppBar", "Autocomplete", "Backdrop", "BottomNavigation", "Breadcrumbs", "CircularProgress", "Collapse",
  "Container", "Fab", "Fade", "LinearProgress", "Pagination", "Popover", "Popper", "Rating", "Snackbar", "SpeedDial", "Stepper", "Table",
  "Toolbar", "Zoom"];
const mui = (count) => single("client", MUI.slice(0, count), "Mui", (name) => `@mui/material/${name}`);
const heroicons = (root, count) =>
  single("client", names(root, "@heroicons/react/24/outline/esm", /^(\w+Icon)\.js$/).slice(0, count), "Hero", (name) => `@heroicons/react/24/outline/${name}`);
const tabler = (root, count) =>
  single("client", names(root, "@tabler/icons-react/dist/esm/icons", /^(Icon\w+)\.mjs$/).slice(0, count), "Tabler", (name) => `@tabler/icons-react/dist/esm/icons/${name}.mjs`);

export const CORPORA = {
  small: {
    modules: { ".js": 58, ".tsx": 60, ".ts": 32 },
    app: { seed: 150, areas: 4, tsx: 60, ts: 32, bytes: 2500 },
    uses: (root) => heroicons(root, 6),
  },
  medium: {
    modules: { ".js": 1149, ".tsx": 220, ".ts": 130, ".mjs": 1 },
    app: { seed: 1500, areas: 12, tsx: 220, ts: 130, bytes: 3500 },
    uses: (root) => [...mui(45), ...dates(6), ...heroicons(root, 102)],
  },
  // The project of the report that began this: 4,688 files of these kinds, 17 MB, about 270 of them with a directive.
  large: {
    modules: { ".js": 3921, ".tsx": 395, ".ts": 231, ".mjs": 141 },
    app: { seed: 4688, areas: 24, tsx: 395, ts: 231, bytes: 5800 },
    uses: (root) => [
      ...lucide(12),
      ...lodash(8),
      ...dates(12),
      ...whole("lib", ["locale"], "DateFns", (name) => `date-fns/${name}`),
      ...mui(18),
      ...whole("client", ["box", "button", "dialog"], "Chakra", (name) => `@chakra-ui/react/${name}`),
      ...whole("client", ["md", "fa6", "ri", "bs"], "ReactIcons", (name) => `react-icons/${name}`),
      ...heroicons(root, 133),
      ...tabler(root, 39),
    ],
  },
  // Icon packs, each the barrel that an app with one icon of it reaches in whole; two that are imported file by file.
  huge: {
    modules: { ".js": 36580, ".mjs": 17673, ".tsx": 1500, ".ts": 900 },
    app: { seed: 50000, areas: 40, tsx: 1500, ts: 900, bytes: 4000 },
    uses: (root) => [
      ...lucide(30),
      ...lodash(20),
      ...dates(40),
      ...whole("lib", ["locale"], "DateFns", (name) => `date-fns/${name}`),
      ...mui(50),
      ...named("client", "@mui/icons-material", "Material", [["Abc", "Home"], ["Search"]], asElements, 20),
      ...named("client", "@tabler/icons-react", "Tabler", [["IconHome", "IconUser"], ["IconSearch"]], asElements, 20),
      ...named("client", "@phosphor-icons/react", "Phosphor", [["House", "User"], ["Gear"]], asElements, 20),
      ...named("server", "@phosphor-icons/react/ssr", "PhosphorServer", [["House", "User"], ["Gear"]], asElements, 20),
      ...named("client", "mdi-material-ui", "Mdi", [["Account", "Home"], ["Magnify"]], asElements, 20),
      ...named("client", "@ant-design/icons", "Ant", [["HomeOutlined", "UserOutlined"]], asElements, 20),
      ...named("client", "@iconscout/react-unicons", "Unicons", [["UilHome", "UilUser"]], asElements, 10),
      ...named("client", "@carbon/icons-react", "Carbon", [["Home", "User"]], asElements, 10),
      ...["24/outline", "24/solid", "20/solid", "16/solid"].flatMap((set) =>
        named("client", `@heroicons/react/${set}`, `Hero${set.replace("/", "")}`, [["HomeIcon", "UserIcon"]], asElements, 10),
      ),
      ...whole("client", names(root, "@fluentui/react-icons/lib/atoms/svg", /^([\w-]+)\.js$/), "Fluent", (name) => `@fluentui/react-icons/svg/${name}`),
      ...single("lib", names(root, "@iconify-icons/mdi", /^([\w-]+)\.js$/), "Iconify", (name) => `@iconify-icons/mdi/${name}`, asNamespace),
    ],
  },
  // See synthetic.mjs.
  synthetic: { modules: { ".js": SYNTHETIC_MODULES } },
};
