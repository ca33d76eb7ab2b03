#include "tests/support/memory_file_system.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace demarc {
namespace {

constexpr int kMostLinks = 40;

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  for (size_t begin = 0; begin < path.size();) {
    size_t end = path.find('/', begin);
    if (end == std::string_view::npos) end = path.size();
    if (end > begin) segments.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

// Latin-1 letters with an accent and their bases: enough to tell the normal forms apart in tests.
struct Letter {
  std::string_view composed, decomposed, upper_composed, upper_decomposed;
};
constexpr Letter kLetters[] = {{"é", "e\u0301", "É", "E\u0301"}, {"è", "e\u0300", "È", "E\u0300"},
                               {"ö", "o\u0308", "Ö", "O\u0308"}, {"ü", "u\u0308", "Ü", "U\u0308"},
                               {"ä", "a\u0308", "Ä", "A\u0308"}, {"ñ", "n\u0303", "Ñ", "N\u0303"}};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

struct MemoryFileSystem::File {
  EntryType type = EntryType::file;
  std::string text;  // content, or a link's target
  std::map<std::string, std::shared_ptr<File>> children;
  int64_t mtime = 0;
  int64_t ctime = 0;
  uint64_t inode = 0;
};

struct MemoryFileSystem::Found {
  std::shared_ptr<File> file;
  std::string true_path;   // as the directories spell it
  std::string asked_path;  // links followed, as asked
};

MemoryFileSystem::MemoryFileSystem() : MemoryFileSystem(Switches{}) {}

MemoryFileSystem::MemoryFileSystem(Switches switches) : switches_(switches), root_(std::make_shared<File>()) {
  root_->type = EntryType::directory;
  root_->inode = 1;
}

MemoryFileSystem::~MemoryFileSystem() = default;

// Names with equal keys are one name to this disk.
std::string MemoryFileSystem::key(std::string_view name) const {
  std::string key(name);
  for (const Letter& letter : kLetters) {
    if (switches_.normalises) {
      replace_all(key, letter.composed, letter.decomposed);
      replace_all(key, letter.upper_composed, letter.upper_decomposed);
    }
    if (switches_.folds_case) {
      replace_all(key, letter.upper_composed, letter.composed);
      replace_all(key, letter.upper_decomposed, letter.decomposed);
    }
  }
  if (switches_.folds_case) {
    replace_all(key, "\u212a", "k");
    for (char& c : key) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
  }
  return key;
}

std::pair<const std::string, std::shared_ptr<MemoryFileSystem::File>>* MemoryFileSystem::child(
    File& directory, std::string_view name) const {
  if (const auto exact = directory.children.find(std::string(name)); exact != directory.children.end()) return &*exact;
  const std::string wanted = key(name);
  for (auto& entry : directory.children) {
    if (key(entry.first) == wanted) return &entry;
  }
  return nullptr;
}

MemoryFileSystem::File& MemoryFileSystem::directory_for(std::string_view path, std::string& name) {
  std::vector<std::string> segments = split(path);
  name = segments.back();
  segments.pop_back();
  File* at = root_.get();
  for (const std::string& segment : segments) {
    auto* entry = child(*at, segment);
    if (!entry) {
      auto made = std::make_shared<File>();
      made->type = EntryType::directory;
      made->inode = next_inode_++;
      made->mtime = made->ctime = now_;
      at->mtime = at->ctime = now_;
      at = (at->children[segment] = made).get();
    } else {
      at = entry->second.get();
    }
  }
  at->mtime = at->ctime = now_;
  return *at;
}

void MemoryFileSystem::add(std::string_view path, std::string_view content) {
  const std::lock_guard lock(mutex_);
  std::string name;
  File& directory = directory_for(path, name);
  auto* entry = child(directory, name);
  if (!entry || entry->second->type != EntryType::file) {
    directory.children.erase(name);
    entry = &*directory.children.emplace(name, std::make_shared<File>()).first;
    entry->second->inode = next_inode_++;
  }
  entry->second->text = content;
  entry->second->mtime = entry->second->ctime = now_;
}

void MemoryFileSystem::add_directory(std::string_view path) {
  const std::lock_guard lock(mutex_);
  std::string name;
  directory_for(std::string(path) + "/x", name);
}

void MemoryFileSystem::add_link(std::string_view path, std::string_view target) {
  add_special(path);
  const std::lock_guard lock(mutex_);
  std::string name;
  File& link = *directory_for(path, name).children[name];
  link.type = EntryType::symlink;
  link.text = target;
}

void MemoryFileSystem::add_hard_link(std::string_view path, std::string_view existing) {
  const std::lock_guard lock(mutex_);
  Found found;
  if (find(existing, true, found) != 0) return;
  std::string name;
  directory_for(path, name).children[name] = found.file;
}

void MemoryFileSystem::add_special(std::string_view path) {
  const std::lock_guard lock(mutex_);
  std::string name;
  File& directory = directory_for(path, name);
  auto made = std::make_shared<File>();
  made->type = EntryType::other;
  made->inode = next_inode_++;
  made->mtime = made->ctime = now_;
  directory.children[name] = std::move(made);
}

void MemoryFileSystem::remove(std::string_view path) {
  const std::lock_guard lock(mutex_);
  std::string name;
  directory_for(path, name).children.erase(name);
}

void MemoryFileSystem::fail(Operation operation, std::string_view path, int error) {
  const std::lock_guard lock(mutex_);
  faults_[{operation, std::string(path)}] = error;
}

void MemoryFileSystem::tick(int64_t nanoseconds) {
  const std::lock_guard lock(mutex_);
  now_ += nanoseconds;
}

std::vector<MemoryFileSystem::Access> MemoryFileSystem::log() const {
  const std::lock_guard lock(mutex_);
  return log_;
}

void MemoryFileSystem::clear_log() {
  const std::lock_guard lock(mutex_);
  log_.clear();
}

size_t MemoryFileSystem::count(Operation operation) const {
  const std::lock_guard lock(mutex_);
  return static_cast<size_t>(
      std::count_if(log_.begin(), log_.end(), [&](const Access& access) { return access.operation == operation; }));
}

size_t MemoryFileSystem::count(Operation operation, std::string_view path) const {
  const std::lock_guard lock(mutex_);
  return static_cast<size_t>(std::count(log_.begin(), log_.end(), Access{operation, std::string(path)}));
}

size_t MemoryFileSystem::open_handles() const {
  const std::lock_guard lock(mutex_);
  return handles_.size();
}

int MemoryFileSystem::find(std::string_view path, bool follow_last, Found& found) const {
  std::vector<std::string> left = split(path);
  std::reverse(left.begin(), left.end());
  std::vector<Found> walked = {{root_, "", ""}};
  int links = 0;
  while (!left.empty()) {
    const std::string segment = left.back();
    left.pop_back();
    if (segment == ".") continue;
    if (segment == "..") {
      if (walked.size() > 1) walked.pop_back();
      continue;
    }
    if (walked.back().file->type != EntryType::directory) return ENOTDIR;
    const auto* entry = child(*walked.back().file, segment);
    if (!entry) return ENOENT;
    if (entry->second->type == EntryType::symlink && (follow_last || !left.empty())) {
      if (++links > kMostLinks) return ELOOP;
      if (entry->second->text.starts_with('/')) walked.resize(1);
      std::vector<std::string> target = split(entry->second->text);
      left.insert(left.end(), target.rbegin(), target.rend());
      continue;
    }
    const Found& parent = walked.back();
    walked.push_back({entry->second, parent.true_path + "/" + entry->first, parent.asked_path + "/" + segment});
  }
  found = walked.back();
  if (found.true_path.empty()) found.true_path = found.asked_path = "/";
  return 0;
}

// Logs an access and says whether it is to fail.
int MemoryFileSystem::enter(Operation operation, std::string_view path) {
  log_.push_back({operation, std::string(path)});
  const auto fault = faults_.find({operation, std::string(path)});
  return fault == faults_.end() ? 0 : fault->second;
}

FileStatus MemoryFileSystem::status_of(const File& file) {
  FileStatus status;
  status.type = file.type;
  status.size = file.text.size();
  status.mtime_ns = file.mtime;
  status.ctime_ns = file.ctime;
  status.device = 1;
  status.inode = switches_.unstable_inodes ? next_inode_++ : file.inode;
  return status;
}

int MemoryFileSystem::list(const std::string& directory, DirectoryVisitor& visitor) {
  std::vector<std::pair<std::string, EntryType>> entries;
  {
    const std::lock_guard lock(mutex_);
    if (const int error = enter(Operation::list, directory); error != 0) return error;
    Found found;
    if (const int error = find(directory, true, found); error != 0) return error;
    if (found.file->type != EntryType::directory) return ENOTDIR;
    for (const auto& [name, file] : found.file->children) {
      entries.emplace_back(name, switches_.hides_types ? EntryType::unknown : file->type);
    }
  }
  for (const auto& [name, type] : entries) visitor.entry(name, type);
  return 0;
}

int MemoryFileSystem::status(const std::string& path, FileStatus& status) {
  const std::lock_guard lock(mutex_);
  if (const int error = enter(Operation::status, path); error != 0) return error;
  Found found;
  if (const int error = find(path, true, found); error != 0) return error;
  status = status_of(*found.file);
  return 0;
}

int MemoryFileSystem::read_link(const std::string& path, std::string& target) {
  const std::lock_guard lock(mutex_);
  if (const int error = enter(Operation::read_link, path); error != 0) return error;
  Found found;
  if (const int error = find(path, false, found); error != 0) return error;
  if (found.file->type != EntryType::symlink) return EINVAL;
  target = found.file->text;
  return 0;
}

int MemoryFileSystem::real_path(const std::string& path, std::string& real) {
  const std::lock_guard lock(mutex_);
  if (const int error = enter(Operation::real_path, path); error != 0) return error;
  Found found;
  if (const int error = find(path, true, found); error != 0) return error;
  real = switches_.spells_as_asked ? found.asked_path : found.true_path;
  return 0;
}

int MemoryFileSystem::open(const std::string& path, int& handle) {
  const std::lock_guard lock(mutex_);
  if (const int error = enter(Operation::open, path); error != 0) return error;
  Found found;
  if (const int error = find(path, true, found); error != 0) return error;
  handle = next_handle_++;
  handles_[handle] = {found.file, path};
  return 0;
}

int MemoryFileSystem::status(int handle, FileStatus& status) {
  const std::lock_guard lock(mutex_);
  const auto open = handles_.find(handle);
  if (open == handles_.end()) return EBADF;
  status = status_of(*open->second.file);
  return 0;
}

int64_t MemoryFileSystem::read_at(int handle, uint64_t offset, char* to, size_t size) {
  const std::lock_guard lock(mutex_);
  const auto open = handles_.find(handle);
  if (open == handles_.end()) return -EBADF;
  if (const int error = enter(Operation::read, open->second.path); error != 0) return -error;
  const File& file = *open->second.file;
  if (file.type == EntryType::directory) return -EISDIR;
  if (file.type != EntryType::file) return -ESPIPE;
  const std::string& text = file.text;
  if (offset >= text.size()) return 0;
  const size_t n = std::min<size_t>(size, text.size() - static_cast<size_t>(offset));
  std::memcpy(to, text.data() + offset, n);
  return static_cast<int64_t>(n);
}

void MemoryFileSystem::close(int handle) {
  const std::lock_guard lock(mutex_);
  handles_.erase(handle);
}

}  // namespace demarc
