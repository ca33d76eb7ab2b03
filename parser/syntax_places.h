// Lines and columns of everything that a ModuleSyntax says, from one pass over the source.
//
//   SyntaxPlaces places;
//   places.locate(source, syntax);
//   const SourceLocation place = places[syntax.imports[0].offset];
#pragma once

#include <cstdint>
#include <vector>

#include "parser/locate.h"
#include "parser/module_syntax.h"

namespace demarc {

class SyntaxPlaces {
 public:
  // Returns 0 or the errno of a failed read. `source` is what `syntax` was made of.
  int locate(SourceText& source, const ModuleSyntax& syntax);

  // The place of an offset of `syntax`: a directive's start or end, an import, an export, a dynamic specifier, or where
  // the first doubt arose. 0:0 for any other.
  SourceLocation operator[](uint64_t offset) const;

 private:
  std::vector<uint64_t> offsets_;  // ascending, each once
  std::vector<SourceLocation> locations_;
};

}  // namespace demarc
