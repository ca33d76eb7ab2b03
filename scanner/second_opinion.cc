#include "scanner/second_opinion.h"

#include <string>

#include "parser/exact_scan.h"

namespace demarc {
namespace {

// What the exact tier is given of a file and of memory. Its trees take 20 to 60 bytes a source byte on real code.
constexpr size_t kExactFileBytes = 1 << 20;
constexpr size_t kExactBytes = 16 << 20;

// The whole file, from what the lexer still holds of it; longer than kExactFileBytes if it is larger than that. Returns
// 0 or an errno.
int read_whole(SourceText& source, const Lexer& lexer, std::string& text) {
  text.assign(lexer.resident_text());
  while (text.size() <= kExactFileBytes) {
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

SecondOpinion ask_exact_tier(SourceText& source, const Lexer& lexer, const ScanSettings& settings, MemoryBudget& budget,
                             ModuleSyntax& syntax) {
  std::string text;  // no scratch of the thread's: of real files, next to none come here
  if (const int error = read_whole(source, lexer, text)) return {.error = error};
  const size_t credit = kExactBytes + text.capacity();
  if (text.size() > kExactFileBytes || !budget.try_reserve(Share::exact, credit)) return {};
  ModuleSyntax exact;
  const ExactStatus status = exact_scan(text, settings, kExactBytes, exact);
  merge_opinions(exact, status, syntax);
  budget.release(Share::exact, credit);
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
