// Ids as readers want them. An id is "/" and the path below the root, or outside the root the absolute path;
// diagnostics about configuration files carry absolute paths. The two kinds look alike, so the disk tells them apart.
#pragma once

#include <string>
#include <string_view>

namespace demarc {

enum class PathStyle : unsigned char {
  from_root,  // src/app/x.tsx; outside the root the absolute path
  absolute
};

class PathNames {
 public:
  PathNames(std::string_view root, PathStyle style) : root_(root), style_(style) {}

  PathStyle style() const { return style_; }
  std::string absolute(std::string_view id) const;
  // For people, escaped.
  std::string shown(std::string_view id) const;

 private:
  bool is_outside(std::string_view id) const;

  std::string_view root_;
  PathStyle style_;
};

}  // namespace demarc
