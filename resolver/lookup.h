// What the rules of both Vite generations work on: the shared tables, one request, and its outcome.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "resolver/directory_table.h"
#include "resolver/environment.h"
#include "resolver/package_table.h"
#include "resolver/path_table.h"
#include "resolver/resolver.h"
#include "resolver/text_table.h"
#include "resolver/tsconfig_table.h"

namespace demarc {

struct Tables {
  const ResolverOptions& options;
  PathTable& paths;
  DirectoryTable& disk;
  PackageTable& packages;
  TsconfigTable& tsconfigs;
  TextTable& texts;
  DirId root;
  std::string root_text;
};

struct Importer {
  bool is_present = false;   // false: an entry
  bool is_absolute = false;  // false: a virtual id
  bool exists = false;
  bool is_html = false;
  DirId directory = kNoDir;  // of an absolute importer; may not exist
  std::string_view name;     // its file name, without postfix
};

struct Request {
  const Environment& environment;
  RequestKind kind;
  const Importer& importer;
  const TsconfigScope* tsconfigs;  // null: no mapping by tsconfig
  std::vector<int>* trace;         // numbers of the rules taken, or null
  bool as_external = false;        // asks what an external import would find at run time (R131)

  uint64_t conditions() const { return as_external ? environment.external_conditions : environment.conditions(kind); }
  void note(int rule) const {
    if (trace && (trace->empty() || trace->back() != rule)) trace->push_back(rule);
  }
};

// How far one step of an algorithm came. none lets the next alternative try; found and error end the request, except
// where a rule says that an error is swallowed.
struct Step {
  enum class Status : uint8_t { none, found, error };
  Status status = Status::none;
  UnresolvedReason reason = UnresolvedReason::none;
  bool is_ignored = false;    // an error that means: mapped to false by a browser field
  bool is_respelled = false;  // the disk took a spelling that is not its own
  DirId directory = kNoDir;   // lexical directory of a found file
  FileId file = kNoFile;

  explicit operator bool() const { return status != Status::none; }
  bool is_found() const { return status == Status::found; }

  static Step fail(UnresolvedReason reason) {
    Step step;
    step.status = Status::error;
    step.reason = reason;
    return step;
  }
  static Step ignore() {
    Step step = fail(UnresolvedReason::none);
    step.is_ignored = true;
    return step;
  }
};

// What a lookup learns besides its outcome.
struct Findings {
  std::string postfix;       // of the answer: what the specifier, or a target on the way, carried behind '?' and '#'
  std::string asked_name;    // of a respelled file
  std::string near_miss;     // a path that would have been the answer but for its letter case
  std::string unchecked;     // of a failure: the path Vite answers without looking at the disk
  bool saw_package = false;  // some node_modules has a directory of the package's name
};

// A path that may or may not exist: the deepest directory that does, and what follows. rest is one name in all cases
// that can be on the disk; "a/b" says that "a" is missing.
struct Place {
  DirId directory = kNoDir;
  std::string rest;
  DirId self = kNoDir;  // the place as a directory, where that is known already
};

// path is joined lexically (R14): "..", "." and doubled slashes go before anything is looked up.
Place join(Tables& tables, DirId base, std::string_view path);
// Remembers what is on the disk in place of a name that is not, if only the letter case differs. Of a path of which
// already a directory is missing, that is the directory.
void note_near_miss(Tables& tables, DirId directory, std::string_view name, std::string_view near_miss,
                    Findings& findings);
// The place as an existing directory, or kNoDir.
DirId as_directory(Tables& tables, const Place& place);
// The existing directory base/path, for package names and the like.
DirId enter_path(Tables& tables, DirId base, std::string_view path);

}  // namespace demarc
