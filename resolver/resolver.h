// Turns (importer, specifier, environment, kind of request) into a canonical file or a reason, as Vite does.
//
//   Resolver resolver(file_system, options);                 // options.root and environments are set
//   FileId entry = *resolver.intern("/app/src/main.tsx");
//   Resolution r = resolver.resolve(EnvironmentId{0}, entry, "react", RequestKind::import);
//   if (r.kind == ResolutionKind::file) print(resolver.path(r.file));
//
// The rules are numbered R1 to R162 (docs/resolution.md). One directory listing answers existence, kind and on-disk
// spelling of all names in it; package.json files are parsed once into a compact copy; conditions are bit sets, so all
// environments share the copy; recent answers are kept per (environment, kind, importer directory, specifier).
//
// Thread-safety: resolve, intern, path, and all const functions may be called by any number of threads. Equal questions
// asked at the same time do the work at most twice and give equal answers. No function throws but std::bad_alloc.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/chunk_source.h"
#include "resolver/file_system.h"
#include "resolver/result.h"

namespace demarc {

// Interned, append-only, dense from 0. A FileId names a canonical path: every link followed, every component spelled as
// its directory lists it (unless preserve_symlinks). Equal files have equal ids.
enum class DirId : uint32_t {};
enum class FileId : uint32_t {};
enum class EnvironmentId : uint8_t {};  // index into ResolverOptions::environments
enum class TextId : uint32_t {};        // an interned text; equal texts have equal ids; TextId{0} is the empty text
constexpr FileId kNoFile = FileId(0xffffffff);
// An importer that is no file: a module that a plugin made. Its imports are resolved from the root.
constexpr FileId kVirtualFile = FileId(0xfffffffe);
constexpr DirId kNoDir = DirId(0xffffffff);

enum class Consumer : uint8_t { server, client };
enum class ViteVersion : uint8_t { vite7 = 7, vite8 = 8 };
enum class Mode : uint8_t { production, development };
enum class TsconfigPaths : uint8_t {
  off,
  vite8,  // resolve.tsconfigPaths of Vite 8 (R100 to R105)
  plugin  // the vite-tsconfig-paths plugin (R106); rwsdk installs it by itself
};

struct Alias {
  std::string find;  // text, or a regular expression in ECMAScript syntax
  bool is_regexp = false;
  std::string regexp_flags;
  std::string replacement;
};

// What is wrong with an alias's expression, for whoever reads the configuration; empty if nothing is. The resolver
// passes over an alias that cannot be used.
std::string invalid_alias(const Alias& alias);

struct EnvironmentOptions {
  std::string name;
  Consumer consumer = Consumer::server;
  std::vector<std::string> conditions;   // without import/require, default and development|production: those are added
  bool mode_condition = true;            // add development|production, as Vite does unless told otherwise
  std::vector<std::string> main_fields;  // without main: it always follows
  std::vector<std::string> extensions = {".mjs", ".js", ".mts", ".ts", ".jsx", ".tsx", ".json"};
  // Server: ids that are external whatever is installed; * stands for any rest. Empty: Node's own. With a list, Node's
  // own are external only where no package has the name (R120).
  std::vector<std::string> builtins;
  std::vector<std::string> external;     // names or patterns with *, on top of ResolverOptions::external
  bool no_external_all = true;           // noExternal: true. false applies R131
  std::vector<std::string> no_external;  // package names, * stands for any rest
  std::vector<Alias> alias;              // before ResolverOptions::alias
};

struct ResolverOptions {
  std::string root;  // absolute; made canonical by the resolver
  ViteVersion vite = ViteVersion::vite8;
  Mode mode = Mode::production;
  std::vector<EnvironmentOptions> environments;  // at most 16
  std::vector<Alias> alias;
  std::vector<std::string> dedupe;
  std::vector<std::string> external;
  bool preserve_symlinks = false;
  TsconfigPaths tsconfig_paths = TsconfigPaths::off;
  std::string tsconfig_file;  // overrides the search for the nearest one
  bool trace = false;         // record the numbers of the rules taken; see resolve_traced
};

enum class RequestKind : uint8_t { import, require };

enum class ResolutionKind : uint8_t {
  file,
  external,       // builtin, URL, or external by configuration
  empty,          // mapped to false by a browser field, or a builtin in a client environment
  optional_peer,  // missing, but marked optional in peerDependenciesMeta (R130)
  skipped,        // belongs to a plugin or needs no file: virtual:, NUL, data: (R2, R7, R122)
  unresolved
};

enum class UnresolvedReason : uint8_t {
  none,
  not_found,
  package_not_found,
  not_exported,  // the package's exports do not offer this path under these conditions
  not_imported,  // a # specifier without a match in imports
  invalid_package_json,
  invalid_target,  // exports or imports lead out of the package
  alias_target_missing,
  invalid_tsconfig,
  invalid_specifier,
  case_mismatch  // only the letter case differs, and the disk tells the two apart
};
std::string_view to_string(ResolutionKind kind);
std::string_view to_string(UnresolvedReason reason);

struct Resolution {
  ResolutionKind kind = ResolutionKind::unresolved;
  UnresolvedReason reason = UnresolvedReason::none;
  FileId file = kNoFile;  // with kind file
  // The postfix ("?url", "#x") of a file; the id of an external; "specifier:package" of an optional peer; what follows
  // Vite's stub id for empty; the path that is there for case_mismatch. 0 = empty.
  TextId text{};
  // What Vite itself answers where that differs from path + postfix; 0 = it does not. With unresolved: Vite hands on a
  // path here without looking whether it exists.
  TextId vite_id{};
};

// A Resolution in texts.
struct ResolutionText {
  std::string path;     // canonical path of a file, id of an external, "specifier:package" of an optional peer
  std::string postfix;  // of a file; of empty, what follows Vite's stub id
  std::string vite_id;
};

// Something wrong with a file that many imports depend on, or with an import's spelling; reported once.
struct ResolverProblem {
  enum class Kind : uint8_t {
    invalid_package_json,
    invalid_tsconfig,
    tsconfig_extends_missing,
    tsconfig_extends_loop,
    unreadable_directory,
    unreadable_file,  // a package.json or tsconfig that exists and cannot be read, or a link whose target cannot be
                      // reached
    case_mismatch     // file imported under another spelling than the disk's
  };
  Kind kind;
  std::string path;     // canonical path of the file concerned
  uint64_t offset = 0;  // byte offset in that file, where known
  int error = 0;        // errno
  std::string detail;   // parser message, the cycle, the missing base, the other spelling
};

// What the tsconfig.json that owns a TypeScript file says about imports whose names only types use. Vite reads it when
// it compiles the file, whatever `tsconfig_paths` is.
struct TypeImportRules {
  bool keeps_unused = false;               // verbatimModuleSyntax, or one of the options that it replaced
  bool decorator_metadata = false;         // emitDecoratorMetadata: some types are values
  std::vector<std::string> jsx_factories;  // first names of jsxFactory and jsxFragmentFactory: JSX uses them
};

class Resolver {
 public:
  // `chunks` gives the memory of all tables; it has to outlive the resolver.
  Resolver(FileSystem& file_system, ResolverOptions options, ChunkSource& chunks = heap_chunks());
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  const ResolverOptions& options() const;
  std::string_view root() const;  // canonical

