#include "parser/candidates.h"

#include <cstring>
#include <string_view>

#include "parser/char_class.h"

namespace demarc {
namespace {

constexpr size_t kHitsAtATime = 256;

bool stands_at(const unsigned char* p, std::string_view word) {
  return std::memcmp(p, word.data(), word.size()) == 0;
}

// Is the word of `length` bytes at p a whole identifier?
bool is_whole_word(const unsigned char* p, size_t length) {
  unsigned char behind = p[length];
  if (is_identifier_part(behind) && unicode_space_length(p + length) == 0) return false;
  unsigned char before = p[-1];
  return !is_identifier_part(before) || (before >= 0x80 && unicode_space_length_before(p) != 0);
}

// The first byte at or behind p that is no ASCII white space, looking at most kCandidateMargin / 2 bytes ahead.
const unsigned char* skip_white_space(const unsigned char* p) {
  const unsigned char* stop = p + kCandidateMargin / 2;
  while (p < stop && is_white_space(*p)) ++p;
  return p;
}

// Can what stands at p follow the keyword `import`? In prose it hardly ever can.
bool can_follow_import(const unsigned char* p) {
  // At the start of a line there is little prose.
  if (is_line_terminator(p[-7]) && *p == ' ') return true;
  p = skip_white_space(p);
  switch (*p) {
    case '(':
    case '.':
    case '{':
    case '*':
    case '"':
    case '\'':
    case '/':
      return true;
    default:
      break;
  }
  if (!is_identifier_part(*p)) return is_white_space(*p) || *p == '\\' || *p == '<';
  if (is_digit(*p)) return false;
  // A binding or one of type, typeof, defer, source. Behind it: from, a comma, `=`, a second word, a clause, a comment.
  const unsigned char* stop = p + kCandidateMargin / 2;
  while (p < stop && is_identifier_part(*p) && *p < 0x80) ++p;
  if (p == stop || *p >= 0x80) return true;
  p = skip_white_space(p);
  return *p == ',' || *p == '=' || *p == '{' || *p == '*' || *p == '/' || *p == '\\' || is_identifier_part(*p) ||
         is_white_space(*p);
}

// What kind of export stands before p, which is behind the keyword? False if it can be none.
bool classify_export(const unsigned char* p, CandidateKind& kind) {
  p = skip_white_space(p);
  kind = CandidateKind::export_clause;
  if (*p == '{') {
    // `export { a, b }` without `from` is no edge. Only a clause that is short and plain is looked through.
    const unsigned char* stop = p + kCandidateMargin / 2;
    const unsigned char* q = p + find_any<'}', '/', '"', '\'', 0>(p, 1, size_t(stop - p));
    if (q < stop && *q == '}') {
      q = skip_white_space(q + 1);
      if (*q != 'f' && *q != '/' && !is_white_space(*q) && *q < 0x80) kind = CandidateKind::export_other;
    }
    return true;
  }
  if (*p == '*' || *p == '/' || *p >= 0x80 || is_white_space(*p)) return true;
  if (stands_at(p, "type") && !is_identifier_part(p[4])) {
    p = skip_white_space(p + 4);
    if (*p == '{' || *p == '*' || *p == '/' || *p >= 0x80) return true;
  }
  kind = CandidateKind::export_other;
  return is_identifier_part(*p) || *p == '=' || *p == '@';
}

// Can the `require` before p be called: require(, require.resolve(, (require)(?
bool can_be_call(const unsigned char* p) {
  p = skip_white_space(p);
  return *p == '(' || *p == '.' || *p == '/' || *p >= 0x80 || is_white_space(*p) || *p == ')';
}

// Decides what the trigram at `hit` is a part of, and where that begins.
bool classify_hit(const unsigned char* text, size_t hit, const CandidateRules& rules, size_t& index,
                  CandidateKind& kind) {
  const unsigned char* p = text + hit;
  index = hit;
  switch (*p) {
    case 'p':  // im-por-t, ex-por-t
      if (p[3] != 't' || !is_whole_word(p - 2, 6)) return false;
      index = hit - 2;
      if (stands_at(p - 2, "im")) {
        kind = CandidateKind::import_word;
        return can_follow_import(p + 4);
      }
      return stands_at(p - 2, "ex") && classify_export(p + 4, kind);
    case 'q':  // re-qui-re
      if (!stands_at(p - 2, "require") || !is_whole_word(p - 2, 7)) return false;
      index = hit - 2;
      kind = can_be_call(p + 5) ? CandidateKind::require_call : CandidateKind::require_name;
      return true;
    case '@':
      kind = CandidateKind::pragma;
      return stands_at(p, "@jsxImportSource") && is_white_space(p[16]);
    case '-':
      kind = CandidateKind::html_close;
      return rules.html_comments;
    default:  // a quote
      kind = CandidateKind::use_string;
      return stands_at(p + 1, "use ");
  }
}

}  // namespace

size_t find_candidates(const Kernels& kernels, const unsigned char* text, size_t& from, size_t to, uint64_t offset,
                       const CandidateRules& rules, std::span<Candidate> found) {
  uint32_t hits[kHitsAtATime];
  size_t count = 0;
  while (from < to && count < found.size()) {
    size_t hit_count = kernels.find_trigrams(text, from, to, hits, kHitsAtATime);
    for (size_t i = 0; i < hit_count; ++i) {
      if (count == found.size()) {
        from = hits[i];
        return count;
      }
      size_t index = 0;
      if (!classify_hit(text, hits[i], rules, index, found[count].kind)) continue;
      found[count++].offset = offset + index;
    }
  }
  return count;
}

void add_to_summary(CandidateSummary& summary, const CandidateRules& rules, const Candidate& candidate) {
  switch (candidate.kind) {
    case CandidateKind::require_name:
      summary.last_require_name = candidate.offset;
      return;
    case CandidateKind::html_close:
      return;
    case CandidateKind::export_other:
      if (rules.exports) summary.last = candidate.offset;
      return;
    case CandidateKind::require_call:
      summary.calls_require = true;
      break;
    case CandidateKind::use_string:
      summary.last_use_string = candidate.offset;
      break;
    case CandidateKind::import_word:
    case CandidateKind::export_clause:
    case CandidateKind::pragma:
      break;
  }
  summary.last = candidate.offset;
}

}  // namespace demarc
