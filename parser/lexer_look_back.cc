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

// Words behind which a line terminator ends the statement (12.10.1).
bool ends_with_line(std::string_view word) {
  return word == "return" || word == "break" || word == "continue" || word == "yield" || word == "debugger";
}

bool is_declaring(std::string_view word) {
  return word == "const" || word == "let" || word == "var" || word == "using";
}

// What a brace opens behind a keyword that settles it; unknown for other words.
BraceRole role_behind_keyword(std::string_view word) {
  if (word == "else" || word == "do" || word == "try" || word == "finally" || word == "static") return BraceRole::block;
  if (word == "catch") return BraceRole::catch_block;
  if (word == "const" || word == "let") return BraceRole::pattern;
  if (word == "var") return BraceRole::hoisted_pattern;
  return word == "of" || expects_expression(word) ? BraceRole::object : BraceRole::unknown;
}

// Words that have a type behind them, if they are no names.
bool is_type_operator(std::string_view word) {
  return word == "as" || word == "satisfies" || word == "keyof" || word == "is" || word == "readonly";
}

// The most postfix operators that are looked behind, and names of a.b.c: all that history keeps.
constexpr size_t kPostfixOperators = 3;
constexpr size_t kNameParts = 3;
// The most tokens of type arguments.
constexpr size_t kTypeTokens = 8;

// How far the line behind a doubtful `/` is looked at.
constexpr size_t kDoubtfulLine = 2048;

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

// Is the dot at the end of the token that of a.b, and not that of 1. or of ...?
bool Walk::is_member_dot(const Token& token) const {
  if (!is_digit(at(token.begin - 1))) return !is_spread(token);
  const size_t begin = word_begin(token.begin);
  if (!is_digit(at(begin)) || at(begin - 1) == '.') return true;  // a1.b, 1.5.b
  const std::string_view number = text_between(begin, token.begin);
  return number.find_first_not_of("0123456789_") != number.npos;
}

// Is the word the name of a property or a private name: a.return, a?.return, #return?
bool Walk::is_property(const Token& word) const {
  Token before = token_before(word.begin);
  if (before.kind != TokenKind::punctuator) return false;
  return (before.last == '.' && is_member_dot(before)) || (before.last == '#' && before.end == word.begin);
}

bool Walk::newline_between(size_t begin, size_t end) const {
  state_.work += (end - begin) / 16;
  return find_line_end(begin, end) != end;
}

// Does an operand end before `index`, so that a `/` there divides and a `<` compares?
Answer Walk::operand_before(size_t index, bool for_less_than) const {
  size_t end = index;
  for (size_t k = 0; k < kPostfixOperators; ++k) {
    const Token token = token_before(end);
    const size_t begin = token.kind == TokenKind::punctuator ? postfix_begin(token) : 0;
    if (begin == 0) return operand_at(token, index, for_less_than);
    // a++ and TypeScript's a! end an operand; at the start of a line, both begin one.
    if (newline_between(skip_trivia_back(begin), begin)) return {false};
    end = begin;
  }
  return {false};
}

// Where the ++, -- or ! that ends with `token` begins, if it can stand behind an operand; else 0.
size_t Walk::postfix_begin(const Token& token) const {
  size_t begin = token.begin;
  if (token.last == '!') {
    if (!is_typescript_) return 0;
    while (at(begin - 1) == '!') --begin;
    return begin;
  }
  if (token.last != '+' && token.last != '-') return 0;
  // a+++b is a++ and then a plus.
  while (at(begin - 1) == token.last && token.end - begin < 3) --begin;
  return token.end - begin == 2 ? begin : 0;
}

// The same, if the last token before `index` but for postfix operators is given.
Answer Walk::operand_at(const Token& token, size_t index, bool for_less_than) const {
  Answer ends = {true};
  if (token.kind == TokenKind::start) return {false};
  if (token.kind == TokenKind::word) ends = operand_word(token, index, for_less_than);
  if (token.kind == TokenKind::punctuator) ends = operand_punctuator(token);
  // Behind a type annotation and a type alias a line terminator ends the statement: let a: B[]⏎/re/.test(c)
  if (ends.yes && is_typescript_ && !for_less_than && newline_between(token.end, index)) ends.is_guess = true;
  return ends;
}

