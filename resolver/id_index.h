// An insert-only hash index from keys that are stored elsewhere (in a ChunkedArray, in an arena) to 32-bit ids.
//
// find() takes no lock: it reads the current table of one of 16 shards. find_or_add() locks that shard for a probe and
// one append. A table that has grown leaves its predecessor alive for readers still in it; together they are at most
// twice the last one, and release_retired() frees them when nobody reads.
//
// A slot holds the upper 32 bits of the hash beside the id, so foreign keys are hardly ever compared and growth needs
// no keys; the lower bits choose the shard. The seed is drawn once per process: names come from the scanned project,
// which must not be able to choose collisions.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <utility>

#include "resolver/chunk_source.h"

namespace demarc {

// Of text, and of a few integers in front of it.
uint64_t hash_text(std::string_view text, uint64_t salt = 0);
// The same in 128 bits, for what is known by its hash alone. Texts with different salts are different.
std::pair<uint64_t, uint64_t> hash_text_128(std::string_view text, uint64_t salt);

class IdIndex {
 public:
  static constexpr uint32_t kNone = 0xffffffff;

  explicit IdIndex(ChunkSource& chunks = heap_chunks()) : source_(chunks) {}
  ~IdIndex() { clear(); }
  IdIndex(const IdIndex&) = delete;
  IdIndex& operator=(const IdIndex&) = delete;

  // equal(id) tells whether the key of id is the one sought.
  template <class Equal>
  uint32_t find(uint64_t hash, const Equal& equal) const {
    const Table* table = shard(hash).table.load(std::memory_order_acquire);
    return table ? probe(*table, hash, equal).id : kNone;
  }

  // make() returns the id of the new key; it runs under the shard's lock and must not come back here.
  template <class Equal, class Make>
  uint32_t find_or_add(uint64_t hash, const Equal& equal, const Make& make) {
    const uint32_t known = find(hash, equal);
    if (known != kNone) return known;
    Shard& s = shard(hash);
    const std::lock_guard lock(s.mutex);
    Table* table = s.table.load(std::memory_order_relaxed);
    if (!table || s.count * 4 >= (table->mask + 1) * 3) table = grow(s);
    const Probe at = probe(*table, hash, equal);
    if (at.id != kNone) return at.id;
    const uint32_t id = make();
    // Pairs with the acquire load in probe(): who sees the slot sees what make() wrote.
    table->slots[at.slot].store(tag(hash) | (uint64_t{id} + 1), std::memory_order_release);
    ++s.count;
    return id;
  }

  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  // Neither is to be called while others use the index.
  void release_retired();
  void clear();

 private:
  // The slots follow in the same chunk.
  struct Table {
    Table* retired;  // the one before
    uint32_t mask;
    std::atomic<uint64_t>* slots;
    size_t bytes() const { return sizeof(Table) + (size_t{mask} + 1) * sizeof(std::atomic<uint64_t>); }
  };
  struct Shard {
    std::mutex mutex;  // guards insertion: count, and stores to the slots of the current table
    std::atomic<Table*> table{nullptr};
    uint32_t count = 0;
  };
  struct Probe {
    uint32_t id;
    uint32_t slot;
  };
  static constexpr uint32_t kShards = 16;
  static constexpr uint32_t kFirstSize = 32;

  static uint64_t tag(uint64_t hash) { return hash & 0xffffffff00000000; }
  Shard& shard(uint64_t hash) { return shards_[hash % kShards]; }
  const Shard& shard(uint64_t hash) const { return shards_[hash % kShards]; }
  Table* grow(Shard& shard);
  void release(Table* table);

  template <class Equal>
  static Probe probe(const Table& table, uint64_t hash, const Equal& equal) {
    uint32_t slot = static_cast<uint32_t>(hash >> 32) & table.mask;
    for (;; slot = (slot + 1) & table.mask) {
      const uint64_t value = table.slots[slot].load(std::memory_order_acquire);
      if (value == 0) return {kNone, slot};
      const auto id = static_cast<uint32_t>(value - 1);
      if (tag(value) == tag(hash) && equal(id)) return {id, slot};
    }
  }

  ChunkSource& source_;
  std::array<Shard, kShards> shards_;
  std::atomic<size_t> bytes_{0};
};

}  // namespace demarc
