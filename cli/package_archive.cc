#include "cli/package_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "parser/module_syntax.h"

namespace demarc {
namespace {

// Bounds on what an archive can make us do, well above any package's.
constexpr uint64_t kMostSpooled = uint64_t{4} << 30;
constexpr size_t kMostEntries = 500'000;
constexpr size_t kMostFiles = 200'000;
constexpr size_t kLongestName = 4096;
constexpr size_t kBlock = 64 * 1024;

bool is_of_interest(std::string_view path) {
  Language language = Language::js;
  return language_of(path, language) || path.ends_with(".map") || path == "/package.json";
}

// What npm makes of a name in an archive: its first folder, mostly `package`, is left out. Empty for one that is not
// below it.
std::string path_within(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || name.front() == '/') return {};
  std::string path;
  bool is_first = true;
  while (!name.empty()) {
    const size_t end = std::min(name.find('/'), name.size());
    const std::string_view part = name.substr(0, end);
    name.remove_prefix(std::min(end + 1, name.size()));
    if (part == "..") return {};
    if (part.empty() || part == ".") continue;
    if (!is_first) path += "/" + std::string(part);
    is_first = false;
  }
  return path;
}

struct ArchiveCloser {
  void operator()(archive* reader) const { archive_read_free(reader); }
};

}  // namespace

Result<std::unique_ptr<PackageArchive>> PackageArchive::open_archive(const std::string& path,
                                                                     const std::vector<std::string>& folders) {
  std::unique_ptr<PackageArchive> made(new PackageArchive);
  for (const std::string& folder : folders) {
    made->spool_ = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (made->spool_ >= 0) break;
  }
  if (made->spool_ < 0)
    return tl::unexpected(Error{errno, {}, "no folder takes a temporary file; name one with --spill-dir"});
  std::string problem = made->read(path);
  if (!problem.empty()) return tl::unexpected(Error{0, path, std::move(problem)});
  return made;
}

PackageArchive::~PackageArchive() {
  if (spool_ >= 0) ::close(spool_);
}

std::string PackageArchive::read(const std::string& path) {
  const std::unique_ptr<archive, ArchiveCloser> reader(archive_read_new());
  if (reader == nullptr) throw std::bad_alloc();
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_format_tar(reader.get());
  const auto complaint = [&] {
    const char* text = archive_error_string(reader.get());
    return std::string("is no npm package: ") + (text == nullptr ? "unknown format" : text);
  };
  if (archive_read_open_filename(reader.get(), path.c_str(), kBlock) != ARCHIVE_OK) return complaint();
  for (size_t count = 0;; ++count) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return complaint();
    if (count == kMostEntries) return "has more than 500,000 entries";
    // Links are of no use to npm either.
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) continue;
    const char* name = archive_entry_pathname(entry);
    // What pax headers say in UTF-8 has no name in the C locale.
    if (name == nullptr) name = archive_entry_pathname_utf8(entry);
    const std::string within = path_within(name == nullptr ? "" : name);
    if (within.empty() || !is_of_interest(within)) continue;
    if (files_.size() == kMostFiles) return "has more than 200,000 scripts";
    const std::string problem = add(within, reader.get());
    if (!problem.empty()) return problem;
  }
  if (files_.empty()) return "is no npm package: it holds neither a package.json nor a script";
  return {};
}

// The contents of the entry that the reader is at. Of two with one name the last counts, as for tar.
std::string PackageArchive::add(std::string_view name, void* reader) {
  auto* const from = static_cast<archive*>(reader);
  const uint64_t begin = spooled_;
  char buffer[kBlock];
  for (;;) {
    const la_ssize_t count = archive_read_data(from, buffer, sizeof buffer);
    if (count == 0) break;
    if (count < 0) {
      const char* text = archive_error_string(from);
      return std::string("is damaged: ") + (text == nullptr ? "unreadable" : text);
    }
    if (spooled_ + uint64_t(count) > kMostSpooled) return "holds more than 4 GiB of scripts";
    for (la_ssize_t written = 0; written < count;) {
      const ssize_t step = pwrite(spool_, buffer + written, size_t(count - written), off_t(spooled_));
      if (step < 0 && errno == EINTR) continue;
      if (step < 0) return std::string("cannot be unpacked into a temporary file: ") + std::strerror(errno);
      written += step;
      spooled_ += uint64_t(step);
    }
  }
  files_.insert_or_assign(std::string(name), Piece{begin, spooled_ - begin});
  return {};
}

// All names below one folder stand together in the table.
int PackageArchive::list(const std::string& directory, DirectoryVisitor& visitor) {
  const std::string prefix = directory == "/" || directory.empty() ? "/" : directory + "/";
  std::string_view last;
  bool is_there = false;
  for (auto at = files_.lower_bound(prefix); at != files_.end() && at->first.starts_with(prefix); ++at) {
    is_there = true;
    std::string_view name = std::string_view(at->first).substr(prefix.size());
    const size_t slash = name.find('/');
    const EntryType type = slash == std::string_view::npos ? EntryType::file : EntryType::directory;
    name = name.substr(0, slash);
    if (name != last) visitor.entry(name, type);
    last = name;
  }
  return is_there ? 0 : ENOENT;
}

int PackageArchive::status(const std::string& path, FileStatus& status) {
  status = {};
  const auto found = files_.find(path);
  if (found != files_.end()) {
    status.type = EntryType::file;
    status.size = found->second.size;
    return 0;
  }
  const std::string prefix = path == "/" ? path : path + "/";
  const auto below = files_.lower_bound(prefix);
  if (below == files_.end() || !below->first.starts_with(prefix)) return ENOENT;
  status.type = EntryType::directory;
  return 0;
}

int PackageArchive::read_link(const std::string& path, std::string&) {
  FileStatus found;
  const int error = status(path, found);
  return error == 0 ? EINVAL : error;
}

int PackageArchive::real_path(const std::string& path, std::string& real) {
  FileStatus found;
  const int error = status(path, found);
  if (error == 0) real = path;
  return error;
}

int PackageArchive::open(const std::string& path, int& handle) {
  const auto found = files_.find(path);
  if (found == files_.end()) return ENOENT;
  handle = int(pieces_.size());
  pieces_.push_back(found->second);
  return 0;
}

int PackageArchive::status(int handle, FileStatus& status) {
  status = {};
  status.type = EntryType::file;
  status.size = pieces_[size_t(handle)].size;
  return 0;
}

int64_t PackageArchive::read_at(int handle, uint64_t offset, char* to, size_t size) {
  const Piece& piece = pieces_[size_t(handle)];
  size = size_t(std::min<uint64_t>(size, offset < piece.size ? piece.size - offset : 0));
  size_t done = 0;
  while (done < size) {
    const ssize_t count = pread(spool_, to + done, size - done, off_t(piece.offset + offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -errno;
    if (count == 0) break;
    done += size_t(count);
  }
  return int64_t(done);
}

// Handles are used one after the other, so the last one given out is the one that is closed.
void PackageArchive::close(int handle) {
  if (size_t(handle) + 1 == pieces_.size()) pieces_.pop_back();
}

}  // namespace demarc
