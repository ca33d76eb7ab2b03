// The operating system's disk. The only file of the program that lists, stats, opens or reads links.
//
// Linux gets getdents64 with a large buffer that each thread keeps: one call for most directories, against one per 32
// KiB and an allocation in opendir(3). Elsewhere the portable calls do the same work.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/file_system.h"

#if defined(__linux__)
#include <sys/syscall.h>
#endif

namespace demarc {
namespace {

template <class Call>
auto retry_interrupted(const Call& call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

EntryType type_of_dirent(unsigned char type) {
  switch (type) {
    case DT_REG:
      return EntryType::file;
    case DT_DIR:
      return EntryType::directory;
    case DT_LNK:
      return EntryType::symlink;
    case DT_UNKNOWN:
      return EntryType::unknown;
    default:
      return EntryType::other;
  }
}

FileStatus convert(const struct stat& from) {
  FileStatus to;
  to.type = S_ISREG(from.st_mode)   ? EntryType::file
            : S_ISDIR(from.st_mode) ? EntryType::directory
            : S_ISLNK(from.st_mode) ? EntryType::symlink
                                    : EntryType::other;
  to.size = static_cast<uint64_t>(from.st_size);
#if defined(__APPLE__)
  to.mtime_ns = int64_t{from.st_mtimespec.tv_sec} * 1'000'000'000 + from.st_mtimespec.tv_nsec;
  to.ctime_ns = int64_t{from.st_ctimespec.tv_sec} * 1'000'000'000 + from.st_ctimespec.tv_nsec;
#else
  to.mtime_ns = int64_t{from.st_mtim.tv_sec} * 1'000'000'000 + from.st_mtim.tv_nsec;
  to.ctime_ns = int64_t{from.st_ctim.tv_sec} * 1'000'000'000 + from.st_ctim.tv_nsec;
#endif
  to.device = static_cast<uint64_t>(from.st_dev);
  to.inode = static_cast<uint64_t>(from.st_ino);
  return to;
}

bool is_dot_or_dot_dot(const char* name) {
  return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

// Linux transfers at most 2 GiB less a page at once.
constexpr size_t kLargestTransfer = 0x7ffff000;

// A path with a NUL inside would be cut short by the system and name another file.
bool has_nul(const std::string& path) {
  return std::memchr(path.data(), '\0', path.size()) != nullptr;
}

int read_link_into(const char* path, std::string& target) {
  char buffer[PATH_MAX];
  const ssize_t n = readlink(path, buffer, sizeof buffer);
  if (n < 0) return errno;
  if (static_cast<size_t>(n) == sizeof buffer) return ENAMETOOLONG;
  target.assign(buffer, static_cast<size_t>(n));
  return 0;
}

#if defined(__linux__)

struct Dirent64 {
  uint64_t inode;
  int64_t offset;
  uint16_t record_size;
  uint8_t type;
  char name[1];
};

int visit_entries(int fd, DirectoryVisitor& visitor) {
  constexpr size_t kBufferSize = size_t{64} << 10;  // about 2,000 names
  static thread_local std::unique_ptr<char[]> buffer;
  if (!buffer) buffer = std::make_unique_for_overwrite<char[]>(kBufferSize);
  for (;;) {
    const long n = syscall(SYS_getdents64, fd, buffer.get(), kBufferSize);
    if (n < 0) return errno;
    if (n == 0) return 0;
    for (long at = 0; at < n;) {
      const char* record = buffer.get() + at;
      uint16_t record_size;
      std::memcpy(&record_size, record + offsetof(Dirent64, record_size), sizeof record_size);
      const auto type = static_cast<unsigned char>(record[offsetof(Dirent64, type)]);
      const char* name = record + offsetof(Dirent64, name);
      if (!is_dot_or_dot_dot(name)) visitor.entry(name, type_of_dirent(type));
      at += record_size;
    }
  }
}

#else

int visit_entries(int fd, DirectoryVisitor& visitor) {
  const int own = dup(fd);  // closedir() closes what it is given
  if (own < 0) return errno;
  DIR* stream = fdopendir(own);
  if (!stream) {
    const int error = errno;
    close(own);
    return error;
  }
  errno = 0;
  while (const dirent* entry = readdir(stream)) {
    if (!is_dot_or_dot_dot(entry->d_name)) visitor.entry(entry->d_name, type_of_dirent(entry->d_type));
    errno = 0;
  }
  const int error = errno;
  closedir(stream);
  return error;
}

#endif

// Handles of directories that were listed, for a while: files are opened relative to them, which spares the kernel the
// walk along the path. Each directory has one place, and whoever finds it in use goes without.
class DirectoryHandles {
 public:
  ~DirectoryHandles() { give_up(); }

  void keep(std::string_view directory, int fd) {
    Place& place = place_of(directory);
    const std::unique_lock lock(place.mutex, std::try_to_lock);
    if (lock && !is_given_up_) {
      place.path = directory;
      std::swap(place.fd, fd);
    }
    if (fd >= 0) ::close(fd);
  }

  // As openat(2), or -1 with errno = ENOTSUP where there is no handle.
  int open(std::string_view directory, const char* name, int flags) {
    Place& place = place_of(directory);
    const std::unique_lock lock(place.mutex, std::try_to_lock);
    if (!lock || place.fd < 0 || place.path != directory) {
      errno = ENOTSUP;
      return -1;
    }
    return retry_interrupted([&] { return ::openat(place.fd, name, flags); });
  }

  // Keeps none from now on.
  void give_up() {
    is_given_up_ = true;
    for (Place& place : places_) {
      const std::lock_guard lock(place.mutex);
      if (place.fd >= 0) ::close(std::exchange(place.fd, -1));
    }
  }

 private:
  struct Place {
    std::mutex mutex;
    std::string path;
    int fd = -1;
  };
  Place& place_of(std::string_view directory) {
    return places_[std::hash<std::string_view>()(directory) % places_.size()];
  }

  std::array<Place, 64> places_;
  std::atomic<bool> is_given_up_{false};
};

class RealFileSystem final : public FileSystem {
 public:
  int list(const std::string& directory, DirectoryVisitor& visitor) override {
    if (has_nul(directory)) return ENOENT;
    const int fd = open_path(directory, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return errno;
    const int error = visit_entries(fd, visitor);
    handles_.keep(directory, fd);
    return error;
  }

  int status(const std::string& path, FileStatus& status) override {
    if (has_nul(path)) return ENOENT;
    struct stat st;
    if (::stat(path.c_str(), &st) != 0) return errno;
    status = convert(st);
    return 0;
  }

  int read_link(const std::string& path, std::string& target) override {
    return has_nul(path) ? ENOENT : read_link_into(path.c_str(), target);
  }

  int real_path(const std::string& path, std::string& real) override {
    if (has_nul(path)) return ENOENT;
#if defined(__linux__)
    // Three calls, where realpath(3) makes one for every component.
    const int fd = open_path(path, O_PATH | O_CLOEXEC);
    if (fd < 0) return errno;
    char link[32];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const int error = read_link_into(link, real);
    ::close(fd);
    if (error == 0 && !real.empty() && real[0] == '/') return 0;
#elif defined(F_GETPATH)
    const int fd = open_path(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0) {
      char buffer[PATH_MAX];
      const int got = ::fcntl(fd, F_GETPATH, buffer);
      ::close(fd);
      if (got == 0) {
        real = buffer;
        return 0;
      }
    }
#endif
    // No /proc, or an object without a path there.
    char* resolved = ::realpath(path.c_str(), nullptr);
    if (!resolved) return errno;
    real = resolved;
    std::free(resolved);
    return 0;
  }

  int open(const std::string& path, int& handle) override {
    if (has_nul(path)) return ENOENT;
    constexpr int kFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    const size_t slash = path.rfind('/');
    int fd = -1;
    if (slash != 0 && slash != std::string::npos && slash + 1 < path.size()) {
      fd = handles_.open(std::string_view(path).substr(0, slash), path.c_str() + slash + 1, kFlags);
    }
    // Whatever went wrong, the path itself gives the answer that counts.
    if (fd < 0) fd = open_path(path, kFlags);
    if (fd < 0) return errno;
    handle = fd;
    return 0;
  }

  int status(int handle, FileStatus& status) override {
    struct stat st;
    if (::fstat(handle, &st) != 0) return errno;
    status = convert(st);
    return 0;
  }

  int64_t read_at(int handle, uint64_t offset, char* to, size_t size) override {
    size_t done = 0;
    while (done < size) {
      const ssize_t n =
          retry_interrupted([&] { return ::pread(handle, to + done, size - done, static_cast<off_t>(offset + done)); });
      if (n < 0) return -errno;
      done += static_cast<size_t>(n);
      // A regular file gives less than was asked for only at its end; asking again would cost a call per file.
      if (static_cast<size_t>(n) < kLargestTransfer && done < size) break;
    }
    return static_cast<int64_t>(done);
  }

  void close(int handle) override {
    ::close(handle);
  }

 private:
  int open_path(const std::string& path, int flags) {
    const auto call = [&] { return ::open(path.c_str(), flags); };
    const int fd = retry_interrupted(call);
    if (fd >= 0 || (errno != EMFILE && errno != ENFILE)) return fd;
    handles_.give_up();
    return retry_interrupted(call);
  }

  DirectoryHandles handles_;
};

}  // namespace

bool is_absence(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

std::unique_ptr<FileSystem> make_real_file_system() {
  return std::make_unique<RealFileSystem>();
}

}  // namespace demarc
