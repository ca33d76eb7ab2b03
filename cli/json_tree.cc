#include "cli/json_tree.h"

#include <simdjson.h>

#include <algorithm>

#include "cli/utf8.h"

namespace demarc {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr size_t kDeepest = 64;

std::string_view explain(simdjson::error_code code) {
  switch (code) {
    case simdjson::EMPTY:
      return "the file is empty";
    case simdjson::UTF8_ERROR:
      return "not valid UTF-8";
    case simdjson::UNCLOSED_STRING:
      return "this string is not closed";
    case simdjson::UNESCAPED_CHARS:
      return "a control character within a string has to be escaped";
    case simdjson::STRING_ERROR:
      return "this string has an invalid escape";
    case simdjson::NUMBER_ERROR:
      return "this is no number";
    case simdjson::DEPTH_ERROR:
      return "nested too deeply";
    case simdjson::TRAILING_CONTENT:
      return "there is more behind the end of the value";
    default:
      return "not valid JSON: a comma, colon, bracket or value is missing or misplaced";
  }
}

// simdjson finds some faults while it indexes the text, before any position exists: a string that runs into the end
// or holds a control character. They are found again here, which costs nothing on files that are sound.
uint64_t find_open_string(std::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '"') continue;
    const size_t start = at;
    for (++at; at < text.size() && text[at] != '"'; ++at) {
      if (uint8_t(text[at]) < 0x20) return start;
      if (text[at] == '\\') ++at;
    }
    if (at >= text.size()) return start;
  }
  return 0;
}

class TreeBuilder {
 public:
  TreeBuilder(std::string_view text, JsonError& error) : text_(text), padded_(text), error_(error) {}

  bool build(JsonValue& value) {
    ondemand::document document;
    if (const auto code = parser_.iterate(padded_).get(document); code != simdjson::SUCCESS) return fail(code, nullptr);
    ondemand::value root;
    if (const auto code = document.get_value().get(root); code != simdjson::SUCCESS) {
      // A lone string or number: valid JSON that nobody can mean.
      return code == simdjson::SCALAR_DOCUMENT_AS_VALUE ? fail_at(0, "expected an object") : fail(code, &document);
    }
    if (const auto code = build(root, value, 1); code != simdjson::SUCCESS) return fail(code, &document);
    // A document that has been read to its end has no current location.
    if (document.current_location().error() == simdjson::SUCCESS) return fail(simdjson::TRAILING_CONTENT, &document);
    return true;
  }

 private:
  simdjson::error_code build(ondemand::value source, JsonValue& value, size_t depth) {
    if (depth > kDeepest) return simdjson::DEPTH_ERROR;
    value.offset = offset_of(source.raw_json_token().data());
    ondemand::json_type type{};
    if (const auto code = source.type().get(type); code != simdjson::SUCCESS) return code;
    switch (type) {
      case ondemand::json_type::object:
        return build_object(source, value, depth);
      case ondemand::json_type::array:
        return build_array(source, value, depth);
      case ondemand::json_type::number:
        value.type = JsonValue::Type::number;
        return source.get_double().get(value.number);
      case ondemand::json_type::string: {
        value.type = JsonValue::Type::string;
        std::string_view text;
        const auto code = source.get_string().get(text);
        value.string = text;
        return code;
      }
      case ondemand::json_type::boolean:
        value.type = JsonValue::Type::boolean;
        return source.get_bool().get(value.boolean);
      case ondemand::json_type::null:
        break;
    }
    value.type = JsonValue::Type::null;
    // The type is only a guess from the first letter.
    bool is_null = false;
    const auto code = source.is_null().get(is_null);
    return code == simdjson::SUCCESS && !is_null ? simdjson::N_ATOM_ERROR : code;
  }

  simdjson::error_code build_object(ondemand::value source, JsonValue& value, size_t depth) {
    value.type = JsonValue::Type::object;
    ondemand::object object;
    if (const auto code = source.get_object().get(object); code != simdjson::SUCCESS) return code;
    for (auto element : object) {
      ondemand::field field;
      if (const auto code = std::move(element).get(field); code != simdjson::SUCCESS) return code;
      JsonMember& member = value.members.emplace_back();
      member.key_offset = offset_of(field.key().raw()) - 1;  // behind the quote
      std::string_view key;
      if (const auto code = field.unescaped_key().get(key); code != simdjson::SUCCESS) return code;
      member.key = key;
      if (const auto code = build(field.value(), member.value, depth + 1); code != simdjson::SUCCESS) return code;
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code build_array(ondemand::value source, JsonValue& value, size_t depth) {
    value.type = JsonValue::Type::array;
    ondemand::array array;
    if (const auto code = source.get_array().get(array); code != simdjson::SUCCESS) return code;
    for (auto element : array) {
      ondemand::value item;
      if (const auto code = element.get(item); code != simdjson::SUCCESS) return code;
      if (const auto code = build(item, value.members.emplace_back().value, depth + 1); code != simdjson::SUCCESS)
        return code;
    }
    return simdjson::SUCCESS;
  }

  uint64_t offset_of(const char* place) const {
    return std::min<uint64_t>(uint64_t(place - padded_.data()), text_.size());
  }

  bool fail(simdjson::error_code code, ondemand::document* document) {
    uint64_t offset = 0;
    const char* place = nullptr;
    if (code == simdjson::UTF8_ERROR) {
      offset = find_invalid_utf8(text_);
    } else if (code == simdjson::UNCLOSED_STRING || code == simdjson::UNESCAPED_CHARS) {
      offset = find_open_string(text_);
    } else if (document != nullptr) {
      offset = document->current_location().get(place) == simdjson::SUCCESS ? offset_of(place) : text_.size();
    }
    return fail_at(offset, explain(code));
  }

  bool fail_at(uint64_t offset, std::string_view message) {
    error_ = {offset, std::string(message)};
    return false;
  }

  std::string_view text_;
  simdjson::padded_string padded_;
  ondemand::parser parser_;
  JsonError& error_;
};

}  // namespace

const JsonMember* JsonValue::find(std::string_view key) const {
  const auto found = std::find_if(members.begin(), members.end(), [&](const JsonMember& m) { return m.key == key; });
  return found == members.end() ? nullptr : &*found;
}

std::string_view to_string(JsonValue::Type type) {
  switch (type) {
    case JsonValue::Type::null:
      return "null";
    case JsonValue::Type::boolean:
      return "a boolean";
    case JsonValue::Type::number:
      return "a number";
    case JsonValue::Type::string:
      return "a string";
    case JsonValue::Type::array:
      return "an array";
    case JsonValue::Type::object:
      return "an object";
  }
  return "";
}

bool parse_json(std::string_view text, JsonValue& value, JsonError& error) {
  return TreeBuilder(text, error).build(value);
}

TextPosition position_of(std::string_view text, uint64_t offset) {
  TextPosition position;
  for (size_t at = 0; at < std::min<uint64_t>(offset, text.size());) {
    const CodePoint point = decode_utf8(text, at);
    at += std::max<uint32_t>(point.length, 1);
    if (point.length == 1 && (point.value == '\n' || (point.value == '\r' && text.substr(at, 1) != "\n"))) {
      ++position.line;
      position.column = 1;
    } else {
      position.column += point.value > 0xffff ? 2 : 1;
    }
  }
  return position;
}

}  // namespace demarc
