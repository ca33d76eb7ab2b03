// What the parser sees in files, for comparison with other tools: paths on stdin, one JSON record a line on stdout, in
// the shape of `demarc parse`.
//
//   find src -name '*.tsx' | parse_dump              the lexer's answer
//   find src -name '*.tsx' | parse_dump exact        the exact tier's, with "status"
//   find src -name '*.tsx' | parse_dump merged       as a scan would have it: the exact tier is asked where the lexer
//   declines
//
// A file that cannot be read gives {"file", "error"}.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "parser/exact_scan.h"
#include "parser/locate.h"
#include "parser/scan_module.h"
#include "parser/syntax_places.h"
#include "parser/unused_imports.h"

namespace demarc {
namespace {

constexpr size_t kExactBudget = size_t{1} << 30;  // a test program may take what it wants

enum class Tier : uint8_t { lexer, exact, merged, unused, unused_metadata };

// A JSON writer for records that are built in one go.
class JsonLine {
 public:
  JsonLine& key(std::string_view name) {
    separate();
    quote(name);
    line_ += ':';
    first_ = true;
    return *this;
  }
  void text(std::string_view value) {
    separate();
    quote(value);
  }
  void number(uint64_t value) {
    separate();
    line_ += std::to_string(value);
  }
  void boolean(bool value) {
    separate();
    line_ += value ? "true" : "false";
  }
  void open(char bracket) {
    separate();
    line_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    line_ += bracket;
    first_ = false;
  }
  std::string_view line() const { return line_; }
  void clear() {
    line_.clear();
    first_ = true;
  }

 private:
  void separate() {
    if (!first_) line_ += ',';
    first_ = false;
  }
  void quote(std::string_view text) {
    line_ += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') line_ += '\\';
      if (static_cast<unsigned char>(c) >= 0x20) {
        line_ += c;
      } else {
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", unsigned(c));
        line_ += escape;
      }
    }
    line_ += '"';
  }

