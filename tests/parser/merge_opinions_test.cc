#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "parser/exact_scan.h"

namespace demarc {
namespace {

constexpr size_t kBudget = 64u << 20;

ModuleSyntax syntax_of(std::string_view text, Language language = Language::ts) {
  ModuleSyntax syntax;
  exact_scan(text, {.language = language, .collect = Collect::names | Collect::exports}, kBudget, syntax);
  return syntax;
}

std::string describe(const ModuleSyntax& syntax) {
  std::string text;
  for (const DirectiveRecord& record : syntax.directives) text += "'" + std::string(syntax.text(record.value)) + "' ";
  for (const ImportRecord& record : syntax.imports) {
    text += std::string(to_string(record.kind)) + " " + std::string(syntax.text(record.specifier));
    for (uint32_t i = 0; i < record.name_count; ++i) {
      text += ":" + std::string(syntax.text(syntax.import_names[record.first_name + i].local));
    }
    text += record.type_only ? " (type) " : " ";
  }
  for (const ExportRecord& record : syntax.exports) text += "export " + std::string(syntax.text(record.name)) + " ";
  return text;
}

// What a lexer could have made of the same text.
ModuleSyntax declined(ModuleSyntax syntax) {
  syntax.uncertainty = uint32_t(Uncertainty::unterminated);
  syntax.markers = 1;
  return syntax;
}

}  // namespace

TEST_CASE("merge: a tree without errors is the answer", "[parser]") {
  ModuleSyntax syntax = declined(syntax_of("import a from './a'"));
  merge_opinions(syntax_of("'use client'; require('./b')"), ExactStatus::complete, syntax);
  CHECK(describe(syntax) == "'use client' require ./b ");
  CHECK(syntax.uncertainty == 0);
  CHECK(syntax.markers == 1);
}

TEST_CASE("merge: a tree with errors only adds", "[parser]") {
  ModuleSyntax syntax = declined(syntax_of("'use client'; import a from './a'; export const b = 1; require('./c')"));
  const ModuleSyntax exact = syntax_of("'use client'; import a from './a'; f(import('./d')); export const e = 1");
  merge_opinions(exact, ExactStatus::has_errors, syntax);
  CHECK(describe(syntax) == "'use client' import ./a:a dynamic ./d require ./c export b export e ");
  CHECK(syntax.uncertainty != 0);
}

TEST_CASE("merge: in doubt an edge is one that runs", "[parser]") {
  ModuleSyntax syntax = declined(syntax_of("import type {a} from './a'"));
  ModuleSyntax exact = syntax_of("import type {a} from './a'");
  exact.imports[0].type_only = false;
  merge_opinions(exact, ExactStatus::has_errors, syntax);
  CHECK(describe(syntax) == "import ./a:a ");
}

TEST_CASE("merge: without an answer nothing changes", "[parser]") {
  for (const ExactStatus status : {ExactStatus::exhausted, ExactStatus::unsupported}) {
    ModuleSyntax syntax = declined(syntax_of("import a from './a'"));
    merge_opinions(ModuleSyntax(), status, syntax);
    CHECK(describe(syntax) == "import ./a:a ");
    CHECK(syntax.uncertainty != 0);
  }
}

}  // namespace demarc
