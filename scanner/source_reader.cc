#include "scanner/source_reader.h"

#include <cerrno>

namespace demarc {
namespace {

constexpr int kAttempts = 3;
// File times come from a coarse clock, and on some file systems from another machine's. Two seconds is FAT's step.
constexpr int64_t kClockSlackNs = 2'000'000'000;

class OpenFile final : public SourceText {
 public:
  explicit OpenFile(FileSystem& file_system) : file_system_(file_system) {}
  ~OpenFile() {
    if (handle_ >= 0) file_system_.close(handle_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int open(const std::string& path) { return file_system_.open(path, handle_); }
  int status(FileStatus& status) { return file_system_.status(handle_, status); }
  int64_t read_at(uint64_t offset, char* to, size_t size) override {
    return file_system_.read_at(handle_, offset, to, size);
  }

 private:
  FileSystem& file_system_;
  int handle_ = -1;
};

ReadOutcome failed(int error) {
  // What open() and pread() answer for things that are no regular file: directories, sockets, devices, FIFOs.
  if (error == EISDIR || error == ENXIO || error == ENODEV || error == ESPIPE) {
    return {ReadStatus::not_a_file, error, 0};
  }
  return {ReadStatus::unreadable, error, 0};
}

}  // namespace

ReadOutcome SourceReader::scan(const std::string& path, Lexer& lexer, const ScanSettings& settings,
                               ModuleSyntax& syntax, const std::function<int(SourceText&)>& then) {
  // Each attempt opens the path anew: editors and package managers replace files rather than rewrite them.
  for (int attempt = 0; attempt <= kAttempts; ++attempt) {
    OpenFile file(file_system_);
    if (const int error = file.open(path)) return failed(error);

    // The first attempt looks at the file's state only afterwards, and succeeds when that state is older than the scan.
    FileStatus before, after;
    if (attempt > 0) {
      if (const int error = file.status(before)) return failed(error);
      if (before.type != EntryType::file) return {ReadStatus::not_a_file, 0, 0};
    }
    syntax.clear();
    const ScanOutcome scanned = scan_module(lexer, file, settings, syntax);
    if (scanned.error) return failed(scanned.error);
    if (const int error = then(file)) return failed(error);
    if (const int error = file.status(after)) return failed(error);
    if (after.type != EntryType::file) return {ReadStatus::not_a_file, 0, 0};

    const auto bytes = uint64_t(scanned.bytes);
    const bool settled =
        attempt == 0 ? after.ctime_ns < scan_start_ns_ - kClockSlackNs && after.size == bytes : before == after;
    if (settled) return {ReadStatus::ok, 0, bytes};
  }
  return {ReadStatus::changed, 0, 0};
}

}  // namespace demarc
