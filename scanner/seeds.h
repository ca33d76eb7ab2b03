// Where a walk begins: the project's entries, and the prescan's candidates. A candidate is a file of the project that
// is an entry although nothing imports it, provided it carries a directive: a framework needs it in its map so that a
// later import works without a restart.
#pragma once

#include <functional>
#include <vector>

#include "resolver/resolver.h"
#include "scanner/glob.h"
#include "scanner/project.h"
#include "scanner/scanner.h"
#include "scanner/walk.h"

namespace demarc {

// Missing entries and places that cannot be listed go to `diagnostics`.
std::vector<EntrySeed> find_entries(const Project& project, Resolver& resolver, std::vector<Diagnostic>& diagnostics);

class Prescan {
 public:
  // Patterns that cannot be used go to `diagnostics`, as config/invalid.
  Prescan(const ScanOptions& options, const Project& project, std::vector<Diagnostic>& diagnostics);

  // Calls `found` for each candidate, in no order. Other threads may use the resolver meanwhile. What cannot be listed
  // or read goes to `diagnostics`.
  void find(FileSystem& file_system, Resolver& resolver, const std::function<void(FileId)>& found,
            std::vector<Diagnostic>& diagnostics) const;

 private:
  const Project& project_;
  std::vector<Glob> patterns_;
  std::vector<Glob> excluded_;
};

}  // namespace demarc
