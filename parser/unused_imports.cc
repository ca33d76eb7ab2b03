#include "parser/unused_imports.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "parser/char_class.h"
#include "parser/shadowed_names.h"
#include "parser/syntax_tree.h"
#include "parser/type_positions.h"
#include "parser/utf16.h"

namespace demarc {
namespace {

constexpr uint32_t kNone = SyntaxTree::kNone;

// The leftmost name of `A.B.C`, in a value or in a type.
uint32_t root_name(const SyntaxTree& tree, uint32_t node) {
  for (;;) {
    switch (tree.kind(node)) {
      case NodeKind::nested_identifier:
      case NodeKind::nested_type_identifier:
      case NodeKind::member_expression:
      case NodeKind::generic_type:
        if (const uint32_t first = tree.first_child(node); first != kNone) {
          node = first;
          continue;
        }
        return node;
      default:
        return node;
    }
  }
}

// The import statements of a file and the names they bind.
class ImportedNames {
 public:
  struct Statement {
    uint64_t offset;  // of the specifier; for `import a = b.c` there is none
    std::string_view alias_of;
    bool used = false;
  };

  explicit ImportedNames(const SyntaxTree& tree) : tree_(tree) {
    for (uint32_t node = tree.first_child(0); node != kNone; node = tree.next_sibling(node)) {
      if (tree.kind(node) == NodeKind::import_statement) add_import(node);
      if (tree.kind(node) == NodeKind::import_alias) add_alias(node);
    }
  }

  // Parallel: names()[i] is bound by statements()[owners()[i]].
  std::span<const std::string_view> names() const { return names_; }
  std::span<const size_t> owners() const { return owners_; }
  std::span<Statement> statements() { return statements_; }

 private:
  void add_import(uint32_t node);
  void add_alias(uint32_t node);
  void add_name(uint32_t name) {
    names_.push_back(tree_.text(name));
    owners_.push_back(statements_.size() - 1);
  }

  const SyntaxTree& tree_;
  std::vector<std::string_view> names_;
  std::vector<size_t> owners_;
  std::vector<Statement> statements_;
};

void ImportedNames::add_import(uint32_t node) {
  const uint32_t clause = tree_.child(node, NodeKind::import_clause);
  const uint32_t require_clause = tree_.child(node, NodeKind::import_require_clause);
  const uint32_t source = tree_.child(require_clause != kNone ? require_clause : node, NodeField::source);
  if (source == kNone || tree_.child(node, NodeKind::word_type) != kNone) return;
  // `import {} from "m"` and `import "m"` are there for what the module does.
  const size_t names_before = names_.size();
  statements_.push_back({tree_[source].begin, {}});
  if (require_clause != kNone) {
    if (const uint32_t name = tree_.child(require_clause, NodeKind::identifier); name != kNone) add_name(name);
  }
  for (uint32_t part = clause == kNone ? kNone : tree_.first_child(clause); part != kNone;
       part = tree_.next_sibling(part)) {
    if (tree_.kind(part) == NodeKind::identifier) add_name(part);
    if (tree_.kind(part) == NodeKind::namespace_import) {
      if (const uint32_t name = tree_.child(part, NodeKind::identifier); name != kNone) add_name(name);
    }
    if (tree_.kind(part) != NodeKind::named_imports) continue;
    for (uint32_t item = tree_.first_child(part); item != kNone; item = tree_.next_sibling(item)) {
      const uint32_t alias = tree_.child(item, NodeField::alias);
      const uint32_t name = alias != kNone ? alias : tree_.child(item, NodeField::name);
      if (name != kNone && tree_.child(item, NodeKind::word_type) == kNone) add_name(name);
    }
  }
  if (names_.size() == names_before) statements_.pop_back();
}

// `import a = b.c` uses b only if something uses a. (Exported, or within a namespace, it is an ordinary use of b.)
void ImportedNames::add_alias(uint32_t node) {
  const uint32_t name = tree_.child(node, NodeKind::identifier);
  const uint32_t target = name == kNone ? kNone : tree_.next_sibling(name);
  if (target == kNone) return;
  const uint32_t value = tree_.kind(target) == NodeKind::equals ? tree_.next_sibling(target) : target;
  if (value == kNone) return;
  statements_.push_back({UINT64_MAX, tree_.text(root_name(tree_, value))});
  add_name(name);
}

// Looks for uses of the imported names as values.
class UseFinder {
 public:
  UseFinder(const SyntaxTree& tree, const ElisionSettings& settings, ImportedNames& imports)
      : tree_(tree), settings_(settings), imports_(imports) {
    for (size_t i = 0; i < imports.names().size(); ++i) index_of_.emplace(imports.names()[i], i);
    shadows_.find(tree, imports.names(), ImportBindings::ignore);
  }

