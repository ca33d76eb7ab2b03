// Where a walk begins: the project's entries, and the prescan's candidates. A candidate is a file of the project that
// is an entry although nothing imports it, provided it carries a directive: a framework needs it in its map so that a
// later import works without a restart.
#pragma once

#include <vector>

#include "resolver/resolver.h"
#include "scanner/project.h"
#include "scanner/scanner.h"
#include "scanner/walk.h"

namespace demarc {

// Missing entries and places that cannot be listed go to `diagnostics`.
Seeds find_seeds(const ScanOptions& options, const Project& project, FileSystem& file_system, Resolver& resolver,
                 std::vector<Diagnostic>& diagnostics);

}  // namespace demarc
