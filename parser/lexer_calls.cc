// import(), import.meta.glob(), new URL("m", import.meta.url).
#include <algorithm>

#include "parser/arguments.h"
#include "parser/lexer.h"

namespace demarc {
namespace {

// How far behind a call its continuation is looked at.
constexpr size_t kBehindCall = 256;

bool is_type_operator(std::string_view word) {
  return word == "typeof" || word == "keyof" || word == "as" || word == "satisfies" || word == "extends" ||
         word == "implements" || word == "infer" || word == "is" || word == "readonly" || word == "unique";
}

bool is_class_body(const Frame& frame) {
  return frame.kind == FrameKind::brace &&
         (frame.brace == BraceRole::declared_class || frame.brace == BraceRole::expressed_class);
}

bool is_value_operator(std::string_view word) {
  return word == "await" || word == "return" || word == "yield" || word == "void" || word == "throw" ||
         word == "delete" || word == "case" || word == "default" || word == "of" || word == "else" || word == "do";
}

}  // namespace

Walk::ImportSite Walk::look_at_import_site(size_t index) {
  ImportSite site{.offset = offset_of(index)};
  Token before = token_before(index);
  if (before.kind == TokenKind::word) {
    std::string_view word = text_between(before.begin, before.end);
    site.is_exported = word == "export";
    site.is_type = is_type_operator(word) && !is_property(before);
    site.is_value = is_value_operator(word);
    if (word == "typeof" && site.is_type) look_at_type_query(before, site);
    return site;
  }
  if (before.kind != TokenKind::punctuator) return site;
  switch (before.last) {
    case '.':
      site.is_property = is_member_dot(before);
      break;
    case '#':
      site.is_property = before.end == index;
      break;
    case ',':
      look_at_url(before, site);
      break;
    case '=':
      site.is_type = is_type_alias(before);
      break;
    case ':':
      look_at_colon(before, site);
      break;
    case '<':
      site.behind_angle = true;
      break;
    default:
      break;
  }
  return site;
}

// `typeof import("m")` is a type nearly always, but for if (typeof import("m")).
void Walk::look_at_type_query(const Token& keyword, ImportSite& site) const {
  const Token before = token_before(keyword.begin);
  const Frame* top = frames_.find(0);
  switch (before.kind) {
    case TokenKind::word: {
      const std::string_view word = text_between(before.begin, before.end);
      // { [K in typeof import("m")]: … }, but for (a in typeof import("m"))
      const bool in_type = word == "in" && top != nullptr && top->kind == FrameKind::brace;
      site.is_type = is_type_operator(word) || in_type;
      break;
    }
    case TokenKind::punctuator:
      switch (before.last) {
        case '=':
          // The name of an alias can have type parameters.
          site.is_type = is_type_alias(before) || at(token_before(before.begin).begin) == '>';
          break;
        case '(': {
          const bool is_head = top != nullptr && (top->paren == ParenRole::control || top->paren == ParenRole::loop ||
                                                  top->paren == ParenRole::block_head);
          const Token outer = token_before(before.begin);
          const bool is_generic_call =
              outer.kind == TokenKind::punctuator && outer.last == '>' && at(outer.begin - 1) != '=';
          site.is_type = !is_head && !is_generic_call && may_begin_type(before.begin);
          break;
        }
        case ':':
          site.is_type = colon_role(before) != ColonRole::label;
          break;
        case ',':
        case '<':
        case '>':
        case '[':
        case '|':
        case '&':
        case '?':
        case '.':
          break;
        default:
          site.is_type = false;
          break;
      }
      break;
    default:
      site.is_type = false;
      break;
  }
}

void Walk::look_at_colon(const Token& colon, ImportSite& site) const {
  const Frame* top = frames_.find(0);
  // The object type that a function type returns looks like the body of an arrow function.
  const bool may_be_type = top != nullptr && top->kind == FrameKind::brace && top->brace == BraceRole::arrow;
  if (!may_be_type && colon_role(colon) == ColonRole::label) {
    site.is_value = true;
    return;
  }
  site.behind_colon = true;
  site.is_type = is_annotation(colon);
  site.is_unclear = !site.is_type && top != nullptr && is_class_body(*top);
}

// type Name = ...
bool Walk::is_type_alias(const Token& equals) const {
  Token name = token_before(equals.begin);
  return name.kind == TokenKind::word && is_word(token_before(name.begin), "type");
}

// Is the `:` that of a type annotation? Said only where it is certain; in `a ? b : import("m")` it is not.
bool Walk::is_annotation(const Token& colon) const {
  Token name = token_before(colon.begin);
  if (name.last == '?' && name.kind == TokenKind::punctuator) return true;
  if (name.kind != TokenKind::word) return false;
  Token before = token_before(name.begin);
  if (is_word(before, "let") || is_word(before, "const") || is_word(before, "var")) return true;
  const Frame* top = frames_.find(0);
  if (top == nullptr) return false;
  // A field begins a member; a branch of a conditional expression does not.
  if (is_class_body(*top) && contents_here() == Contents::members) {
    return before.kind == TokenKind::word || newline_between(before.end, name.begin) ||
           (before.kind == TokenKind::punctuator && (before.last == ';' || before.last == '{' || before.last == '}'));
  }
  bool in_parens = top->kind == FrameKind::paren;
  return in_parens && before.kind == TokenKind::punctuator && (before.last == '(' || before.last == ',');
}

// Is the comma the one of new URL("m", import.meta.url), and does new Worker( stand around it?
void Walk::look_at_url(const Token& comma, ImportSite& site) {
  Token literal = token_before(comma.begin);
  if (literal.kind != TokenKind::string || literal.begin == 0) return;
  Token paren = token_before(literal.begin);
  if (paren.kind != TokenKind::punctuator || paren.last != '(') return;
  Token name = token_before(paren.begin);
  if (!is_word(name, "URL")) return;
  Token keyword = token_before(name.begin);
  if (!is_word(keyword, "new") || is_property(keyword)) return;
  site.in_url = true;
  site.url = add_value(text_between(literal.begin + 1, literal.end - 1));
  site.url_offset = last_string_offset_;
  paren = token_before(keyword.begin);
  if (paren.kind != TokenKind::punctuator || paren.last != '(') return;
  name = token_before(paren.begin);
  if (!is_word(name, "Worker") && !is_word(name, "SharedWorker")) return;
  site.in_worker = is_word(token_before(name.begin), "new");
}

// at_ is on the `(` of import(...).
void Walk::lex_import_call(const ImportSite& site, ImportPhase phase) {
  open_paren();
  skip_trivia();
  if (site.is_type && is_typescript_) return;
  ImportRecord record{.kind = ImportKind::dynamic, .phase = phase};
  Argument argument;
  if (!lex_argument(argument, record)) return;
  if (argument.end != 0 && is_no_call(argument.end, site)) {
    // A type, or a promise that is compared.
    const unsigned char next = at(skip_blank(text_, argument.end + 1, std::min(argument.end + kBehindCall, end_)));
    const bool is_combined = !site.behind_colon && (next == '<' || next == '|' || next == '&');
    if (is_combined || next == '>' || next == ',') doubt(Uncertainty::import_shape, site.offset);
    syntax_.pool.resize(argument_pool_size_);
    return;
  }
  if (argument.end != 0 && at(argument.end) == ',') {
    const size_t stop = std::min(argument.end + kBehindCall, end_);
    record.has_attributes = at(skip_blank(text_, argument.end + 1, stop)) == '{';
  }
  for (size_t i = 0; i < argument.count; ++i) {
    const ArgumentValue& value = argument.values[i];
    record.offset = offset_of(value.index);
    record.specifier = value.text;
    record.kind = value.is_pattern ? ImportKind::dynamic_glob : ImportKind::dynamic;
    add_import(record);
  }
  if (argument.has_unknown) syntax_.dynamic_specifiers.push_back(site.offset);
}

// Reads the argument that begins at at_. A long literal is read to its end, recorded here, and the answer is false; of
// anything else no more than kLongestArgument bytes are looked at.
bool Walk::lex_argument(Argument& argument, ImportRecord& record) {
  reserve();
  argument_pool_size_ = syntax_.pool.size();
  size_t stop = std::min(at_ + kLongestArgument, end_);
  if (here() == '"' || here() == '\'') {
    size_t i = here() == '"' ? find_any<'"', '\\', '\n', '\r'>(text_, at_ + 1, stop)
                             : find_any<'\'', '\\', '\n', '\r'>(text_, at_ + 1, stop);
    if (i == stop && stop != end_) {
      lex_long_literal(record);
      return false;
    }
    if (at(i) == here()) {
      size_t behind = skip_blank(text_, i + 1, stop);
      if (at(behind) == ')' || at(behind) == ',') {
        argument.count = 1;
        argument.values[0] = {.text = add_text(text_between(at_ + 1, i)), .index = at_};
        argument.has_unknown = false;
        argument.end = behind;
        state_.work += (i - at_) / 8;
        return true;
      }
    }
  }
  state_.work += (stop - at_) / 8;
  read_argument(text_, at_, stop, is_typescript_ ? Typing::typescript : Typing::untyped, syntax_.pool, argument);
  return true;
}

// A literal that is longer than an argument is looked at: a data: URL.
void Walk::lex_long_literal(ImportRecord& record) {
  record.offset = offset_of(at_);
  if (!lex_string_value(record.specifier)) return;
  skip_trivia();
  if (here() == ')' || here() == ',') {
    add_import(record);
  } else {
    drop_text(record.specifier);
    syntax_.dynamic_specifiers.push_back(record.offset);
  }
}

// The argument of import(...) ends at `end`: is it a method of that name or an import type after all?
bool Walk::is_no_call(size_t end, const ImportSite& site) {
  if (at(end) != ')') return false;
  size_t stop = std::min(end + kBehindCall, end_);
  bool newline = false;
  size_t i = skip_white_space(end + 1, newline);
  if (i < stop && at(i) == '{' && !newline) return true;
  if (!is_typescript_ || site.is_value) return false;
  i = skip_blank(text_, end + 1, stop);
  switch (at(i)) {
    case '.': {
      // import("m").Name is a type, import("m").then(f) a call.
      i = skip_blank(text_, i + 1, stop);
      size_t name_end = word_end(i);
      std::string_view name = text_between(i, name_end);
      if (name == "then" || name == "catch" || name == "finally") return false;
      for (;;) {
        i = skip_blank(text_, name_end, stop);
        if (i >= stop || at(i) != '.') break;  // longer than is looked at
        i = skip_blank(text_, i + 1, stop);
        name_end = word_end(i);
      }
      if (at(i) != '(') return true;
      // Behind a type, the next statement: declare function f(): import("m").Name⏎(g)()
      if (newline_between(name_end, i)) doubt(Uncertainty::import_shape, site.offset);
      return false;
    }
    case '[':
    case '<':
      return true;
    case '>':
      return at(i + 1) != '=';
    case ',':
      return site.behind_angle;
    case '|':
    case '&':
      return at(i + 1) != at(i);
    case '{':
      return site.behind_colon;
    case '=':
      return site.behind_colon && at(i + 1) == '>';
    default:
      return false;
  }
}

// at_ is behind `import.meta`.
void Walk::lex_import_meta(const ImportSite& site) {
  skip_trivia();
  bool is_url = false;
  if (here() == '.') {
    ++at_;
    skip_trivia();
    if (word_at(at_, "glob") || word_at(at_, "globEager")) {
      at_ = word_end(at_);
      lex_glob_call();
    } else if (site.in_url && word_at(at_, "url")) {
      at_ += 3;
      skip_trivia();
      size_t stop = std::min(at_ + kBehindCall, end_);
      size_t i = at_;
      if (at(i) == ',') i = skip_blank(text_, i + 1, stop);
      is_url = at(i) == ')';
      if (is_url) i = skip_blank(text_, i + 1, stop);
      bool is_worker = site.in_worker && (at(i) == ')' || at(i) == ',');
      if (is_url) {
        add_import({.offset = site.url_offset,
                    .specifier = site.url,
                    .kind = is_worker ? ImportKind::worker : ImportKind::url});
      }
    }
  }
  if (!is_url && site.in_url) drop_text(site.url);
}

// import.meta.glob("./*.ts"), import.meta.glob(["./a/*", "!./b"], { base: "./c" }); at_ is behind the name.
void Walk::lex_glob_call() {
  skip_trivia();
  if (here() == '<') {
    at_ = skip_bracketed_type(at_, std::min(at_ + kLongestArgument, end_));
    skip_trivia();
  }
  if (here() != '(') return;
  open_paren();
  skip_trivia();
  bool is_list = here() == '[';
  if (is_list) ++at_;
  const size_t first = syntax_.imports.size();
  for (;;) {
    skip_trivia();
    ImportRecord record{.kind = ImportKind::glob, .continues_call = syntax_.imports.size() != first};
    reserve();
    record.offset = offset_of(at_);
    if (here() == '"' || here() == '\'') {
      if (!lex_string_value(record.specifier)) return;
    } else if (here() == '`') {
      size_t i = find_any<'`', '$', '\\'>(text_, at_ + 1, std::min(at_ + kLongestArgument, end_));
      if (at(i) != '`') return;
      record.specifier = add_text(text_between(at_ + 1, i));
      at_ = i + 1;
    } else {
      return;
    }
    add_import(record);
    skip_trivia();
    if (is_list && here() == ',') {
      ++at_;
      skip_trivia();
      if (here() != ']') continue;
    }
    break;
  }
  if (is_list && here() == ']') {
    ++at_;
    skip_trivia();
  }
  if (here() != ',') return;
  const bool is_asset = globs_assets(at_ + 1);
  const std::string_view base = read_glob_base(text_, at_, std::min(at_ + kLongestArgument, end_));
  for (size_t i = first; i < syntax_.imports.size(); ++i) {
    ImportRecord& record = syntax_.imports[i];
    record.is_asset = is_asset;
    if (!base.empty()) record.specifier = add_text(pattern_in_base(base, syntax_.text(record.specifier)));
  }
}

// Do the options of import.meta.glob at `index` ask for text or URLs? { query: "?raw" }, { as: "url" }
bool Walk::globs_assets(size_t index) const {
  const size_t stop = std::min(index + kLongestArgument, end_);
  size_t i = skip_blank(text_, index, stop);
  if (at(i) != '{') return false;
  while (i < stop && at(i) != '}') {
    i = skip_blank(text_, i + 1, stop);
    const bool is_quoted = at(i) == '"' || at(i) == '\'';
    const size_t name = is_quoted ? i + 1 : i;
    const size_t end = word_end(name);
    const std::string_view key = text_between(name, end);
    i = skip_blank(text_, is_quoted ? end + 1 : end, stop);
    if (at(i) != ':') return false;
    i = skip_blank(text_, i + 1, stop);
    size_t value = i;
    const unsigned char quote = at(i);
    if (quote == '"' || quote == '\'') {
      ++value;
      for (++i; i < stop && at(i) != quote && at(i) != '\\';) ++i;
      if (key == "query" || key == "as") return is_asset_glob(text_between(value, i));
      ++i;
    } else {
      i = word_end(i);  // true, false
    }
    i = skip_blank(text_, i, stop);
    if (at(i) != ',') return false;
  }
  return false;
}

}  // namespace demarc
