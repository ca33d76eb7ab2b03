// Import and export statements (ECMA-262, 16.2.2 and 16.2.3) with TypeScript's forms, and Flow's where they are alike.
//
// Clauses are read by counting words: in { type as as } only the number of words and whether the first is `type`
// matter. Reading goes forward only. Where the text has no known shape, the statement is left there and a doubt noted.
#include <algorithm>
#include <cstring>
#include <utility>

#include "parser/lexer.h"
#include "parser/string_literal.h"

namespace demarc {
namespace {

// Is the text well-formed UTF-8 (Unicode 15, table 3-7)?
bool is_utf8(std::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const auto* end = p + text.size();
  while (p < end) {
    if (end - p >= 8) {
      uint64_t eight;
      std::memcpy(&eight, p, sizeof eight);
      if ((eight & 0x8080808080808080u) == 0) {
        p += 8;
        continue;
      }
    }
    const unsigned char lead = *p++;
    if (lead < 0x80) continue;
    if (lead < 0xc2 || lead > 0xf4) return false;
    const int rest = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (end - p < rest) return false;
    const unsigned char least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (*p < least || *p > most) return false;
    for (int i = 1; i < rest; ++i) {
      if ((p[i] & 0xc0) != 0x80) return false;
    }
    p += rest;
  }
  return true;
}

}  // namespace

TextRef Walk::add_text(std::string_view text) {
  TextRef ref{uint32_t(syntax_.pool.size()), uint32_t(text.size())};
  if (syntax_.pool.size() + text.size() > UINT32_MAX) {
    doubt(Uncertainty::nesting_depth);
    return {};
  }
  syntax_.pool.append(text);
  return ref;
}

// Takes a text back, unless another one was added behind it.
void Walk::drop_text(TextRef text) {
  if (text.offset + size_t{text.length} == syntax_.pool.size()) syntax_.pool.resize(text.offset);
}

void Walk::add_import(const ImportRecord& record) {
  if (!is_utf8(syntax_.text(record.specifier))) doubt(Uncertainty::encoding, record.offset);
  syntax_.imports.push_back(record);
}

// A name that runs unless nothing but types says it. Where code stands before the import, uses may be behind us.
void Walk::bind_import(const Word& name) {
  if (!is_typescript_ || has_code_ || name.is_string) return;
  state_.uses.add(name.ref, syntax_.text(name.ref), uint32_t(syntax_.imports.size()));
  bodies_matter_to_ = UINT64_MAX;
}

void Walk::add_name(TextRef imported, TextRef local, bool type_only) {
  syntax_.import_names.push_back({imported, local, type_only});
}

// What a namespace exports, its module does not.
void Walk::add_export(uint64_t offset, TextRef name, bool type_only) {
  if (has(settings_.collect, Collect::exports) && frames_.empty()) syntax_.exports.push_back({offset, name, type_only});
}

// The value of a string literal whose raw text is given. A malformed escape sequence leaves it as it is.
TextRef Walk::add_value(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return add_text(raw);
  std::string value;
  return add_text(append_string_value(raw, value) ? std::string_view(value) : raw);
}

// The same for the literal at at_. Returns false if it has no end.
bool Walk::lex_string_value(TextRef& value) {
  size_t begin = syntax_.pool.size();
  if (!lex_string(&syntax_.pool)) {
    syntax_.pool.resize(begin);
    return false;
  }
  value = {uint32_t(begin), uint32_t(syntax_.pool.size() - begin)};
  if (syntax_.text(value).find('\\') != std::string_view::npos) {
    std::string raw(syntax_.text(value));
    syntax_.pool.resize(begin);
    value = add_value(raw);
  }
  return true;
}

// The identifier at at_, escapes included. Its text is that of the source.
Word Walk::lex_word() {
  reserve();
  Word word{.offset = offset_of(at_)};
  const size_t begin = at_;
  at_ = word_end(at_);
  if (here() == '\\') lex_escaped_word(begin);
  word.length = std::min(at_ - begin, kLongestName);
  std::memcpy(word.text, text_ + begin, sizeof word.text);
  if (wants_names()) word.ref = add_text(text_between(begin, begin + word.length));
  while (at_ == end_ && !state_.window.at_end()) {
    slide(at_);
    at_ = word_end(at_);
    if (here() == '\\') lex_escaped_word(at_);
  }
  return word;
}

// The rest of an identifier with \u escapes.
void Walk::lex_escaped_word(size_t begin) {
  for (;;) {
    if (here() == '\\' && at(at_ + 1) == 'u') {
      at_ += at(at_ + 2) == '{' ? 3 : 2;
    } else if (here() == '}' && is_braced_escape(begin, at_)) {
      ++at_;
    } else {
      return;
    }
    at_ = word_end(at_);
  }
}

// Does the text in [begin, end) end inside of \u{...}?
bool Walk::is_braced_escape(size_t begin, size_t end) const {
  size_t i = end;
  while (i > begin && end - i < 8 && at(i - 1) != '{') --i;
  return i >= begin + 3 && at(i - 1) == '{' && at(i - 2) == 'u' && at(i - 3) == '\\';
}

// A name in a clause: an identifier or a string.
bool Walk::lex_name(Word& word) {
  if (here() == '"' || here() == '\'') {
    word = {.offset = offset_of(at_), .is_string = true};
    TextRef value;
    size_t pool_size = syntax_.pool.size();
    if (!lex_string_value(value)) return false;
    word.length = value.length;
    for (size_t i = 0; i < word.length && i < sizeof word.text; ++i) word.text[i] = syntax_.pool[value.offset + i];
    if (wants_names()) {
      word.ref = value;
    } else {
      syntax_.pool.resize(pool_size);
    }
    return true;
  }
  if (!is_identifier_part(here()) && here() != '\\') return false;
  word = lex_word();
  return true;
}

// at_ is on the keyword.
void Walk::lex_import() {
  ImportSite site = look_at_import_site(at_);
  at_ += 6;
  if (site.is_property) return;
  skip_trivia();
  unsigned char c = here();
  if (c == '(') {
    lex_import_call(site, ImportPhase::evaluation);
    return;
  }
  if (c == '.') {
    ++at_;
    skip_trivia();
    if (word_at(at_, "meta")) {
      at_ += 4;
      syntax_.has_esm = true;
      lex_import_meta(site);
    } else if (word_at(at_, "defer") || word_at(at_, "source")) {
      ImportPhase phase = here() == 'd' ? ImportPhase::defer : ImportPhase::source;
      at_ = word_end(at_);
      skip_trivia();
      if (here() == '(') lex_import_call(site, phase);
    }
    return;
  }
  ImportRecord record;
  record.first_name = uint32_t(syntax_.import_names.size());
  if (c == '"' || c == '\'') {
    record.kind = ImportKind::side_effect;
  } else if (c == '{' || c == '*' || is_identifier_part(c) || c == '\\') {
    ClauseResult result = lex_import_clause(record, site);
    if (result == ClauseResult::done) return;
    if (result == ClauseResult::failed) {
      doubt(Uncertainty::import_shape);
      syntax_.import_names.resize(record.first_name);
      state_.uses.drop(uint32_t(syntax_.imports.size()));
      return;
    }
  } else {
    return;
  }
  syntax_.has_esm = true;
  if (!lex_specifier(record)) state_.uses.drop(uint32_t(syntax_.imports.size()));
}

// Everything from behind `import` to the specifier.
Walk::ClauseResult Walk::lex_import_clause(ImportRecord& record, const ImportSite& site) {
  size_t bindings = 0;  // that are values
  bool has_list = false;
  bool expects_clause = true;
  bool is_from_read = false;  // with `import type from`, to see what stands behind it
  bool binds_require = false;
  if (here() != '{' && here() != '*') {
    Word word = lex_word();
    skip_trivia();
    bool is_type = word.is("type") || word.is("typeof");
    bool is_source = word.is("source");
    if ((is_type || word.is("defer")) && (here() == '{' || here() == '*')) {
      if (word.is("defer") && here() == '{') return ClauseResult::failed;
      record.type_only = is_type;
      if (!is_type) record.phase = ImportPhase::defer;
    } else {
      if ((is_type || is_source) && (is_identifier_part(here()) || here() == '\\')) {
        // `import type x`, unless the word behind is the `from` of `import type from "m"`.
        bool is_from = word_at(at_, "from");
        Word next = lex_word();
        skip_trivia();
        if (!is_from || (here() != '"' && here() != '\'')) {
          record.type_only = is_type;
          if (is_source) record.phase = ImportPhase::source;
          word = next;
        } else {
          expects_clause = false;
          is_from_read = true;
        }
      }
      ++bindings;
      binds_require = word.is("require");
      if (expects_clause && here() == '=') return lex_import_equals(record, word, site);
      if (!record.type_only) bind_import(word);
      if (has(settings_.collect, Collect::names)) add_name(add_text("default"), word.ref, record.type_only);
      if (expects_clause) {
        if (here() == ',') {
          ++at_;
          skip_trivia();
          if (here() != '{' && here() != '*') return ClauseResult::failed;
        } else {
          expects_clause = false;
        }
      }
    }
  }
  if (expects_clause && here() == '*') {
    ++at_;
    skip_trivia();
    if (!word_at(at_, "as")) return ClauseResult::failed;
    at_ += 2;
    skip_trivia();
    if (!is_identifier_part(here()) && here() != '\\') return ClauseResult::failed;
    Word word = lex_word();
    ++bindings;
    binds_require |= word.is("require");
    if (!record.type_only) bind_import(word);
    if (has(settings_.collect, Collect::names)) add_name(add_text("*"), word.ref, record.type_only);
  } else if (expects_clause) {
    ++at_;
    has_list = true;
    ListResult list = lex_specifier_list(ListOwner::import, record.type_only);
    if (!list.is_complete) return ClauseResult::failed;
    bindings += list.count;
    binds_require |= list.binds_require;
    if (list.count != 0 && list.count == bindings && list.types == list.count && !record.type_only) {
      record.type_only = record.types_inline = true;
    }
  }
  if (!is_from_read) {
    skip_trivia();
    if (!word_at(at_, "from")) return ClauseResult::failed;
    at_ += 4;
    skip_trivia();
  }
  if (here() != '"' && here() != '\'') return ClauseResult::failed;
  record.kind = bindings == 0 && has_list ? ImportKind::side_effect : ImportKind::import;
  record.names_nothing = bindings == 0 && has_list;
  record.erasable = is_typescript_ && bindings != 0 && !record.type_only;
  if (binds_require && !record.type_only && frames_.empty()) top_binds_require_ = true;
  return ClauseResult::specifier;
}

// import x = require("m"), import x = A.B; at_ is on the `=`.
Walk::ClauseResult Walk::lex_import_equals(ImportRecord& record, const Word& word, const ImportSite& site) {
  ++at_;
  skip_trivia();
  syntax_.has_esm = true;
  if (!word_at(at_, "require")) return ClauseResult::done;
  at_ += 7;
  skip_trivia();
  if (here() != '(') return ClauseResult::done;
  open_paren();
  skip_trivia();
  if (here() != '"' && here() != '\'') return ClauseResult::done;
  record.kind = ImportKind::import_equals;
  record.erasable = is_typescript_ && !record.type_only && !site.is_exported;
  if (!record.type_only) bind_import(word);
  if (has(settings_.collect, Collect::names)) add_name(add_text("*"), word.ref, record.type_only);
  if (word.is("require") && !record.type_only && frames_.depth() == 1) top_binds_require_ = true;
  if (!lex_specifier(record)) state_.uses.drop(uint32_t(syntax_.imports.size()));
  return ClauseResult::done;
}

// { a, b as c, type d }; at_ is behind the `{`. Names are collected as those of an import.
Walk::ListResult Walk::lex_specifier_list(ListOwner owner, bool type_only) {
  const bool in_esm_block = std::exchange(in_esm_block_, false);  // a blank line in a list ends nothing
  ListResult result = lex_specifiers(owner, type_only);
  in_esm_block_ = in_esm_block;
  return result;
}

Walk::ListResult Walk::lex_specifiers(ListOwner owner, bool type_only) {
  ListResult result;
  const bool wants_import_names = has(settings_.collect, Collect::names);
  for (;;) {
    Word words[4];
    size_t count = 0;
    for (;;) {
      skip_trivia();
      if (count == 4 || !lex_name(words[count])) break;
      ++count;
    }
    ++state_.work;
    if (count != 0) {
      bool is_type =
          (count == 2 || count == 4) && !words[0].is_string && (words[0].is("type") || words[0].is("typeof"));
      if ((count == 2 && !is_type) || (count == 4 && !is_type)) return result;
      if (count >= 3 && !words[count - 2].is("as")) return result;
      const Word& imported = words[is_type ? 1 : 0];
      const Word& local = words[count - 1];
      ++result.count;
      if (is_type) ++result.types;
      if (!is_type && local.is("require")) result.binds_require = true;
      if (wants_import_names) add_name(imported.ref, local.ref, type_only || is_type);
      if (owner == ListOwner::import && !type_only && !is_type) bind_import(local);
      if (owner == ListOwner::export_ && !type_only && !is_type) exported_.push_back(imported.ref);
      if (owner == ListOwner::export_) add_export(local.offset, local.ref, type_only || is_type);
    }
    if (here() == '}') {
      ++at_;
      result.is_complete = true;
      return result;
    }
    if (here() != ',') return result;
    ++at_;
  }
}

// The string at at_ is a specifier: records it.
bool Walk::lex_specifier(ImportRecord& record) {
  reserve();
  record.offset = offset_of(at_);
  if (!lex_string_value(record.specifier)) {
    doubt(Uncertainty::import_shape, record.offset);
    return false;
  }
  if (record.kind != ImportKind::import_equals) {
    if (!frames_.empty()) {
      // Only `declare module` and namespaces make an import legal here, and those are types.
      if (is_typescript_) {
        record.type_only = true;
        record.types_inline = record.erasable = false;
      } else {
        doubt(Uncertainty::import_shape, record.offset);
      }
    }
    lex_attributes(record);
  }
  record.name_count = uint32_t(syntax_.import_names.size()) - record.first_name;
  if (record.name_count == 0) record.first_name = 0;
  add_import(record);
  if (record.kind != ImportKind::import_equals) lex_next_statement();
  return true;
}

// An import or export statement has ended: what looks like an operand in it is none.
void Walk::lex_next_statement() {
  if (here() == ';') return;
  skip_trivia();
  if (here() == '/') {
    lex_regular_expression();
  } else if (here() == '<' && has_jsx_tags_ && is_element_shape(at_)) {
    ++at_;
    open_tag();
    lex_jsx();
  }
}

// with { type: "json" } behind a specifier. `assert` is the older spelling and wants to stand on the same line.
void Walk::lex_attributes(ImportRecord& record) {
  bool newline = skip_trivia();
  bool is_with = word_at(at_, "with");
  if (!is_with && (newline || !word_at(at_, "assert"))) return;
  at_ += is_with ? 4 : 6;
  skip_trivia();
  if (here() != '{') return;
  record.has_attributes = true;
  ++at_;
  for (;;) {
    skip_trivia();
    unsigned char c = here();
    if (c == '"' || c == '\'') {
      if (!lex_string()) return;
    } else if (is_identifier_part(c)) {
      at_ = word_end(at_);
    } else if (c == ':' || c == ',') {
      ++at_;
    } else {
      if (c == '}') ++at_;
      return;
    }
  }
}

// at_ is on the keyword.
void Walk::lex_export() {
  Token before = token_before(at_);
  bool is_property = before.kind == TokenKind::punctuator &&
                     ((before.last == '.' && is_member_dot(before)) || (before.last == '#' && before.end == at_));
  at_ += 6;
  if (is_property) return;
  bool type_only = false;
  skip_trivia();
  if (word_at(at_, "type")) {
    at_ += 4;
    skip_trivia();
    type_only = true;
  }
  if (here() == '*') {
    lex_export_all(type_only);
  } else if (here() == '{') {
    lex_export_list(type_only);
  } else if (is_identifier_part(here()) || here() == '@' || here() == '=') {
    syntax_.has_esm = true;
    if (has(settings_.collect, Collect::exports) && frames_.empty()) lex_export_declaration(type_only);
  }
}

// export * from "m", export * as name from "m"; at_ is on the `*`.
void Walk::lex_export_all(bool type_only) {
  ImportRecord record{
      .kind = ImportKind::export_all, .type_only = type_only, .first_name = uint32_t(syntax_.import_names.size())};
  ++at_;
  skip_trivia();
  bool is_named = word_at(at_, "as");
  Word name;
  if (is_named) {
    at_ += 2;
    skip_trivia();
    if (!lex_name(name)) {
      doubt(Uncertainty::import_shape);
      return;
    }
    skip_trivia();
  }
  if (!word_at(at_, "from")) {
    doubt(Uncertainty::import_shape);
    return;
  }
  at_ += 4;
  skip_trivia();
  if (here() != '"' && here() != '\'') {
    doubt(Uncertainty::import_shape);
    return;
  }
  syntax_.has_esm = true;
  if (is_named) {
    if (has(settings_.collect, Collect::names)) add_name(add_text("*"), name.ref, type_only);
    add_export(name.offset, name.ref, type_only);
  }
  lex_specifier(record);
}

// export { a, b as c } with or without from "m"; at_ is on the `{`.
void Walk::lex_export_list(bool type_only) {
  ImportRecord record{
      .kind = ImportKind::export_from, .type_only = type_only, .first_name = uint32_t(syntax_.import_names.size())};
  size_t first_export = syntax_.exports.size();
  exported_.clear();
  ++at_;
  ListResult list = lex_specifier_list(ListOwner::export_, type_only);
  if (!list.is_complete) {
    doubt(Uncertainty::import_shape);
    syntax_.import_names.resize(record.first_name);
    syntax_.exports.resize(first_export);
    return;
  }
  syntax_.has_esm = true;
  skip_trivia();
  if (word_at(at_, "from")) {
    at_ += 4;
    skip_trivia();
    if (here() == '"' || here() == '\'') {
      if (list.count != 0 && list.types == list.count && !type_only) record.type_only = record.types_inline = true;
      record.names_nothing = list.count == 0;
      lex_specifier(record);
      return;
    }
  }
  syntax_.import_names.resize(record.first_name);
  note_exported();
  lex_next_statement();
}

}  // namespace demarc
