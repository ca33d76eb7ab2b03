// A growing array whose elements never move: chunks of 1,024 elements behind a two-level table of pointers. Ids of the
// resolver are indexes into such arrays, so a reader needs no lock, and growth copies nothing (a doubling vector at
// 100 MB would need 300 MB for a moment).
//
// append() may be called by any number of threads. Its element is value-initialised; the caller fills it in and only
// then hands the index to other threads, through a release store or a lock.
#pragma once

#include <array>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

#include "resolver/chunk_source.h"

namespace demarc {

template <class T>
class ChunkedArray {
  static_assert(std::is_trivially_destructible_v<T>);
  static constexpr uint32_t kChunk = 1024;
  static constexpr uint32_t kBlock = 512;
  static constexpr uint32_t kBlocks = 256;

 public:
  explicit ChunkedArray(ChunkSource& chunks = heap_chunks()) : source_(chunks) {}
  ~ChunkedArray() { clear(); }
  ChunkedArray(const ChunkedArray&) = delete;
  ChunkedArray& operator=(const ChunkedArray&) = delete;

  uint32_t append() {
    const uint32_t index = size_.fetch_add(1, std::memory_order_relaxed);
    ensure(index);
    return index;
  }

  // The element at index, whose chunk exists because index came from append() or went through ensure().
  T& operator[](uint32_t index) const {
    Block* block = blocks_[index / (kChunk * kBlock)].load(std::memory_order_acquire);
    T* chunk = (*block)[index / kChunk % kBlock].load(std::memory_order_acquire);
    return chunk[index % kChunk];
  }

  // The element at any index, for arrays that run beside another one. size() does not count such elements.
  T& ensure(uint32_t index) {
    if (T* known = find(index)) return *known;
    assert(index / (kChunk * kBlock) < kBlocks && "more than 134 million elements");
    Block* block = get_or_make(blocks_[index / (kChunk * kBlock)]);
    return get_or_make_chunk((*block)[index / kChunk % kBlock])[index % kChunk];
  }

  // The element at any index, or null when nothing near it was ever made.
  T* find(uint32_t index) const {
    Block* block = blocks_[index / (kChunk * kBlock)].load(std::memory_order_acquire);
    if (!block) return nullptr;
    T* chunk = (*block)[index / kChunk % kBlock].load(std::memory_order_acquire);
    return chunk ? chunk + index % kChunk : nullptr;
  }

  uint32_t size() const { return size_.load(std::memory_order_relaxed); }
  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

  // Not to be called while others use the array.
  void clear() {
    for (auto& block : blocks_) {
      Block* b = block.exchange(nullptr, std::memory_order_relaxed);
      if (!b) continue;
      for (auto& chunk : *b) {
        if (T* made = chunk.load(std::memory_order_relaxed)) source_.release(made, sizeof(T) * kChunk);
      }
      source_.release(b, sizeof(Block));
    }
    size_.store(0, std::memory_order_relaxed);
    bytes_.store(0, std::memory_order_relaxed);
  }

 private:
  using Block = std::array<std::atomic<T*>, kBlock>;

  // Two threads may allocate at once; the loser of the exchange frees its own.
  Block* get_or_make(std::atomic<Block*>& slot) {
    Block* block = slot.load(std::memory_order_acquire);
    if (block) return block;
    auto* made = new (source_.allocate(sizeof(Block))) Block();
    if (slot.compare_exchange_strong(block, made, std::memory_order_acq_rel)) {
      bytes_.fetch_add(sizeof(Block), std::memory_order_relaxed);
      return made;
    }
    source_.release(made, sizeof(Block));
    return block;
  }

  T* get_or_make_chunk(std::atomic<T*>& slot) {
    T* chunk = slot.load(std::memory_order_acquire);
    if (chunk) return chunk;
    T* made = static_cast<T*>(source_.allocate(sizeof(T) * kChunk));
    std::uninitialized_value_construct_n(made, kChunk);
    if (slot.compare_exchange_strong(chunk, made, std::memory_order_acq_rel)) {
      bytes_.fetch_add(sizeof(T) * kChunk, std::memory_order_relaxed);
      return made;
    }
    source_.release(made, sizeof(T) * kChunk);
    return chunk;
  }

  ChunkSource& source_;
  std::array<std::atomic<Block*>, kBlocks> blocks_{};
  std::atomic<uint32_t> size_{0};
  std::atomic<size_t> bytes_{0};
};

}  // namespace demarc
