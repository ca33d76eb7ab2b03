#include "parser/type_positions.h"

namespace demarc {

bool is_typescript(Language language) {
  return language == Language::ts || language == Language::mts || language == Language::cts ||
         language == Language::tsx;
}

bool opens_type(const SyntaxTree& tree, uint32_t node) {
  switch (tree.kind(node)) {
    case NodeKind::type_annotation:
    case NodeKind::type_arguments:
    case NodeKind::type_parameters:
    case NodeKind::type_query:
    case NodeKind::type_alias_declaration:
    case NodeKind::interface_declaration:
    case NodeKind::implements_clause:
    case NodeKind::index_signature:
    case NodeKind::object_type:
    case NodeKind::function_type:
    case NodeKind::asserts_annotation:
    case NodeKind::type_predicate_annotation:
      return true;
    default:
      break;
  }
  const uint32_t parent = tree[node].parent;
  switch (tree.kind(parent)) {
    case NodeKind::as_expression:
    case NodeKind::satisfies_expression:
      return node != tree.first_child(parent);
    case NodeKind::unary_expression:
      // `f<typeof import("./a")>()`, misread as two comparisons. As an expression it would make no sense.
      return tree.kind(node) == NodeKind::call_expression && is_typescript(tree.language()) &&
             tree.child(parent, NodeKind::word_typeof) != SyntaxTree::kNone && tree.text(node).starts_with("import");
    default:
      return false;
  }
}

}  // namespace demarc
