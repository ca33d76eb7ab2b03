// The walk: read -> lex -> classify -> resolve -> enqueue, over (file, environment), on all threads.
#pragma once

#include <tbb/task_group.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/module_syntax.h"
#include "parser/scan_module.h"
#include "resolver/resolver.h"
#include "scanner/exact_tier.h"
#include "scanner/facts.h"
#include "scanner/ledger_chunks.h"
#include "scanner/memory_budget.h"
#include "scanner/module_table.h"
#include "scanner/pattern_table.h"
#include "scanner/project.h"
#include "scanner/scanner.h"
#include "scanner/work_queue.h"

namespace demarc {

// Something to report about a file. Where it stands is not kept: the few files concerned are read again at the end.
enum class FindingKind : uint8_t {
  unresolved,
  dynamic_specifier,  // one a file; all its places are reported
  parse_error,
  undecided_directive,
  unreadable,
  not_a_file,
  changed_while_read
};

struct WalkFinding {
  FileId file;
  FindingKind kind;
  UnresolvedReason reason = UnresolvedReason::none;  // unresolved
  ImportKind import = ImportKind::import;            // unresolved
  uint8_t environment = 0;                           // unresolved
  TextId specifier{};                                // unresolved
  TextId near_miss{};                                // unresolved for its letter case: the path that is there
  int error = 0;                                     // unreadable: errno
};

// Where a walk begins (seeds.h).
struct EntrySeed {
  FileId file;
  unsigned environment;
  TextId specifier;  // what was resolved to find it; empty for a path
};
// Calls its argument for each file that is an entry only when its prologue carries a directive.
using FindCandidates = std::function<void(const std::function<void(FileId)>&)>;

// What the compiler of the project's Vite does with a file's imports by their form alone.
struct CompiledImports {
  bool elides = true;         // --type-imports
  bool keeps_unused = false;  // verbatimModuleSyntax; known only where a form depends on it
  bool by_esbuild = false;    // Vite 7; Vite 8 compiles with oxc
  bool is_typescript = false;

  bool drops(const ImportRecord& import) const;
  bool may_drop(const ImportRecord& import) const;  // find_unused_imports would know
};

// What a walk leaves behind. A module of the closure is a record with `claimed` bits.
class Walk {
 public:
  Walk(const ScanOptions& options, const Project& project, FileSystem& file_system, Resolver& resolver,
       MemoryBudget& budget, SpillFile* spill, ScanControl* control, ScanHost* host = nullptr);
  ~Walk();
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  // Visits everything reachable from entries and candidates, once. Stops early when the budget is exhausted or
  // control->cancelled is set. Blocks; uses up to `threads` threads. Candidates are looked for on this one while others
  // visit what there is already.
  void run(std::span<const EntrySeed> entries, const FindCandidates& find_candidates, int threads);

  const ModuleTable& modules() const { return modules_; }
  std::vector<WalkFinding> findings() const;  // in no order
  void add_counters(ScanStats& stats) const;
  // Whether imports were left out of the facts, to be read again.
  bool forgot_imports() const { return forgot_imports_.load(std::memory_order_relaxed); }

 private:
  struct Thread;
  struct Threads;
  class Queue;
  struct Target {
    TargetKind kind;
    uint32_t id = 0;  // as in TargetFact
    UnresolvedReason reason = UnresolvedReason::none;
    TextId near_miss{};
  };
  // One import of one module in one environment.
  struct Edge {
    FileId importer;
    uint32_t import;  // ordinal in the module's imports
    ImportKind kind;
    bool is_open;                // perhaps only types use its names
    std::string_view specifier;  // empty for a file that a pattern stands for
    unsigned environment;
  };

