// What must be known of a file before it is lexed, and the candidates while it is.
//
// The first look over the file finds the candidates; the walk takes them from the list one by one. In a file that is
// full of them (generated lists of imports) the list ends early, and is filled again from where the walk has come to.
#include <algorithm>
#include <cstring>

#include "parser/lexer.h"

namespace demarc {
namespace {

constexpr size_t kNoneLeft = 0;              // Walk::candidate_at_: the last one is behind us
constexpr size_t kNoCandidate = ~size_t{0};  // none is known in the window, but perhaps there are some behind it
constexpr size_t kLongestPragma = 256;

}  // namespace

void ClosingTags::clear() {
  if (used_ != 0) std::memset(slots_.get(), 0, kSlots * sizeof(Slot));
  used_ = 0;
}

void ClosingTags::add(uint64_t name_hash, uint64_t offset) {
  if (slots_ == nullptr) slots_ = std::make_unique<Slot[]>(kSlots);
  name_hash |= 1;
  for (size_t i = name_hash % kSlots;; i = (i + 1) % kSlots) {
    if (slots_[i].hash == name_hash) {
      slots_[i].last = offset;
      return;
    }
    if (slots_[i].hash == 0) {
      if (used_ > kSlots / 2) return;
      ++used_;
      slots_[i] = {name_hash, offset};
      return;
    }
  }
}

bool ClosingTags::may_occur_behind(uint64_t name_hash, uint64_t offset) const {
  if (used_ == 0) return false;
  name_hash |= 1;
  for (size_t i = name_hash % kSlots; slots_[i].hash != 0; i = (i + 1) % kSlots) {
    if (slots_[i].hash == name_hash) return slots_[i].last > offset;
  }
  return used_ > kSlots / 2;
}

// Looks over the whole file for what must be known ahead: the last candidate, the markers, the closing tags. A file
// larger than the window is read once for this alone.
void Walk::survey() {
  Window& window = state_.window;
  std::array<Candidate, 64> unlisted;
  for (;;) {
    end_ = window.end();
    limit_ = window.limit();
    for (size_t from = Window::kTextStart; from < limit_;) {
      const bool is_listed = candidate_count_ < Lexer::State::kCandidates;
      const std::span<Candidate> room = is_listed ? std::span(state_.candidates.get() + candidate_count_,
                                                              Lexer::State::kCandidates - candidate_count_)
                                                  : std::span(unlisted);
      const size_t count = find_candidates(*state_.kernels, text_, from, limit_, offset_of(0), rules_, room);
      for (const Candidate& candidate : room.first(count)) add_to_summary(summary_, rules_, candidate);
      if (is_listed) {
        candidate_count_ += count;
        listed_to_ = offset_of(from);
      }
    }
    note_markers(Window::kTextStart, limit_);
    if (window.at_end()) break;
    if (is_typescript_ && has_jsx_tags_) {
      note_closing_tags(Window::kTextStart, limit_);
      tags_known_ = true;
    }
    std::array<char, kCandidateMargin> before;
    std::memcpy(before.data(), text_ + limit_ - before.size(), before.size());
    window.slide(limit_, {before.data(), before.size()});
  }
  if (tags_known_) note_closing_tags(Window::kTextStart, limit_);
  file_bytes_ = window.raw_bytes();
  stop_offset_ = summary_.last;
  // Whether a brace opens a function body matters for directives in it, and for `var require`.
  if (summary_.last_use_string != CandidateSummary::kNone) {
    directives_to_ = bodies_matter_to_ = summary_.last_use_string;
  }
  if (summary_.calls_require && summary_.last_require_name != CandidateSummary::kNone) {
    stop_offset_ = std::max(stop_offset_, summary_.last_require_name);
    bodies_matter_to_ = std::max(bodies_matter_to_, summary_.last_require_name);
  }
}

// Markers are looked for in the raw bytes, comments and strings included.
void Walk::note_markers(size_t from, size_t to) {
  for (size_t k = 0; k < settings_.markers.size(); ++k) {
    const uint32_t bit = uint32_t{1} << k;
    if ((syntax_.markers & bit) == 0 && contains(settings_.markers[k], from, to)) syntax_.markers |= bit;
  }
}

// Does `marker` begin in [from, to)?
bool Walk::contains(std::string_view marker, size_t from, size_t to) const {
  if (marker.empty()) return false;
  if (marker.size() == 1) return text_between(from, to).find(marker) != std::string_view::npos;
  const auto first = static_cast<unsigned char>(marker[0]), second = static_cast<unsigned char>(marker[1]);
  for (size_t i = from;; ++i) {
    i = state_.kernels->find_pair(text_, i, to, first, second);
    if (i == to) return false;
    if (i + marker.size() <= end_ && text_between(i, i + marker.size()) == marker) return true;
  }
}

// Begins the list again at the start of the file.
void Walk::restart_candidates() {
  candidate_head_ = 0;
  if (was_refilled_) {
    candidate_count_ = 0;
    listed_to_ = 0;
  }
  update_candidate();
}

void Walk::step_candidate() {
  ++candidate_head_;
  update_candidate();
}

// Sets candidate_at_ to the place of the candidate at the head of the list. An open declaration is followed to its end,
// and in TypeScript the words between the events count.
void Walk::update_candidate() {
  find_candidate_at();
  plain_to_ = declaring_depth_ == 0 && !is_typescript_ ? std::min(candidate_at_, limit_) : 0;
}

void Walk::find_candidate_at() {
  if (candidate_head_ >= candidate_count_) refill_candidates();
  if (candidate_head_ >= candidate_count_) {
    const bool is_last_behind = stop_offset_ == CandidateSummary::kNone || stop_offset_ < listed_to_;
    candidate_at_ = is_last_behind && declaring_depth_ == 0 ? kNoneLeft : kNoCandidate;
    return;
  }
  const uint64_t offset = state_.candidates[candidate_head_].offset;
  const bool is_last_behind = stop_offset_ == CandidateSummary::kNone || offset > stop_offset_;
  candidate_at_ = !is_last_behind ? size_t(offset - offset_of(0)) : declaring_depth_ == 0 ? kNoneLeft : kNoCandidate;
}

// Fills the list from where it ended, as far as the window goes.
void Walk::refill_candidates() {
  if (listed_to_ >= offset_of(limit_)) return;
  size_t from =
      std::max(size_t(std::max(listed_to_, offset_of(Window::kTextStart)) - offset_of(0)), Window::kTextStart);
  candidate_head_ = 0;
  candidate_count_ = find_candidates(*state_.kernels, text_, from, limit_, offset_of(0), rules_,
                                     std::span(state_.candidates.get(), Lexer::State::kCandidates));
  listed_to_ = offset_of(from);
  was_refilled_ = true;
}

// The window has moved: drops the candidates that were jumped over, also those that the list had no room for until now.
void Walk::drop_passed_candidates() {
  const auto head_is_passed = [&] {
    return candidate_head_ < candidate_count_ && state_.candidates[candidate_head_].offset < offset_of(at_);
  };
  do {
    while (head_is_passed()) ++candidate_head_;
    update_candidate();
  } while (head_is_passed());
}

// Deals with the candidates in code before the event at `before`; those before at_ were jumped over.
void Walk::handle_candidates(size_t before) {
  while (candidate_at_ < before) {
    if (candidate_at_ == kNoneLeft && state_.uses.empty()) {
      stop();
      return;
    }
    if (candidate_at_ == kNoneLeft) {
      begin_tail();
      candidate_at_ = kNoCandidate;
      return;
    }
    const CandidateKind kind = state_.candidates[candidate_head_].kind;
    const size_t index = candidate_at_;
    step_candidate();
    ++state_.work;
    if (index < at_ || kind == CandidateKind::use_string || kind == CandidateKind::pragma) continue;
    at_ = index;
    switch (kind) {
      case CandidateKind::import_word:
        lex_import();
        return;
      case CandidateKind::export_clause:
      case CandidateKind::export_other:
        lex_export();
        return;
      case CandidateKind::require_call:
      case CandidateKind::require_name:
        lex_require();
        return;
      case CandidateKind::html_close:
        lex_html_close();
        return;
      case CandidateKind::use_string:
      case CandidateKind::pragma:
        break;
    }
  }
}

// Pragmas in the part of a comment from `begin` to at_.
void Walk::note_pragmas(size_t begin) {
  while (candidate_at_ < at_ && candidate_at_ != kNoneLeft) {
    if (state_.candidates[candidate_head_].kind == CandidateKind::pragma && candidate_at_ >= begin) {
      size_t i = candidate_at_ + sizeof("@jsxImportSource") - 1;
      while (at(i) == ' ' || at(i) == '\t') ++i;
      size_t name = i;
      for (size_t stop = std::min(i + kLongestPragma, end_); i < stop && at(i) > ' ' && at(i) != '*';) ++i;
      if (i != name) syntax_.jsx_import_source = add_text(text_between(name, i));
    }
    step_candidate();
  }
}

}  // namespace demarc