  std::string line_;
  bool first_ = true;
};

void write_place(JsonLine& json, SourceLocation place) {
  json.key("line").number(place.line);
  json.key("column").number(place.column);
}

void write_directive(JsonLine& json, const ModuleSyntax& syntax, const SyntaxPlaces& places,
                     const DirectiveRecord& record) {
  json.open('{');
  json.key("value").text(syntax.text(record.value));
  json.key("level").text(record.level == DirectiveLevel::module ? "module" : "function");
  write_place(json, places[record.offset]);
  json.key("endColumn").number(places[record.end_offset].column);
  json.close('}');
}

void write_import(JsonLine& json, const ModuleSyntax& syntax, const SyntaxPlaces& places, const ImportRecord& record) {
  json.open('{');
  json.key("specifier").text(syntax.text(record.specifier));
  json.key("kind").text(to_string(record.kind));
  json.key("typeOnly").boolean(record.type_only);
  if (record.phase != ImportPhase::evaluation) {
    json.key("phase").text(record.phase == ImportPhase::defer ? "defer" : "source");
  }
  if (record.has_attributes) json.key("attributes").boolean(true);
  json.key("names").open('[');
  for (uint32_t i = record.first_name; i < record.first_name + record.name_count; ++i) {
    const ImportName& name = syntax.import_names[i];
    json.open('{');
    json.key("imported").text(syntax.text(name.imported));
    json.key("local").text(syntax.text(name.local));
    json.key("typeOnly").boolean(name.type_only);
    json.close('}');
  }
  json.close(']');
  write_place(json, places[record.offset]);
  json.close('}');
}

void write_exports(JsonLine& json, const ModuleSyntax& syntax, const SyntaxPlaces& places) {
  json.key("exports").open('[');
  for (const ExportRecord& record : syntax.exports) {
    json.open('{');
    json.key("name").text(syntax.text(record.name));
    json.key("typeOnly").boolean(record.type_only);
    write_place(json, places[record.offset]);
    json.close('}');
  }
  json.close(']');
}

struct Reading {
  ModuleSyntax syntax;
  bool asked_exact = false;
  ExactStatus status = ExactStatus::complete;
};

void write_record(JsonLine& json, std::string_view file, Language language, std::string_view text,
                  const Reading& reading) {
  const ModuleSyntax& syntax = reading.syntax;
  SyntaxPlaces places;
  TextInMemory source(text);
  places.locate(source, syntax);
  json.open('{');
  json.key("file").text(file);
  json.key("lang").text(to_string(language));
  json.key("directives").open('[');
  for (const DirectiveRecord& record : syntax.directives) write_directive(json, syntax, places, record);
  json.close(']');
  json.key("imports").open('[');
  for (const ImportRecord& record : syntax.imports) write_import(json, syntax, places, record);
  json.close(']');
  write_exports(json, syntax, places);
  json.key("dynamicSpecifiers").open('[');
  for (const uint64_t offset : syntax.dynamic_specifiers) {
    json.open('{');
    write_place(json, places[offset]);
    json.close('}');
  }
  json.close(']');
  json.key("exact").boolean(reading.asked_exact);
  if (reading.asked_exact) json.key("status").number(uint64_t(reading.status));
  json.key("uncertainty").number(syntax.uncertainty);
  json.close('}');
}

void read_text(Tier tier, Lexer& lexer, std::string_view text, const ScanSettings& settings, Reading& reading) {
  if (tier != Tier::exact) scan_module(lexer, text, settings, reading.syntax);
  reading.asked_exact = tier == Tier::exact || (tier == Tier::merged && reading.syntax.uncertainty != 0);
  if (!reading.asked_exact) return;
  if (tier == Tier::exact) {
    reading.status = exact_scan(text, settings, kExactBudget, reading.syntax);
    return;
  }
  ModuleSyntax exact;
  reading.status = exact_scan(text, settings, kExactBudget, exact);
  merge_opinions(exact, reading.status, reading.syntax);
}

void write_unused(JsonLine& json, std::string_view file, std::string_view text, const ElisionSettings& settings) {
  std::vector<uint64_t> dropped;
  const ExactStatus status = find_unused_imports(text, settings, kExactBudget, dropped);
  std::vector<SourceLocation> places(dropped.size());
  locate(text, dropped, places);
  json.open('{');
  json.key("file").text(file);
  json.key("status").number(uint64_t(status));
  json.key("dropped").open('[');
  for (const SourceLocation place : places) {
    json.open('{');
    write_place(json, place);
    json.close('}');
  }
  json.close(']');
  json.close('}');
}

int run(Tier tier) {
  Lexer lexer;
  Reading reading;
  JsonLine json;
  for (std::string path; std::getline(std::cin, path);) {
    json.clear();
    Language language = Language::js;
    std::ifstream file(path, std::ios::binary);
    if (!file || !language_of(path, language)) {
      json.open('{');
      json.key("file").text(path);
      json.key("error").text("no script, or not readable");
      json.close('}');
    } else {
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      if (tier == Tier::unused || tier == Tier::unused_metadata) {
        const bool metadata = tier == Tier::unused_metadata;
        write_unused(json, path, text, {.language = language, .decorator_metadata = metadata});
        std::cout << json.line() << '\n';
        continue;
      }
      const ScanSettings settings{.language = language, .collect = Collect::names | Collect::exports};
      read_text(tier, lexer, text, settings, reading);
      write_record(json, path, language, text, reading);
    }
    std::cout << json.line() << '\n';
  }
  return 0;
}

}  // namespace
}  // namespace demarc

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);  // answers may wait in the buffer: nobody talks to this program line by line
  const std::string_view tier = argc > 1 ? argv[1] : "lexer";
  if (tier == "lexer") return demarc::run(demarc::Tier::lexer);
  if (tier == "exact") return demarc::run(demarc::Tier::exact);
  if (tier == "merged") return demarc::run(demarc::Tier::merged);
  if (tier == "unused") return demarc::run(demarc::Tier::unused);
  if (tier == "unused-metadata") return demarc::run(demarc::Tier::unused_metadata);
  std::fputs("usage: parse_dump [lexer|exact|merged|unused|unused-metadata] <paths\n", stderr);
  return 2;
}
