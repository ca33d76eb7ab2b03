// What a bundler can see in the argument of import() or require().
//
//   "./a"                 ./a
//   x ? "./a" : "./b"     ./a and ./b
//   "./a" + ".js"         ./a.js
//   `./a/${x}.js`         the pattern ./a/**/*.js
//   "./a" as string       ./a
//
// These are esbuild's rules. Only a fixed number of bytes is looked at, so that calls within calls within calls stay
// linear.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "parser/module_syntax.h"

namespace demarc {

struct ArgumentValue {
  TextRef text;
  size_t index = 0;         // of its first literal
  bool is_pattern = false;  // with * and **/* for what is not known
};

struct Argument {
  static constexpr size_t kMostValues = 32;
  std::array<ArgumentValue, kMostValues> values;
  size_t count = 0;
  bool has_unknown = false;  // the argument, or a branch of it, is not known
  size_t end = 0;            // index of the `)` or `,` behind it, or 0 if that is out of reach
};

inline constexpr size_t kLongestArgument = 512;

enum class Typing : uint8_t { untyped, typescript };

// Reads the argument that begins at text[begin], looking no further than text[stop]. Texts are appended to `pool`.
void read_argument(const unsigned char* text, size_t begin, size_t stop, Typing typing, std::string& pool,
                   Argument& argument);

// What the options behind the patterns of import.meta.glob say of `base`, where that is a plain string: for
// `, { base: "./pages" })`, ./pages. text[begin] is behind the patterns. The view is into `text`; empty for no base.
std::string_view read_glob_base(const unsigned char* text, size_t begin, size_t stop);

// The pattern as it would stand without the base: ./**/*.tsx in ./pages is ./pages/**/*.tsx. Only patterns that begin
// with ./ or ../, maybe behind a !, depend on it.
std::string pattern_in_base(std::string_view base, std::string_view pattern);

// The index behind the brackets, strings and comments that begin at text[index] with a bracket, or `stop`.
size_t skip_brackets(const unsigned char* text, size_t index, size_t stop);

// The first index at or behind `index` that is no white space and no comment, at most `stop`.
size_t skip_blank(const unsigned char* text, size_t index, size_t stop);

}  // namespace demarc
