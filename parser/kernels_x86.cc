#include "parser/kernels_x86.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <array>
#include <bit>

namespace demarc {
namespace {

using Table = std::array<char, 16>;

namespace sse42 {

#define DEMARC_TARGET __attribute__((target("sse4.2")))

struct Vector {
  static constexpr size_t kBytes = 16;
  __m128i v;

  DEMARC_TARGET static Vector load(const void* p) { return {_mm_loadu_si128(static_cast<const __m128i*>(p))}; }
  DEMARC_TARGET static Vector table(const Table& entries) { return load(entries.data()); }
  // Entry b of this table for each byte b of `index`; zero where b is 0x80 or more.
  DEMARC_TARGET Vector look_up(Vector index) const { return {_mm_shuffle_epi8(v, index.v)}; }
  DEMARC_TARGET Vector high_nibbles() const { return {_mm_and_si128(_mm_srli_epi16(v, 4), _mm_set1_epi8(0x0f))}; }
  DEMARC_TARGET Vector equals(unsigned char c) const { return {_mm_cmpeq_epi8(v, _mm_set1_epi8(char(c)))}; }
  DEMARC_TARGET Vector operator&(Vector other) const { return {_mm_and_si128(v, other.v)}; }
  DEMARC_TARGET uint64_t nonzero_mask() const {
    return uint16_t(~_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_setzero_si128())));
  }
};

#include "parser/kernels_x86_vector.h"

#undef DEMARC_TARGET

}  // namespace sse42

namespace avx2 {

#define DEMARC_TARGET __attribute__((target("avx2,bmi")))

struct Vector {
  static constexpr size_t kBytes = 32;
  __m256i v;

  DEMARC_TARGET static Vector load(const void* p) { return {_mm256_loadu_si256(static_cast<const __m256i*>(p))}; }
  DEMARC_TARGET static Vector table(const Table& entries) {
    return {_mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(entries.data())))};
  }
  DEMARC_TARGET Vector look_up(Vector index) const { return {_mm256_shuffle_epi8(v, index.v)}; }
  DEMARC_TARGET Vector high_nibbles() const {
    return {_mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(0x0f))};
  }
  DEMARC_TARGET Vector equals(unsigned char c) const { return {_mm256_cmpeq_epi8(v, _mm256_set1_epi8(char(c)))}; }
  DEMARC_TARGET Vector operator&(Vector other) const { return {_mm256_and_si256(v, other.v)}; }
  DEMARC_TARGET uint64_t nonzero_mask() const {
    return uint32_t(~_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_setzero_si256())));
  }
};

#include "parser/kernels_x86_vector.h"

#undef DEMARC_TARGET

}  // namespace avx2
}  // namespace

constexpr Kernels kKernelsSse42 = {"sse4.2", sse42::classify, sse42::find_trigrams, sse42::find_pair};
constexpr Kernels kKernelsAvx2 = {"avx2", avx2::classify, avx2::find_trigrams, avx2::find_pair};

}  // namespace demarc

#endif  // defined(__x86_64__)
