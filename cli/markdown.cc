#include "cli/markdown.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/display.h"

namespace demarc {
namespace {

void append_plain(std::string& to, std::string_view text) {
  for (const char byte : text) {
    if (std::string_view("\\`*_[]<>|~&#$!").find(byte) != std::string_view::npos) to += '\\';
    to += byte;
    // A name behind it would be told; links are made of bare addresses too.
    if (byte == '@') to += "<!-- -->";
    if (byte == ':' && to.size() >= 5 && to.ends_with("http:")) to += "<!-- -->";
    if (byte == ':' && to.size() >= 6 && to.ends_with("https:")) to += "<!-- -->";
  }
}

}  // namespace

std::string code_span(std::string_view text) {
  if (text.empty()) return {};
  size_t longest = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    size_t run = 0;
    while (at + run < text.size() && text[at + run] == '`') ++run;
    longest = std::max(longest, run);
    at += run;
  }
  const std::string fence(longest + 1, '`');
  const bool pads = text.front() == '`' || text.back() == '`' || (text.front() == ' ' && text.back() == ' ');
  const std::string_view pad = pads ? " " : "";
  return fmt::format("{}{}{}{}{}", fence, pad, text, pad, fence);
}

// A backslash before the bar would do in most cells, but tables have rules of their own for several of those.
std::string code_cell(std::string_view name) {
  std::string text;
  for (const char byte : name) {
    if (byte == '|')
      text += "\\x7c";
    else
      text += byte;
  }
  return code_span(text);
}

std::string markdown_prose(std::string_view message) {
  const std::string text = escaped(message);
  std::string out;
  bool quoted = false;
  for (size_t at = 0; at <= text.size();) {
    const size_t quote = text.find('"', at);
    const size_t end = std::min(quote, text.size());
    const std::string_view part = std::string_view(text).substr(at, end - at);
    if (quoted && quote != std::string::npos)
      out += part.empty() ? "\"\"" : code_span(part);
    else
      append_plain(out, quoted ? "\"" + std::string(part) : std::string(part));
    quoted = !quoted;
    at = end + 1;
  }
  return out;
}

}  // namespace demarc
