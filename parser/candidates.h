// Where in the text something of interest could stand: keywords, directive strings, pragmas.
//
// The search sees raw bytes, so a candidate may lie in a comment or a string; the walk drops those it jumps over. What
// the search may do is to reject by the bytes around it, as long as it rejects nothing that the walk would accept. The
// last candidate is where the walk stops: what lies behind it is never lexed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "parser/kernels.h"
#include "parser/scan_module.h"

namespace demarc {

enum class CandidateKind : uint8_t {
  import_word,    // import
  export_clause,  // export with a * or { behind it
  export_other,   // export of a declaration
  require_call,   // require with something that can be a call behind it
  require_name,   // any other require: perhaps a declaration that hides the global one
  use_string,     // a string that begins with "use "
  pragma,         // @jsxImportSource
  html_close,     // --> of an HTML-like comment
};

struct Candidate {
  uint64_t offset = 0;  // in the file
  CandidateKind kind = CandidateKind::import_word;
};

// What the file holds ahead, by file offset. Where there is none, the offset is that of the start of the file minus
// one.
struct CandidateSummary {
  static constexpr uint64_t kNone = ~uint64_t{0};
  uint64_t last = kNone;               // of the kinds that are worth lexing up to
  uint64_t last_require_name = kNone;  // these are, if the file also calls require
  uint64_t last_use_string = kNone;
  bool calls_require = false;
};

// What the candidates depend on beside the text.
struct CandidateRules {
  bool exports = false;        // export_other is worth lexing up to
  bool html_comments = false;  // the language has them
};

// Finds the candidates in text[from, to) and writes them to `found` until it is full; `from` becomes the place to go on
// at. The text is readable for kCandidateMargin bytes on both sides; text[0] stands at `offset` of the file.
inline constexpr size_t kCandidateMargin = 512;
size_t find_candidates(const Kernels& kernels, const unsigned char* text, size_t& from, size_t to, uint64_t offset,
                       const CandidateRules& rules, std::span<Candidate> found);

void add_to_summary(CandidateSummary& summary, const CandidateRules& rules, const Candidate& candidate);

}  // namespace demarc
