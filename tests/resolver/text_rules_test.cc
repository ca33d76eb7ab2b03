// Rules that need no disk: specifiers, globs, regular expressions, JSON with comments, module syntax.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "resolver/esm_syntax.h"
#include "resolver/path_pattern.h"
#include "resolver/regexp.h"
#include "resolver/specifier.h"
#include "resolver/tsconfig.h"

using namespace demarc;

TEST_CASE("specifier: bare is a word character or @, no drive, no scheme", "[resolver]") {
  for (const std::string_view id : {"p", "@s/p", "_x", "0num", "p/x", "node:fs", "ab:c", "1:x", "a//b", "fs?x"}) {
    INFO(id);
    CHECK(is_bare(id));
  }
  for (const std::string_view id :
       {"", "./x", "/x", "#x", "$x", ".hidden", "-x", " x", "C:/x", "c:x", "http://x", "a://b", "\\\\s"}) {
    INFO(id);
    CHECK_FALSE(is_bare(id));
  }
}

TEST_CASE("specifier: a name is one segment, two with a scope", "[resolver]") {
  struct Row {
    std::string_view specifier, name, subpath;
  };
  for (const Row& row :
       {Row{"p", "p", ""}, Row{"p/", "p", "/"}, Row{"p/a/b", "p", "/a/b"}, Row{"@s/p", "@s/p", ""},
        Row{"@s/p/x", "@s/p", "/x"}, Row{"@s", "@s", ""}, Row{"@s/", "@s/", ""}, Row{"p//x", "p", "//x"}}) {
    INFO(row.specifier);
    CHECK(split_package(row.specifier).name == row.name);
    CHECK(split_package(row.specifier).subpath == row.subpath);
  }
}

TEST_CASE("specifier: paths are normalised as path.posix.normalize does", "[resolver]") {
  struct Row {
    std::string_view path, normal;
  };
  for (const Row& row :
       {Row{"/a/../b", "/b"}, Row{"./a", "a"}, Row{"a//b/", "a/b/"}, Row{"../a", "../a"}, Row{"a/../..", ".."},
        Row{"/..", "/"}, Row{"", "."}, Row{".", "."}, Row{"./", "."}, Row{"a/b/../../..", ".."}}) {
    INFO(row.path);
    CHECK(normalize_path(row.path) == row.normal);
  }
}

TEST_CASE("specifier: builtins are Node's names without prefix, or anything behind node: and bun:", "[resolver]") {
  for (const std::string_view id : {"fs", "fs/promises", "_http_agent", "path/posix", "zlib"})
    CHECK(is_node_builtin(id));
  for (const std::string_view id : {"FS", "fs/nope", "fs?x", "test", "sqlite", "", "node:fs"})
    CHECK_FALSE(is_node_builtin(id));
  CHECK(is_node_like_builtin("node:nope"));
  CHECK(is_node_like_builtin("bun:sqlite"));
  CHECK_FALSE(is_node_like_builtin("npm:react"));
}

TEST_CASE("path pattern: stars within a name, double stars over names", "[resolver]") {
  struct Row {
    std::string_view directory, pattern, path;
    bool matches;
  };
  const Row rows[] = {
      {"/a", "*.ts", "/a/x.ts", true},
      {"/a", "*.ts", "/a/b/x.ts", false},
      {"/a", "**/*.ts", "/a/x.ts", true},
      {"/a", "**/*.ts", "/a/b/c/x.ts", true},
      {"/a", "**", "/a/b/c", true},
      {"/a", "src/**/t/*.ts", "/a/src/t/x.ts", true},
      {"/a", "src/**/t/*.ts", "/a/src/b/t/c/t/x.ts", true},
      {"/a", "src/**/t/*.ts", "/a/src/b/x.ts", false},
      {"/a", "src/?.ts", "/a/src/x.ts", true},
      {"/a", "src/?.ts", "/a/src/xy.ts", false},
      {"/a", "src/[ab]*.{ts,tsx}", "/a/src/bc.tsx", true},
      {"/a", "src/[!ab]*.{ts,tsx}", "/a/src/bc.tsx", false},
      {"/a", "{src,lib/{x,y}}/z", "/a/lib/y/z", true},
      {"/a", "../b/*", "/b/x", true},
      {"/a", "./x", "/a/x", true},
      {"/a", "/b/*", "/b/x", true},
      {"/a/[id]", "*.ts", "/a/[id]/x.ts", true},
      {"/a/[id]", "*.ts", "/a/i/x.ts", false},
      {"/a", "src", "/a/src", true},
      {"/", "**/x", "/x", true},
      {"/a", "a**b", "/a/axxb", true},
      {"/a", "*/**/z", "/a/b/z", true},
      {"/a", "**/node_modules/**", "/a/b/node_modules/p/i.js", true},
  };
  for (const Row& row : rows) {
    INFO(row.directory << " " << row.pattern << " " << row.path);
    CHECK(PathPattern(row.directory, row.pattern).matches(row.path) == row.matches);
  }
}

TEST_CASE("path pattern: hostile patterns end in time that their length bounds", "[resolver]") {
  std::string stars, braces = "x";
  for (int i = 0; i < 200; ++i) stars += "*a";
  for (int i = 0; i < 40; ++i) braces += "{a,b}";
  CHECK_FALSE(PathPattern("/", stars + "b").matches("/" + std::string(2000, 'a')));
  CHECK_FALSE(PathPattern("/", braces).matches("/y"));
}

