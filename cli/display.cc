#include "cli/display.h"

#include <fmt/format.h>

#include <array>
#include <iterator>

#include "cli/utf8.h"

namespace demarc {
namespace {

bool is_bidi_control(uint32_t point) {
  return point == 0x061c || point == 0x200e || point == 0x200f || (point >= 0x202a && point <= 0x202e) ||
         (point >= 0x2066 && point <= 0x2069);
}

bool needs_escape(uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x2028 || point == 0x2029 ||
         is_bidi_control(point);
}

void append_escape(std::string& to, uint32_t point) {
  switch (point) {
    case '\n':
      to += "\\n";
      return;
    case '\r':
      to += "\\r";
      return;
    case '\t':
      to += "\\t";
      return;
    default:
      break;
  }
  if (point < 0x80)
    fmt::format_to(std::back_inserter(to), "\\x{:02x}", point);
  else
    fmt::format_to(std::back_inserter(to), "\\u{:04x}", point);
}

// At most one decimal, none for whole numbers. The next unit begins where rounding would write 1000.0 of this one.
std::string scaled(uint64_t bytes, double step, const std::array<std::string_view, 5>& units) {
  double value = double(bytes);
  size_t unit = 0;
  while (value >= (unit == 0 ? step : step - 0.05) && unit + 1 < units.size()) {
    value /= step;
    ++unit;
  }
  if (unit == 0 || value == double(uint64_t(value))) return fmt::format("{} {}", uint64_t(value), units[unit]);
  return fmt::format("{:.1f} {}", value, units[unit]);
}

}  // namespace

void append_escaped(std::string& to, std::string_view name) {
  if (name.substr(0, 2) == "::") {
    to += "\\x3a";
    name.remove_prefix(1);
  }
  for (size_t at = 0; at < name.size();) {
    const CodePoint point = decode_utf8(name, at);
    if (point.length == 0) {
      fmt::format_to(std::back_inserter(to), "\\x{:02x}", uint8_t(name[at]));
      ++at;
      continue;
    }
    if (needs_escape(point.value)) {
      append_escape(to, point.value);
    } else if (name.substr(at, 3) == "##[") {
      to += "\\x23";
    } else {
      to += name.substr(at, point.length);
    }
    at += point.length;
  }
}

std::string escaped(std::string_view name) {
  std::string text;
  text.reserve(name.size());
  append_escaped(text, name);
  return text;
}

std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string joined(std::span<const std::string> texts, std::string_view separator,
                   std::string (*encode)(std::string_view)) {
  std::string all;
  for (const std::string& text : texts) {
    if (!all.empty()) all += separator;
    all += encode(text);
  }
  return all;
}

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string counted(uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

std::string counted(uint64_t number, std::string_view noun) {
  return counted(number, noun, fmt::format("{}s", noun));
}

std::string decimal_bytes(uint64_t bytes) {
  return scaled(bytes, 1000, {"bytes", "kB", "MB", "GB", "TB"});
}

std::string binary_bytes(uint64_t bytes) {
  return scaled(bytes, 1024, {"bytes", "KiB", "MiB", "GiB", "TiB"});
}

std::string duration_text(double milliseconds) {
  if (milliseconds < 10) return fmt::format("{:.1f} ms", milliseconds);
  if (milliseconds < 9999.5) return fmt::format("{:.0f} ms", milliseconds);
  return fmt::format("{:.1f} s", milliseconds / 1000);
}

}  // namespace demarc
