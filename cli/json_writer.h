// Writes JSON as it is said, without holding any of it.
//
//   JsonWriter json(sink);
//   json.begin_object(JsonLayout::lines);
//   json.key("complete").boolean(true);
//   json.key("clientFiles").begin_array(JsonLayout::lines);
//   json.string("/src/app/Counter.tsx");
//   json.end();
//   json.end();
//
// The output is valid UTF-8 for any input (a byte that is no UTF-8 becomes U+FFFD; names that must survive are written
// as base64 by the caller), and can be pasted into an HTML script element or evaluated as JavaScript.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "cli/sink.h"

namespace demarc {

enum class JsonLayout : uint8_t {
  lines,  // every member on a line of its own, so that results can be searched and compared by line
  row     // everything within on one line
};

class JsonWriter {
 public:
  explicit JsonWriter(Sink& sink) : sink_(sink) {}

  void begin_object(JsonLayout layout = JsonLayout::row) { begin('{', '}', layout); }
  void begin_array(JsonLayout layout = JsonLayout::row) { begin('[', ']', layout); }
  void end();
  JsonWriter& key(std::string_view name);

  void string(std::string_view text);
  void base64(std::string_view bytes);
  // A string whose text comes in parts that need no escapes.
  void begin_text();
  void text_part(std::string_view plain) { sink_.write(plain); }
  void end_text() { sink_.put('"'); }
  void number(uint64_t value);
  void decimal(double value);  // with one decimal at most
  void boolean(bool value);
  void null();

 private:
  struct Level {
    char closer = 0;
    JsonLayout layout = JsonLayout::row;
    bool empty = true;
  };

  void begin(char opener, char closer, JsonLayout layout);
  void before_value();
  void new_line();
  void quoted(std::string_view text);

  Sink& sink_;
  std::array<Level, 16> levels_{};
  size_t depth_ = 0;
  bool after_key_ = false;
};

}  // namespace demarc
