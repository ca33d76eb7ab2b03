// From findings to diagnostics: the one place that knows the rules' names, levels and texts (docs/errors.md). Places in
// files are looked up here, by one more read of each file concerned.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "resolver/resolver.h"
#include "scanner/scanner.h"
#include "scanner/walk.h"

namespace demarc {

// The id of an absolute path: "/" and the path below the root, or the path itself outside the root.
std::string path_id(std::string_view root, std::string_view path);
std::string module_id(const Resolver& resolver, FileId file);

// scan/unreadable of something that is neither a module nor a directory of the prescan.
Diagnostic unreadable(std::string file, int error);
// package/invalid-json.
Diagnostic invalid_package_json(std::string file, std::string_view problem);
// Diagnostics of a walk's findings. Equal findings of several environments become one diagnostic.
// Where the ledger has no room for the exact tier, it is exhausted and places are missing.
std::vector<Diagnostic> describe_findings(FileSystem& file_system, const Resolver& resolver, MemoryBudget& budget,
                                          std::vector<WalkFinding> findings);
// Level, rule, text and help of a finding about a file as such: any kind but unresolved. `error` is an errno.
Diagnostic describe_file_finding(FindingKind kind, int error = 0);
// Diagnostics of package.json files, tsconfig files, directories and spellings that the resolver met.
std::vector<Diagnostic> describe_problems(const Resolver& resolver);

// By file, line, column, rule, message; exact repetitions removed.
void sort_diagnostics(std::vector<Diagnostic>& diagnostics);

}  // namespace demarc
