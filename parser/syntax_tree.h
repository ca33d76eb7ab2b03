// A tree-sitter tree as a flat array: what exact_scan and value_use read.
//
//   f(a)      0 program                        next = 6
//             1   expression_statement         next = 6
//             2     call_expression            next = 6
//             3       identifier  (function)   next = 4
//             4       arguments                next = 6
//             5         identifier             next = 6
//
// Nodes stand in source order, parents before children; the children of i are i + 1, nodes[i + 1].next, … below
// nodes[i].next. So a walk is a loop, a question about the surroundings is a look at parents, and nothing recurses
// however deep the source nests. (The library's own node functions do recurse, and its tree takes 20 to 60 bytes a
// source byte: it is dropped before anything looks at the array.)
//
// Kept are the named nodes, and of the unnamed ones the few words that change a meaning (`type`, `typeof`, …).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "parser/module_syntax.h"

namespace demarc {

// The names are the grammars'; `other` is every node nobody asks about.
enum class NodeKind : uint8_t {
  other,
  error,
  // Words and operators.
  word_abstract,
  word_assert,
  word_const,
  word_declare,
  word_default,
  word_export,
  word_import,
  word_namespace,
  word_type,
  word_typeof,
  word_var,
  equals,
  plus,
  star,
  optional_chain,
  // Names and literals.
  comment,
  hash_bang_line,
  identifier,
  nested_identifier,
  property_identifier,
  private_property_identifier,
  shorthand_property_identifier,
  shorthand_property_identifier_pattern,
  statement_identifier,
  type_identifier,
  nested_type_identifier,
  number,
  string,
  template_string,
  template_substitution,
  // Statements and declarations.
  program,
  statement_block,
  expression_statement,
  import_statement,
  import_clause,
  namespace_import,
  named_imports,
  import_specifier,
  import_require_clause,
  import_alias,
  import_attribute,
  export_statement,
  export_clause,
  export_specifier,
  namespace_export,
  lexical_declaration,
  using_declaration,
  variable_declaration,
  variable_declarator,
  function_declaration,
  generator_function_declaration,
  function_signature,
  class_declaration,
  abstract_class_declaration,
  enum_declaration,
  enum_body,
  enum_assignment,
  interface_declaration,
  type_alias_declaration,
  module,
  internal_module,
  ambient_declaration,
  for_statement,
  for_in_statement,
  switch_body,
  catch_clause,
  // Functions, classes and patterns.
  function_expression,
  generator_function,
  arrow_function,
  method_definition,
  abstract_method_signature,
  formal_parameters,
  required_parameter,
  optional_parameter,
  object_pattern,
  array_pattern,
  pair_pattern,
  rest_pattern,
  assignment_pattern,
  object_assignment_pattern,
  class_expression,
  class_heritage,
  class_body,
  class_static_block,
  field_definition,
  public_field_definition,
  decorator,
  // Expressions.
  import,
  call_expression,
  new_expression,
  arguments,
  member_expression,
  subscript_expression,
  meta_property,
  parenthesized_expression,
  sequence_expression,
  ternary_expression,
  unary_expression,
  binary_expression,
  as_expression,
  satisfies_expression,
  non_null_expression,
  type_assertion,
  instantiation_expression,
  object,
  pair,
  array,
  spread_element,
  jsx_element,
  jsx_opening_element,
  jsx_closing_element,
  jsx_self_closing_element,
  jsx_attribute,
  jsx_namespace_name,
  // Types.
  type_annotation,
  type_arguments,
  type_parameters,
  type_query,
  generic_type,
  function_type,
  object_type,
  implements_clause,
  index_signature,
  asserts_annotation,
  type_predicate_annotation,
};

// A function with a body, in any of its forms.
bool is_function(NodeKind kind);

// Which part of its parent a node is.
enum class NodeField : uint8_t {
  none,
  alias,
  alternative,
  arguments,
  body,
  condition,
  consequence,
  constructor,
  declaration,
  function,
  index,
  key,
  kind,
  left,
  name,
  object,
  oper,
  parameter,
  parameters,
  pattern,
  property,
  right,
  source,
  value,
};

struct SyntaxNode {
  uint32_t begin = 0;  // bytes of the text
  uint32_t end = 0;
  uint32_t parent = 0;  // of the program: itself
  uint32_t next = 0;    // behind its last descendant
  NodeKind kind = NodeKind::other;
  NodeField field = NodeField::none;
};

enum class TreeStatus : uint8_t { complete, has_errors, over_budget, no_grammar };

class SyntaxTree {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // Reads UTF-8 `text`, which must outlive the tree. Anything but complete and has_errors leaves the tree empty.
  TreeStatus read(std::string_view text, Language language, size_t budget_bytes);

  Language language() const { return language_; }
  std::string_view whole_text() const { return text_; }
  const SyntaxNode& operator[](uint32_t node) const { return nodes_[node]; }
  uint32_t size() const { return uint32_t(nodes_.size()); }
  NodeKind kind(uint32_t node) const { return nodes_[node].kind; }
  std::string_view text(uint32_t node) const {
    return text_.substr(nodes_[node].begin, nodes_[node].end - nodes_[node].begin);
  }

  // Children, without comments; kNone where there is none.
  uint32_t first_child(uint32_t node) const { return skip_comments(node + 1, nodes_[node].next); }
  uint32_t next_sibling(uint32_t node) const {
    return skip_comments(nodes_[node].next, nodes_[nodes_[node].parent].next);
  }
  uint32_t child(uint32_t node, NodeField field) const;
  uint32_t child(uint32_t node, NodeKind kind) const;

  // Bytes that the last read() took at its peak.
  size_t peak_bytes() const { return peak_bytes_; }

 private:
  uint32_t skip_comments(uint32_t node, uint32_t end) const {
    while (node < end && nodes_[node].kind == NodeKind::comment) node = nodes_[node].next;
    return node < end ? node : kNone;
  }

  std::string_view text_;
  Language language_ = Language::js;
  std::vector<SyntaxNode> nodes_;
  size_t peak_bytes_ = 0;
};

}  // namespace demarc
