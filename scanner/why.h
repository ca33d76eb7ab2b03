// PUBLIC: why a module is in the graph: the imports that lead to it from an entry.
//
//   const std::vector<ModuleIndex> modules = find_modules(result, "lucide-react");
//   for (const Explanation& reason : explain(result, modules)) print(reason.environment, reason.chains.front());
//
// Works on any result with Keep::graph, reads nothing, and gives the same answer for the same result: among chains of
// one length the one whose modules come first in path order wins. Cost: one pass over the edges of the result.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/scanner.h"

namespace demarc {

constexpr uint32_t kNoImport = 0xffffffff;

struct ChainStep {
  ModuleIndex module = kNoModule;
  uint8_t environment = 0;  // where the module is walked: index into ScanResult::environments
  uint32_t import =
      kNoImport;          // ScanResult::imports: the import of this module that leads to the next; none at the end
  bool boundary = false;  // its directive moves it to another environment than its importer's
};

struct Chain {
  std::vector<ChainStep> steps;  // from an entry to the module
  // The entry is one only because the prescan found its directive, and no chain leads from another entry.
  bool from_prescan = false;
};

// Why modules are in one environment.
struct Explanation {
  uint8_t environment = 0;
  // The shortest first. One for each module that imports what is explained, at most ExplainOptions::most_chains.
  std::vector<Chain> chains;
  uint64_t importers = 0;  // how many chains there are
};

struct ExplainOptions {
  std::string environment = {};  // empty: every one that holds any of the modules
  size_t most_chains = 1;
};

// In the order of the environments; empty where no chain leads to any of the modules.
std::vector<Explanation> explain(const ScanResult& result, const std::vector<ModuleIndex>& modules,
                                 const ExplainOptions& options = {});

class ChainSearch;

// Chains to any number of modules, by one search: for whoever explains many. The result has to outlive it.
class Chains {
 public:
  explicit Chains(const ScanResult& result);
  // The same as if the imports with a true were not there; one bool an import of the result.
  Chains(const ScanResult& result, const std::vector<bool>& without);
  ~Chains();
  Chains(const Chains&) = delete;
  Chains& operator=(const Chains&) = delete;

  bool is_reached(ModuleIndex module, uint8_t environment) const;
  // The shortest to a module as it is walked in an environment; without steps where none leads there.
  Chain to(ModuleIndex module, uint8_t environment) const;

 private:
  std::unique_ptr<ChainSearch> search_;
};

// What a name means to whoever asks: the module of that id or absolute path; else all modules of a package of that
// name; else what imports with that specifier lead to. Ascending; empty: nothing in the graph has that name.
std::vector<ModuleIndex> find_modules(const ScanResult& result, std::string_view name);

// How many `export … from` a module has, if that is most of what it imports and at least five; else 0.
uint32_t barrel_size(const ScanResult& result, const Module& module);

}  // namespace demarc
