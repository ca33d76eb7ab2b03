// One answer from two parsers. The lexer's record is the one that stays; what is taken over from the exact tier's is
// copied, because texts are pieces of a record's own pool.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "parser/exact_scan.h"

namespace demarc {
namespace {

template <class Record>
bool has_offset(const std::vector<Record>& records, size_t count, uint64_t offset) {
  const auto end = records.begin() + ptrdiff_t(count);
  const auto at = std::lower_bound(records.begin(), end, offset,
                                   [](const Record& record, uint64_t wanted) { return record.offset < wanted; });
  return at != end && at->offset == offset;
}

template <class Record>
void sort_by_offset(std::vector<Record>& records) {
  std::stable_sort(records.begin(), records.end(),
                   [](const Record& a, const Record& b) { return a.offset < b.offset; });
}

TextRef copy_text(const ModuleSyntax& from, TextRef text, ModuleSyntax& to) {
  const TextRef copy{uint32_t(to.pool.size()), text.length};
  to.pool += from.text(text);
  return copy;
}

bool same_edge(const ModuleSyntax& a, const ImportRecord& left, const ModuleSyntax& b, const ImportRecord& right) {
  return left.offset == right.offset && left.kind == right.kind && left.phase == right.phase &&
         a.text(left.specifier) == b.text(right.specifier);
}

void add_import(const ModuleSyntax& exact, const ImportRecord& record, ModuleSyntax& syntax) {
  ImportRecord copy = record;
  copy.specifier = copy_text(exact, record.specifier, syntax);
  copy.first_name = uint32_t(syntax.import_names.size());
  for (uint32_t i = 0; i < record.name_count; ++i) {
    const ImportName& name = exact.import_names[record.first_name + i];
    syntax.import_names.push_back(
        {copy_text(exact, name.imported, syntax), copy_text(exact, name.local, syntax), name.type_only});
  }
  syntax.imports.push_back(copy);
}

// Both lists are in source order, so each of the exact tier's edges is looked for among the lexer's at the same offset.
void unite_imports(const ModuleSyntax& exact, ModuleSyntax& syntax) {
  const size_t own = syntax.imports.size();
  for (const ImportRecord& record : exact.imports) {
    const auto end = syntax.imports.begin() + ptrdiff_t(own);
    auto at = std::lower_bound(syntax.imports.begin(), end, record.offset,
                               [](const ImportRecord& known, uint64_t offset) { return known.offset < offset; });
    bool known = false;
    for (; at != end && at->offset == record.offset && !known; ++at) {
      if (!same_edge(exact, record, syntax, *at)) continue;
      // In doubt an edge is one that runs.
      at->type_only = at->type_only && record.type_only;
      at->erasable = at->erasable && record.erasable;
      known = true;
    }
    if (!known) add_import(exact, record, syntax);
  }
  sort_by_offset(syntax.imports);
}

void unite_directives(const ModuleSyntax& exact, ModuleSyntax& syntax) {
  const size_t own = syntax.directives.size();
  for (const DirectiveRecord& record : exact.directives) {
    if (has_offset(syntax.directives, own, record.offset)) continue;
    DirectiveRecord copy = record;
    copy.value = copy_text(exact, record.value, syntax);
    syntax.directives.push_back(copy);
  }
  sort_by_offset(syntax.directives);
}

void unite_exports(const ModuleSyntax& exact, ModuleSyntax& syntax) {
  const size_t own = syntax.exports.size();
  for (const ExportRecord& record : exact.exports) {
    if (has_offset(syntax.exports, own, record.offset)) continue;
    syntax.exports.push_back({record.offset, copy_text(exact, record.name, syntax), record.type_only});
  }
  sort_by_offset(syntax.exports);
}

}  // namespace

void merge_opinions(const ModuleSyntax& exact, ExactStatus status, ModuleSyntax& syntax) {
  if (status == ExactStatus::exhausted || status == ExactStatus::unsupported) return;
  if (status == ExactStatus::complete) {
    const uint32_t markers = syntax.markers | exact.markers;
    syntax = exact;
    syntax.markers = markers;
    return;
  }
  unite_directives(exact, syntax);
  unite_imports(exact, syntax);
  unite_exports(exact, syntax);
  std::vector<uint64_t>& dynamic = syntax.dynamic_specifiers;
  dynamic.insert(dynamic.end(), exact.dynamic_specifiers.begin(), exact.dynamic_specifiers.end());
  std::sort(dynamic.begin(), dynamic.end());
  dynamic.erase(std::unique(dynamic.begin(), dynamic.end()), dynamic.end());
  syntax.has_esm = syntax.has_esm || exact.has_esm;
  syntax.has_jsx = syntax.has_jsx || exact.has_jsx;
  if (syntax.jsx_import_source.length == 0) {
    syntax.jsx_import_source = copy_text(exact, exact.jsx_import_source, syntax);
  }
}

}  // namespace demarc
