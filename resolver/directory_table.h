// What is on the disk, by listings: the first question about a directory lists it, and existence, kind, links and
// on-disk spelling of all its names are known from then on.
//
// A DirId is a lexical path; `node_modules/ui` may be a link to `packages/ui`. canonical() maps it to the directory
// that holds the entries, and everything known about entries hangs there. Directories that are only passed through on
// the way up (the ancestors of the root, pnpm's `.pnpm`) are not listed: they can be huge, and two names are asked of
// them. Nor can unlistable ones be. Their names are looked up one by one, each once.
//
// Identity of a file is its canonical path as the listings spell it, never its inode (R90, R93, R95).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/block_arena.h"
#include "resolver/chunked_array.h"
#include "resolver/id_index.h"
#include "resolver/listing.h"
#include "resolver/path_table.h"
#include "resolver/resolver.h"
#include "resolver/text_table.h"

namespace demarc {

enum class PathKind : uint8_t { missing, file, directory, other };

class DirectoryTable {
 public:
  DirectoryTable(FileSystem& file_system, PathTable& paths, bool preserve_symlinks,
                 ChunkSource& chunks = heap_chunks());

  // The answer about one name of one directory. Valid until drop_listings().
  struct Found {
    PathKind kind = PathKind::missing;
    Entry* entry = nullptr;
    std::string_view name;       // as the disk spells it
    std::string_view near_miss;  // with kind missing: the entry that differs only in letter case
    bool respelled = false;      // the disk took another spelling than its own
  };
  Found find(DirId directory, std::string_view name);
  // The same for questions asked of every ancestor (node_modules, package.json): does not list what lies outside the
  // root.
  Found find_upward(DirId directory, std::string_view name);
  bool is_file(DirId directory, std::string_view name) { return find(directory, name).kind == PathKind::file; }

  // The directory called name, as a lexical path; kNoDir if there is none.
  DirId enter(DirId directory, std::string_view name);
  DirId enter_upward(DirId directory, std::string_view name);
  // The identity of a found file: canonical, or lexical with preserve_symlinks.
  FileId file_id(DirId directory, const Found& found);

  // Whether a lexical directory has a component the disk spells otherwise.
  bool was_respelled(DirId directory);
  DirId canonical(DirId directory);  // kNoDir if it does not exist or is no directory
  // Existing path to identity. 0 or errno.
  int intern(std::string_view path, FileId& file);

  // Ancestors of this directory are never listed. Canonical.
  void set_root(DirId root) { root_ = root; }
  int visit(DirId directory, DirectoryVisitor& visitor);
  // An import reached this file under another spelling than the disk's.
  void report_case(FileId file, std::string_view asked);

  FileSystem& file_system() { return file_system_; }
  std::vector<ResolverProblem> problems() const;
  size_t directories_listed() const { return listed_.load(std::memory_order_relaxed); }
  size_t bytes() const;
  void drop_listings();

 private:
  enum class Access : uint8_t { unknown, listed, by_name, missing };
  enum class Folding : uint8_t { unknown, exact, folding };
  struct Facts {
    std::atomic<Listing*> listing;
    std::atomic<uint32_t> canonical;  // DirId + 2, kUnknown or kMissing
    std::atomic<Access> access;
    std::atomic<Folding> folding;
  };
  struct Probed {
    DirId directory;
    uint32_t name;     // as asked
    uint32_t spelled;  // as the disk has it
    Entry entry;
  };
  static constexpr uint32_t kUnknown = 0;
  static constexpr uint32_t kMissing = 1;

  Found find_in(DirId canonical, std::string_view name, bool may_list);
  Found find_by_name(DirId canonical, std::string_view name);
  Found find_folded(DirId canonical, const Listing& listing, std::string_view name, Entry* folded);
  Entry* find_by_status(DirId canonical, const Listing& listing, const FileStatus& wanted);
  Folding folding_of(DirId canonical, const Listing& listing);
  DirId enter_found(DirId directory, std::string_view name, const Found& found);
  const Listing* listing(DirId canonical);
  const Listing* make_listing(DirId canonical, Facts& facts);
  bool is_passed_through(DirId canonical) const;
  PathKind kind_of(DirId canonical, std::string_view name, Entry& entry);
  void follow_link(DirId canonical, std::string_view name, Entry& entry);
  bool follow_known(DirId from, std::string_view target, Entry& entry, int depth);
  void follow_by_handle(DirId canonical, std::string_view name, Entry& entry);
  DirId intern_canonical(std::string_view real);
  DirId respell(DirId directory);
  std::string spelling(DirId parent, std::string_view name);
  void set_canonical(DirId directory, DirId canonical);
  bool known_canonical(DirId directory) const;
  void report(ResolverProblem::Kind kind, std::string path, int error, std::string detail = {});
  void report_unless_absent(ResolverProblem::Kind kind, const std::string& path, int error);

  FileSystem& file_system_;
  PathTable& paths_;
  const bool preserve_symlinks_;
  DirId root_ = kNoDir;
  ChunkedArray<Facts> facts_;  // beside the directories of paths_
  BlockArena listings_;
  std::mutex publishing_;  // guards the choice between two listings of one directory
  IdIndex probed_index_;
  ChunkedArray<Probed> probed_;
  TextArena probed_names_;
  std::atomic<size_t> listed_{0};
  mutable std::mutex problems_mutex_;  // guards problems_
  std::vector<ResolverProblem> problems_;
};

}  // namespace demarc
