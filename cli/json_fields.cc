#include "cli/json_fields.h"

#include "cli/utf8.h"

namespace demarc {

void write_header(JsonWriter& json) {
  json.key("schemaVersion").number(1);
  json.key("tool").begin_object();
  json.key("name").string("demarc");
  json.key("version").string(DEMARC_VERSION);
  json.end();
}

void write_place(JsonWriter& json, uint64_t line, uint64_t column) {
  json.key("line").number(line);
  json.key("column").number(column);
}

void write_name(JsonWriter& json, std::string_view key, std::string_view base64_key, std::string_view name) {
  if (find_invalid_utf8(name) == std::string_view::npos)
    json.key(key).string(name);
  else
    json.key(base64_key).base64(name);
}

void write_diagnostic_fields(JsonWriter& json, const Diagnostic& diagnostic, std::string_view file) {
  json.key("rule").string(diagnostic.rule);
  json.key("level").string(to_string(diagnostic.level));
  if (!file.empty()) write_name(json, "file", "idBase64", file);
  if (diagnostic.line != 0) write_place(json, diagnostic.line, diagnostic.column);
  json.key("message").string(diagnostic.message);
  if (!diagnostic.help.empty()) json.key("help").string(diagnostic.help);
}

void write_answer_fields(JsonWriter& json, const ResolveAnswer& answer) {
  json.key("result").string(to_string(answer.kind));
  write_name(json, "path", "pathBase64", answer.path);
  json.key("postfix").string(answer.postfix);
  if (!answer.vite_id.empty()) write_name(json, "viteId", "viteIdBase64", answer.vite_id);
  if (answer.kind == ResolutionKind::unresolved) json.key("reason").string(to_string(answer.reason));
  json.key("rules").begin_array();
  for (const std::string& rule : answer.rules) json.string(rule);
  json.end();
}

}  // namespace demarc
