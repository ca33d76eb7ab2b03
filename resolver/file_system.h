// The disk as the program sees it. Everything that asks the operating system about paths goes through FileSystem, so
// that tests run on an in-memory disk (tests/support/memory_file_system.h) with switches for letter case, Unicode form,
// missing d_type and faults. The real one is the only place in the program that lists, stats, opens or reads links.
//
// Paths are absolute, without trailing slash, NUL-terminated at size(). All functions are thread-safe, and return 0 or
// a positive errno. None of them allocates after warm-up except where a std::string grows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace demarc {

enum class EntryType : uint8_t { unknown, file, directory, symlink, other };

// What tells one state of a file from another. Not an identity: pnpm hard-links different modules to one inode, so the
// canonical path alone says which module a file is (R93).
struct FileStatus {
  EntryType type = EntryType::unknown;
  uint64_t size = 0;
  int64_t mtime_ns = 0;
  int64_t ctime_ns = 0;
  uint64_t device = 0;
  uint64_t inode = 0;
  bool operator==(const FileStatus&) const = default;
};

// Whether an error says that a path leads nowhere. Any other (EACCES, EIO, ...) hides what may be there, and is never
// taken for absence.
bool is_absence(int error);

class DirectoryVisitor {
 public:
  virtual void entry(std::string_view name, EntryType type) = 0;  // never "." or ".."

 protected:
  ~DirectoryVisitor() = default;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // Calls visitor for every name of a directory, in no particular order. ENOENT, ENOTDIR, EACCES, ...
  virtual int list(const std::string& directory, DirectoryVisitor& visitor) = 0;
  // Follows links.
  virtual int status(const std::string& path, FileStatus& status) = 0;
  virtual int read_link(const std::string& path, std::string& target) = 0;
  // The path with every link followed. On case-insensitive disks the spelling may still be the caller's.
  virtual int real_path(const std::string& path, std::string& real) = 0;

  // Opens for reading without ever blocking on a FIFO or device. A handle is only good for the calls below.
  virtual int open(const std::string& path, int& handle) = 0;
  virtual int status(int handle, FileStatus& status) = 0;
  // Bytes copied, fewer than size only at the end of the file; negative: -errno.
  virtual int64_t read_at(int handle, uint64_t offset, char* to, size_t size) = 0;
  virtual void close(int handle) = 0;
};

std::unique_ptr<FileSystem> make_real_file_system();

}  // namespace demarc
