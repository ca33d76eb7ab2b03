#include "cli/path_names.h"

#include <sys/stat.h>

#include "cli/display.h"

namespace demarc {
namespace {

bool exists(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0;
}

bool is_below(std::string_view path, std::string_view folder) {
  return !folder.empty() && path.size() > folder.size() && path.substr(0, folder.size()) == folder &&
         path[folder.size()] == '/';
}

}  // namespace

// Most ids are inside and most of those in node_modules, where nothing has to be asked. Something that is not there at
// all, such as a missing entry, was meant to be inside.
bool PathNames::is_outside(std::string_view id) const {
  if (id.empty() || id.front() != '/') return false;
  if (root_.empty() || is_below(id, root_)) return true;
  return id.substr(0, 14) != "/node_modules/" && !exists(std::string(root_) + std::string(id)) &&
         exists(std::string(id));
}

std::string PathNames::absolute(std::string_view id) const {
  if (is_outside(id) || root_ == "/") return std::string(id);
  std::string path(root_);
  if (!id.empty() && id.front() != '/') path += '/';
  path += id;
  return path;
}

std::string PathNames::shown(std::string_view id) const {
  if (style_ == PathStyle::absolute) return escaped(absolute(id));
  if (is_below(id, root_)) return escaped(id.substr(root_.size() + 1));
  if (!id.empty() && id.front() == '/' && !is_outside(id)) id.remove_prefix(1);
  return escaped(id);
}

}  // namespace demarc
