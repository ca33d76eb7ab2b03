// The cursor over the window: white space and comments, words, and what happens when the window moves on.
//
// A slide drops text. What a later look backwards could still ask about it is written before the window in the shortest
// form that gives the same tokens: `foo . bar  /* c */` becomes `foo . bar `. Words are cut to their end (no keyword is
// that long); of a string only the last one keeps its text, because new URL("x", import.meta.url) is read backwards.
#include <algorithm>
#include <cassert>
#include <cstring>

#include "parser/lexer.h"

namespace demarc {
namespace {

constexpr size_t kTokensKept = 12;  // the longest look backwards takes fewer
constexpr size_t kWordKept = 40;

}  // namespace

// Moves the window on to at_, which is in code.
void Walk::slide(size_t significant_end) {
  move_window(significant_end, 0);
}

// The same from inside of a comment or literal that began at `begin`, of which nothing is kept but a gap. Returns the
// place that stands for its begin from now on. A begin of 0: what stands before will not be asked for.
size_t Walk::slide_within(size_t begin, bool newline) {
  move_window(begin, newline ? '\n' : ' ');
  return Window::kTextStart;
}

void Walk::move_window(size_t significant_end, char gap) {
  char history[Window::kHistoryBytes];
  size_t start = build_history(significant_end, gap, history);
  Window& window = state_.window;
  size_t shift = window.slide(at_, {history + start, Window::kHistoryBytes - start});
  at_ -= shift;
  end_ = window.end();
  limit_ = window.limit();
  typed_body_ = typed_body_ > shift ? typed_body_ - shift : 0;
  typed_parameters_ = typed_parameters_ > shift ? typed_parameters_ - shift : 0;
  hidden_require_body_ = hidden_require_body_ > shift ? hidden_require_body_ - shift : 0;
  comments_.fill({});
  regular_expression_end_ = 0;
  element_end_ = 0;
  classified_to_ = Window::kTextStart;
  drop_passed_candidates();
}

// Writes the tokens that end at `index` to the end of `history` and returns where they begin there. An index into the
// history is also the index of that byte in the window afterwards.
size_t Walk::build_history(size_t index, char gap, char* history) {
  static_assert(Window::kTextStart == Window::kHistoryBytes);
  static_assert(kTokensKept * (kWordKept + 1) + kStringKept + 2 < Window::kHistoryBytes);
  const Closed paren = closed_paren_, brace = closed_brace_;
  closed_paren_.end = closed_brace_.end = 0;
  Span string;
  size_t out = Window::kHistoryBytes;
  auto put = [&](char c) { history[--out] = c; };
  auto put_text = [&](size_t begin, size_t end) {
    out -= end - begin;
    std::memcpy(history + out, text_ + begin, end - begin);
  };
  if (gap != 0) put(gap);
  for (size_t kept = 0; index != 0 && kept < kTokensKept; ++kept) {
    Token token = token_before(index);
    if (token.end != index) {
      const bool newline = newline_between(token.end, index);
      // Where the text goes on at a keyword, the candidates ask whether a line begins with it.
      if (kept == 0 && newline && !is_line_terminator(at(index - 1))) put(' ');
      put(newline ? '\n' : ' ');
    }
    index = token.begin;
    size_t end = out;
    switch (token.kind) {
      case TokenKind::start:
        last_string_ = string;
        return out;
      case TokenKind::unknown:
        index = 0;
        break;
      case TokenKind::word:
        put_text(token.end - token.begin > kWordKept ? token.end - kWordKept : token.begin, token.end);
        break;
      case TokenKind::punctuator:
        put(char(token.last));
        // However many stand in a row, a look backwards goes on to what is before them.
        while (token.last == '!' && at(index - 1) == '!') --index;
        if (token.end == paren.end) closed_paren_ = {end, paren.frame};
        if (token.end == brace.end) closed_brace_ = {end, brace.frame};
        break;
      case TokenKind::string:
        if (token.begin == 0) {
          put(char(token.last));
        } else {
          put_text(token.begin, token.end);
          string = {out, end};
        }
        break;
      case TokenKind::regular_expression:
        put(kHistoryRegularExpression);
        break;
      case TokenKind::element:
        put(kHistoryElement);
        break;
    }
  }
  put(kHistoryUnknown);
  last_string_ = string;
  return out;
}

bool Walk::skip_more_trivia() {
  bool newline = false;
  for (;;) {
    size_t end = skip_white_space(at_, newline);
    if (in_esm_block_ && frames_.empty()) {
      // Behind the limit the window may end too soon to tell. No character is cut in two there.
      if (!state_.window.at_end()) {
        size_t stop = std::max(at_, limit_);
        while (stop < end && (at(stop) & 0xc0) == 0x80) ++stop;
        end = std::min(end, stop);
      }
      size_t blank_line = find_blank_line(at_, end);
      if (blank_line != end && statement_can_end(blank_line)) {
        at_ = blank_line;
        return newline;
      }
    }
    at_ = end;
    if (at_ >= limit_ && !state_.window.at_end()) {
      slide(at_);
      continue;
    }
    if (here() == '/' && (at(at_ + 1) == '/' || at(at_ + 1) == '*')) {
      lex_comment(&newline);
    } else if (here() == '<' && html_comment_at(at_)) {
      lex_html_comment(4);
    } else {
      return newline;
    }
  }
}

// The first byte at or behind `index` that is no white space, at most end_.
size_t Walk::skip_white_space(size_t index, bool& newline) const {
  for (;;) {
    unsigned char c = at(index);
    if (is_white_space(c)) {
      if (is_line_terminator(c)) newline = true;
      ++index;
    } else if (c >= 0x80 && unicode_space_length(text_ + index) != 0) {
      if (is_unicode_line_terminator(text_ + index)) newline = true;
      index += unicode_space_length(text_ + index);
    } else {
      return index;
    }
  }
}

// The first byte at or behind `index` that is not part of a word.
size_t Walk::word_end(size_t index) const {
  for (;;) {
    const uint32_t others = ~identifier_mask16(text_ + index) & 0xffff;
    index += others == 0 ? 16 : size_t(std::countr_zero(others));
    if (others == 0) continue;
    if (at(index) < 0x80 || unicode_space_length(text_ + index) != 0) return index;
    ++index;
  }
}

// Does exactly this word stand at `index`?
bool Walk::word_at(size_t index, std::string_view word) const {
  return text_between(index, index + word.size()) == word && word_end(index + word.size()) == index + word.size();
}

// The first line terminator in [from, to), or `to`.
size_t Walk::find_line_end(size_t from, size_t to) const {
  for (;;) {
    from = find_any<'\n', '\r', 0xe2>(text_, from, to);
    if (from == to || text_[from] != 0xe2 || is_unicode_line_terminator(text_ + from)) return from;
    ++from;
  }
}

}  // namespace demarc
