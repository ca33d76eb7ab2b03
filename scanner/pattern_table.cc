#include "scanner/pattern_table.h"

#include <algorithm>

#include "scanner/find_files.h"

namespace demarc {
namespace {

// What is behind the last directory that holds no wildcard belongs to the pattern.
void move_plain_directories(std::string& base, std::string& pattern) {
  for (;;) {
    const size_t slash = pattern.find('/');
    if (slash == std::string::npos || pattern.find_first_of("*?[{(!+@\\") < slash) return;
    const std::string_view name = std::string_view(pattern).substr(0, slash);
    if (name == "..") {
      base.resize(std::max<size_t>(base.rfind('/'), 1));
    } else if (!name.empty() && name != ".") {
      if (base != "/") base += '/';
      base += name;
    }
    pattern.erase(0, slash + 1);
  }
}

}  // namespace

const PatternTable::Files* PatternTable::files(EnvironmentId environment, FileId importer, std::string_view pattern,
                                               const std::vector<std::string_view>& excluded) {
  Place place;
  if (!find_place(environment, importer, pattern, place)) return nullptr;
  std::vector<std::string> exclusions;
  std::string key = place.base + '\0' + place.pattern;
  for (const std::string_view text : excluded) {
    Place other;
    const bool anywhere = text.starts_with("**");
    if (!anywhere && !find_place(environment, importer, text, other)) continue;
    exclusions.push_back(anywhere ? std::string(text) : other.absolute());
    key += '\0' + exclusions.back();
  }
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = answers_.find(key); known != answers_.end()) return known->second.get();
  }
  auto files = std::make_unique<const Files>(expand(place, exclusions));
  const std::lock_guard lock(mutex_);
  const auto [at, is_new] = answers_.try_emplace(std::move(key), std::move(files));
  const size_t bytes = sizeof(Files) + at->first.capacity() + at->second->capacity() * sizeof(FileId);
  if (is_new) static_cast<void>(budget_.reserve(Share::facts, bytes));  // the walk stops if it is too much
  return at->second.get();
}

bool PatternTable::find_place(EnvironmentId environment, FileId importer, std::string_view pattern, Place& place) {
  place.pattern = pattern;
  if (pattern.starts_with('/')) {
    place.base = resolver_.root();
    place.pattern.erase(0, 1);
  } else if (pattern.starts_with("**")) {
    place.base = resolver_.root();
  } else if (pattern.starts_with('.')) {
    place.base = resolver_.path(importer);
    place.base.resize(std::max<size_t>(place.base.rfind('/'), 1));
  } else {
    // No file has this name, but an alias says what it begins with.
    const Resolution aliased = resolver_.resolve(environment, importer, pattern, RequestKind::import);
    const std::string_view path = resolver_.text(aliased.vite_id);
    if (!path.starts_with('/')) return false;
    place = {"/", std::string(path.substr(1))};
  }
  move_plain_directories(place.base, place.pattern);
  return true;
}

PatternTable::Files PatternTable::expand(const Place& place, const std::vector<std::string>& excluded) {
  std::vector<Glob> exclusions;
  for (const std::string& text : excluded) exclusions.push_back(Glob::compile(text));
  Files files;
  const auto add = [&](const FoundFile& found) {
    const auto excludes = [&](const Glob& glob) { return glob.matches(found.path.substr(1)); };
    if (std::any_of(exclusions.begin(), exclusions.end(), excludes)) return;
    if (const Result<FileId> file = resolver_.intern(found.path)) files.push_back(*file);
  };
  find_files(resolver_, place.base, {Glob::compile(place.pattern)}, {}, NodeModules::skip, add,
             [](const std::string&, int) {});
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

}  // namespace demarc
