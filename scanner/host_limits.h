// What the machine and its containers allow this process.
#pragma once

#include <string>

namespace demarc {

// The CPUs that the cgroups of this process allow it, over all ancestors of v1 (cfs quota) and v2 (cpu.max), rounded
// up; 0 = no limit. `proc` and `sys` are /proc and /sys/fs/cgroup, or copies of their shape in tests.
int cgroup_cpu_limit(const std::string& proc, const std::string& sys);

}  // namespace demarc
