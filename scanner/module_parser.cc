// One file as a scan sees it: the same reader, lexer, second opinion and doubts, with everything kept.
#include <chrono>
#include <string>
#include <utility>

#include "parser/scan_module.h"
#include "parser/syntax_places.h"
#include "scanner/diagnostic.h"
#include "scanner/inspect.h"
#include "scanner/memory_budget.h"
#include "scanner/second_opinion.h"
#include "scanner/source_reader.h"

namespace demarc {
namespace {

int64_t now_ns() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

constexpr Collect kEverything = Collect::names | Collect::exports;

FindingKind finding_of(ReadStatus status) {
  switch (status) {
    case ReadStatus::not_a_file:
      return FindingKind::not_a_file;
    case ReadStatus::changed:
      return FindingKind::changed_while_read;
    case ReadStatus::ok:
    case ReadStatus::unreadable:
      break;
  }
  return FindingKind::unreadable;
}

Diagnostic unknown_language(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  const std::string extension(dot == std::string_view::npos ? "" : name.substr(dot));
  return {.rule = "parse/unknown-language",
          .level = Level::error,
          .message = extension.empty() ? "the name has no extension that says which language this is"
                                       : "the extension " + extension + " is no script's",
          .help = "scripts end in .js, .mjs, .cjs, .jsx, .ts, .mts, .cts, .tsx or .mdx; --lang reads a file as one"};
}

ParsedImport parsed_import(const ModuleSyntax& syntax, const ImportRecord& record, SourceLocation place) {
  ParsedImport import;
  import.specifier = syntax.text(record.specifier);
  import.kind = record.kind;
  import.phase = record.phase;
  import.type_only = record.type_only;
  import.has_attributes = record.has_attributes;
  import.line = place.line;
  import.column = place.column;
  for (uint32_t i = 0; i < record.name_count; ++i) {
    const ImportName& name = syntax.import_names[record.first_name + i];
    import.names.push_back(
        {std::string(syntax.text(name.imported)), std::string(syntax.text(name.local)), name.type_only});
  }
  return import;
}

// Unlike a scan, which says "somewhere in this file", a parse shows each place.
void add_doubts(const ModuleSyntax& syntax, const SyntaxPlaces& places, std::vector<Diagnostic>& diagnostics) {
  const auto add = [&](FindingKind kind, uint64_t offset) {
    Diagnostic diagnostic = describe_file_finding(kind);
    diagnostic.line = places[offset].line;
    diagnostic.column = places[offset].column;
    diagnostics.push_back(std::move(diagnostic));
  };
  for (const FindingKind doubt : doubts_of(syntax)) {
    if (doubt != FindingKind::dynamic_specifier) {
      add(doubt, syntax.uncertain_offset);
      continue;
    }
    for (const uint64_t offset : syntax.dynamic_specifiers) add(doubt, offset);
  }
  sort_diagnostics(diagnostics);
}

// The whole answer, with a place for everything.
void fill(const ModuleSyntax& syntax, const SyntaxPlaces& places, ParsedModule& module) {
  for (const DirectiveRecord& record : syntax.directives) {
    const SourceLocation begin = places[record.offset];
    module.directives.push_back({std::string(syntax.text(record.value)), record.level, begin.line, begin.column,
                                 places[record.end_offset].column});
  }
  for (const ImportRecord& record : syntax.imports) {
    module.imports.push_back(parsed_import(syntax, record, places[record.offset]));
    if (record.kind == ImportKind::export_all) module.reexports_all.push_back(module.imports.back().specifier);
  }
  for (const ExportRecord& record : syntax.exports) {
    const SourceLocation place = places[record.offset];
    module.exports.push_back({std::string(syntax.text(record.name)), record.type_only, place.line, place.column});
  }
  add_doubts(syntax, places, module.diagnostics);
}

}  // namespace

struct ModuleParser::State {
  explicit State(FileSystem& file_system) : reader(file_system, now_ns()) {}
  explicit State(std::unique_ptr<FileSystem> disk) : own_disk(std::move(disk)), reader(*own_disk, now_ns()) {}

  // What the lexer just said, with a second opinion where it declined, and with places. Returns 0 or an errno.
  int finish(SourceText& source, const ScanSettings& settings, ParsedModule& module) {
    module.exact = false;  // of an earlier attempt
    if (syntax.uncertainty != 0) {
      const SecondOpinion opinion = ask_exact_tier(source, lexer, settings, exact_tier, syntax);
      if (opinion.error) return opinion.error;
      module.exact = opinion.asked;
    }
    return places.locate(source, syntax);
  }

  std::unique_ptr<FileSystem> own_disk;
  SourceReader reader;
  MemoryBudget no_limit{0};
  ExactTier exact_tier{no_limit};
  Lexer lexer;
  ModuleSyntax syntax;
  SyntaxPlaces places;
};

ModuleParser::ModuleParser() : state_(std::make_unique<State>(make_real_file_system())) {}
ModuleParser::ModuleParser(FileSystem& file_system) : state_(std::make_unique<State>(file_system)) {}
ModuleParser::~ModuleParser() = default;

ParsedModule ModuleParser::parse_file(const std::string& path, std::optional<Language> language) {
  ParsedModule module;
  ScanSettings settings{.collect = kEverything};
  if (!language && language_of(path, settings.language)) language = settings.language;
  module.language = language;
  if (!language) {
    module.diagnostics.push_back(unknown_language(path));
    return module;
  }
  settings.language = *language;
  const ReadOutcome outcome =
      state_->reader.scan(path, state_->lexer, settings, state_->syntax,
                          [&](SourceText& source) { return state_->finish(source, settings, module); });
  module.read = outcome.status == ReadStatus::ok;
  if (module.read)
    fill(state_->syntax, state_->places, module);
  else
    module.diagnostics.push_back(describe_file_finding(finding_of(outcome.status), outcome.error));
  return module;
}

ParsedModule ModuleParser::parse_text(std::string_view text, Language language) {
  ParsedModule module;
  module.language = language;
  module.read = true;
  const ScanSettings settings{.language = language, .collect = kEverything};
  TextInMemory source(text);
  scan_module(state_->lexer, source, settings, state_->syntax);
  state_->finish(source, settings, module);  // a text in memory cannot fail to be read
  fill(state_->syntax, state_->places, module);
  return module;
}

}  // namespace demarc
