/** What every function here throws or rejects with. */
export class DemarcError extends Error {
  readonly name: "DemarcError";
  readonly code:
    | "DEMARC_BAD_CONFIG"
    | "DEMARC_CANCELLED"
    | "DEMARC_INCOMPLETE"
    | "DEMARC_INTERNAL"
    | "DEMARC_NO_BINARY"
    | "DEMARC_NO_THREAD"
    | "DEMARC_OUT_OF_MEMORY"
    | "DEMARC_OVER_BUDGET";
  readonly diagnostics: Diagnostic[];
}

export type Framework = "auto" | "rwsdk" | "plugin-rsc" | "waku" | "vinext" | "next" | "react-router" | "none";
export type Language = "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "mdx";
export type ImportKind =
  | "import"
  | "side-effect"
  | "export-from"
  | "export-all"
  | "dynamic"
  | "require"
  | "require-resolve"
  | "import-equals"
  | "glob"
  | "url"
  | "worker"
  | "dynamic-glob"
  | "require-glob";

/** A name on disk that is no UTF-8 is carried in base64. */
export type Id = string | { idBase64: string };

export interface Alias {
  find: string | RegExp | { re: string; flags?: string };
  replacement: string;
}

export interface EnvironmentOptions {
  consumer: "server" | "client";
  conditions?: string[];
  mainFields?: string[];
  extensions?: string[];
  builtins?: string[];
  external?: string[];
  noExternal?: boolean | string[];
  alias?: Alias[] | Record<string, string>;
}

export interface Question {
  specifier: string;
  /** An absolute path, or the id of a module that a plugin made. */
  importer: string;
  environment: string;
  kind: "import" | "require";
  /** The disk has not been asked yet (`pluginsFirst`). */
  first: boolean;
}

/** A path or id; null and undefined: no opinion. */
export type FallbackAnswer = string | { id: string; external?: boolean } | null | undefined;

/** The keys of the configuration file; they win over the file's. */
export interface ConfigurationOptions {
  framework?: Framework;
  mode?: "production" | "development";
  vite?: 7 | 8;
  entries?: string[];
  walk?: string[];
  prescan?: string[];
  exclude?: string[];
  environments?: Record<string, EnvironmentOptions>;
  boundaries?: Record<string, string[]>;
  alias?: Alias[] | Record<string, string>;
  dedupe?: string[];
  preserveSymlinks?: boolean;
  tsconfigPaths?: "off" | "vite8" | "plugin";
  external?: string[];
  typeImports?: "elide" | "keep";
  follow?: ("glob" | "worker" | "url")[];
  markers?: string[];
  /** What the scan may take beside what the process holds: bytes, "512MiB" or "40%". */
  maxMemory?: number | string;
}

export interface ScopeOptions extends ConfigurationOptions {
  /** The folder of package.json; default: the nearest from the working directory upwards. */
  root?: string;
  /** A configuration file; false: none is looked for. */
  config?: string | false;
  threads?: number | "auto";
  allowIncomplete?: boolean;
  absolutePaths?: boolean;
}

export interface AsyncOptions {
  signal?: AbortSignal;
}

export interface ScanOptions extends ScopeOptions, AsyncOptions {
  /** "modules" adds a record of each module with a directive or marker, "graph" one of every module, with its imports. */
  emit?: "map" | "modules" | "graph";
  stats?: boolean;
  onProgress?(progress: { filesFound: number; filesDone: number }): void;
  /** Asked in batches for what the disk cannot place; answers in the order of the questions. */
  resolveFallback?(questions: Question[]): FallbackAnswer[] | Promise<FallbackAnswer[]>;
  /** Texts of the modules among those answers that are no files; their imports are followed. */
  loadFallback?(
    files: { id: string; environment: string }[],
  ): LoadedText[] | Promise<LoadedText[]>;
  /** Specifiers that resolveFallback sees before the disk is asked. */
  pluginsFirst?: RegExp[];
}

export type LoadedText = string | { code: string; lang?: Language } | null | undefined;

export interface Diagnostic {
  rule: string;
  level: "info" | "warn" | "error";
  file?: string;
  line?: number;
  column?: number;
  message: string;
  help?: string;
}

export interface DirectiveUse {
  file?: string;
  idBase64?: string;
  value: string;
  level: "module" | "function";
  line: number;
  column: number;
  environments: string[];
}

