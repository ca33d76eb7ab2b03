#include "scanner/glob.h"

#include <catch2/catch.hpp>
#include <string>

using demarc::Glob;

TEST_CASE("glob: patterns match whole relative paths", "[scanner][glob]") {
  struct Case {
    const char* pattern;
    const char* path;
    bool matches;
  };
  const Case cases[] = {
      {"src/**/*.ts", "src/a.ts", true},
      {"src/**/*.ts", "src/a/b/c.ts", true},
      {"src/**/*.ts", "lib/a.ts", false},
      {"src/**/*.ts", "src/a.tsx", false},
      {"./src/*.ts", "src/a.ts", true},
      {"src/**/*.{ts,tsx,js}", "src/x/y.tsx", true},
      {"src/**/*.{ts,tsx,js}", "src/x/y.jsx", false},
      {"{src,app}/{a,b}.ts", "app/b.ts", true},
      {"a{,b}.ts", "a.ts", true},
      {"{x}.ts", "{x}.ts", true},
      {"*.ts", "a/b.ts", false},
      {"**", "a/b/c", true},
      {"**/x/**/y", "a/x/b/c/y", true},
      {"**/x/**/y", "x/y", true},
      {"**/x/**/y", "a/x/b", false},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"[a-c]x", "bx", true},
      {"[!a-c]x", "bx", false},
      {"[]]x", "]x", true},
      {"[abc", "[abc", true},
      {"a\\*b", "a*b", true},
      {"a\\*b", "axb", false},
      {"*a*b*c*", "xxaxxbxxc", true},
      {"*a*b*c*", "xxaxxcxxb", false},
  };
  for (const Case& c : cases) {
    INFO(c.pattern << " on " << c.path);
    CHECK(Glob::compile(c.pattern).matches(c.path) == c.matches);
  }
}

TEST_CASE("glob: how a name has to end is taken from behind the last special character", "[scanner][glob]") {
  CHECK(Glob::compile("src/*[sx]").matches("src/a.tsx"));
  CHECK_FALSE(Glob::compile("src/*[sx]").matches("src/a.ty"));
  CHECK(Glob::compile("src/a\\*").matches("src/a*"));
  CHECK_FALSE(Glob::compile("src/a\\*").matches("src/ab"));
  CHECK(Glob::compile("src/[ab]c.ts").matches("src/bc.ts"));
  CHECK_FALSE(Glob::compile("src/[ab]c.ts").matches("src/b.c.ts"));
  CHECK(Glob::compile("src/a[.ts").matches("src/a[.ts"));
  CHECK(Glob::compile("src/?").matches("src/x"));
  CHECK(Glob::compile("{a,b}.{ts,js}").matches("b.js"));
}

TEST_CASE("glob: names that begin with a dot match only when asked for", "[scanner][glob]") {
  CHECK_FALSE(Glob::compile("src/**/*.ts").matches("src/.hidden.ts"));
  CHECK_FALSE(Glob::compile("src/**/*.ts").matches("src/.git/a.ts"));
  CHECK(Glob::compile("src/.*/*.ts").matches("src/.git/a.ts"));
}

TEST_CASE("glob: a directory is entered when something below it could match", "[scanner][glob]") {
  const Glob glob = Glob::compile("src/{app,lib}/**/*.ts");
  CHECK(glob.may_match_below("src"));
  CHECK(glob.may_match_below("src/app"));
  CHECK(glob.may_match_below("src/app/deep/er"));
  CHECK_FALSE(glob.may_match_below("src/other"));
  CHECK_FALSE(glob.may_match_below("node_modules"));
  CHECK_FALSE(Glob::compile("*.ts").may_match_below("src"));
  CHECK_FALSE(Glob::compile("src/**/x").may_match_below("src/.git"));
}

TEST_CASE("glob: hostile patterns are refused or linear", "[scanner][glob]") {
  CHECK_FALSE(Glob::compile(std::string(5000, 'a')).valid());
  CHECK_FALSE(Glob::compile("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}").valid());
  CHECK_FALSE(Glob::compile("").valid());
  // Exponential for a matcher that tries every split; this returns at once.
  std::string stars, text;
  for (int i = 0; i < 200; ++i) stars += "*a";
  text.assign(5000, 'a');
  CHECK_FALSE(Glob::compile(stars + "b").matches(text));
}
