#include "scanner/host_limits.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "scanner/scanner.h"

namespace {

namespace fs = std::filesystem;

// A copy of the shape of /proc and /sys/fs/cgroup.
class FakeHost {
 public:
  FakeHost() : root_(fs::temp_directory_path() / fs::path("demarc-host-" + std::to_string(::getpid()))) {
    fs::remove_all(root_);
  }
  ~FakeHost() { fs::remove_all(root_); }
  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  int limit() const { return demarc::cgroup_cpu_limit(root_ / "proc", root_ / "sys"); }

 private:
  fs::path root_;
};

}  // namespace

TEST_CASE("host limits: no cgroup files mean no limit", "[scanner][host]") {
  CHECK(FakeHost().limit() == 0);
  CHECK(demarc::threads_available() >= 1);
}

TEST_CASE("host limits: the tightest ancestor of a v2 cgroup counts, rounded up", "[scanner][host]") {
  FakeHost host;
  host.write("proc/self/cgroup", "0::/a/b\n");
  host.write("sys/a/b/cpu.max", "max 100000\n");
  host.write("sys/a/cpu.max", "150000 100000\n");
  CHECK(host.limit() == 2);
}

TEST_CASE("host limits: a v1 quota counts, also under a hybrid layout", "[scanner][host]") {
  FakeHost host;
  host.write("proc/self/cgroup", "4:cpu,cpuacct:/job\n0::/\n");
  host.write("sys/cpu,cpuacct/job/cpu.cfs_quota_us", "50000\n");
  host.write("sys/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  host.write("sys/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  host.write("sys/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  CHECK(host.limit() == 1);
}
