#include "tests/parser/parser_case.h"

#include <algorithm>
#include <string_view>

#include <simdjson.h>

namespace demarc {
namespace {

using simdjson::dom::element;

std::string text_of(const element& object, const char* key) {
  return std::string(object[key].get_string().value());
}

bool flag_of(const element& object, const char* key) {
  bool value = false;
  if (object[key].get(value) != simdjson::SUCCESS) return false;
  return value;
}

std::string phase_name(ImportPhase phase) {
  switch (phase) {
    case ImportPhase::evaluation:
      return "";
    case ImportPhase::defer:
      return "defer";
    case ImportPhase::source:
      return "source";
  }
  return "unknown";
}

CaseImport import_of(const element& json) {
  CaseImport import{text_of(json, "specifier"), text_of(json, "kind"), flag_of(json, "typeOnly"), ""};
  std::string_view phase;
  if (json["phase"].get(phase) == simdjson::SUCCESS) import.phase = phase;
  return import;
}

std::string describe(const CaseImport& import) {
  std::string text = import.kind + " '" + import.specifier + "'";
  if (import.type_only) text += " type-only";
  if (!import.phase.empty()) text += " " + import.phase;
  return text;
}

// The sorted difference of two sorted lists.
void describe_rest(const char* title, const std::vector<CaseImport>& all, const std::vector<CaseImport>& without,
                   std::string& text) {
  std::vector<CaseImport> rest;
  std::set_difference(all.begin(), all.end(), without.begin(), without.end(), std::back_inserter(rest));
  for (const CaseImport& import : rest) text += std::string(title) + describe(import) + "\n";
}

}  // namespace

std::vector<ParserCase> load_parser_cases() {
  simdjson::dom::parser parser;
  const element document = parser.load(DEMARC_SOURCE_DIR "/fixtures/lexer/parser-cases.json");
  std::vector<ParserCase> cases;
  for (const element json : document.get_array()) {
    ParserCase& one = cases.emplace_back();
    one.name = text_of(json, "name");
    one.source = text_of(json, "source");
    if (!language_of("x." + text_of(json, "lang"), one.language))
      throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
    for (const element directive : json["directives"].get_array()) {
      one.directives.emplace_back(directive.get_string().value());
    }
    for (const element import : json["imports"].get_array()) one.imports.push_back(import_of(import));
    std::sort(one.imports.begin(), one.imports.end());
    one.inline_server = flag_of(json, "inlineServer");
    element flags;
    if (json["flags"].get(flags) == simdjson::SUCCESS) {
      one.broken = flag_of(flags, "broken");
      one.at_least = flag_of(flags, "atLeast");
    }
  }
  return cases;
}

std::string compare(const ParserCase& expected, const ModuleSyntax& found) {
  std::string wrong;
  std::vector<std::string> directives;
  bool inline_server = false;
  for (const DirectiveRecord& record : found.directives) {
    if (record.level == DirectiveLevel::module) directives.emplace_back(found.text(record.value));
    if (record.level == DirectiveLevel::function) inline_server |= found.text(record.value) == "use server";
  }
  if (directives != expected.directives) {
    wrong += "directives:";
    for (const std::string& value : directives) wrong += " '" + value + "'";
    wrong += "\n";
  }
  if (inline_server != expected.inline_server)
    wrong += inline_server ? "invented inline server\n" : "no inline server\n";

  std::vector<CaseImport> imports;
  for (const ImportRecord& record : found.imports) {
    imports.push_back({std::string(found.text(record.specifier)), std::string(to_string(record.kind)), record.type_only,
                       phase_name(record.phase)});
  }
  std::sort(imports.begin(), imports.end());
  describe_rest("missed: ", expected.imports, imports, wrong);
  if (!expected.at_least) describe_rest("invented: ", imports, expected.imports, wrong);
  return wrong;
}

}  // namespace demarc
