#include "resolver/regexp.h"

#include <algorithm>

namespace demarc {
namespace {

constexpr size_t kNone = std::string_view::npos;
// A pattern that unrolls to more than this is refused; a match that takes more than that is given up.
constexpr size_t kMostSteps = 20'000;
constexpr size_t kMostWork = 2'000'000;
constexpr int kDeepestGroup = 100;
constexpr uint32_t kMostRepeats = 1'000;

// The code point at an offset of UTF-8 text, and how many bytes it takes. A stray byte counts as one character.
uint32_t decode(std::string_view text, size_t at, size_t& size) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (first < 0x80) return first;
  if (first < 0xc2 || at + size > text.size()) {
    size = 1;
    return first;
  }
  uint32_t code = first & (0x7f >> size);
  for (size_t i = 1; i < size; ++i) code = code << 6 | (byte(at + i) & 0x3f);
  return code;
}

bool is_line_end(uint32_t c) {
  return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}
bool is_digit(uint32_t c) {
  return c >= '0' && c <= '9';
}
bool is_ascii_letter(uint32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word(uint32_t c) {
  return is_digit(c) || is_ascii_letter(c) || c == '_';
}
bool is_space(uint32_t c) {
  return (c >= 9 && c <= 13) || c == ' ' || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
         is_line_end(c) || c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}
// Letter case beyond Latin-1 is left as it is.
uint32_t fold(uint32_t c) {
  return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ? c + 32 : c;
}

bool in_set(char set, uint32_t c) {
  switch (set) {
    case 'd':
      return is_digit(c);
    case 's':
      return is_space(c);
    case 'w':
      return is_word(c);
    case 'N':
      return is_digit(c);
    default:
      return is_ascii_letter(c) || (c >= 0xaa && c != 0xd7 && c != 0xf7 && !is_space(c));
  }
}

}  // namespace

// Recursive descent over the pattern; depth is bounded by kDeepestGroup.
class RegExpCompiler {
 public:
  RegExpCompiler(RegExp& to, std::string_view pattern) : to_(to), pattern_(pattern) {}

  bool run(std::string& error) {
    name_groups();
    emit(RegExp::Op::save, 0);
    disjunction(0);
    if (error_.empty() && at_ < pattern_.size()) fail("unmatched ')'");
    emit(RegExp::Op::save, 1);
    emit(RegExp::Op::match);
    if (error_.empty()) return true;
    error = error_ + " at " + std::to_string(at_);
    return false;
  }

 private:
  using Op = RegExp::Op;

  // Names and the number of groups are needed before references to later ones.
  void name_groups() {
    bool in_class = false;
    for (size_t i = 0; i < pattern_.size(); ++i) {
      const char c = pattern_[i];
      if (c == '\\')
        ++i;
      else if (c == '[')
        in_class = true;
      else if (c == ']')
        in_class = false;
      else if (c == '(' && !in_class) {
        const bool special = pattern_.substr(i + 1).starts_with('?');
        const bool named = pattern_.substr(i).starts_with("(?<") && i + 3 < pattern_.size() && pattern_[i + 3] != '=' &&
                           pattern_[i + 3] != '!';
        if (named) {
          const size_t end = std::min(pattern_.find('>', i), pattern_.size());
          to_.names_.emplace_back(pattern_.substr(i + 3, end - i - 3), to_.groups_);
        }
        if (named || !special) ++to_.groups_;
      }
    }
  }

