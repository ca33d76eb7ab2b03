// Answers by question, in a few megabytes whatever the number of questions: where two meet in one place the newer one
// stays, and the other is worked out again when it is asked again. Imports ask again soon or never, so a small cache
// answers nearly as many as a whole table, which would be the largest of all (an entry per import, not per file).
//
// A question is known by 128 bits of hash. The seed is drawn once per process, so no project can choose two questions
// that collide; by chance, two of ten million do with a probability of 10^-25.
//
// Lock-free. Each half of a key is stored xor-ed with a half of the answer: a slot that two threads write at once does
// not match its key any more, and counts as empty.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "resolver/chunk_source.h"
#include "resolver/resolver.h"

namespace demarc {

class AnswerCache {
 public:
  struct Key {
    uint64_t low;
    uint64_t high;
  };
  // The specifier, and everything else that an answer depends on as one number.
  static Key key_of(std::string_view specifier, uint64_t circumstances);

  explicit AnswerCache(ChunkSource& chunks = heap_chunks());
  ~AnswerCache();
  AnswerCache(const AnswerCache&) = delete;
  AnswerCache& operator=(const AnswerCache&) = delete;

  bool find(const Key& key, Resolution& answer) const;
  void put(const Key& key, const Resolution& answer);
  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  struct Slot {
    std::array<std::atomic<uint64_t>, 4> words;  // key xor answer, key xor answer, answer, answer
  };
  struct Table {
    Table* retired = nullptr;  // the one before, which others may still read
    size_t mask = 0;
    Slot* slots = nullptr;
    std::atomic<size_t> taken{0};
  };
  static constexpr size_t kFirstSlots = size_t{1} << 10;
  static constexpr size_t kMostSlots = size_t{1} << 16;  // 2 MiB

  void add_table(size_t slots);
  void grow(const Table& full);
  static void insert(Table& table, const Key& key, const Resolution& answer);
  static bool read(const Slot& slot, const Key& key, Resolution& answer);

  ChunkSource& source_;
  std::atomic<Table*> table_{nullptr};
  std::mutex growing_;
  std::atomic<size_t> bytes_{0};
};

}  // namespace demarc
