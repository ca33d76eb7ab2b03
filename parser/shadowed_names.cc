#include "parser/shadowed_names.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace demarc {
namespace {

// Deeper patterns are not followed up to their declaration: the name then counts as not declared.
constexpr int kMaxPatternDepth = 64;

bool is_var_scope(NodeKind kind) {
  return is_function(kind) || kind == NodeKind::program || kind == NodeKind::class_static_block ||
         kind == NodeKind::module || kind == NodeKind::internal_module;
}

bool is_block_scope(NodeKind kind) {
  switch (kind) {
    case NodeKind::program:
    case NodeKind::statement_block:
    case NodeKind::for_statement:
    case NodeKind::for_in_statement:
    case NodeKind::switch_body:
      return true;
    default:
      return false;
  }
}

bool is_name(NodeKind kind) {
  return kind == NodeKind::identifier || kind == NodeKind::shorthand_property_identifier_pattern ||
         kind == NodeKind::type_identifier || kind == NodeKind::property_identifier;  // of classes and of enum members
}

// The scopes around the node that a walk in source order has come to.
class OpenScopes {
 public:
  void enter(const SyntaxTree& tree, uint32_t node) {
    close(tree, blocks_, node);
    close(tree, functions_, node);
    const bool root = node == 0;  // in a tree full of errors not even that is a program
    if (root || is_block_scope(tree.kind(node))) blocks_.push_back(node);
    if (root || is_var_scope(tree.kind(node))) functions_.push_back(node);
    if (node >= ambient_end_ && tree.kind(node) == NodeKind::ambient_declaration) ambient_end_ = tree[node].next;
  }
  uint32_t block() const { return blocks_.back(); }
  uint32_t function() const { return functions_.back(); }
  bool ambient(uint32_t node) const { return node < ambient_end_; }

 private:
  static void close(const SyntaxTree& tree, std::vector<uint32_t>& scopes, uint32_t node) {
    while (!scopes.empty() && tree[scopes.back()].next <= node) scopes.pop_back();
  }

  std::vector<uint32_t> blocks_;
  std::vector<uint32_t> functions_;
  uint32_t ambient_end_ = 0;
};

// A name that declares something, and where the declaration reaches.
struct Declaration {
  enum class Reach : uint8_t { nothing, block, function, node } reach = Reach::nothing;
  uint32_t node = SyntaxTree::kNone;  // for Reach::node
  bool is_import = false;
};

Declaration declaration_of(const SyntaxTree& tree, uint32_t name) {
  using Reach = Declaration::Reach;
  const Declaration nothing;
  const uint32_t at = outermost_pattern(tree, name);
  if (at == SyntaxTree::kNone) return nothing;
  const uint32_t parent = tree[at].parent;
  const NodeField field = tree[at].field;

  switch (tree.kind(parent)) {
    case NodeKind::variable_declarator: {
      if (field != NodeField::name) return nothing;
      const bool is_var = tree.kind(tree[parent].parent) == NodeKind::variable_declaration;
      return {is_var ? Reach::function : Reach::block};
    }
    case NodeKind::for_in_statement: {
      if (field != NodeField::left) return nothing;
      const uint32_t word = tree.child(parent, NodeField::kind);
      if (word == SyntaxTree::kNone) return nothing;  // an assignment
      if (tree.kind(word) == NodeKind::word_var) return {Reach::function};
      return {Reach::node, parent};
    }
    case NodeKind::formal_parameters:
      return {Reach::node, tree[parent].parent};
    case NodeKind::arrow_function:
    case NodeKind::catch_clause:
      return field == NodeField::parameter ? Declaration{Reach::node, parent} : nothing;
    case NodeKind::function_expression:
    case NodeKind::generator_function:
    case NodeKind::class_expression:
      return field == NodeField::name ? Declaration{Reach::node, parent} : nothing;
    case NodeKind::function_declaration:
    case NodeKind::generator_function_declaration:
    case NodeKind::function_signature:
    case NodeKind::class_declaration:
    case NodeKind::abstract_class_declaration:
    case NodeKind::enum_declaration:
    case NodeKind::module:
    case NodeKind::internal_module:
      return field == NodeField::name ? Declaration{Reach::block} : nothing;
    case NodeKind::enum_body:
    case NodeKind::enum_assignment:
      // The members of an enum are names within it.
      if (field != NodeField::name) return nothing;
      return {Reach::node, tree.kind(parent) == NodeKind::enum_body ? parent : tree[parent].parent};
    case NodeKind::import_clause:
    case NodeKind::namespace_import:
    case NodeKind::import_require_clause:
      return {Reach::block, SyntaxTree::kNone, true};
    case NodeKind::import_alias:
      if (at != tree.child(parent, NodeKind::identifier)) return nothing;
      return {Reach::block, SyntaxTree::kNone, true};
    case NodeKind::import_specifier:
      if (field != NodeField::alias && tree.child(parent, NodeField::alias) != SyntaxTree::kNone) return nothing;
      return {Reach::block, SyntaxTree::kNone, true};
    default:
      return nothing;
  }
}

}  // namespace

