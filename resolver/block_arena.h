// Memory for records of any size that live and die together: directory listings, package copies. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <vector>

#include "resolver/chunk_source.h"

namespace demarc {

class BlockArena {
 public:
  explicit BlockArena(ChunkSource& chunks = heap_chunks()) : source_(chunks) {}
  ~BlockArena() { clear(); }
  BlockArena(const BlockArena&) = delete;
  BlockArena& operator=(const BlockArena&) = delete;

  // Aligned for any scalar, not initialised.
  void* allocate(size_t size) {
    size = (size + kAlignment - 1) / kAlignment * kAlignment;
    const std::lock_guard lock(mutex_);
    if (size > left_) {
      const size_t block = size > kBlock / 4 ? size : kBlock;
      blocks_.reserve(blocks_.size() + 1);
      blocks_.push_back({static_cast<std::byte*>(source_.allocate(block)), block});
      bytes_.fetch_add(block, std::memory_order_relaxed);
      // A large record has a block of its own; the rest of the current one stays in use.
      if (block == size) return blocks_.back().memory;
      next_ = blocks_.back().memory;
      left_ = block;
    }
    void* result = next_;
    next_ += size;
    left_ -= size;
    return result;
  }

  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

  // Ends the life of everything allocated. Not to be called while others use it.
  void clear() {
    for (const Block& block : blocks_) source_.release(block.memory, block.size);
    blocks_.clear();
    next_ = nullptr;
    left_ = 0;
    bytes_.store(0, std::memory_order_relaxed);
  }

 private:
  static constexpr size_t kAlignment = alignof(std::max_align_t);
  static constexpr size_t kBlock = size_t{64} << 10;

  struct Block {
    std::byte* memory;
    size_t size;
  };

  ChunkSource& source_;
  std::mutex mutex_;  // guards everything but bytes_
  std::vector<Block> blocks_;
  std::byte* next_ = nullptr;
  size_t left_ = 0;
  std::atomic<size_t> bytes_{0};
};

}  // namespace demarc
