// Files below a directory that match patterns: for the prescan and for glob edges. Uses the resolver's listings, so a
// directory that imports lead into anyway is listed once.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/resolver.h"
#include "scanner/glob.h"

namespace demarc {

enum class NodeModules : uint8_t { skip, descend };

struct FoundFile {
  std::string_view path;  // absolute, valid during the call
  EntryType type;         // file, symlink, other or unknown; never directory
};

// Calls `found` for every name below `base` (absolute) whose path relative to it matches one of `patterns` and none of
// `excluded`. Symbolic links to directories are not descended into, as glob libraries do for `**`. A directory that
// cannot be listed is handed to `unlistable` with its errno; a missing `base` is not an error. Iterative, so depth
// costs heap and not stack.
void find_files(Resolver& resolver, const std::string& base, const std::vector<Glob>& patterns,
                const std::vector<Glob>& excluded, NodeModules node_modules,
                const std::function<void(const FoundFile&)>& found,
                const std::function<void(const std::string& directory, int error)>& unlistable);

}  // namespace demarc
