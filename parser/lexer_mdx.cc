// MDX: Markdown with import and export statements, JSX tags and braced expressions.
//
// Only what holds code is lexed: blocks of import and export statements, and the expressions in braces, among the text
// and as the values of attributes. The text between is for the lexer what a comment is: it separates, and nothing in it
// counts. It is read line by line, as far as Markdown decides what is code: fences, code spans, paragraphs. Tags are no
// elements here, because what stands between them is Markdown again.
//
// A block begins in column 1 with `import ` or `export ` where no paragraph is open, and ends at the first blank line
// at which its code is complete (mdx-js/micromark-extension-mdxjs-esm).
#include <algorithm>

#include "parser/lexer.h"

namespace demarc {
namespace {

// How far the end of a code span is looked for.
constexpr size_t kLongestSpan = 2048;
constexpr size_t kShortestFence = 3;
// How many block quotes and list items may begin on the line of a fence.
constexpr int kContainers = 16;
// How far a line is looked at to see what it is. The window holds more than that ahead, wherever it is cut.
constexpr size_t kLineStart = 1024;

bool is_blank(unsigned char c) {
  return c == ' ' || c == '\t';
}

}  // namespace

size_t Walk::skip_run(size_t index, unsigned char c, size_t stop) const {
  while (index < stop && at(index) == c) ++index;
  return index;
}

size_t Walk::skip_blanks(size_t index, size_t stop) const {
  while (index < stop && is_blank(at(index))) ++index;
  return index;
}

void Walk::lex_markdown() {
  syntax_.has_esm = true;
  syntax_.has_jsx = true;
  syntax_.jsx_import_source = add_text("react");  // as rwsdk compiles it
  if (has(settings_.collect, Collect::exports)) add_export(0, add_text("default"), false);
  size_t text_begin = at_;
  bool in_paragraph = false;
  while (!done_ && !is_at_end() && candidate_at_ != 0) {
    lex_markdown_line(text_begin, in_paragraph);
  }
}

// Makes the text from `text_begin` to at_ something that look-backs pass over.
void Walk::leave_markdown(size_t text_begin) {
  size_t text_end = skip_white_space_back(at_);
  if (text_begin < text_end) add_comment({text_begin, text_end});
}

// Moves the window on if need be; `text_begin` is kept up to date.
void Walk::reserve_markdown(size_t& text_begin) {
  if (at_ >= limit_ && !state_.window.at_end()) text_begin = slide_within(text_begin, true);
}

// The line that begins at at_. `in_paragraph` tells whether it can only go on with what the line before began.
void Walk::lex_markdown_line(size_t& text_begin, bool& in_paragraph) {
  reserve_markdown(text_begin);
  ++state_.work;
  const std::string_view start = text_between(at_, at_ + 7);
  if (!in_paragraph && (start == "import " || start == "export ")) {
    leave_markdown(text_begin);
    lex_esm_block();
    text_begin = at_;
    return;
  }
  while (is_blank(here())) {
    ++at_;
    reserve_markdown(text_begin);
  }
  if (is_line_terminator(here()) || is_at_end()) {
    in_paragraph = false;
    end_markdown_line();
    return;
  }
  const size_t fence = find_fence(at_);
  if (fence != 0) {
    in_paragraph = false;
    skip_fence(fence, text_begin);
    return;
  }
  const bool is_heading = here() == '#' || is_rule(at_);
  const bool is_jsx = here() == '<' || here() == '{';
  const bool ends_with_markup = lex_markdown_text(text_begin);
  in_paragraph = !is_heading && !(is_jsx && ends_with_markup);
}

// Is the line a thematic break, or what makes a heading of the paragraph above it?
bool Walk::is_rule(size_t index) const {
  const unsigned char c = at(index);
  if (c != '-' && c != '=' && c != '*' && c != '_') return false;
  const size_t stop = index + kLineStart;
  size_t count = 0;
  for (; index < stop && (at(index) == c || is_blank(at(index))); ++index) count += size_t(at(index) == c);
  bool is_line = is_line_terminator(at(index)) || index >= end_;
  return is_line && (count >= 3 || c == '-' || c == '=');
}

// Behind the line terminator at at_.
void Walk::end_markdown_line() {
  if (here() == '\r' && at(at_ + 1) == '\n') ++at_;
  if (is_line_terminator(here())) ++at_;
}

// The index of the fence that opens on the line whose first character is at `index`, behind the markers of block quotes
// and list items; 0 if there is none.
size_t Walk::find_fence(size_t index) const {
  const size_t stop = std::min(index + kLineStart, end_);
  for (int containers = 0; containers < kContainers; ++containers) {
    index = skip_blanks(index, stop);
    unsigned char c = at(index);
    if (c == '`' || c == '~') {
      const size_t end = skip_run(index, c, stop);
      if (end - index < kShortestFence) return 0;
      // A back-tick behind the opening ones makes it a code span.
      if (c == '`' && end < stop && at(find_any<'`', '\n', '\r'>(text_, end, stop)) == '`') return 0;
      return index;
    }
    if (c == '>' || ((c == '-' || c == '*' || c == '+') && is_blank(at(index + 1)))) {
      ++index;
      continue;
    }
    size_t digits = index;
    while (is_digit(at(digits)) && digits - index < 9) ++digits;
    if (digits == index || (at(digits) != '.' && at(digits) != ')') || !is_blank(at(digits + 1))) return 0;
    index = digits + 1;
  }
  return 0;
}

// From the fence at `fence` to behind the line that closes it.
void Walk::skip_fence(size_t fence, size_t& text_begin) {
  const unsigned char c = at(fence);
  at_ = skip_run(fence, c, fence + kLineStart);
  const size_t length = at_ - fence;
  for (;;) {
    for (;;) {
      at_ = find_any<'\n', '\r'>(text_, at_, end_);
      if (at_ < end_ || state_.window.at_end()) break;
      text_begin = slide_within(text_begin, true);
    }
    end_markdown_line();
    if (is_at_end()) return;
    reserve_markdown(text_begin);
    size_t i = at_;
    const size_t stop = i + 2 * kLineStart;
    while (i < stop && (is_blank(at(i)) || at(i) == '>')) ++i;
    size_t begin = i;
    i = skip_run(i, c, stop);
    if (i - begin < length) continue;
    i = skip_blanks(i, stop);
    if (!is_line_terminator(at(i)) && i < end_) continue;
    at_ = i;
    end_markdown_line();
    return;
  }
}

// The rest of a line: text with code spans, expressions and tags, which may go on over more lines. Returns true if the
// last thing on it was an expression or a tag.
bool Walk::lex_markdown_text(size_t& text_begin) {
  bool ends_with_markup = false;
  for (;;) {
    reserve_markdown(text_begin);
    unsigned char c = here();
    if (is_line_terminator(c) || is_at_end()) {
      end_markdown_line();
      return ends_with_markup;
    }
    switch (c) {
      case '\\':
        at_ += is_line_terminator(at(at_ + 1)) ? 1 : 2;
        ends_with_markup = false;
        break;
      case '`':
        skip_code_span();
        ends_with_markup = false;
        break;
      case '{':
        if (!lex_markdown_expression(text_begin)) return false;
        ends_with_markup = true;
        break;
      case '<':
        ++at_;
        ends_with_markup = (is_identifier_part(here()) && !is_digit(here())) || here() == '/' || here() == '>';
        if (ends_with_markup && !lex_markdown_tag(text_begin)) return false;
        break;
      default:
        if (!is_blank(c)) ends_with_markup = false;
        ++at_;
        break;
    }
  }
}

// at_ is on the first back-tick. Without an end in the same paragraph it is text.
void Walk::skip_code_span() {
  const size_t length = skip_run(at_, '`', at_ + kLineStart) - at_;
  at_ += length;
  size_t stop = std::min(at_ + kLongestSpan, end_);
  bool line_is_blank = false;
  for (size_t i = at_; i < stop;) {
    ++state_.work;
    unsigned char c = at(i);
    if (c == '`') {
      size_t run = i;
      while (i < stop && at(i) == '`') ++i;
      if (i - run == length) {
        at_ = i;
        return;
      }
      line_is_blank = false;
    } else if (c == '\n') {
      if (line_is_blank) return;
      line_is_blank = true;
      ++i;
    } else {
      if (!is_blank(c) && c != '\r') line_is_blank = false;
      ++i;
    }
  }
}

// The expression whose `{` is at at_. Returns false if the walk is over.
bool Walk::lex_markdown_expression(size_t& text_begin) {
  leave_markdown(text_begin);
  open_jsx_brace(FrameKind::markdown);
  lex_code();
  text_begin = at_;
  return !done_ && !is_at_end();
}

// A tag, from behind its `<` to behind its `>`. Returns false if the walk is over.
bool Walk::lex_markdown_tag(size_t& text_begin) {
  for (;;) {
    reserve_markdown(text_begin);
    if (is_at_end()) return false;
    unsigned char c = here();
    switch (c) {
      case '>':
        ++at_;
        return true;
      case '{':
        if (!lex_markdown_expression(text_begin)) return false;
        break;
      case '"':
      case '\'':
        ++at_;
        for (;;) {
          at_ = c == '"' ? find_any<'"'>(text_, at_, end_) : find_any<'\''>(text_, at_, end_);
          if (at_ < end_ || state_.window.at_end()) break;
          text_begin = slide_within(text_begin, true);
        }
        if (!is_at_end()) ++at_;
        break;
      default:
        ++at_;
        break;
    }
  }
}

// A block of import and export statements, up to the blank line behind it.
void Walk::lex_esm_block() {
  bracket_depth_ = 0;
  in_esm_block_ = true;
  is_code_left_ = done_;
  while (!is_code_left_) {
    if (candidate_at_ < at_) drop_passed_candidates();
    const size_t event = next_event(at_);
    if (candidate_at_ >= at_ && esm_block_ends(std::min(event, candidate_at_))) break;
    lex_code_before(event);
  }
  in_esm_block_ = false;
  if (declaring_depth_ != 0) end_declaration();
  end_markdown_line();
}

// Does the block end at a blank line in the code from at_ to `end`? Then at_ is moved there.
bool Walk::esm_block_ends(size_t end) {
  if (!frames_.empty()) return false;
  for (size_t i = brackets_to_ > offset_of(at_) ? size_t(brackets_to_ - offset_of(0)) : at_; i < end; ++i) {
    unsigned char c = at(i);
    if (c == '[') ++bracket_depth_;
    if (c == ']' && bracket_depth_ > 0) --bracket_depth_;
    if (bracket_depth_ != 0 || !is_line_terminator(c) || find_blank_line(i, i + 2) != i) continue;
    if (statement_can_end(i)) {
      at_ = i;
      return true;
    }
    // Nor at the other line terminators before the next token.
    bool newline = false;
    i = std::min(skip_white_space(i, newline), end) - 1;
  }
  brackets_to_ = std::max(brackets_to_, offset_of(end));
  return false;
}

// The first line terminator in [begin, end) that a blank line follows, or `end`.
size_t Walk::find_blank_line(size_t begin, size_t end) const {
  for (size_t i = begin; i < end; ++i) {
    if (!is_line_terminator(at(i))) continue;
    size_t next = at(i) == '\r' && at(i + 1) == '\n' ? i + 2 : i + 1;
    next = skip_blanks(next, next + kLineStart);
    if (is_line_terminator(at(next)) || next >= end_) return i;
  }
  return end;
}

// Can the code before `index` be a whole statement? Not behind an operator that wants another operand.
bool Walk::statement_can_end(size_t index) const {
  Token token = token_before(index);
  if (token.kind != TokenKind::punctuator) return true;
  switch (token.last) {
    case ';':
    case ')':
    case ']':
    case '}':
      return true;
    default:
      return operand_before(index, false).yes;
  }
}

}  // namespace demarc
