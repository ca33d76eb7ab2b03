// Single files, on a disk in memory and as texts.
#include <catch2/catch.hpp>
#include <cerrno>

#include "parser/scan_module.h"
#include "scanner/inspect.h"
#include "tests/support/memory_file_system.h"

using namespace demarc;

namespace {

std::string rules(const ParsedModule& module) {
  std::string text;
  for (const Diagnostic& d : module.diagnostics) text += (text.empty() ? "" : " ") + d.rule;
  return text;
}

}  // namespace

TEST_CASE("module parser: says what there is, and where", "[scanner][inspect]") {
  MemoryFileSystem disk;
  disk.add("/x.tsx",
           "'use client';\n"
           "import Ui, { a as b, type T } from \"./ui\" with { type: 'x' };\n"
           "import type { P } from 'p';\n"
           "import defer * as d from 'd';\n"
           "export * from './all';\n"
           "export const Counter = () => { const e = '\U0001F600'; return import('lazy'); };\n"
           "export type Props = {};\n"
           "export default async function f() { 'use server'; }\n");
  ModuleParser parser(disk);
  const ParsedModule module = parser.parse_file("/x.tsx");
  REQUIRE(module.read);
  CHECK(module.language == Language::tsx);
  CHECK(module.diagnostics.empty());
  CHECK_FALSE(module.exact);

  REQUIRE(module.directives.size() == 2);
  CHECK(module.directives[0].value == "use client");
  CHECK(module.directives[0].level == DirectiveLevel::module);
  CHECK(module.directives[0].line == 1);
  CHECK(module.directives[0].column == 1);
  CHECK(module.directives[0].end_column == 13);
  CHECK(module.directives[1].level == DirectiveLevel::function);
  CHECK(module.directives[1].line == 8);

  REQUIRE(module.imports.size() == 5);
  const ParsedImport& ui = module.imports[0];
  CHECK(ui.specifier == "./ui");
  CHECK(ui.has_attributes);
  CHECK_FALSE(ui.type_only);
  REQUIRE(ui.names.size() == 3);
  CHECK(ui.names[0].imported == "default");
  CHECK(ui.names[0].local == "Ui");
  CHECK(ui.names[1].imported == "a");
  CHECK(ui.names[1].local == "b");
  CHECK(ui.names[2].type_only);
  CHECK(module.imports[1].type_only);
  CHECK(module.imports[2].phase == ImportPhase::defer);
  CHECK(module.imports[3].kind == ImportKind::export_all);
  CHECK(module.imports[4].kind == ImportKind::dynamic);
  CHECK(module.imports[4].column == 62);  // columns are UTF-16 units
  CHECK(module.reexports_all == std::vector<std::string>{"./all"});

  REQUIRE(module.exports.size() == 3);
  CHECK(module.exports[0].name == "Counter");
  CHECK(module.exports[1].name == "Props");
  CHECK(module.exports[1].type_only);
  CHECK(module.exports[2].name == "default");
}

TEST_CASE("module parser: what cannot be read is never an empty module", "[scanner][inspect]") {
  MemoryFileSystem disk;
  disk.add("/style.css", "");
  disk.add("/plain", "'use client'");
  disk.add("/folder.ts/x.ts", "");
  disk.add("/secret.ts", "'use client'");
  disk.fail(Operation::read, "/secret.ts", EIO);
  ModuleParser parser(disk);
  struct Row {
    const char* path;
    const char* rule;
  };
  for (const Row& row : {Row{"/style.css", "parse/unknown-language"}, Row{"/plain", "parse/unknown-language"},
                         Row{"/none.ts", "scan/unreadable"}, Row{"/folder.ts", "scan/not-a-file"},
                         Row{"/secret.ts", "scan/unreadable"}}) {
    const ParsedModule module = parser.parse_file(row.path);
    INFO(row.path);
    CHECK_FALSE(module.read);
    CHECK(rules(module) == row.rule);
    CHECK(module.directives.empty());
  }
  const ParsedModule forced = parser.parse_file("/plain", Language::js);
  CHECK(forced.read);
  CHECK(forced.directives.size() == 1);
}

TEST_CASE("module parser: the exact tier is asked where the lexer declines, and doubts have places",
          "[scanner][inspect]") {
  ModuleParser parser;
  const ParsedModule broken = parser.parse_text("import './a';\nconst x = };\nimport './b';\n", Language::ts);
  CHECK(broken.read);
  CHECK(broken.exact);
  REQUIRE(rules(broken) == "scan/parse-error");
  REQUIRE(broken.imports.size() >= 1);
  CHECK(broken.imports[0].specifier == "./a");
  CHECK(broken.diagnostics[0].line == 2);

  const ParsedModule dynamic = parser.parse_text("import(a);\n\n  require(b);\n", Language::js);
  CHECK_FALSE(dynamic.exact);
  REQUIRE(rules(dynamic) == "scan/dynamic-specifier scan/dynamic-specifier");
  CHECK(dynamic.diagnostics[0].line == 1);
  CHECK(dynamic.diagnostics[1].line == 3);

  const ParsedModule reused = parser.parse_text("", Language::js);
  CHECK(reused.read);
  CHECK(reused.diagnostics.empty());
  CHECK(reused.imports.empty());
}

TEST_CASE("module parser: a file and its text are the same module, whatever the window", "[scanner][inspect]") {
  // Larger than the lexer's window, so that places need a second read.
  std::string text = "'use client';\n";
  while (text.size() < 3 * Lexer::kWindowBytes / 2) text += "// filler \xC3\xA9 filler\n";
  text += "import { x } from './x';\n";
  MemoryFileSystem disk;
  disk.add("/big.ts", text);
  ModuleParser parser(disk);
  const ParsedModule file = parser.parse_file("/big.ts");
  const ParsedModule memory = parser.parse_text(text, Language::ts);
  REQUIRE(file.imports.size() == 1);
  REQUIRE(memory.imports.size() == 1);
  CHECK(file.imports[0].line == memory.imports[0].line);
  CHECK(file.imports[0].line > 10000);
  CHECK(file.imports[0].column == 19);
  CHECK(file.directives[0].end_column == 13);
}
