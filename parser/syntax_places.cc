#include "parser/syntax_places.h"

#include <algorithm>

namespace demarc {

int SyntaxPlaces::locate(SourceText& source, const ModuleSyntax& syntax) {
  offsets_.clear();
  for (const DirectiveRecord& record : syntax.directives) {
    offsets_.push_back(record.offset);
    offsets_.push_back(record.end_offset);
  }
  for (const ImportRecord& record : syntax.imports) offsets_.push_back(record.offset);
  for (const ExportRecord& record : syntax.exports) offsets_.push_back(record.offset);
  offsets_.insert(offsets_.end(), syntax.dynamic_specifiers.begin(), syntax.dynamic_specifiers.end());
  if (syntax.uncertainty != 0) offsets_.push_back(syntax.uncertain_offset);
  std::sort(offsets_.begin(), offsets_.end());
  offsets_.erase(std::unique(offsets_.begin(), offsets_.end()), offsets_.end());
  locations_.assign(offsets_.size(), {});
  return offsets_.empty() ? 0 : demarc::locate(source, offsets_, locations_);
}

SourceLocation SyntaxPlaces::operator[](uint64_t offset) const {
  const auto found = std::lower_bound(offsets_.begin(), offsets_.end(), offset);
  if (found == offsets_.end() || *found != offset) return {};
  return locations_[size_t(found - offsets_.begin())];
}

}  // namespace demarc
