#include "parser/review_code.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "parser/syntax_tree.h"
#include "parser/type_positions.h"
#include "parser/utf16.h"

namespace demarc {
namespace {

constexpr uint32_t kNone = SyntaxTree::kNone;

constexpr std::string_view kClientReact[] = {"Component",
                                             "PureComponent",
                                             "createContext",
                                             "flushSync",
                                             "unstable_batchedUpdates",
                                             "useActionState",
                                             "useDeferredValue",
                                             "useEffect",
                                             "useEffectEvent",
                                             "useFormState",
                                             "useFormStatus",
                                             "useImperativeHandle",
                                             "useInsertionEffect",
                                             "useLayoutEffect",
                                             "useOptimistic",
                                             "useReducer",
                                             "useRef",
                                             "useState",
                                             "useSyncExternalStore",
                                             "useTransition"};

constexpr std::string_view kBrowserGlobals[] = {"window",
                                                "document",
                                                "navigator",
                                                "localStorage",
                                                "sessionStorage",
                                                "location",
                                                "history",
                                                "matchMedia",
                                                "globalThis",
                                                "self",
                                                "setTimeout",
                                                "setInterval",
                                                "addEventListener",
                                                "requestAnimationFrame",
                                                "IntersectionObserver",
                                                "ResizeObserver",
                                                "MutationObserver",
                                                "indexedDB"};

template <size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool is_hook_name(std::string_view name) {
  return name.size() > 3 && name.starts_with("use") && is_upper(name[3]);
}

// Whether a condition asks where the code runs. Any mention counts: what it does with the answer is not looked at.
bool asks_for_environment(std::string_view condition) {
  static constexpr std::string_view kQuestions[] = {
      "import.meta.env", "import.meta.server", "import.meta.client", "NODE_ENV",      "typeof window",
      "typeof document", "typeof process",     "typeof navigator",   "typeof global", "typeof self",
      "process.browser", "globalThis.",        "typeof require",     "typeof module", "typeof exports",
      "NEXT_RUNTIME",    "WorkerGlobalScope"};
  for (const std::string_view question : kQuestions)
    if (condition.find(question) != std::string_view::npos) return true;
  // isServer, IS_BROWSER, __SSR__, isNode()
  std::string plain;
  for (const char c : condition)
    if (c != '_') plain += char(c >= 'A' && c <= 'Z' ? c + 32 : c);
  for (const std::string_view word : {"server", "browser", "client", "ssr", "isnode", "canusedom", "window"})
    if (plain.find(word) != std::string::npos) return true;
  return false;
}

class Reviewer {
 public:
  Reviewer(const SyntaxTree& tree, CodeReview& review) : tree_(tree), review_(review) {}

  void run() {
    for (uint32_t node = 0; node < tree_.size(); ++node) {
      if (node < type_end_) continue;
      if (opens_type(tree_, node)) {
        type_end_ = tree_[node].next;
        continue;
      }
      visit(node);
    }
    read_exports();
    std::sort(review_.guarded.begin(), review_.guarded.end());
  }

 private:
  struct Binding {
    std::string_view local;
    std::string_view imported;  // "*" of a namespace or default import: a property of it is the name
  };

  NodeKind kind(uint32_t node) const { return node == kNone ? NodeKind::other : tree_.kind(node); }
  uint32_t parent(uint32_t node) const { return tree_[node].parent; }

  void visit(uint32_t node) {
    switch (kind(node)) {
      case NodeKind::import_statement:
        read_react_import(node);
        break;
      case NodeKind::string:
      case NodeKind::template_string:
        check_directive(node);
        break;
      case NodeKind::call_expression:
        read_call(node);
        break;
      case NodeKind::class_heritage:
        read_heritage(node);
        break;
      case NodeKind::class_declaration:
      case NodeKind::class_expression:
        review_.may_need_client = true;
        break;
      case NodeKind::identifier:
        if (is_one_of(tree_.text(node), kBrowserGlobals)) review_.may_need_client = true;
        break;
      case NodeKind::jsx_attribute:
        read_attribute(node);
        break;
      case NodeKind::jsx_element:
      case NodeKind::jsx_self_closing_element:
        review_.has_jsx = true;
        break;
      case NodeKind::spread_element:
        review_.may_need_client = true;
        break;
      default:
        if (is_function(kind(node))) read_function(node);
        break;
    }
  }

  // ---- React

