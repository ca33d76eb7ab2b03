// Memory on disk, for a scan whose graph outgrows its limit: pieces of an unlinked temporary file, mapped. Their pages
// are the kernel's to write out and drop, so they do not count as memory of the process (docs/memory.md).
//
// Blocks are reserved on the disk before they are mapped, and nobody else can reach the file, so neither a full disk
// nor a truncation can turn an access into a signal.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace demarc {

// Thread-safe.
class SpillFile {
 public:
  // Tries the directories in turn, when the first piece is asked for. Those that are memory themselves (tmpfs) are
  // passed over, unless `only_choice`: the user named one. The file grows to `most_bytes`.
  SpillFile(std::vector<std::string> directories, bool only_choice, size_t most_bytes = size_t{1} << 40);
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  // Null where there is no place for it. Aligned for any scalar. Never given back before the file is.
  void* allocate(size_t bytes);
  bool contains(const void* piece) const;
  size_t bytes() const;

 private:
  struct Mapping {
    std::byte* begin;
    size_t size;
  };
  bool open();
  std::byte* map(size_t size);

  const std::vector<std::string> directories_;
  const bool only_choice_;
  const size_t most_bytes_;
  mutable std::mutex mutex_;  // guards what follows
  bool is_closed_ = false;    // no directory, or the disk is full
  int file_ = -1;
  size_t size_ = 0;
  std::vector<Mapping> mappings_;
  std::byte* next_ = nullptr;
  size_t left_ = 0;
};

// Where a scan of `root` may spill: the cache directory of the environment (DEMARC_CACHE_DIR), the project's
// node_modules, the root, /var/tmp.
std::vector<std::string> spill_directories(const std::string& root);

}  // namespace demarc
