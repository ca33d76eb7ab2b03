// node --import demarc/register node_modules/vite/bin/vite.js build
//
// Leads rwsdk's imports of its own directive scan to demarc's. Nothing in the project changes, and where demarc cannot
// run, rwsdk keeps its own.
import * as module from "node:module";

import { whyUnavailable } from "./lib/platform.js";
import { redirected } from "./lib/redirect.js";
import { warnOnce } from "./lib/warn.js";

const reason = whyUnavailable();
if (reason !== null) {
  warnOnce(`${reason} RedwoodSDK's own directive scan runs instead.`);
} else if (module.registerHooks) {
  module.registerHooks({
    resolve(specifier, context, next) {
      const url = redirected(specifier, context.parentURL);
      return url === null ? next(specifier, context) : { url, format: "module", shortCircuit: true };
    },
  });
} else {
  module.register("./lib/register-hooks.js", import.meta.url);
}
