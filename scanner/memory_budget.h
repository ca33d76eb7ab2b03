// The ledger of a scan: who holds how many bytes, and the limit that their sum may not pass.
//
// Peak = fixed (process and per-thread windows) + resolver tables + module table + facts + result. Everything that
// grows asks here first, in chunks, so the sum is never behind by more than one chunk a thread. See docs/memory.md.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace demarc {

enum class Share : uint8_t {
  fixed,     // what the process held before the scan, and one lexer a thread
  resolver,  // interned paths, listings, package.json copies, memos
  modules,   // module table
  facts,     // directives, imports and targets of the modules
  exact,     // trees of the exact tier, while a file is examined
  result     // the frozen ScanResult
};
constexpr size_t kShareCount = 6;

// Thread-safe. A limit of 0 means none.
class MemoryBudget {
 public:
  explicit MemoryBudget(size_t limit) : limit_(limit) {}
  ~MemoryBudget();
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // Adds to a share. False, with nothing added, when the limit would be passed; from then on exhausted() is true.
  [[nodiscard]] bool reserve(Share share, size_t bytes);
  void release(Share share, size_t bytes);
  // Adds what is taken already. False when the limit is passed; from then on exhausted() is true.
  bool add(Share share, size_t bytes);

  bool exhausted() const { return exhausted_.load(std::memory_order_relaxed); }
  size_t limit() const { return limit_; }
  size_t used() const { return used_.load(std::memory_order_relaxed); }
  size_t peak() const { return peak_.load(std::memory_order_relaxed); }
  // Of all ledgers of this process together.
  static size_t used_by_all();
  size_t used(Share share) const { return shares_[size_t(share)].load(std::memory_order_relaxed); }

 private:
  bool note(size_t used);

  const size_t limit_;
  std::atomic<size_t> used_{0};
  std::atomic<size_t> peak_{0};
  std::atomic<bool> exhausted_{false};
  std::array<std::atomic<size_t>, kShareCount> shares_{};
};

// Anonymous memory of this process in bytes (resident minus file-backed), as /proc/self/statm says; 0 where unknown.
size_t process_anonymous_bytes();

}  // namespace demarc
