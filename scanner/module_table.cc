#include "scanner/module_table.h"

#include <bit>
#include <memory>

namespace demarc {
namespace {

struct Place {
  size_t bucket;
  size_t index;
  size_t bucket_size;
};

// Bucket 0 holds 2^first records, bucket k > 0 as many as all before it.
Place place_of(uint32_t id, unsigned first_bits) {
  const auto width = unsigned(std::bit_width(id >> first_bits));
  if (width == 0) return {0, id, size_t(1) << first_bits};
  const size_t start = size_t(1) << (first_bits + width - 1);
  return {width, id - start, start};
}

}  // namespace

ModuleTable::~ModuleTable() {
  for (auto& bucket : buckets_) delete[] bucket.load(std::memory_order_relaxed);
}

ModuleRecord* ModuleTable::get(FileId file) {
  const Place place = place_of(uint32_t(file), kFirstBits);
  ModuleRecord* bucket = buckets_[place.bucket].load(std::memory_order_acquire);
  if (!bucket) {
    if (!budget_.reserve(Share::modules, place.bucket_size * sizeof(ModuleRecord))) return nullptr;
    auto fresh = std::make_unique<ModuleRecord[]>(place.bucket_size);
    // Pairs with the acquire above: a reader that sees the bucket sees its zeroed records. The loser's block is freed,
    // and stays in the ledger: at most once a bucket and thread.
    if (buckets_[place.bucket].compare_exchange_strong(bucket, fresh.get(), std::memory_order_acq_rel)) {
      bucket = fresh.release();
    }
  }
  return &bucket[place.index];
}

const ModuleRecord* ModuleTable::find(FileId file) const {
  const Place place = place_of(uint32_t(file), kFirstBits);
  const ModuleRecord* bucket = buckets_[place.bucket].load(std::memory_order_acquire);
  return bucket ? &bucket[place.index] : nullptr;
}

}  // namespace demarc
