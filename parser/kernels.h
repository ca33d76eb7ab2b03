// The two searches that see every byte, in versions for several instruction sets, and the short search used everywhere.
//
// classify() marks the bytes that can change the lexical state; find_trigrams() finds where a keyword that matters
// could stand. Both work on whole runs, so that choosing the version at run time costs one indirect call per few
// kilobytes. find_any() is inlined into the lexer instead: it looks for the end of a string or comment, which is near,
// and needs only what every machine of its kind has (SSE2 on x86-64, eight bytes at a time elsewhere).
//
// All of them may read up to kReadAhead bytes behind the range they are given.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace demarc {

inline constexpr size_t kReadAhead = 80;

struct Kernels {
  const char* name;

  // Bit j of masks[i] tells whether text[64 * i + j] is one of " ' ` / ( ) { } <.
  void (*classify)(const unsigned char* text, size_t blocks, uint64_t* masks);

  // Appends to hits each position in [from, to) where one of these begins: "por" (import, export), "qui" (require),
  // "'us" and "\"us" (a string that could be "use client"), "@js" (a JSX pragma) and "-->" (an HTML-like comment), in
  // ascending order. Stops when fewer than 64 slots are left. Returns the number of hits; `from` becomes the position
  // to go on at.
  size_t (*find_trigrams)(const unsigned char* text, size_t& from, size_t to, uint32_t* hits, size_t capacity);

  // The first position in [from, to) where `needle` stands, or `to`. Two of its bytes are compared at every position,
  // the rest only where both agree. The needle may end behind `to`, but not more than kReadAhead - 1 bytes.
  size_t (*find_pair)(const unsigned char* text, size_t from, size_t to, unsigned char first, unsigned char second);
};

// find_trigrams() leaves at least this much room, so that a vector's hits always fit.
inline constexpr size_t kSpareHits = 64;

// Does one of the trigrams begin at p?
inline bool is_trigram(const unsigned char* p) {
  switch (p[0]) {
    case 'p':
      return p[1] == 'o' && p[2] == 'r';
    case 'q':
      return p[1] == 'u' && p[2] == 'i';
    case '\'':
    case '"':
      return p[1] == 'u' && p[2] == 's';
    case '@':
      return p[1] == 'j' && p[2] == 's';
    case '-':
      return p[1] == '-' && p[2] == '>';
    default:
      return false;
  }
}

// The versions this machine can run, the portable one first and the fastest last.
std::span<const Kernels* const> usable_kernels();
const Kernels& best_kernels();

// The first position in [from, to) of one of Bytes, or `to`.
template <unsigned char... Bytes>
inline size_t find_any(const unsigned char* text, size_t from, size_t to) {
#if defined(__SSE2__)
  for (size_t i = from; i < to; i += 16) {
    __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + i));
    __m128i any = _mm_setzero_si128();
    ((any = _mm_or_si128(any, _mm_cmpeq_epi8(v, _mm_set1_epi8(char(Bytes))))), ...);
    unsigned mask = unsigned(_mm_movemask_epi8(any));
    if (mask != 0) {
      size_t found = i + size_t(std::countr_zero(mask));
      return found < to ? found : to;
    }
  }
  return to;
#else
  constexpr uint64_t kOnes = 0x0101010101010101u;
  constexpr uint64_t kHighs = 0x8080808080808080u;
  size_t i = from;
  for (; i < to; i += 8) {
    uint64_t v;
    std::memcpy(&v, text + i, 8);
    uint64_t any = 0;
    ((any |= ((v ^ (kOnes * Bytes)) - kOnes) & ~(v ^ (kOnes * Bytes)) & kHighs), ...);
    if (any != 0) break;
  }
  // A borrow can mark a byte above a real match, so the exact position is found byte by byte.
  for (; i < to; ++i) {
    if (((text[i] == Bytes) || ...)) return i;
  }
  return to;
#endif
}

}  // namespace demarc
