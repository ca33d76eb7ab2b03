// Which imports of a TypeScript file are certainly used as values.
//
// The walk goes on behind the last candidate and looks at the words in code that are names of imports. Each such place
// is one of these by the tokens around it:
//
//   a use       Name(...)  <Name>  return Name  new Name  Name.run()  a && Name  @Name  {Name} in JSX
//   nothing     x.Name  { Name: 1 }  Name as a type, where a binding cannot stand
//   a binding   perhaps: (Name) => ...  const { Name } = ...  function Name
//   an argument f(Name): a use, unless the parentheses turn out to be parameters
//   a call      Name(x) where a statement begins: a use, unless it turns out to be a method
//
// One that may be a binding takes away all proof for its name, because a use may belong to it. So what is said here
// follows from the text alone, without scopes, and holds in every one of them.
#include <algorithm>
#include <array>

#include "parser/lexer.h"

namespace demarc {
namespace {

constexpr size_t kLongestTrivia = 512;
constexpr size_t kLongestTypeArguments = 160;
constexpr int kMostArguments = 8;
constexpr size_t kMostOpenPlaces = 1024;

template <size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Behind these stands an expression, never a type or a binding.
constexpr std::array<std::string_view, 8> kBeforeValues = {"return",  "throw",      "case",  "new",
                                                           "default", "instanceof", "yield", "await"};
// Behind these a statement or an operand of an expression; `in` stands in mapped types, too.
constexpr std::array<std::string_view, 7> kBeforeCalls = {"else", "do", "in", "of", "typeof", "void", "delete"};
// Behind these a name that is bound.
constexpr std::array<std::string_view, 14> kBeforeBindings = {"const",  "let",    "var",   "using",     "function",
                                                              "class",  "enum",   "type",  "interface", "namespace",
                                                              "module", "import", "async", "infer"};
// Behind these a type.
constexpr std::array<std::string_view, 9> kBeforeTypes = {"as",      "satisfies", "is",       "implements", "keyof",
                                                          "asserts", "unique",    "readonly", "extends"};

bool is_class(const Frame* frame) {
  return frame != nullptr && frame->kind == FrameKind::brace &&
         (frame->brace == BraceRole::declared_class || frame->brace == BraceRole::expressed_class);
}

// Do statements stand directly in this bracket? Null is the top level.
bool holds_statements(const Frame* frame) {
  if (frame == nullptr) return true;
  if (frame->kind != FrameKind::brace) return false;
  return frame->brace == BraceRole::block || frame->brace == BraceRole::catch_block || is_function_body(frame->brace);
}

bool holds_expression(const Frame* frame) {
  return frame != nullptr && (frame->kind == FrameKind::attribute || frame->kind == FrameKind::child ||
                              frame->kind == FrameKind::substitution);
}

}  // namespace

// Looks at the words in code before `stop` that were not looked at yet.
void Walk::find_uses(size_t stop) {
  size_t i = at_;
  if (uses_to_ > offset_of(i)) i = size_t(uses_to_ - offset_of(0));
  while (i < stop) {
    const unsigned char c = at(i);
    const size_t end = is_identifier_part(c) ? word_end(i) : i;
    if (end == i) {
      if (c == '\\') has_escapes_ = true;  // the name of anything, spelled otherwise
      ++i;
      continue;
    }
    has_code_ = true;
    if (!is_digit(c)) {
      if (NameUses::Name* name = state_.uses.find(text_between(i, end), syntax_.pool)) note_use(*name, i, end);
    }
    i = end;
  }
  uses_to_ = std::max(uses_to_, offset_of(i));
}

void Walk::note_use(NameUses::Name& name, size_t begin, size_t end) {
  ++state_.work;
  switch (name_place(begin, end)) {
    case NamePlace::use:
      name.is_used = true;
      break;
    case NamePlace::nothing:
      break;
    case NamePlace::binding:
      name.may_be_hidden = true;
      break;
    case NamePlace::argument:
      await_parenthesis({&name, frames_.depth(), true});
      break;
    case NamePlace::call:
      await_parenthesis({&name, frames_.depth() + 1, false});
      break;
  }
}

void Walk::await_parenthesis(const OpenPlace& place) {
  if (open_places_.size() < kMostOpenPlaces) {
    open_places_.push_back(place);
  } else {
    place.name->may_be_hidden = true;
  }
}

// The parentheses around `depth` have closed before at_: now it shows whether they held arguments.
void Walk::settle_open_places(size_t depth) {
  if (open_places_.empty() || open_places_.back().depth < depth) return;
  const size_t next = skip_trivia_ahead(at_);
  const bool is_known = next < end_ || state_.window.at_end();
  const bool is_parameters = at(next) == '{' || at(next) == ':' || (at(next) == '=' && at(next + 1) == '>');
  for (; !open_places_.empty() && open_places_.back().depth >= depth; open_places_.pop_back()) {
    const OpenPlace& place = open_places_.back();
    if (is_known && !is_parameters) {
      place.name->is_used = true;
    } else if (place.is_argument) {
      place.name->may_be_hidden = true;
    }
  }
}

// The last candidate is behind us. What follows is lexed for the uses alone.
void Walk::begin_tail() {
  if (!in_tail_) tail_uncertainty_ = syntax_.uncertainty;
  in_tail_ = true;
}

// The tag name at at_.
void Walk::note_element() {
  if (state_.uses.empty() || !is_identifier_part(here())) return;
  const size_t end = word_end(at_);
  const unsigned char next = at(end);
  const bool is_html = here() >= 'a' && here() <= 'z' && next != '.';
  if (is_html || next == '-' || next == ':' || next == '\\') return;
  if (NameUses::Name* name = state_.uses.find(text_between(at_, end), syntax_.pool)) name->is_used = true;
}

// export { Name }, without `from`.
void Walk::note_exported() {
  for (const TextRef& ref : exported_) {
    if (ref.length == 0) continue;
    if (NameUses::Name* name = state_.uses.find(syntax_.text(ref), syntax_.pool)) name->is_used = true;
  }
}

// Everything is seen: what was found out becomes part of the record.
void Walk::finish_uses() {
  if (in_tail_ && syntax_.uncertainty != tail_uncertainty_) {
    // The lexer lost its way behind the last place that matters: it is no wiser, and the file none the worse.
    syntax_.uncertainty = tail_uncertainty_;
    if (tail_uncertainty_ == 0) syntax_.uncertain_offset = 0;
  } else if (syntax_.uncertainty == 0 && !has_escapes_) {
    state_.uses.settle(syntax_.imports);
  }
}

// The first byte of the token at or behind `index`. A comment that is too long to look over is taken for one.
size_t Walk::skip_trivia_ahead(size_t index) const {
  const size_t stop = std::min(index + kLongestTrivia, end_);
  bool newline = false;
  for (;;) {
    index = skip_white_space(index, newline);
    if (index >= stop || at(index) != '/' || (at(index + 1) != '/' && at(index + 1) != '*')) return index;
    const size_t behind = skip_comment_ahead(index, stop);
    if (behind >= stop) return index;
    index = behind;
  }
}

// Is what begins with the name that ends at `end` called: Name(, Name.a.b(, Name<T>(, Name`...`?
bool Walk::is_called(size_t end) const {
  const size_t stop = std::min(end + kLongestTypeArguments, end_);
  while (end < stop && (at(end) == '.' || (at(end) == '?' && at(end + 1) == '.'))) {
    end += at(end) == '?' ? 2 : 1;
    if (at(end) == '(') return true;
    if (!is_identifier_part(at(end))) return false;
    end = word_end(end);
  }
  if (at(end) != '<') return at(end) == '(' || at(end) == '`';
  size_t depth = 0;
  for (size_t i = end; i < stop; ++i) {
    const unsigned char c = at(i);
    if (c == '<') {
      ++depth;
    } else if (c == '>') {
      if (--depth == 0) return at(i + 1) == '(';
    } else if (!is_identifier_part(c) && c != '.' && c != ',' && c != ' ' && c != '|' && c != '&' && c != '[' &&
               c != ']' && c != '"' && c != '\'') {
      return false;
    }
  }
  return false;
}

// Does `(` at `paren` follow what can be called, so that it holds arguments or the parameters of a method?
bool Walk::is_call_paren(size_t paren) const {
  const Token before = token_before(paren);
  if (before.kind == TokenKind::punctuator) return before.last == ')' || before.last == ']';
  return before.kind == TokenKind::word && !is_word(before, "async") && !is_word(before, "function") &&
         !is_word(before, "new") && !is_one_of(text_between(before.begin, before.end), kBeforeValues) &&
         !is_one_of(text_between(before.begin, before.end), kBeforeCalls) &&
         !is_one_of(text_between(before.begin, before.end), kBeforeTypes);
}

// Is the comma directly within the parentheses of a call, behind nothing but names and literals?
bool Walk::is_plain_argument(const Token& comma) const {
  size_t index = comma.begin;
  for (int i = 0; i < 2 * kMostArguments; ++i) {
    const Token token = token_before(index);
    switch (token.kind) {
      case TokenKind::word:
        break;
      case TokenKind::string:
        if (token.begin == 0) return false;
        break;
      case TokenKind::punctuator:
        if (token.last == '(') return is_call_paren(token.begin);
        if (token.last != ',' && token.last != '.') return false;
        break;
      default:
        return false;
    }
    index = token.begin;
  }
  return false;
}

// What the name in [begin, end) is there.
Walk::NamePlace Walk::name_place(size_t begin, size_t end) const {
  const Token before = token_before(begin);
  const bool is_dot = before.kind == TokenKind::punctuator && before.last == '.';
  if ((is_dot && is_member_dot(before)) || (before.last == '#' && before.end == begin)) return NamePlace::nothing;
  const size_t next = skip_trivia_ahead(end);
  if (next >= end_ && !state_.window.at_end()) return NamePlace::binding;
  if (at(next) == '\\' || (at(next) == '=' && at(next + 1) == '>')) return NamePlace::binding;
  const bool called = is_called(end);
  switch (before.kind) {
    case TokenKind::word:
      return place_behind_word(before, begin, end, next, called);
    case TokenKind::punctuator:
      return place_behind_punctuator(before, begin, end, next, called);
    case TokenKind::start:
    case TokenKind::string:
    case TokenKind::regular_expression:
    case TokenKind::element:
      return place_of_statement(end, next, called);
    case TokenKind::unknown:
      return NamePlace::binding;
  }
  return NamePlace::binding;
}

Walk::NamePlace Walk::place_behind_word(const Token& word, size_t begin, size_t end, size_t next, bool called) const {
  const std::string_view text = text_between(word.begin, word.end);
  if (is_property(word)) return NamePlace::binding;
  if (is_one_of(text, kBeforeValues)) return NamePlace::use;
  if (is_one_of(text, kBeforeCalls)) return called ? NamePlace::use : NamePlace::nothing;
  if (text == "extends") return place_behind_extends(word);
  if (is_one_of(text, kBeforeTypes)) return NamePlace::nothing;
  if (is_one_of(text, kBeforeBindings)) return NamePlace::binding;
  // A line without a semicolon.
  const bool is_statement = holds_statements(frames_.find(0)) && newline_between(word.end, begin);
  return is_statement ? place_of_statement(end, next, called) : NamePlace::binding;
}

// A class extends a value; interfaces and type parameters extend types.
Walk::NamePlace Walk::place_behind_extends(const Token& word) const {
  Token keyword = token_before(word.begin);
  if (!is_word(keyword, "class")) keyword = keyword.kind == TokenKind::word ? token_before(keyword.begin) : keyword;
  if (!is_word(keyword, "class") || !frames_.empty()) return NamePlace::nothing;
  Token before = token_before(keyword.begin);
  if (is_word(before, "abstract")) before = token_before(before.begin);
  return is_word(before, "declare") ? NamePlace::nothing : NamePlace::use;
}

// Where a statement, or a member of a class or an object, begins.
Walk::NamePlace Walk::place_of_statement(size_t end, size_t next, bool called) const {
  const Frame* top = frames_.find(0);
  if (top == nullptr && !frames_.empty()) return NamePlace::binding;
  if (holds_expression(top)) return NamePlace::use;
  if (holds_statements(top)) {
    if (called && at(end) == '(') return NamePlace::call;
    return called || at(next) == '.' || at(next) == '[' ? NamePlace::use : NamePlace::nothing;
  }
  if (top->kind != FrameKind::brace) return NamePlace::binding;
  const bool is_member = is_class(top) || top->brace == BraceRole::object;
  // A method or the key of a property; `{ Name }` is a property or a pattern.
  return is_member && (called || at(next) == ':') ? NamePlace::nothing : NamePlace::binding;
}

// const a = Name, a.b = Name, export = Name: an assignment that cannot be that of a type.
bool Walk::is_assignment(const Token& equals) const {
  const Token name = token_before(equals.begin);
  if (name.kind != TokenKind::word) return false;
  const Token before = token_before(name.begin);
  return is_word(name, "export") || is_word(before, "const") || is_word(before, "let") || is_word(before, "var") ||
         is_property(name);
}

Walk::NamePlace Walk::place_behind_punctuator(const Token& before, size_t begin, size_t end, size_t next,
                                              bool called) const {
  const unsigned char previous = at(before.begin - 1);
  const Frame* top = frames_.find(0);
  if (top == nullptr && !frames_.empty()) return NamePlace::binding;
  const NamePlace use_if_called = called ? NamePlace::use : NamePlace::nothing;
  switch (before.last) {
    case '@':
      return before.end == begin ? NamePlace::use : NamePlace::binding;
    case '=':
      if (std::string_view("=!+-*/%&|^?").find(char(previous)) != std::string_view::npos) return NamePlace::use;
      return is_assignment(before) ? NamePlace::use : use_if_called;
    case '>':
    case '<':
    case '?':
      return before.last == '?' && previous == '?' ? NamePlace::use : use_if_called;
    case '&':
    case '|':
      return previous == before.last ? NamePlace::use : use_if_called;
    case '!':
      return before.end == begin ? NamePlace::use : use_if_called;
    case '+':
    case '-':
    case '%':
    case '^':
    case '/':
      return NamePlace::use;
    case ':': {
      if (called) return NamePlace::use;
      // { a: Name } is a property or a pattern; everywhere else a type or the end of a conditional expression.
      const bool may_be_pattern = top != nullptr && top->kind == FrameKind::brace && !holds_statements(top) &&
                                  !is_class(top) && (at(next) == ',' || at(next) == '}' || at(next) == '=');
      return may_be_pattern ? NamePlace::binding : NamePlace::nothing;
    }
    case '(':
      return place_in_parentheses(begin, next, called, top != nullptr && is_call_paren(before.begin));
    case ',':
      if (top != nullptr && top->kind == FrameKind::paren) {
        return place_in_parentheses(begin, next, called, is_plain_argument(before));
      }
      if (holds_statements(top)) return called ? NamePlace::use : NamePlace::binding;
      return place_of_statement(end, next, called);
    case '{':
    case ';':
    case '}':
      return top != nullptr && top->kind == FrameKind::paren ? NamePlace::binding
                                                             : place_of_statement(end, next, called);
    case ')':
    case ']':
      return holds_statements(top) ? place_of_statement(end, next, called) : NamePlace::binding;
    case '[':
    case '.':  // ...
      if (before.last == '.' && holds_expression(top)) return NamePlace::use;
      return called ? NamePlace::use : NamePlace::binding;
    default:
      return NamePlace::binding;
  }
}

// Behind a `(` or `,` of the innermost parentheses. `in_call`: they hold arguments or the parameters of a method.
Walk::NamePlace Walk::place_in_parentheses(size_t begin, size_t next, bool called, bool in_call) const {
  const Frame* top = frames_.find(0);
  if (top == nullptr || top->kind != FrameKind::paren) return NamePlace::binding;
  if (called) return NamePlace::use;
  switch (top->paren) {
    case ParenRole::control:
    case ParenRole::block_head:
      return at(begin - 1) == '(' ? NamePlace::use : NamePlace::binding;
    case ParenRole::other:
      break;
    default:
      return NamePlace::binding;
  }
  const unsigned char c = at(next);
  const bool ends = c == ')' || c == ',' || c == '.';
  const Frame* outer = frames_.find(1);
  if (!ends || !in_call || is_class(outer) || (outer == nullptr && frames_.depth() > 1)) return NamePlace::binding;
  return NamePlace::argument;
}

}  // namespace demarc
