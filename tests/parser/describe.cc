#include "tests/parser/describe.h"

#include <sstream>

namespace demarc {

std::string describe(const ModuleSyntax& syntax) {
  std::ostringstream out;
  for (const DirectiveRecord& one : syntax.directives) {
    out << one.offset << '-' << one.end_offset << (one.level == DirectiveLevel::module ? " module " : " function ")
        << '"' << syntax.text(one.value) << "\"\n";
  }
  for (const ImportRecord& one : syntax.imports) {
    out << one.offset << ' ' << to_string(one.kind) << " '" << syntax.text(one.specifier) << '\'';
    if (one.phase != ImportPhase::evaluation) out << (one.phase == ImportPhase::defer ? " defer" : " source");
    if (one.type_only) out << " type-only";
    if (one.types_inline) out << " inline";
    if (one.names_nothing) out << " names-nothing";
    if (one.has_attributes) out << " attributes";
    if (one.erasable) out << " erasable";
    for (uint32_t i = 0; i < one.name_count; ++i) {
      const ImportName& name = syntax.import_names[one.first_name + i];
      out << (i == 0 ? " {" : ", ") << (name.type_only ? "type " : "") << syntax.text(name.imported) << " as "
          << syntax.text(name.local);
    }
    if (one.name_count != 0) out << '}';
    out << '\n';
  }
  for (uint64_t offset : syntax.dynamic_specifiers) out << offset << " dynamic specifier\n";
  for (const ExportRecord& one : syntax.exports) {
    out << one.offset << " export " << (one.type_only ? "type " : "") << syntax.text(one.name) << '\n';
  }
  if (syntax.markers != 0) out << "markers " << syntax.markers << '\n';
  if (syntax.has_esm) out << "esm\n";
  if (syntax.has_jsx) out << "jsx\n";
  if (syntax.jsx_import_source.length != 0) out << "jsx from " << syntax.text(syntax.jsx_import_source) << '\n';
  if (syntax.has_undecided_directive) out << "undecided directive\n";
  if (syntax.uncertainty != 0) out << "uncertain " << syntax.uncertainty << " at " << syntax.uncertain_offset << '\n';
  return out.str();
}

std::string describe(std::string_view text, const ScanSettings& settings, size_t window_bytes) {
  Lexer lexer(window_bytes);
  ModuleSyntax syntax;
  scan_module(lexer, text, settings, syntax);
  return describe(syntax);
}

}  // namespace demarc
