#include "parser/string_literal.h"

#include <cstddef>
#include <cstdint>

namespace demarc {
namespace {

constexpr uint32_t kNoCodePoint = UINT32_MAX;

uint32_t hex_digit(char c) {
  if (c >= '0' && c <= '9') return uint32_t(c - '0');
  if (c >= 'a' && c <= 'f') return uint32_t(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return uint32_t(c - 'A' + 10);
  return kNoCodePoint;
}

// `count` hexadecimal digits from `at`, which moves behind them.
uint32_t read_hex(std::string_view raw, size_t& at, size_t count) {
  if (raw.size() - at < count) return kNoCodePoint;
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t digit = hex_digit(raw[at + i]);
    if (digit == kNoCodePoint) return kNoCodePoint;
    value = value * 16 + digit;
  }
  at += count;
  return value;
}

// What follows `\u`: four digits, or any number in braces.
uint32_t read_unicode_escape(std::string_view raw, size_t& at) {
  if (at >= raw.size() || raw[at] != '{') return read_hex(raw, at, 4);
  uint32_t value = 0;
  size_t digits = 0;
  for (++at; at < raw.size() && raw[at] != '}'; ++at, ++digits) {
    const uint32_t digit = hex_digit(raw[at]);
    if (digit == kNoCodePoint) return kNoCodePoint;
    value = value * 16 + digit;
    if (value > 0x10FFFF) return kNoCodePoint;
  }
  if (at == raw.size() || digits == 0) return kNoCodePoint;
  ++at;
  return value;
}

// Two escapes may spell one code point: the second is read when the first is half a pair.
uint32_t join_escapes(uint32_t high, std::string_view raw, size_t& at) {
  if (!is_high_surrogate(high) || !raw.substr(at).starts_with("\\u")) return high;
  size_t behind = at + 2;
  const uint32_t low = read_unicode_escape(raw, behind);
  if (!is_low_surrogate(low)) return high;
  at = behind;
  return join_surrogates(high, low);
}

// One to three octal digits, of which the first is read already, up to 0377 (Annex B).
uint32_t read_octal(uint32_t first, std::string_view raw, size_t& at) {
  uint32_t value = first;
  for (size_t digits = first <= 3 ? 2 : 1; digits > 0 && at < raw.size() && raw[at] >= '0' && raw[at] <= '7';
       --digits) {
    value = value * 8 + uint32_t(raw[at++] - '0');
  }
  return value;
}

}  // namespace

void append_code_point(uint32_t code, std::string& text) {
  if (is_high_surrogate(code) || is_low_surrogate(code)) code = 0xFFFD;
  if (code < 0x80) {
    text += char(code);
  } else if (code < 0x800) {
    text += char(0xC0 | code >> 6);
    text += char(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    text += char(0xE0 | code >> 12);
    text += char(0x80 | (code >> 6 & 0x3F));
    text += char(0x80 | (code & 0x3F));
  } else {
    text += char(0xF0 | code >> 18);
    text += char(0x80 | (code >> 12 & 0x3F));
    text += char(0x80 | (code >> 6 & 0x3F));
    text += char(0x80 | (code & 0x3F));
  }
}

bool append_string_value(std::string_view raw, std::string& value) {
  for (size_t at = 0; at < raw.size();) {
    const size_t backslash = raw.find('\\', at);
    if (backslash == std::string_view::npos) {
      value += raw.substr(at);
      return true;
    }
    value += raw.substr(at, backslash - at);
    at = backslash + 1;
    if (at == raw.size()) return false;

    const char escape = raw[at++];
    uint32_t code = 0;
    switch (escape) {
      case 'b':
        code = '\b';
        break;
      case 'f':
        code = '\f';
        break;
      case 'n':
        code = '\n';
        break;
      case 'r':
        code = '\r';
        break;
      case 't':
        code = '\t';
        break;
      case 'v':
        code = '\v';
        break;
      case 'x':
        code = read_hex(raw, at, 2);
        break;
      case 'u':
        code = read_unicode_escape(raw, at);
        if (code != kNoCodePoint) code = join_escapes(code, raw, at);
        break;
      case '\r':  // a line continuation stands for nothing
        if (at < raw.size() && raw[at] == '\n') ++at;
        continue;
      case '\n':
        continue;
      case '\xE2':
        if (raw.substr(at).starts_with("\x80\xA8") || raw.substr(at).starts_with("\x80\xA9")) {
          at += 2;
        } else {
          value += escape;
        }
        continue;
      default:
        if (escape >= '0' && escape <= '7') {
          code = read_octal(uint32_t(escape - '0'), raw, at);
          break;
        }
        value += escape;  // `\'`, `\\`, and letters that mean nothing
        continue;
    }
    if (code == kNoCodePoint) return false;
    append_code_point(code, value);
  }
  return true;
}

}  // namespace demarc