  void run();

 private:
  uint32_t visit(uint32_t node);
  uint32_t visit_export(uint32_t statement);
  bool is_value(uint32_t name) const;
  void use(uint32_t name);
  void use_text(std::string_view text);
  void use_import(size_t name);
  void use_pragmas(uint32_t comment);
  void note_metadata(uint32_t class_node);
  void note_metadata_of_method(uint32_t method, bool decorated);

  const SyntaxTree& tree_;
  const ElisionSettings& settings_;
  ImportedNames& imports_;
  std::unordered_map<std::string_view, size_t> index_of_;
  ShadowedNames shadows_;
  std::vector<uint32_t> metadata_types_;  // type annotations that decorators evaluate
  uint32_t ambient_end_ = 0;
  bool has_jsx_ = false;
  std::vector<std::string_view> pragma_names_;
  std::vector<std::string_view> used_aliases_;  // whose targets are still to be marked
};

void UseFinder::use_import(size_t name) {
  ImportedNames::Statement& statement = imports_.statements()[imports_.owners()[name]];
  if (statement.used) return;
  statement.used = true;
  // An alias stands for what it names, which may be an alias again.
  if (!statement.alias_of.empty()) used_aliases_.push_back(statement.alias_of);
}

void UseFinder::use_text(std::string_view text) {
  const auto found = index_of_.find(text);
  if (found != index_of_.end()) use_import(found->second);
}

void UseFinder::use(uint32_t name) {
  const auto found = index_of_.find(tree_.text(name));
  if (found != index_of_.end() && !shadows_.covers(found->second, name)) use_import(found->second);
}

// Is this identifier read or written when the program runs?
bool UseFinder::is_value(uint32_t name) const {
  const uint32_t parent = tree_[name].parent;
  switch (tree_.kind(parent)) {
    case NodeKind::jsx_opening_element:
    case NodeKind::jsx_self_closing_element: {
      // <div> and <my-element> are names of HTML.
      const std::string_view text = tree_.text(name);
      return !(text.front() >= 'a' && text.front() <= 'z') && text.find('-') == std::string_view::npos;
    }
    case NodeKind::jsx_closing_element:
    case NodeKind::jsx_namespace_name:
      return false;
    case NodeKind::module:
    case NodeKind::internal_module:
      return true;  // merged with the import of its name
    case NodeKind::nested_identifier:
      return name == tree_.first_child(parent);
    default:
      return !is_declaration(tree_, name);
  }
}

// Handles one node and returns where the walk goes on: at the next node, or behind what holds no values.
uint32_t UseFinder::visit(uint32_t node) {
  if (opens_type(tree_, node)) {
    const bool evaluated = std::binary_search(metadata_types_.begin(), metadata_types_.end(), node);
    const uint32_t type = evaluated ? tree_.first_child(node) : kNone;
    if (type != kNone) use(root_name(tree_, type));
    return tree_[node].next;
  }
  switch (tree_.kind(node)) {
    case NodeKind::import_statement:
      return tree_[node].next;
    case NodeKind::import_alias:
      return tree_[node].parent == 0 ? tree_[node].next : node + 1;
    case NodeKind::export_statement:
      return visit_export(node);
    case NodeKind::ambient_declaration:
      ambient_end_ = std::max(ambient_end_, tree_[node].next);
      break;
    case NodeKind::class_heritage:
      // `declare class A extends B`: of all that `declare` holds, only this is a type.
      if (node < ambient_end_) return tree_[node].next;
      break;
    case NodeKind::abstract_method_signature:
      return tree_[node].next;
    case NodeKind::public_field_definition:
      if (tree_.child(node, NodeKind::word_declare) != kNone || tree_.child(node, NodeKind::word_abstract) != kNone) {
        return tree_[node].next;
      }
      break;
    case NodeKind::class_declaration:
    case NodeKind::abstract_class_declaration:
    case NodeKind::class_expression:
      if (settings_.decorator_metadata) note_metadata(node);
      break;
    case NodeKind::jsx_element:
    case NodeKind::jsx_self_closing_element:
      has_jsx_ = true;
      break;
    case NodeKind::comment:
      use_pragmas(node);
      break;
    case NodeKind::identifier:
    case NodeKind::shorthand_property_identifier:
    case NodeKind::shorthand_property_identifier_pattern:
      if (is_value(node)) use(node);
      break;
    default:
      break;
  }
  return node + 1;
}

// `export { A }` of an import uses it unless it says `type`; names of re-exports belong to other modules.
uint32_t UseFinder::visit_export(uint32_t statement) {
  const uint32_t clause = tree_.child(statement, NodeKind::export_clause);
  const bool as_namespace = tree_.child(statement, NodeKind::word_namespace) != kNone;
  if (as_namespace || tree_.child(statement, NodeField::source) != kNone) return tree_[statement].next;
  if (clause == kNone) return statement + 1;
  if (tree_.child(statement, NodeKind::word_type) != kNone) return tree_[statement].next;
  for (uint32_t item = tree_.first_child(clause); item != kNone; item = tree_.next_sibling(item)) {
    const uint32_t name = tree_.child(item, NodeField::name);
    if (name != kNone && tree_.child(item, NodeKind::word_type) == kNone) use(name);
  }
  return tree_[statement].next;
}

// `@jsx h` and `@jsxFrag Fragment` in a comment name what elements are made with.
void UseFinder::use_pragmas(uint32_t comment) {
  const std::string_view text = tree_.text(comment);
  for (const std::string_view pragma : {"@jsx ", "@jsxFrag "}) {
    const size_t found = text.find(pragma);
    if (found == std::string_view::npos) continue;
    const size_t begin = std::min(text.find_first_not_of(' ', found + pragma.size()), text.size());
    const size_t end = std::min(text.find_first_of(" .\t\r\n*", begin), text.size());
    pragma_names_.push_back(text.substr(begin, end - begin));
  }
}

void UseFinder::run() {
  for (uint32_t node = 0; node < tree_.size();) node = visit(node);
  if (has_jsx_) {
    // oxc counts React as used by every element, whatever the elements are compiled to.
    use_text("React");
    for (const std::string_view name : pragma_names_) use_text(name);
    for (const std::string_view name : settings_.jsx_factories) use_text(name);
  }
  while (!used_aliases_.empty()) {
    const std::string_view name = used_aliases_.back();
    used_aliases_.pop_back();
    use_text(name);
  }
}

// emitDecoratorMetadata turns the types beside decorators into expressions: of decorated fields and methods, and of the
// constructor of a decorated class. Only a type that is a plain name becomes that name.
void UseFinder::note_metadata(uint32_t class_node) {
  const auto has_decorator = [this](uint32_t node) { return tree_.child(node, NodeKind::decorator) != kNone; };
  const uint32_t outer = tree_[class_node].parent;
  const bool class_decorated =
      has_decorator(class_node) || (tree_.kind(outer) == NodeKind::export_statement && has_decorator(outer));
  const uint32_t body = tree_.child(class_node, NodeField::body);
  if (body == kNone) return;
  bool decorated = false;  // by a decorator in front of the member
  for (uint32_t member = tree_.first_child(body); member != kNone; member = tree_.next_sibling(member)) {
    const NodeKind kind = tree_.kind(member);
    if (kind == NodeKind::decorator) {
      decorated = true;
      continue;
    }
    if (kind == NodeKind::public_field_definition && has_decorator(member)) {
      if (const uint32_t type = tree_.child(member, NodeKind::type_annotation); type != kNone) {
        metadata_types_.push_back(type);
      }
    }
    if (kind == NodeKind::method_definition) {
      const uint32_t name = tree_.child(member, NodeField::name);
      const bool constructor = name != kNone && tree_.text(name) == "constructor";
      note_metadata_of_method(member, decorated || (constructor && class_decorated));
    }
    decorated = false;
  }
  std::sort(metadata_types_.begin(), metadata_types_.end());
}

void UseFinder::note_metadata_of_method(uint32_t method, bool decorated) {
  const uint32_t parameters = tree_.child(method, NodeField::parameters);
  if (parameters == kNone) return;
  for (uint32_t at = tree_.first_child(parameters); at != kNone && !decorated; at = tree_.next_sibling(at)) {
    decorated = tree_.child(at, NodeKind::decorator) != kNone;
  }
  if (!decorated) return;
  const auto note = [this](uint32_t node) {
    if (const uint32_t type = tree_.child(node, NodeKind::type_annotation); type != kNone)
      metadata_types_.push_back(type);
  };
  note(method);  // what it returns
  for (uint32_t at = tree_.first_child(parameters); at != kNone; at = tree_.next_sibling(at)) note(at);
}

// Where `import("x")` begins at `at`, the index behind it; else `at`.
size_t import_call_end(std::string_view text, size_t at) {
  constexpr std::string_view kWord = "import";
  const auto skip_blanks = [&](size_t i) { return std::min(text.find_first_not_of(" \t", i), text.size()); };
  const auto at_or_zero = [&](size_t i) { return i < text.size() ? text[i] : '\0'; };
  if (text.substr(at, kWord.size()) != kWord) return at;
  if (at > 0 && (is_identifier_part(static_cast<unsigned char>(text[at - 1])) || text[at - 1] == '.')) return at;
  size_t i = skip_blanks(at + kWord.size());
  if (at_or_zero(i) != '(') return at;
  i = skip_blanks(i + 1);
  const char quote = at_or_zero(i);
  if (quote != '"' && quote != '\'') return at;
  i = text.find_first_of("\"'\\\r\n", i + 1);
  if (i == text.npos || text[i] != quote) return at;
  i = skip_blanks(i + 1);
  return at_or_zero(i) == ')' ? i + 1 : at;
}

// A name and a blank in place of every `import("x")`, which uses no imported name whatever it is. As a type the grammar
// does not know it everywhere: f<import("x").T>() and class A extends B<import("x").T> are errors to it.
std::string without_import_calls(std::string_view text) {
  std::string plain(text);
  for (size_t at = 0; (at = text.find("import", at)) != text.npos;) {
    const size_t end = import_call_end(text, at);
    if (end > at) plain.replace(at, end - at, std::string(end - at - 1, 'i') + ' ');
    at = std::max(end, at + 1);
  }
  return plain;
}

ExactStatus find_in_utf8(std::string_view text, const ElisionSettings& settings, size_t budget_bytes,
                         std::vector<uint64_t>& dropped) {
  SyntaxTree tree;
  std::string plain;
  TreeStatus status = tree.read(text, settings.language, budget_bytes);
  if (status == TreeStatus::has_errors) {
    plain = without_import_calls(text);
    if (plain != text) status = tree.read(plain, settings.language, budget_bytes);
  }
  switch (status) {
    case TreeStatus::complete:
      break;
    case TreeStatus::has_errors:
      return ExactStatus::has_errors;
    case TreeStatus::over_budget:
      return ExactStatus::exhausted;
    case TreeStatus::no_grammar:
      return ExactStatus::unsupported;
  }
  ImportedNames imports(tree);
  UseFinder(tree, settings, imports).run();
  for (const ImportedNames::Statement& statement : imports.statements()) {
    if (!statement.used && statement.alias_of.empty()) dropped.push_back(statement.offset);
  }
  return ExactStatus::complete;
}

}  // namespace

ExactStatus find_unused_imports(std::string_view text, const ElisionSettings& settings, size_t budget_bytes,
                                std::vector<uint64_t>& dropped) {
  dropped.clear();
  if (settings.unused == UnusedImports::keep || !is_typescript(settings.language)) return ExactStatus::complete;
  if (!is_utf16(text)) return find_in_utf8(text, settings, budget_bytes, dropped);

  const std::string utf8 = utf8_of_utf16(text);
  const ExactStatus status = find_in_utf8(utf8, settings, budget_bytes, dropped);
  std::vector<uint64_t*> offsets;
  offsets.reserve(dropped.size());
  for (uint64_t& offset : dropped) offsets.push_back(&offset);
  restore_utf16_offsets(utf8, offsets);
  return status;
}

}  // namespace demarc
