// What an audit asks about a file beyond what a scan keeps of it: questions that need expressions, answered from one
// syntax tree.
//
//   CodeReview review;
//   if (review_code(text, Language::tsx, 5 << 20, review) == ReviewStatus::complete)
//     for (const MisplacedDirective& directive : review.misplaced) ...
//
// As with exact_scan, the parse is bounded by a budget and stops there. A tree with errors is no ground for a claim:
// nothing is answered from one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/module_syntax.h"

namespace demarc {

enum class ReviewStatus : uint8_t {
  complete,
  declined,  // errors in the tree, UTF-16, or no grammar
  exhausted  // stopped at the budget
};

enum class Misplacement : uint8_t {
  after_code,        // behind another statement
  parenthesised,     // ("use client")
  template_literal,  // `use client`
  in_expression,     // "use client" + x, "use client"\n(f)()
  in_function        // "use client" in a function's body
};

struct MisplacedDirective {
  uint64_t offset = 0;
  uint64_t end_offset = 0;
  bool client = false;  // else "use server"
  DirectiveLevel level = DirectiveLevel::module;
  Misplacement how = Misplacement::after_code;
};

enum class ExportShape : uint8_t { unknown, async_function, function, class_, value };

struct ReviewedExport {
  std::string name;  // "default" for a default export
  uint64_t offset = 0;
  ExportShape shape = ExportShape::unknown;
};

// A function whose body begins with "use server".
struct InlineServerFunction {
  std::string name;     // empty where it has none
  uint64_t offset = 0;  // of the directive
};

// A call of a hook with state or effects, of createContext, or a class that extends Component: all names that are
// imported from react or react-dom.
struct ClientReactUse {
  std::string name;
  uint64_t offset = 0;
};

struct CodeReview {
  std::vector<MisplacedDirective> misplaced;
  std::vector<ReviewedExport> exports;  // declared here, no types
  bool reexports = false;               // export … from
  std::vector<InlineServerFunction> inline_server_functions;
  std::vector<ClientReactUse> client_react;
  // Literals in calls of import() and require() that run only in some environments: behind a condition on
  // import.meta.env, NODE_ENV, typeof window and the like. Ascending.
  std::vector<uint64_t> guarded;
  // Hooks, event handlers, browser globals, classes, functions as props: anything for which a component could have to
  // be client code.
  bool may_need_client = false;
  bool has_jsx = false;

  void clear() { *this = CodeReview(); }
};

ReviewStatus review_code(std::string_view text, Language language, size_t budget_bytes, CodeReview& review);

// Names that react and react-dom offer to clients alone: their react-server builds have none of them.
bool is_client_react_name(std::string_view name);

}  // namespace demarc
