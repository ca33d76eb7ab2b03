// Files of a graph, read again by an audit: for names of imports, and for what only a syntax tree can answer.
//
//   Rereader files(graph, file_system, threads);
//   files.want(module, Reread::names);
//   files.read();                                   // all that is wanted and not there yet, on all threads
//   for (const NamedImport& name : files.view(module).names) ...
//
// Texts and trees are gone when read() returns. What a rule is told does not depend on threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "parser/locate.h"
#include "parser/review_code.h"
#include "resolver/file_system.h"
#include "scanner/audit_graph.h"

namespace demarc {

enum class Reread : uint8_t {
  names = 1,          // what each import names
  head = 2,           // what the framework's own check sees of the beginning
  review = 4,         // CodeReview
  misplaced = 8,      // the same, if a string of a directive stands where none is known
  client_react = 16,  // the same, if the text mentions what react offers to clients alone
  actions = 32        // server functions: the same, without asking a tree where all are plainly written
};

// One name of an import or re-export.
struct NamedImport {
  uint32_t import = 0;   // ordinal in its module, as in ScanResult
  std::string imported;  // "default", "*", or a name
  bool type_only = false;
};

struct FileView {
  bool read = false;
  std::vector<NamedImport> names;
  bool names_known = false;
  bool framework_sees_client = false, framework_sees_server = false;
  bool reviewed = false;    // else `review` is empty and says nothing
  bool tree_asked = false;  // else `review` knows exports and inline server functions alone
  CodeReview review;
  // Where what `review` speaks of stands.
  SourceLocation place(uint64_t offset) const;

  std::vector<std::pair<uint64_t, SourceLocation>> places;  // ascending
  uint8_t had = 0;                                          // what was asked for already
};

class Rereader {
 public:
  Rereader(const AuditGraph& graph, FileSystem& file_system, int threads);

  void want(ModuleIndex module, Reread what);
  void read();
  // An empty one of a file that was not asked for, could not be read or is too large.
  const FileView& view(ModuleIndex module) const;

  uint64_t files_read() const { return files_read_; }
  uint64_t exact_parses() const { return exact_parses_; }

 private:
  const AuditGraph& graph_;
  FileSystem& file_system_;
  const int threads_;
  std::unordered_map<uint32_t, uint8_t> wanted_;  // by module
  std::unordered_map<uint32_t, FileView> views_;
  const FileView nothing_;
  uint64_t files_read_ = 0, exact_parses_ = 0;
};

// Whether RedwoodSDK's scan takes the file for one with the directive: it looks line by line at the first 512 UTF-16
// units and knows no strings within comments.
bool rwsdk_sees_directive(std::string_view text, std::string_view directive);

}  // namespace demarc
