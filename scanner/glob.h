// File name patterns as Vite, rwsdk and .gitignore users write them: * ? [a-z] {a,b} and ** as a whole segment.
//
//   Glob glob = Glob::compile("src/**/*.{ts,tsx}");
//   glob.matches("src/app/x.tsx");   // true; a pattern never matches a name that begins with a dot unless it says so
//
// Matching is linear in the text for each * (two pointers and one point to return to), so that no pattern of a hostile
// project can take long. Letter case counts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace demarc {

class Glob {
 public:
  // A pattern that cannot be compiled (over 4 KiB, over 1,024 alternatives) matches nothing; valid() tells.
  static Glob compile(std::string_view pattern);

  // The pattern that matches `path` alone.
  static std::string escape(std::string_view path);

  bool valid() const { return valid_; }
  // `path` is relative, with `/` between segments and none at either end.
  bool matches(std::string_view path) const;
  // Whether something below `directory` could match: lets a walk skip whole folders.
  bool may_match_below(std::string_view directory) const;

 private:
  using Segments = std::vector<std::string>;
  struct Alternative {
    Segments segments;
    std::string tail;  // what a path has to end in
  };
  std::vector<Alternative> alternatives_;
  bool valid_ = false;
};

}  // namespace demarc
