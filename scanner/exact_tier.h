// The exact tier within the ledger: one parse at a time, whose memory is reserved before it begins.
//
// A parse gets a little memory first and, if that does not suffice, a second try with the most that any gets. So the
// files of real projects cost the ledger little, and what a file is answered does not depend on what other threads do
// at that moment. Where the memory is not there the scan ends (exit 4): an answer without the exact tier's would be
// another map.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>

#include "parser/exact_scan.h"
#include "scanner/memory_budget.h"

namespace demarc {

class ExactTier {
 public:
  // Larger files are answered by the lexer alone.
  static constexpr size_t kFileBytes = 1 << 20;

  explicit ExactTier(MemoryBudget& budget) : budget_(budget) {}

  // Calls parse(budget_bytes) once or twice. Returns false, and the ledger is exhausted, when the memory is not there.
  bool run(size_t text_bytes, const std::function<ExactStatus(size_t)>& parse);

 private:
  MemoryBudget& budget_;
  std::mutex mutex_;
};

}  // namespace demarc
