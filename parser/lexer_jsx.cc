// JSX: tags, their attributes, and the text between them, in which quotes and slashes mean nothing.
//
// An open tag and an open element are frames like brackets; what is nested in an element is not a deeper call but
// another turn of lex_jsx(), which gives way to the walk over code where a `{` begins an expression.
#include <algorithm>

#include "parser/lexer.h"

namespace demarc {
namespace {

// How far a `<` is looked behind to see whether a tag begins.
constexpr size_t kLookedAt = 1024;

uint64_t hash_name(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

bool is_tag_name_part(unsigned char c) {
  return is_identifier_part(c) || c == '-' || c == '.' || c == ':';
}

}  // namespace

// Does a JSX element begin at the `<` at `index`? Else it compares, or it begins type parameters.
bool Walk::begins_element(size_t index) {
  unsigned char c = at(index + 1);
  bool may_be_tag = (is_identifier_part(c) && !is_digit(c)) || c == '>' || is_white_space(c) || c == '/';
  if (!may_be_tag) return false;
  const Answer operand = operand_before(index, true);
  if (operand.yes && !operand.is_guess) return false;
  if (!is_element_shape(index)) return false;
  if (operand.is_guess) doubt(Uncertainty::regular_expression);
  return true;
}

// Has the text at the `<` at `index` the shape of an element?
bool Walk::is_element_shape(size_t index) {
  size_t stop = std::min(index + kLookedAt, end_);
  size_t begin = skip_blank(text_, index + 1, stop);
  if (at(begin) == '>') return true;
  if (!is_identifier_part(at(begin)) || is_digit(at(begin))) return false;
  size_t end = begin;
  while (end < stop && is_tag_name_part(at(end))) ++end;
  size_t i = skip_blank(text_, end, stop);
  state_.work += (i - index) / 8;
  switch (at(i)) {
    case '/':
    case '{':
    case '<':
    case '"':
      return true;
    case '>':
      // In TypeScript <T>(x) => x begins in the same way. No element is without its closing tag.
      return !is_typescript_ || closing_tag_may_follow(text_between(begin, end));
    default:
      break;
  }
  if (!is_identifier_part(at(i))) return false;
  if (!is_typescript_) return true;
  if (text_between(begin, end) == "const") return false;
  if (!word_at(i, "extends")) return true;
  // <T extends U>, but <Button extends /> and <Button extends="x">
  i = skip_blank(text_, i + 7, stop);
  return at(i) == '=' || at(i) == '>' || at(i) == '/';
}

bool Walk::closing_tag_may_follow(std::string_view name) {
  if (!tags_known_) {
    // Only a file that is in the window as a whole comes here: for others the survey took the names. From its start, as
    // there, so that the table is full of the same names.
    note_closing_tags(Window::kTextStart, end_);
    tags_known_ = true;
  }
  return state_.closing_tags.may_occur_behind(hash_name(name), offset_of(at_));
}

// Adds the names of the closing tags that begin in [from, to).
void Walk::note_closing_tags(size_t from, size_t to) {
  for (size_t i = from;;) {
    i = find_any<'<'>(text_, i, to);
    if (i >= to) return;
    size_t tag = i++;
    size_t stop = std::min(tag + kLookedAt, end_);
    size_t begin = skip_white_space_within(i, stop);
    if (at(begin) != '/') continue;
    begin = skip_white_space_within(begin + 1, stop);
    size_t end = begin;
    while (end < stop && is_tag_name_part(at(end))) ++end;
    state_.closing_tags.add(hash_name(text_between(begin, end)), offset_of(tag));
  }
}

size_t Walk::skip_white_space_within(size_t index, size_t stop) const {
  while (index < stop && is_white_space(at(index))) ++index;
  return index;
}

// at_ is behind the `<` of an opening tag.
void Walk::open_tag() {
  syntax_.has_jsx = true;
  if (!push_frame({.kind = FrameKind::tag})) return;
  skip_trivia();
  note_element();
  while (is_tag_name_part(here())) {
    ++at_;
    reserve();
  }
  skip_trivia();
  if (here() == '<') lex_type_arguments();
}

// Goes on in the innermost element until code begins: at a brace, or behind the end of the outermost element.
void Walk::lex_jsx() {
  while (!done_) {
    switch (frames_.top_kind()) {
      case FrameKind::tag:
        if (!lex_tag()) return;
        break;
      case FrameKind::element:
        if (!lex_children()) return;
        break;
      default:
        return;
    }
  }
}

// Attributes, to the end of the tag. Returns false if code follows.
bool Walk::lex_tag() {
  for (;;) {
    skip_trivia();
    unsigned char c = here();
    switch (c) {
      case '"':
      case '\'':
        if (!lex_attribute_string()) return false;
        break;
      case '{':
        open_jsx_brace(FrameKind::attribute);
        return false;
      case '>':
        frames_.set_top_kind(FrameKind::element);
        ++at_;
        return true;
      case '/':
        ++at_;
        skip_trivia();
        if (here() != '>') break;
        ++at_;
        end_element();
        return true;
      case '<':
        ++at_;
        open_tag();
        return !done_;
      default:
        if (is_at_end()) {
          doubt(Uncertainty::unterminated);
          stop();
          return false;
        }
        ++at_;
        break;
    }
  }
}

// A string in a tag has no escapes and may hold line terminators.
bool Walk::lex_attribute_string() {
  unsigned char quote = here();
  ++at_;
  for (;;) {
    at_ = quote == '"' ? find_any<'"'>(text_, at_, end_) : find_any<'\''>(text_, at_, end_);
    if (at_ < end_) {
      ++at_;
      return true;
    }
    if (state_.window.at_end()) {
      doubt(Uncertainty::unterminated);
      stop();
      return false;
    }
    slide_within(0, false);
  }
}

// The text between tags. Returns false if code follows.
bool Walk::lex_children() {
  for (;;) {
    at_ = find_any<'<', '{'>(text_, at_, end_);
    if (at_ + 1 < end_ || state_.window.at_end()) break;
    slide_within(0, false);
  }
  if (is_at_end()) {
    doubt(Uncertainty::unterminated);
    stop();
    return false;
  }
  if (here() == '{') {
    open_jsx_brace(FrameKind::child);
    return false;
  }
  ++at_;
  skip_trivia();
  if (here() == '/') {
    lex_closing_tag();
    return true;
  }
  open_tag();
  return !done_;
}

void Walk::open_jsx_brace(FrameKind kind) {
  if (push_frame({.kind = kind})) ++at_;
}

// at_ is on the slash of a closing tag.
void Walk::lex_closing_tag() {
  ++at_;
  for (;;) {
    skip_trivia();
    if (here() == '>' || is_at_end()) break;
    ++at_;
  }
  if (!is_at_end()) ++at_;
  end_element();
}

// Behind the end of an element.
void Walk::end_element() {
  frames_.pop();
  element_end_ = at_;
}

// The type arguments of a tag: <Select<string> />; at_ is on the inner `<`.
void Walk::lex_type_arguments() {
  size_t depth = 0;
  while (!is_at_end()) {
    skip_trivia();
    unsigned char c = here();
    if (c == '"' || c == '\'') {
      if (!lex_string()) return;
      continue;
    }
    ++at_;
    if (c == '<') ++depth;
    if (c == '=' && here() == '>') ++at_;
    if (c == '>' && --depth == 0) return;
  }
  doubt(Uncertainty::unterminated);
}

}  // namespace demarc