  void read_react_import(uint32_t statement) {
    const uint32_t source = tree_.child(statement, NodeField::source);
    const uint32_t clause = tree_.child(statement, NodeKind::import_clause);
    if (source == kNone || clause == kNone || tree_.child(statement, NodeKind::word_type) != kNone) return;
    const std::string_view specifier = literal_text(source);
    if (specifier != "react" && specifier != "react-dom") return;
    for (uint32_t part = tree_.first_child(clause); part != kNone; part = tree_.next_sibling(part)) {
      if (kind(part) == NodeKind::identifier) {
        react_.push_back({tree_.text(part), "*"});
      } else if (kind(part) == NodeKind::namespace_import) {
        const uint32_t local = tree_.child(part, NodeKind::identifier);
        if (local != kNone) react_.push_back({tree_.text(local), "*"});
      } else if (kind(part) == NodeKind::named_imports) {
        for (uint32_t item = tree_.first_child(part); item != kNone; item = tree_.next_sibling(item)) {
          const uint32_t name = tree_.child(item, NodeField::name);
          const uint32_t alias = tree_.child(item, NodeField::alias);
          if (name == kNone || tree_.child(item, NodeKind::word_type) != kNone) continue;
          react_.push_back({tree_.text(alias != kNone ? alias : name), tree_.text(name)});
        }
      }
    }
  }

  // The name that react knows for what is called or extended; empty if it is nothing of react's.
  std::string_view react_name(uint32_t expression) const {
    if (kind(expression) == NodeKind::identifier) {
      for (const Binding& binding : react_)
        if (binding.imported != "*" && binding.local == tree_.text(expression)) return binding.imported;
    } else if (kind(expression) == NodeKind::member_expression) {
      const uint32_t object = tree_.child(expression, NodeField::object);
      const uint32_t property = tree_.child(expression, NodeField::property);
      if (kind(object) != NodeKind::identifier || property == kNone) return {};
      for (const Binding& binding : react_)
        if (binding.imported == "*" && binding.local == tree_.text(object)) return tree_.text(property);
    }
    return {};
  }

  // Not where the code itself looks whether there is such a thing, and not where there is no code.
  void add_react_use(uint32_t expression) {
    const std::string_view name = react_name(expression);
    if (!is_client_react_name(name)) return;
    for (uint32_t above = parent(expression); above != 0; above = parent(above))
      if (kind(above) == NodeKind::ambient_declaration) return;
    const auto asks = [&](std::string_view condition) { return condition.find(name) != std::string_view::npos; };
    if (!is_behind(expression, asks)) review_.client_react.push_back({std::string(name), tree_[expression].begin});
  }

  void read_heritage(uint32_t heritage) {
    for (uint32_t node = heritage + 1; node < tree_[heritage].next; ++node) {
      if (kind(node) != NodeKind::identifier && kind(node) != NodeKind::member_expression) continue;
      const std::string_view name = react_name(node);
      if (name == "Component" || name == "PureComponent") add_react_use(node);
      return;
    }
  }

  void read_attribute(uint32_t attribute) {
    const uint32_t name = tree_.first_child(attribute);
    if (name == kNone) return;
    const std::string_view text = tree_.text(name);
    if (text == "ref" || text == "action" || text == "formAction" ||
        (text.size() > 2 && text.starts_with("on") && is_upper(text[2])))
      review_.may_need_client = true;
    for (uint32_t node = name; node < tree_[attribute].next; ++node)
      if (is_function(kind(node))) review_.may_need_client = true;
  }

  // ---- Calls

  void read_call(uint32_t call) {
    const uint32_t callee = tree_.child(call, NodeField::function);
    if (callee == kNone) return;
    if (kind(callee) == NodeKind::identifier || kind(callee) == NodeKind::member_expression) {
      const uint32_t property = tree_.child(callee, NodeField::property);
      const std::string_view name = tree_.text(property == kNone ? callee : property);
      if (is_hook_name(name) || name == "createContext" || name == "startTransition") review_.may_need_client = true;
      const std::string_view react = react_name(callee);
      const bool is_optional = tree_.text(call).substr(tree_.text(callee).size()).starts_with("?.");
      if (react != "Component" && react != "PureComponent" && !is_optional) add_react_use(callee);
    }
    const bool loads = kind(callee) == NodeKind::import || tree_.text(callee) == "require";
    const uint32_t arguments = loads ? tree_.child(call, NodeField::arguments) : kNone;
    if (arguments == kNone || !is_guarded(call)) return;
    for (uint32_t node = arguments; node < tree_[arguments].next; ++node)
      if (kind(node) == NodeKind::string || kind(node) == NodeKind::template_string)
        review_.guarded.push_back(tree_[node].begin);
  }