Answer Walk::operand_punctuator(const Token& token) const {
  switch (token.last) {
    case ')': {
      if (token.end != closed_paren_.end) return {true};
      const ParenRole role = closed_paren_.frame.paren;
      // Only the declaration of a function without a body ends with its parameters.
      return {role != ParenRole::control && role != ParenRole::loop && role != ParenRole::declared_parameters};
    }
    case ']':
      return {true};
    case '}':
      if (token.end != closed_brace_.end) return {false, true};
      return {ends_operand(closed_brace_.frame.brace), (closed_brace_.frame.flags & Frame::kEndIsGuess) != 0};
    case '.':
      return {!is_spread(token)};
    case '>':
      if (!is_typescript_ || at(token.begin - 1) == '=') return {false};
      return operand_angle(token);
    default:
      return {false};
  }
}

// TypeScript's `>`: it ends type arguments, a < b > /c/ is read as those, too; or the type of an assertion, <a>b; or it
// compares.
Answer Walk::operand_angle(const Token& angle) const {
  constexpr Answer kGuess = {true, true};
  size_t depth = 1;
  size_t end = angle.begin;
  for (size_t k = 0; k < kTypeTokens; ++k) {
    const Token token = token_before(end);
    end = token.begin;
    if (token.kind == TokenKind::word && !expects_expression(text_between(token.begin, token.end))) continue;
    if (token.kind != TokenKind::punctuator) return kGuess;
    switch (token.last) {
      case '.':
      case ',':
      case '|':
      case '&':
      case '[':
      case ']':
        break;
      case '>':
        ++depth;
        break;
      case '<': {
        if (--depth > 0) break;
        const Token before = token_before(end);
        if (before.kind == TokenKind::word) return operand_word(before, end, false);
        if (before.kind != TokenKind::punctuator) return kGuess;
        const bool is_operator = std::string_view("=(,;:?{&|+-*[").find(char(before.last)) != std::string_view::npos;
        return {!is_operator, !is_operator};
      }
      default:
        return kGuess;
    }
  }
  return kGuess;
}

Answer Walk::operand_word(const Token& word, size_t index, bool for_less_than) const {
  const std::string_view text = text_between(word.begin, word.end);
  if (text == "of") return {!is_loop_of(word)};
  if (expects_expression(text)) {
    if (for_less_than && (text == "new" || text == "extends")) return {true};
    const bool is_name = at(word.begin - 1) == '\\' || is_property(word);
    return {is_name, text == "void" && is_typescript_ && !is_name};  // it is a type, too
  }
  if (!newline_between(word.end, index)) return {true};
  // `break label` or `let name` and a line terminator: the statement has ended there.
  const Token before = token_before(word.begin);
  const bool ends_with_name =
      is_word(before, "break") || is_word(before, "continue") || is_word(before, "let") || is_word(before, "var");
  return {!(ends_with_name && !is_property(before))};
}

// Is the word `of` the one of a for head? There a name or a pattern stands before it.
bool Walk::is_loop_of(const Token& word) const {
  const Frame* top = frames_.find(0);
  if (top == nullptr || top->kind != FrameKind::paren || top->paren != ParenRole::loop) return false;
  const Token before = token_before(word.begin);
  if (!ends_binding(before)) return false;
  // for (of of a), but for (a of of / 2)
  return !is_word(before, "of") || !ends_binding(token_before(before.begin));
}

// Can what is assigned in each turn of a loop end with this token?
bool Walk::ends_binding(const Token& token) const {
  if (token.kind == TokenKind::punctuator) return token.last == ']' || token.last == '}' || token.last == ')';
  return token.kind == TokenKind::word && !is_declaring(text_between(token.begin, token.end));
}

// Whether the `/` at at_ divides, by what stands before it. Where that does not settle it and both readings would go on
// differently, there is a doubt.
bool Walk::slash_divides() {
  const Answer operand = operand_before(at_, false);
  if (!operand.is_guess) return operand.yes;
  // A regular expression ends on its line, and what holds nothing but words can be read either way.
  bool can_end = false;
  bool matters = false;
  const size_t stop = std::min(at_ + kDoubtfulLine, end_);
  size_t i = at_ + 1;
  for (; i < stop && !is_line_terminator(at(i)) && !is_unicode_line_terminator(text_ + i); ++i) {
    can_end = can_end || at(i) == '/';
    matters = matters || std::string_view("\"'`(){}[]<>*\\").find(char(at(i))) != std::string_view::npos;
  }
  state_.work += i - at_;
  if (!can_end && i < stop) return true;
  const std::string_view line = text_between(at_, i);
  matters = matters || line.find("port") != line.npos || line.find("quire") != line.npos;
  if (matters || i == stop) doubt(Uncertainty::regular_expression);
  return operand.yes;
}

