#include "cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace demarc {
namespace {

Error failure(const std::string& path, int code) {
  return {code, path, std::strerror(code)};
}

tl::unexpected<Error> failed(const std::string& path, int code) {
  return tl::unexpected(failure(path, code));
}

// Random, because the folder may be shared with other hosts and containers, where a process has the same number.
std::string hidden_name() {
  uint64_t number = 0;
  if (getentropy(&number, sizeof number) != 0) number = uint64_t(getpid());
  char name[32];
  std::snprintf(name, sizeof name, ".demarc-%016llx.tmp", static_cast<unsigned long long>(number));
  return name;
}

// A temporary file that has a name must not outlive the process that a signal ends. The handler may only touch what is
// safe in it: two plain variables, unlinkat and raise.
constexpr std::array<int, 4> kEndingSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
volatile sig_atomic_t pending_folder = -1;
char pending_name[64];

void remove_pending(int signal) {
  if (pending_folder >= 0) unlinkat(pending_folder, pending_name, 0);
  std::signal(signal, SIG_DFL);
  raise(signal);
}

void remove_on_signal(int folder, const std::string& name) {
  std::snprintf(pending_name, sizeof pending_name, "%s", name.c_str());
  std::atomic_signal_fence(std::memory_order_release);
  pending_folder = folder;
  for (const int signal : kEndingSignals) {
    struct sigaction old_action {};
    sigaction(signal, nullptr, &old_action);
    if (old_action.sa_handler != SIG_DFL) continue;  // `nohup demarc` stays deaf to SIGHUP
    struct sigaction action {};
    action.sa_handler = remove_pending;
    sigaction(signal, &action, nullptr);
  }
}

void keep_on_signal() {
  pending_folder = -1;
}

// Calls `make` (0, or -1 and errno) with names until one is free, and leaves it in `name`. Returns 0 or errno.
template <class Make>
int with_hidden_name(int folder, std::string& name, const Make& make) {
  for (int attempt = 0;; ++attempt) {
    const std::string hidden = hidden_name();
    remove_on_signal(folder, hidden);
    if (make(hidden.c_str()) >= 0) {
      name = hidden;
      return 0;
    }
    const int error = errno;
    keep_on_signal();
    if (error != EEXIST || attempt == 100) return error;
  }
}

}  // namespace

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      name_(std::move(other.name_)),
      hidden_name_(std::exchange(other.hidden_name_, {})),
      folder_(std::exchange(other.folder_, -1)),
      file_(std::exchange(other.file_, -1)) {}

OutputFile::~OutputFile() {
  discard();
}

void OutputFile::discard() {
  if (!hidden_name_.empty()) {
    unlinkat(folder_, hidden_name_.c_str(), 0);
    keep_on_signal();
    hidden_name_.clear();
  }
  if (file_ >= 0) close(std::exchange(file_, -1));
  if (folder_ >= 0) close(std::exchange(folder_, -1));
}

Result<OutputFile> OutputFile::create(const std::string& path) {
  OutputFile output;
  output.path_ = path;
  struct stat old_file {};
  if (lstat(path.c_str(), &old_file) == 0) {
    if (S_ISLNK(old_file.st_mode))
      return tl::unexpected(Error{ELOOP, path, "is a symbolic link; name the file it points to, or - for stdout"});
    if (S_ISDIR(old_file.st_mode)) return failed(path, EISDIR);
    // Replacing a file only takes rights on its folder, but whoever made it read-only meant it.
    if (faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) return failed(path, errno);
    if (!S_ISREG(old_file.st_mode)) {
      output.file_ = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
      if (output.file_ < 0) return failed(path, errno);
      return output;
    }
  } else if (errno != ENOENT) {
    return failed(path, errno);
  }
  if (Result<void> opened = output.open_in_folder(path); !opened) return tl::unexpected(opened.error());
  if (S_ISREG(old_file.st_mode)) fchmod(output.file_, old_file.st_mode & 07777);
  return output;
}

Result<void> OutputFile::open_in_folder(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, std::max<size_t>(slash, 1));
  name_ = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name_.empty() || name_ == "." || name_ == "..") return failed(path, EISDIR);
  folder_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_ < 0) return failed(folder, errno);
  file_ = openat(folder_, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  if (file_ >= 0) return {};
  // NFS and some overlay file systems know no nameless files; they say so in different words.
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOSYS) return failed(path, errno);
  const int error = with_hidden_name(folder_, hidden_name_, [this](const char* hidden) {
    return file_ = openat(folder_, hidden, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0666);
  });
  if (error != 0) return failed(path, error);
  return {};
}

Result<void> OutputFile::commit() {
  if (folder_ < 0) {
    if (close(std::exchange(file_, -1)) != 0) return failed(path_, errno);
    return {};
  }
  if (fsync(file_) != 0) return failed(path_, errno);
  if (hidden_name_.empty()) {
    // There is no system call that names a nameless file and replaces another at once, so it gets a hidden name first.
    const std::string itself = "/proc/self/fd/" + std::to_string(file_);
    const int error = with_hidden_name(folder_, hidden_name_, [&](const char* hidden) {
      return linkat(AT_FDCWD, itself.c_str(), folder_, hidden, AT_SYMLINK_FOLLOW);
    });
    if (error != 0) return failed(path_, error);
  }
  if (renameat(folder_, hidden_name_.c_str(), folder_, name_.c_str()) != 0) return failed(path_, errno);
  keep_on_signal();
  hidden_name_.clear();
  // The name is safe on disk once its folder is. A file system that cannot sync folders has done what it can.
  fsync(folder_);
  if (close(std::exchange(file_, -1)) != 0) return failed(path_, errno);
  return {};
}

}  // namespace demarc