  // Behind a condition that `asks`, in any form: if, ?:, &&, ||, an early end further up.
  template <class Asks>
  bool is_behind(uint32_t node, const Asks& asks) const {
    for (uint32_t below = node; below != 0; below = parent(below)) {
      const uint32_t above = parent(below);
      const uint32_t condition = tree_.child(above, NodeField::condition);
      if (condition != kNone && condition != below && asks(tree_.text(condition))) return true;
      if (kind(above) == NodeKind::binary_expression) {
        const uint32_t left = tree_.child(above, NodeField::left);
        if (left != kNone && left != below && asks(tree_.text(left))) return true;
      }
      const uint32_t switched = tree_.child(above, NodeField::value);
      if (switched != kNone && kind(below) == NodeKind::switch_body && asks(tree_.text(switched))) return true;
      if ((kind(above) == NodeKind::statement_block || kind(above) == NodeKind::program) &&
          is_behind_early_end(above, below, asks))
        return true;
    }
    return false;
  }

  // `if (typeof window !== "undefined") return;` somewhere before the statement.
  template <class Asks>
  bool is_behind_early_end(uint32_t block, uint32_t statement, const Asks& asks) const {
    for (uint32_t before = tree_.first_child(block); before != kNone && before < statement;
         before = tree_.next_sibling(before)) {
      const uint32_t condition = tree_.child(before, NodeField::condition);
      const uint32_t consequence = tree_.child(before, NodeField::consequence);
      if (condition == kNone || consequence == kNone) continue;
      const std::string_view text = tree_.text(consequence);
      const bool ends = text.find("return") != std::string_view::npos || text.find("throw") != std::string_view::npos;
      if (ends && asks(tree_.text(condition))) return true;
    }
    return false;
  }

  // A failure of the load is expected: try { } catch, or .catch() behind the call.
  bool may_fail(uint32_t call) const {
    for (uint32_t below = call; below != 0; below = parent(below)) {
      const uint32_t above = parent(below);
      const uint32_t handler = tree_.child(above, NodeKind::catch_clause);
      if (handler != kNone && below < handler) return true;
      if (kind(above) != NodeKind::member_expression) continue;
      const uint32_t property = tree_.child(above, NodeField::property);
      if (property != kNone && tree_.text(property) == "catch") return true;
    }
    return false;
  }

  bool is_guarded(uint32_t call) const { return is_behind(call, asks_for_environment) || may_fail(call); }

  // ---- Directives

  std::string_view literal_text(uint32_t literal) const {
    const std::string_view text = tree_.text(literal);
    return text.size() < 2 ? std::string_view() : text.substr(1, text.size() - 2);
  }

  void check_directive(uint32_t literal) {
    const std::string_view value = literal_text(literal);
    if (value != "use client" && value != "use server") return;
    MisplacedDirective found{.offset = tree_[literal].begin, .end_offset = tree_[literal].end};
    found.client = value == "use client";
    // Up to the statement, which has to begin with the literal.
    uint32_t expression = literal;
    bool parenthesised = false;
    while (expression != 0 && kind(parent(expression)) != NodeKind::expression_statement) {
      expression = parent(expression);
      parenthesised = parenthesised || kind(expression) == NodeKind::parenthesized_expression;
      const uint32_t begin =
          tree_[expression].begin + (parenthesised ? uint32_t(literal_lead(expression, literal)) : 0);
      if (begin != tree_[literal].begin || !is_expression(expression)) return;
    }
    if (expression == 0) return;
    const uint32_t statement = parent(expression);
    const uint32_t block = parent(statement);
    if (kind(block) == NodeKind::program) {
      found.level = DirectiveLevel::module;
    } else if (kind(block) == NodeKind::statement_block && is_function(kind(parent(block)))) {
      found.level = DirectiveLevel::function;
    } else {
      return;
    }
    const bool alone = expression == literal && kind(literal) == NodeKind::string;
    const bool in_prologue = is_in_prologue(block, statement);
    if (found.level == DirectiveLevel::function && found.client) {
      // Only a plain one: what else stands in functions is seldom meant as a directive.
      if (!alone || !in_prologue) return;
      found.how = Misplacement::in_function;
    } else if (kind(literal) == NodeKind::template_string && expression == literal) {
      found.how = Misplacement::template_literal;
    } else if (kind(expression) == NodeKind::parenthesized_expression) {
      found.how = Misplacement::parenthesised;
    } else if (!alone) {
      if (!in_prologue) return;
      found.how = Misplacement::in_expression;
    } else if (!in_prologue) {
      found.how = Misplacement::after_code;
    } else {
      return;  // a directive
    }
    review_.misplaced.push_back(found);
  }

