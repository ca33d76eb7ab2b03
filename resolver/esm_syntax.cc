#include "resolver/esm_syntax.h"

#include <array>

namespace demarc {
namespace {

using namespace std::string_view_literals;

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

size_t skip_space(std::string_view code, size_t at) {
  while (at < code.size() && is_space(code[at])) ++at;
  return at;
}

// What follows "import".
bool is_import(std::string_view code, size_t at) {
  if (code.substr(at).starts_with(".meta")) return at + 5 >= code.size() || !is_word(code[at + 5]);
  const size_t next = skip_space(code, at);
  if (next < code.size() && "\"'*{"sv.find(code[next]) != std::string_view::npos) return true;
  // Bindings, then "from": of everything a binding list may hold, the word itself included.
  size_t end = at;
  while (end < code.size() &&
         (is_space(code[end]) || is_word(code[end]) || "*,{}"sv.find(code[end]) != std::string_view::npos)) {
    ++end;
  }
  return code.substr(at, end - at).find("from") != std::string_view::npos;
}

// What follows "export".
bool is_export(std::string_view code, size_t at) {
  if (at < code.size() && is_word(code[at])) return false;
  const std::string_view rest = code.substr(skip_space(code, at));
  for (const std::string_view word : std::array{"*"sv, "{"sv, "default"sv, "class"sv, "type"sv, "function"sv, "const"sv,
                                                "var"sv, "let"sv, "async function"sv}) {
    if (rest.starts_with(word)) return true;
  }
  return false;
}

}  // namespace

bool has_esm_syntax(std::string_view code) {
  for (size_t at = code.find("port"); at != std::string_view::npos; at = code.find("port", at + 4)) {
    if (at < 2) continue;
    const std::string_view word = code.substr(at - 2, 6);
    const bool at_start = at == 2 || is_space(code[at - 3]) || code[at - 3] == ';';
    if (!at_start) continue;
    if (word == "import" ? is_import(code, at + 4) : word == "export" && is_export(code, at + 4)) return true;
  }
  return false;
}

}  // namespace demarc
