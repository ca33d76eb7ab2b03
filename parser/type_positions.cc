#include "parser/type_positions.h"

#include <algorithm>
#include <string_view>

namespace demarc {
namespace {

constexpr int kMostLevels = 64;
constexpr uint32_t kMostNodes = 512;
constexpr uint32_t kMostComparisons = 16;
constexpr size_t kLongestArguments = 1024;

size_t skip_blank(std::string_view text, size_t at) {
  return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

// Can text[angle], a `<`, and the text up to its `>` be type arguments, as TypeScript tells them from comparisons:
// a parenthesis or a template follows? The `>` is behind text[inside].
bool are_type_arguments(std::string_view text, size_t angle, size_t inside) {
  if (inside - angle > kLongestArguments) return false;
  text = text.substr(0, inside + kLongestArguments);
  size_t depth = 0;
  for (size_t i = angle; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    switch (c) {
      case '<':
      case '(':
      case '[':
      case '{':
        ++depth;
        break;
      case '>':
      case ')':
      case ']':
      case '}':
        if (--depth > 0) break;
        i = skip_blank(text, i + 1);
        return c == '>' && i > inside && i < text.size() && (text[i] == '(' || text[i] == '`');
      case '"':
      case '\'':
      case '`':
        for (++i; i < text.size() && text[i] != c; ++i) i += text[i] == '\\' ? 1 : 0;
        break;
      case '=':
        if (next != '>') return false;
        ++i;
        break;
      case '&':
      case '|':
        if (next == c) return false;
        break;
      case '/':
        if (next != '*' && next != '/') return false;
        i = text.find(next == '*' ? "*/" : "\n", i + 2);
        if (i == text.npos) return false;
        i += next == '*' ? 1 : 0;
        break;
      case ';':
      case '-':
      case '+':  // in object types only
        if (depth == 1) return false;
        break;
      case '*':
      case '%':
      case '^':
      case '~':
      case '!':
        return false;
      default:
        break;
    }
  }
  return false;
}

// `f<import("./a").T>(x)`, which the grammars read as two comparisons. Between them and the call there may be others:
// f<A & import("./a").T>(x) is f < A, and that & import("./a").T > (x).
bool is_in_type_arguments(const SyntaxTree& tree, uint32_t call) {
  const std::string_view text = tree.whole_text();
  uint32_t top = call;
  for (int level = 0; level < kMostLevels; ++level) {
    const uint32_t parent = tree[top].parent;
    if (parent == top || tree.kind(parent) == NodeKind::statement_block) break;
    top = parent;
  }
  uint32_t comparisons = 0;
  for (uint32_t node = std::max(top, call - std::min(call, kMostNodes)); node < call; ++node) {
    if (tree.kind(node) != NodeKind::binary_expression) continue;
    const uint32_t left = tree.first_child(node);
    if (left == SyntaxTree::kNone) continue;
    const size_t angle = skip_blank(text, tree[left].end);
    if (angle >= tree[call].begin || text[angle] != '<' || text[angle + 1] == '<') continue;
    if (are_type_arguments(text, angle, tree[call].end)) return true;
    if (++comparisons == kMostComparisons) break;
  }
  return false;
}

// `keyof import("./a")`, which is not in the grammars.
bool is_behind_keyof(const SyntaxTree& tree, uint32_t call) {
  std::string_view before = tree.whole_text().substr(0, tree[call].begin);
  const size_t end = before.find_last_not_of(" \t\r\n");
  if (end == before.npos || end + 1 == before.size()) return false;
  before = before.substr(0, end + 1);
  return before.ends_with("keyof") &&
         (before.size() == 5 || std::string_view(" \t\r\n:|&(<,=[?").find(before[before.size() - 6]) != before.npos);
}

}  // namespace

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
    default:
      return tree.kind(node) == NodeKind::call_expression && is_typescript(tree.language()) &&
             tree.child(node, NodeKind::import) != SyntaxTree::kNone &&
             (is_behind_keyof(tree, node) || is_in_type_arguments(tree, node));
  }
}

}  // namespace demarc