  void work(tbb::task_group& helpers, std::atomic<int>& missing, const FindCandidates& find_candidates);
  void visit(Thread& thread, FileId file, Queue& queue);
  const ModuleFacts* read(Thread& thread, FileId file);
  Collect collected_of(std::string_view path) const;
  bool see(Thread& thread, FileId file, bool& asked_exact_tier);
  int locate_shown(Thread& thread, SourceText& source);
  void note_seen(Thread& thread, FileId file, Language language, uint64_t bytes);
  void note_imports(Thread& thread, FileId file, Language language);
  const ModuleFacts* keep_facts(Thread& thread);
  ImportList imports_of(Thread& thread, FileId file);
  void expand_requested(Thread& thread, FileId file, ModuleRecord& record, Queue& queue);
  void expand(Thread& thread, FileId file, unsigned environment, Queue& queue);
  void follow(Thread& thread, FileId importer, const ImportList& imports, uint32_t ordinal, unsigned environment,
              Queue& queue);
  void follow_pattern(Thread& thread, FileId importer, const ImportList& imports, uint32_t ordinal,
                      unsigned environment, Queue& queue);
  void keep_target(Thread& thread, const TargetFact& target);
  Target target_of(const Resolution& resolution) const;
  void lead_to(Thread& thread, const Edge& edge, const Target& target, Queue& queue);
  void request(Thread& thread, FileId file, std::string_view specifier, unsigned environment, Queue& queue);
  bool leave_request(Thread& thread, FileId file, std::string_view specifier, unsigned environment);
  bool may_be_reference(Thread& thread, const ModuleRecord& record, FileId file, std::string_view specifier,
                        unsigned environment);
  void refer(Thread& thread, FileId file, ModuleRecord& record, const ReferenceFact& reference, Queue& queue);
  bool is_followed(ImportKind kind, bool type_only) const;
  bool stopped() const;

  // host_questions.cc
  bool comes_first(std::string_view specifier) const;
  bool may_know(const Resolution& resolution, std::string_view specifier) const;
  void leave_question(Thread& thread, const Edge& edge, bool first);
  void leave_question(Thread& thread, const HostQuestionFact& question);
  Edge edge_of(const HostQuestionFact& question) const;
  Resolution resolve(const Edge& edge);
  std::vector<FileId> ask_host();
  void take_answer(Thread& thread, const HostQuestionFact& question, const HostAnswer& answer, const Resolution* known,
                   Queue& queue);
  void take_made_module(Thread& thread, const HostQuestionFact& question, const HostAnswer& answer, Queue& queue);
  void take_imports(Thread& thread, TextId made, const std::vector<std::string>& imports, unsigned environment,
                    Queue& queue);
  Target target_of(const HostAnswer& answer);
  bool has_questions() const;

  // type_imports.cc
  CompiledImports compiled_imports(const ModuleSyntax& syntax, Language language, FileId file);
  void leave_open(Thread& thread, const Edge& edge, const Target& target);
  std::vector<FileId> decide_open_edges();
  bool is_reached(const OpenEdge& edge) const;
  void decide_importer(std::span<OpenEdge*> edges);
  void replace_target(FileId importer, uint32_t import, unsigned environment, TargetKind kind, uint32_t id);
  bool has_open_edges() const;

  const ScanOptions& options_;
  const Project& project_;
  Resolver& resolver_;
  MemoryBudget& budget_;
  ExactTier exact_tier_;
  ScanControl* control_;
  ScanHost* host_;
  const std::vector<std::string_view> markers_;
  const size_t most_facts_;  // bytes; above it, imports are not kept
  std::atomic<bool> forgot_imports_{false};
  const EnvironmentMask referring_;  // environments whose imports of packages may be references
  PatternTable patterns_;
  LedgerChunks module_chunks_;
  LedgerChunks fact_chunks_;
  ModuleTable modules_;
  WorkQueue queue_;
  std::unique_ptr<Threads> threads_;
  std::set<std::pair<TextId, unsigned>> made_;  // modules that the host made, and where they have been looked at
};

}  // namespace demarc
