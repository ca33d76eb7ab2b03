// Which tsconfig.json applies to an importer, in the two ways there are (R100, R106). Configs are read once; what
// applies to a file is remembered per file.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/chunked_array.h"
#include "resolver/path_table.h"
#include "resolver/resolver.h"
#include "resolver/tsconfig.h"

namespace demarc {

struct Environment;
struct Tables;

// The configs that apply to a file. Small in number: files share them by the thousand.
struct TsconfigScope {
  std::vector<const Tsconfig*> configs;  // vite8: at most one; plugin: nearest first
  bool is_error = false;                 // vite8: every import from the file fails
};

class TsconfigTable {
 public:
  explicit TsconfigTable(TsconfigPaths mode, ChunkSource& chunks = heap_chunks()) : mode_(mode), by_file_(chunks) {}
  // The tables this one is part of, and how `extends` finds packages.
  void attach(Tables& tables, const Environment& extends_lookup);

  // 0 is the scope of files to which nothing applies.
  uint32_t scope_of(FileId file);
  uint32_t scope_of(DirId directory, std::string_view name);
  const TsconfigScope& scope(uint32_t id) const { return *scopes_[id]; }
  // The config with which Vite compiles the file, whatever the mode; null if there is none that can be used.
  const Tsconfig* compiling(FileId file);

  std::vector<ResolverProblem> problems() const;
  size_t bytes() const { return by_file_.bytes() + bytes_.load(std::memory_order_relaxed); }

 private:
  struct Location {
    DirId directory = kNoDir;
    std::string name;
  };
  using Chain = std::vector<std::string>;

  TsconfigScope find_scope(DirId directory, std::string_view name);
  TsconfigScope find_vite_scope(DirId directory, const std::string& file);
  TsconfigScope find_plugin_scope(DirId directory, std::string_view name);
  const std::vector<const Tsconfig*>& plugin_configs(DirId directory);
  std::vector<const Tsconfig*> plugin_configs_in(DirId directory);
  DirId workspace_root();
  const Tsconfig* load(const Location& location, Chain& referenced);
  bool load_text(const Location& location, Chain& extended, TsconfigText& text);
  bool apply_bases(const Location& location, Chain& extended, TsconfigText& text);
  bool find_base(DirId directory, const std::string& specifier, Location& base);
  bool find_config(DirId directory, std::string_view path, Location& config);
  uint32_t intern_scope(TsconfigScope scope);
  void report(ResolverProblem::Kind kind, const std::string& path, int error, std::string detail);

  const TsconfigPaths mode_;
  Tables* tables_ = nullptr;
  const Environment* extends_lookup_ = nullptr;
  ChunkedArray<std::atomic<uint32_t>> by_file_;  // by FileId: 0 unknown, else scope + 1
  ChunkedArray<TsconfigScope*> scopes_;
  mutable std::mutex mutex_;  // guards what follows; never held while a file is read
  std::map<std::string, std::unique_ptr<Tsconfig>, std::less<>> configs_;  // by path
  std::map<DirId, std::vector<const Tsconfig*>> plugin_configs_;
  std::vector<std::unique_ptr<TsconfigScope>> owned_scopes_;
  std::vector<ResolverProblem> problems_;
  DirId workspace_root_ = kNoDir;
  std::atomic<size_t> bytes_{0};
};

}  // namespace demarc
