// Where a TypeScript file speaks of types: nothing there exists when the program runs.
#pragma once

#include <cstdint>

#include "parser/syntax_tree.h"

namespace demarc {

// Does a type begin at this node? Everything inside such a node is type, too.
bool opens_type(const SyntaxTree& tree, uint32_t node);

bool is_typescript(Language language);

}  // namespace demarc
