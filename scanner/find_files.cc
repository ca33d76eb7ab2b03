#include "scanner/find_files.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace demarc {
namespace {

class Collector final : public DirectoryVisitor {
 public:
  void entry(std::string_view name, EntryType type) override { entries.emplace_back(name, type); }
  std::vector<std::pair<std::string, EntryType>> entries;
};

bool any_matches(const std::vector<Glob>& globs, std::string_view path) {
  return std::any_of(globs.begin(), globs.end(), [&](const Glob& glob) { return glob.matches(path); });
}

}  // namespace

void find_files(Resolver& resolver, const std::string& base, const std::vector<Glob>& patterns,
                const std::vector<Glob>& excluded, NodeModules node_modules,
                const std::function<void(const FoundFile&)>& found,
                const std::function<void(const std::string& directory, int error)>& unlistable) {
  std::vector<std::string> open_directories = {std::string()};  // relative to base
  Collector listing;
  std::string path;
  while (!open_directories.empty()) {
    const std::string directory = std::move(open_directories.back());
    open_directories.pop_back();
    const std::string absolute = directory.empty() ? base : (base == "/" ? "/" : base + "/") + directory;
    listing.entries.clear();
    if (const int error = resolver.visit_directory(absolute, listing)) {
      if (error != ENOENT && error != ENOTDIR) unlistable(absolute, error);
      continue;
    }
    for (const auto& [name, type] : listing.entries) {
      std::string relative = directory.empty() ? name : directory + "/" + name;
      if (type == EntryType::directory) {
        if (name == "node_modules" && node_modules == NodeModules::skip) continue;
        const bool wanted = std::any_of(patterns.begin(), patterns.end(),
                                        [&](const Glob& glob) { return glob.may_match_below(relative); });
        if (wanted) open_directories.push_back(std::move(relative));
      } else if (any_matches(patterns, relative) && !any_matches(excluded, relative)) {
        path = base == "/" ? "/" : base + "/";
        path += relative;
        found({path, type});
      }
    }
  }
}

}  // namespace demarc
