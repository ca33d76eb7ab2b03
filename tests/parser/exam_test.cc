// Both tiers against the cases of fixtures/lexer.
#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "parser/exact_scan.h"
#include "parser/scan_module.h"
#include "tests/parser/parser_case.h"

namespace demarc {
namespace {

constexpr size_t kBudget = 64u << 20;

// Where the pinned grammars differ from the language. All of these trees have errors, so nothing but additions is ever
// taken from them.
const std::map<std::string, std::string> kExactDeviations = {
    {"dir-cr-only", "a lone CR ends no line for the grammars"},
    {"dir-multiline-comment-is-newline", "a line end inside a comment ends no statement for the grammars"},
    {"exp-type-forms", "no export type *"},
    {"html-comments", "<!-- is an operator before a call"},
    {"imp-attributes", "no attributes on export … from"},
    {"imp-phases", "no import defer, no import source"},
    {"imp-type-forms", "type, as and from as names of type-only imports"},
    {"labels-and-blocks", "a regular expression behind break and a label"},
    {"re-after-brace", "a regular expression behind an arrow function's block"},
    {"tpl-nesting", "an escape that is none, in a tagged template"},
    {"ts-import-equals", "no export import x = require(), no name `type`"},
    {"ts-import-types", "no import type behind `as`, nor in type arguments"},
};

}  // namespace

TEST_CASE("exam: the lexer sees what there is", "[parser][exam]") {
  Lexer lexer;
  ModuleSyntax syntax;  // reused from case to case, as a scan does
  for (const ParserCase& expected : load_parser_cases()) {
    DYNAMIC_SECTION(expected.name) {
      scan_module(lexer, expected.source, {.language = expected.language}, syntax);
      const std::string wrong = compare(expected, syntax);
      INFO(wrong << "uncertainty " << syntax.uncertainty);
      CHECK(wrong.empty());
      if (!expected.broken) CHECK(syntax.uncertainty == 0);
    }
  }
}

TEST_CASE("exam: the exact tier differs only where its grammars do", "[parser][exam]") {
  for (const ParserCase& expected : load_parser_cases()) {
    DYNAMIC_SECTION(expected.name) {
      ModuleSyntax syntax;
      const ExactStatus status = exact_scan(expected.source, {.language = expected.language}, kBudget, syntax);
      if (status == ExactStatus::unsupported) {
        CHECK(expected.language == Language::mdx);
        continue;
      }
      const std::string wrong = compare(expected, syntax);
      INFO("status " << int(status) << "\n" << wrong);
      const auto deviation = kExactDeviations.find(expected.name);
      if (deviation == kExactDeviations.end()) {
        CHECK(wrong.empty());
        CHECK((status == ExactStatus::complete) == !expected.broken);
      } else {
        INFO("listed: " << deviation->second);
        CHECK(status == ExactStatus::has_errors);
      }
    }
  }
}

}  // namespace demarc
