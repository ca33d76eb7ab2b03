/** A Vite plugin of any version; its own type would bind this package to one. */
export interface VitePlugin {
  name: string;
  // The members are Vite's.
  [member: string]: any;
}

/** Goes beside rsc() of @vitejs/plugin-rsc, or of a framework on it, and makes its two scan builds short. */
export function prunedScan(): VitePlugin;
export default prunedScan;

/** Puts plugin-rsc's table of server functions in the order of their paths. */
export function orderServerReferences(manager: object): void;
