#include "parser/unused_imports.h"

#include <algorithm>
#include <string>
#include <vector>

#include <simdjson.h>
#include <catch2/catch.hpp>

namespace demarc {
namespace {

constexpr size_t kBudget = 64u << 20;

std::vector<std::string> strings_of(const simdjson::dom::element& json) {
  std::vector<std::string> texts;
  for (const simdjson::dom::element text : json.get_array()) texts.emplace_back(text.get_string().value());
  return texts;
}

// The specifiers of import statements that something is left of.
std::vector<std::string> kept_imports(std::string_view source, const ElisionSettings& settings, ExactStatus& status) {
  std::vector<uint64_t> dropped;
  status = find_unused_imports(source, settings, kBudget, dropped);
  ModuleSyntax syntax;
  exact_scan(source, {.language = settings.language}, kBudget, syntax);
  std::vector<std::string> kept;
  for (const ImportRecord& record : syntax.imports) {
    const bool statement = record.kind == ImportKind::import || record.kind == ImportKind::side_effect ||
                           record.kind == ImportKind::import_equals;
    const bool goes = record.type_only || std::binary_search(dropped.begin(), dropped.end(), record.offset);
    if (statement && !goes) kept.emplace_back(syntax.text(record.specifier));
  }
  return kept;
}

std::vector<std::string> kept_in_ts(std::string_view source) {
  ExactStatus status;
  return kept_imports(source, {.language = Language::ts}, status);
}

}  // namespace

TEST_CASE("unused imports: what Vite 8 drops is dropped", "[parser]") {
  simdjson::dom::parser parser;
  const simdjson::dom::element cases = parser.load(DEMARC_SOURCE_DIR "/fixtures/lexer/elision-cases.json");
  for (const simdjson::dom::element one : cases.get_array()) {
    const std::string source(one["source"].get_string().value());
    ElisionSettings settings;
    REQUIRE(language_of("x." + std::string(one["lang"].get_string().value()), settings.language));
    for (const bool metadata : {false, true}) {
      settings.decorator_metadata = metadata;
      const std::vector<std::string> expected = strings_of(one[metadata ? "keptWithMetadata" : "kept"]);
      INFO(source << (metadata ? " (with decorator metadata)" : ""));
      ExactStatus status;
      const std::vector<std::string> kept = kept_imports(source, settings, status);
      // Two forms are not in the grammar; nothing may be dropped from their files.
      CHECK((kept == expected || status == ExactStatus::has_errors));
    }
  }
}

TEST_CASE("unused imports: types that are imported in place hide nothing", "[parser]") {
  for (const std::string_view code :
       {"const q = d<import('./u').T>();", "class A extends B<import(\"./u\").T> {}", "vi.d<typeof import('./u')>();",
        "async () => await f<typeof import ( './u' )>()", "`import('./u'){${d<import('./u').T>()}`"}) {
    INFO(code);
    CHECK(kept_in_ts("import { T } from './t'; let x: T; " + std::string(code)).empty());
    CHECK(kept_in_ts("import { v } from './v'; v; " + std::string(code)) == std::vector<std::string>{"./v"});
  }
}

TEST_CASE("unused imports: a tree with errors drops nothing", "[parser]") {
  ExactStatus status;
  const auto kept = kept_imports("import {A} from './a'; let x: A; )", {.language = Language::ts}, status);
  CHECK(status == ExactStatus::has_errors);
  CHECK(kept == std::vector<std::string>{"./a"});
}

TEST_CASE("unused imports: verbatimModuleSyntax and JavaScript keep everything", "[parser]") {
  const char* const source = "import {A} from './a'";
  ExactStatus status;
  CHECK(kept_in_ts(source).empty());
  CHECK(kept_imports(source, {.language = Language::ts, .unused = UnusedImports::keep}, status).size() == 1);
  CHECK(kept_imports(source, {.language = Language::jsx}, status).size() == 1);
  CHECK(kept_imports(source, {.language = Language::mjs}, status).size() == 1);
}

TEST_CASE("unused imports: configured factories are used by elements", "[parser]") {
  const std::string_view factories[] = {"h"};
  ExactStatus status;
  CHECK(kept_imports("import {h} from 'preact'; <b/>", {.language = Language::tsx}, status).empty());
  CHECK(kept_imports("import {h} from 'preact'; <b/>", {.language = Language::tsx, .jsx_factories = factories}, status)
            .size() == 1);
}

TEST_CASE("unused imports: a small budget drops nothing", "[parser]") {
  std::string source = "import {A} from './a';\n";
  for (int i = 0; i < 10'000; ++i) source += "x = [1, 2, 3];\n";
  std::vector<uint64_t> dropped;
  CHECK(find_unused_imports(source, {.language = Language::ts}, 1u << 20, dropped) == ExactStatus::exhausted);
  CHECK(dropped.empty());
  CHECK(find_unused_imports(source, {.language = Language::ts}, kBudget, dropped) == ExactStatus::complete);
  CHECK(dropped == std::vector<uint64_t>{16});
}

TEST_CASE("unused imports: offsets are bytes of a UTF-16 file", "[parser]") {
  const std::u16string_view source = u"\uFEFF/* é😀 */ import {A} from './a'";
  std::string bytes;
  for (const char16_t unit : source) {
    bytes += char(unit & 0xFF);
    bytes += char(unit >> 8);
  }
  std::vector<uint64_t> dropped;
  CHECK(find_unused_imports(bytes, {.language = Language::ts}, kBudget, dropped) == ExactStatus::complete);
  CHECK(dropped == std::vector<uint64_t>{2 * source.find(u"'./a'")});
}

}  // namespace demarc