// Can a statement begin at `index`? Where only the grammar could tell, an operand and a line terminator before it say
// yes.
Answer Walk::statement_can_begin(size_t index) const {
  const Token token = token_before(index);
  switch (token.kind) {
    case TokenKind::start:
      return {true};
    case TokenKind::word: {
      const std::string_view word = text_between(token.begin, token.end);
      const bool newline = newline_between(token.end, index);
      if (expects_expression(word) && !is_property(token)) {
        return {word == "else" || word == "do" || word == "default" || (newline && ends_with_line(word))};
      }
      return {newline || word == "export" || word == "declare" || word == "abstract"};
    }
    case TokenKind::punctuator:
      break;
    default:
      return {newline_between(token.end, index)};
  }
  switch (token.last) {
    case ';':
    case '{':
      return {frames_.top_kind() == FrameKind::brace || frames_.empty()};
    case ':': {
      const ColonRole role = colon_role(token);
      return {role == ColonRole::label, role == ColonRole::unknown};
    }
    case '}': {
      if (newline_between(token.end, index)) return {true};
      const Answer operand = operand_punctuator(token);
      return {!operand.yes, operand.is_guess};
    }
    case ')':
      if (token.end == closed_paren_.end &&
          (closed_paren_.frame.paren == ParenRole::control || closed_paren_.frame.paren == ParenRole::loop)) {
        return {true};
      }
      return {newline_between(token.end, index)};
    case ']':
      return {newline_between(token.end, index)};
    default:
      return {false};
  }
}

// What the `(` at `index` belongs to.
Paren Walk::paren_role(size_t index) const {
  if (index == typed_parameters_) return typed_parameters_role_;
  // Most stand behind a name that is called or behind an operator: that is settled by the bytes before it.
  unsigned char c = at(index - 1);
  Token token;
  if (is_identifier_part(c) && c < 0x80) {
    if (index == regular_expression_end_) return {ParenRole::other};
    token = {.kind = TokenKind::word, .last = c, .begin = word_begin(index), .end = index};
  } else if (is_white_space(c) || c == '*' || c == '/' || c >= 0x80) {
    token = token_before(index);
  } else {
    return {ParenRole::other};
  }
  if (token.kind == TokenKind::punctuator && token.last == '*') {
    Token before = token_before(token.begin);
    return is_word(before, "function") ? function_role(before) : Paren{ParenRole::other};
  }
  if (token.kind != TokenKind::word) return {ParenRole::other};
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
    case 7:
      if (word == "extends") role = ParenRole::heritage_call;
      break;
    case 8:
      if (word == "function" && !is_property(token)) return function_role(token);
      break;
    default:
      break;
  }
  if (role != ParenRole::other) {
    // if () {} is a method where members stand, but not { a: class extends (b) {} }.
    const Contents contents = contents_here();
    if (is_property(token)) return {ParenRole::other};
    if (contents == Contents::members) return {is_heritage(token) ? ParenRole::heritage_call : ParenRole::other};
    return {role, contents == Contents::unknown};
  }
  if (!may_be_declared(token.begin)) return {ParenRole::other};
  Token before = token_before(token.begin);
  if (before.last == '*' && before.kind == TokenKind::punctuator) before = token_before(before.begin);
  if (is_word(before, "function")) return is_property(before) ? Paren{ParenRole::other} : function_role(before);
  return {is_word(before, "extends") ? ParenRole::heritage_call : ParenRole::other};
}

