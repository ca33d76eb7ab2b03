#include "scanner/memory_budget.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace demarc {
namespace {

std::atomic<size_t> all_ledgers{0};

}  // namespace

MemoryBudget::~MemoryBudget() {
  all_ledgers.fetch_sub(used(), std::memory_order_relaxed);
}

size_t MemoryBudget::used_by_all() {
  return all_ledgers.load(std::memory_order_relaxed);
}

bool MemoryBudget::note(size_t used) {
  size_t peak = peak_.load(std::memory_order_relaxed);
  while (used > peak && !peak_.compare_exchange_weak(peak, used, std::memory_order_relaxed)) {
  }
  if (limit_ != 0 && used > limit_) {
    exhausted_.store(true, std::memory_order_relaxed);
    return false;
  }
  return true;
}

bool MemoryBudget::reserve(Share share, size_t bytes) {
  size_t used = used_.load(std::memory_order_relaxed);
  do {
    if (limit_ != 0 && used + bytes > limit_) {
      exhausted_.store(true, std::memory_order_relaxed);
      return false;
    }
  } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
  shares_[size_t(share)].fetch_add(bytes, std::memory_order_relaxed);
  all_ledgers.fetch_add(bytes, std::memory_order_relaxed);
  return note(used + bytes);
}

void MemoryBudget::release(Share share, size_t bytes) {
  shares_[size_t(share)].fetch_sub(bytes, std::memory_order_relaxed);
  used_.fetch_sub(bytes, std::memory_order_relaxed);
  all_ledgers.fetch_sub(bytes, std::memory_order_relaxed);
}

bool MemoryBudget::add(Share share, size_t bytes) {
  shares_[size_t(share)].fetch_add(bytes, std::memory_order_relaxed);
  all_ledgers.fetch_add(bytes, std::memory_order_relaxed);
  return note(used_.fetch_add(bytes, std::memory_order_relaxed) + bytes);
}

size_t process_anonymous_bytes() {
  const int handle = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (handle < 0) return 0;
  char text[128];
  const ssize_t length = ::read(handle, text, sizeof(text) - 1);
  ::close(handle);
  if (length <= 0) return 0;
  text[length] = '\0';
  unsigned long long total = 0, resident = 0, shared = 0;
  if (std::sscanf(text, "%llu %llu %llu", &total, &resident, &shared) != 3 || resident < shared) return 0;
  return size_t(resident - shared) * size_t(::sysconf(_SC_PAGESIZE));
}

}  // namespace demarc