TEST_CASE("regexp: matches and replaces as ECMAScript does", "[resolver]") {
  struct Row {
    std::string_view pattern, flags, text, replacement, result;
  };
  const Row rows[] = {
      {"^~(.+)$", "", "~lib/x", "/src/$1", "/src/lib/x"},
      {"a", "", "aaa", "b", "baa"},
      {"a", "g", "aaa", "b", "bbb"},
      {"^react$", "i", "REACT", "preact", "preact"},
      {"(x)?(a)", "", "a", "[$1|$2|$3]", "[|a|$3]"},
      {"(?<n>.)b", "", "ab", "$<n>$<m>!", "a!"},
      {"(?<=@)b", "", "@b", "x", "@x"},
      {"(?<!@)b", "", "@b b", "x", "@b x"},
      {"lodash(?!-es)(/|$)", "", "lodash/x", "L$1", "L/x"},
      {"^(?:lib|src)/", "", "src/x", "", "x"},
      {"a{2,3}", "", "aaaa", "x", "xa"},
      {"a{2,3}?", "", "aaaa", "x", "xaa"},
      {"a{,3}", "", "a{,3}", "x", "x"},
      {"(a|ab)(c|bcd)(d*)", "", "abcd", "$1-$2-$3", "a-bcd-"},
      {"(z)((a+)?(b+)?(c))*", "", "zaacbbbcac", "$1,$2,$3,$4,$5", "z,ac,a,,c"},
      {"(a*)*", "", "b", "x", "xb"},
      {"(?:a?)*?$", "", "aa", "x", "x"},
      {"[^/]+$", "", "a/b/c", "x", "a/b/x"},
      {"[\\w-]+", "", "a-b c", "x", "x c"},
      {"\\bfoo\\b", "", "a foo b", "x", "a x b"},
      {"(.)\\1", "", "abccd", "x", "abxd"},
      {"\\x41\\u0042\\u{43}", "u", "ABC", "x", "x"},
      {"^b$", "m", "a\nb", "x", "a\nx"},
      {".", "", "\n", "x", ""},
      {".", "s", "\n", "x", "x"},
      {"^\\p{L}", "u", "éa", "x", "xa"},
      {"É", "i", "é", "x", "x"},
      {"$", "", "ab", "x", "abx"},
      {"b", "", "abc", "$`$'$&$$", "aacb$c"},
      {"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", "", "abcdefghijk", "$11$10$1", "kja"},
      {"(?=(a+))a*b\\1", "", "baaabac", "[$1]", "baa[a]c"},
      {"[]", "", "a", "x", ""},
      {"[^]", "", "a", "x", "x"},
      {"[a\\]b]", "", "]", "x", "x"},
  };
  for (const Row& row : rows) {
    INFO(row.pattern << " on " << row.text);
    RegExp expression;
    std::string error, result;
    REQUIRE(expression.compile(row.pattern, row.flags, error));
    const bool matched = expression.replace(row.text, row.replacement, result);
    CHECK(matched != row.result.empty());
    CHECK(result == row.result);
  }
}

TEST_CASE("regexp: what is no expression is refused with its place", "[resolver]") {
  for (const std::string_view pattern :
       {"(", ")", "[a", "a**", "*", "(?<n", "\\", "[b-a]", "(?z)", "\\k<x>", "a{3,2}", "\\p{Han}"}) {
    INFO(pattern);
    RegExp expression;
    std::string error;
    CHECK_FALSE(expression.compile(pattern, "", error));
    CHECK(error.find(" at ") != std::string::npos);
  }
  RegExp expression;
  std::string error;
  CHECK_FALSE(expression.compile("a", "q", error));
  CHECK_FALSE(expression.compile(std::string(5000, '('), "", error));
  CHECK_FALSE(expression.compile("((a{900}){900}){900}", "", error));
}

TEST_CASE("regexp: exponential expressions are given up, and long texts need no stack", "[resolver]") {
  RegExp expression;
  std::string error, result;
  REQUIRE(expression.compile("^(a+)+$", "", error));
  CHECK_FALSE(expression.replace(std::string(5000, 'a') + "b", "", result));
  REQUIRE(expression.compile("^(.*)$", "", error));
  CHECK(expression.replace(std::string(50'000, 'a'), "$1", result));
  CHECK(result.size() == 50'000);
}

TEST_CASE("JSON with comments: comments and trailing commas become space, offsets stay", "[resolver]") {
  struct Row {
    std::string_view json, stripped;
  };
  const Row rows[] = {
      {"{\"a\": 1, // x\n}", "{\"a\": 1      \n}"},
      {"{\"a\": [1, 2,], /* , */ }", "{\"a\": [1, 2 ]          }"},
      {"{\"a\": \"// no, ]\", }", "{\"a\": \"// no, ]\"  }"},
      {"{\"a\": \"\\\"//\",}", "{\"a\": \"\\\"//\" }"},
      {"\xef\xbb\xbf{}", "   {}"},
      {"/* open", "       "},
      {"{\"a\": \"open", "{\"a\": \"open"},
      {"[1,,]", "[1, ]"},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    std::string json(row.json);
    strip_json_comments(json);
    CHECK(json == row.stripped);
  }
}

TEST_CASE("module syntax: the rough test of Vite 7", "[resolver]") {
  for (const std::string_view code :
       {"import x from 'y'", "import'y'", "import * as x from 'y'", "import {a} from 'b'", "x;export default 1",
        "\nexport {a}", "export const a = 1", "export async function f() {}", "  import.meta.url", "export*from 'x'",
        "importx from 'y'", "import a, {b} from 'c'"}) {
    INFO(code);
    CHECK(has_esm_syntax(code));
  }
  for (const std::string_view code : {"", "require('x')", "module.exports = 1", "import('x')", "exports.a = 1",
                                      "xexport default 1", "a.export {", "export1 {", "reexport default", "exporter"}) {
    INFO(code);
    CHECK_FALSE(has_esm_syntax(code));
  }
}