uint32_t outermost_pattern(const SyntaxTree& tree, uint32_t name) {
  uint32_t at = name;
  for (int depth = 0; depth < kMaxPatternDepth; ++depth) {
    const uint32_t parent = tree[at].parent;
    switch (tree.kind(parent)) {
      case NodeKind::object_pattern:
      case NodeKind::array_pattern:
      case NodeKind::rest_pattern:
        break;
      case NodeKind::pair_pattern:
        if (tree[at].field != NodeField::value) return SyntaxTree::kNone;
        break;
      case NodeKind::assignment_pattern:
      case NodeKind::object_assignment_pattern:
        if (tree[at].field != NodeField::left) return SyntaxTree::kNone;
        break;
      case NodeKind::required_parameter:
      case NodeKind::optional_parameter:
        if (tree[at].field != NodeField::pattern) return SyntaxTree::kNone;
        break;
      default:
        return at;
    }
    at = parent;
  }
  return SyntaxTree::kNone;
}

bool is_declaration(const SyntaxTree& tree, uint32_t name) {
  return declaration_of(tree, name).reach != Declaration::Reach::nothing;
}

void ShadowedNames::find(const SyntaxTree& tree, std::span<const std::string_view> names, ImportBindings imports) {
  std::unordered_map<std::string_view, size_t> index_of;
  for (size_t i = 0; i < names.size(); ++i) index_of.emplace(names[i], i);

  std::vector<Range> found;
  OpenScopes scopes;
  for (uint32_t node = 0; node < tree.size(); ++node) {
    scopes.enter(tree, node);
    if (!is_name(tree.kind(node))) continue;
    const auto name = index_of.find(tree.text(node));
    if (name == index_of.end()) continue;
    const Declaration declaration = declaration_of(tree, node);
    if (declaration.reach == Declaration::Reach::nothing || scopes.ambient(node)) continue;
    if (declaration.is_import && imports == ImportBindings::ignore) continue;
    const uint32_t scope = declaration.reach == Declaration::Reach::block      ? scopes.block()
                           : declaration.reach == Declaration::Reach::function ? scopes.function()
                                                                               : declaration.node;
    // An import cannot be hidden from the whole file: a namespace of its name would be merged with it.
    if (scope == 0 && imports == ImportBindings::ignore) continue;
    found.push_back({name->second, scope, tree[scope].next});
  }

  // Scopes either nest or stand apart: keep the outer ones.
  std::sort(found.begin(), found.end(),
            [](const Range& a, const Range& b) { return std::tie(a.name, a.begin) < std::tie(b.name, b.begin); });
  ranges_.clear();
  for (const Range& range : found) {
    if (ranges_.empty() || ranges_.back().name != range.name || ranges_.back().end <= range.begin) {
      ranges_.push_back(range);
    }
  }
}

bool ShadowedNames::covers(size_t name, uint32_t node) const {
  const auto behind =
      std::upper_bound(ranges_.begin(), ranges_.end(), std::tie(name, node),
                       [](const auto& key, const Range& range) { return key < std::tie(range.name, range.begin); });
  if (behind == ranges_.begin()) return false;
  const Range& range = *std::prev(behind);
  return range.name == name && node < range.end;
}

}  // namespace demarc
