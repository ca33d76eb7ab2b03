#include "parser/syntax_tree.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <iterator>

#include <tree_sitter/api.h>

#include "parser/parse_heap.h"

// In the grammars' own sources; their headers are not part of the npm packages.
extern "C" {
const TSLanguage* tree_sitter_javascript(void);
const TSLanguage* tree_sitter_typescript(void);
const TSLanguage* tree_sitter_tsx(void);
}

namespace demarc {
namespace {

struct KindName {
  std::string_view name;
  NodeKind kind;
};

// Sorted by name, for the binary search.
constexpr KindName kNamedKinds[] = {
    {"ERROR", NodeKind::error},
    {"abstract_class_declaration", NodeKind::abstract_class_declaration},
    {"abstract_method_signature", NodeKind::abstract_method_signature},
    {"ambient_declaration", NodeKind::ambient_declaration},
    {"arguments", NodeKind::arguments},
    {"array", NodeKind::array},
    {"array_pattern", NodeKind::array_pattern},
    {"arrow_function", NodeKind::arrow_function},
    {"as_expression", NodeKind::as_expression},
    {"asserts_annotation", NodeKind::asserts_annotation},
    {"assignment_pattern", NodeKind::assignment_pattern},
    {"binary_expression", NodeKind::binary_expression},
    {"call_expression", NodeKind::call_expression},
    {"catch_clause", NodeKind::catch_clause},
    {"class", NodeKind::class_expression},
    {"class_body", NodeKind::class_body},
    {"class_declaration", NodeKind::class_declaration},
    {"class_heritage", NodeKind::class_heritage},
    {"class_static_block", NodeKind::class_static_block},
    {"comment", NodeKind::comment},
    {"decorator", NodeKind::decorator},
    {"enum_assignment", NodeKind::enum_assignment},
    {"enum_body", NodeKind::enum_body},
    {"enum_declaration", NodeKind::enum_declaration},
    {"export_clause", NodeKind::export_clause},
    {"export_specifier", NodeKind::export_specifier},
    {"export_statement", NodeKind::export_statement},
    {"expression_statement", NodeKind::expression_statement},
    {"field_definition", NodeKind::field_definition},
    {"for_in_statement", NodeKind::for_in_statement},
    {"for_statement", NodeKind::for_statement},
    {"formal_parameters", NodeKind::formal_parameters},
    {"function_declaration", NodeKind::function_declaration},
    {"function_expression", NodeKind::function_expression},
    {"function_signature", NodeKind::function_signature},
    {"function_type", NodeKind::function_type},
    {"generator_function", NodeKind::generator_function},
    {"generator_function_declaration", NodeKind::generator_function_declaration},
    {"generic_type", NodeKind::generic_type},
    {"hash_bang_line", NodeKind::hash_bang_line},
    {"html_comment", NodeKind::comment},
    {"identifier", NodeKind::identifier},
    {"implements_clause", NodeKind::implements_clause},
    {"import", NodeKind::import},
    {"import_alias", NodeKind::import_alias},
    {"import_attribute", NodeKind::import_attribute},
    {"import_clause", NodeKind::import_clause},
    {"import_require_clause", NodeKind::import_require_clause},
    {"import_specifier", NodeKind::import_specifier},
    {"import_statement", NodeKind::import_statement},
    {"index_signature", NodeKind::index_signature},
    {"instantiation_expression", NodeKind::instantiation_expression},
    {"interface_declaration", NodeKind::interface_declaration},
    {"internal_module", NodeKind::internal_module},
    {"jsx_attribute", NodeKind::jsx_attribute},
    {"jsx_closing_element", NodeKind::jsx_closing_element},
    {"jsx_element", NodeKind::jsx_element},
    {"jsx_namespace_name", NodeKind::jsx_namespace_name},
    {"jsx_opening_element", NodeKind::jsx_opening_element},
    {"jsx_self_closing_element", NodeKind::jsx_self_closing_element},
    {"lexical_declaration", NodeKind::lexical_declaration},
    {"member_expression", NodeKind::member_expression},
    {"meta_property", NodeKind::meta_property},
    {"method_definition", NodeKind::method_definition},
    {"module", NodeKind::module},
    {"named_imports", NodeKind::named_imports},
    {"namespace_export", NodeKind::namespace_export},
    {"namespace_import", NodeKind::namespace_import},
    {"nested_identifier", NodeKind::nested_identifier},
    {"nested_type_identifier", NodeKind::nested_type_identifier},
    {"new_expression", NodeKind::new_expression},
    {"non_null_expression", NodeKind::non_null_expression},
    {"number", NodeKind::number},
    {"object", NodeKind::object},
    {"object_assignment_pattern", NodeKind::object_assignment_pattern},
    {"object_pattern", NodeKind::object_pattern},
    {"object_type", NodeKind::object_type},
    {"optional_chain", NodeKind::optional_chain},
    {"optional_parameter", NodeKind::optional_parameter},
    {"pair", NodeKind::pair},
    {"pair_pattern", NodeKind::pair_pattern},
    {"parenthesized_expression", NodeKind::parenthesized_expression},
    {"private_property_identifier", NodeKind::private_property_identifier},
    {"program", NodeKind::program},
    {"property_identifier", NodeKind::property_identifier},
    {"public_field_definition", NodeKind::public_field_definition},
    {"required_parameter", NodeKind::required_parameter},
    {"rest_pattern", NodeKind::rest_pattern},
    {"satisfies_expression", NodeKind::satisfies_expression},
    {"sequence_expression", NodeKind::sequence_expression},
    {"shorthand_property_identifier", NodeKind::shorthand_property_identifier},
    {"shorthand_property_identifier_pattern", NodeKind::shorthand_property_identifier_pattern},
    {"spread_element", NodeKind::spread_element},
    {"statement_block", NodeKind::statement_block},
    {"statement_identifier", NodeKind::statement_identifier},
    {"string", NodeKind::string},
    {"subscript_expression", NodeKind::subscript_expression},
    {"switch_body", NodeKind::switch_body},
    {"template_string", NodeKind::template_string},
    {"template_substitution", NodeKind::template_substitution},
    {"ternary_expression", NodeKind::ternary_expression},
    {"type_alias_declaration", NodeKind::type_alias_declaration},
    {"type_annotation", NodeKind::type_annotation},
    {"type_arguments", NodeKind::type_arguments},
    {"type_assertion", NodeKind::type_assertion},
    {"type_identifier", NodeKind::type_identifier},
    {"type_parameters", NodeKind::type_parameters},
    {"type_predicate_annotation", NodeKind::type_predicate_annotation},
    {"type_query", NodeKind::type_query},
    {"unary_expression", NodeKind::unary_expression},
    {"using_declaration", NodeKind::using_declaration},
    {"variable_declaration", NodeKind::variable_declaration},
    {"variable_declarator", NodeKind::variable_declarator},
};

// Unnamed nodes: everything else of that sort is left out of the tree. The TypeScript grammars have an unnamed `?.`.
constexpr KindName kWordKinds[] = {
    {"*", NodeKind::star},
    {"+", NodeKind::plus},
    {"=", NodeKind::equals},
    {"?.", NodeKind::optional_chain},
    {"abstract", NodeKind::word_abstract},
    {"assert", NodeKind::word_assert},
    {"const", NodeKind::word_const},
    {"declare", NodeKind::word_declare},
    {"default", NodeKind::word_default},
    {"export", NodeKind::word_export},
    {"import", NodeKind::word_import},
    {"namespace", NodeKind::word_namespace},
    {"type", NodeKind::word_type},
    {"typeof", NodeKind::word_typeof},
    {"var", NodeKind::word_var},
};

struct FieldName {
  std::string_view name;
  NodeField field;
};

constexpr FieldName kFields[] = {
    {"alias", NodeField::alias},
    {"alternative", NodeField::alternative},
    {"arguments", NodeField::arguments},
    {"body", NodeField::body},
    {"condition", NodeField::condition},
    {"consequence", NodeField::consequence},
    {"constructor", NodeField::constructor},
    {"declaration", NodeField::declaration},
    {"function", NodeField::function},
    {"index", NodeField::index},
    {"key", NodeField::key},
    {"kind", NodeField::kind},
    {"left", NodeField::left},
    {"name", NodeField::name},
    {"object", NodeField::object},
    {"operator", NodeField::oper},
    {"parameter", NodeField::parameter},
    {"parameters", NodeField::parameters},
    {"pattern", NodeField::pattern},
    {"property", NodeField::property},
    {"right", NodeField::right},
    {"source", NodeField::source},
    {"value", NodeField::value},
};

template <class Entry>
constexpr bool sorted(const Entry* entries, size_t count) {
  for (size_t i = 1; i < count; ++i) {
    if (!(entries[i - 1].name < entries[i].name)) return false;
  }
  return true;
}
static_assert(sorted(kNamedKinds, std::size(kNamedKinds)));
static_assert(sorted(kWordKinds, std::size(kWordKinds)));
static_assert(sorted(kFields, std::size(kFields)));

template <class Entry, size_t count>
const Entry* find(const Entry (&entries)[count], std::string_view name) {
  const Entry* const found =
      std::lower_bound(std::begin(entries), std::end(entries), name,
                       [](const Entry& entry, std::string_view text) { return entry.name < text; });
  return found != std::end(entries) && found->name == name ? found : nullptr;
}

// What a grammar's numbers mean to us. The three grammars number alike things differently.
class Vocabulary {
 public:
  explicit Vocabulary(const TSLanguage* language) : language_(language) {
    const uint32_t symbols = ts_language_symbol_count(language);
    kinds_.resize(symbols, NodeKind::other);
    dropped_.resize(symbols, false);
    for (uint32_t symbol = 0; symbol < symbols; ++symbol) {
      const bool named = ts_language_symbol_type(language, TSSymbol(symbol)) != TSSymbolTypeAnonymous;
      const std::string_view name = ts_language_symbol_name(language, TSSymbol(symbol));
      const KindName* const found = named ? find(kNamedKinds, name) : find(kWordKinds, name);
      if (found != nullptr) kinds_[symbol] = found->kind;
      dropped_[symbol] = !named && found == nullptr;
    }
    const uint32_t fields = ts_language_field_count(language);
    fields_.resize(fields + 1, NodeField::none);  // numbered from 1
    for (uint32_t field = 1; field <= fields; ++field) {
      const FieldName* const found = find(kFields, ts_language_field_name_for_id(language, TSFieldId(field)));
      if (found != nullptr) fields_[field] = found->field;
    }
  }