// Does the word `extends` belong to a class, with or without a name?
bool Walk::is_heritage(const Token& word) const {
  if (!is_word(word, "extends")) return false;
  const Token before = token_before(word.begin);
  return is_word(before, "class") || (before.kind == TokenKind::word && is_word(token_before(before.begin), "class"));
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
Paren Walk::function_role(const Token& keyword) const {
  size_t begin = keyword.begin;
  Token before = token_before(begin);
  if (is_word(before, "async") && !is_property(before)) begin = before.begin;
  const Answer statement = statement_can_begin(begin);
  return {statement.yes ? ParenRole::declared_parameters : ParenRole::expressed_parameters, statement.is_guess};
}

Brace Walk::class_role(size_t keyword_begin) const {
  const Answer statement = statement_can_begin(keyword_begin);
  return {statement.yes ? BraceRole::declared_class : BraceRole::expressed_class, statement.is_guess};
}

// What stands between the innermost brackets, as far as that is certain.
Walk::Contents Walk::contents_here() const {
  if (frames_.empty()) return Contents::statements;
  const Frame top = frames_.top();
  if (top.kind != FrameKind::brace) return Contents::expression;
  switch (top.brace) {
    case BraceRole::unknown:
    case BraceRole::no_body:
      return Contents::unknown;
    case BraceRole::declared_class:
      // A return type that did not matter may have stood before it.
      if (is_typescript_ && (top.flags & Frame::kEndIsGuess) != 0 && offset_of(at_) >= bodies_matter_to_) {
        return Contents::unknown;
      }
      return Contents::members;
    case BraceRole::object:
    case BraceRole::expressed_class:
    case BraceRole::pattern:
    case BraceRole::hoisted_pattern:
      return Contents::members;
    default:
      return Contents::statements;
  }
}

// What the colon belongs to, where statements may stand.
ColonRole Walk::colon_role(const Token& colon) const {
  const Contents contents = contents_here();
  if (contents == Contents::members || contents == Contents::expression) return ColonRole::value;
  const Token name = token_before(colon.begin);
  const bool is_known = (name.kind == TokenKind::word || name.kind == TokenKind::string) && name.begin != 0;
  if (!is_known || contents == Contents::unknown) return ColonRole::unknown;
  const Token before = token_before(name.begin);
  if (is_word(name, "default") || is_word(before, "case")) return ColonRole::label;
  if (is_word(before, "let") || is_word(before, "const") || is_word(before, "var")) return ColonRole::value;
  if (before.kind == TokenKind::start) return ColonRole::label;
  if (before.kind != TokenKind::punctuator) return ColonRole::unknown;
  if (before.last == '?' && at(before.begin - 1) != '?') return ColonRole::value;
  const bool is_statement = before.last == ';' || before.last == '{' || before.last == '}' ||
                            (before.last == ')' && statement_can_begin(name.begin).yes);
  return is_statement && name.kind == TokenKind::word ? ColonRole::label : ColonRole::unknown;
}

// What the `{` at `index` opens.
Brace Walk::brace_role(size_t index) const {
  if (index == typed_body_) return typed_body_role_;
  const Token token = token_before(index);
  switch (token.kind) {
    case TokenKind::start:
      return {BraceRole::block};
    case TokenKind::unknown:
      return {BraceRole::unknown, true};
    case TokenKind::word:
      return brace_behind_word(token, index);
    case TokenKind::string:
      if (token.begin != 0 && token.last != '`' && is_word(token_before(token.begin), "module")) {
        return {BraceRole::ambient};
      }
      return brace_behind_statement();
    case TokenKind::regular_expression:
    case TokenKind::element:
      return {BraceRole::block};
    case TokenKind::punctuator:
      break;
  }
  switch (token.last) {
    case ')':
      return brace_behind_paren(token, index);
    case '>':
      if (at(token.begin - 1) == '=') return {BraceRole::arrow};
      return is_typescript_ ? brace_behind_head() : Brace{BraceRole::object};
    case '}':
      // class A extends class {} {
      if (token.end == closed_brace_.end) {
        const BraceRole role = closed_brace_.frame.brace;
        const bool can_be_parent = role == BraceRole::object || role == BraceRole::expressed_class ||
                                   role == BraceRole::declared_class || role == BraceRole::no_body;
        if (can_be_parent && contents_here() != Contents::members) return {BraceRole::no_body, true};
      }
      return brace_behind_statement();
    case ';':
      return brace_behind_statement();
    case '{':
      return {frames_.top_kind() == FrameKind::brace ? BraceRole::block : BraceRole::object};
    case ']':
      return newline_between(token.end, index) ? Brace{BraceRole::no_body, true} : brace_behind_head();
    case ':':
      switch (colon_role(token)) {
        case ColonRole::label:
          return {BraceRole::block};
        case ColonRole::value:
          return {BraceRole::object};
        case ColonRole::unknown:
          return {BraceRole::no_body, true};
      }
      return {BraceRole::unknown, true};
    case '+':
    case '-':
    case '!':
      // Behind a++ a line has ended.
      return {operand_before(index, false).yes ? BraceRole::block : BraceRole::object};
    default:
      return {BraceRole::object};
  }
}

Brace Walk::brace_behind_paren(const Token& paren, size_t index) const {
  if (paren.end != closed_paren_.end) return {BraceRole::unknown, true};
  const bool is_guess = (closed_paren_.frame.flags & Frame::kEndIsGuess) != 0;
  switch (closed_paren_.frame.paren) {
    case ParenRole::control:
    case ParenRole::loop:
    case ParenRole::block_head:
      return {is_guess ? BraceRole::unknown : BraceRole::block};
    case ParenRole::catch_clause:
      return {is_guess ? BraceRole::unknown : BraceRole::catch_block};
    case ParenRole::declared_parameters:
      return {BraceRole::declared_function, is_guess};
    case ParenRole::expressed_parameters:
      return {BraceRole::expressed_function, is_guess};
    case ParenRole::heritage_call:
      return {BraceRole::declared_class, true};
    case ParenRole::other:
      break;
  }
  switch (contents_here()) {
    case Contents::members:
      // { a: class extends b.c() {} }
      if ((closed_paren_.frame.flags & Frame::kCallsMember) != 0) return {BraceRole::expressed_class, true};
      return {BraceRole::method};
    case Contents::unknown:
      return {BraceRole::unknown, true};
    case Contents::statements:
      // A call and then a block, unless a class begins: class A extends b.c()⏎{
      if (newline_between(paren.end, index)) return {BraceRole::no_body, true};
      return {BraceRole::declared_class, true};
    case Contents::expression:
      return {BraceRole::expressed_class};
  }
  return {BraceRole::unknown, true};
}

// Behind the end of a statement there is a block. Where members stand, it was a return type; for (;;{}) has an object.
Brace Walk::brace_behind_statement() const {
  const Contents contents = contents_here();
  if (contents == Contents::members) return {BraceRole::unknown, true};
  if (contents == Contents::expression) return {BraceRole::object};
  return {BraceRole::block};
}

// Behind something that can end the head of a class, or a return type that did not matter.
Brace Walk::brace_behind_head() const {
  if (is_behind_parameters_) return {BraceRole::declared_function};
  switch (contents_here()) {
    case Contents::members:
      return {BraceRole::unknown, true};
    case Contents::expression:
      return {BraceRole::expressed_class, true};
    default:
      return {BraceRole::declared_class, true};
  }
}

Brace Walk::brace_behind_word(const Token& word, size_t index) const {
  const std::string_view text = text_between(word.begin, word.end);
  const BraceRole role = role_behind_keyword(text);
  if (role != BraceRole::unknown && !is_property(word)) {
    if (ends_with_line(text) && newline_between(word.end, index)) return {BraceRole::block};
    return {role};
  }
  if (text == "class") return class_role(word.begin);
  Token before = token_before(word.begin);
  if (is_word(before, "class")) return class_role(before.begin);
  if (is_word(before, "namespace") || is_word(before, "module")) return {BraceRole::ambient};
  if (text == "global" && is_word(before, "declare")) return {BraceRole::ambient};
  if (is_word(before, "interface") || is_word(before, "enum")) return {BraceRole::declared_class};
  if (is_word(before, "extends") || is_word(before, "implements")) return {BraceRole::declared_class, true};
  const bool newline = newline_between(word.end, index);
  if (is_typescript_ && !newline && is_type_operator(text)) return {BraceRole::object};
  if (newline)
    return contents_here() == Contents::members ? Brace{BraceRole::unknown, true} : Brace{BraceRole::no_body, true};
  // namespace A.B.C {
  for (size_t k = 0; k < kNameParts && before.kind == TokenKind::punctuator && before.last == '.'; ++k) {
    const Token name = token_before(before.begin);
    if (name.kind != TokenKind::word) break;
    before = token_before(name.begin);
    if (is_word(before, "namespace") || is_word(before, "module")) return {BraceRole::ambient};
  }
  return brace_behind_head();
}

}  // namespace demarc
