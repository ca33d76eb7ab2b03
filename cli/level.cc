#include "cli/level.h"

namespace demarc {

std::string_view level_word(Level level) {
  switch (level) {
    case Level::error:
      return "error";
    case Level::warn:
      return "warning";
    case Level::info:
      break;
  }
  return "note";
}

Style level_style(Level level) {
  switch (level) {
    case Level::error:
      return Style::red;
    case Level::warn:
      return Style::yellow;
    case Level::info:
      break;
  }
  return Style::cyan;
}

}  // namespace demarc