  void fail(std::string_view what) {
    if (error_.empty()) error_ = what;
    at_ = std::min(at_, pattern_.size());
  }
  bool more() const { return error_.empty() && at_ < pattern_.size(); }
  char peek() const { return pattern_[at_]; }
  bool take(std::string_view text) {
    if (!pattern_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  uint32_t here() const { return static_cast<uint32_t>(to_.steps_.size()); }
  uint32_t emit(Op op, uint32_t a = 0, uint32_t b = 0) {
    if (to_.steps_.size() >= kMostSteps) fail("too large an expression");
    to_.steps_.push_back({op, a, b});
    return here() - 1;
  }

  void disjunction(int depth) {
    if (depth > kDeepestGroup) return fail("too deep a nesting");
    std::vector<uint32_t> exits;
    for (;;) {
      const uint32_t split = emit(Op::split, here() + 1);
      alternative(depth);
      if (!more() || peek() != '|') {
        to_.steps_[split].b = to_.steps_[split].a;  // the last alternative is no choice
        break;
      }
      ++at_;
      exits.push_back(emit(Op::jump));
      to_.steps_[split].b = here();
    }
    for (const uint32_t exit : exits) to_.steps_[exit].a = here();
  }

  void alternative(int depth) {
    while (more() && peek() != '|' && peek() != ')') term(depth);
  }

  void term(int depth) {
    if (take("^")) return void(emit(Op::begin));
    if (take("$")) return void(emit(Op::end));
    if (take("\\b")) return void(emit(Op::word_boundary, 1));
    if (take("\\B")) return void(emit(Op::word_boundary, 0));
    const uint32_t first_group = next_group_;
    const uint32_t start = here();
    atom(depth);
    quantifier(start, first_group);
  }

  void atom(int depth) {
    if (take("(?=")) return look(depth, false, false);
    if (take("(?!")) return look(depth, false, true);
    if (take("(?<=")) return look(depth, true, false);
    if (take("(?<!")) return look(depth, true, true);
    if (take("(?:")) return group(depth, 0);
    if (take("(?<")) {
      const size_t end = pattern_.find('>', at_);
      if (end == kNone) return fail("unfinished group name");
      at_ = end + 1;
      return group(depth, next_group_++);
    }
    if (take("(?")) return fail("unknown kind of group");
    if (take("(")) return group(depth, next_group_++);
    if (take(".")) return void(emit(Op::any));
    if (take("[")) return character_class();
    if (take("\\")) return escape();
    if (std::string_view("*+?").find(peek()) != kNone) return fail("nothing to repeat");
    size_t size = 0;
    const uint32_t c = decode(pattern_, at_, size);
    at_ += size;
    emit(Op::character, to_.ignores_case_ ? fold(c) : c);
  }

  void group(int depth, uint32_t number) {
    if (number != 0) emit(Op::save, number * 2);
    disjunction(depth + 1);
    if (!take(")")) fail("unfinished group");
    if (number != 0) emit(Op::save, number * 2 + 1);
  }

  void look(int depth, bool behind, bool negated) {
    emit(Op::look, static_cast<uint32_t>(to_.looks_.size()));
    to_.looks_.push_back({here() + 1, behind, negated});
    const uint32_t skip = emit(Op::jump);
    disjunction(depth + 1);
    if (!take(")")) fail("unfinished group");
    emit(Op::match);
    to_.steps_[skip].a = here();
  }

  // Repeats what was emitted since start: copies for the counted part, a loop for the rest.
  void quantifier(uint32_t start, uint32_t first_group) {
    uint32_t least = 1, most = 1;
    if (!more()) return;
    if (take("*"))
      least = 0, most = kMostRepeats + 1;
    else if (take("+"))
      most = kMostRepeats + 1;
    else if (take("?"))
      least = 0;
    else if (peek() != '{' || !counts(least, most))
      return;
    const bool greedy = !take("?");
    if (least > most) return fail("numbers out of order");
    const std::vector<RegExp::Step> body(to_.steps_.begin() + start, to_.steps_.end());
    to_.steps_.resize(start);
    const auto copy = [&] {
      if (first_group != next_group_) emit(Op::clear, first_group * 2, next_group_ * 2);
      const uint32_t shift = here() - start;
      for (RegExp::Step step : body) {
        if (step.op == Op::jump || step.op == Op::split) step.a += shift;
        if (step.op == Op::split || step.op == Op::leave_loop) step.b += shift;
        if (step.op == Op::look && shift != 0) {
          RegExp::Look look = to_.looks_[step.a];
          look.begin += shift;
          step.a = static_cast<uint32_t>(to_.looks_.size());
          to_.looks_.push_back(look);
        }
        emit(step.op, step.a, step.b);
        if (!error_.empty()) return;
      }
    };
    const auto choose = [&](uint32_t split, uint32_t in, uint32_t out) {
      to_.steps_[split].a = greedy ? in : out;
      to_.steps_[split].b = greedy ? out : in;
    };
    for (uint32_t i = 0; i < least && error_.empty(); ++i) copy();
    if (most > kMostRepeats) {
      const uint32_t loop = to_.loops_++;
      const uint32_t split = emit(Op::split);
      emit(Op::enter_loop, loop);
      copy();
      const uint32_t leave = emit(Op::leave_loop, loop);
      emit(Op::jump, split);
      to_.steps_[leave].b = here();
      choose(split, split + 1, here());
      return;
    }
    std::vector<uint32_t> splits;
    for (uint32_t i = least; i < most && error_.empty(); ++i) {
      splits.push_back(emit(Op::split));
      copy();
    }
    for (const uint32_t split : splits) choose(split, split + 1, here());
  }

  // "{2}", "{2,}", "{2,5}". Anything else is literal text.
  bool counts(uint32_t& least, uint32_t& most) {
    size_t i = at_ + 1;
    const auto number = [&](uint32_t& value) {
      const size_t from = i;
      for (value = 0; i < pattern_.size() && is_digit(static_cast<unsigned char>(pattern_[i])); ++i) {
        value = std::min(value * 10 + static_cast<uint32_t>(pattern_[i] - '0'), kMostRepeats);
      }
      return i > from;
    };
    if (!number(least)) return false;
    most = least;
    if (i < pattern_.size() && pattern_[i] == ',') {
      ++i;
      if (!number(most)) most = kMostRepeats + 1;
    }
    if (i >= pattern_.size() || pattern_[i] != '}') return false;
    at_ = i + 1;
    return true;
  }

  void escape() {
    if (at_ >= pattern_.size()) return fail("\\ at the end");
    const char c = peek();
    if (c >= '1' && c <= '9') {
      uint32_t number = 0;
      size_t i = at_;
      for (; i < pattern_.size() && is_digit(static_cast<unsigned char>(pattern_[i])) && number < 1000; ++i) {
        number = number * 10 + static_cast<uint32_t>(pattern_[i] - '0');
      }
      if (number < to_.groups_) {
        at_ = i;
        return void(emit(Op::back_reference, number));
      }
    }
    if (take("k<")) {
      const size_t end = std::min(pattern_.find('>', at_), pattern_.size());
      const std::string_view name = pattern_.substr(at_, end - at_);
      for (const auto& [known, group] : to_.names_) {
        if (known != name) continue;
        at_ = std::min(end + 1, pattern_.size());
        return void(emit(Op::back_reference, group));
      }
      return fail("unknown group name");
    }
    RegExp::Class set;
    if (set_escape(set)) {
      emit(Op::character_class, static_cast<uint32_t>(to_.classes_.size()));
      to_.classes_.push_back(std::move(set));
      return;
    }
    const uint32_t code = character_escape();
    emit(Op::character, to_.ignores_case_ ? fold(code) : code);
  }

  // \d \D \s \S \w \W \p{L} \P{N}
  bool set_escape(RegExp::Class& set) {
    const char c = peek();
    const char lower = static_cast<char>(c | 0x20);
    if (lower == 'd' || lower == 's' || lower == 'w') {
      ++at_;
      set.sets.emplace_back(lower, c != lower);
      return true;
    }
    if (lower != 'p' || !pattern_.substr(at_ + 1).starts_with('{')) return false;
    const size_t end = std::min(pattern_.find('}', at_), pattern_.size());
    const std::string_view name = pattern_.substr(at_ + 2, end - at_ - 2);
    if (name == "L" || name == "Letter" || name == "Alphabetic") {
      set.sets.emplace_back('L', c == 'P');
    } else if (name == "N" || name == "Nd" || name == "Number") {
      set.sets.emplace_back('N', c == 'P');
    } else {
      fail("unknown Unicode property");
    }
    at_ = std::min(end + 1, pattern_.size());
    return true;
  }

  uint32_t character_escape() {
    size_t size = 0;
    const uint32_t c = decode(pattern_, at_, size);
    at_ += size;
    switch (c) {
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'f':
        return '\f';
      case 'v':
        return '\v';
      case '0':
        return 0;
      case 'x':
        return hex(2, c);
      case 'u':
        if (take("{")) {
          const size_t end = std::min(pattern_.find('}', at_), pattern_.size());
          const uint32_t code = hex(end - at_, c);
          take("}");
          return code;
        }
        return hex(4, c);
      default:
        return c;
    }
  }

  uint32_t hex(size_t digits, uint32_t otherwise) {
    uint32_t code = 0;
    if (digits == 0 || digits > 6 || at_ + digits > pattern_.size()) return otherwise;
    for (size_t i = 0; i < digits; ++i) {
      const char c = pattern_[at_ + i];
      const char lower = static_cast<char>(c | 0x20);
      if (c >= '0' && c <= '9')
        code = code << 4 | static_cast<uint32_t>(c - '0');
      else if (lower >= 'a' && lower <= 'f')
        code = code << 4 | static_cast<uint32_t>(lower - 'a' + 10);
      else
        return otherwise;
    }
    at_ += digits;
    return code;
  }

  void character_class() {
    RegExp::Class set;
    set.negated = take("^");
    while (more() && peek() != ']') {
      bool is_set = false;
      const uint32_t low = class_atom(set, is_set);
      if (is_set || !more() || peek() != '-' || pattern_.substr(at_).starts_with("-]")) {
        if (!is_set) set.ranges.emplace_back(low, low);
        continue;
      }
      ++at_;
      const uint32_t high = class_atom(set, is_set);
      if (is_set) {
        set.ranges.emplace_back(low, low);
        set.ranges.emplace_back('-', '-');
      } else if (high < low) {
        return fail("range out of order");
      } else {
        set.ranges.emplace_back(low, high);
      }
    }
    if (!take("]")) return fail("unfinished class");
    emit(Op::character_class, static_cast<uint32_t>(to_.classes_.size()));
    to_.classes_.push_back(std::move(set));
  }

  uint32_t class_atom(RegExp::Class& set, bool& is_set) {
    if (!take("\\")) {
      size_t size = 0;
      const uint32_t c = decode(pattern_, at_, size);
      at_ += size;
      return c;
    }
    if (!more()) return fail("\\ at the end"), 0;
    if (take("b")) return '\b';
    is_set = set_escape(set);
    return is_set ? 0 : character_escape();
  }

  RegExp& to_;
  std::string_view pattern_;
  size_t at_ = 0;
  uint32_t next_group_ = 1;
  std::string error_;
};

// Runs the steps from one position. Alternatives wait on a stack, with what has to be put back to take them.
class RegExpMatcher {
 public:
  RegExpMatcher(const RegExp& expression, std::string_view text, size_t& work)
      : expression_(expression), text_(text), work_(work) {}

  // slots: two for each group, then one for each loop.
  bool run(uint32_t step, size_t at, std::vector<size_t>& slots, size_t& end) {
    std::vector<Saved> saved;
    const size_t loops = size_t{expression_.groups_} * 2;
    const auto set = [&](size_t slot, size_t value) {
      saved.push_back({kUndo, slot, slots[slot]});
      slots[slot] = value;
    };
    for (;;) {
      if (++work_ > kMostWork) return false;
      const RegExp::Step& now = expression_.steps_[step];
      bool matched = true;
      ++step;
      switch (now.op) {
        case RegExp::Op::match:
          end = at;
          return true;
        case RegExp::Op::jump:
          step = now.a;
          break;
        case RegExp::Op::split:
          if (now.a != now.b) saved.push_back({now.b, at, 0});
          step = now.a;
          break;
        case RegExp::Op::save:
          set(now.a, at);
          break;
        case RegExp::Op::clear:
          for (uint32_t slot = now.a; slot < now.b; ++slot) set(slot, kNone);
          break;
        case RegExp::Op::enter_loop:
          set(loops + now.a, at);
          break;
        case RegExp::Op::leave_loop:
          if (slots[loops + now.a] == at) step = now.b;
          break;
        case RegExp::Op::begin:
          matched = at == 0 || (expression_.multiline_ && is_line_end(before(at)));
          break;
        case RegExp::Op::end:
          matched = at == text_.size() || (expression_.multiline_ && is_line_end(code_at(at)));
          break;
        case RegExp::Op::word_boundary: {
          const bool left = at > 0 && is_word(static_cast<unsigned char>(text_[at - 1]));
          const bool right = at < text_.size() && is_word(static_cast<unsigned char>(text_[at]));
          matched = (left != right) == (now.a != 0);
          break;
        }
        case RegExp::Op::look:
          matched = look(expression_.looks_[now.a], at, slots);
          break;
        case RegExp::Op::back_reference:
          matched = back_reference(now.a, slots, at);
          break;
        default:
          matched = consume(now, at);
      }
      while (!matched) {
        if (saved.empty()) return false;
        const Saved back = saved.back();
        saved.pop_back();
        if (back.step == kUndo) {
          slots[back.at] = back.value;
          continue;
        }
        step = back.step;
        at = back.at;
        matched = true;
      }
    }
  }

 private:
  struct Saved {
    uint32_t step;  // kUndo: slot at gets value back
    size_t at;
    size_t value;
  };
  static constexpr uint32_t kUndo = 0xffffffff;

  uint32_t code_at(size_t at) const {
    size_t size = 0;
    return decode(text_, at, size);
  }
  uint32_t before(size_t at) const {
    size_t start = at - 1;
    while (start > 0 && at - start < 4 && (static_cast<unsigned char>(text_[start]) & 0xc0) == 0x80) --start;
    return code_at(start);
  }

  bool consume(const RegExp::Step& step, size_t& at) const {
    if (at >= text_.size()) return false;
    size_t size = 0;
    uint32_t c = decode(text_, at, size);
    bool matched = false;
    if (step.op == RegExp::Op::any) {
      matched = expression_.dot_all_ || !is_line_end(c);
    } else if (step.op == RegExp::Op::character) {
      matched = (expression_.ignores_case_ ? fold(c) : c) == step.a;
    } else {
      matched = in_class(expression_.classes_[step.a], c);
    }
    if (matched) at += size;
    return matched;
  }

  bool in_class(const RegExp::Class& set, uint32_t c) const {
    const auto holds = [&](uint32_t code) {
      return std::any_of(set.ranges.begin(), set.ranges.end(),
                         [&](const auto& range) { return range.first <= code && code <= range.second; }) ||
             std::any_of(set.sets.begin(), set.sets.end(),
                         [&](const auto& one) { return in_set(one.first, code) != one.second; });
    };
    bool found = holds(c);
    if (!found && expression_.ignores_case_) {
      const uint32_t lower = fold(c);
      found = holds(lower) || (lower != c ? false : holds(c >= 'a' && c <= 'z' ? c - 32 : c));
    }
    return found != set.negated;
  }

  bool back_reference(uint32_t group, const std::vector<size_t>& slots, size_t& at) const {
    const size_t from = slots[group * 2], to = slots[group * 2 + 1];
    if (from == kNone || to == kNone) return true;
    const std::string_view part = text_.substr(from, to - from);
    if (!text_.substr(at).starts_with(part)) return false;
    at += part.size();
    return true;
  }

  // The inner program is its own run; what it saved stays if it matched and was to.
  bool look(const RegExp::Look& look, size_t at, std::vector<size_t>& slots) {
    std::vector<size_t> inner = slots;
    size_t end = 0;
    bool matched = false;
    if (!look.behind) {
      matched = run(look.begin, at, inner, end);
    } else {
      for (size_t start = at + 1; start-- > 0 && !matched;) {
        inner = slots;
        matched = run(look.begin, start, inner, end) && end == at;
      }
    }
    if (matched && !look.negated) slots = std::move(inner);
    return matched != look.negated;
  }

  const RegExp& expression_;
  std::string_view text_;
  size_t& work_;
};

bool RegExp::compile(std::string_view pattern, std::string_view flags, std::string& error) {
  *this = RegExp();
  for (const char flag : flags) {
    switch (flag) {
      case 'i':
        ignores_case_ = true;
        break;
      case 'm':
        multiline_ = true;
        break;
      case 's':
        dot_all_ = true;
        break;
      case 'g':
        global_ = true;
        break;
      case 'y':
        sticky_ = true;
        break;
      case 'u':
      case 'v':
      case 'd':
        break;
      default:
        error = std::string("unknown flag ") + flag;
        return false;
    }
  }
  return RegExpCompiler(*this, pattern).run(error);
}

bool RegExp::search(std::string_view text, size_t from, Match& match) const {
  size_t work = 0;
  RegExpMatcher matcher(*this, text, work);
  for (size_t start = from; start <= text.size(); ++start) {
    if (start > from && start < text.size() && (static_cast<unsigned char>(text[start]) & 0xc0) == 0x80) continue;
    std::vector<size_t> slots(size_t{groups_} * 2 + loops_, kNone);
    size_t end = 0;
    if (matcher.run(0, start, slots, end)) {
      match.groups.clear();
      for (uint32_t i = 0; i < groups_; ++i) {
        const bool took_part = slots[i * 2] != kNone && slots[i * 2 + 1] != kNone;
        match.groups.emplace_back(took_part ? slots[i * 2] : kNone, took_part ? slots[i * 2 + 1] : kNone);
      }
      return true;
    }
    if (sticky_) break;
  }
  return false;
}

bool RegExp::replace(std::string_view text, std::string_view replacement, std::string& result) const {
  result.clear();
  size_t done = 0;
  bool any = false;
  Match match;
  for (size_t from = 0; from <= text.size() && search(text, from, match);) {
    any = true;
    const auto [begin, end] = match.groups[0];
    result += text.substr(done, begin - done);
    result += expand_replacement(replacement, text, match, names_);
    done = end;
    from = end > begin ? end : end + 1;
    if (!global_) break;
  }
  if (any) result += text.substr(done);
  return any;
}

std::string expand_replacement(std::string_view replacement, std::string_view text, const RegExp::Match& match,
                               const std::vector<std::pair<std::string, uint32_t>>& names) {
  std::string result;
  const auto group = [&](size_t number) {
    const auto [begin, end] = match.groups[number];
    return begin == kNone ? std::string_view{} : text.substr(begin, end - begin);
  };
  for (size_t i = 0; i < replacement.size(); ++i) {
    const std::string_view rest = replacement.substr(i);
    const char next = rest.size() > 1 && rest[0] == '$' ? rest[1] : '\0';
    size_t taken = 2;
    if (next == '$') {
      result += '$';
    } else if (next == '&') {
      result += group(0);
    } else if (next == '`') {
      result += text.substr(0, match.groups[0].first);
    } else if (next == '\'') {
      result += text.substr(match.groups[0].second);
    } else if (is_digit(static_cast<unsigned char>(next))) {
      size_t number = static_cast<size_t>(next - '0');
      if (rest.size() > 2 && is_digit(static_cast<unsigned char>(rest[2]))) {
        const size_t both = number * 10 + static_cast<size_t>(rest[2] - '0');
        if (both >= 1 && both < match.groups.size()) {
          number = both;
          taken = 3;
        }
      }
      if (number >= 1 && number < match.groups.size())
        result += group(number);
      else
        result += rest.substr(0, taken);
    } else if (next == '<' && !names.empty() && rest.find('>') != kNone) {
      const std::string_view name = rest.substr(2, rest.find('>') - 2);
      for (const auto& [known, number] : names) {
        if (known == name) result += group(number);
      }
      taken = name.size() + 3;
    } else {
      result += rest[0];
      taken = 1;
    }
    i += taken - 1;
  }
  return result;
}

}  // namespace demarc