  // What stands between the beginning of an expression and the literal in it, if it is parentheses and blanks.
  size_t literal_lead(uint32_t expression, uint32_t literal) const {
    const std::string_view text =
        tree_.whole_text().substr(tree_[expression].begin, tree_[literal].begin - tree_[expression].begin);
    return text.find_first_not_of("( \t\r\n") == std::string_view::npos ? text.size() : 0;
  }

  bool is_expression(uint32_t node) const {
    switch (kind(node)) {
      case NodeKind::parenthesized_expression:
      case NodeKind::binary_expression:
      case NodeKind::member_expression:
      case NodeKind::call_expression:
      case NodeKind::sequence_expression:
      case NodeKind::as_expression:
      case NodeKind::subscript_expression:
        return true;
      default:
        return false;
    }
  }

  // Whether only directives stand before the statement.
  bool is_in_prologue(uint32_t block, uint32_t statement) const {
    for (uint32_t before = tree_.first_child(block); before != statement && before != kNone;
         before = tree_.next_sibling(before)) {
      if (kind(before) == NodeKind::hash_bang_line) continue;
      const uint32_t literal = kind(before) == NodeKind::expression_statement ? tree_.first_child(before) : kNone;
      if (kind(literal) != NodeKind::string || tree_.next_sibling(literal) != kNone) return false;
    }
    return true;
  }

  // ---- Functions and exports

  bool is_async(uint32_t function) const {
    std::string_view text = tree_.text(function);
    const uint32_t body = tree_.child(function, NodeField::body);
    const uint32_t name = tree_.child(function, NodeField::name);
    // Of a method, what stands before its name: `static async save() {}`.
    const uint32_t end = name != kNone ? tree_[name].begin : body != kNone ? tree_[body].begin : tree_[function].end;
    text = text.substr(0, end - tree_[function].begin);
    if (name != kNone) return (" " + std::string(text)).find(" async ") != std::string::npos;
    return text.starts_with("async") && text.size() > 5 && !is_name_byte(text[5]);
  }
  static bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || is_upper(c) || (c >= '0' && c <= '9') || c == '_' || c == '$';
  }

  void read_function(uint32_t function) {
    const uint32_t body = tree_.child(function, NodeField::body);
    if (kind(body) != NodeKind::statement_block) return;
    for (uint32_t statement = tree_.first_child(body); statement != kNone; statement = tree_.next_sibling(statement)) {
      const uint32_t literal = kind(statement) == NodeKind::expression_statement ? tree_.first_child(statement) : kNone;
      if (kind(literal) != NodeKind::string || tree_.next_sibling(literal) != kNone) return;
      if (literal_text(literal) != "use server") continue;
      review_.inline_server_functions.push_back({name_of(function), tree_[literal].begin});
      return;
    }
  }

  std::string name_of(uint32_t function) const {
    uint32_t name = tree_.child(function, NodeField::name);
    const uint32_t above = parent(function);
    if (name == kNone && kind(above) == NodeKind::variable_declarator) name = tree_.child(above, NodeField::name);
    if (name == kNone && kind(above) == NodeKind::pair) name = tree_.child(above, NodeField::key);
    return kind(name) == NodeKind::identifier || kind(name) == NodeKind::property_identifier
               ? std::string(tree_.text(name))
               : std::string();
  }

  ExportShape shape_of(uint32_t value) const {
    while (value != kNone &&
           (kind(value) == NodeKind::parenthesized_expression || kind(value) == NodeKind::as_expression ||
            kind(value) == NodeKind::satisfies_expression || kind(value) == NodeKind::non_null_expression))
      value = tree_.first_child(value);
    switch (kind(value)) {
      case NodeKind::function_declaration:
      case NodeKind::generator_function_declaration:
      case NodeKind::function_expression:
      case NodeKind::generator_function:
      case NodeKind::arrow_function:
        return is_async(value) ? ExportShape::async_function : ExportShape::function;
      case NodeKind::class_declaration:
      case NodeKind::abstract_class_declaration:
      case NodeKind::class_expression:
        return ExportShape::class_;
      case NodeKind::object:
      case NodeKind::array:
      case NodeKind::string:
      case NodeKind::number:
      case NodeKind::template_string:
      case NodeKind::enum_declaration:
      case NodeKind::jsx_element:
      case NodeKind::jsx_self_closing_element:
        return ExportShape::value;
      default:
        break;
    }
    const std::string_view text = value == kNone ? std::string_view() : tree_.text(value);
    return text == "true" || text == "false" || text == "null" ? ExportShape::value : ExportShape::unknown;
  }

