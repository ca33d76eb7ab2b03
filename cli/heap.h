// The program's heap: mimalloc behind operator new, with a bound.
//
// The ledger of a scan (scanner/memory_budget.h) knows what grows with the project and stops a scan early. This bound
// knows nothing and stops everything: whatever is allocated, wherever, counts. It holds the promise of --max-memory for
// inputs that nobody thought of.
#pragma once

#include <cstddef>
#include <cstdint>

namespace demarc {

// From now on an allocation that would take the process's anonymous memory beyond `bytes` throws std::bad_alloc. 0
// lifts the bound. Without effect where the heap is a sanitizer's.
void bound_heap(size_t bytes);

// Whether an allocation was refused because of the bound.
bool heap_bound_was_hit();

}  // namespace demarc
