#include "parser/specifiers.h"

#include "parser/string_literal.h"

namespace demarc {
namespace {

// An argument that is more than one literal is looked into up to this length, which also bounds the recursion below.
// The lexer has the same limit (parser.md, "Bounds").
constexpr uint32_t kMaxArgumentBytes = 512;

// In a tree with errors a literal may lack its end; what it would hold is anybody's guess then.
bool is_terminated(std::string_view text) {
  return text.size() >= 2 && text.front() == text.back();
}

std::string_view between_quotes(std::string_view text) {
  return text.substr(1, text.size() - 2);
}

// What is left of an expression without the parentheses and casts around it.
uint32_t without_casts(const SyntaxTree& tree, uint32_t node) {
  for (;;) {
    uint32_t inner = SyntaxTree::kNone;
    switch (tree.kind(node)) {
      case NodeKind::parenthesized_expression:
      case NodeKind::as_expression:
      case NodeKind::satisfies_expression:
      case NodeKind::non_null_expression:
        inner = tree.first_child(node);
        break;
      case NodeKind::type_assertion:
        inner = tree.first_child(node);
        if (inner != SyntaxTree::kNone) inner = tree.next_sibling(inner);
        break;
      default:
        return node;
    }
    if (inner == SyntaxTree::kNone) return node;
    node = inner;
  }
}

// A concatenation under construction: literals as they are, the rest as wildcards.
struct Pattern {
  std::string text;
  bool ends_in_wildcard = false;
  bool has_wildcard = false;
  uint32_t first_literal = SyntaxTree::kNone;

  void add_literal(std::string_view raw, uint32_t offset) {
    if (first_literal == SyntaxTree::kNone) first_literal = offset;
    const size_t before = text.size();
    append_string_value(raw, text);
    if (text.size() > before) ends_in_wildcard = false;
  }

  // An unknown part may hold slashes only where it begins a path segment (esbuild's rule).
  void add_unknown() {
    has_wildcard = true;
    if (ends_in_wildcard) return;
    text += text.ends_with('/') ? "**/*" : "*";
    ends_in_wildcard = true;
  }
};

void add_to_pattern(const SyntaxTree& tree, uint32_t node, Pattern& pattern) {
  node = without_casts(tree, node);
  switch (tree.kind(node)) {
    case NodeKind::string:
      if (!is_terminated(tree.text(node))) break;
      pattern.add_literal(between_quotes(tree.text(node)), tree[node].begin);
      return;
    case NodeKind::template_string: {
      if (!is_terminated(tree.text(node))) break;
      // The raw text between the substitutions.
      uint32_t from = tree[node].begin + 1;
      const auto add_text_up_to = [&](uint32_t to) {
        const std::string_view text = tree.text(node).substr(from - tree[node].begin, to - from);
        pattern.add_literal(text, tree[node].begin);
      };
      for (uint32_t part = tree.first_child(node); part != SyntaxTree::kNone; part = tree.next_sibling(part)) {
        if (tree.kind(part) != NodeKind::template_substitution) continue;
        add_text_up_to(tree[part].begin);
        const uint32_t expression = tree.first_child(part);
        if (expression == SyntaxTree::kNone) {
          pattern.add_unknown();
        } else {
          add_to_pattern(tree, expression, pattern);
        }
        from = tree[part].end;
      }
      add_text_up_to(tree[node].end - 1);
      return;
    }
    case NodeKind::binary_expression: {
      const uint32_t oper = tree.child(node, NodeField::oper);
      const uint32_t left = tree.child(node, NodeField::left);
      const uint32_t right = tree.child(node, NodeField::right);
      if (oper == SyntaxTree::kNone || tree.kind(oper) != NodeKind::plus || left == SyntaxTree::kNone ||
          right == SyntaxTree::kNone) {
        break;
      }
      add_to_pattern(tree, left, pattern);
      add_to_pattern(tree, right, pattern);
      return;
    }
    default:
      break;
  }
  pattern.add_unknown();
}

bool read_pattern(const SyntaxTree& tree, uint32_t node, std::vector<Specifier>& specifiers) {
  Pattern pattern;
  add_to_pattern(tree, node, pattern);
  if (pattern.first_literal == SyntaxTree::kNone) return false;
  // A pattern that does not begin in this folder or above could mean any package.
  if (pattern.has_wildcard && !pattern.text.starts_with("./") && !pattern.text.starts_with("../")) return false;
  specifiers.push_back({pattern.first_literal, std::move(pattern.text), pattern.has_wildcard});
  return true;
}

bool read_expression(const SyntaxTree& tree, uint32_t node, std::vector<Specifier>& specifiers) {
  node = without_casts(tree, node);
  if (tree.kind(node) != NodeKind::ternary_expression) return read_pattern(tree, node, specifiers);
  bool known = true;
  for (const NodeField field : {NodeField::consequence, NodeField::alternative}) {
    const uint32_t branch = tree.child(node, field);
    known = branch != SyntaxTree::kNone && read_expression(tree, branch, specifiers) && known;
  }
  return known;
}

}  // namespace

bool read_literal(const SyntaxTree& tree, uint32_t node, std::string& value) {
  value.clear();
  const NodeKind kind = tree.kind(node);
  if (kind != NodeKind::string && kind != NodeKind::template_string) return false;
  if (!is_terminated(tree.text(node))) return false;
  if (kind == NodeKind::template_string && tree.child(node, NodeKind::template_substitution) != SyntaxTree::kNone) {
    return false;
  }
  return append_string_value(between_quotes(tree.text(node)), value) || kind == NodeKind::string;
}

bool read_specifiers(const SyntaxTree& tree, uint32_t argument, std::vector<Specifier>& specifiers) {
  std::string value;
  if (read_literal(tree, argument, value)) {
    specifiers.push_back({tree[argument].begin, std::move(value), false});
    return true;
  }
  if (tree[argument].end - tree[argument].begin > kMaxArgumentBytes) return false;
  return read_expression(tree, argument, specifiers);
}

}  // namespace demarc
