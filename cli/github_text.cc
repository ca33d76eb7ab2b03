#include "cli/github_text.h"

#include <fmt/format.h>

namespace demarc {
namespace {

std::string encode_each(std::string_view text, std::string_view special) {
  std::string value;
  for (const char byte : text) {
    if (special.find(byte) == std::string_view::npos)
      value += byte;
    else
      value += fmt::format("%{:02X}", unsigned(byte));
  }
  return value;
}

}  // namespace

std::string workflow_property(std::string_view text) {
  return encode_each(text, "%\r\n:,");
}

std::string workflow_message(std::string_view text) {
  return encode_each(text, "%\r\n");
}

}  // namespace demarc
