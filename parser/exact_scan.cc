#include "parser/exact_scan.h"

#include <algorithm>
#include <string>
#include <vector>

#include "parser/arguments.h"
#include "parser/shadowed_names.h"
#include "parser/specifiers.h"
#include "parser/syntax_tree.h"
#include "parser/type_positions.h"
#include "parser/utf16.h"

namespace demarc {
namespace {

constexpr uint32_t kNone = SyntaxTree::kNone;

// The leftmost name of `A.B.C`.
uint32_t first_identifier(const SyntaxTree& tree, uint32_t node) {
  while (tree.kind(node) == NodeKind::nested_identifier && tree.first_child(node) != kNone)
    node = tree.first_child(node);
  return node;
}

// Reads a tree into a ModuleSyntax, in one walk in source order.
class Extractor {
 public:
  Extractor(const SyntaxTree& tree, const ScanSettings& settings, ModuleSyntax& syntax)
      : tree_(tree), settings_(settings), syntax_(syntax) {
    constexpr std::string_view require = "require";
    require_scopes_.find(tree, {&require, 1}, ImportBindings::shadow);
  }

  void run() {
    for (uint32_t node = 0; node < tree_.size(); ++node) visit(node);
    std::stable_sort(syntax_.imports.begin(), syntax_.imports.end(),
                     [](const ImportRecord& a, const ImportRecord& b) { return a.offset < b.offset; });
  }

 private:
  void visit(uint32_t node);

  // Directives and pragmas.
  void read_prologue(uint32_t block, DirectiveLevel level);
  void read_pragma(uint32_t comment);

  // Import and export statements.
  void read_import(uint32_t statement);
  void read_export(uint32_t statement);
  uint32_t source_on_next_line(uint32_t statement) const;
  void read_export_clause(uint32_t clause, bool type_keyword, ImportRecord* record);
  void read_exported_declaration(uint32_t declaration, bool type_only);
  void add_exported_pattern(uint32_t pattern, bool type_only);
  void add_export(uint32_t name, bool type_only);
  ImportRecord* add_static_import(uint32_t source, ImportKind kind);
  void add_name(ImportRecord& record, TextRef imported, TextRef local, bool type_only);
  bool in_declared_module(uint32_t node) const { return node < declared_module_end_; }

  // Calls.
  void read_call(uint32_t call);
  bool globs_assets(uint32_t options);
  void read_glob(uint32_t arguments);
  void read_url(uint32_t expression);
  bool is_worker_script(uint32_t expression) const;
  void add_call_edges(uint32_t call, uint32_t arguments, ImportKind kind, ImportPhase phase = ImportPhase::evaluation);
  bool is_global_require(uint32_t node) const;
  bool is_import_meta(uint32_t node) const;

  TextRef store(std::string_view text);
  TextRef store_name(uint32_t node);

