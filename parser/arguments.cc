#include "parser/arguments.h"

#include <string_view>

#include "parser/char_class.h"
#include "parser/string_literal.h"

namespace demarc {
namespace {

constexpr size_t kMostTokens = 96;
constexpr unsigned kDeepest = 8;

enum class ArgumentTokenKind : uint8_t {
  string,
  plain_template,
  group,     // ( ... )
  brackets,  // [ ... ] or { ... }
  word,
  question,     // ?
  colon,        // :
  plus,         // +
  exclamation,  // !
  less,         // <
  greater,      // >
  tight,        // an operator that binds tighter than +
  loose,        // one that does not
};

struct ArgumentToken {
  ArgumentTokenKind kind;
  size_t begin;
  size_t end;
};

struct TokenList {
  std::array<ArgumentToken, kMostTokens> tokens;
  size_t count = 0;
  size_t end = 0;  // index of what ended the list, or 0 if it did not end within reach
};

size_t word_end(const unsigned char* text, size_t index, size_t stop) {
  while (index < stop && is_identifier_part(text[index])) ++index;
  return index;
}

// The index behind the string that begins at `index`, or `stop`.
size_t skip_string(const unsigned char* text, size_t index, size_t stop) {
  unsigned char quote = text[index++];
  while (index < stop && text[index] != quote) index += text[index] == '\\' ? 2 : 1;
  return index + 1 < stop ? index + 1 : stop;
}

// The same for a template. Substitutions may hold templates in turn; only brackets are counted, so a template with a
// back-tick in a substitution ends too early and leaves a list that makes no sense, which is then unknown.
size_t skip_template(const unsigned char* text, size_t index, size_t stop) {
  for (++index; index < stop && text[index] != '`';) {
    if (text[index] == '\\') {
      index += 2;
    } else if (text[index] == '$' && text[index + 1] == '{') {
      index = skip_brackets(text, index + 1, stop);
    } else {
      ++index;
    }
  }
  return index + 1 < stop ? index + 1 : stop;
}

ArgumentTokenKind operator_kind(const unsigned char* p, size_t& length) {
  length = 1;
  switch (*p) {
    case '?':
      if (p[1] == '?') {
        length = p[2] == '=' ? 3 : 2;
        return ArgumentTokenKind::loose;
      }
      if (p[1] == '.' && !is_digit(p[2])) {
        length = 2;
        return ArgumentTokenKind::tight;
      }
      return ArgumentTokenKind::question;
    case ':':
      return ArgumentTokenKind::colon;
    case '+':
      if (p[1] == '+' || p[1] == '=') {
        length = 2;
        return ArgumentTokenKind::loose;
      }
      return ArgumentTokenKind::plus;
    case '!':
      if (p[1] == '=') {
        length = p[2] == '=' ? 3 : 2;
        return ArgumentTokenKind::loose;
      }
      return ArgumentTokenKind::exclamation;
    case '<':
      return ArgumentTokenKind::less;
    case '>':
      return ArgumentTokenKind::greater;
    case '.':
    case '*':
    case '%':
    case '~':
    case '#':
      return ArgumentTokenKind::tight;
    case '=':
      if (p[1] == '>') length = 2;
      return ArgumentTokenKind::loose;
    default:
      return ArgumentTokenKind::loose;
  }
}

bool tokenize(const unsigned char* text, size_t index, size_t stop, TokenList& list) {
  list.count = 0;
  list.end = 0;
  while (list.count < kMostTokens) {
    index = skip_blank(text, index, stop);
    if (index >= stop) return false;
    unsigned char c = text[index];
    ArgumentToken token{ArgumentTokenKind::word, index, index + 1};
    switch (c) {
      case ')':
      case ',':
      case ']':
      case '}':
        list.end = index;
        return true;
      case ';':
      case '/':  // a division or a regular expression: not worth telling apart
      case 0:
        return false;
      case '"':
      case '\'':
        token.kind = ArgumentTokenKind::string;
        token.end = skip_string(text, index, stop);
        break;
      case '`':
        token.kind = ArgumentTokenKind::plain_template;
        token.end = skip_template(text, index, stop);
        break;
      case '(':
        token.kind = ArgumentTokenKind::group;
        token.end = skip_brackets(text, index, stop);
        break;
      case '[':
      case '{':
        token.kind = ArgumentTokenKind::brackets;
        token.end = skip_brackets(text, index, stop);
        break;
      default:
        if (is_identifier_part(c)) {
          token.end = word_end(text, index, stop);
        } else {
          size_t length;
          token.kind = operator_kind(text + index, length);
          token.end = index + length;
        }
        break;
    }
    if (token.end >= stop) return false;
    list.tokens[list.count++] = token;
    index = token.end;
  }
  return false;
}

// Builds the values of one argument.
class ArgumentReader {
 public:
  ArgumentReader(const unsigned char* text, Typing typing, std::string& pool, Argument& argument)
      : text_(text), typing_(typing), pool_(pool), argument_(argument) {}

