#include "cli/memory_limit.h"

#include <catch2/catch.hpp>

#include "tests/cli/temporary_folder.h"

using namespace demarc;

namespace {

constexpr uint64_t kMiB = uint64_t(1) << 20;

// A machine made of files.
struct Machine {
  TemporaryFolder folder;
  HostView host{.root = folder.path()};

  Machine() { file("/proc/meminfo", "MemTotal:       16384000 kB\nMemFree: 1 kB\nMemAvailable:   8192000 kB\n"); }
  void file(const std::string& path, const std::string& text) { folder.write(path.substr(1), text); }
  MemoryLimit limit() const { return effective_memory_limit(host); }
};

const std::string kV2Mount = "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
const std::string kV1Mount = "33 24 0:29 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory\n";

}  // namespace

TEST_CASE("memory limit: available memory where nothing else limits", "[cli]") {
  Machine machine;
  CHECK(machine.limit().bytes == uint64_t(8192000) * 1024);
  CHECK(machine.limit().source == "MemAvailable of /proc/meminfo");
}

TEST_CASE("memory limit: nothing can be found", "[cli]") {
  const TemporaryFolder folder;
  CHECK(effective_memory_limit({.root = folder.path()}).bytes == 0);
}

TEST_CASE("memory limit: version 2, leaf and ancestors, max and high", "[cli]") {
  Machine machine;
  machine.file("/proc/self/cgroup", "0::/a/b\n");
  machine.file("/proc/self/mountinfo", kV2Mount);
  machine.file("/sys/fs/cgroup/a/b/memory.max", "max\n");
  machine.file("/sys/fs/cgroup/a/b/memory.high", "max\n");
  CHECK(machine.limit().source == "MemAvailable of /proc/meminfo");
  machine.file("/sys/fs/cgroup/a/b/memory.max", "1073741824\n");
  CHECK(machine.limit().bytes == 1024 * kMiB);
  CHECK(machine.limit().source == "memory.max of cgroup /a/b");
  machine.file("/sys/fs/cgroup/a/memory.max", "536870912\n");
  CHECK(machine.limit().bytes == 512 * kMiB);
  CHECK(machine.limit().source == "memory.max of cgroup /a");
  machine.file("/sys/fs/cgroup/a/b/memory.high", "268435456\n");
  CHECK(machine.limit().bytes == 256 * kMiB);
  CHECK(machine.limit().source == "memory.high of cgroup /a/b");
}

TEST_CASE("memory limit: version 2 within a namespace shows the container as the root", "[cli]") {
  Machine machine;
  machine.file("/proc/self/cgroup", "0::/\n");
  machine.file("/proc/self/mountinfo", kV2Mount);
  machine.file("/sys/fs/cgroup/memory.max", "1073741824\n");
  CHECK(machine.limit().source == "memory.max of cgroup /");
}

TEST_CASE("memory limit: version 1, with ancestors that are not visible", "[cli]") {
  Machine machine;
  machine.file("/proc/self/cgroup", "9:cpu,cpuacct:/x\n5:memory:/docker/abc\n0::/\n");
  machine.file("/proc/self/mountinfo",
               "33 24 0:29 /docker/abc /sys/fs/cgroup/memory ro shared:9 - cgroup cgroup rw,memory\n");
  machine.file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  machine.file("/sys/fs/cgroup/memory/memory.stat", "cache 12\nhierarchical_memory_limit 805306368\ntotal_cache 1\n");
  CHECK(machine.limit().bytes == 768 * kMiB);
  CHECK(machine.limit().source == "hierarchical_memory_limit of cgroup /");
}

TEST_CASE("memory limit: a hybrid host is asked for both versions", "[cli]") {
  Machine machine;
  machine.file("/proc/self/cgroup", "5:memory:/job\n0::/job\n");
  machine.file("/proc/self/mountinfo", "31 24 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n" + kV1Mount);
  machine.file("/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "67108864\n");
  CHECK(machine.limit().bytes == 64 * kMiB);
  CHECK(machine.limit().source == "memory.limit_in_bytes of cgroup /job");
}

TEST_CASE("memory limit: a cgroup path of another namespace leaves the mount point", "[cli]") {
  Machine machine;
  machine.file("/proc/self/cgroup", "0::/../../other\n");
  machine.file("/proc/self/mountinfo", kV2Mount);
  machine.file("/sys/fs/cgroup/memory.max", "1073741824\n");
  CHECK(machine.limit().source == "memory.max of cgroup /");
}

TEST_CASE("memory limit: mount points with blanks", "[cli]") {
  Machine machine;
  machine.file("/proc/self/cgroup", "0::/\n");
  machine.file("/proc/self/mountinfo", "30 24 0:26 / /my\\040groups rw - cgroup2 cgroup2 rw\n");
  machine.file("/my groups/memory.max", "33554432\n");
  CHECK(machine.limit().bytes == 32 * kMiB);
}

TEST_CASE("memory limit: resource limits", "[cli]") {
  Machine machine;
  machine.host.address_space_limit = 2048 * kMiB;
  CHECK(machine.limit().source == "ulimit -v");
  machine.host.data_limit = 1024 * kMiB;
  CHECK(machine.limit().source == "ulimit -d");
}

TEST_CASE("memory limit: hostile or broken files decide nothing", "[cli]") {
  Machine machine;
  machine.file("/proc/self/cgroup", "\n::\n0\n0::\n7:memory\n:::::\n");
  machine.file("/proc/self/mountinfo", "\n - \n1 2 3\n30 24 0:26 / /sys - cgroup2\n" + kV2Mount);
  machine.file("/sys/fs/cgroup/memory.max", "-1\n");
  CHECK(machine.limit().source == "MemAvailable of /proc/meminfo");
}

TEST_CASE("memory limit: the default bound", "[cli]") {
  CHECK(default_memory_bound({}) == 512 * kMiB);
  CHECK(default_memory_bound({uint64_t(64) << 30, ""}) == 512 * kMiB);
  CHECK(default_memory_bound({1000 * kMiB, ""}) == 400 * kMiB);
  CHECK(default_memory_bound({10 * kMiB, ""}) == kLeastMemoryBound);
}

TEST_CASE("memory limit: this machine has one, and this process a peak", "[cli]") {
  CHECK(effective_memory_limit(this_host()).bytes > 0);
  CHECK(peak_resident_bytes() > 0);
}
