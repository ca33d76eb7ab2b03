// From flags, environment variables, configuration file and machine to the options of a scan; the earlier wins, a list
// as a whole.
#pragma once

#include <string>
#include <vector>

#include "cli/args.h"
#include "cli/config.h"
#include "cli/memory_limit.h"
#include "scanner/scanner.h"

namespace demarc {

// What the process finds around itself.
struct Surroundings {
  std::string working_directory;
  std::string threads;     // DEMARC_THREADS; empty: not set
  std::string max_memory;  // DEMARC_MAX_MEMORY
  MemoryLimit memory_limit;
};
Surroundings this_process();

// `path` as seen from the folder `base`, which is absolute.
std::string absolute_path(const std::string& base, const std::string& path);

struct ScanPlan {
  ScanOptions options;
  ConfigFile config;
  AuditOptions audit;         // what the configuration says; flags are audit's own
  std::string baseline;       // absolute; empty: the configuration names none
  std::string memory_reason;  // how options.max_memory came about: "--max-memory", "40 % of 1 GiB (ulimit -v)"
};

// False: `problems` says why, all at level error.
bool plan_scan(const ScanArguments& arguments, const Surroundings& surroundings, ScanPlan& plan,
               std::vector<Diagnostic>& problems);

}  // namespace demarc