  // Calls add(name node, shape) for what a declaration declares; types declare nothing.
  template <class Add>
  void for_each_declared(uint32_t declaration, const Add& add) const {
    switch (kind(declaration)) {
      case NodeKind::lexical_declaration:
      case NodeKind::variable_declaration:
        for (uint32_t part = tree_.first_child(declaration); part != kNone; part = tree_.next_sibling(part)) {
          if (kind(part) != NodeKind::variable_declarator) continue;
          const uint32_t name = tree_.child(part, NodeField::name);
          if (kind(name) == NodeKind::identifier) add(name, shape_of(tree_.child(part, NodeField::value)));
        }
        return;
      case NodeKind::function_declaration:
      case NodeKind::generator_function_declaration:
      case NodeKind::class_declaration:
      case NodeKind::abstract_class_declaration:
      case NodeKind::enum_declaration:
        if (const uint32_t name = tree_.child(declaration, NodeField::name); name != kNone)
          add(name, shape_of(declaration));
        return;
      default:
        return;
    }
  }

  // The shape of a name that the module declares at its top.
  ExportShape shape_of_name(std::string_view name) const {
    ExportShape shape = ExportShape::unknown;
    for (uint32_t statement = tree_.first_child(0); statement != kNone; statement = tree_.next_sibling(statement)) {
      const uint32_t inner =
          kind(statement) == NodeKind::export_statement ? tree_.child(statement, NodeField::declaration) : statement;
      if (inner == kNone) continue;
      for_each_declared(inner, [&](uint32_t declared, ExportShape its_shape) {
        if (tree_.text(declared) == name) shape = its_shape;
      });
    }
    return shape;
  }

  void add_export(std::string_view name, uint32_t node, ExportShape shape) {
    // export { a as "any text" }; escapes in it stay as they are.
    if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'')) name = name.substr(1, name.size() - 2);
    review_.exports.push_back({std::string(name), tree_[node].begin, shape});
  }

  void read_exports() {
    for (uint32_t statement = tree_.first_child(0); statement != kNone; statement = tree_.next_sibling(statement)) {
      if (kind(statement) != NodeKind::export_statement) continue;
      if (tree_.child(statement, NodeKind::word_type) != kNone) continue;
      if (tree_.child(statement, NodeField::source) != kNone) {
        review_.reexports = true;
        continue;
      }
      const uint32_t declaration = tree_.child(statement, NodeField::declaration);
      const uint32_t clause = tree_.child(statement, NodeKind::export_clause);
      const uint32_t default_word = tree_.child(statement, NodeKind::word_default);
      if (default_word != kNone) {
        const uint32_t value = declaration != kNone ? declaration : tree_.child(statement, NodeField::value);
        if (value == kNone || kind(value) == NodeKind::interface_declaration) continue;
        const ExportShape shape =
            kind(value) == NodeKind::identifier ? shape_of_name(tree_.text(value)) : shape_of(value);
        add_export("default", default_word, shape);
      } else if (declaration != kNone) {
        for_each_declared(declaration,
                          [&](uint32_t name, ExportShape shape) { add_export(tree_.text(name), name, shape); });
      } else if (clause != kNone) {
        for (uint32_t item = tree_.first_child(clause); item != kNone; item = tree_.next_sibling(item)) {
          const uint32_t local = tree_.child(item, NodeField::name);
          const uint32_t alias = tree_.child(item, NodeField::alias);
          if (local == kNone || tree_.child(item, NodeKind::word_type) != kNone) continue;
          const uint32_t name = alias != kNone ? alias : local;
          add_export(tree_.text(name), name, shape_of_name(tree_.text(local)));
        }
      }
    }
  }

  const SyntaxTree& tree_;
  CodeReview& review_;
  uint32_t type_end_ = 0;
  std::vector<Binding> react_;
};

}  // namespace

bool is_client_react_name(std::string_view name) {
  return is_one_of(name, kClientReact);
}

ReviewStatus review_code(std::string_view text, Language language, size_t budget_bytes, CodeReview& review) {
  review.clear();
  if (is_utf16(text)) return ReviewStatus::declined;
  SyntaxTree tree;
  switch (tree.read(text, language, budget_bytes)) {
    case TreeStatus::complete:
      Reviewer(tree, review).run();
      return ReviewStatus::complete;
    case TreeStatus::over_budget:
      return ReviewStatus::exhausted;
    case TreeStatus::has_errors:
    case TreeStatus::no_grammar:
      break;
  }
  return ReviewStatus::declined;
}

}  // namespace demarc
