#include "resolver/id_index.h"

#include <memory>
#include <new>
#include <random>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace demarc {
namespace {

uint64_t process_seed() {
  static const uint64_t seed = [] {
    std::random_device device;
    return uint64_t{device()} << 32 | device();
  }();
  return seed;
}

}  // namespace

uint64_t hash_text(std::string_view text, uint64_t salt) {
  return XXH3_64bits_withSeed(text.data(), text.size(), process_seed() ^ salt * 0x9e3779b97f4a7c15);
}

std::pair<uint64_t, uint64_t> hash_text_128(std::string_view text, uint64_t salt) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(text.data(), text.size(), process_seed());
  // A bijection of the salt: equal texts with different salts stay different.
  const uint64_t mixed = salt * 0x9e3779b97f4a7c15;
  return {hash.low64 + mixed, hash.high64 ^ (mixed >> 32 | mixed << 32)};
}

IdIndex::Table* IdIndex::grow(Shard& shard) {
  Table* old = shard.table.load(std::memory_order_relaxed);
  const uint32_t size = old ? (old->mask + 1) * 2 : kFirstSize;
  const size_t bytes = sizeof(Table) + size * sizeof(std::atomic<uint64_t>);
  auto* made = new (source_.allocate(bytes)) Table{old, size - 1, nullptr};
  made->slots = reinterpret_cast<std::atomic<uint64_t>*>(made + 1);
  std::uninitialized_value_construct_n(made->slots, size);
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
  if (old) {
    for (uint32_t i = 0; i <= old->mask; ++i) {
      const uint64_t value = old->slots[i].load(std::memory_order_relaxed);
      if (value == 0) continue;
      uint32_t slot = static_cast<uint32_t>(value >> 32) & made->mask;
      while (made->slots[slot].load(std::memory_order_relaxed) != 0) slot = (slot + 1) & made->mask;
      made->slots[slot].store(value, std::memory_order_relaxed);
    }
  }
  shard.table.store(made, std::memory_order_release);
  return made;
}

void IdIndex::release(Table* table) {
  while (table) {
    Table* next = table->retired;
    bytes_.fetch_sub(table->bytes(), std::memory_order_relaxed);
    source_.release(table, table->bytes());
    table = next;
  }
}

void IdIndex::release_retired() {
  for (Shard& shard : shards_) {
    Table* table = shard.table.load(std::memory_order_relaxed);
    if (table) release(std::exchange(table->retired, nullptr));
  }
}

void IdIndex::clear() {
  for (Shard& shard : shards_) {
    release(shard.table.exchange(nullptr, std::memory_order_relaxed));
    shard.count = 0;
  }
}

}  // namespace demarc
