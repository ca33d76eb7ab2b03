// Interned paths. A directory is (parent, name), a file is (directory, name); only names are stored and the text of a
// path is built when it is printed or opened. Purely lexical: nothing here looks at the disk, and `a/link` and its
// target are two directories. DirectoryTable says which of them is the canonical one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "resolver/chunked_array.h"
#include "resolver/id_index.h"
#include "resolver/resolver.h"
#include "resolver/text_table.h"

namespace demarc {

constexpr DirId kFileSystemRoot = DirId(0);

constexpr uint32_t raw(DirId id) {
  return static_cast<uint32_t>(id);
}
constexpr uint32_t raw(FileId id) {
  return static_cast<uint32_t>(id);
}

class PathTable {
 public:
  explicit PathTable(ChunkSource& chunks = heap_chunks());

  // The parent of the file system's root is the root itself.
  DirId parent(DirId directory) const { return directories_[raw(directory)].parent; }
  std::string_view name(DirId directory) const { return names_.view(directories_[raw(directory)].name); }
  DirId directory(FileId file) const { return files_[raw(file)].directory; }
  std::string_view name(FileId file) const { return names_.view(files_[raw(file)].name); }

  DirId find_child(DirId parent, std::string_view name) const;  // kNoDir if it was never interned
  DirId intern_child(DirId parent, std::string_view name);
  FileId intern_file(DirId directory, std::string_view name);
  // An absolute path; empty and "." segments are skipped, ".." climbs lexically.
  DirId intern_directory(std::string_view path);

  bool is_inside(DirId directory, DirId ancestor) const;  // or the same
  void append(DirId directory, std::string& to) const;    // "/" for the root, otherwise without trailing slash
  void append(DirId directory, std::string_view name, std::string& to) const;
  std::string text(DirId directory) const;

  size_t file_count() const { return files_.size(); }
  size_t directory_count() const { return directories_.size(); }
  size_t bytes() const;

 private:
  struct Directory {
    DirId parent;
    uint32_t name;
  };
  struct File {
    DirId directory;
    uint32_t name;
  };

  TextArena names_;
  ChunkedArray<Directory> directories_;
  ChunkedArray<File> files_;
  IdIndex directory_index_;
  IdIndex file_index_;
};

}  // namespace demarc
