#include "resolver/id_index.h"

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

IdIndex::Table* IdIndex::grow(Shard& shard) {
  Table* old = shard.table.load(std::memory_order_relaxed);
  const uint32_t size = old ? (old->mask + 1) * 2 : kFirstSize;
  auto made = std::make_unique<Table>(size);
  bytes_.fetch_add(sizeof(Table) + size * sizeof(uint64_t), std::memory_order_relaxed);
  if (old) {
    for (uint32_t i = 0; i <= old->mask; ++i) {
      const uint64_t value = old->slots[i].load(std::memory_order_relaxed);
      if (value == 0) continue;
      uint32_t slot = static_cast<uint32_t>(value >> 32) & made->mask;
      while (made->slots[slot].load(std::memory_order_relaxed) != 0) slot = (slot + 1) & made->mask;
      made->slots[slot].store(value, std::memory_order_relaxed);
    }
  }
  Table* table = made.get();
  shard.tables.push_back(std::move(made));
  shard.table.store(table, std::memory_order_release);
  return table;
}

void IdIndex::release_retired() {
  for (Shard& shard : shards_) {
    while (shard.tables.size() > 1) {
      const Table& table = *shard.tables.front();
      bytes_.fetch_sub(sizeof(Table) + (table.mask + size_t{1}) * sizeof(uint64_t), std::memory_order_relaxed);
      shard.tables.erase(shard.tables.begin());
    }
  }
}

void IdIndex::clear() {
  for (Shard& shard : shards_) {
    shard.table.store(nullptr, std::memory_order_relaxed);
    shard.tables.clear();
    shard.count = 0;
  }
  bytes_.store(0, std::memory_order_relaxed);
}

}  // namespace demarc
