// The schemas of cli/schema, which are within the program.
#pragma once

#include <span>
#include <string_view>

namespace demarc {

struct Schema {
  std::string_view name;  // "result"
  std::string_view text;  // JSON, as in the file
};
std::span<const Schema> schemas();  // by name

}  // namespace demarc
