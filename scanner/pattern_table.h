// What the patterns of import(), require() and import.meta.glob stand for. Each is expanded once, however many modules
// of its directory use it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "resolver/resolver.h"
#include "scanner/glob.h"
#include "scanner/memory_budget.h"

namespace demarc {

class PatternTable {
 public:
  using Files = std::vector<FileId>;

  PatternTable(Resolver& resolver, MemoryBudget& budget) : resolver_(resolver), budget_(budget) {}

  // The files that `pattern` means in a module, without those that a pattern in `excluded` means too (their `!` is
  // gone); null when it does not say where to look. As Vite reads them: `./` and `../` begin at the importer, `/` and
  // `**` at the root, and anything else is an alias. node_modules and names that begin with a dot are passed over; a
  // directory that cannot be listed is among the resolver's problems. The answer lives as long as the table.
  // Thread-safe.
  const Files* files(EnvironmentId environment, FileId importer, std::string_view pattern,
                     const std::vector<std::string_view>& excluded);

 private:
  // A pattern, relative to a directory that exists or could.
  struct Place {
    std::string base;
    std::string pattern;
    // As one pattern, in which the directory's name means itself.
    std::string absolute() const { return Glob::escape(base.substr(1)) + (base == "/" ? "" : "/") + pattern; }
  };

  bool find_place(EnvironmentId environment, FileId importer, std::string_view pattern, Place& place);
  Files expand(const Place& place, const std::vector<std::string>& excluded);

  Resolver& resolver_;
  MemoryBudget& budget_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<const Files>> answers_;
};

}  // namespace demarc
