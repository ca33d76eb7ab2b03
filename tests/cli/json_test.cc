#include <catch2/catch.hpp>

#include "cli/json_tree.h"
#include "cli/json_writer.h"
#include "tests/cli/sink_text.h"

using namespace demarc;

namespace {

std::string string_json(std::string_view text) {
  return text_of([&](Sink& sink) { JsonWriter(sink).string(text); });
}

}  // namespace

TEST_CASE("json writer: strings are valid JSON, UTF-8, HTML and JavaScript", "[cli]") {
  CHECK(string_json("plain Häuser 世界 😀") == "\"plain Häuser 世界 😀\"");
  CHECK(string_json("\"\\/\b\f\n\r\t") == R"("\"\\/\b\f\n\r\t")");
  CHECK(string_json(std::string("\x00\x1f\x7f", 3)) == R"("\u0000\u001f\u007f")");
  CHECK(string_json("\xc2\x85") == R"("\u0085")");
  CHECK(string_json("</script><!--<b>") == R"("\u003c/script>\u003c!--<b>")");
  CHECK(string_json("<") == "\"<\"");
  CHECK(string_json("\xe2\x80\xa8\xe2\x80\xa9") == R"("\u2028\u2029")");
  CHECK(string_json("a\xff\xc3") == R"("a\ufffd\ufffd")");
}

TEST_CASE("json writer: base64", "[cli]") {
  const auto base64 = [](std::string_view bytes) {
    return text_of([&](Sink& sink) { JsonWriter(sink).base64(bytes); });
  };
  CHECK(base64("") == "\"\"");
  CHECK(base64("f") == "\"Zg==\"");
  CHECK(base64("fo") == "\"Zm8=\"");
  CHECK(base64("foo") == "\"Zm9v\"");
  CHECK(base64("\xff\xfe\xfd") == "\"//79\"");
}

TEST_CASE("json writer: layouts", "[cli]") {
  CHECK(text_of([](Sink& sink) {
          JsonWriter json(sink);
          json.begin_object(JsonLayout::lines);
          json.key("a").begin_array(JsonLayout::lines);
          json.begin_object();
          json.key("b").number(18446744073709551615u);
          json.key("c").decimal(61.24);
          json.end();
          json.null();
          json.end();
          json.key("empty").begin_array(JsonLayout::lines);
          json.end();
          json.key("none").begin_object();
          json.end();
          json.key("yes").boolean(true);
          json.end();
        }) == R"({
  "a": [
    {"b": 18446744073709551615, "c": 61.2},
    null
  ],
  "empty": [],
  "none": {},
  "yes": true
})");
}

TEST_CASE("json writer: output larger than the buffer arrives whole", "[cli]") {
  const std::string name(1000, 'x');
  const std::string large(Sink::kBufferBytes * 2 + 7, 'y');
  const std::string text = text_of([&](Sink& sink) {
    JsonWriter json(sink);
    json.begin_array();
    for (int count = 0; count < 200; ++count) json.string(name);
    json.string(large);
    json.end();
  });
  CHECK(text.size() == 200 * (name.size() + 4) + large.size() + 4);
  CHECK(text.substr(text.size() - 5) == "yyy\"]");
}

TEST_CASE("json tree: values know where they stand", "[cli]") {
  const std::string text = "{ \"a\": [1, \"x\\u00e9\"],\n  \"b\": {\"c\": null, \"d\": true} }";
  JsonValue tree;
  JsonError error;
  REQUIRE(parse_json(text, tree, error));
  REQUIRE(tree.members.size() == 2);
  CHECK(tree.members[0].key == "a");
  CHECK(tree.members[0].key_offset == text.find("\"a\""));
  const JsonValue& list = tree.members[0].value;
  CHECK(list.offset == text.find('['));
  CHECK(list.members[0].value.number == 1);
  CHECK(list.members[1].value.string == "xé");
  CHECK(list.members[1].value.offset == text.find("\"x"));
  const JsonMember* b = tree.find("b");
  REQUIRE(b != nullptr);
  CHECK(b->value.find("c")->value.type == JsonValue::Type::null);
  CHECK(b->value.find("d")->value.boolean);
  CHECK(b->value.find("e") == nullptr);
}

TEST_CASE("json tree: faults have a place", "[cli]") {
  struct Row {
    const char* text;
    const char* message;
    uint64_t offset;
  };
  const Row rows[] = {
      {"", "the file is empty", 0},
      {"\"text\"", "expected an object", 0},
      {"{\"a\": }", "not valid JSON: a comma, colon, bracket or value is missing or misplaced", 6},
      {"{\"a\": 1 \"b\": 2}", "not valid JSON: a comma, colon, bracket or value is missing or misplaced", 8},
      {"{\"a\": \"b\n\"}", "a control character within a string has to be escaped", 6},
      {"{\"a\": \"b}", "this string is not closed", 6},
      {"{\"a\": \"\xff\"}", "not valid UTF-8", 7},
      {"{\"a\": 1} x", "there is more behind the end of the value", 9},
      {"{\"a\": -0E3077777777777777777777777777777777777}", "this is no number", 6},
      {"{\"a\": [1, 2}", "not valid JSON: a comma, colon, bracket or value is missing or misplaced", 11},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    JsonValue tree;
    JsonError error;
    CHECK_FALSE(parse_json(row.text, tree, error));
    CHECK(error.message == row.message);
    CHECK(error.offset == row.offset);
  }
  for (const char* text :
       {"{\"a\": nul}", "{\"a\": nope}", "{\"a\": truth}", "{\"a\": 01}", "{\"a\": 1.}", "{\"a\": +1}",
        "{\"a\": \"\\x\"}", "{a: 1}", "[1,]", "{\"a\": 1,}", "{", "[", "{}{}", "// c\n{}"}) {
    INFO(text);
    JsonValue tree;
    JsonError error;
    CHECK_FALSE(parse_json(text, tree, error));
  }
}

TEST_CASE("json tree: depth is bounded", "[cli]") {
  JsonValue tree;
  JsonError error;
  CHECK(parse_json(std::string(60, '[') + std::string(60, ']'), tree, error));
  CHECK_FALSE(parse_json(std::string(100000, '[') + std::string(100000, ']'), tree, error));
  CHECK(error.message == "nested too deeply");
}

TEST_CASE("json tree: columns count UTF-16 units, lines end as editors have it", "[cli]") {
  const std::string text = "a\r\nb\rc\nä😀x";
  const auto position = [&](uint64_t offset) {
    const TextPosition found = position_of(text, offset);
    return std::pair(found.line, found.column);
  };
  CHECK(position(0) == std::pair<uint64_t, uint64_t>(1, 1));
  CHECK(position(text.find('b')) == std::pair<uint64_t, uint64_t>(2, 1));
  CHECK(position(text.find('c')) == std::pair<uint64_t, uint64_t>(3, 1));
  CHECK(position(text.find('x')) == std::pair<uint64_t, uint64_t>(4, 4));
  CHECK(position(10000) == std::pair<uint64_t, uint64_t>(4, 5));
}
