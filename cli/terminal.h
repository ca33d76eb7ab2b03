// How text may look on a stream: in colour or not, in which width, with which marks.
#pragma once

#include <string>
#include <string_view>

#include "cli/args.h"

namespace demarc {

// What decides about colour. Null: not set.
struct ColorFacts {
  const char* no_color = nullptr;        // NO_COLOR
  const char* force_color = nullptr;     // FORCE_COLOR
  const char* clicolor_force = nullptr;  // CLICOLOR_FORCE
  const char* term = nullptr;            // TERM
  bool is_terminal = false;
};

// --color, then NO_COLOR (no-color.org: set and not empty), then FORCE_COLOR and CLICOLOR_FORCE (set, neither empty nor
// 0), then TERM=dumb, then whether the stream is a terminal. CI decides nothing: its logs are files to us.
bool use_color(When color, const ColorFacts& facts);

struct LocaleFacts {
  const char* lc_all = nullptr;
  const char* lc_ctype = nullptr;
  const char* lang = nullptr;
};
bool is_utf8_locale(const LocaleFacts& facts);

enum class Style : unsigned char { bold, dim, red, yellow, cyan, green };

struct Look {
  bool color = false;
  bool unicode = false;
  bool terminal = false;
  int width = 100;

  std::string paint(Style style, std::string_view text) const;
  std::string_view ellipsis() const { return unicode ? "…" : "..."; }
  std::string_view separator() const { return unicode ? " · " : " - "; }
};

// Of an open stream, by this process's environment. A file that --output names is no stream of the user's surroundings:
// pass -1, and only `always` makes it coloured.
Look look_of(int file_descriptor, When color);

// CI is set to something that means yes.
bool in_ci();
// The human formats add annotations there.
bool in_github_actions();

}  // namespace demarc
