// The second opinion: tree-sitter behind scan_module's signature, for the handful of files the lexer declines and for
// questions that need a grammar. Its answer may never remove an edge when its tree has an error.
//
//   ModuleSyntax exact;
//   ExactStatus status = exact_scan(text, settings, 64 << 20, exact);
//   merge_opinions(exact, status, syntax);                            // syntax: what scan_module said about the same
//   text
//
// The parse is bounded by `budget_bytes`, which nothing of it exceeds (parse_heap.h), and by a budget of work; one that
// would take more is stopped and reported as `exhausted`. tree-sitter needs 20 to 60 bytes a source byte on real code
// and over 1,000 on hostile code, so no estimate from the size of a file is safe. All of it is returned before the call
// ends. Any number of threads may call at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/scan_module.h"

namespace demarc {

enum class ExactStatus : uint8_t {
  complete,    // a tree without errors
  has_errors,  // a tree with ERROR or MISSING nodes: only additions may be taken from it
  exhausted,   // stopped at the budget; syntax is empty
  unsupported  // no grammar for this language
};

// `text` is a whole file, UTF-8 or UTF-16 with a byte-order mark, as it stands on disk; offsets are its bytes.
ExactStatus exact_scan(std::string_view text, const ScanSettings& settings, size_t budget_bytes, ModuleSyntax& syntax);

// Makes one answer of two. A tree without errors wins over a lexer that declined; with errors the result is the union,
// and the lexer's doubts stand.
void merge_opinions(const ModuleSyntax& exact, ExactStatus status, ModuleSyntax& syntax);

}  // namespace demarc
