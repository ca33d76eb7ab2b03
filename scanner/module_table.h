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

#include "resolver/chunked_array.h"
#include "resolver/resolver.h"
#include "scanner/facts.h"
#include "scanner/scanner.h"

namespace demarc {

enum class ModuleState : uint8_t { unseen, reading, ready, failed };

struct ModuleRecord {
  std::atomic<const ModuleFacts*> facts{nullptr};  // set before publish; null for a failed or never read file
  std::atomic<uint16_t> requested{0};
  std::atomic<uint16_t> claimed{0};
  std::atomic<uint16_t> imported{0};  // environments whose modules import it, or whose entry it is
  std::atomic<ModuleState> state{ModuleState::unseen};
  std::atomic<uint8_t> flags{0};

  static constexpr uint8_t kEntry = 1;
  static constexpr uint8_t kAsset = 2;     // some import takes the file as an asset; it may be a module as well
  static constexpr uint8_t kReferred = 4;  // there are references
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
  bool claim_read() {
    ModuleState expected = ModuleState::unseen;
    return state.compare_exchange_strong(expected, ModuleState::reading);
  }
  bool claim(unsigned environment) {
    const auto bit = uint16_t(1u << environment);
    return (claimed.fetch_or(bit) & bit) == 0;
  }
};

// Records never move, so they can be used without a lock. What few modules have is in tables of its own.
class ModuleTable {
 public:
  explicit ModuleTable(ChunkSource& chunks) : records_(chunks), references_(chunks), targets_(chunks) {}

  // The record of a file, made on first use.
  ModuleRecord& get(FileId file) { return records_.ensure(uint32_t(file)); }
  // Null for a file that was never asked for, and has no neighbour that was.
  const ModuleRecord* find(FileId file) const { return records_.find(uint32_t(file)); }

  // Leaves a reference, which counts as a request. True when there was none before.
  bool refer(FileId file, ReferenceFact* reference);
  ReferenceFact* take_references(FileId file);

  void add_targets(FileId file, TargetList* targets);  // Keep::graph
  TargetList* targets(FileId file) const;

 private:
  ChunkedArray<ModuleRecord> records_;
  ChunkedArray<std::atomic<ReferenceFact*>> references_;
  ChunkedArray<std::atomic<TargetList*>> targets_;
};

}  // namespace demarc
