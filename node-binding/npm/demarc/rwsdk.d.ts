/** What rwsdk hands over: Vite's resolved configuration and environments. Their types are Vite's own, of any version. */
export interface DirectivesScanArguments {
  rootConfig: any;
  environments: Record<string, any>;
  clientFiles: Set<string>;
  serverFiles: Set<string>;
  entries?: string[];
  /** Accepted, and without effect: no esbuild takes part. */
  esbuildOptions?: object;
}

/** rwsdk's own signature: adds to the two sets, resolves when it is done. */
export function runDirectivesScan(args: DirectivesScanArguments): Promise<void>;

export function hasDirective(code: string, directive: "use client" | "use server"): boolean;

export function classifyModule(args: {
  contents: string;
  inheritedEnv: "client" | "worker";
}): { moduleEnv: "client" | "worker"; isClient: boolean; isServer: boolean };

export function resolveModuleWithEnvironment(args: {
  path: string;
  importer?: string;
  importerEnv: "client" | "worker";
  clientResolver: any;
  workerResolver: any;
}): Promise<{ id: string } | null>;
