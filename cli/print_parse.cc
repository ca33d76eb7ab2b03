// For people, one block a file:
//
//   src/app/Counter.tsx  tsx
//       1:1   "use client"
//       3:23  import       ./format  { format, type Options }
//       9:14  export       Counter
#include "cli/print_parse.h"

#include <fmt/format.h>

#include <string>

#include "cli/display.h"
#include "cli/json_fields.h"

namespace demarc {
namespace {

std::string_view level_name(DirectiveLevel level) {
  return level == DirectiveLevel::module ? "module" : "function";
}

std::string_view phase_name(ImportPhase phase) {
  return phase == ImportPhase::defer ? "defer" : "source";
}

void write_directive(JsonWriter& json, const ParsedDirective& directive) {
  json.begin_object();
  json.key("value").string(directive.value);
  json.key("level").string(level_name(directive.level));
  write_place(json, directive.line, directive.column);
  json.key("endColumn").number(directive.end_column);
  json.end();
}

void write_import(JsonWriter& json, const ParsedImport& import) {
  json.begin_object();
  json.key("specifier").string(import.specifier);
  json.key("kind").string(to_string(import.kind));
  json.key("typeOnly").boolean(import.type_only);
  if (import.phase != ImportPhase::evaluation) json.key("phase").string(phase_name(import.phase));
  if (import.has_attributes) json.key("attributes").boolean(true);
  json.key("names").begin_array();
  for (const ParsedName& name : import.names) {
    json.begin_object();
    json.key("imported").string(name.imported);
    json.key("local").string(name.local);
    json.key("typeOnly").boolean(name.type_only);
    json.end();
  }
  json.end();
  write_place(json, import.line, import.column);
  json.end();
}

void write_export(JsonWriter& json, const ParsedExport& name) {
  json.begin_object();
  json.key("name").string(name.name);
  json.key("typeOnly").boolean(name.type_only);
  write_place(json, name.line, name.column);
  json.end();
}

template <class Items, class Write>
void write_list(JsonWriter& json, std::string_view key, const Items& items, const Write& write) {
  json.key(key).begin_array();
  for (const auto& item : items) write(json, item);
  json.end();
}

std::string shown_names(const ParsedImport& import) {
  std::string text;
  for (const ParsedName& name : import.names) {
    text += text.empty() ? "  { " : ", ";
    if (name.type_only) text += "type ";
    text += escaped(name.imported);
    if (name.local != name.imported) text += " as " + escaped(name.local);
  }
  return text.empty() ? text : text + " }";
}

// What makes an import unusual, in front of its kind.
std::string shown_kind(const ParsedImport& import) {
  std::string text(to_string(import.kind));
  if (import.phase != ImportPhase::evaluation) text += fmt::format(" {}", phase_name(import.phase));
  if (import.type_only) text += " type";
  return text;
}

class Block {
 public:
  Block(const Look& look, Sink& sink) : look_(look), sink_(sink) {}

  void title(std::string_view file, const ParsedModule& module) {
    std::string line = look_.paint(Style::bold, escaped(file));
    if (module.language) line += "  " + look_.paint(Style::dim, to_string(*module.language));
    if (module.exact) line += look_.paint(Style::dim, ", exact tier asked");
    sink_.write(line + "\n");
  }
  void row(uint64_t line, uint64_t column, std::string_view what, const std::string& text) {
    const std::string place = fmt::format("{}:{}", line, column);
    sink_.write(fmt::format("  {}  {:<12}  {}\n", look_.paint(Style::dim, fmt::format("{:>8}", place)), what, text));
  }
  void note(std::string_view text) { sink_.write("  " + look_.paint(Style::dim, text) + "\n"); }

 private:
  const Look& look_;
  Sink& sink_;
};

}  // namespace

void write_parsed_module(JsonWriter& json, std::string_view file, const ParsedModule& module) {
  json.begin_object();
  write_name(json, "file", "idBase64", file);
  json.key("lang");
  if (module.language)
    json.string(to_string(*module.language));
  else
    json.null();
  if (module.read) {
    write_list(json, "directives", module.directives, write_directive);
    write_list(json, "imports", module.imports, write_import);
    write_list(json, "exports", module.exports, write_export);
    write_list(json, "reexportsAll", module.reexports_all,
               [](JsonWriter& out, const std::string& specifier) { out.string(specifier); });
    json.key("exact").boolean(module.exact);
  }
  write_list(json, "diagnostics", module.diagnostics, [](JsonWriter& out, const Diagnostic& diagnostic) {
    out.begin_object();
    write_diagnostic_fields(out, diagnostic, {});
    out.end();
  });
  json.end();
}

void print_parsed_module(std::string_view file, const ParsedModule& module, const Look& look, Sink& sink) {
  Block block(look, sink);
  block.title(file, module);
  if (!module.read) return block.note("not read");
  for (const ParsedDirective& directive : module.directives)
    block.row(directive.line, directive.column, "directive",
              fmt::format("\"{}\"{}", escaped(directive.value),
                          directive.level == DirectiveLevel::function ? "  of a function" : ""));
  for (const ParsedImport& import : module.imports)
    block.row(import.line, import.column, shown_kind(import), escaped(import.specifier) + shown_names(import));
  for (const ParsedExport& name : module.exports)
    block.row(name.line, name.column, name.type_only ? "export type" : "export", escaped(name.name));
  if (module.directives.empty() && module.imports.empty() && module.exports.empty())
    block.note("no directive, no import, no export");
}

}  // namespace demarc
