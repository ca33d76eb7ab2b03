// Classes of source bytes (ECMA-262, sections 12.2 to 12.7), on UTF-8 bytes rather than on code points.
//
// A byte of 0x80 or more counts as part of an identifier unless it begins one of the few multi-byte white spaces and
// line terminators. That accepts more identifiers than the standard does, which only matters for broken code.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace demarc {

enum CharClass : uint8_t {
  kIdentifierPart = 1u << 0,  // A-Z a-z 0-9 $ _ and every byte >= 0x80
  kWhiteSpace = 1u << 1,      // TAB VT FF SP and the line terminators
  kLineTerminator = 1u << 2,  // LF CR
  kDigit = 1u << 3,
  kUnicodeLead = 1u << 4,  // may begin a multi-byte white space: C2 E1 E2 E3 EF
};

constexpr std::array<uint8_t, 256> make_char_classes() {
  std::array<uint8_t, 256> table{};
  for (size_t c = 0; c < 256; ++c) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '$' || c == '_';
    bool digit = c >= '0' && c <= '9';
    uint8_t bits = 0;
    if (letter || digit || c >= 0x80) bits |= kIdentifierPart;
    if (digit) bits |= kDigit;
    if (c == '\t' || c == 0x0b || c == 0x0c || c == ' ' || c == '\n' || c == '\r') bits |= kWhiteSpace;
    if (c == '\n' || c == '\r') bits |= kLineTerminator;
    if (c == 0xc2 || c == 0xe1 || c == 0xe2 || c == 0xe3 || c == 0xef) bits |= kUnicodeLead;
    table[c] = bits;
  }
  return table;
}

inline constexpr std::array<uint8_t, 256> kCharClasses = make_char_classes();

inline bool is_identifier_part(unsigned char c) {
  return (kCharClasses[c] & kIdentifierPart) != 0;
}
inline bool is_white_space(unsigned char c) {
  return (kCharClasses[c] & kWhiteSpace) != 0;
}
inline bool is_line_terminator(unsigned char c) {
  return (kCharClasses[c] & kLineTerminator) != 0;
}
inline bool is_digit(unsigned char c) {
  return (kCharClasses[c] & kDigit) != 0;
}

// A bit for each of the 16 bytes at p that is part of an identifier and ASCII.
inline uint32_t identifier_mask16(const unsigned char* p) {
#if defined(__SSE2__)
  auto between = [](__m128i v, char low, char high) {
    __m128i from_low = _mm_sub_epi8(v, _mm_set1_epi8(low));
    return _mm_cmpeq_epi8(_mm_min_epu8(from_low, _mm_set1_epi8(char(high - low))), from_low);
  };
  __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  __m128i letters = between(_mm_or_si128(v, _mm_set1_epi8(0x20)), 'a', 'z');
  __m128i others = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('_')), _mm_cmpeq_epi8(v, _mm_set1_epi8('$')));
  return uint32_t(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letters, between(v, '0', '9')), others)));
#else
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 16; ++i) mask |= uint32_t{is_identifier_part(p[i]) && p[i] < 0x80} << i;
  return mask;
#endif
}

// The length of the multi-byte white space or line terminator that begins at p, else 0: category Zs, U+FEFF, U+2028/9.
inline size_t unicode_space_length(const unsigned char* p) {
  switch (p[0]) {
    case 0xc2:
      return p[1] == 0xa0 ? 2 : 0;
    case 0xe1:
      return p[1] == 0x9a && p[2] == 0x80 ? 3 : 0;
    case 0xe2:
      if (p[1] == 0x81) return p[2] == 0x9f ? 3 : 0;
      if (p[1] != 0x80) return 0;
      return (p[2] >= 0x80 && p[2] <= 0x8a) || p[2] == 0xa8 || p[2] == 0xa9 || p[2] == 0xaf ? 3 : 0;
    case 0xe3:
      return p[1] == 0x80 && p[2] == 0x80 ? 3 : 0;
    case 0xef:
      return p[1] == 0xbb && p[2] == 0xbf ? 3 : 0;
    default:
      return 0;
  }
}

// The same for one that ends before p; `p - 3` must be readable.
inline size_t unicode_space_length_before(const unsigned char* p) {
  if (unicode_space_length(p - 3) == 3) return 3;
  return p[-2] == 0xc2 && p[-1] == 0xa0 ? 2 : 0;
}

// U+2028 LINE SEPARATOR or U+2029 PARAGRAPH SEPARATOR at p.
inline bool is_unicode_line_terminator(const unsigned char* p) {
  return p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9);
}

}  // namespace demarc
