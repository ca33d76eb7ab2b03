// Order and freeze: from the walk's records, in whatever order threads made them, to a ScanResult in path order.
#pragma once

#include "resolver/resolver.h"
#include "scanner/memory_budget.h"
#include "scanner/project.h"
#include "scanner/scanner.h"
#include "scanner/walk.h"

namespace demarc {

// Fills modules, directives, imports, targets, exports, pool, has_server_functions and the module counters of stats.
// Pairs of files that would share an id are reported in diagnostics. False when the budget is exhausted.
bool freeze(const ScanOptions& options, const Walk& walk, Resolver& resolver, MemoryBudget& budget, ScanResult& result);

}  // namespace demarc
