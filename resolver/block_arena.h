// Memory for records of any size that live and die together: directory listings, package copies. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace demarc {

class BlockArena {
 public:
  // Aligned for any scalar, not initialised.
  void* allocate(size_t size) {
    size = (size + kAlignment - 1) / kAlignment * kAlignment;
    const std::lock_guard lock(mutex_);
    if (size > left_) {
      const size_t block = size > kBlock / 4 ? size : kBlock;
      blocks_.push_back(std::unique_ptr<std::byte[]>(new std::byte[block]));
      bytes_.fetch_add(block, std::memory_order_relaxed);
      // A large record has a block of its own; the rest of the current one stays in use.
      if (block == size) return blocks_.back().get();
      next_ = blocks_.back().get();
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
    blocks_.clear();
    next_ = nullptr;
    left_ = 0;
    bytes_.store(0, std::memory_order_relaxed);
  }

 private:
  static constexpr size_t kAlignment = alignof(std::max_align_t);
  static constexpr size_t kBlock = size_t{64} << 10;

  std::mutex mutex_;  // guards everything but bytes_
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* next_ = nullptr;
  size_t left_ = 0;
  std::atomic<size_t> bytes_{0};
};

}  // namespace demarc
