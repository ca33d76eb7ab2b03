// docs/rules.md is made from the table of rules.
#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

#include "cli/print_rules.h"

using namespace demarc;

TEST_CASE("rules: docs/rules.md says what the table says", "[cli]") {
  std::string text;
  Sink sink(text);
  print_rules_markdown(rules(), sink);
  sink.flush();
  std::ifstream file(DEMARC_SOURCE_DIR "/docs/rules.md");
  const std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  INFO("demarc explain -f markdown -o docs/rules.md");
  CHECK(page == text);
}
