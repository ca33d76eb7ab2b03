// UTF-8 one code point at a time. Names on disk are bytes: whatever prints one has to notice where it is no text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace demarc {

struct CodePoint {
  uint32_t value = 0;
  uint32_t length = 0;  // 0: the byte does not begin a well-formed sequence
};

// Well-formed as RFC 3629 has it: shortest form, no surrogates, at most U+10FFFF.
inline CodePoint decode_utf8(std::string_view bytes, size_t at) {
  const auto byte = [&](size_t index) { return index < bytes.size() ? uint32_t(uint8_t(bytes[index])) : 0u; };
  const auto tail = [&](size_t index) { return (byte(index) & 0xc0u) == 0x80u; };
  const uint32_t first = byte(at);
  if (first < 0x80) return {first, 1};
  if (first < 0xc2) return {};
  if (first < 0xe0) {
    if (!tail(at + 1)) return {};
    return {(first & 0x1fu) << 6 | (byte(at + 1) & 0x3fu), 2};
  }
  if (first < 0xf0) {
    if (!tail(at + 1) || !tail(at + 2)) return {};
    const uint32_t value = (first & 0x0fu) << 12 | (byte(at + 1) & 0x3fu) << 6 | (byte(at + 2) & 0x3fu);
    if (value < 0x800 || (value >= 0xd800 && value < 0xe000)) return {};
    return {value, 3};
  }
  if (first >= 0xf5 || !tail(at + 1) || !tail(at + 2) || !tail(at + 3)) return {};
  const uint32_t value =
      (first & 0x07u) << 18 | (byte(at + 1) & 0x3fu) << 12 | (byte(at + 2) & 0x3fu) << 6 | (byte(at + 3) & 0x3fu);
  if (value < 0x10000 || value > 0x10ffff) return {};
  return {value, 4};
}

// The offset of the first byte that is not well-formed, or npos.
inline size_t find_invalid_utf8(std::string_view bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const CodePoint point = decode_utf8(bytes, at);
    if (point.length == 0) return at;
    at += point.length;
  }
  return std::string_view::npos;
}

}  // namespace demarc
