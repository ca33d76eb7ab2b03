#include "parser/kernels.h"

#include <array>

#include "parser/kernels_x86.h"

namespace demarc {
namespace {

constexpr std::array<bool, 256> make_event_table() {
  std::array<bool, 256> table{};
  for (const char c : {'"', '\'', '`', '/', '(', ')', '{', '}', '<'}) table[uint8_t(c)] = true;
  return table;
}
constexpr std::array<bool, 256> kEvents = make_event_table();

void classify_portable(const unsigned char* text, size_t blocks, uint64_t* masks) {
  for (size_t block = 0; block < blocks; ++block, text += 64) {
    uint64_t mask = 0;
    for (size_t j = 0; j < 64; ++j) mask |= uint64_t(kEvents[text[j]]) << j;
    masks[block] = mask;
  }
}

size_t find_trigrams_portable(const unsigned char* text, size_t& from, size_t to, uint32_t* hits, size_t capacity) {
  size_t count = 0;
  for (; from < to && count + kSpareHits <= capacity; ++from) {
    if (is_trigram(text + from)) hits[count++] = uint32_t(from);
  }
  return count;
}

size_t find_pair_portable(const unsigned char* text, size_t from, size_t to, unsigned char first,
                          unsigned char second) {
  for (; from < to; ++from) {
    if (text[from] == first && text[from + 1] == second) return from;
  }
  return to;
}

constexpr Kernels kPortable = {"portable", classify_portable, find_trigrams_portable, find_pair_portable};

}  // namespace

std::span<const Kernels* const> usable_kernels() {
#if defined(__x86_64__)
  static constexpr std::array<const Kernels*, 3> kAll = {&kPortable, &kKernelsSse42, &kKernelsAvx2};
  static const int count = [] {
    if (!__builtin_cpu_supports("sse4.2")) return 1;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") ? 3 : 2;
  }();
  return std::span(kAll).first(size_t(count));
#else
  static constexpr std::array<const Kernels*, 1> kAll = {&kPortable};
  return kAll;
#endif
}

const Kernels& best_kernels() {
  return *usable_kernels().back();
}

}  // namespace demarc
