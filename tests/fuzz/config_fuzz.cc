// libFuzzer target of the configuration file: any text as demarc.config.jsonc or as package.json.
//
//   tests/fuzz/run config
//
// The first byte of an input chooses which of the two; the rest is the text. Beside what the sanitizers see:
//   - a reading fails exactly if it names a problem, and every problem has a place within the text,
//   - the same text is read the same way again,
//   - what is accepted can be used: patterns compile, the root is absolute, sizes are in range,
//   - the JSON tree takes what simdjson's own tree takes. They share the index of the text but not the grammar. Only
//     integers of more than 64 bits are numbers to one and not to the other.
#include "cli/config.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "cli/json_tree.h"
#include "cli/utf8.h"
#include "resolver/tsconfig.h"

namespace demarc {
namespace {

constexpr size_t kDeepest = 64;
constexpr size_t kMostEnvironments = 15;

void require(bool holds, const char* what, std::string_view text) {
  if (holds) return;
  std::fprintf(stderr, "%s:\n%.*s\n", what, static_cast<int>(text.size()), text.data());
  std::abort();
}

size_t depth_of(simdjson::dom::element element) {
  size_t deepest = 0;
  if (simdjson::dom::array array; element.get(array) == simdjson::SUCCESS) {
    for (const simdjson::dom::element one : array) deepest = std::max(deepest, depth_of(one));
  } else if (simdjson::dom::object object; element.get(object) == simdjson::SUCCESS) {
    for (const auto& field : object) deepest = std::max(deepest, depth_of(field.value));
  }
  return deepest + 1;
}

// As many digits in a row as an integer of 64 bits has.
bool has_long_integer(std::string_view text) {
  size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits >= 19) return true;
  }
  return false;
}

void check_tree(std::string_view text) {
  JsonValue tree;
  JsonError error;
  const bool accepted = parse_json(text, tree, error);
  require(accepted == error.message.empty(), "no reason", text);
  require(error.offset <= text.size(), "an error out of place", text);

  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const simdjson::error_code code = parser.parse(simdjson::padded_string(text)).get(root);
  // simdjson's two ways of reading differ in which numbers of so many digits they refuse, be it in the exponent.
  const bool refuses_number = code == simdjson::NUMBER_ERROR || error.message == "this is no number";
  if (refuses_number && has_long_integer(text)) return;
  const bool is_json = code == simdjson::SUCCESS;
  require(is_json || !accepted, "this is no JSON", text);
  const bool is_document = is_json && (root.is_object() || root.is_array()) && depth_of(root) <= kDeepest;
  require(accepted || !is_document, error.message.c_str(), text);
}

void check_problem(const Diagnostic& problem, std::string_view text) {
  require(problem.rule == "config/invalid" || problem.rule == "config/unknown-key", "an unknown rule", problem.rule);
  require(problem.level == Level::error, "no error", problem.message);
  require(!problem.message.empty() && find_invalid_utf8(problem.message) == std::string_view::npos, "no message",
          problem.message);
  const TextPosition last = position_of(text, text.size());
  const bool is_within = problem.line < last.line || (problem.line == last.line && problem.column <= last.column);
  require(problem.line >= 1 && problem.column >= 1 && is_within, "a problem out of place", problem.message);
}

void check_aliases(const std::vector<Alias>& aliases) {
  for (const Alias& alias : aliases) require(invalid_alias(alias).empty(), "an alias that cannot be used", alias.find);
}

void check_options(const ScanOptions& options, const Config& config) {
  require(config.root.empty() || config.root.front() == '/', "a relative root", config.root);
  require(options.environments.size() <= kMostEnvironments, "too many environments", "");
  check_aliases(options.alias);
  for (const EnvironmentOptions& environment : options.environments) {
    require(!environment.name.empty(), "an environment without a name", "");
    check_aliases(environment.alias);
  }
}

// What a reading says, as far as two readings can differ in it.
std::string describe(const std::vector<Diagnostic>& problems) {
  std::string text;
  for (const Diagnostic& one : problems) {
    text += one.rule + ' ' + std::to_string(one.line) + ':' + std::to_string(one.column) + ' ' + one.message + '\n';
  }
  return text;
}

}  // namespace
}  // namespace demarc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace demarc;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool in_package_json = (data[0] & 1) != 0;
  const ConfigFile file{in_package_json ? "/app/package.json" : "/app/demarc.config.jsonc", in_package_json};

  ScanOptions options;
  Config config;
  std::vector<Diagnostic> problems;
  const bool accepted = read_config_text(file, text, options, config, problems);
  require(accepted == problems.empty(), "a failure without a problem, or the reverse", text);
  for (const Diagnostic& problem : problems) check_problem(problem, text);
  if (accepted) check_options(options, config);

  // Into options that are not empty: what a key sets, it replaces.
  std::vector<Diagnostic> again;
  require(read_config_text(file, text, options, config, again) == accepted, "accepted once", text);
  require(describe(again) == describe(problems), "told otherwise", text);
  if (accepted) check_options(options, config);

  std::string blanked(text);
  if (!in_package_json) strip_json_comments(blanked);
  check_tree(blanked);
  return 0;
}
