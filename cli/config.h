// The configuration file: demarc.config.json, demarc.config.jsonc, or `demarc` in package.json.
//
// Everything in it is checked, the parts that other commands use included: an unknown key or a value of the wrong type
// is an error with its place, its JSON pointer and, where one is near, the name that was probably meant. All problems
// are reported together.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/values.h"
#include "scanner/audit.h"
#include "scanner/scanner.h"

namespace demarc {

struct ConfigFile {
  std::string path;              // empty: there is none
  bool in_package_json = false;  // the value of `demarc` in a package.json
  bool is_named = false;         // by the user, who may mean a pipe: --config <(make-config)
};

// The nearest configuration at or above `folder` (absolute). In one folder demarc.config.json wins over .jsonc, and
// both over package.json. A package.json that cannot be parsed configures nothing; the scan itself warns about it.
ConfigFile find_config(const std::string& folder);

struct Config {
  std::string root;  // absolute; empty: not given
  std::optional<MemoryAmount> max_memory;
  AuditOptions audit;
  std::string baseline;  // relative to the root; empty: not given
};

// Overwrites in `options` what the file sets. False: `problems` says why, and options are not to be used.
bool read_config(const ConfigFile& file, ScanOptions& options, Config& config, std::vector<Diagnostic>& problems);

// The same for a text that was read already.
bool read_config_text(const ConfigFile& file, std::string_view text, ScanOptions& options, Config& config,
                      std::vector<Diagnostic>& problems);

}  // namespace demarc
