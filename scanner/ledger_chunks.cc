#include "scanner/ledger_chunks.h"

#include <new>

namespace demarc {
namespace {

// What is left of the limit is for what cannot spill: trees of the exact tier, the result, threads.
constexpr size_t spill_mark(size_t limit) {
  return limit / 5 * 3;
}

}  // namespace

void* LedgerChunks::allocate(size_t bytes) {
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
  if (spill_ && budget_.limit() != 0 && budget_.used() + bytes > spill_mark(budget_.limit())) {
    if (void* chunk = spill_->allocate(bytes)) return chunk;
  }
  // Counted even where it is too much, so that release() is the exact opposite.
  budget_.add(share_, bytes);
  return ::operator new(bytes);
}

void LedgerChunks::release(void* chunk, size_t bytes) {
  bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  if (spill_ && spill_->contains(chunk)) return;
  ::operator delete(chunk);
  budget_.release(share_, bytes);
}

}  // namespace demarc