  const SyntaxTree& tree_;
  const ScanSettings& settings_;
  ModuleSyntax& syntax_;
  ShadowedNames require_scopes_;
  uint32_t type_end_ = 0;             // behind the type that the walk is in
  uint32_t declared_module_end_ = 0;  // behind the `declare module` or namespace that the walk is in
  std::vector<Specifier> specifiers_;
  std::string value_;
};

TextRef Extractor::store(std::string_view text) {
  const TextRef ref{uint32_t(syntax_.pool.size()), uint32_t(text.size())};
  syntax_.pool += text;
  return ref;
}

void Extractor::visit(uint32_t node) {
  if (node < type_end_) return;
  // A type holds no edges: `import("./a").B` in it is a type, and what looks like a call there is one, too.
  if (opens_type(tree_, node)) {
    type_end_ = tree_[node].next;
    return;
  }
  const NodeKind kind = tree_.kind(node);
  if (is_function(kind)) {
    const uint32_t body = tree_.child(node, NodeField::body);
    if (body != kNone && tree_.kind(body) == NodeKind::statement_block) read_prologue(body, DirectiveLevel::function);
  }
  switch (kind) {
    case NodeKind::program:
      read_prologue(node, DirectiveLevel::module);
      break;
    case NodeKind::ambient_declaration:
    case NodeKind::module:
    case NodeKind::internal_module:
      declared_module_end_ = std::max(declared_module_end_, tree_[node].next);
      break;
    case NodeKind::import_statement:
      read_import(node);
      break;
    case NodeKind::export_statement:
      read_export(node);
      break;
    case NodeKind::call_expression:
      read_call(node);
      break;
    case NodeKind::new_expression:
      read_url(node);
      break;
    case NodeKind::jsx_element:
    case NodeKind::jsx_self_closing_element:
      syntax_.has_jsx = true;
      break;
    case NodeKind::comment:
      read_pragma(node);
      break;
    default:
      break;
  }
}

// The leading statements that are nothing but a string. In function bodies only those that begin with "use " are of
// interest: every "use strict" of a bundle would be a record otherwise.
void Extractor::read_prologue(uint32_t block, DirectiveLevel level) {
  for (uint32_t statement = tree_.first_child(block); statement != kNone; statement = tree_.next_sibling(statement)) {
    if (tree_.kind(statement) == NodeKind::hash_bang_line) continue;
    if (tree_.kind(statement) != NodeKind::expression_statement) return;
    const uint32_t literal = tree_.first_child(statement);
    if (literal == kNone || tree_.kind(literal) != NodeKind::string || tree_.next_sibling(literal) != kNone) return;
    const std::string_view text = tree_.text(literal);
    if (text.size() < 2 || text.front() != text.back()) return;
    const std::string_view value = text.substr(1, text.size() - 2);
    if (level == DirectiveLevel::function && !value.starts_with("use ")) continue;
    syntax_.directives.push_back({tree_[literal].begin, tree_[literal].end, store(value), level});
  }
}

// `@jsxImportSource name` in any comment, as the compilers that honour it read it.
void Extractor::read_pragma(uint32_t comment) {
  constexpr std::string_view kPragma = "@jsxImportSource";
  const std::string_view text = tree_.text(comment);
  const size_t found = text.find(kPragma);
  if (found == std::string_view::npos) return;
  const size_t name = text.find_first_not_of(" \t", found + kPragma.size());
  if (name == found + kPragma.size() || name == std::string_view::npos) return;
  const size_t end = std::min(text.find_first_of(" \t\r\n*", name), text.size());
  if (end > name) syntax_.jsx_import_source = store(text.substr(name, end - name));
}

// ---- Import and export statements

// An import or re-export of `source`; null when that is no literal with an end.
ImportRecord* Extractor::add_static_import(uint32_t source, ImportKind kind) {
  if (source == kNone || !read_literal(tree_, source, value_)) return nullptr;
  syntax_.has_esm = true;
  ImportRecord& record = syntax_.imports.emplace_back();
  record.offset = tree_[source].begin;
  record.specifier = store(value_);
  record.kind = kind;
  record.first_name = uint32_t(syntax_.import_names.size());
  return &record;
}

// An identifier, or a string as modules may use for names.
TextRef Extractor::store_name(uint32_t node) {
  if (tree_.kind(node) != NodeKind::string) return store(tree_.text(node));
  read_literal(tree_, node, value_);
  return store(value_);
}

void Extractor::add_name(ImportRecord& record, TextRef imported, TextRef local, bool type_only) {
  syntax_.import_names.push_back({imported, local, type_only});
  ++record.name_count;
}

void Extractor::read_import(uint32_t statement) {
  const bool type_keyword =
      tree_.child(statement, NodeKind::word_type) != kNone || tree_.child(statement, NodeKind::word_typeof) != kNone;
  const uint32_t clause = tree_.child(statement, NodeKind::import_clause);
  const uint32_t require_clause = tree_.child(statement, NodeKind::import_require_clause);
  const bool collect_names = has(settings_.collect, Collect::names);

  if (require_clause != kNone) {
    ImportRecord* const record =
        add_static_import(tree_.child(require_clause, NodeField::source), ImportKind::import_equals);
    if (record == nullptr) return;
    record->type_only = type_keyword || in_declared_module(statement);
    record->erasable = !record->type_only && tree_.kind(tree_[statement].parent) != NodeKind::export_statement;
    const uint32_t local = tree_.child(require_clause, NodeKind::identifier);
    if (collect_names && local != kNone) add_name(*record, store("*"), store_name(local), type_keyword);
    return;
  }

  const uint32_t source = tree_.child(statement, NodeField::source);
  ImportRecord* const record = add_static_import(source, ImportKind::side_effect);
  if (record == nullptr) return;
  record->has_attributes = tree_.child(statement, NodeKind::import_attribute) != kNone;
  size_t names = 0;
  size_t type_names = 0;
  const auto add = [&](uint32_t imported, std::string_view special, uint32_t local, bool type_only) {
    ++names;
    type_names += type_only ? 1 : 0;
    if (!collect_names) return;
    const TextRef imported_ref = imported != kNone ? store_name(imported) : store(special);
    add_name(*record, imported_ref, store_name(local), type_only || type_keyword);
  };
  for (uint32_t part = clause == kNone ? kNone : tree_.first_child(clause); part != kNone;
       part = tree_.next_sibling(part)) {
    switch (tree_.kind(part)) {
      case NodeKind::identifier:
        add(kNone, "default", part, false);
        break;
      case NodeKind::namespace_import:
        if (const uint32_t local = tree_.child(part, NodeKind::identifier); local != kNone) {
          add(kNone, "*", local, false);
        }
        break;
      case NodeKind::named_imports:
        for (uint32_t item = tree_.first_child(part); item != kNone; item = tree_.next_sibling(item)) {
          const uint32_t imported = tree_.child(item, NodeField::name);
          const uint32_t alias = tree_.child(item, NodeField::alias);
          if (imported == kNone) continue;
          const bool type_only =
              tree_.child(item, NodeKind::word_type) != kNone || tree_.child(item, NodeKind::word_typeof) != kNone;
          add(imported, {}, alias != kNone ? alias : imported, type_only);
        }
        break;
      default:
        break;
    }
  }
  if (names > 0) record->kind = ImportKind::import;
  record->names_nothing = names == 0 && clause != kNone;
  record->types_inline = names > 0 && names == type_names && !type_keyword && !in_declared_module(statement);
  record->type_only = type_keyword || in_declared_module(statement) || record->types_inline;
  record->erasable = names > 0 && !record->type_only && is_typescript(settings_.language);
}

void Extractor::read_export(uint32_t statement) {
  syntax_.has_esm = true;
  // `export type *` is not in the grammars, which skip the word as an error.
  const uint32_t skipped = tree_.child(statement, NodeKind::error);
  const bool type_keyword =
      tree_.child(statement, NodeKind::word_type) != kNone || (skipped != kNone && tree_.text(skipped) == "type");
  const uint32_t clause = tree_.child(statement, NodeKind::export_clause);
  const uint32_t namespace_export = tree_.child(statement, NodeKind::namespace_export);
  uint32_t source = tree_.child(statement, NodeField::source);
  if (source == kNone && clause != kNone) source = source_on_next_line(statement);
  const uint32_t declaration = tree_.child(statement, NodeField::declaration);
  const uint32_t default_word = tree_.child(statement, NodeKind::word_default);

  ImportRecord* record = nullptr;
  if (source != kNone) {
    record = add_static_import(source, clause != kNone ? ImportKind::export_from : ImportKind::export_all);
    if (record == nullptr) return;
    record->type_only = type_keyword || in_declared_module(statement);
    record->has_attributes = tree_.child(statement, NodeKind::import_attribute) != kNone;
  }
  if (clause != kNone) {
    read_export_clause(clause, type_keyword, record);
  } else if (namespace_export != kNone) {
    for (uint32_t name = tree_.first_child(namespace_export); name != kNone; name = tree_.next_sibling(name)) {
      if (tree_.kind(name) == NodeKind::star) continue;
      add_export(name, type_keyword);
      if (record != nullptr && has(settings_.collect, Collect::names)) {
        add_name(*record, store("*"), store_name(name), type_keyword);
      }
    }
  } else if (default_word != kNone) {
    add_export(default_word, false);
  } else if (declaration != kNone) {
    read_exported_declaration(declaration, false);
  }
}

// `export {x}`, line end, `from "m"` is one statement, in which the grammars see three without an error.
uint32_t Extractor::source_on_next_line(uint32_t statement) const {
  const auto expression = [this](uint32_t node) {
    return node != kNone && tree_.kind(node) == NodeKind::expression_statement ? tree_.first_child(node) : kNone;
  };
  const uint32_t second = tree_.next_sibling(statement);
  const uint32_t word = expression(second);
  if (word == kNone || tree_.text(word) != "from" || tree_.text(statement).ends_with(';')) return kNone;
  const uint32_t literal = expression(tree_.next_sibling(second));
  return literal != kNone && tree_.kind(literal) == NodeKind::string ? literal : kNone;
}

// `{a, b as c, type D}`, of a re-export where there is a record.
void Extractor::read_export_clause(uint32_t clause, bool type_keyword, ImportRecord* record) {
  size_t names = 0;
  size_t type_names = 0;
  for (uint32_t item = tree_.first_child(clause); item != kNone; item = tree_.next_sibling(item)) {
    const uint32_t local = tree_.child(item, NodeField::name);
    const uint32_t alias = tree_.child(item, NodeField::alias);
    if (local == kNone) continue;
    const bool type_only = tree_.child(item, NodeKind::word_type) != kNone;
    const uint32_t exported = alias != kNone ? alias : local;
    ++names;
    type_names += type_only ? 1 : 0;
    add_export(exported, type_only || type_keyword);
    if (record != nullptr && has(settings_.collect, Collect::names)) {
      const TextRef local_ref = store_name(local);
      add_name(*record, local_ref, store_name(exported), type_only || type_keyword);
    }
  }
  if (record == nullptr) return;
  record->names_nothing = names == 0;
  if (!record->type_only) record->type_only = record->types_inline = names > 0 && names == type_names;
}

void Extractor::add_export(uint32_t name, bool type_only) {
  if (!has(settings_.collect, Collect::exports) || in_declared_module(name)) return;
  const TextRef ref = store_name(name);
  // The signatures of an overloaded function are one export.
  const ExportRecord* const last = syntax_.exports.empty() ? nullptr : &syntax_.exports.back();
  const bool again = last != nullptr && last->type_only == type_only && syntax_.text(last->name) == syntax_.text(ref);
  if (!again) syntax_.exports.push_back({tree_[name].begin, ref, type_only});
}

void Extractor::read_exported_declaration(uint32_t declaration, bool type_only) {
  switch (tree_.kind(declaration)) {
    case NodeKind::lexical_declaration:
    case NodeKind::variable_declaration:
    case NodeKind::using_declaration:
      for (uint32_t part = tree_.first_child(declaration); part != kNone; part = tree_.next_sibling(part)) {
        if (tree_.kind(part) != NodeKind::variable_declarator) continue;
        const uint32_t pattern = tree_.child(part, NodeField::name);
        if (pattern != kNone) add_exported_pattern(pattern, type_only);
      }
      return;
    case NodeKind::ambient_declaration:
      // `export declare const x`: nothing of it exists when the module runs.
      for (uint32_t part = tree_.first_child(declaration); part != kNone; part = tree_.next_sibling(part)) {
        if (tree_.kind(part) != NodeKind::word_declare) read_exported_declaration(part, true);
      }
      return;
    case NodeKind::import_alias:
      if (const uint32_t name = tree_.child(declaration, NodeKind::identifier); name != kNone) {
        add_export(name, type_only);
      }
      return;
    default:
      break;
  }
  uint32_t name = tree_.child(declaration, NodeField::name);
  if (name == kNone) return;
  if (tree_.kind(name) == NodeKind::nested_identifier) name = first_identifier(tree_, name);  // namespace A.B exports A
  const NodeKind kind = tree_.kind(declaration);
  add_export(name, type_only || kind == NodeKind::interface_declaration || kind == NodeKind::type_alias_declaration);
}

// Every name that a declarator's pattern binds.
void Extractor::add_exported_pattern(uint32_t pattern, bool type_only) {
  for (uint32_t node = pattern; node < tree_[pattern].next; ++node) {
    const NodeKind kind = tree_.kind(node);
    if (kind != NodeKind::identifier && kind != NodeKind::shorthand_property_identifier_pattern) continue;
    if (outermost_pattern(tree_, node) == pattern) add_export(node, type_only);
  }
}

// ---- Calls

// Is this identifier the `require` that the module system provides?
bool Extractor::is_global_require(uint32_t node) const {
  return tree_.kind(node) == NodeKind::identifier && tree_.text(node) == "require" && !require_scopes_.covers(0, node);
}

bool Extractor::is_import_meta(uint32_t node) const {
  return tree_.kind(node) == NodeKind::meta_property && tree_.text(node).starts_with("import");
}

void Extractor::read_call(uint32_t call) {
  uint32_t callee = tree_.child(call, NodeField::function);
  const uint32_t arguments = tree_.child(call, NodeField::arguments);
  if (callee == kNone || arguments == kNone || tree_.kind(arguments) != NodeKind::arguments) return;
  const bool optional = tree_.child(call, NodeKind::optional_chain) != kNone;
  while (tree_.kind(callee) == NodeKind::parenthesized_expression) {
    callee = tree_.first_child(callee);
    if (callee == kNone) return;
  }

  if (tree_.kind(callee) == NodeKind::import) {
    add_call_edges(call, arguments, ImportKind::dynamic);
  } else if (is_global_require(callee)) {
    if (!optional) add_call_edges(call, arguments, ImportKind::require);
  } else if (tree_.kind(callee) == NodeKind::member_expression) {
    const uint32_t object = tree_.child(callee, NodeField::object);
    const uint32_t property = tree_.child(callee, NodeField::property);
    if (object == kNone || property == kNone) return;
    const std::string_view name = tree_.text(property);
    const bool plain = !optional && tree_.child(callee, NodeKind::optional_chain) == kNone;
    if (tree_.kind(object) == NodeKind::import && (name == "defer" || name == "source")) {
      const ImportPhase phase = name == "defer" ? ImportPhase::defer : ImportPhase::source;
      add_call_edges(call, arguments, ImportKind::dynamic, phase);
    } else if (plain && name == "resolve" && is_global_require(object)) {
      add_call_edges(call, arguments, ImportKind::require_resolve);
    } else if (plain && name == "require" && tree_.kind(object) == NodeKind::identifier &&
               tree_.text(object) == "module") {
      add_call_edges(call, arguments, ImportKind::require);
    } else if ((name == "glob" || name == "globEager") && is_import_meta(object)) {
      read_glob(arguments);
    }
  }
}

void Extractor::add_call_edges(uint32_t call, uint32_t arguments, ImportKind kind, ImportPhase phase) {
  const uint32_t argument = tree_.first_child(arguments);
  if (argument == kNone) return;
  const uint32_t second = tree_.next_sibling(argument);
  // require with a second argument is some other function, as bundlers' runtimes have.
  if (kind == ImportKind::require && second != kNone) return;

  specifiers_.clear();
  const bool known = read_specifiers(tree_, argument, specifiers_);
  for (const Specifier& specifier : specifiers_) {
    ImportRecord& record = syntax_.imports.emplace_back();
    record.offset = specifier.offset;
    record.specifier = store(specifier.text);
    record.kind = kind;
    if (specifier.pattern) {
      record.kind = kind == ImportKind::dynamic ? ImportKind::dynamic_glob : ImportKind::require_glob;
    }
    record.phase = phase;
    record.has_attributes = kind == ImportKind::dynamic && second != kNone && tree_.kind(second) == NodeKind::object;
  }
  if (!known && (kind == ImportKind::dynamic || kind == ImportKind::require)) {
    syntax_.dynamic_specifiers.push_back(tree_[call].begin);
  }
}

// { query: "?raw" } or { as: "url" } among the options of import.meta.glob.
bool Extractor::globs_assets(uint32_t options) {
  if (options == kNone || tree_.kind(options) != NodeKind::object) return false;
  for (uint32_t pair = tree_.first_child(options); pair != kNone; pair = tree_.next_sibling(pair)) {
    const uint32_t key = tree_.child(pair, NodeField::key), value = tree_.child(pair, NodeField::value);
    if (key == kNone || value == kNone || !read_literal(tree_, value, value_)) continue;
    std::string name;
    if (!read_literal(tree_, key, name)) name = tree_.text(key);
    if (name == "query" || name == "as") return is_asset_glob(value_);
  }
  return false;
}

// import.meta.glob("./*.ts") or of an array of patterns.
void Extractor::read_glob(uint32_t arguments) {
  const uint32_t argument = tree_.first_child(arguments);
  if (argument == kNone) return;
  const size_t first = syntax_.imports.size();
  const bool is_asset = globs_assets(tree_.next_sibling(argument));
  // Behind the text as much is readable as read_glob_base may look ahead.
  const std::string call = std::string(tree_.text(arguments)) + std::string(4, '\0');
  const size_t behind = tree_[argument].end - tree_[arguments].begin;
  const std::string_view base = read_glob_base(reinterpret_cast<const unsigned char*>(call.data()), behind,
                                               std::min(behind + kLongestArgument, call.size() - 4));
  const auto add = [&](uint32_t literal) {
    if (!read_literal(tree_, literal, value_)) return;
    const std::string pattern = pattern_in_base(base, value_);
    ImportRecord record{.offset = tree_[literal].begin, .specifier = store(pattern), .kind = ImportKind::glob};
    record.continues_call = syntax_.imports.size() != first;
    record.is_asset = is_asset;
    syntax_.imports.push_back(record);
  };
  if (tree_.kind(argument) != NodeKind::array) {
    add(argument);
    return;
  }
  for (uint32_t item = tree_.first_child(argument); item != kNone; item = tree_.next_sibling(item)) add(item);
}

// new URL("m", import.meta.url), alone or as a worker's script.
void Extractor::read_url(uint32_t expression) {
  const uint32_t callee = tree_.child(expression, NodeField::constructor);
  const uint32_t arguments = tree_.child(expression, NodeField::arguments);
  if (callee == kNone || arguments == kNone || tree_.text(callee) != "URL") return;
  const uint32_t literal = tree_.first_child(arguments);
  const uint32_t base = literal == kNone ? kNone : tree_.next_sibling(literal);
  if (base == kNone || tree_.kind(base) != NodeKind::member_expression) return;
  const uint32_t object = tree_.child(base, NodeField::object);
  const uint32_t property = tree_.child(base, NodeField::property);
  if (object == kNone || property == kNone || !is_import_meta(object) || tree_.text(property) != "url") return;
  if (!read_literal(tree_, literal, value_)) return;

  ImportRecord& record = syntax_.imports.emplace_back();
  record.offset = tree_[literal].begin;
  record.specifier = store(value_);
  record.kind = is_worker_script(expression) ? ImportKind::worker : ImportKind::url;
}

// Is this the first argument of `new Worker(…)`?
bool Extractor::is_worker_script(uint32_t expression) const {
  const uint32_t arguments = tree_[expression].parent;
  const uint32_t outer = tree_[arguments].parent;
  if (tree_.kind(arguments) != NodeKind::arguments || tree_.kind(outer) != NodeKind::new_expression) return false;
  const uint32_t callee = tree_.child(outer, NodeField::constructor);
  if (callee == kNone || tree_.first_child(arguments) != expression) return false;
  return tree_.text(callee) == "Worker" || tree_.text(callee) == "SharedWorker";
}

// ---- Text

ExactStatus exact_scan_utf8(std::string_view text, const ScanSettings& settings, size_t budget_bytes,
                            ModuleSyntax& syntax) {
  SyntaxTree tree;
  const TreeStatus status = tree.read(text, settings.language, budget_bytes);
  if (status == TreeStatus::no_grammar) return ExactStatus::unsupported;
  if (status == TreeStatus::over_budget) return ExactStatus::exhausted;
  Extractor(tree, settings, syntax).run();
  return status == TreeStatus::complete ? ExactStatus::complete : ExactStatus::has_errors;
}

}  // namespace

ExactStatus exact_scan(std::string_view text, const ScanSettings& settings, size_t budget_bytes, ModuleSyntax& syntax) {
  syntax.clear();
  for (size_t i = 0; i < settings.markers.size() && i < 32; ++i) {
    if (text.find(settings.markers[i]) != std::string_view::npos) syntax.markers |= 1u << i;
  }
  if (!is_utf16(text)) return exact_scan_utf8(text, settings, budget_bytes, syntax);

  const std::string utf8 = utf8_of_utf16(text);
  const ExactStatus status = exact_scan_utf8(utf8, settings, budget_bytes, syntax);
  std::vector<uint64_t*> offsets;
  for (DirectiveRecord& record : syntax.directives) {
    offsets.push_back(&record.offset);
    offsets.push_back(&record.end_offset);
  }
  for (ImportRecord& record : syntax.imports) offsets.push_back(&record.offset);
  for (ExportRecord& record : syntax.exports) offsets.push_back(&record.offset);
  for (uint64_t& offset : syntax.dynamic_specifiers) offsets.push_back(&offset);
  restore_utf16_offsets(utf8, offsets);
  return status;
}

}  // namespace demarc
