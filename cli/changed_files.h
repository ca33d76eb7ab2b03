// Which files changed since a commit, as git says: --changed-since.
//
// The one place where demarc starts another program. A repository's own configuration can make git run more of them;
// none of those starts: monitors, hooks, external diffs, text conversions, content filters, submodules and fetches of
// missing objects are switched off, whatever .git/config and .gitattributes say (changed_files.cc has the list).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "resolver/result.h"

namespace demarc {

class ChangedFiles {
 public:
  // `folder` (absolute) is in the working tree, maybe below its root. Changed is what differs between `revision` and
  // the working tree, what is staged or untracked included; a renamed file is a changed one. The error says what to do.
  static Result<ChangedFiles> since(const std::string& folder, const std::string& revision);
  // Of absolute paths.
  explicit ChangedFiles(std::vector<std::string> paths);

  bool contains(std::string_view path) const;
  // Whether `text` names a changed file that is gone: the last part of its path, without an extension.
  bool names_removed(std::string_view text) const;
  size_t size() const { return paths_.size(); }

 private:
  std::vector<std::string> paths_;    // sorted
  std::vector<std::string> removed_;  // "/name" of those that are not there any more
};

}  // namespace demarc
