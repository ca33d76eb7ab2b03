#include "cli/json_writer.h"

#include <cassert>
#include <charconv>
#include <cmath>

#include "cli/utf8.h"

namespace demarc {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

// What a byte below 0x80 is written as, or empty where it stands for itself. `<` is decided by the byte behind it.
std::string_view short_escape(char byte) {
  switch (byte) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return {};
  }
}

bool is_plain(char byte) {
  return uint8_t(byte) >= 0x20 && uint8_t(byte) < 0x7f && byte != '"' && byte != '\\' && byte != '<';
}

}  // namespace

void JsonWriter::begin(char opener, char closer, JsonLayout layout) {
  before_value();
  assert(depth_ < levels_.size() && "results are nested less deeply than this");
  sink_.put(opener);
  levels_[depth_++] = {closer, layout, true};
}

void JsonWriter::end() {
  const Level level = levels_[--depth_];
  if (!level.empty && level.layout == JsonLayout::lines) new_line();
  sink_.put(level.closer);
}

JsonWriter& JsonWriter::key(std::string_view name) {
  before_value();
  quoted(name);
  sink_.write(": ");
  after_key_ = true;
  return *this;
}

void JsonWriter::string(std::string_view text) {
  before_value();
  quoted(text);
}

void JsonWriter::begin_text() {
  before_value();
  sink_.put('"');
}

void JsonWriter::base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  before_value();
  sink_.put('"');
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const size_t count = bytes.size() - at < 3 ? bytes.size() - at : 3;
    uint32_t group = 0;
    for (size_t index = 0; index < 3; ++index) group = group << 8 | (index < count ? uint8_t(bytes[at + index]) : 0u);
    for (size_t index = 0; index < 4; ++index)
      sink_.put(index <= count ? kAlphabet[group >> (18 - 6 * index) & 63] : '=');
  }
  sink_.put('"');
}

void JsonWriter::number(uint64_t value) {
  before_value();
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  sink_.write({digits, size_t(end - digits)});
}

void JsonWriter::decimal(double value) {
  before_value();
  char digits[32];
  const double rounded = std::isfinite(value) ? std::round(value * 10) / 10 : 0;
  const auto end = std::to_chars(digits, digits + sizeof digits, rounded).ptr;
  sink_.write({digits, size_t(end - digits)});
}

void JsonWriter::boolean(bool value) {
  before_value();
  sink_.write(value ? "true" : "false");
}

void JsonWriter::null() {
  before_value();
  sink_.write("null");
}

void JsonWriter::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  Level& level = levels_[depth_ - 1];
  if (!level.empty) sink_.put(',');
  if (level.layout == JsonLayout::lines) {
    new_line();
  } else if (!level.empty) {
    sink_.put(' ');
  }
  level.empty = false;
}

void JsonWriter::new_line() {
  sink_.put('\n');
  for (size_t level = 0; level < depth_; ++level) sink_.write("  ");
}

void JsonWriter::quoted(std::string_view text) {
  sink_.put('"');
  for (size_t at = 0; at < text.size();) {
    size_t plain = at;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    sink_.write(text.substr(at, plain - at));
    at = plain;
    if (at == text.size()) break;
    const CodePoint point = decode_utf8(text, at);
    const bool ends_script = text[at] == '<' && at + 1 < text.size() && (text[at + 1] == '/' || text[at + 1] == '!');
    if (point.length == 0) {
      sink_.write("\\ufffd");
      ++at;
    } else if (const std::string_view escape = short_escape(text[at]); !escape.empty()) {
      sink_.write(escape);
      ++at;
    } else if (point.value < 0x20 || (point.value >= 0x7f && point.value < 0xa0) || point.value == 0x2028 ||
               point.value == 0x2029 || ends_script) {
      sink_.write("\\u");
      for (int shift = 12; shift >= 0; shift -= 4) sink_.put(kHexDigits[point.value >> shift & 15]);
      at += point.length;
    } else {
      sink_.write(text.substr(at, point.length));
      at += point.length;
    }
  }
  sink_.put('"');
}

}  // namespace demarc
