// PUBLIC: scans a project for React Server Components directives.
//
//   ScanOptions options;
//   options.root = "/app";
//   ScanResult result = scan(options);
//   for (const Module& module : result.modules)
//     if (module.client) puts(std::string(result.text(module.id)).c_str());
//
// Entries go in; files are read once, lexed in a small window and forgotten; what stays is interned paths, ids, edges
// and flags; out comes the "use client" / "use server" map, in path order, whatever the thread count.
//
// A node of the walk is (file, environment): an import is resolved with the conditions of the environment it is walked
// in, and a module that says "use client" or "use server" moves its imports to the environments of
// ScanOptions::boundaries.
//
// scan() may be called by several threads at once; the calls share nothing. It changes no process-wide state, writes
// nothing (but, when memory is short, an unnamed temporary file), runs no project code, and gives its memory back
// before it returns (the result aside).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/module_syntax.h"
#include "resolver/resolver.h"

namespace demarc {

enum class Framework : uint8_t { automatic, rwsdk, plugin_rsc, waku, vinext, next, react_router, none };
std::string_view to_string(Framework framework);  // "auto", "rwsdk", "plugin-rsc", ...
bool framework_of(std::string_view name, Framework& framework);

enum class TypeImports : uint8_t {
  elide,  // imports that only types use are not followed
  keep
};

// Edges that are recorded always and followed only on demand.
struct Follow {
  bool glob = false;    // import.meta.glob
  bool worker = false;  // new Worker(new URL(...)), ?worker
  bool url = false;     // new URL(..., import.meta.url) of a script
};

// What is kept of the walk.
enum class Keep : uint8_t {
  map,   // ScanResult::modules holds the modules with a directive or a marker, without imports and exports
  graph  // all modules of the closure with imports, targets and exports
};

// Of which modules a graph has the exports. Naming them takes a third of a scan.
enum class Exports : uint8_t {
  every,
  own_or_server  // outside of node_modules, and wherever a module says "use server"
};

struct Boundary {
  std::string directive;                  // "use client"
  std::vector<std::string> environments;  // names of the environments that its module's code belongs to
};

struct EnvironmentConditions {
  std::string environment;
  std::vector<std::string> conditions;
};

// Everything optional is filled from the project by detect_project (project.h).
struct ScanOptions {
  std::string root;  // absolute, or relative to the working directory
  Framework framework = Framework::automatic;
  // [ENVIRONMENT=] and a file relative to the root, a specifier that the root can import, or a pattern of files; empty:
  // detected.
  std::vector<std::string> entries;
  std::vector<std::string>
      walk;  // environments to walk from entries of their own, though the framework's scan does not
  std::optional<std::vector<std::string>> prescan;  // globs of files that are entries when they carry a directive
  std::vector<std::string> exclude;                 // globs of files that the prescan leaves out
  std::optional<ViteVersion> vite;
  Mode mode = Mode::production;
  std::vector<EnvironmentOptions> environments;   // empty: the framework's
  std::vector<EnvironmentConditions> conditions;  // replaces the conditions of single environments
  std::vector<Boundary> boundaries;               // empty: the framework's
  std::vector<Alias> alias;
  std::vector<std::string> dedupe;
  std::vector<std::string> external;
  bool preserve_symlinks = false;
  std::optional<TsconfigPaths> tsconfig_paths;
  std::string tsconfig_file;
  TypeImports type_imports = TypeImports::elide;
  std::optional<Follow> follow;
  std::vector<std::string> markers;  // at most 32
  Keep keep = Keep::map;
  Exports exports = Exports::every;  // with Keep::graph
  int threads = 0;                   // 0: as many as the process may use (threads_available)
  size_t max_memory = 0;             // bytes; 0: no limit. See docs/memory.md
  // What the process held before the scan counts for nothing: it belongs to a program that the scan is a guest of.
  bool memory_beside_host = false;
  // Where tables go that do not fit into max_memory; empty: see spill_directories (spill_file.h).
  std::string spill_directory;
};

enum class Level : uint8_t { info, warn, error };
std::string_view to_string(Level level);

struct Diagnostic {
  std::string rule = {};  // "scan/unresolved"; the table is in interface order in docs/errors.md
  Level level = Level::info;
  std::string file = {};  // id of a module, or a path for configuration files; empty where no file is concerned
  uint64_t line = 0;      // from 1; 0 = no place in the file
  uint64_t column = 0;    // UTF-16 units from 1
  std::string message = {};
  std::string help = {};  // what to do; may be empty
};

// A text of ScanResult::pool.
struct Text {
  uint64_t offset = 0;
  uint32_t length = 0;
};

enum class ModuleIndex : uint32_t {};
constexpr ModuleIndex kNoModule = ModuleIndex(0xffffffff);
using EnvironmentMask = uint16_t;  // bit i: ScanResult::environments[i]

struct DirectiveUse {
  Text value;
  DirectiveLevel level = DirectiveLevel::module;
  uint64_t line = 0;
  uint64_t column = 0;
};

enum class TargetKind : uint8_t { module, asset, external, empty, optional_peer, skipped, unresolved, not_followed };

// Where one import leads in one environment.
struct Target {
  uint8_t environment = 0;
  TargetKind kind = TargetKind::unresolved;
  ModuleIndex module = kNoModule;  // kind module
  Text id;                         // other kinds: id of the asset or external, else empty
};

struct Import {
  Text specifier;
  ImportKind kind = ImportKind::import;
  bool type_only = false;
  uint64_t line = 0;
  uint64_t column = 0;
  uint32_t first_target = 0;  // ScanResult::targets, ascending by environment (and by module for a glob)
  uint32_t target_count = 0;
};

struct Module {
  Text id;       // "/src/app/x.tsx" inside the root, an absolute path outside; bytes as on disk, may be invalid UTF-8
  Text package;  // empty: the root's own code
  uint64_t bytes = 0;
  EnvironmentMask environments = 0;
  // Whose modules import it, and where it is an entry. Unlike `environments` this says who reached a module whose
  // directive moves its code.
  EnvironmentMask imported_in = 0;
  uint32_t markers = 0;  // bit i: contains ScanOptions::markers[i]
  bool client = false;   // module-level "use client"
  bool server = false;   // module-level "use server"
  bool entry = false;
  bool outside = false;  // of the root: the id is an absolute path
  uint32_t first_directive = 0, directive_count = 0;
  uint32_t first_import = 0, import_count = 0;  // Keep::graph
  uint32_t first_export = 0, export_count = 0;  // Keep::graph
};

enum class Outcome : uint8_t {
  complete,
  incomplete,   // a reached file or entry could not be read or decided: the map must not be used as if it were whole
  over_budget,  // nothing but diagnostics is valid
  invalid       // bad options or project: nothing but diagnostics is valid
};

struct ScanStats {
  uint64_t modules = 0;
  uint64_t nodes = 0;  // (module, environment) pairs
  uint64_t edges = 0;
  uint64_t files_read = 0;
  uint64_t bytes_read = 0;
  uint64_t directories_listed = 0;
  uint64_t reads_deduplicated = 0;  // times a file was asked for while another thread was reading it
  uint64_t folded_by_case = 0;
  uint64_t folded_by_symlink = 0;
  uint64_t assets_skipped = 0;
  uint64_t unresolved = 0;
  // Files that the exact tier was asked about: because the lexer declined them, or about imports that perhaps only
  // types use.
  uint64_t exact_parses_by_doubt = 0;
  uint64_t exact_parses_by_types = 0;
  std::vector<std::pair<std::string, uint64_t>> by_extension;  // sorted
  double duration_ms = 0;
  int threads = 0;
  uint64_t budget_bytes = 0;
  uint64_t peak_bytes = 0;     // of the ledger
  uint64_t memory_steps = 0;   // taken to stay within the limit: imports forgotten, tables in a file
  uint64_t spilled_bytes = 0;  // of tables in a file
};

struct ScanResult {
  Outcome outcome = Outcome::complete;
  std::string root;  // canonical
  Framework framework = Framework::none;
  std::vector<std::string> environments;  // names
  EnvironmentMask react_server = 0;       // environments that resolve with the condition react-server
  EnvironmentMask browser = 0;            // environments whose code runs in browsers
  std::vector<std::string> entries;       // ids, sorted
  std::vector<std::string> markers;       // as in the options
  bool has_server_functions = false;      // any "use server", module or function level

