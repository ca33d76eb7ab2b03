#include "resolver/lookup.h"

#include "resolver/specifier.h"

namespace demarc {

Place join(Tables& tables, DirId base, std::string_view path) {
  std::vector<std::string_view> names;
  for_each_segment(path, [&](std::string_view segment) {
    if (segment == ".") return;
    if (segment != "..") {
      names.push_back(segment);
    } else if (!names.empty()) {
      names.pop_back();
    } else {
      base = tables.paths.parent(base);
    }
  });
  if (names.empty()) return {tables.paths.parent(base), std::string(tables.paths.name(base)), base};
  Place place{base, {}, kNoDir};
  for (size_t i = 0; i < names.size(); ++i) {
    const bool is_last = i + 1 == names.size();
    if (place.rest.empty() && !is_last) {
      const DirId child = tables.disk.enter(place.directory, names[i]);
      if (child != kNoDir) {
        place.directory = child;
        continue;
      }
    }
    if (!place.rest.empty()) place.rest += '/';
    place.rest += names[i];
  }
  return place;
}

void note_near_miss(Tables& tables, DirId directory, std::string_view name, std::string_view near_miss,
                    Findings& findings) {
  if (!findings.near_miss.empty()) return;
  const size_t slash = name.find('/');
  if (slash != std::string_view::npos) near_miss = tables.disk.find(directory, name.substr(0, slash)).near_miss;
  if (!near_miss.empty()) tables.paths.append(tables.disk.canonical(directory), near_miss, findings.near_miss);
}

DirId as_directory(Tables& tables, const Place& place) {
  if (place.self != kNoDir) return tables.disk.canonical(place.self) == kNoDir ? kNoDir : place.self;
  return tables.disk.enter(place.directory, place.rest);
}

DirId enter_path(Tables& tables, DirId base, std::string_view path) {
  for_each_segment(path, [&](std::string_view segment) {
    if (base != kNoDir) base = tables.disk.enter(base, segment);
  });
  return base;
}

}  // namespace demarc
