// The names that the imports of a TypeScript file bind, and what the lexer has found out about each.
//
// A build drops an import of which nothing but types says a name. The lexer proves the usual opposite on the way: a
// name that is called, or is an element, runs. It proves or it is silent; what stays open is find_unused_imports' to
// say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "parser/module_syntax.h"

namespace demarc {

class NameUses {
 public:
  struct Name {
    TextRef text;
    uint32_t import = 0;         // index of the ImportRecord
    bool is_used = false;        // as a value, unless the place belongs to another binding of the name
    bool may_be_hidden = false;  // something that may be another binding of the name was seen
  };

  void clear() {
    names_.clear();
    filter_ = 0;
  }
  bool empty() const { return names_.empty(); }

  // Of an import with more names than are kept nothing is proved.
  void add(TextRef text, std::string_view name, uint32_t import) {
    if (names_.size() == kMostNames || name.empty()) return;
    names_.push_back({text, import});
    filter_ |= filter_bit(name);
  }
  // Takes back the names of an import that turned out to be none.
  void drop(uint32_t import) {
    while (!names_.empty() && names_.back().import == import) names_.pop_back();
  }

  // The import's name that is spelled like this, or null. `pool` holds the texts.
  Name* find(std::string_view name, std::string_view pool) {
    if ((filter_ & filter_bit(name)) == 0) return nullptr;
    for (Name& one : names_) {
      if (one.text.length == name.size() && pool.substr(one.text.offset, one.text.length) == name) return &one;
    }
    return nullptr;
  }

  // Says of every import with a name that is surely used that it stays.
  void settle(std::vector<ImportRecord>& imports) const {
    for (const Name& name : names_) {
      if (name.is_used && !name.may_be_hidden) imports[name.import].erasable = false;
    }
  }

  size_t bytes() const { return names_.capacity() * sizeof(Name); }

 private:
  static constexpr size_t kMostNames = 256;

  static uint64_t filter_bit(std::string_view name) {
    return uint64_t{1} << ((static_cast<unsigned char>(name.front()) + 5 * name.size()) % 64);
  }

  std::vector<Name> names_;
  uint64_t filter_ = 0;  // a bit for every first letter and length
};

}  // namespace demarc
