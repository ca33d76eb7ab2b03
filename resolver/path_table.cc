#include "resolver/path_table.h"

#include <vector>

namespace demarc {

PathTable::PathTable(ChunkSource& chunks)
    : names_(chunks), directories_(chunks), files_(chunks), directory_index_(chunks), file_index_(chunks) {
  const uint32_t root = directories_.append();
  directories_[root] = {kFileSystemRoot, 0};
}

DirId PathTable::find_child(DirId parent, std::string_view name) const {
  const uint32_t id = directory_index_.find(hash_text(name, raw(parent) + uint64_t{1}), [&](uint32_t i) {
    return directories_[i].parent == parent && names_.view(directories_[i].name) == name;
  });
  return DirId(id);  // IdIndex::kNone is kNoDir
}

DirId PathTable::intern_child(DirId parent, std::string_view name) {
  const auto equal = [&](uint32_t i) {
    return directories_[i].parent == parent && names_.view(directories_[i].name) == name;
  };
  const auto make = [&] {
    const uint32_t id = directories_.append();
    directories_[id] = {parent, names_.add(name)};
    return id;
  };
  return DirId(directory_index_.find_or_add(hash_text(name, raw(parent) + uint64_t{1}), equal, make));
}

FileId PathTable::intern_file(DirId directory, std::string_view name) {
  const auto equal = [&](uint32_t i) {
    return files_[i].directory == directory && names_.view(files_[i].name) == name;
  };
  const auto make = [&] {
    const uint32_t id = files_.append();
    files_[id] = {directory, names_.add(name)};
    return id;
  };
  return FileId(file_index_.find_or_add(hash_text(name, raw(directory) + uint64_t{1}), equal, make));
}

DirId PathTable::intern_directory(std::string_view path) {
  DirId at = kFileSystemRoot;
  size_t begin = 0;
  while (begin < path.size()) {
    size_t end = path.find('/', begin);
    if (end == std::string_view::npos) end = path.size();
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "..") {
      at = parent(at);
    } else if (!segment.empty() && segment != ".") {
      at = intern_child(at, segment);
    }
    begin = end + 1;
  }
  return at;
}

bool PathTable::is_inside(DirId directory, DirId ancestor) const {
  while (directory != ancestor) {
    if (directory == kFileSystemRoot) return false;
    directory = parent(directory);
  }
  return true;
}

void PathTable::append(DirId directory, std::string& to) const {
  if (directory == kFileSystemRoot) {
    to += '/';
    return;
  }
  // Room for the whole text first, then the names from the back.
  size_t size = 0;
  for (DirId d = directory; d != kFileSystemRoot; d = parent(d)) size += name(d).size() + 1;
  size_t at = to.size() + size;
  to.resize(at);
  for (DirId d = directory; d != kFileSystemRoot; d = parent(d)) {
    const std::string_view n = name(d);
    at -= n.size();
    n.copy(to.data() + at, n.size());
    to[--at] = '/';
  }
}

void PathTable::append(DirId directory, std::string_view name, std::string& to) const {
  append(directory, to);
  if (directory != kFileSystemRoot) to += '/';
  to += name;
}

std::string PathTable::text(DirId directory) const {
  std::string text;
  append(directory, text);
  return text;
}

size_t PathTable::bytes() const {
  return names_.bytes() + directories_.bytes() + files_.bytes() + directory_index_.bytes() + file_index_.bytes();
}

}  // namespace demarc
