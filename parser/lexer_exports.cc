// The names that exported declarations give (with Collect::exports).
//
//   export function a() {}     export const b = 1, { c, d: e } = f
//
// A function or class names itself. Behind `const` come declarators, and where an initializer ends only its tokens can
// tell: while such a statement is open, the code between the events of the walk is looked through for a comma, a
// semicolon or a line terminator that ends it. Patterns with default values are left to the exact tier.
#include <algorithm>

#include "parser/arguments.h"
#include "parser/lexer.h"

namespace demarc {
namespace {

// Within this many bytes the head of a declaration is looked at.
constexpr size_t kDeclarationHead = 2048;

}  // namespace

// at_ is behind `export`, or behind `export type`. It stays there, for the walk goes over the declaration.
void Walk::lex_export_declaration(bool type_only) {
  reserve();
  const size_t stop = std::min(at_ + kDeclarationHead, end_);
  size_t i = at_;
  auto next_word = [&] {
    const size_t begin = i = skip_blank(text_, i, stop);
    i = word_end(i);
    return text_between(begin, i);
  };
  auto next_byte = [&] { return at(i = skip_blank(text_, i, stop)); };
  std::string_view word = next_word();
  if (type_only || word == "default") {
    export_word(word, type_only);
    return;
  }
  if (word == "declare") {
    type_only = true;
    word = next_word();
  }
  if (word == "abstract" || word == "async") word = next_word();
  if (word == "const" && next_byte() == 'e' && word_at(i, "enum")) word = next_word();
  if (word == "function") {
    if (next_byte() == '*') ++i;
    export_word(next_word(), type_only);
  } else if (word == "class" || word == "enum" || word == "namespace" || word == "module") {
    export_word(next_word(), type_only);
  } else if (word == "interface" || word == "type") {
    export_word(next_word(), true);
  } else if (word == "import") {
    word = next_word();
    if (word == "type" && next_byte() != '=') {
      type_only = true;
      word = next_word();
    }
    export_word(word, type_only);
  } else if (word == "const" || word == "let" || word == "var" || word == "using") {
    declares_types_ = type_only;
    if (export_declarator(i, stop)) {
      declaring_depth_ = frames_.depth() + 1;
      declared_to_ = goes_on_to_ = offset_of(i);
      open_angles_ = open_squares_ = 0;
      update_candidate();
    }
  } else if (word != "as") {  // export as namespace X
    doubt(Uncertainty::export_shape);
  }
}

// Records an exported name that is a piece of the window.
void Walk::export_word(std::string_view name, bool type_only) {
  const size_t index = size_t(reinterpret_cast<const unsigned char*>(name.data()) - text_);
  if (name.empty()) {
    // Not at the cursor, which is somewhere before: how far depends on the window.
    doubt(Uncertainty::export_shape, offset_of(index));
    return;
  }
  add_export(offset_of(index), add_text(name.substr(0, kLongestName)), type_only);
}

// The binding of a declarator at `index`, which becomes the index behind it. Returns false if there is none.
bool Walk::export_declarator(size_t& index, size_t stop) {
  index = skip_blank(text_, index, stop);
  const unsigned char c = at(index);
  if (c == '{' || c == '[') return export_pattern(index, stop);
  const size_t begin = index;
  index = word_end(begin);
  export_word(text_between(begin, index), declares_types_);
  return index != begin;
}

// { a, b: c, ...d } or [a, , ...b]; whatever is less plain is not followed.
bool Walk::export_pattern(size_t& index, size_t stop) {
  const unsigned char close = at(index) == '{' ? '}' : ']';
  size_t i = index + 1;
  auto next_byte = [&] { return at(i = skip_blank(text_, i, stop)); };
  while (next_byte() != close) {
    if (at(i) == ',') {
      ++i;
      continue;
    }
    if (text_between(i, i + 3) == "...") i = skip_blank(text_, i + 3, stop);
    size_t begin = i;
    i = word_end(i);
    size_t end = i;
    if (close == '}' && next_byte() == ':') {
      begin = skip_blank(text_, i + 1, stop);
      i = end = word_end(begin);
    }
    if (begin == end || (next_byte() != ',' && at(i) != close)) {
      doubt(Uncertainty::export_shape, offset_of(begin));
      return false;
    }
    export_word(text_between(begin, end), declares_types_);
  }
  index = i + 1;
  return true;
}

// Looks through the code up to `end`, of which the part behind at_ has no event.
void Walk::follow_declarators(size_t end) {
  const size_t depth = declaring_depth_ - 1;
  if (frames_.depth() > depth) return;
  if (frames_.depth() < depth) {
    end_declaration();
    return;
  }
  const uint64_t base = offset_of(0);
  size_t i = declared_to_ > offset_of(at_) ? size_t(declared_to_ - base) : at_;
  for (; i < end; ++i) {
    switch (at(i)) {
      case '[':
        ++open_squares_;
        break;
      case ']':
        if (open_squares_ > 0) --open_squares_;
        break;
      case '>':  // of type arguments, in which a comma means something else
        if (open_angles_ > 0 && at(i - 1) != '=') --open_angles_;
        break;
      case ';':
        if (open_squares_ > 0) break;
        if (open_angles_ > 0) doubt(Uncertainty::export_shape, base + i);
        end_declaration();
        return;
      case ',':
        if (open_squares_ > 0 || open_angles_ > 0) break;
        ++i;
        if (!export_declarator(i, std::min(i + kDeclarationHead, end_))) {
          end_declaration();
          return;
        }
        declared_to_ = base + i--;
        break;
      case '\n':
      case '\r':
      case 0xe2:
        if (open_squares_ == 0 && declaration_ends(i)) {
          end_declaration();
          return;
        }
        break;
      default:
        break;
    }
  }
  declared_to_ = std::max(declared_to_, base + end);
}

// Is there a line terminator at `index` that ends the declaration by automatic semicolon insertion? If not, the others
// before the next token do not either, and are not asked about again.
bool Walk::declaration_ends(size_t index) {
  if (!is_line_terminator(at(index)) && !is_unicode_line_terminator(text_ + index)) return false;
  if (offset_of(index) < goes_on_to_) return false;
  const size_t next = skip_blank(text_, index, std::min(index + kDeclarationHead, end_));
  if (operand_before(index, false).yes && statement_ends(next, true)) return true;
  bool newline = false;
  const size_t run_end = skip_white_space(index, newline);
  goes_on_to_ = offset_of(std::max(next, run_end));
  state_.work += (std::max(next, run_end) - index) / 16;
  return false;
}

void Walk::end_declaration() {
  declaring_depth_ = 0;
  update_candidate();
}

}  // namespace demarc
