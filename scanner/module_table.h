// FileId -> ModuleRecord. Claiming a record is the in-flight dedupe: the thread that wins reads the file, and importers
// that come meanwhile only leave a bit that says in which environment they want it.
//
// The protocol, for a file and the environments that reach it:
//   request(e)    sets bit e of `requested`; the first to set it puts the node on the queue
//   claim_read()  true for exactly one thread; it reads the file, fills the record, and calls publish()
//   claim(e)      true for exactly one thread per environment; it resolves the module's imports there
//   refer(r)      as request, for an import that may become a reference to a client module
// A thread that finds the file being read by another may walk away: the reader looks at both again after
// publish(). Both sides use sequentially consistent operations, so one of the two sees the other.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "resolver/resolver.h"
#include "scanner/facts.h"
#include "scanner/memory_budget.h"
#include "scanner/scanner.h"

namespace demarc {

enum class ModuleState : uint8_t { unseen, reading, ready, failed };

struct ModuleRecord {
  std::atomic<const ModuleFacts*> facts{nullptr};  // set before publish; null for a failed or never read file
  std::atomic<TargetList*> targets{nullptr};       // Keep::graph
  std::atomic<ReferenceFact*> references{nullptr};
  std::atomic<uint16_t> requested{0};
  std::atomic<uint16_t> claimed{0};
  std::atomic<uint16_t> imported{0};  // environments whose modules import it, or whose entry it is
  std::atomic<ModuleState> state{ModuleState::unseen};
  std::atomic<uint8_t> flags{0};

  static constexpr uint8_t kEntry = 1;
  static constexpr uint8_t kAsset = 2;  // some import takes the file as an asset; it may be a module as well
  bool has(uint8_t flag) const { return (flags & flag) != 0; }
  // True when it was not set before.
  bool set(uint8_t flag) { return (flags.fetch_or(flag) & flag) == 0; }

  // Most modules are imported often, and from then on this only reads.
  void note_import(unsigned environment) {
    const auto bit = uint16_t(1u << environment);
    if ((imported.load(std::memory_order_relaxed) & bit) == 0) imported.fetch_or(bit, std::memory_order_relaxed);
  }
  // True when the bit was not set before.
  bool request(unsigned environment) {
    const auto bit = uint16_t(1u << environment);
    return (requested.fetch_or(bit) & bit) == 0;
  }
  // Leaves a reference, which counts as a request. True when there was none before.
  bool refer(ReferenceFact* reference) {
    reference->next = references;
    while (!references.compare_exchange_weak(reference->next, reference)) {
    }
    return reference->next == nullptr;
  }
  bool claim_read() {
    ModuleState expected = ModuleState::unseen;
    return state.compare_exchange_strong(expected, ModuleState::reading);
  }
  bool claim(unsigned environment) {
    const auto bit = uint16_t(1u << environment);
    return (claimed.fetch_or(bit) & bit) == 0;
  }
};

// Grows by doubling buckets that never move, so records can be used without a lock and growth never copies.
class ModuleTable {
 public:
  explicit ModuleTable(MemoryBudget& budget) : budget_(budget) {}
  ~ModuleTable();
  ModuleTable(const ModuleTable&) = delete;
  ModuleTable& operator=(const ModuleTable&) = delete;

  // The record of a file, made on first use. Null when the budget does not allow another bucket.
  ModuleRecord* get(FileId file);
  // Null for a file that was never asked for.
  const ModuleRecord* find(FileId file) const;

 private:
  static constexpr unsigned kFirstBits = 10;  // 1,024 records in the first bucket
  static constexpr size_t kBuckets = 32 - kFirstBits + 1;

  std::atomic<ModuleRecord*> buckets_[kBuckets] = {};
  MemoryBudget& budget_;
};

}  // namespace demarc
