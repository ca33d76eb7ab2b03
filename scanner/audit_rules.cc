// The rules as data: what `demarc explain`, SARIF and docs/rules.md say about them. What finds them is elsewhere:
// audit_directives.cc, audit_boundaries.cc, audit_actions.cc, audit_paths.cc.
#include <algorithm>
#include <iterator>

#include "scanner/audit.h"

namespace demarc {
namespace {

constexpr Rule kRules[] = {
    {.id = "action/client-reachable",
     .level = RuleLevel::info,
     .summary = "server functions that client code can call",
     .cause =
         "A module that begins with \"use server\" is imported by client code. Each of its exports becomes an address "
         "that "
         "anyone can send a request to, with arguments of their choice, whether or not a button leads there.",
     .example = "// src/app/Cart.tsx\n"
                "\"use client\";\n"
                "import { emptyCart } from \"./actions\";  // \"use server\": now reachable over the network\n",
     .remedy = "Nothing has to change. Read each function as the public end-point that it is: check who calls, and "
               "what with. "
               "Move functions that only server code calls to a module without the directive.",
     .security = true},
    {.id = "action/missing-use-server",
     .level = RuleLevel::warn,
     .summary = "a module of server functions without \"use server\", imported by client code",
     .cause =
         "Client code imports a module whose exports are all async functions, and which by its name or by what it "
         "imports belongs to the server. Without \"use server\" at its top the functions themselves are bundled for "
         "the browser, with whatever they import.",
     .example = "// src/app/actions.ts\n"
                "import { database } from \"./database\";  // imports server-only\n"
                "export async function addToCart(id: string) { await database.insert(id); }\n"
                "\n"
                "// src/app/Cart.tsx\n"
                "\"use client\";\n"
                "import { addToCart } from \"./actions\";\n",
     .remedy =
         "Begin the module with \"use server\" if clients may call its functions. Otherwise do not import it from "
         "client code."},
    {.id = "action/non-async-export",
     .level = RuleLevel::error,
     .summary = "a \"use server\" module exports something that is no async function",
     .cause = "What such a module exports is called over the network, so that only async functions can be exported. "
              "Frameworks refuse other exports, or drop them without a word: importing one from client code then gives "
              "undefined, or a function that suddenly answers with a promise.",
     .example = "\"use server\";\n"
                "export const limit = 10;                  // no function\n"
                "export function total(cart) { return 0; } // not async\n",
     .remedy = "Make the function async. Move constants, classes and types' values to a module without the directive."},
    {.id = "action/unreferenced",
     .level = RuleLevel::warn,
     .summary = "a server function that no module imports",
     .cause =
         "Every export of a \"use server\" module is an address that can be called over the network, used or not. One "
         "that nothing imports is only of use to whoever finds it.",
     .example = "\"use server\";\n"
                "export async function deleteUser(id: string) {}  // its button was removed a year ago\n",
     .remedy = "Remove the function, or its export if only its own module needs it.",
     .security = true},
    {.id = "baseline/stale",
     .level = RuleLevel::info,
     .summary = "an entry of the baseline whose finding is gone",
     .cause =
         "The baseline lists findings that were there when it was written. This one is there no more: it was mended, "
         "or its file was renamed.",
     .example = "demarc audit --update-baseline   # drops it\n",
     .remedy = "Write the baseline anew with --update-baseline, so that the same finding cannot come back unseen."},
    {.id = "boundary/budget",
     .level = RuleLevel::warn,
     .summary = "client code is larger than its budget",
     .cause =
         "The sources in the client's graph, of one boundary, or of one package in client code, exceed the size that "
         "`budgets` in the configuration or --budget allows. Sizes are those of sources on disk: what a build sends is "
         "smaller, but grows with them.",
     .example = "demarc audit --budget client=600KB --budget boundary=120KB --budget lodash=0\n",
     .remedy = "See what the boundary drags in (`demarc list packages`, `demarc why`), import less of it, or raise the "
               "budget."},
    {.id = "boundary/client-barrel",
     .level = RuleLevel::warn,
     .summary = "a \"use client\" module that is mostly re-exports, or has export *",
     .cause =
         "Server code that imports one name of the module makes a client reference of every export, and the browser "
         "gets all that the module re-exports. With export * a bundler cannot know the names: Next.js refuses it, "
         "RedwoodSDK drops those exports.",
     .example = "// src/ui/index.ts\n"
                "\"use client\";\n"
                "export * from \"./Button\";\n"
                "export * from \"./Chart\";  // and a charting library with it\n",
     .remedy =
         "Put the directive into the components that need it and take it out of the module that collects them, or "
         "import the components directly."},
    {.id = "boundary/client-only-in-server",
     .level = RuleLevel::error,
     .summary = "code that is only for clients is in a server graph",
     .cause =
         "A module that imports client-only, or react-dom/client, is reached by server code without a \"use client\" "
         "module on the way. Both exist to fail there.",
     .example = "// src/lib/storage.ts\n"
                "import \"client-only\";\n"
                "\n"
                "// src/app/Page.tsx, a server component\n"
                "import { read } from \"../lib/storage\";\n",
     .remedy = "Use it from a component that begins with \"use client\", and render that component from the server."},
    {.id = "boundary/missing-client",
     .level = RuleLevel::error,
     .summary = "a server module uses what React offers to clients only",
     .cause =
         "The module calls hooks with state or effects, makes a context or extends Component, and server code reaches "
         "it "
         "without a \"use client\" module on the way. In a server environment React does not have these functions.",
     .example = "// src/app/Counter.tsx, imported by a server component\n"
                "import { useState } from \"react\";\n"
                "export function Counter() { const [n, setN] = useState(0); return n; }\n",
     .remedy =
         "Begin the module with \"use client\". In a package, wrap what you use in a module of your own that does."},
    {.id = "boundary/mixed-barrel",
     .level = RuleLevel::warn,
     .summary = "one module re-exports client modules and modules of the server",
     .cause = "Whoever imports a client component from the module imports the server's part with it, and the other way "
              "around. "
              "In client code that is a failing build or server code in the browser; in server code it makes client "
              "references "
              "of all that is next to what was wanted.",
     .example = "// src/features/cart/index.ts\n"
                "export { CartButton } from \"./CartButton\";  // \"use client\"\n"
                "export { loadCart } from \"./loadCart\";      // imports server-only\n",
     .remedy = "Split it into one module a side, for example index.ts and server.ts."},
    {.id = "boundary/node-builtin-in-client",
     .level = RuleLevel::error,
     .summary = "client code imports a module of Node or of the server's platform",
     .cause = "A module in the browser's graph imports node:fs or the like. Vite puts an empty module there, so that "
              "the code "
              "fails when it runs, or does not resolve it at all.",
     .example = "// src/lib/config.ts, imported by a \"use client\" module\n"
                "import { readFileSync } from \"node:fs\";\n",
     .remedy = "Move the code to a module that only server code imports, or hand the value to the client as a prop."},
    {.id = "boundary/orphan",
     .level = RuleLevel::info,
     .summary = "a client module that nothing imports",
     .cause =
         "The module is in the graph only because the scan looks for directives in all files: no import leads to it. "
         "It is still built into the client, because the framework does the same.",
     .example = "// src/app/OldBanner.tsx\n"
                "\"use client\";\n"
                "export function OldBanner() {}  // imported by nobody\n",
     .remedy = "Delete the file, or leave it out with `exclude` if it is a story or a test."},
    {.id = "boundary/redundant-client",
     .level = RuleLevel::info,
     .summary = "a \"use client\" module that only client code imports",
     .cause =
         "The directive marks where server code hands over to client code. Below that line everything is client code "
         "already; a directive there has no effect, and hides where the line really is.",
     .example = "// src/app/Menu.tsx, imported by server code\n"
                "\"use client\";\n"
                "import { MenuItem } from \"./MenuItem\";\n"
                "\n"
                "// src/app/MenuItem.tsx, imported by Menu.tsx alone\n"
                "\"use client\";\n",
     .remedy =
         "Remove the directive, or keep it if server code shall be able to render the component: it does no harm."},
    {.id = "boundary/server-only-in-client",
     .level = RuleLevel::error,
     .summary = "code that is only for the server is in the client's graph",
     .cause =
         "A module that imports server-only is reached by client code. The package exists to fail there, so that no "
         "secret and no database driver gets into a browser.",
     .example = "// src/lib/database.ts\n"
                "import \"server-only\";\n"
                "\n"
                "// src/app/Search.tsx\n"
                "\"use client\";\n"
                "import { find } from \"../lib/database\";\n",
     .remedy =
         "Pass the data to the client component as a prop, or call a function of a \"use server\" module. If only "
         "types are needed, import them with `import type`.",
     .security = true},
    {.id = "boundary/unneeded-client",
     .level = RuleLevel::off,
     .summary = "a \"use client\" module that needs nothing of the client",
     .cause =
         "The module has no hooks, no event handlers, no browser globals, and imports nothing that has. On the server "
         "it would render the same, and its code would not be sent.",
     .example = "\"use client\";\n"
                "export function Title({ text }) { return <h1>{text}</h1>; }\n",
     .remedy = "Remove the directive. Off by default: whether a component should be server code is a decision, not a "
               "fact."},
    {.id = "directive/conflict",
     .level = RuleLevel::error,
     .summary = "a module is both \"use client\" and \"use server\"",
     .cause =
         "One file says both, or has a \"use server\" function inside a \"use client\" module. Next.js and plugin-rsc "
         "refuse that; RedwoodSDK takes the file for client code and the server functions are none.",
     .example = "\"use client\";\n"
                "export function Form() {\n"
                "  async function save() { \"use server\"; }\n"
                "  return <form action={save} />;\n"
                "}\n",
     .remedy = "Move the server functions to a file of their own that begins with \"use server\", and import them."},
    {.id = "directive/misplaced",
     .level = RuleLevel::error,
     .summary = "\"use client\" or \"use server\" stands where it is no directive",
     .cause =
         "A directive is a plain string in front of all other code of its file or function. Behind a statement, in "
         "parentheses or as a template literal it is an expression without effect, and the module is treated as if it "
         "were not there.",
     .example = "import { useState } from \"react\";\n"
                "\"use client\";  // too late\n",
     .remedy =
         "Move it to the first line, above all imports. If a formatter or a build step put the parentheses or the "
         "imports there, mend that step."},
    {.id = "directive/not-seen-by-framework",
     .level = RuleLevel::warn,
     .summary = "a correct directive that the framework does not see",
     .cause = "RedwoodSDK looks for directives line by line in the first 512 characters of a file. One behind a longer "
              "comment, on a line with another directive or behind a #! line is not found, though it is correct.",
     .example = "/* a licence of 600 characters */\n"
                "\"use client\";\n",
     .remedy =
         "Move the directive above the comment and onto a line of its own, or name the file in forceClientPaths or "
         "forceServerPaths."},
    {.id = "directive/typo",
     .level = RuleLevel::warn,
     .summary = "a string that is almost \"use client\" or \"use server\"",
     .cause = "Directives are compared letter by letter. \"Use Client\", \"use-client\", \"use  client\" and \"use "
              "sever\" are "
              "legal JavaScript and mean nothing.",
     .example = "\"use clients\";\n"
                "export function Menu() {}\n",
     .remedy = "Write \"use client\" or \"use server\"."},
    {.id = "package/directive-dropped",
     .level = RuleLevel::error,
     .summary = "a published file has lost the directive of its source",
     .cause =
         "Bundlers drop or move directives when they join modules, so that a package that is correct as sources has "
         "none in what it publishes. `demarc audit --package` compares the two.",
     .example = "// src/Button.tsx         \"use client\"; ...\n"
                "// dist/Button.js         import { useState } from \"react\"; ...\n",
     .remedy = "Keep one output file a module, or tell the bundler to preserve directives, and make sure that the "
               "directive comes first in each file that has one."},
    {.id = "path/case-mismatch",
     .level = RuleLevel::warn,
     .summary = "an import spells a path with other letter case than the disk",
     .cause =
         "The file system folds letter case, so that the import works here. On a system that does not it is an error, "
         "and tools that compare paths take the two spellings for two modules.",
     .example = "import { Button } from \"./button\";  // the file is Button.tsx\n",
     .remedy = "Spell the import as the file is spelled on disk."},
    {.id = "path/duplicate-instance",
     .level = RuleLevel::warn,
     .summary = "one environment has two copies of a package that must be there once",
     .cause = "React, and packages that share state through React contexts, compare identities. With two copies in one "
              "environment hooks fail, or a provider of the one is not seen by consumers of the other.",
     .example = "node_modules/react/index.js\n"
                "node_modules/some-library/node_modules/react/index.js\n",
     .remedy = "Update what asks for the other version, deduplicate the lock file, or name the package in Vite's "
               "resolve.dedupe."},
    {.id = "scan/dynamic-specifier",
     .level = RuleLevel::info,
     .summary = "an import whose specifier is an expression",
     .cause =
         "What import(name) or require(name) loads is known when it runs. It is not followed, so a directive behind it "
         "is not found through it.",
     .example = "const page = await import(name);\n",
     .remedy = "Name the possible modules with literals or with import.meta.glob, or as entries."},
    {.id = "scan/parse-error",
     .level = RuleLevel::error,
     .summary = "the syntax of a file cannot be followed",
     .cause =
         "The file has an error, or is written in a language other than its extension says. What was found before and "
         "behind the place is used.",
     .example = "export function Page( { return <p>; }\n",
     .remedy = "Mend it: a bundler will refuse the file as well."},
    {.id = "scan/unresolved",
     .level = RuleLevel::warn,
     .summary = "an import leads nowhere",
     .cause = "No file, package or alias answers to the specifier in that environment. What lies behind it is missing "
              "from the "
              "map. In packages this is a note: optional dependencies are often not installed.",
     .example = "import { thing } from \"./no-such-file\";\n",
     .remedy = "Correct the specifier or install the package. If a Vite plugin resolves it, declare it with --alias or "
               "--external."},
    {.id = "suppression/invalid",
     .level = RuleLevel::warn,
     .summary = "a demarc-ignore-next-line comment that suppresses nothing",
     .cause =
         "The comment names no rule, or one that does not exist, or it gives no reason. Whoever reads it later has to "
         "be able to judge whether it is still right.",
     .example = "// demarc-ignore-next-line boundary/client-barrel\n"
                "import { Cart } from \"./icons\";\n",
     .remedy = "Write: // demarc-ignore-next-line boundary/client-barrel -- three icons, measured. Several rules stand "
               "with commas between them."},
    {.id = "suppression/unused",
     .level = RuleLevel::info,
     .summary = "a demarc-ignore-next-line comment with nothing to suppress",
     .cause =
         "There is no finding of that rule on the next line, or in the import that begins there. It was mended, or the "
         "comment stands in another place.",
     .example = "// demarc-ignore-next-line scan/unresolved -- made by the build\n"
                "import \"./there-by-now\";\n",
     .remedy = "Remove the comment, so that it does not hide the next finding."},
};

static_assert(std::is_sorted(std::begin(kRules), std::end(kRules),
                             [](const Rule& a, const Rule& b) { return a.id < b.id; }));

}  // namespace

std::span<const Rule> rules() {
  return kRules;
}

const Rule* find_rule(std::string_view id) {
  const Rule* found =
      std::find_if(std::begin(kRules), std::end(kRules), [&](const Rule& rule) { return rule.id == id; });
  return found == std::end(kRules) ? nullptr : found;
}

std::string_view to_string(RuleLevel level) {
  switch (level) {
    case RuleLevel::off:
      return "off";
    case RuleLevel::info:
      return "info";
    case RuleLevel::warn:
      return "warn";
    case RuleLevel::error:
      return "error";
  }
  return "";
}

std::string_view to_string(Standing standing) {
  switch (standing) {
    case Standing::active:
      return "active";
    case Standing::suppressed:
      return "suppressed";
    case Standing::baseline:
      return "baseline";
    case Standing::unchanged:
      return "unchanged";
  }
  return "";
}

}  // namespace demarc
