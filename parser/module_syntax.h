// What one source text says to the outside: directives, imports, exports.
//
// A ModuleSyntax is the parser's whole answer about a file. It is plain data: byte offsets into the file and copies of
// the few texts that outlive the read (specifiers, directive values, names), all in one pool. No view into the source
// survives the call, so the source may be a window that has long moved on.
//
//   "use client";                        directives[0] = { value "use client", level module, offset 0 }
//   import Button, { type P } from "./b" imports[0]    = { specifier "./b", kind import }
//   export * from "./c"                  imports[1]    = { specifier "./c", kind export_all }
//
// Offsets are bytes from the start of the file (64-bit: files of several GB are legal input). Lines and columns are
// made from offsets on demand by locate.h, because most scans never ask for them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace demarc {

// The source languages, by file extension. `mjs` and `mts` cannot hold HTML-like comments; `ts`, `mts` and `cts` cannot
// hold JSX; plain JavaScript may (unlike esbuild and Vite we accept JSX in .js).
enum class Language : uint8_t { js, mjs, cjs, jsx, ts, mts, cts, tsx, mdx };

// Whether import.meta.glob with this query ("?raw", or "raw" of `as`) gives text or URLs instead of modules.
bool is_asset_glob(std::string_view query);

// The language of a file name, or false when the extension is no script (such files are leaves and are never opened).
bool language_of(std::string_view file_name, Language& language);
std::string_view to_string(Language language);

enum class DirectiveLevel : uint8_t { module, function };

enum class ImportKind : uint8_t {
  import,           // import x from "m"
  side_effect,      // import "m", import {} from "m"
  export_from,      // export { x } from "m"
  export_all,       // export * from "m", export * as ns from "m"
  dynamic,          // import("m")
  require,          // require("m")
  require_resolve,  // require.resolve("m")
  import_equals,    // import x = require("m")
  glob,             // import.meta.glob("./*.ts"): one record a pattern
  url,              // new URL("m", import.meta.url)
  worker,           // new Worker(new URL("m", import.meta.url))
  dynamic_glob,     // import(`./dir/${name}.js`), as the pattern ./dir/**/*.js
  require_glob,     // require("./dir/" + name)
};
std::string_view to_string(ImportKind kind);  // the names of interface.md: "side-effect", "export-from", ...

enum class ImportPhase : uint8_t { evaluation, defer, source };

// A piece of ModuleSyntax::pool.
struct TextRef {
  uint32_t offset = 0;
  uint32_t length = 0;
};

struct DirectiveRecord {
  uint64_t offset = 0;      // of the opening quote
  uint64_t end_offset = 0;  // behind the closing quote
  TextRef value =
      {};  // raw text between the quotes: "use\x20client" is not "use client" (ECMA-262, Directive Prologues)
  DirectiveLevel level = DirectiveLevel::module;
};

struct ImportRecord {
  uint64_t offset = 0;     // of the specifier's opening quote
  TextRef specifier = {};  // escapes decoded, without quotes
  ImportKind kind = ImportKind::import;
  ImportPhase phase = ImportPhase::evaluation;
  bool type_only = false;       // by syntax: import type, {type A} alone, export type, inside declare module
  bool types_inline = false;    // type_only because each name says so: `import {type A} from "m"`, which
                                // verbatimModuleSyntax keeps for its side effects, unlike `import type {A} from "m"`
  bool has_attributes = false;  // with { type: "json" }
  bool erasable = false;        // TypeScript: an import whose names could all turn out to be types (unused_imports.h
                                // knows); the lexer says so only where it sees no certain use of one of them
  bool names_nothing = false;   // import {} from, export {} from: esbuild drops them in TypeScript, oxc does not
  bool continues_call = false;  // glob: of the same import.meta.glob as the record before
  bool is_asset = false;    // glob: its files come as text or URL ({ query: "?raw" }, { as: "url" }), not as modules
  uint32_t first_name = 0;  // ModuleSyntax::import_names, with Collect::names
  uint32_t name_count = 0;
};

// One binding of an import or re-export clause: `imported` is "default" for a default import and "*" for a namespace;
// `local` is the name in this module, or for a re-export the exported name.
struct ImportName {
  TextRef imported;
  TextRef local;
  bool type_only = false;
};

struct ExportRecord {
  uint64_t offset = 0;
  TextRef name;  // "default" for a default export
  bool type_only = false;
};

// Why the lexer does not vouch for its own answer. Several may hold; none does for a file that was understood.
enum class Uncertainty : uint32_t {
  none = 0,
  unterminated = 1u << 0,        // string, template, comment, regular expression or JSX runs into the end
  unbalanced = 1u << 1,          // brackets do not match
  import_shape = 1u << 2,        // an import keyword in code whose clause has no known shape
  brace_kind = 1u << 3,          // cannot tell whether a brace opens a function body around a "use ..." string
  require_scope = 1u << 4,       // cannot tell which scope a local `require` belongs to
  nesting_depth = 1u << 5,       // deeper than the lexer follows
  export_shape = 1u << 6,        // with Collect::exports: an export form the lexer does not name (destructuring)
  encoding = 1u << 7,            // neither UTF-8 nor UTF-16 with a byte-order mark
  regular_expression = 1u << 8,  // a `/` or `<` that could be read both ways and mattered
};

struct ModuleSyntax {
  std::vector<DirectiveRecord> directives;   // in source order
  std::vector<ImportRecord> imports;         // in source order
  std::vector<ImportName> import_names;      // with Collect::names
  std::vector<uint64_t> dynamic_specifiers;  // offsets of import(x) and require(x) calls whose argument is no literal
  std::vector<ExportRecord> exports;     // with Collect::exports; `export *` without a name is an import record only
  std::string pool;                      // the text behind every TextRef
  uint32_t markers = 0;                  // bit i: the file contains ScanSettings::markers[i]
  uint32_t uncertainty = 0;              // Uncertainty bits
  uint64_t uncertain_offset = 0;         // where the first doubt arose
  bool has_esm = false;                  // an import or export statement was seen
  bool has_jsx = false;                  // exact only for the part that had to be lexed
  bool has_undecided_directive = false;  // a string that could be a directive lies where the lexer lost its way
  TextRef jsx_import_source;             // of an @jsxImportSource pragma; MDX: "react" as rwsdk compiles it

  std::string_view text(TextRef ref) const { return std::string_view(pool).substr(ref.offset, ref.length); }

  // Forgets the contents and keeps the memory, so that a reused record does not allocate.
  void clear();
  // Bytes held by the vectors, for the ledger.
  size_t bytes() const;
};

}  // namespace demarc
