#include "resolver/package_table.h"

#include <cerrno>

#include "resolver/small_file.h"

namespace demarc {
namespace {

constexpr uint32_t kNone = 1;

}  // namespace

PackageTable::PackageTable(DirectoryTable& disk, PathTable& paths, PackageParser parser, ChunkSource& chunks)
    : disk_(disk), paths_(paths), parser_(parser), own_(chunks), packages_(chunks), memory_(chunks) {}

const Package* PackageTable::own(DirId directory) {
  const DirId at = disk_.canonical(directory);
  if (at == kNoDir) return nullptr;
  std::atomic<uint32_t>& slot = own_.ensure(raw(at));
  const uint32_t known = slot.load(std::memory_order_acquire);
  if (known == kNone) return nullptr;
  if (known != 0) return &packages_[known - 2];
  return load(at);
}

PackageTable::Scope PackageTable::nearest(DirId directory) {
  for (;; directory = paths_.parent(directory)) {
    if (const Package* package = own(directory)) return {package, directory};
    if (directory == kFileSystemRoot) return {};
  }
}

const Package* PackageTable::load(DirId directory) {
  std::atomic<uint32_t>& slot = own_.ensure(raw(directory));
  Package package;
  package.directory = directory;
  const bool exists = disk_.find_upward(directory, "package.json").kind == PathKind::file;
  if (exists) {
    std::string path, json, message;
    paths_.append(directory, "package.json", path);
    const int error = read_small_file(disk_.file_system(), path, json);
    package.is_error = error != 0 || !parser_.parse(json, memory_, package, message);
    if (package.is_error && slot.load(std::memory_order_relaxed) == 0) {
      const auto kind =
          error != 0 ? ResolverProblem::Kind::unreadable_file : ResolverProblem::Kind::invalid_package_json;
      if (error == EFBIG) message = "larger than 4 MiB";
      const std::lock_guard lock(problems_mutex_);
      problems_.push_back({kind, path, 0, error, message});
    }
  }
  // Two threads may have parsed it at once. The first to publish wins; the other copy stays unused in the arena.
  uint32_t expected = 0;
  uint32_t made = kNone;
  if (exists) {
    made = packages_.append();
    packages_[made] = package;
    made += 2;
  }
  if (!slot.compare_exchange_strong(expected, made, std::memory_order_acq_rel)) made = expected;
  return made == kNone ? nullptr : &packages_[made - 2];
}

std::vector<ResolverProblem> PackageTable::problems() const {
  const std::lock_guard lock(problems_mutex_);
  return problems_;
}

}  // namespace demarc
