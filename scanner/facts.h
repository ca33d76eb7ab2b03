// What stays of a module after its bytes are forgotten: flags, and small records whose texts are interned ids. Written
// once by the thread that read the file, then only read. All of it lives in per-thread arenas that are freed whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "parser/module_syntax.h"
#include "resolver/chunk_source.h"
#include "resolver/resolver.h"
#include "scanner/scanner.h"

namespace demarc {

struct DirectiveFact {
  TextId value;
  uint32_t line;
  uint32_t column;
  DirectiveLevel level;
};

struct ImportFact {
  uint32_t specifier_end;  // in the module's specifiers; where the one before ends, this one begins
  ImportKind kind;
  bool type_only;
  bool is_open : 1;         // TypeScript: perhaps only types use its names (see type_imports.cc)
  bool continues_call : 1;  // glob: as in ImportRecord
  bool is_asset : 1;        // glob: as in ImportRecord
};

// The imports of one module, in source order. Specifiers are kept as they are: most are relative, and stand in no other
// module of another directory.
struct ImportList {
  std::span<const ImportFact> imports;
  const char* specifiers = nullptr;

  size_t size() const { return imports.size(); }
  const ImportFact& operator[](size_t i) const { return imports[i]; }
  std::string_view specifier(size_t i) const {
    const size_t begin = i == 0 ? 0 : imports[i - 1].specifier_end;
    return {specifiers + begin, imports[i].specifier_end - begin};
  }
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
  uint32_t import;   // ordinal in the module's imports
  uint32_t id;       // as in TargetFact
  TextId specifier;  // where following the edge needs it: of a package, or unresolved
  uint8_t environment;
  ImportKind import_kind;
  TargetKind kind;  // module, asset, external, unresolved, ...
  UnresolvedReason reason;
  bool is_dropped;  // the answer
};

// An import that the host is asked about before the walk goes on.
struct HostQuestionFact {
  HostQuestionFact* next;
  FileId importer;  // kVirtualFile: a module that the host made, by its id
  TextId made_importer;
  uint32_t import;  // ordinal in the module's imports
  TextId specifier;
  ImportKind kind;
  bool is_open;  // as in ImportFact
  bool first;    // as in HostQuestion
  uint8_t environment;
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

// One block of memory: this header, then the lists that it counts.
struct ModuleFacts {
  uint64_t bytes = 0;
  uint32_t markers = 0;
  EnvironmentMask boundary = 0;      // where a directive moves the module's code; 0 = where its importers are
  bool client : 1 = false;           // module-level "use client"
  bool server : 1 = false;           // module-level "use server"
  bool function_server : 1 = false;  // a function-level "use server"
  bool has_imports : 1 = false;      // else the file is read again if another environment wants them
  uint32_t directive_count = 0;
  uint32_t import_count = 0;
  uint32_t place_count = 0;   // Keep::graph: import_count; else 0
  uint32_t export_count = 0;  // Keep::graph

  std::span<const DirectiveFact> directives() const {
    return {reinterpret_cast<const DirectiveFact*>(this + 1), directive_count};
  }
  ImportList imports() const;
  std::span<const PlaceFact> import_places() const;
  std::span<const TextId> exports() const;
};

// What one read of a file said, as a thread collects it. Reused from file to file.
struct SeenModule {
  FileId file = kNoFile;
  ModuleFacts header;
  std::vector<DirectiveFact> directives;
  std::vector<ImportFact> imports;
  std::vector<PlaceFact> import_places;
  std::vector<TextId> exports;
  std::string specifiers;

  void clear();
  void add_import(std::string_view specifier, ImportFact import);
  ImportList import_list() const { return {imports, specifiers.data()}; }
};

// Monotonic memory of one thread. Nothing in it is destroyed, so it only takes trivially destructible types.
class FactArena {
 public:
  explicit FactArena(ChunkSource& chunks) : source_(chunks) {}
  FactArena(FactArena&& other) noexcept;
  FactArena(const FactArena&) = delete;
  FactArena& operator=(const FactArena&) = delete;
  ~FactArena();

  // Uninitialised memory.
  void* allocate(size_t bytes, size_t alignment);

  template <class T>
  T* create() {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T{};
  }
  // A copy of `seen`, with or without its imports.
  const ModuleFacts* write(const SeenModule& seen, bool with_imports);
  template <class T>
  std::span<T> copy(const std::vector<T>& items) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (items.empty()) return {};
    auto* memory = static_cast<T*>(allocate(items.size() * sizeof(T), alignof(T)));
    std::uninitialized_copy(items.begin(), items.end(), memory);
    return {memory, items.size()};
  }

 private:
  static constexpr size_t kChunkBytes = size_t{64} * 1024;
  struct Chunk {
    void* memory;
    size_t size;
  };

  ChunkSource& source_;
  std::vector<Chunk> chunks_;
  std::byte* next_ = nullptr;
  size_t left_ = 0;
};

}  // namespace demarc
