// PUBLIC: questions about one thing at a time: what a file says, and where a specifier leads.
//
//   ModuleParser parser;                                        // one a thread, reused for every file
//   const ParsedModule module = parser.parse_file("/app/src/x.tsx");
//   for (const ParsedImport& import : module.imports) puts(import.specifier.c_str());
//
// The answers are those of a scan (scanner.h), made by the same code, for whoever wants to see single ones: `demarc
// parse` and `demarc resolve`, and the Node addon. They are plain values that refer to nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/module_syntax.h"
#include "resolver/resolver.h"
#include "scanner/scanner.h"

namespace demarc {

// Places count from 1, columns in UTF-16 units, as editors do.
struct ParsedDirective {
  std::string value;  // raw text between the quotes
  DirectiveLevel level = DirectiveLevel::module;
  uint64_t line = 0;
  uint64_t column = 0;      // of the opening quote
  uint64_t end_column = 0;  // behind the closing quote
};

// One binding of an import or re-export clause.
struct ParsedName {
  std::string imported;  // "default" for a default import, "*" for a namespace
  std::string local;     // the name in this module, or for a re-export the exported name
  bool type_only = false;
};

struct ParsedImport {
  std::string specifier;  // escapes decoded
  ImportKind kind = ImportKind::import;
  ImportPhase phase = ImportPhase::evaluation;
  bool type_only = false;  // by syntax
  bool has_attributes = false;
  std::vector<ParsedName> names;
  uint64_t line = 0;
  uint64_t column = 0;  // of the specifier's opening quote
};

struct ParsedExport {
  std::string name;  // "default" for a default export
  bool type_only = false;
  uint64_t line = 0;
  uint64_t column = 0;
};

struct ParsedModule {
  // False: the text could not be had, `diagnostics` says why, and nothing else means anything. Never take it for a
  // module without directives.
  bool read = false;
  std::optional<Language> language;         // empty: no script, and then nothing was read
  std::vector<ParsedDirective> directives;  // in source order, as are the others
  std::vector<ParsedImport> imports;        // `export … from` included
  std::vector<ParsedExport> exports;
  std::vector<std::string> reexports_all;  // specifiers of `export *`
  bool exact = false;                      // the lexer declined, and the exact tier was consulted
  std::vector<Diagnostic> diagnostics;     // without `file`: the caller knows how it calls it
};

// Cost of a file: one read through a window of 256 KiB, another for lines and columns if it is larger than that; 16 MiB
// more for the rare one that the exact tier is asked about. Neither retains anything of the text. A ModuleParser holds
// the window and is for one thread at a time; different ones are independent.
class ModuleParser {
 public:
  ModuleParser();                                  // the real disk
  explicit ModuleParser(FileSystem& file_system);  // has to outlive this
  ~ModuleParser();
  ModuleParser(const ModuleParser&) = delete;
  ModuleParser& operator=(const ModuleParser&) = delete;

  // `path` is absolute. Without a language its extension says which one it is; one that is no script's is answered with
  // parse/unknown-language, and the file is not opened.
  ParsedModule parse_file(const std::string& path, std::optional<Language> language = std::nullopt);
  ParsedModule parse_text(std::string_view text, Language language);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct ResolveRequest {
  std::string specifier = {};
  // An absolute path, a path from the root, an id as a bundler has it (virtual: beginning with NUL, or with a postfix),
  // or empty for an entry. It need not exist.
  std::string importer = {};
  EnvironmentId environment{};  // index into ProjectResolver::environments()
  RequestKind kind = RequestKind::import;
};

struct ResolveAnswer {
  ResolutionKind kind = ResolutionKind::unresolved;
  UnresolvedReason reason = UnresolvedReason::none;
  std::string path;     // canonical path of a file, id of an external, "specifier:package" of an optional peer
  std::string postfix;  // "?url", "#x"; of empty, what follows Vite's stub id
  std::string vite_id;  // what Vite itself answers where that is another text; else empty
  std::vector<std::string> rules;  // "R10": rules taken, in order (docs/resolution.md)
};

// The resolver of a project, set up as scan() would with the same options; entries are not looked for.
//
//   std::vector<Diagnostic> diagnostics;
//   const auto resolver = open_resolver(options, diagnostics);
//   if (resolver) print(resolver->resolve({.specifier = "react", .importer = "src/x.tsx"}).path);
//
// Reads directories and package.json files as questions need them, and keeps what it learned: what changes on disk
// afterwards is not seen. Thread-safe.
class ProjectResolver {
 public:
  ProjectResolver(FileSystem& file_system, ResolverOptions options);  // see open_resolver
  ~ProjectResolver();
  ProjectResolver(const ProjectResolver&) = delete;
  ProjectResolver& operator=(const ProjectResolver&) = delete;

  std::string_view root() const;                                // canonical
  const std::vector<EnvironmentOptions>& environments() const;  // the first is where entries are walked
  std::optional<EnvironmentId> find_environment(std::string_view name) const;

  ResolveAnswer resolve(const ResolveRequest& request);

  // What was wrong with package.json files, tsconfig files and directories on the way, each once. An error means that
  // answers may be wrong.
  std::vector<Diagnostic> problems() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Null, with a diagnostic at level error, where the options or the project cannot be used; what it could do without is
// reported as well. `file_system` has to outlive
// the resolver.
std::unique_ptr<ProjectResolver> open_resolver(const ScanOptions& options, FileSystem& file_system,
                                               std::vector<Diagnostic>& diagnostics);

}  // namespace demarc
