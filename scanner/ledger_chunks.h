// Memory of the scan's tables: from the heap while the ledger has room, from a file when it is nearly used up.
#pragma once

#include <atomic>

#include "resolver/chunk_source.h"
#include "scanner/memory_budget.h"
#include "scanner/spill_file.h"

namespace demarc {

// Thread-safe. Never refuses: past the limit the ledger is exhausted, and the scan stops soon.
class LedgerChunks final : public ChunkSource {
 public:
  // `spill` may be null.
  LedgerChunks(MemoryBudget& budget, Share share, SpillFile* spill) : budget_(budget), share_(share), spill_(spill) {}

  void* allocate(size_t bytes) override;
  void release(void* chunk, size_t bytes) override;
  // What was taken and not given back, on the heap and in the file.
  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  MemoryBudget& budget_;
  const Share share_;
  SpillFile* const spill_;
  std::atomic<size_t> bytes_{0};
};

}  // namespace demarc
