#include "cli/heap.h"

#include <atomic>

#ifdef DEMARC_HEAP_BOUND

#include <mimalloc.h>
#include <sys/mman.h>

#include <cstdint>
#include <new>

#include "scanner/memory_budget.h"

// Each thread counts what it takes and gives back, and hands the sum on when it is worth it; only then is the bound
// looked at. What the process has (/proc/self/statm) is more than what was asked for by the allocator's own needs and
// by stacks, and less by memory that was not written to yet: the greater of the two counts.

namespace {

constexpr int64_t kBatchBytes = 128 << 10;
// For what is still to be said when the bound was hit.
constexpr int64_t kReserveBytes = 2 << 20;

std::atomic<int64_t> g_bound{0};
std::atomic<int64_t> g_live{0};
std::atomic<bool> g_hit{false};
thread_local int64_t t_pending = 0;

// Hands on what this thread has counted. False if the bound does not allow it; of what was counted, `unwritten` bytes
// are not among those that the process has.
bool settle(size_t unwritten = 0) {
  const int64_t live = g_live.fetch_add(t_pending, std::memory_order_relaxed) + t_pending;
  const bool grows = t_pending > 0;
  t_pending = 0;
  const int64_t bound = g_bound.load(std::memory_order_relaxed);
  if (bound == 0 || !grows) return true;
  const int64_t resident = int64_t(demarc::process_anonymous_bytes()) + int64_t(unwritten);
  const bool hit_before = g_hit.load(std::memory_order_relaxed);
  if (live <= bound && resident <= bound + (hit_before ? kReserveBytes : 0)) return true;
  g_hit.store(true, std::memory_order_relaxed);
  return hit_before && live <= bound + kReserveBytes && resident <= bound + 2 * kReserveBytes;
}

// mimalloc commits a thread's first segment of 32 MiB at once, which a limit on data (ulimit -d) takes for memory in
// use. Committed piece by piece, the program starts under any limit that it fits in.
void commit_on_demand() {
  mi_option_set_enabled_default(mi_option_eager_commit, false);
}
#ifdef __ELF__
// Shared libraries allocate in their constructors, before main().
[[gnu::section(".preinit_array"), gnu::used]] void (*const before_all_constructors)() = commit_on_demand;
#endif

// Pieces of this size are about to be filled: tables take their memory in chunks, files are read into windows. A page
// that is first touched by a write costs a trip into the kernel (2 us on bare metal, 8 on a virtual machine); all pages
// of a chunk together cost hardly more than one. Larger pieces may never be filled. Measured with perf/corpus/large,
// one thread: 1,720 -> 1,080 page faults, 6 % less time.
constexpr size_t kSmallestPrefaulted = 16 << 10;
constexpr size_t kLargestPrefaulted = 512 << 10;

void prefault(void* piece, size_t size) {
#ifdef MADV_POPULATE_WRITE
  if (size < kSmallestPrefaulted || size > kLargestPrefaulted) return;
  constexpr uintptr_t kPage = 4096;
  const uintptr_t begin = (uintptr_t(piece) + kPage - 1) & ~(kPage - 1);
  const uintptr_t end = (uintptr_t(piece) + size) & ~(kPage - 1);
  // Kernels before 5.14 refuse; then a touch at a time has to do.
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_POPULATE_WRITE);
#else
  (void)piece, (void)size;
#endif
}

// What the standard asks of operator new: the new-handler first, which does not come back.
[[noreturn]] void refuse() {
  if (const std::new_handler handler = std::get_new_handler()) handler();
  throw std::bad_alloc();
}

template <class Allocate>
void* take(size_t size, Allocate allocate) {
  // A large piece counts before it is taken: writing to it is what costs.
  if (size >= size_t(kBatchBytes) && g_bound.load(std::memory_order_relaxed) != 0) {
    t_pending += int64_t(size);
    void* piece = settle(size) ? allocate() : nullptr;
    t_pending -= int64_t(size);
    if (piece == nullptr) refuse();
    t_pending += int64_t(mi_usable_size(piece));
    prefault(piece, size);
    return piece;
  }
  void* piece = allocate();
  if (piece == nullptr) refuse();
  prefault(piece, size);
  t_pending += int64_t(mi_usable_size(piece));
  if (t_pending >= kBatchBytes && !settle()) {
    t_pending -= int64_t(mi_usable_size(piece));
    mi_free(piece);
    refuse();
  }
  return piece;
}

void give_back(void* piece) noexcept {
  if (piece == nullptr) return;
  t_pending -= int64_t(mi_usable_size(piece));
  mi_free(piece);
  if (t_pending <= -kBatchBytes) settle();
}

}  // namespace

void* operator new(size_t size) {
  return take(size, [=] { return mi_malloc(size); });
}
void* operator new[](size_t size) {
  return operator new(size);
}
void* operator new(size_t size, std::align_val_t alignment) {
  return take(size, [=] { return mi_malloc_aligned(size, size_t(alignment)); });
}
void* operator new[](size_t size, std::align_val_t alignment) {
  return operator new(size, alignment);
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void* operator new[](size_t size, const std::nothrow_t& tag) noexcept {
  return operator new(size, tag);
}
void* operator new(size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  try {
    return operator new(size, alignment);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void* operator new[](size_t size, std::align_val_t alignment, const std::nothrow_t& tag) noexcept {
  return operator new(size, alignment, tag);
}
void operator delete(void* piece) noexcept {
  give_back(piece);
}
void operator delete[](void* piece) noexcept {
  give_back(piece);
}
void operator delete(void* piece, size_t) noexcept {
  give_back(piece);
}
void operator delete[](void* piece, size_t) noexcept {
  give_back(piece);
}
void operator delete(void* piece, std::align_val_t) noexcept {
  give_back(piece);
}
void operator delete[](void* piece, std::align_val_t) noexcept {
  give_back(piece);
}
void operator delete(void* piece, size_t, std::align_val_t) noexcept {
  give_back(piece);
}
void operator delete[](void* piece, size_t, std::align_val_t) noexcept {
  give_back(piece);
}
void operator delete(void* piece, const std::nothrow_t&) noexcept {
  give_back(piece);
}
void operator delete[](void* piece, const std::nothrow_t&) noexcept {
  give_back(piece);
}
void operator delete(void* piece, std::align_val_t, const std::nothrow_t&) noexcept {
  give_back(piece);
}
void operator delete[](void* piece, std::align_val_t, const std::nothrow_t&) noexcept {
  give_back(piece);
}

namespace demarc {

void bound_heap(size_t bytes) {
  g_bound.store(int64_t(bytes), std::memory_order_relaxed);
}

bool heap_bound_was_hit() {
  return g_hit.load(std::memory_order_relaxed);
}

}  // namespace demarc

#else

namespace demarc {

void bound_heap(size_t) {}

bool heap_bound_was_hit() {
  return false;
}

}  // namespace demarc

#endif
