// Questions about the tokens before a place: is the `/` here a division, what does this bracket belong to?
//
// The answers follow the lexical goal symbols of ECMA-262 (12.1: InputElementDiv and InputElementRegExp) as far as one
// or a few tokens decide them, and know TypeScript's additions.
#include <algorithm>

#include "parser/lexer.h"

namespace demarc {
namespace {

// Words behind which an expression begins, so that a `/` opens a regular expression. `of` is one only in a for head.
bool expects_expression(std::string_view word) {
  switch (word.size()) {
    case 2:
      return word == "in" || word == "do";
    case 3:
      return word == "new";
    case 4:
      return word == "else" || word == "case" || word == "void";
    case 5:
      return word == "throw" || word == "await" || word == "yield" || word == "break";
    case 6:
      return word == "return" || word == "typeof" || word == "delete";
    case 7:
      return word == "default" || word == "extends";
    case 8:
      return word == "continue" || word == "debugger";
    case 10:
      return word == "instanceof";
    default:
      return false;
  }
}

bool ends_operand(BraceRole role) {
  return role == BraceRole::object || role == BraceRole::expressed_function || role == BraceRole::expressed_class;
}

}  // namespace

size_t Walk::skip_more_white_space_back(size_t index) const {
  size_t from = index;
  for (;;) {
    unsigned char c = at(index - 1);
    if (is_white_space(c)) {
      --index;
    } else if (c >= 0x80 && unicode_space_length_before(text_ + index) != 0) {
      index -= unicode_space_length_before(text_ + index);
    } else {
      state_.work += from - index;
      return index;
    }
  }
}

// The same over comments, which are recognised by their places: read backwards, they look like anything.
size_t Walk::skip_trivia_back(size_t index) const {
  index = skip_white_space_back(index);
  if (comments_[comment_head_].end < index) return index;
  for (size_t k = 0; k < comments_.size(); ++k) {
    const Span& run = comments_[(comment_head_ + comments_.size() - k) % comments_.size()];
    if (run.end < index) break;
    if (run.end == index) return skip_white_space_back(run.begin);
  }
  return index;
}

size_t Walk::word_begin(size_t end) const {
  size_t i = end;
  for (;;) {
    // Of the 16 bytes before i, the last is the highest bit.
    const uint32_t others = ~identifier_mask16(text_ + i - 16) << 16;
    i -= others == 0 ? 16 : size_t(std::countl_zero(others));
    if (others == 0) continue;
    if (at(i - 1) < 0x80 || unicode_space_length_before(text_ + i) != 0) break;
    --i;
  }
  state_.work += end - i;
  return i;
}

Token Walk::token_before(size_t index) const {
  Token token;
  token.end = skip_trivia_back(index);
  token.begin = token.end - 1;
  token.last = at(token.begin);
  if (token.end == regular_expression_end_ || token.last == kHistoryRegularExpression) {
    token.kind = TokenKind::regular_expression;
    token.begin = 0;
  } else if (token.end == element_end_ || token.last == kHistoryElement) {
    token.kind = TokenKind::element;
    token.begin = 0;
  } else if (is_identifier_part(token.last)) {
    token.kind = TokenKind::word;
    token.begin = word_begin(token.end);
  } else if (token.last == '"' || token.last == '\'' || token.last == '`') {
    token.kind = TokenKind::string;
    bool is_known =
        last_string_.begin != 0 && token.end == last_string_.end && token.end - last_string_.begin <= kStringKept;
    token.begin = is_known ? last_string_.begin : 0;
  } else if (token.last == 0) {
    token.kind = TokenKind::start;
  } else if (token.last == kHistoryUnknown) {
    token.kind = TokenKind::unknown;
  } else {
    token.kind = TokenKind::punctuator;
  }
  return token;
}

bool Walk::is_word(const Token& token, std::string_view word) const {
  return token.kind == TokenKind::word && text_between(token.begin, token.end) == word;
}

bool Walk::is_spread(const Token& token) const {
  return token.last == '.' && at(token.end - 2) == '.' && at(token.end - 3) == '.';
}

// Is the word the name of a property or a private name: a.return, a?.return, #return?
bool Walk::is_property(const Token& word) const {
  Token before = token_before(word.begin);
  if (before.kind != TokenKind::punctuator) return false;
  return (before.last == '.' && !is_spread(before)) || (before.last == '#' && before.end == word.begin);
}

bool Walk::newline_between(size_t begin, size_t end) const {
  state_.work += (end - begin) / 16;
  return find_line_end(begin, end) != end;
}

// Does an operand end before `index`, so that a `/` there divides and a `<` compares?
bool Walk::operand_before(size_t index, bool for_less_than) const {
  Token token = token_before(index);
  switch (token.kind) {
    case TokenKind::start:
      return false;
    case TokenKind::unknown:
    case TokenKind::string:
    case TokenKind::regular_expression:
    case TokenKind::element:
      return true;
    case TokenKind::word:
      return operand_word(token, index, for_less_than);
    case TokenKind::punctuator:
      break;
  }
  switch (token.last) {
    case ')': {
      if (token.end != closed_paren_.end) return true;
      ParenRole role = closed_paren_.frame.paren;
      return role != ParenRole::control && role != ParenRole::loop;
    }
    case ']':
      return true;
    case '}':
      return token.end == closed_brace_.end && ends_operand(closed_brace_.frame.brace);
    case '+':
    case '-':
      return at(token.begin - 1) == token.last;
    case '.':
      return !is_spread(token);
    case '!': {
      // TypeScript's non-null assertion touches its operand.
      size_t i = token.begin;
      while (at(i - 1) == '!') --i;
      unsigned char c = at(i - 1);
      return is_typescript_ &&
             (is_identifier_part(c) || c == ')' || c == ']' || c == '}' || c == '"' || c == '\'' || c == '`');
    }
    default:
      return false;
  }
}

bool Walk::operand_word(const Token& word, size_t index, bool for_less_than) const {
  std::string_view text = text_between(word.begin, word.end);
  if (text == "of") {
    Frame* top = frames_.find(0);
    return top == nullptr || top->kind != FrameKind::paren || top->paren != ParenRole::loop || is_property(word);
  }
  if (expects_expression(text)) {
    if (for_less_than && (text == "new" || text == "extends")) return true;
    return is_property(word);
  }
  if (!newline_between(word.end, index)) return true;
  // `break label` and a line terminator: the statement has ended there.
  Token before = token_before(word.begin);
  return !((is_word(before, "break") || is_word(before, "continue")) && !is_property(before));
}

// Can a statement begin at `index`? Where only the grammar could tell, an operand and a line terminator before it say
// yes.
bool Walk::statement_can_begin(size_t index) const {
  Token token = token_before(index);
  switch (token.kind) {
    case TokenKind::start:
      return true;
    case TokenKind::word:
      if (expects_expression(text_between(token.begin, token.end)) && !is_property(token)) {
        return is_word(token, "else") || is_word(token, "do") || is_word(token, "default");
      }
      return is_word(token, "export") || is_word(token, "declare") || is_word(token, "abstract") ||
             newline_between(token.end, index);
    case TokenKind::punctuator:
      switch (token.last) {
        case ';':
        case '{':
          return frames_.top_kind() == FrameKind::brace || frames_.empty();
        case '}':
          return token.end != closed_brace_.end || !ends_operand(closed_brace_.frame.brace) ||
                 newline_between(token.end, index);
        case ')':
          if (token.end == closed_paren_.end &&
              (closed_paren_.frame.paren == ParenRole::control || closed_paren_.frame.paren == ParenRole::loop)) {
            return true;
          }
          return newline_between(token.end, index);
        case ']':
          return newline_between(token.end, index);
        default:
          return false;
      }
    default:
      return newline_between(token.end, index);
  }
}

// What the `(` at `index` belongs to.
ParenRole Walk::paren_role(size_t index) const {
  // Most stand behind a name that is called or behind an operator: that is settled by the bytes before it.
  unsigned char c = at(index - 1);
  Token token;
  if (is_identifier_part(c) && c < 0x80) {
    if (index == regular_expression_end_) return ParenRole::other;
    token = {.kind = TokenKind::word, .last = c, .begin = word_begin(index), .end = index};
  } else if (is_white_space(c) || c == '*' || c == '/' || c >= 0x80) {
    token = token_before(index);
  } else {
    return ParenRole::other;
  }
  if (token.kind == TokenKind::punctuator && token.last == '*') {
    Token before = token_before(token.begin);
    return is_word(before, "function") ? function_role(before) : ParenRole::other;
  }
  if (token.kind != TokenKind::word) return ParenRole::other;
  ParenRole role = ParenRole::other;
  std::string_view word = text_between(token.begin, token.end);
  switch (word.size()) {
    case 2:
      if (word == "if") role = ParenRole::control;
      break;
    case 3:
      if (word == "for") role = ParenRole::loop;
      break;
    case 4:
      if (word == "with") role = ParenRole::control;
      break;
    case 5:
      if (word == "while") role = ParenRole::control;
      if (word == "catch") role = ParenRole::catch_clause;
      if (word == "await" && is_word(token_before(token.begin), "for")) role = ParenRole::loop;
      break;
    case 6:
      if (word == "switch") role = ParenRole::block_head;
      break;
    case 8:
      if (word == "function" && !is_property(token)) return function_role(token);
      break;
    default:
      break;
  }
  if (role != ParenRole::other) return is_property(token) ? ParenRole::other : role;
  if (!may_be_declared(token.begin)) return ParenRole::other;
  Token before = token_before(token.begin);
  if (before.last == '*' && before.kind == TokenKind::punctuator) before = token_before(before.begin);
  if (is_word(before, "function")) return is_property(before) ? ParenRole::other : function_role(before);
  return is_word(before, "extends") ? ParenRole::heritage_call : ParenRole::other;
}

// Can the name that begins at `index` stand behind `function`, `function *` or `extends`? Mostly the bytes before it
// say no.
bool Walk::may_be_declared(size_t index) const {
  if (is_white_space(at(index - 1))) {
    index = skip_white_space_back(index);
    if (comments_[comment_head_].end >= index) return true;
  }
  unsigned char c = at(index - 1);
  return c == 'n' || c == 's' || c == '*' || c == '/' || c >= 0x80;
}

// Whether the function whose keyword is given is a statement or an expression.
ParenRole Walk::function_role(const Token& keyword) const {
  size_t begin = keyword.begin;
  Token before = token_before(begin);
  if (is_word(before, "async") && !is_property(before)) begin = before.begin;
  return statement_can_begin(begin) ? ParenRole::declared_parameters : ParenRole::expressed_parameters;
}

BraceRole Walk::class_role(size_t keyword_begin) const {
  return statement_can_begin(keyword_begin) ? BraceRole::declared_class : BraceRole::expressed_class;
}

// What the `{` at `index` opens.
BraceRole Walk::brace_role(size_t index) const {
  if (index == typed_body_) return BraceRole::method;
  Token token = token_before(index);
  switch (token.kind) {
    case TokenKind::start:
      return BraceRole::block;
    case TokenKind::unknown:
      return BraceRole::unknown;
    case TokenKind::word:
      return brace_role_behind_word(token, index);
    case TokenKind::string:
      if (token.begin != 0 && token.last != '`' && is_word(token_before(token.begin), "module")) {
        return BraceRole::ambient;
      }
      return BraceRole::block;
    case TokenKind::regular_expression:
    case TokenKind::element:
      return BraceRole::block;
    case TokenKind::punctuator:
      break;
  }
  switch (token.last) {
    case ')':
      if (token.end != closed_paren_.end) return BraceRole::unknown;
      switch (closed_paren_.frame.paren) {
        case ParenRole::control:
        case ParenRole::loop:
        case ParenRole::block_head:
          return BraceRole::block;
        case ParenRole::catch_clause:
          return BraceRole::catch_block;
        case ParenRole::declared_parameters:
          return BraceRole::declared_function;
        case ParenRole::expressed_parameters:
          return BraceRole::expressed_function;
        case ParenRole::heritage_call:
          return BraceRole::declared_class;
        case ParenRole::other:
          return BraceRole::method;
      }
      return BraceRole::unknown;
    case '>':
      if (at(token.begin - 1) == '=') return BraceRole::arrow;
      return is_typescript_ ? BraceRole::declared_class : BraceRole::object;
    case ';':
    case '}':
      return BraceRole::block;
    case '{':
      return frames_.top_kind() == FrameKind::brace ? BraceRole::block : BraceRole::object;
    case ']':
      return BraceRole::declared_class;
    case ':': {
      // A label or a case in a block, the value of a property in an object, the end of a conditional expression.
      Frame* top = frames_.find(0);
      bool in_block = top == nullptr || (top->kind == FrameKind::brace && top->brace != BraceRole::object);
      return in_block ? BraceRole::block : BraceRole::object;
    }
    default:
      return BraceRole::object;
  }
}

BraceRole Walk::brace_role_behind_word(const Token& word, size_t index) const {
  std::string_view text = text_between(word.begin, word.end);
  if (text == "else" || text == "do" || text == "try" || text == "finally" || text == "static") return BraceRole::block;
  if (text == "catch") return BraceRole::catch_block;
  if (text == "const" || text == "let") return BraceRole::pattern;
  if (text == "var") return BraceRole::hoisted_pattern;
  if (text == "class") return class_role(word.begin);
  if (text == "of" || expects_expression(text)) return BraceRole::object;
  Token before = token_before(word.begin);
  if (is_word(before, "class")) return class_role(before.begin);
  if (is_word(before, "namespace") || is_word(before, "module")) return BraceRole::ambient;
  if (text == "global" && is_word(before, "declare")) return BraceRole::ambient;
  if (is_word(before, "extends") || is_word(before, "implements") || is_word(before, "interface") ||
      is_word(before, "enum")) {
    return BraceRole::declared_class;
  }
  if (newline_between(word.end, index)) return BraceRole::block;
  return BraceRole::declared_class;
}

}  // namespace demarc
