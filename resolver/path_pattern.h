// Globs of tsconfig's include and exclude, matched against absolute paths in linear space and without recursion.
//
//   PathPattern("/app", "src/**/*.ts")   *  within a name    **  any number of whole names
//                                        ?  one character    {a,b}  [abc]  [!a-z]
//
// The directory is literal: its own brackets and stars mean nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace demarc {

class PathPattern {
 public:
  // directory is absolute, without trailing slash except for "/"; pattern may begin with "../" or "/".
  PathPattern(std::string_view directory, std::string_view pattern);

  bool matches(std::string_view path) const;
  std::string_view text() const { return text_; }  // directory + "/" + pattern
  std::string_view last_name() const;              // of the pattern, with its wildcards
  // The same with more behind it, "/**" say.
  PathPattern append(std::string_view suffix) const;

 private:
  PathPattern() = default;
  void expand();

  std::string text_;
  size_t literal_ = 0;                     // so many characters of text_ are the directory
  std::vector<std::string> alternatives_;  // of what follows, without braces
};

}  // namespace demarc