  // The expression of tokens [begin, end): a conditional expression gives the values of both its branches.
  void evaluate(const TokenList& list, size_t begin, size_t end, unsigned depth) {
    using enum ArgumentTokenKind;
    for (;;) {
      if (depth > kDeepest) {
        argument_.has_unknown = true;
        return;
      }
      size_t question = begin;
      while (question < end && list.tokens[question].kind != ArgumentTokenKind::question) ++question;
      if (question == end) break;
      size_t colon_at = question + 1;
      for (size_t open = 1; colon_at < end; ++colon_at) {
        if (list.tokens[colon_at].kind == ArgumentTokenKind::question) ++open;
        if (list.tokens[colon_at].kind == colon && --open == 0) break;
      }
      if (colon_at >= end || is_assignment(list, begin, question)) {
        argument_.has_unknown = true;
        return;
      }
      evaluate(list, question + 1, colon_at, depth + 1);
      begin = colon_at + 1;
    }
    strip_casts(list, begin, end);
    if (end == begin + 1 && list.tokens[begin].kind == group) {
      evaluate_group(list.tokens[begin], depth);
      return;
    }
    add_concatenation(list, begin, end, depth);
  }

 private:
  std::string_view word(const ArgumentToken& token) const {
    return {reinterpret_cast<const char*>(text_) + token.begin, token.end - token.begin};
  }

  // An arrow function or an assignment binds looser than the conditional operator.
  bool is_assignment(const TokenList& list, size_t begin, size_t end) const {
    for (size_t i = begin; i < end; ++i) {
      const ArgumentToken& token = list.tokens[i];
      if (token.kind != ArgumentTokenKind::loose || text_[token.begin] != '=') continue;
      bool is_comparison = i + 1 < end && text_[token.end] == '=';
      if (!is_comparison && text_[token.begin - 1] != '=' && text_[token.begin - 1] != '!') return true;
    }
    return false;
  }

  // x as T, x satisfies T, x!, <T>x
  void strip_casts(const TokenList& list, size_t& begin, size_t& end) const {
    if (typing_ == Typing::untyped) return;
    for (size_t i = begin + 1; i < end; ++i) {
      const ArgumentToken& token = list.tokens[i];
      if (token.kind != ArgumentTokenKind::word || (word(token) != "as" && word(token) != "satisfies")) continue;
      if (text_[list.tokens[i - 1].begin] != '.') {
        end = i;
        break;
      }
    }
    if (begin < end && list.tokens[begin].kind == ArgumentTokenKind::less) {
      size_t i = begin;
      while (i < end && list.tokens[i].kind != ArgumentTokenKind::greater) ++i;
      if (i < end) begin = i + 1;
    }
    while (end > begin + 1 && list.tokens[end - 1].kind == ArgumentTokenKind::exclamation) --end;
  }

  void evaluate_group(const ArgumentToken& token, unsigned depth) {
    TokenList inner;
    if (depth >= kDeepest || !tokenize(text_, token.begin + 1, token.end + 1, inner) || inner.end != token.end - 1) {
      argument_.has_unknown = true;
      return;
    }
    evaluate(inner, 0, inner.count, depth + 1);
  }

  // Operands joined by +. What is not a literal becomes a part of a pattern.
  void add_concatenation(const TokenList& list, size_t begin, size_t end, unsigned depth) {
    size_t pool_size = pool_.size();
    ArgumentValue value{.text = {uint32_t(pool_size), 0}};
    bool is_known = argument_.count < Argument::kMostValues && append_operands(list, begin, end, depth, value);
    std::string_view text = std::string_view(pool_).substr(pool_size);
    bool is_relative = text.starts_with("./") || text.starts_with("../");
    if (!is_known || (value.is_pattern && !is_relative)) {
      argument_.has_unknown = true;
      pool_.resize(pool_size);
      return;
    }
    value.text.length = uint32_t(text.size());
    argument_.values[argument_.count++] = value;
  }

