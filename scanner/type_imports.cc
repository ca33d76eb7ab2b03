// Imports of TypeScript files that exist only if something but a type uses their names.
//
//   import { Props } from "./props"    followed by a build only if Props is more than a type
//
// The lexer proves most uses (ImportRecord::erasable says where it did not). An edge that is left open is not followed
// while the rest is walked. Then the exact tier is asked about the importers of those targets that nothing else has
// reached, the edges that exist are followed, and so on until none is left. What is asked depends on the edges alone,
// not on the order in which threads found them.
#include <tbb/parallel_for_each.h>

#include <algorithm>
#include <tuple>

#include "parser/type_positions.h"
#include "scanner/second_opinion.h"
#include "scanner/walk_thread.h"

namespace demarc {

// import {type A} from   stays for its side effects under verbatimModuleSyntax
// export {type A} from   stays under it with esbuild, and never with oxc
// import {} from         goes with esbuild, unless verbatimModuleSyntax is set; so does export {} from
bool CompiledImports::drops(const ImportRecord& import) const {
  if (import.types_inline) return !keeps_unused || (import.kind == ImportKind::export_from && !by_esbuild);
  if (import.names_nothing && by_esbuild && is_typescript && elides) return !keeps_unused;
  return import.type_only;
}

bool CompiledImports::may_drop(const ImportRecord& import) const {
  return elides && import.erasable && !(by_esbuild && import.kind == ImportKind::import_equals);
}

CompiledImports Walk::compiled_imports(const ModuleSyntax& syntax, Language language, FileId file) {
  CompiledImports compiled{.elides = options_.type_imports == TypeImports::elide,
                           .by_esbuild = resolver_.options().vite == ViteVersion::vite7,
                           .is_typescript = is_typescript(language)};
  const auto depends = [](const ImportRecord& import) { return import.types_inline || import.names_nothing; };
  if (compiled.elides && std::any_of(syntax.imports.begin(), syntax.imports.end(), depends)) {
    compiled.keeps_unused = resolver_.type_import_rules(file).keeps_unused;
  }
  return compiled;
}

void Walk::leave_open(Thread& thread, const Edge& edge, const Target& target) {
  auto* open = thread.arena.create<OpenEdge>();
  const bool needs_specifier = target.kind == TargetKind::unresolved || names_package(edge.specifier);
  *open = {.next = thread.open_edges,
           .importer = edge.importer,
           .import = edge.import,
           .id = target.id,
           .specifier = needs_specifier ? resolver_.intern_text(edge.specifier) : TextId{},
           .environment = uint8_t(edge.environment),
           .import_kind = edge.kind,
           .kind = target.kind,
           .reason = target.reason,
           .is_dropped = false};
  thread.open_edges = open;
}

// Decides the edges that were left open and takes those that exist. Returns the files that they newly lead to.
std::vector<FileId> Walk::decide_open_edges() {
  std::vector<OpenEdge*> asked, taken;
  for (Thread& thread : threads_->locals) {
    for (OpenEdge* edge = thread.open_edges; edge; edge = edge->next)
      (is_reached(*edge) ? taken : asked).push_back(edge);
    thread.open_edges = nullptr;
  }
  std::sort(asked.begin(), asked.end(), [](const OpenEdge* a, const OpenEdge* b) {
    return std::tie(a->importer, a->import, a->environment) < std::tie(b->importer, b->import, b->environment);
  });
  std::vector<std::span<OpenEdge*>> importers;
  for (auto begin = asked.begin(); begin != asked.end();) {
    const auto end =
        std::find_if(begin, asked.end(), [&](OpenEdge* edge) { return edge->importer != (*begin)->importer; });
    importers.emplace_back(begin, end);
    begin = end;
  }
  tbb::parallel_for_each(importers, [this](std::span<OpenEdge*> edges) { decide_importer(edges); });

  std::vector<FileId> files;
  Queue queue(&files);
  taken.insert(taken.end(), asked.begin(), asked.end());
  for (const OpenEdge* edge : taken) {
    if (edge->is_dropped) {
      // The graph shows the import, and that it leads nowhere.
      replace_target(edge->importer, edge->import, edge->environment, TargetKind::not_followed, 0);
      continue;
    }
    const Edge taken_edge{
        edge->importer,   edge->import, edge->import_kind, /*is_open=*/true, resolver_.text(edge->specifier),
        edge->environment};
    lead_to(threads_->locals.local(), taken_edge, {edge->kind, edge->id, edge->reason}, queue);
  }
  return files;
}

// Whether it makes no difference to the modules if the edge exists.
bool Walk::is_reached(const OpenEdge& edge) const {
  if (edge.kind != TargetKind::module && edge.kind != TargetKind::asset) return false;
  const ModuleRecord* record = modules_.find(FileId(edge.id));
  if (!record) return false;
  if (edge.kind == TargetKind::asset) return record->has(ModuleRecord::kAsset);
  return ((record->requested | record->claimed) >> edge.environment & 1) != 0;
}

// Asks about one file. One that cannot be read again, or is too large, keeps its imports.
void Walk::decide_importer(std::span<OpenEdge*> edges) {
  if (stopped()) return;
  Thread& thread = threads_->locals.local();
  const FileId file = edges.front()->importer;
  const TypeImportRules rules = resolver_.type_import_rules(file);
  if (rules.keeps_unused) return;
  const std::vector<std::string_view> factories(rules.jsx_factories.begin(), rules.jsx_factories.end());
  ScanSettings settings;
  language_of(resolver_.name(file), settings.language);
  const ElisionSettings elision{
      .language = settings.language, .decorator_metadata = rules.decorator_metadata, .jsx_factories = factories};
  std::vector<std::string> dropped;
  bool asked = false;
  const auto find = [&](SourceText& source) {
    const SecondOpinion opinion = find_dropped(source, thread.lexer, elision, exact_tier_, thread.syntax, dropped);
    asked = opinion.asked;
    return opinion.error;
  };
  const ReadOutcome outcome = thread.reader.scan(resolver_.path(file), thread.lexer, settings, thread.syntax, find);
  if (asked) ++thread.stats.exact_parses_by_types;
  if (outcome.status != ReadStatus::ok) return;
  const ImportList imports = imports_of(thread, file);
  for (OpenEdge* edge : edges) {
    if (edge->import >= imports.size()) return;  // the file has changed, and a finding says so
    const std::string_view specifier = imports.specifier(edge->import);
    edge->is_dropped = std::find(dropped.begin(), dropped.end(), specifier) != dropped.end();
  }
}

bool Walk::has_open_edges() const {
  return std::any_of(threads_->locals.begin(), threads_->locals.end(),
                     [](const Thread& thread) { return thread.open_edges != nullptr; });
}

// What the graph shows for an import that was followed without knowing yet where it leads.
void Walk::replace_target(FileId importer, uint32_t import, unsigned environment, TargetKind kind, uint32_t id) {
  TargetList* list = modules_.targets(importer);
  for (; list; list = list->next) {
    if (list->environment != environment) continue;
    for (TargetFact& target : list->targets) {
      if (target.import == import) target = {import, kind, id};
    }
  }
}

}  // namespace demarc
