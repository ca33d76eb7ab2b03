#include "scanner/spill_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#if defined(__linux__)
#include <linux/magic.h>
#include <sys/vfs.h>
#endif

namespace demarc {
namespace {

constexpr size_t kMappingBytes = size_t{4} << 20;
constexpr size_t kAlignment = 64;
constexpr size_t kLargestPage = size_t{64} << 10;  // of the systems we run on; a mapping begins at a page

bool is_memory(int file) {
#if defined(__linux__)
  struct statfs info;
  return ::fstatfs(file, &info) != 0 || info.f_type == TMPFS_MAGIC || info.f_type == RAMFS_MAGIC;
#else
  static_cast<void>(file);
  return false;
#endif
}

// A file without a name, or one whose name is gone at once.
int open_unnamed(const std::string& directory) {
#if defined(O_TMPFILE)
  const int file = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
#endif
  std::string name = directory + "/.demarc-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

SpillFile::SpillFile(std::vector<std::string> directories, bool only_choice, size_t most_bytes)
    : directories_(std::move(directories)), only_choice_(only_choice), most_bytes_(most_bytes) {}

SpillFile::~SpillFile() {
  for (const Mapping& mapping : mappings_) ::munmap(mapping.begin, mapping.size);
  if (file_ >= 0) ::close(file_);
}

bool SpillFile::open() {
  for (const std::string& directory : directories_) {
    file_ = open_unnamed(directory);
    if (file_ < 0) continue;
    if (only_choice_ || !is_memory(file_)) return true;
    ::close(std::exchange(file_, -1));
  }
  return false;
}

std::byte* SpillFile::map(size_t size) {
  if (size_ + size > most_bytes_) return nullptr;
  int error = EINTR;
  while (error == EINTR) error = ::posix_fallocate(file_, static_cast<off_t>(size_), static_cast<off_t>(size));
  if (error != 0) return nullptr;
  void* begin = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file_, static_cast<off_t>(size_));
  if (begin == MAP_FAILED) return nullptr;
  size_ += size;
  mappings_.push_back({static_cast<std::byte*>(begin), size});
  return mappings_.back().begin;
}

void* SpillFile::allocate(size_t bytes) {
  bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  const std::lock_guard lock(mutex_);
  if (is_closed_) return nullptr;
  if (bytes > left_) {
    const size_t size = std::max(kMappingBytes, (bytes + kLargestPage - 1) / kLargestPage * kLargestPage);
    std::byte* begin = file_ >= 0 || open() ? map(size) : nullptr;
    if (!begin) {
      is_closed_ = true;
      return nullptr;
    }
    if (bytes > kMappingBytes / 2) return begin;  // the rest of the current mapping stays in use
    next_ = begin;
    left_ = size;
  }
  left_ -= bytes;
  return std::exchange(next_, next_ + bytes);
}

bool SpillFile::contains(const void* piece) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(mappings_.begin(), mappings_.end(), [&](const Mapping& mapping) {
    return piece >= mapping.begin && piece < mapping.begin + mapping.size;
  });
}

size_t SpillFile::bytes() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

std::vector<std::string> spill_directories(const std::string& root) {
  std::vector<std::string> directories;
  if (const char* cache = std::getenv("DEMARC_CACHE_DIR"); cache && *cache) directories.push_back(cache);
  directories.push_back(root + "/node_modules");
  directories.push_back(root);
  directories.push_back("/var/tmp");
  return directories;
}

}  // namespace demarc