  bool append_operands(const TokenList& list, size_t begin, size_t end, unsigned depth, ArgumentValue& value) {
    using enum ArgumentTokenKind;
    if (begin == end) return false;
    for (size_t i = begin; i < end; ++i) {
      if (list.tokens[i].kind == loose || list.tokens[i].kind == less || list.tokens[i].kind == greater) return false;
      if (list.tokens[i].kind == word && is_operator_word(list.tokens[i])) return false;
    }
    for (size_t i = begin; i <= end; ++i) {
      size_t operand = i;
      while (i < end && list.tokens[i].kind != plus) ++i;
      if (operand == i) return false;
      append_operand(list, operand, i, depth, value);
    }
    return true;
  }

  bool is_operator_word(const ArgumentToken& token) const {
    std::string_view text = word(token);
    return text == "in" || text == "instanceof" || text == "yield" || text == "as" || text == "satisfies";
  }

  void append_operand(const TokenList& list, size_t begin, size_t end, unsigned depth, ArgumentValue& value) {
    const ArgumentToken& token = list.tokens[begin];
    if (end == begin + 1) {
      if (token.kind == ArgumentTokenKind::string || token.kind == ArgumentTokenKind::plain_template) {
        if (value.index == 0) value.index = token.begin;
        append_literal(token, value);
        return;
      }
      TokenList inner;
      if (token.kind == ArgumentTokenKind::group && depth < kDeepest &&
          tokenize(text_, token.begin + 1, token.end + 1, inner) && inner.end == token.end - 1) {
        for (size_t i = 0; i < inner.count; ++i) {
          if (inner.tokens[i].kind == ArgumentTokenKind::question) {
            append_unknown(value);
            return;
          }
        }
        size_t pool_size = pool_.size();
        ArgumentValue before = value;
        if (append_operands(inner, 0, inner.count, depth + 1, value)) return;
        pool_.resize(pool_size);
        value = before;
      }
    }
    append_unknown(value);
  }

  // A string or a template between its quotes.
  void append_literal(const ArgumentToken& token, ArgumentValue& value) {
    size_t begin = token.begin + 1;
    size_t end = token.end - 1;
    if (token.kind == ArgumentTokenKind::plain_template) {
      for (size_t i = begin; i < end; i += text_[i] == '\\' ? 2 : 1) {
        if (text_[i] != '$' || text_[i + 1] != '{') continue;
        append_value(begin, i);
        begin = skip_brackets(text_, i + 1, end);
        append_substitution(i + 2, begin - 1, value);
        i = begin - 1;
      }
    }
    append_value(begin, end);
  }

  // What stands between ${ and }: known only if it is a string.
  void append_substitution(size_t begin, size_t end, ArgumentValue& value) {
    TokenList inner;
    bool is_string = tokenize(text_, begin, end + 2, inner) && inner.count == 1 && inner.end == end &&
                     inner.tokens[0].kind == ArgumentTokenKind::string;
    if (is_string) {
      append_value(inner.tokens[0].begin + 1, inner.tokens[0].end - 1);
    } else {
      append_unknown(value);
    }
  }

  void append_value(size_t begin, size_t end) {
    append_string_value({reinterpret_cast<const char*>(text_) + begin, end - begin}, pool_);
  }

  void append_unknown(ArgumentValue& value) {
    std::string_view text = std::string_view(pool_).substr(value.text.offset);
    if (!(value.is_pattern && text.ends_with('*'))) pool_ += text.ends_with('/') ? "**/*" : "*";
    value.is_pattern = true;
  }