  const TSLanguage* language() const { return language_; }
  // ERROR has a number of its own outside the table.
  NodeKind kind(TSSymbol symbol) const { return symbol < kinds_.size() ? kinds_[symbol] : NodeKind::error; }
  bool dropped(TSSymbol symbol) const { return symbol < kinds_.size() && dropped_[symbol]; }
  NodeField field(TSFieldId field) const { return fields_[field]; }

 private:
  const TSLanguage* language_;
  std::vector<NodeKind> kinds_;
  std::vector<bool> dropped_;
  std::vector<NodeField> fields_;
};

// Made on first use, so that a scan without questions never touches a grammar.
const Vocabulary* vocabulary_of(Language language) {
  switch (language) {
    case Language::js:
    case Language::mjs:
    case Language::cjs:
    case Language::jsx: {
      static const Vocabulary javascript(tree_sitter_javascript());
      return &javascript;
    }
    case Language::ts:
    case Language::mts:
    case Language::cts: {
      static const Vocabulary typescript(tree_sitter_typescript());
      return &typescript;
    }
    case Language::tsx: {
      static const Vocabulary tsx(tree_sitter_tsx());
      return &tsx;
    }
    case Language::mdx:
      break;
  }
  return nullptr;
}

// The heap of the parse that this thread is in.
thread_local ParseHeap* current_heap = nullptr;

void* heap_malloc(size_t size) {
  return current_heap->allocate(size);
}
void* heap_calloc(size_t count, size_t size) {
  if (size != 0 && count > SIZE_MAX / size) throw ParseHeap::OverBudget();
  void* const block = current_heap->allocate(count * size);
  std::fill_n(static_cast<char*>(block), count * size, 0);
  return block;
}
void* heap_realloc(void* block, size_t size) {
  return current_heap->reallocate(block, size);
}
void heap_free(void* block) {
  if (block != nullptr) current_heap->release(block);
}

// The library's allocator is one for the process; ours serves whichever heap the calling thread is in.
class HeapScope {
 public:
  explicit HeapScope(ParseHeap& heap) {
    [[maybe_unused]] static const bool installed = [] {
      ts_set_allocator(heap_malloc, heap_calloc, heap_realloc, heap_free);
      return true;
    }();
    assert(current_heap == nullptr && "a parse inside a parse");
    current_heap = &heap;
  }
  ~HeapScope() { current_heap = nullptr; }
  HeapScope(const HeapScope&) = delete;
  HeapScope& operator=(const HeapScope&) = delete;
};

// What a parse may cost, in small allocations. Real code, minified included, takes 0.1 to 0.9 of them a byte.
constexpr uint64_t kBaseWork = 50'000;
constexpr double kWorkPerByte = 1.25;

// The text is handed out in pieces, because a token that runs to the end of the file without ending is read again from
// every place where it could begin.
constexpr size_t kPieceBytes = 4096;
constexpr uint64_t kWorkOfPiece = 200;

// The library reports every 100 steps.
constexpr uint64_t kWorkOfReport = 5;

const char* read_text(void* payload, uint32_t byte, TSPoint, uint32_t* bytes_read) {
  current_heap->spend(kWorkOfPiece);
  const std::string_view text = *static_cast<const std::string_view*>(payload);
  const std::string_view piece = text.substr(std::min<size_t>(byte, text.size()), kPieceBytes);
  *bytes_read = uint32_t(piece.size());
  return piece.data();
}

bool count_steps(TSParseState*) {
  current_heap->spend(kWorkOfReport);
  return false;
}

// Copies the tree that the cursor stands on the root of.
void flatten(TSTreeCursor& cursor, const Vocabulary& vocabulary, std::vector<SyntaxNode>& nodes) {
  uint32_t parent = 0;
  for (;;) {
    const TSNode node = ts_tree_cursor_current_node(&cursor);
    const TSSymbol symbol = ts_node_symbol(node);
    if (!vocabulary.dropped(symbol)) {
      const uint32_t index = uint32_t(nodes.size());
      nodes.push_back({.begin = ts_node_start_byte(node),
                       .end = ts_node_end_byte(node),
                       .parent = parent,
                       .next = index + 1,
                       .kind = vocabulary.kind(symbol),
                       .field = vocabulary.field(ts_tree_cursor_current_field_id(&cursor))});
      if (ts_tree_cursor_goto_first_child(&cursor)) {
        parent = index;
        continue;
      }
    }
    while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
      if (!ts_tree_cursor_goto_parent(&cursor)) return;
      nodes[parent].next = uint32_t(nodes.size());
      parent = nodes[parent].parent;
    }
  }
}

// Never released: everything the library makes dies with the heap.
TreeStatus read_tree(std::string_view text, const Vocabulary& vocabulary, ParseHeap& heap,
                     std::vector<SyntaxNode>& nodes) {
  TSParser* const parser = ts_parser_new();
  ts_parser_set_language(parser, vocabulary.language());
  const TSInput input{&text, read_text, TSInputEncodingUTF8, nullptr};
  const TSTree* const tree = ts_parser_parse_with_options(parser, nullptr, input, {nullptr, count_steps});
  if (tree == nullptr) return TreeStatus::over_budget;

  const TSNode root = ts_tree_root_node(tree);
  const size_t node_count = ts_node_descendant_count(root);
  if (node_count > heap.left() / sizeof(SyntaxNode)) return TreeStatus::over_budget;
  nodes.reserve(node_count);
  TSTreeCursor cursor = ts_tree_cursor_new(root);
  flatten(cursor, vocabulary, nodes);
  return ts_node_has_error(root) ? TreeStatus::has_errors : TreeStatus::complete;
}

}  // namespace

