// Packages by directory: each package.json is read and parsed once, its copy kept, its error remembered and reported
// once.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "resolver/directory_table.h"
#include "resolver/package_json.h"

namespace demarc {

class PackageTable {
 public:
  PackageTable(DirectoryTable& disk, PathTable& paths, PackageParser parser, ChunkSource& chunks = heap_chunks());

  // The package whose package.json lies in this directory, null if there is none (or none that counts). A package with
  // is_error set could not be parsed.
  const Package* own(DirId directory);
  // The same of the nearest directory upward that has one.
  struct Scope {
    const Package* package = nullptr;
    DirId directory = kNoDir;  // where it was found, as the lexical path asked
  };
  Scope nearest(DirId directory);

  std::vector<ResolverProblem> problems() const;
  size_t bytes() const { return own_.bytes() + packages_.bytes() + memory_.bytes(); }

 private:
  const Package* load(DirId directory);

  DirectoryTable& disk_;
  PathTable& paths_;
  PackageParser parser_;
  ChunkedArray<std::atomic<uint32_t>> own_;  // by DirId: 0 unknown, 1 none, else package + 2
  ChunkedArray<Package> packages_;
  BlockArena memory_;
  mutable std::mutex problems_mutex_;  // guards problems_
  std::vector<ResolverProblem> problems_;
};

}  // namespace demarc
