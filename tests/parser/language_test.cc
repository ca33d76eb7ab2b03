#include <string>

#include <catch2/catch.hpp>

#include "parser/module_syntax.h"

namespace demarc {
namespace {

std::string language_name(std::string_view file_name) {
  Language language = Language::js;
  return language_of(file_name, language) ? std::string(to_string(language)) : "none";
}

}  // namespace

TEST_CASE("language: the last extension decides", "[parser]") {
  for (const std::string name : {"js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "mdx"}) {
    CHECK(language_name("a." + name) == name);
    CHECK(language_name("/dir.css/a.test." + name) == name);
  }
  CHECK(language_name("types.d.ts") == "ts");
}

TEST_CASE("language: anything else is no script", "[parser]") {
  for (const char* name : {"", "js", "a", "a.", "a.css", "a.json", "a.TS", "a.Js", "a.jsx2", "a.vue", "dir.js/file"}) {
    CHECK(language_name(name) == "none");
  }
}

TEST_CASE("syntax: a cleared record keeps its memory", "[parser]") {
  ModuleSyntax syntax;
  syntax.imports.resize(100);
  syntax.pool.assign(1000, 'x');
  syntax.has_esm = true;
  syntax.uncertainty = 5;
  const size_t held = syntax.bytes();
  syntax.clear();
  CHECK(syntax.bytes() == held);
  CHECK(syntax.imports.empty());
  CHECK_FALSE(syntax.has_esm);
  CHECK(syntax.uncertainty == 0);
}

}  // namespace demarc
