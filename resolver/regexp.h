// Regular expressions of RegExp aliases, in ECMAScript syntax (R81).
//
// std::regex has no named groups, no lookbehind, and none of the flags m, s and y; it throws on complex input and
// recurses once per character. This one compiles to a list of steps and keeps its alternatives on a heap stack: depth
// does not depend on the input, and a work limit ends expressions that would take exponential time (they count as no
// match).
//
// Supported: everything of ES2018 but Unicode property names beyond \p{L} and \p{N} (and their long names). Text is
// UTF-8 and matched by code points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace demarc {

class RegExp {
 public:
  struct Match {
    // Begin and end of the whole match and of each group; npos where a group took no part.
    std::vector<std::pair<size_t, size_t>> groups;
  };

  // False: error says what is wrong, with the offset in the pattern.
  bool compile(std::string_view pattern, std::string_view flags, std::string& error);

  bool search(std::string_view text, size_t from, Match& match) const;
  // String.prototype.replace: the first match, or all with the flag g. False if there is none.
  bool replace(std::string_view text, std::string_view replacement, std::string& result) const;

 private:
  friend class RegExpCompiler;
  friend class RegExpMatcher;
  enum class Op : uint8_t {
    character,        // a: code point
    any,              // but line ends, unless s
    character_class,  // a: index into classes_
    split,            // a: preferred next, b: other next
    jump,             // a
    save,             // a: slot
    clear,            // slots a to b - 1 forget their group: each round of a loop begins afresh
    begin,            // ^
    end,              // $
    word_boundary,    // a: 0 for \B
    back_reference,   // a: group
    enter_loop,       // a: register that remembers where this round began
    leave_loop,       // a: register; b: where to go if the round took nothing
    look,             // a: index into looks_
    match
  };
  struct Step {
    Op op;
    uint32_t a = 0;
    uint32_t b = 0;
  };
  struct Class {
    bool negated = false;
    std::vector<std::pair<uint32_t, uint32_t>> ranges;
    std::vector<std::pair<char, bool>> sets;  // 'd', 's', 'w', 'L', 'N', and whether negated
  };
  struct Look {
    uint32_t begin;  // step where the inner program begins; it ends with a match
    bool behind;
    bool negated;
  };

  std::vector<Step> steps_;
  std::vector<Class> classes_;
  std::vector<Look> looks_;
  std::vector<std::pair<std::string, uint32_t>> names_;
  uint32_t groups_ = 1;
  uint32_t loops_ = 0;
  bool ignores_case_ = false;
  bool multiline_ = false;
  bool dot_all_ = false;
  bool global_ = false;
  bool sticky_ = false;
};

// The text that a replacement stands for: $$ $& $` $' $1 $<name> (GetSubstitution). Without a match object's groups, as
// for a string that is searched for, only the first four mean something.
std::string expand_replacement(std::string_view replacement, std::string_view text, const RegExp::Match& match,
                               const std::vector<std::pair<std::string, uint32_t>>& names);

}  // namespace demarc