  std::vector<Module> modules;  // sorted by id bytes
  std::vector<DirectiveUse> directives;
  std::vector<Import> imports;
  std::vector<Target> targets;
  std::vector<Text> exports;
  std::string pool;

  std::vector<Diagnostic> diagnostics;  // sorted by file, line, column, rule, message
  ScanStats stats;

  std::string_view text(Text text) const { return std::string_view(pool).substr(text.offset, text.length); }
};

// Counters that a caller may read from another thread while a scan runs, and the switch that ends it early (the outcome
// is then incomplete).
struct ScanControl {
  std::atomic<uint64_t> files_found{0};
  std::atomic<uint64_t> files_done{0};
  std::atomic<uint64_t> ledger_bytes{0};
  std::atomic<bool> cancelled{false};
};

// An import that the program around the scan is asked about: its plugins may know a place that no file tells.
struct HostQuestion {
  std::string specifier;
  std::string importer;     // absolute path, or the id of a module that the host made
  std::string environment;  // name
  RequestKind kind = RequestKind::import;
  bool first = false;  // the disk has not been asked yet (ScanHost::comes_first)
};

struct HostAnswer {
  enum class Kind : uint8_t {
    no_opinion,  // what the disk says holds
    external,    // a leaf: belongs to the host, or stays an import
    file,        // `id` is a path, perhaps with a query; one that leads to no file is a leaf
    made         // `id` is that of a module that the host makes, with `imports`, which are resolved from the root
  };
  Kind kind = Kind::no_opinion;
  std::string id = {};
  std::vector<std::string> imports = {};  // made: looked at once an id and environment
  std::string boundary = {};              // made: the directive that it begins with, "use client"
};

// The program around the scan. It is asked in batches, between rounds of the walk, on the thread that called scan().
struct ScanHost {
  // Answers every question, in order. Asked about specifiers that cannot be placed, and about those below; about one
  // that is both, twice. `meanwhile` is work of the scan's own that needs no answer: a host that waits for another
  // thread calls it first, once or not at all.
  std::function<std::vector<HostAnswer>(const std::vector<HostQuestion>&, const std::function<void()>& meanwhile)>
      resolve;
  // Specifiers that the host sees before the disk is asked. May be called by several threads at once.
  std::function<bool(std::string_view specifier)> comes_first = {};
};

// The result of a scan that ended with std::bad_alloc because its host bounds the heap: Outcome::over_budget, with the
// diagnostic that says so. `control` is what the scan had.
ScanResult over_budget(const ScanOptions& options, const ScanControl& control);

// Thrown by scan() when the system starts no further thread: a limit on processes, or no memory for a stack.
struct ThreadRefused : std::bad_alloc {};

ScanResult scan(const ScanOptions& options, ScanControl* control = nullptr);
ScanResult scan(const ScanOptions& options, FileSystem& file_system, ScanControl* control = nullptr,
                ScanHost* host = nullptr);

// What the scans that run in this process hold together, by their ledgers; 0 when none does.
size_t bytes_of_running_scans();

// Processors this process may use: the smaller of its affinity mask and the CPU quotas of its cgroups (v1 and v2, all
// ancestors), at least 1.
int threads_available();

}  // namespace demarc
