#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace demarc {
namespace {

bool is_set(const char* variable) {
  return variable != nullptr && *variable != '\0';
}
bool is_on(const char* variable) {
  return is_set(variable) && std::string_view(variable) != "0";
}

std::string_view code_of(Style style) {
  switch (style) {
    case Style::bold:
      return "1";
    case Style::dim:
      return "2";
    case Style::red:
      return "1;31";
    case Style::yellow:
      return "1;33";
    case Style::cyan:
      return "36";
    case Style::green:
      return "32";
  }
  return "0";
}

int width_of(int file_descriptor) {
  struct winsize size {};
  if (ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  int columns = 0;
  if (const char* variable = std::getenv("COLUMNS"); variable != nullptr) {
    const std::string_view text = variable;
    std::from_chars(text.data(), text.data() + text.size(), columns);
  }
  return columns > 0 ? columns : 100;
}

}  // namespace

bool use_color(When color, const ColorFacts& facts) {
  if (color != When::automatic) return color == When::always;
  if (is_set(facts.no_color)) return false;
  if (is_on(facts.force_color) || is_on(facts.clicolor_force)) return true;
  if (facts.term != nullptr && std::string_view(facts.term) == "dumb") return false;
  return facts.is_terminal;
}

bool is_utf8_locale(const LocaleFacts& facts) {
  // The first that is set decides, as setlocale has it.
  const char* name = is_set(facts.lc_all) ? facts.lc_all : is_set(facts.lc_ctype) ? facts.lc_ctype : facts.lang;
  if (!is_set(name)) return false;
  std::string letters;
  for (const char* at = name; *at != '\0'; ++at)
    if (*at != '-') letters += char(*at >= 'A' && *at <= 'Z' ? *at + ('a' - 'A') : *at);
  return letters.find("utf8") != std::string::npos;
}

std::string Look::paint(Style style, std::string_view text) const {
  if (!color) return std::string(text);
  std::string painted = "\x1b[";
  painted += code_of(style);
  painted += 'm';
  painted += text;
  painted += "\x1b[0m";
  return painted;
}

Look look_of(int file_descriptor, When color) {
  Look look;
  look.unicode = is_utf8_locale({std::getenv("LC_ALL"), std::getenv("LC_CTYPE"), std::getenv("LANG")});
  if (file_descriptor < 0) {
    look.color = color == When::always;
    return look;
  }
  look.terminal = isatty(file_descriptor) == 1;
  look.color = use_color(color, {.no_color = std::getenv("NO_COLOR"),
                                 .force_color = std::getenv("FORCE_COLOR"),
                                 .clicolor_force = std::getenv("CLICOLOR_FORCE"),
                                 .term = std::getenv("TERM"),
                                 .is_terminal = look.terminal});
  look.width = width_of(file_descriptor);
  return look;
}

bool in_ci() {
  const char* variable = std::getenv("CI");
  return is_on(variable) && std::string_view(variable) != "false";
}

bool in_github_actions() {
  const char* variable = std::getenv("GITHUB_ACTIONS");
  return variable != nullptr && std::string_view(variable) == "true";
}

}  // namespace demarc
