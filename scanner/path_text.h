// Absolute paths as text, before there is a resolver to intern them.
#pragma once

#include <string>
#include <string_view>

namespace demarc {

inline std::string parent_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

inline std::string join(const std::string& directory, std::string_view name) {
  return (directory == "/" ? "/" : directory + "/") + std::string(name);
}

}  // namespace demarc
