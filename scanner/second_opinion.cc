#include "scanner/second_opinion.h"

#include <algorithm>
#include <string>

#include "parser/exact_scan.h"

namespace demarc {
namespace {

// The whole file, from what the lexer still holds of it; longer than ExactTier::kFileBytes if it is larger than that.
// Returns 0 or an errno.
int read_whole(SourceText& source, const Lexer& lexer, std::string& text) {
  text.assign(lexer.resident_text());
  while (text.size() <= ExactTier::kFileBytes) {
    const size_t length = text.size();
    text.resize(length + Lexer::kWindowBytes);
    const int64_t count = source.read_at(length, text.data() + length, Lexer::kWindowBytes);
    if (count < 0) return int(-count);
    text.resize(length + size_t(count));
    if (count == 0) break;
  }
  return 0;
}

}  // namespace

SecondOpinion ask_exact_tier(SourceText& source, const Lexer& lexer, const ScanSettings& settings, ExactTier& tier,
                             ModuleSyntax& syntax) {
  std::string text;  // no scratch of the thread's: of real files, next to none come here
  if (const int error = read_whole(source, lexer, text)) return {.error = error};
  if (text.size() > ExactTier::kFileBytes) return {};
  ModuleSyntax exact;
  ExactStatus status = ExactStatus::exhausted;
  const bool asked = tier.run(text.size(), [&](size_t budget_bytes) {
    exact.clear();
    return status = exact_scan(text, settings, budget_bytes, exact);
  });
  if (asked) merge_opinions(exact, status, syntax);
  return {.asked = asked};
}

SecondOpinion find_dropped(SourceText& source, const Lexer& lexer, const ElisionSettings& settings, ExactTier& tier,
                           const ModuleSyntax& syntax, std::vector<std::string>& dropped) {
  dropped.clear();
  std::string text;
  if (const int error = read_whole(source, lexer, text)) return {.error = error};
  if (text.size() > ExactTier::kFileBytes) return {};
  std::vector<uint64_t> offsets;
  const bool asked = tier.run(
      text.size(), [&](size_t budget_bytes) { return find_unused_imports(text, settings, budget_bytes, offsets); });
  if (!asked) return {};
  const auto is_dropped = [&](const ImportRecord& record) {
    return std::binary_search(offsets.begin(), offsets.end(), record.offset);
  };
  for (const ImportRecord& record : syntax.imports) {
    if (!is_dropped(record)) continue;
    const std::string_view specifier = syntax.text(record.specifier);
    const bool wholly = std::all_of(syntax.imports.begin(), syntax.imports.end(), [&](const ImportRecord& other) {
      return !other.erasable || is_dropped(other) || syntax.text(other.specifier) != specifier;
    });
    if (wholly) dropped.emplace_back(specifier);
  }
  return {.asked = true};
}

std::vector<FindingKind> doubts_of(const ModuleSyntax& syntax) {
  std::vector<FindingKind> doubts;
  if (syntax.has_undecided_directive) doubts.push_back(FindingKind::undecided_directive);
  if (syntax.uncertainty & ~uint32_t(Uncertainty::export_shape)) doubts.push_back(FindingKind::parse_error);
  if (!syntax.dynamic_specifiers.empty()) doubts.push_back(FindingKind::dynamic_specifier);
  return doubts;
}

}  // namespace demarc
