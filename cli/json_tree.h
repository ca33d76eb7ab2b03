// A small JSON file as a tree in which every value knows where it stands, so that a complaint about a configuration
// file can name line and column. For files of a person's making; results are streamed (json_writer.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace demarc {

struct JsonMember;

struct JsonValue {
  enum class Type : uint8_t { null, boolean, number, string, array, object };
  Type type = Type::null;
  bool boolean = false;
  double number = 0;
  uint64_t offset = 0;  // of the first byte
  std::string string;
  std::vector<JsonMember> members;  // of an object, or with empty keys the elements of an array

  const JsonMember* find(std::string_view key) const;
};

struct JsonMember {
  std::string key;
  uint64_t key_offset = 0;
  JsonValue value;
};

std::string_view to_string(JsonValue::Type type);  // "a string", "an object"

struct JsonError {
  uint64_t offset = 0;
  std::string message;
};

// Parses an object or array. Plain JSON (RFC 8259) to the letter: comments and trailing commas have to be blanked
// first. At most 64 levels deep.
bool parse_json(std::string_view text, JsonValue& value, JsonError& error);

// Counted from 1, columns in UTF-16 units, as editors do.
struct TextPosition {
  uint64_t line = 1;
  uint64_t column = 1;
};
TextPosition position_of(std::string_view text, uint64_t offset);

}  // namespace demarc
