// Where a name means a declaration of this file: `require` that is a parameter, an import that a local variable hides.
//
//   (function (require) { require("./a") })(x); require("./b")
//
// covers(0, node) is true of the first call's node and false of the second's.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "parser/syntax_tree.h"

namespace demarc {

enum class ImportBindings : uint8_t {
  shadow,  // an import of the name hides it, too
  ignore   // the names are the file's own imports
};

// From a name in a destructuring pattern up to the pattern that stands in the declaration itself; the name's own node
// where there is no pattern; kNone where the name binds nothing (the key of a pair, a default value).
uint32_t outermost_pattern(const SyntaxTree& tree, uint32_t name);

// Does this name declare something here, as a variable, parameter, function, class or import does?
bool is_declaration(const SyntaxTree& tree, uint32_t name);

class ShadowedNames {
 public:
  // Scopes follow ECMA-262: `var` belongs to the function around it, let, const and class to the block, parameters to
  // the function. Function declarations belong to their block also in sloppy code, and `declare` declares nothing that
  // runs. One pass over the tree.
  void find(const SyntaxTree& tree, std::span<const std::string_view> names, ImportBindings imports);

  // Does names[name] mean a declaration of the file at this node?
  bool covers(size_t name, uint32_t node) const;

 private:
  // [begin, end) are nodes. Sorted, and none within another of the same name.
  struct Range {
    size_t name;
    uint32_t begin;
    uint32_t end;
  };
  std::vector<Range> ranges_;
};

}  // namespace demarc