  // Answers one request. importer = kNoFile: an entry, resolved from the root.
  Resolution resolve(EnvironmentId environment, FileId importer, std::string_view specifier, RequestKind kind);
  // The same for an importer that is no file on disk: an id as a bundler has it (virtual, missing, with a postfix).
  Resolution resolve_from(EnvironmentId environment, std::string_view importer_id, std::string_view specifier,
                          RequestKind kind);
  // As resolve_from, never memoised, and appends the numbers of the rules taken ("R10", "R43").
  Resolution resolve_traced(EnvironmentId environment, std::string_view importer_id, std::string_view specifier,
                            RequestKind kind, std::vector<std::string>& rules);

  ResolutionText describe(const Resolution& resolution) const;

  // The canonical id of an existing path (absolute, or relative to the root). Error: ENOENT, EACCES, ELOOP...
  // A directory or special file is interned as well: the scanner reports it when it opens it.
  Result<FileId> intern(std::string_view path);

  // Paths. A FileId's text is built on demand; only names are stored.
  std::string path(FileId file) const;
  void append_path(FileId file, std::string& to) const;
  void append_path(DirId directory, std::string& to) const;  // without a slash behind it
  std::string_view name(FileId file) const;
  DirId directory(FileId file) const;
  // Texts: specifiers, postfixes and whatever else the caller wants to keep once.
  TextId intern_text(std::string_view text);
  std::string_view text(TextId text) const;  // valid as long as the Resolver
  size_t file_count() const;                 // FileIds handed out so far are 0 .. file_count() - 1

  // The name of the package a file belongs to: the segment behind its last node_modules ("lucide-react",
  // "@mui/material"), for a linked package outside node_modules the name in its nearest package.json; empty for the
  // root's own files.
  std::string package_name(FileId file);

  // Not memoised: a walk up the directories, without a system call where the listings are known.
  TypeImportRules type_import_rules(FileId file);

  // Names of one directory, from the same listing that resolution uses. For prescan and glob edges. 0 or errno.
  int visit_directory(std::string_view directory, DirectoryVisitor& visitor);

  std::vector<ResolverProblem> problems() const;  // sorted by path, each once
  size_t bytes() const;                           // memory of all tables, for the ledger; cheap
  size_t directories_listed() const;
  // Drops what can be read again (directory listings); ids stay valid. Not to be called while resolve runs.
  void drop_listings();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace demarc