export interface ImportRecord {
  specifier: string;
  kind: ImportKind;
  typeOnly?: boolean;
  line?: number;
  column?: number;
  /** By environment; null: unresolved; an array for patterns. */
  targets: Record<string, Id | null | Id[]>;
  external?: boolean;
  leaves?: Record<string, string>;
}

export interface ModuleRecord {
  id?: string;
  idBase64?: string;
  package: string | null;
  bytes: number;
  environments: string[];
  importedIn: string[];
  directives: string[];
  markers?: string[];
  exports?: string[];
  reexportsAll?: string[];
  imports?: ImportRecord[];
}

export interface ScanStats {
  modules: number;
  nodes: number;
  edges: number;
  filesRead: number;
  bytesRead: number;
  directoriesListed: number;
  readsDeduplicated: number;
  foldedByCase: number;
  foldedBySymlink: number;
  assetsSkipped: number;
  unresolved: number;
  exactParses: number;
  byExtension: Record<string, number>;
  durationMs: number;
  threads: number;
  memory: { budgetBytes: number; peakBytes: number; rssPeakBytes: number; spilledBytes: number; steps: number };
}

/** The JSON of `demarc scan --format json`, parsed when a field is looked at for the first time. */
export interface ScanResult {
  /** The bytes that the program prints, a Buffer. */
  readonly json: Uint8Array;
  readonly schemaVersion: 1;
  readonly tool: { name: string; version: string };
  readonly root: string;
  readonly framework: Framework;
  readonly entries: Id[];
  readonly complete: boolean;
  readonly clientFiles: Id[];
  readonly serverFiles: Id[];
  readonly hasServerFunctions: boolean;
  readonly directives: DirectiveUse[];
  readonly markers: Record<string, Id[]>;
  readonly modules?: ModuleRecord[];
  readonly diagnostics: Diagnostic[];
  readonly stats?: ScanStats;
  toJSON(): object;
}

export function scan(options?: ScanOptions): Promise<ScanResult>;

/** Blocks; takes no callbacks. */
export function scanSync(
  options?: Omit<ScanOptions, "signal" | "onProgress" | "resolveFallback" | "loadFallback" | "pluginsFirst">,
): ScanResult;

export interface ModuleSyntax {
  lang: Language;
  directives: { value: string; level: "module" | "function"; line: number; column: number; endColumn: number }[];
  imports: {
    specifier: string;
    kind: ImportKind;
    typeOnly: boolean;
    phase?: "defer" | "source";
    attributes?: boolean;
    names: { imported: string; local: string; typeOnly: boolean }[];
    line: number;
    column: number;
  }[];
  exports: { name: string; typeOnly: boolean; line: number; column: number }[];
  reexportsAll: string[];
  exact: boolean;
  diagnostics: Diagnostic[];
}

/** Directives, imports and exports of one source text. */
export function parseModule(code: string | Uint8Array, options?: { lang?: Language }): ModuleSyntax;

export interface ResolveQuestion {
  specifier: string;
  /** Absolute, or from the root; without one, as an entry. */
  importer?: string;
  /** Default: every one. */
  environment?: string;
  kind?: "import" | "require";
}

export interface ResolveAnswer {
  specifier: string;
  environment: string;
  result: "file" | "external" | "empty" | "optional-peer" | "skipped" | "unresolved";
  path: string;
  postfix: string;
  viteId?: string;
  reason?: string;
  rules: string[];
}

/** Where a specifier leads, an answer for each environment. */
export function resolve(question: ResolveQuestion, options?: ScopeOptions & AsyncOptions): Promise<ResolveAnswer[]>;
export function resolve(questions: ResolveQuestion[], options?: ScopeOptions & AsyncOptions): Promise<ResolveAnswer[][]>;

export interface WhyResult {
  root: string;
  complete: boolean;
  file: string;
  modules: { id: string }[];
  environments: {
    environment: string;
    chainCount: number;
    chains: {
      fromPrescan: boolean;
      steps: {
        id: string;
        environment: string;
        boundary?: "use client" | "use server";
        reexports?: number;
        specifier?: string;
        kind?: ImportKind;
        line?: number;
        column?: number;
      }[];
    }[];
  }[];
}

/** The chains of imports from an entry to a file, a package or what a specifier leads to. */
export function why(
  name: string,
  options?: ScopeOptions & AsyncOptions & { environment?: string; max?: number },
): Promise<WhyResult>;

export const version: string;

/** The native program of this platform; throws DEMARC_NO_BINARY where there is none. */
export function binaryPath(): string;
