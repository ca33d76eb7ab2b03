#include "cli/terminal.h"

#include <catch2/catch.hpp>

using namespace demarc;

TEST_CASE("terminal: what decides about colour, in this order", "[cli]") {
  struct Row {
    const char* why;
    When color;
    ColorFacts facts;
    bool wanted;
  };
  const Row rows[] = {
      {"pipe", When::automatic, {}, false},
      {"terminal", When::automatic, {.is_terminal = true}, true},
      {"--color=always on a pipe", When::always, {.no_color = "1"}, true},
      {"--color=never on a terminal", When::never, {.force_color = "1", .is_terminal = true}, false},
      {"NO_COLOR on a terminal", When::automatic, {.no_color = "1", .is_terminal = true}, false},
      {"NO_COLOR=0 is set", When::automatic, {.no_color = "0", .is_terminal = true}, false},
      {"empty NO_COLOR is not set", When::automatic, {.no_color = "", .is_terminal = true}, true},
      {"NO_COLOR beats FORCE_COLOR", When::automatic, {.no_color = "1", .force_color = "1"}, false},
      {"FORCE_COLOR on a pipe", When::automatic, {.force_color = "1"}, true},
      {"FORCE_COLOR=0 forces nothing", When::automatic, {.force_color = "0"}, false},
      {"empty FORCE_COLOR forces nothing", When::automatic, {.force_color = ""}, false},
      {"CLICOLOR_FORCE on a pipe", When::automatic, {.clicolor_force = "1"}, true},
      {"CLICOLOR_FORCE=0 on a pipe", When::automatic, {.clicolor_force = "0"}, false},
      {"a dumb terminal", When::automatic, {.term = "dumb", .is_terminal = true}, false},
      {"FORCE_COLOR beats a dumb terminal", When::automatic, {.force_color = "1", .term = "dumb"}, true},
      {"any other terminal", When::automatic, {.term = "xterm-256color", .is_terminal = true}, true},
  };
  for (const Row& row : rows) {
    INFO(row.why);
    CHECK(use_color(row.color, row.facts) == row.wanted);
  }
}

TEST_CASE("terminal: Unicode marks in a UTF-8 locale only", "[cli]") {
  CHECK(is_utf8_locale({.lang = "en_US.UTF-8"}));
  CHECK(is_utf8_locale({.lang = "C.utf8"}));
  CHECK(is_utf8_locale({.lc_ctype = "de_DE.UTF-8", .lang = "C"}));
  CHECK_FALSE(is_utf8_locale({.lc_all = "C", .lc_ctype = "de_DE.UTF-8", .lang = "en_US.UTF-8"}));
  CHECK_FALSE(is_utf8_locale({.lang = "de_DE.ISO-8859-1"}));
  CHECK_FALSE(is_utf8_locale({}));
  CHECK(is_utf8_locale({.lc_all = "", .lang = "en_US.UTF-8"}));
}

TEST_CASE("terminal: paint leaves text alone where there is no colour", "[cli]") {
  Look look;
  CHECK(look.paint(Style::red, "x") == "x");
  look.color = true;
  CHECK(look.paint(Style::red, "x") == "\x1b[1;31mx\x1b[0m");
}
