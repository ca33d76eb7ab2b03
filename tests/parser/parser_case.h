// The cases of fixtures/lexer/parser-cases.json, and the comparison of a parser's answer with them.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "parser/module_syntax.h"

namespace demarc {

struct CaseImport {
  std::string specifier;
  std::string kind;
  bool type_only = false;
  std::string phase;  // empty for evaluation

  auto operator<=>(const CaseImport&) const = default;
};

struct ParserCase {
  std::string name;
  Language language = Language::js;
  std::string source;
  std::vector<std::string> directives;
  std::vector<CaseImport> imports;  // sorted
  bool inline_server = false;
  bool broken = false;
  bool at_least = false;  // the listed imports must be among those found
};

// Throws simdjson::simdjson_error when the file is not what README.md beside it says.
std::vector<ParserCase> load_parser_cases();

// What is wrong with an answer, in words; empty when it is right.
std::string compare(const ParserCase& expected, const ModuleSyntax& found);

}  // namespace demarc
