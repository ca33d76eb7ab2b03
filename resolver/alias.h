// resolve.alias: one ordered list per environment, the first match decides (R80 to R82).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/resolver.h"

namespace demarc {

class AliasTable {
 public:
  AliasTable();
  AliasTable(const std::vector<Alias>& own, const std::vector<Alias>& shared, ViteVersion vite);
  ~AliasTable();
  AliasTable(AliasTable&&) noexcept;
  AliasTable& operator=(AliasTable&&) noexcept;

  bool empty() const { return entries_.empty(); }
  // Rewrites a specifier by the first entry that matches it. False: none does.
  bool apply(std::string_view specifier, std::string& rewritten) const;

 private:
  struct Entry;
  void add(const Alias& alias);
  std::vector<Entry> entries_;
  ViteVersion vite_ = ViteVersion::vite8;
};

}  // namespace demarc