  const unsigned char* text_;
  Typing typing_;
  std::string& pool_;
  Argument& argument_;
};

}  // namespace

size_t skip_blank(const unsigned char* text, size_t index, size_t stop) {
  while (index < stop) {
    unsigned char c = text[index];
    if (is_white_space(c)) {
      ++index;
    } else if (c >= 0x80 && unicode_space_length(text + index) != 0) {
      index += unicode_space_length(text + index);
    } else if (c == '/' && text[index + 1] == '/') {
      while (index < stop && !is_line_terminator(text[index]) && !is_unicode_line_terminator(text + index)) ++index;
    } else if (c == '/' && text[index + 1] == '*') {
      index += 2;
      while (index < stop && !(text[index] == '*' && text[index + 1] == '/')) ++index;
      index += 2;
    } else {
      return index;
    }
  }
  return stop;
}

size_t skip_brackets(const unsigned char* text, size_t index, size_t stop) {
  size_t depth = 0;
  while (index < stop) {
    switch (text[index]) {
      case '(':
      case '[':
      case '{':
        ++depth;
        ++index;
        break;
      case ')':
      case ']':
      case '}':
        ++index;
        if (--depth == 0) return index;
        break;
      case '"':
      case '\'':
      case '`':
        index = skip_string(text, index, stop);
        break;
      case '/': {
        size_t behind = skip_blank(text, index, stop);
        index = behind == index ? index + 1 : behind;
        break;
      }
      default:
        ++index;
        break;
    }
  }
  return stop;
}

void read_argument(const unsigned char* text, size_t begin, size_t stop, Typing typing, std::string& pool,
                   Argument& argument) {
  argument.count = 0;
  argument.has_unknown = false;
  argument.end = 0;
  TokenList list;
  if (!tokenize(text, begin, stop, list)) {
    argument.has_unknown = true;
    return;
  }
  argument.end = list.end;
  if (list.count != 0) ArgumentReader(text, typing, pool, argument).evaluate(list, 0, list.count, 0);
}

std::string_view read_glob_base(const unsigned char* text, size_t begin, size_t stop) {
  const auto view = [&](size_t from, size_t to) {
    return std::string_view(reinterpret_cast<const char*>(text) + from, to - from);
  };
  size_t i = skip_blank(text, begin, stop);
  if (i >= stop || text[i] != ',') return {};
  i = skip_blank(text, i + 1, stop);
  if (i >= stop || text[i] != '{') return {};
  for (++i; i < stop;) {
    const size_t key = skip_blank(text, i, stop);
    if (key >= stop || text[key] == '}') return {};
    const bool is_quoted = text[key] == '"' || text[key] == '\'';
    const size_t key_end = is_quoted ? skip_string(text, key, stop) : word_end(text, key, stop);
    const bool is_base = view(key, key_end) == "base" || (is_quoted && view(key + 1, key_end - 1) == "base");
    i = skip_blank(text, key_end, stop);
    if (is_base && i < stop && text[i] == ':') {
      const size_t value = skip_blank(text, i + 1, stop);
      if (value >= stop || (text[value] != '"' && text[value] != '\'' && text[value] != '`')) return {};
      const size_t end = skip_string(text, value, stop);
      const std::string_view base = end < stop ? view(value + 1, end - 1) : std::string_view();
      return base.find_first_of("\\$") == std::string_view::npos ? base : std::string_view();
    }
    // Over the value, whatever it is.
    while (i < stop && text[i] != ',' && text[i] != '}') {
      const unsigned char c = text[i];
      const bool opens = c == '{' || c == '[' || c == '(' || c == '"' || c == '\'' || c == '`';
      i = c == '"' || c == '\'' || c == '`' ? skip_string(text, i, stop) : opens ? skip_brackets(text, i, stop) : i + 1;
    }
    if (i >= stop || text[i] == '}') return {};
    ++i;
  }
  return {};
}

std::string pattern_in_base(std::string_view base, std::string_view pattern) {
  const bool excludes = pattern.starts_with('!');
  std::string_view rest = pattern.substr(excludes ? 1 : 0);
  if (base.empty() || !(rest.starts_with("./") || rest.starts_with("../"))) return std::string(pattern);
  std::string joined(base);
  while (joined.size() > 1 && joined.ends_with('/')) joined.pop_back();
  while (rest.starts_with("./") || rest.starts_with("../")) {
    if (rest[1] == '.') {
      const size_t slash = joined.rfind('/');
      const std::string_view last = std::string_view(joined).substr(slash + 1);
      if (last == ".") {
        joined += ".";  // ./.. is ..
      } else if (last == ".." || slash == std::string::npos) {
        joined += "/..";
      } else {
        joined.resize(slash);
      }
    }
    rest.remove_prefix(rest.find('/') + 1);
  }
  if (!joined.ends_with('/')) joined += '/';
  return (excludes ? "!" : "") + joined + std::string(rest);
}

}  // namespace demarc
