// What stays of a module after its bytes are forgotten: flags, and small records whose texts are interned ids. Written
// once by the thread that read the file, then only read. All of it lives in per-thread arenas that are freed whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include "parser/module_syntax.h"
#include "resolver/resolver.h"
#include "scanner/memory_budget.h"
#include "scanner/scanner.h"

namespace demarc {

struct DirectiveFact {
  TextId value;
  uint32_t line;
  uint32_t column;
  DirectiveLevel level;
};

struct ImportFact {
  TextId specifier;
  ImportKind kind;
  bool type_only;
  bool is_open : 1;         // TypeScript: perhaps only types use its names (see type_imports.cc)
  bool continues_call : 1;  // glob: as in ImportRecord
  bool is_asset : 1;        // glob: as in ImportRecord
};

struct PlaceFact {
  uint32_t line;
  uint32_t column;
};

// One answer of the resolver, kept for Keep::graph.
struct TargetFact {
  uint32_t import;  // ordinal in ModuleFacts::imports
  TargetKind kind;
  uint32_t id;  // FileId of a module or asset, TextId of an external
};

// An edge that exists only if its build keeps the import. Decided when everything else has been walked.
struct OpenEdge {
  OpenEdge* next;
  FileId importer;
  uint32_t import;  // ordinal in ModuleFacts::imports
  uint8_t environment;
  TargetKind kind;  // module, asset, external, unresolved, ...
  bool is_dropped;  // the answer
  UnresolvedReason reason;
  uint32_t id;  // as in TargetFact
};

// An import that the host is asked about before the walk goes on.
struct HostQuestionFact {
  HostQuestionFact* next;
  FileId importer;  // kVirtualFile: a module that the host made, by the two texts
  uint32_t import;  // ordinal in ModuleFacts::imports
  uint8_t environment;
  bool first;  // as in HostQuestion
  TextId made_importer;
  TextId specifier;
};

// The targets of one module in one environment; a list, because environments come at different times.
struct TargetList {
  TargetList* next;
  unsigned environment;
  std::span<TargetFact> targets;  // ascending by import
};

// An import of a package's module that becomes a reference if the module turns out to be a client module
// (ReferenceBy::specifier). A list, because imports come at different times.
struct ReferenceFact {
  ReferenceFact* next;
  TextId specifier;
  unsigned environment;  // of the importer
};

struct ModuleFacts {
  uint64_t bytes = 0;
  uint32_t markers = 0;
  bool client = false;           // module-level "use client"
  bool server = false;           // module-level "use server"
  bool function_server = false;  // a function-level "use server"
  EnvironmentMask boundary = 0;  // where a directive moves the module's code; 0 = where its importers are
  std::span<const DirectiveFact> directives;
  std::span<const ImportFact> imports;
  std::span<const PlaceFact> import_places;  // Keep::graph
  std::span<const TextId> exports;           // Keep::graph
};

// Monotonic memory of one thread, in chunks that the ledger knows. Nothing in it is destroyed, so it only takes
// trivially destructible types.
class FactArena {
 public:
  explicit FactArena(MemoryBudget& budget) : budget_(budget) {}

  // Uninitialised memory, or null when the budget is exhausted.
  void* allocate(size_t bytes, size_t alignment);

  template <class T>
  T* create() {
    static_assert(std::is_trivially_destructible_v<T>);
    void* memory = allocate(sizeof(T), alignof(T));
    return memory ? new (memory) T{} : nullptr;
  }
  // A copy of `items`; empty when there are none or the budget is exhausted.
  template <class T>
  std::span<T> copy(const std::vector<T>& items) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (items.empty()) return {};
    auto* memory = static_cast<T*>(allocate(items.size() * sizeof(T), alignof(T)));
    if (!memory) return {};
    std::uninitialized_copy(items.begin(), items.end(), memory);
    return {memory, items.size()};
  }

 private:
  static constexpr size_t kChunkBytes = 64 * 1024;

  MemoryBudget& budget_;
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* next_ = nullptr;
  size_t left_ = 0;
};

}  // namespace demarc
