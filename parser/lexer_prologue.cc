// Directive prologues (ECMA-262, 11.2.1): the statements at the start of a module or function body that are nothing but
// a string literal.
#include <algorithm>

#include "parser/lexer.h"

namespace demarc {
namespace {

// A longer string is part of a prologue but is not reported.
constexpr size_t kLongestDirective = 1024;
// How many parentheses around a function type are looked behind.
constexpr size_t kGroups = 3;
// How far a return type is followed.
constexpr size_t kLongestType = 1024;
constexpr uint64_t kTypeStepsPerByte = 8;

// Type operators: an operand follows.
bool expects_type(std::string_view word) {
  return word == "keyof" || word == "typeof" || word == "readonly" || word == "infer" || word == "unique" ||
         word == "asserts" || word == "is" || word == "extends" || word == "new" || word == "abstract" || word == "in";
}

}  // namespace

void Walk::lex_prologue(DirectiveLevel level) {
  // type A = () => { "use server" }
  const bool is_arrow_in_doubt = is_typescript_ && level == DirectiveLevel::function &&
                                 frames_.top().brace == BraceRole::arrow && may_be_function_type(token_before(at_ - 1));
  for (;;) {
    skip_trivia();
    if (here() != '"' && here() != '\'') return;
    DirectiveRecord directive{.offset = offset_of(at_), .level = level};
    size_t begin = at_;
    if (!lex_string()) return;
    directive.end_offset = offset_of(at_);
    bool is_reported = directive.end_offset - directive.offset <= kLongestDirective;
    if (is_reported) {
      std::string_view text = text_between(begin + 1, at_ - 1);
      is_reported = level == DirectiveLevel::module || text.starts_with("use ");
      if (is_reported) directive.value = add_text(text);
    }
    bool newline = skip_trivia();
    if (!statement_ends(at_, newline)) {
      // A string that is compared, and no type or element as behind any other line.
      if (is_typescript_ && here() == '<') doubt(Uncertainty::regular_expression);
      drop_text(directive.value);
      return;
    }
    if (here() == ';') ++at_;
    if (!is_reported) continue;
    const bool is_body = level == DirectiveLevel::module || frames_.top().brace != BraceRole::unknown;
    if (!is_body || (is_arrow_in_doubt && may_be_member(at_))) {
      doubt(Uncertainty::brace_kind, directive.offset);
      syntax_.has_undecided_directive = true;
      drop_text(directive.value);
      continue;
    }
    syntax_.directives.push_back(directive);
  }
}

// The `=>` before a brace: could it be that of a function type, with an object type behind it? Such a type has its
// parameters directly before the arrow.
bool Walk::may_be_function_type(const Token& arrow) const {
  const Token paren = token_before(arrow.end - 2);
  if (paren.kind != TokenKind::punctuator || paren.last != ')') return false;
  return paren.end != closed_paren_.end || (closed_paren_.frame.flags & Frame::kBeginsNoType) == 0;
}

// What a directive behind the `(` at `index` will have to know about it.
uint8_t Walk::look_before_paren(size_t index) const {
  uint8_t flags = 0;
  if (is_typescript_ && !may_begin_type(index)) flags |= Frame::kBeginsNoType;
  const Token name = token_before(index);
  if (name.kind == TokenKind::word && at(name.begin - 1) != '#' && is_property(name)) flags |= Frame::kCallsMember;
  return flags;
}

// Could a type begin at the `(` at `index`? Its parentheses do not count: f((() => {}))
bool Walk::may_begin_type(size_t index) const {
  Token before = token_before(index);
  for (size_t k = 0; k < kGroups && before.kind == TokenKind::punctuator && before.last == '('; ++k) {
    before = token_before(before.begin);
  }
  if (before.kind == TokenKind::start) return false;
  if (before.kind == TokenKind::word) {
    const std::string_view word = text_between(before.begin, before.end);
    return !is_property(before) && (expects_type(word) || word == "as" || word == "satisfies");
  }
  if (before.kind != TokenKind::punctuator) return true;
  switch (before.last) {
    case ';':
    case '{':
    case '}':
    case ')':
      return false;
    case '=': {
      // const name = (, name: Type = (, but type Name = (, <Name = (, <Name extends Type = (
      const Token name = token_before(before.begin);
      const Token keyword = token_before(name.begin);
      if (name.kind != TokenKind::word) return true;
      if (keyword.kind == TokenKind::punctuator)
        return std::string_view(";:{}.").find(char(keyword.last)) == std::string_view::npos;
      return keyword.kind == TokenKind::word && (is_word(keyword, "type") || is_word(keyword, "extends"));
    }
    default:
      return true;
  }
}

// Could the text at `index`, behind a string in braces, go on as an object type? A statement mostly shows in its first
// two tokens.
bool Walk::may_be_member(size_t index) const {
  const size_t stop = std::min(index + kLongestType, end_);
  const size_t word = skip_blank(text_, index, stop);
  if (!is_identifier_part(at(word))) return true;
  const size_t end = word_end(word);
  const size_t next = skip_blank(text_, end, stop);
  return newline_between(end, next) || std::string_view(":?(<;,}").find(char(at(next))) != std::string_view::npos;
}

// Does a statement end before the token at `next`, by automatic semicolon insertion (12.10) if need be?
bool Walk::statement_ends(size_t next, bool newline) const {
  if (next >= end_) return true;
  switch (at(next)) {
    case ';':
    case '}':
      return true;
    case '.':
    case '(':
    case '[':
    case '`':
    case '*':
    case '/':
    case '%':
    case ',':
    case '?':
    case ':':
    case '<':
    case '>':
    case '=':
    case '&':
    case '|':
    case '^':
      return false;
    case '+':
    case '-':
      return newline && at(next + 1) == at(next);
    case '!':
      return newline && at(next + 1) != '=';
    default:
      return newline && !word_at(next, "in") && !word_at(next, "instanceof");
  }
}

// at_ is behind the `{` of a body. Nearly none begins with a string, or with a comment before one.
void Walk::lex_function_prologue() {
  bool newline = false;
  size_t i = skip_white_space(at_, newline);
  unsigned char c = at(i);
  if (c == '"' || c == '\'' || c == '/' || c == '<' || (i >= limit_ && !state_.window.at_end()))
    lex_prologue(DirectiveLevel::function);
}

// The end of the bracketed text that begins at `index`, or `stop`. For types, so `<` is a bracket.
size_t Walk::skip_bracketed_type(size_t index, size_t stop) {
  size_t depth = 0;
  const size_t begin = index;
  while (index < stop) {
    unsigned char c = at(index++);
    switch (c) {
      case '(':
      case '[':
      case '{':
      case '<':
        ++depth;
        break;
      case '>':
        if (at(index - 2) == '=') break;
        [[fallthrough]];
      case ')':
      case ']':
      case '}':
        if (--depth == 0) {
          type_steps_ += index - begin;
          return index;
        }
        break;
      case '"':
      case '\'':
      case '`':
        while (index < stop && at(index) != c) index += at(index) == '\\' ? 2 : 1;
        ++index;
        break;
      case '/':
        index = skip_comment_ahead(index - 1, stop);
        break;
      default:
        break;
    }
  }
  type_steps_ += stop - begin;
  return stop;
}

// Behind the comment at `index`, or one further if there is none.
size_t Walk::skip_comment_ahead(size_t index, size_t stop) const {
  if (at(index + 1) == '/') {
    index = find_line_end(index, stop);
  } else if (at(index + 1) == '*') {
    index += 2;
    while (index < stop && !(at(index) == '*' && at(index + 1) == '/')) ++index;
    index += 2;
  } else {
    ++index;
  }
  return index < stop ? index : stop;
}

// at_ is behind a `)` and a colon may follow: remembers the brace of the body behind a return type. It is not to be
// forgotten at the parentheses inside of the type.
void Walk::note_typed_body(const Frame& paren) {
  Brace role{.end_is_guess = (paren.flags & Frame::kEndIsGuess) != 0};
  switch (paren.paren) {
    case ParenRole::declared_parameters:
      role.role = BraceRole::declared_function;
      break;
    case ParenRole::expressed_parameters:
      role.role = BraceRole::expressed_function;
      break;
    default: {
      // Methods can be named if, for, catch; what begins such a statement has no colon behind it.
      const Contents contents = contents_here();
      // Among statements it is case (a): try {
      if (contents == Contents::statements || contents == Contents::expression) return;
      role.role = contents == Contents::members ? BraceRole::method : BraceRole::unknown;
      break;
    }
  }
  const size_t body = find_body_behind_type();
  if (body == 0) return;
  typed_body_ = body;
  typed_body_role_ = role;
}

// at_ is behind a `<`: function a<T extends { b: c }>(
void Walk::note_typed_parameters() {
  const size_t angle = at_ - 1;
  Token keyword = token_before(angle);
  if (!is_word(keyword, "function")) {
    if (keyword.kind == TokenKind::word) keyword = token_before(keyword.begin);
    if (keyword.kind == TokenKind::punctuator && keyword.last == '*') keyword = token_before(keyword.begin);
    if (!is_word(keyword, "function")) return;
  }
  if (is_property(keyword) || !may_read_type()) return;
  const size_t stop = std::min(angle + kLongestType, end_);
  const size_t end = skip_blank(text_, skip_bracketed_type(angle, stop), stop);
  if (end >= stop) {
    doubt(Uncertainty::brace_kind);
  } else if (at(end) == '(') {
    typed_parameters_ = end;
    typed_parameters_role_ = function_role(keyword);
  }
}

// Types within types within types would be read again and again. No code that means something comes near this.
bool Walk::may_read_type() {
  if (type_steps_ / kTypeStepsPerByte <= offset_of(at_) + kLongestType) return true;
  doubt(Uncertainty::brace_kind);
  return false;
}

// at_ is behind a `)`. If a return type and then a body follow, returns the index of its brace, else 0. A brace where
// an operand is due begins an object type; one behind a whole type is the body.
size_t Walk::find_body_behind_type() {
  size_t stop = at_ + kLongestType < end_ ? at_ + kLongestType : end_;
  bool newline = false;
  size_t i = skip_white_space(at_, newline);
  if (i >= stop || at(i) != ':') return 0;
  ++i;
  if (!may_read_type()) return 0;
  bool has_operand = false;
  bool can_be_parameters = false;  // the last operand was in parentheses
  while (i < stop) {
    ++state_.work;
    ++type_steps_;
    i = skip_white_space(i, newline);
    if (i >= stop) return 0;
    unsigned char c = at(i);
    if (is_identifier_part(c)) {
      size_t end = word_end(i);
      bool is_operator = expects_type(text_between(i, end));
      if (has_operand && !is_operator) return 0;
      has_operand = !is_operator;
      can_be_parameters = false;
      i = end;
      continue;
    }
    switch (c) {
      case '{':
        if (has_operand) return i;
        [[fallthrough]];
      case '(':
      case '[':
      case '<':
        can_be_parameters = c == '(' && !has_operand;
        has_operand = c != '<' || has_operand;
        i = skip_bracketed_type(i, stop);
        break;
      case '"':
      case '\'':
      case '`':
        if (has_operand) return 0;
        has_operand = true;
        ++i;
        while (i < stop && at(i) != c) i += at(i) == '\\' ? 2 : 1;
        ++i;
        break;
      case '=':
        if (at(i + 1) != '>' || !can_be_parameters) return 0;
        has_operand = can_be_parameters = false;
        i += 2;
        break;
      case '|':
      case '&':
      case '?':
      case ':':
      case '.':
      case '-':
        has_operand = can_be_parameters = false;
        ++i;
        break;
      case '/':
        if (at(i + 1) != '/' && at(i + 1) != '*') return 0;
        i = skip_comment_ahead(i, stop);
        break;
      default:
        return 0;
    }
  }
  return 0;
}

}  // namespace demarc
