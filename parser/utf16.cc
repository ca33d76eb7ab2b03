#include "parser/utf16.h"

#include <algorithm>
#include <cstddef>

#include "parser/string_literal.h"

namespace demarc {
namespace {

constexpr uint64_t kMarkBytes = 2;

}  // namespace

bool is_utf16(std::string_view text) {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

std::string utf8_of_utf16(std::string_view text) {
  const size_t low = text.starts_with("\xFF\xFE") ? 0 : 1;
  const auto unit_at = [&](size_t at) {
    return uint32_t(static_cast<unsigned char>(text[at + low])) |
           uint32_t(static_cast<unsigned char>(text[at + 1 - low])) << 8;
  };
  std::string utf8;
  utf8.reserve(text.size() / 2);
  for (size_t at = kMarkBytes; at + 1 < text.size(); at += 2) {
    uint32_t code = unit_at(at);
    if (is_high_surrogate(code) && at + 3 < text.size() && is_low_surrogate(unit_at(at + 2))) {
      code = join_surrogates(code, unit_at(at + 2));
      at += 2;
    }
    append_code_point(code, utf8);
  }
  return utf8;
}

void restore_utf16_offsets(std::string_view utf8, std::span<uint64_t*> offsets) {
  std::sort(offsets.begin(), offsets.end(), [](const uint64_t* a, const uint64_t* b) { return *a < *b; });
  uint64_t units = 0;
  size_t at = 0;
  for (uint64_t* const offset : offsets) {
    for (; at < *offset && at < utf8.size(); ++at) {
      const auto byte = static_cast<unsigned char>(utf8[at]);
      units += uint64_t((byte & 0xC0) != 0x80) + uint64_t(byte >= 0xF0);
    }
    *offset = kMarkBytes + 2 * units;
  }
}

}  // namespace demarc