bool is_function(NodeKind kind) {
  switch (kind) {
    case NodeKind::function_declaration:
    case NodeKind::generator_function_declaration:
    case NodeKind::function_expression:
    case NodeKind::generator_function:
    case NodeKind::arrow_function:
    case NodeKind::method_definition:
      return true;
    default:
      return false;
  }
}

TreeStatus SyntaxTree::read(std::string_view text, Language language, size_t budget_bytes) {
  text_ = text;
  language_ = language;
  nodes_ = {};
  peak_bytes_ = 0;
  const Vocabulary* const vocabulary = vocabulary_of(language);
  if (vocabulary == nullptr) return TreeStatus::no_grammar;
  if (text.size() >= UINT32_MAX) return TreeStatus::over_budget;

  const uint64_t work = kBaseWork + uint64_t(kWorkPerByte * double(text.size()));
  ParseHeap heap({.bytes = budget_bytes, .work = work});
  TreeStatus status = TreeStatus::over_budget;
  try {
    const HeapScope scope(heap);
    status = read_tree(text, *vocabulary, heap, nodes_);
  } catch (const ParseHeap::OverBudget&) {
  }
  peak_bytes_ = heap.peak() + nodes_.capacity() * sizeof(SyntaxNode);
  if (status == TreeStatus::over_budget) nodes_ = {};
  return status;
}

uint32_t SyntaxTree::child(uint32_t node, NodeField field) const {
  for (uint32_t at = first_child(node); at != kNone; at = next_sibling(at)) {
    if (nodes_[at].field == field) return at;
  }
  return kNone;
}

uint32_t SyntaxTree::child(uint32_t node, NodeKind kind) const {
  for (uint32_t at = first_child(node); at != kNone; at = next_sibling(at)) {
    if (nodes_[at].kind == kind) return at;
  }
  return kNone;
}

}  // namespace demarc
