import type { ConfigurationOptions } from "./index.js";
import type { VitePlugin } from "./plugin-rsc.js";

export interface DemarcPluginOptions extends ConfigurationOptions {
  threads?: number | "auto";
  /** Runs the framework's own scan beside demarc's and reports every difference; replaces nothing. */
  verify?: boolean;
}

/**
 * Scans once a build for all environments; offers `virtual:demarc/map`; prunes the scan builds of @vitejs/plugin-rsc.
 */
export default function demarc(options?: DemarcPluginOptions): VitePlugin[];
