// How much memory this process may use, as the machine around it says.
#pragma once

#include <cstdint>
#include <string>

namespace demarc {

// Where to look; tests point it at a folder of their own and at limits of their own.
struct HostView {
  std::string root;                  // put before /proc/... and before the mount points found there
  uint64_t address_space_limit = 0;  // RLIMIT_AS in bytes, 0 = none
  uint64_t data_limit = 0;           // RLIMIT_DATA in bytes, 0 = none
};
HostView this_host();

struct MemoryLimit {
  uint64_t bytes = 0;  // 0: no limit could be found
  std::string source;  // "memory.max of cgroup /a/b", "ulimit -v", "MemAvailable of /proc/meminfo"
};

// The smallest of: memory.max and memory.high of the process's cgroup and all its ancestors (version 2), the
// hierarchical limit of its memory cgroup (version 1), RLIMIT_AS, RLIMIT_DATA, and the memory that is available on the
// machine. Hybrid hosts mount both versions; each is asked.
MemoryLimit effective_memory_limit(const HostView& host);

// What `scan` promises without --max-memory: 512 MiB or 40 % of the effective limit, whichever is less, and never less
// than 24 MiB, below which no project can be scanned.
uint64_t default_memory_bound(const MemoryLimit& limit);

// The most memory this process ever had resident, file pages included (VmHWM); 0 where the system does not say. Unlike
// getrusage's, it begins anew with exec.
uint64_t peak_resident_bytes();

constexpr uint64_t kLeastMemoryBound = uint64_t(24) << 20;

}  // namespace demarc
