// require() and the scopes that hide it.
//
// A parameter, variable, function, class or import named `require` hides the global one in its scope. Since a `var` may
// stand behind the calls it hides, calls are recorded first and dropped when a bracket closes that turned out to be
// such a scope. Until the end of the file the records of these calls form a list through their otherwise unused name
// fields.
#include <algorithm>

#include "parser/arguments.h"
#include "parser/lexer.h"

namespace demarc {
namespace {

// How many brackets a `var` is hoisted through before we give up.
constexpr size_t kHoistedThrough = 256;
constexpr size_t kBehindParameters = 256;

// ImportRecord::name_count of a require call, until finish_requires().
constexpr uint32_t kLive = 0, kHidden = 1, kUnknownSpecifier = 2;

bool is_require(ImportKind kind) {
  return kind == ImportKind::require || kind == ImportKind::require_resolve || kind == ImportKind::require_glob;
}

}  // namespace

// at_ is on the word.
void Walk::lex_require() {
  const uint64_t offset = offset_of(at_);
  const Token before = token_before(at_);
  const bool is_private = before.last == '#' && before.end == at_;
  bool is_member = before.kind == TokenKind::punctuator && before.last == '.' && is_member_dot(before);
  if (is_member) {
    Token object = token_before(before.begin);
    is_member = !is_word(object, "module") || is_property(object);
  }
  const bool is_constructed = is_word(before, "new");
  RequireName name = look_at_require_name(before);
  at_ += 7;
  if (is_member || is_private) return;
  skip_trivia();
  switch (here()) {
    case '(':
      if (name.is_function) {
        bind_require(name);
      } else if (!is_constructed) {
        lex_require_call(ImportKind::require, offset);
      }
      return;
    case '.':
      ++at_;
      skip_trivia();
      if (!word_at(at_, "resolve")) return;
      at_ += 7;
      skip_trivia();
      if (here() == '(' && !is_constructed) lex_require_call(ImportKind::require_resolve, offset);
      return;
    case ')': {
      size_t stop = std::min(at_ + kBehindParameters, end_);
      bool is_wrapped = before.last == '(' && at(skip_blank(text_, at_ + 1, stop)) == '(';
      if (!is_wrapped) break;
      // (require)("m")
      close_paren();
      skip_trivia();
      if (here() == '(') lex_require_call(ImportKind::require, offset);
      return;
    }
    default:
      break;
  }
  name.next = here();
  name.is_arrow = here() == '=' && at(at_ + 1) == '>';
  name.is_assigned = here() == '=' && at(at_ + 1) != '=' && at(at_ + 1) != '>';
  bind_require(name);
}

// at_ is on the `(`.
void Walk::lex_require_call(ImportKind kind, uint64_t offset) {
  open_paren();
  skip_trivia();
  ImportRecord record{.kind = kind};
  Argument argument;
  size_t first = syntax_.imports.size();
  if (!lex_argument(argument, record)) {
    if (syntax_.imports.size() != first) link_require(syntax_.imports.back());
    return;
  }
  bool is_call = argument.end == 0 || (kind == ImportKind::require_resolve && at(argument.end) == ',') ||
                 !is_method_or_more(argument.end);
  if (!is_call) {
    syntax_.pool.resize(argument_pool_size_);
    return;
  }
  for (size_t i = 0; i < argument.count; ++i) {
    const ArgumentValue& value = argument.values[i];
    record.offset = offset_of(value.index);
    record.specifier = value.text;
    record.kind = value.is_pattern ? ImportKind::require_glob : kind;
    add_import(record);
    link_require(syntax_.imports.back());
  }
  if (argument.has_unknown) {
    add_import({.offset = offset, .kind = ImportKind::require, .name_count = kUnknownSpecifier});
    link_require(syntax_.imports.back());
  }
}

void Walk::link_require(ImportRecord& record) {
  record.first_name = last_require_;
  last_require_ = uint32_t(syntax_.imports.size());
}

// The first argument of require(...) ends at `end`. A second one makes it something else, and so does the body of a
// method that is named require.
bool Walk::is_method_or_more(size_t end) const {
  const size_t stop = std::min(end + kBehindParameters, end_);
  if (at(end) == ',') {
    end = skip_blank(text_, end + 1, stop);
    if (at(end) != ')') return true;
  }
  if (at(end) != ')') return true;
  bool newline = false;
  const size_t body = skip_white_space(end + 1, newline);
  return body < stop && at(body) == '{' && !newline;
}

// What the tokens before the word say about it.
Walk::RequireName Walk::look_at_require_name(const Token& before) const {
  RequireName name;
  if (before.kind == TokenKind::punctuator) {
    name.before = before.last;
    if (before.last == '*') name.is_function = is_word(token_before(before.begin), "function");
    if (before.last == '[' || before.last == '{') {
      Token keyword = token_before(before.begin);
      name.is_variable = before.last == '[' && (is_word(keyword, "const") || is_word(keyword, "let"));
      name.is_hoisted = before.last == '[' && is_word(keyword, "var");
    }
    if (name.is_function) name.is_statement = false;
    return name;
  }
  if (before.kind != TokenKind::word) return name;
  bool is_ambient = is_word(token_before(before.begin), "declare");
  if (is_ambient || is_property(before)) return name;
  name.is_variable = is_word(before, "const") || is_word(before, "let") || is_word(before, "class");
  name.is_hoisted = is_word(before, "var");
  if (is_word(before, "function")) {
    name.is_function = true;
    name.is_statement = function_role(before).role == ParenRole::declared_parameters;
  }
  return name;
}

// The word is no call: it may declare a name.
void Walk::bind_require(const RequireName& name) {
  if (name.is_function) {
    if (name.is_statement) {
      bind_require_in(frames_.find(0));
    } else if (here() == '(') {
      // The name of a function expression is seen in its body alone, like a parameter.
      open_paren();
      if (Frame* paren = frames_.find(0)) paren->flags |= Frame::kMentionsRequire;
    }
    return;
  }
  if (name.is_variable) {
    bind_require_in(frames_.find(0));
    return;
  }
  if (name.is_hoisted) {
    bind_require_in_function();
    return;
  }
  if (name.is_arrow) {
    bind_require_in_arrow(at_);
    return;
  }
  bool can_be_binding = name.is_assigned || name.next == ',' || name.next == ')' || name.next == '}' ||
                        name.next == ':' || name.next == '?';
  if (!can_be_binding) return;
  Frame* top = frames_.find(0);
  if (top == nullptr) {
    doubt_comma(name);
    return;
  }
  if (top->kind == FrameKind::paren) {
    if (name.before == '(' || name.before == ',' || name.before == '.') top->flags |= Frame::kMentionsRequire;
    return;
  }
  if (top->kind != FrameKind::brace) return;
  bool is_in_pattern =
      (name.before == ':' || ((name.before == '{' || name.before == ',' || name.before == '.') && name.next != ':'));
  for (size_t below = 0; is_in_pattern && below < kHoistedThrough; ++below) {
    Frame* frame = frames_.find(below);
    if (frame == nullptr) return;
    if (frame->kind == FrameKind::paren) {
      frame->flags |= Frame::kMentionsRequire;
      return;
    }
    if (frame->kind != FrameKind::brace) return;
    if (frame->brace == BraceRole::hoisted_pattern) {
      bind_require_in_function();
      return;
    }
    if (frame->brace == BraceRole::pattern) {
      bind_require_in(frames_.find(below + 1));
      return;
    }
    if (frame->brace != BraceRole::object) break;
  }
  doubt_comma(name);
}

// `var a = 1, require = b` looks like the sequence of two assignments.
void Walk::doubt_comma(const RequireName& name) {
  Frame* top = frames_.find(0);
  bool in_statements = top == nullptr || (top->kind == FrameKind::brace && top->brace != BraceRole::object);
  if (in_statements && name.before == ',' && name.next != '}' && name.next != ')' && summary_.calls_require) {
    doubt(Uncertainty::require_scope);
  }
}

// Null is the top level, or a bracket too deep to be remembered.
void Walk::bind_require_in(Frame* frame) {
  if (frame != nullptr) {
    if (frame->kind == FrameKind::paren) {
      doubt(Uncertainty::require_scope);
    } else {
      frame->flags |= Frame::kBindsRequire;
    }
  } else if (frames_.has_overflown()) {
    doubt(Uncertainty::require_scope);
  } else {
    top_binds_require_ = true;
  }
}

void Walk::bind_require_in_function() {
  for (size_t below = 0; below < kHoistedThrough; ++below) {
    Frame* frame = frames_.find(below);
    if (frame == nullptr || (frame->kind == FrameKind::brace && is_function_body(frame->brace))) {
      bind_require_in(frame);
      return;
    }
    if (frame->kind == FrameKind::brace && frame->brace == BraceRole::unknown) break;
  }
  doubt(Uncertainty::require_scope);
}

// `arrow` is the index of the => of an arrow function with a parameter named require.
void Walk::bind_require_in_arrow(size_t arrow) {
  size_t body = skip_blank(text_, arrow + 2, std::min(arrow + kBehindParameters, end_));
  if (at(body) == '{') {
    hidden_require_body_ = body;
  } else if (summary_.calls_require) {
    doubt(Uncertainty::require_scope);
  }
}

// at_ is behind a `)` between whose brackets `require` stood like a parameter.
void Walk::close_parameters() {
  ParenRole role = closed_paren_.frame.paren;
  if (role == ParenRole::control || role == ParenRole::loop || role == ParenRole::block_head) return;
  size_t i = skip_blank(text_, at_, std::min(at_ + kBehindParameters, end_));
  if (at(i) == '{') {
    hidden_require_body_ = i;
  } else if (at(i) == '=' && at(i + 1) == '>') {
    bind_require_in_arrow(i);
  } else if (at(i) == ':' && is_typescript_) {
    hidden_require_body_ = find_body_behind_type();
  }
}

// A scope that began when `first_edge` imports were recorded has closed, and hides what was required in it.
void Walk::drop_hidden_requires(uint32_t first_edge) {
  while (last_require_ > first_edge) {
    ImportRecord& record = syntax_.imports[last_require_ - 1];
    last_require_ = record.first_name;
    record.name_count = kHidden;
  }
}

void Walk::finish_requires() {
  for (size_t below = 0; Frame* frame = frames_.find(below); ++below) {
    if ((frame->flags & Frame::kBindsRequire) != 0) drop_hidden_requires(frame->first_edge);
  }
  if (top_binds_require_) drop_hidden_requires(0);
  if (!summary_.calls_require) return;
  size_t kept = 0;
  bool has_unknown = false;
  for (ImportRecord& record : syntax_.imports) {
    if (is_require(record.kind)) {
      uint32_t state = record.name_count;
      record.first_name = record.name_count = 0;
      if (state == kUnknownSpecifier) {
        syntax_.dynamic_specifiers.push_back(record.offset);
        has_unknown = true;
      }
      if (state != kLive) continue;
    }
    syntax_.imports[kept++] = record;
  }
  syntax_.imports.resize(kept);
  if (has_unknown) std::sort(syntax_.dynamic_specifiers.begin(), syntax_.dynamic_specifiers.end());
}

}  // namespace demarc
