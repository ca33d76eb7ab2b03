#include "scanner/host_limits.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "scanner/scanner.h"

namespace demarc {
namespace {

// Quota / period as whole CPUs, or 0.
int cpus(double quota, double period) {
  if (quota <= 0 || period <= 0) return 0;
  return std::max(1, int(std::ceil(quota / period)));
}

int smaller(int a, int b) {
  return a == 0 ? b : b == 0 ? a : std::min(a, b);
}

int cpu_max_of(const std::string& directory) {  // v2
  std::ifstream file(directory + "/cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max") return 0;
  return cpus(std::atof(quota.c_str()), period);
}

int cfs_quota_of(const std::string& directory) {  // v1
  double quota = 0, period = 0;
  if (!(std::ifstream(directory + "/cpu.cfs_quota_us") >> quota)) return 0;
  if (!(std::ifstream(directory + "/cpu.cfs_period_us") >> period)) return 0;
  return cpus(quota, period);
}

// The limits of a cgroup and all its ancestors: any of them may be the one that binds.
int over_ancestors(const std::string& mount, std::string path, int (*limit_of)(const std::string&)) {
  int limit = 0;
  while (true) {
    limit = smaller(limit, limit_of(mount + (path == "/" ? "" : path)));
    if (path.empty() || path == "/") return limit;
    path.resize(path.rfind('/'));
  }
}

}  // namespace

int cgroup_cpu_limit(const std::string& proc, const std::string& sys) {
  int limit = 0;
  std::ifstream file(proc + "/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    // hierarchy-id:controllers:path; v2 has id 0 and no controllers.
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (controllers.empty()) {
      limit = smaller(limit, over_ancestors(sys, path, cpu_max_of));
      limit = smaller(limit, over_ancestors(sys + "/unified", path, cpu_max_of));
      continue;
    }
    std::stringstream names(controllers);
    for (std::string name; std::getline(names, name, ',');) {
      if (name != "cpu") continue;
      limit = smaller(limit, over_ancestors(sys + "/" + controllers, path, cfs_quota_of));
      limit = smaller(limit, over_ancestors(sys + "/cpu", path, cfs_quota_of));
    }
  }
  return limit;
}

int threads_available() {
  cpu_set_t set;
  CPU_ZERO(&set);
  int affinity = 1;
  if (::sched_getaffinity(0, sizeof(set), &set) == 0) affinity = std::max(1, CPU_COUNT(&set));
  return std::max(1, smaller(affinity, cgroup_cpu_limit("/proc", "/sys/fs/cgroup")));
}

}  // namespace demarc
