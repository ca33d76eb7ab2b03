#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "resolver/environment.h"
#include "resolver/package_json.h"
#include "resolver/package_table.h"
#include "resolver/package_targets.h"
#include "tests/support/memory_file_system.h"

using namespace demarc;

namespace {

struct Parsed {
  explicit Parsed(std::string json, DuplicateKeys duplicates = DuplicateKeys::first) {
    for (const char* name : {"import", "require", "default", "node", "browser", "react-server"}) conditions.add(name);
    const PackageParser parser{conditions, fields, duplicates};
    is_valid = parser.parse(json, arena, package, error);
  }
  uint64_t set(const std::vector<std::string>& names) const {
    uint64_t bits = uint64_t{1} << conditions.find("default");
    for (const std::string& name : names) bits |= uint64_t{1} << conditions.find(name);
    return bits;
  }
  ConditionNames conditions;
  std::vector<std::string> fields = {"main", "module", "browser"};
  BlockArena arena;
  Package package;
  bool is_valid = false;
  std::string error;
};

std::string text(const TargetMatch& match) {
  switch (match.status) {
    case TargetMatch::Status::none:
      return "none";
    case TargetMatch::Status::target:
      return match.target;
    case TargetMatch::Status::error:
      break;
  }
  return std::string(to_string(match.reason));
}

}  // namespace

TEST_CASE("package.json: the fields that matter are copied", "[resolver]") {
  const Parsed parsed(R"({"name":"p","main":"m.js","module":7,"browser":{"./a.js":false,"b":"c"},"version":"1",
    "exports":{".":{"import":"./i.js","odd":"./o.js"}},"imports":{"#a":["./x",null]},
    "peerDependencies":{"a":"*","b":"*"},"peerDependenciesMeta":{"b":{"optional":true},"c":{"optional":true}}})");
  REQUIRE(parsed.is_valid);
  const Package& p = parsed.package;
  CHECK(p.name_text() == "p");
  CHECK(p.field("main") == "m.js");
  CHECK(p.field("module").data() == nullptr);
  CHECK(p.field("browser").data() == nullptr);
  REQUIRE(p.is_object(p.browser));
  CHECK(p.nodes[p.member(p.browser, "./a.js")].kind == JsonKind::boolean_false);
  CHECK(p.text(p.member(p.browser, "b")) == "c");
  CHECK_FALSE(p.has(p.member(p.browser, "nothing")));
  const uint32_t dot = p.member(p.exports, ".");
  CHECK(p.nodes[p.member(dot, "import")].condition == parsed.conditions.find("import"));
  CHECK(p.nodes[p.member(dot, "odd")].condition == ConditionNames::kUnknown);
  CHECK(p.nodes[p.member(p.imports, "#a")].end - p.member(p.imports, "#a") == 3);
  REQUIRE(p.has(p.optional_peers));
  CHECK(p.nodes[p.optional_peers].end == p.optional_peers + 2);
  CHECK(p.text(p.optional_peers + 1) == "b");
}

TEST_CASE("package.json: a mark, equal keys, odd roots and broken text", "[resolver]") {
  CHECK(Parsed("\xef\xbb\xbf{\"name\":\"p\"}").package.name_text() == "p");
  CHECK(Parsed(R"({"main":"a","main":"b"})").package.field("main") == "a");
  CHECK(Parsed(R"({"main":"a","main":"b"})", DuplicateKeys::last).package.field("main") == "b");
  for (const char* odd : {"[]", "null", "7", "\"x\"", "true"}) {
    INFO(odd);
    CHECK(Parsed(odd).is_valid);
    CHECK(Parsed(odd, DuplicateKeys::last).is_valid == (std::string(odd) != "null"));
  }
  for (const char* broken : {"", "  ", "{", "{\"a\":}", "{\"a\":1,}", "// x\n{}", "{'a':1}", "\xff"}) {
    INFO(broken);
    const Parsed parsed(broken);
    CHECK_FALSE(parsed.is_valid);
    CHECK(parsed.package.is_error);
    CHECK_FALSE(parsed.error.empty());
  }
  std::string deep = R"({"exports":)";
  for (int i = 0; i < 500; ++i) deep += R"({"import":)";
  deep += "\"./x.js\"";
  for (int i = 0; i < 500; ++i) deep += "}";
  const Parsed parsed(deep + "}");
  CHECK(parsed.is_valid);
  CHECK(text(match_exports(parsed.package, ".", parsed.set({"import"}))) == "not-exported");
}

TEST_CASE("exports: Node's rules with Vite 8's liberties", "[resolver]") {
  struct Row {
    const char* why;
    const char* exports;
    std::string_view subpath, target;
  };
  const Row rows[] = {
      {"a text is the main export", R"("./i.js")", ".", "./i.js"},
      {"and nothing else", R"("./i.js")", "./x", "not-exported"},
      {"the package's order decides, not ours", R"({"default":"./d.js","import":"./i.js"})", ".", "./d.js"},
      {"a condition nobody sets", R"({"foo":"./f.js"})", ".", "not-exported"},
      {"null falls through", R"({"import":null,"default":"./d.js"})", ".", "./d.js"},
      {"a nested miss falls through", R"({"import":{"browser":"./b.js"},"default":"./d.js"})", ".", "./d.js"},
      {"mixed keys", R"({".":"./i.js","import":"./x.js"})", ".", "invalid-package-json"},
      {"an array's first valid target", R"([null,"bad",{"foo":"./x"},"./d.js"])", ".", "./d.js"},
      {"an empty array", "[]", ".", "not-exported"},
      {"no leading ./", R"("i.js")", ".", "invalid-target"},
      {"out of the package", R"("./a/../../x.js")", ".", "invalid-target"},
      {"into node_modules", R"("./Node_Modules/x.js")", ".", "invalid-target"},
      {"exact before pattern", R"({"./*":"./p/*","./a":"./a.js"})", "./a", "./a.js"},
      {"the longest text up to the star", R"({"./*":"./1/*","./a/*":"./2/*","./a/b*":"./3/*"})", "./a/bc", "./3/c"},
      {"then the longest key", R"({"./a/*":"./1/*","./a/*.js":"./2/*"})", "./a/b.js", "./2/b"},
      {"a star stands for slashes too", R"({"./*":"./p/*.js"})", "./a/b", "./p/a/b.js"},
      {"for nothing, if nothing follows", R"({"./a*":"./p/x*.js"})", "./a", "./p/x.js"},
      {"not otherwise", R"({"./a*c":"./p/*.js"})", "./ac", "not-exported"},
      {"every star of a target", R"({"./*":"./*/*.js"})", "./a", "./a/a.js"},
      {"two stars in a key", R"({"./*/*":"./x"})", "./a/b", "not-exported"},
      {"null excludes", R"({"./*":"./*.js","./a/*":null})", "./a/b", "not-exported"},
      {"folder keys", R"({"./lib/":"./out/"})", "./lib/a.js", "./out/a.js"},
      {"folder key to a file", R"({"./lib/":"./out"})", "./lib/a.js", "invalid-package-json"},
      {"a trailing slash never matches", R"({"./*":"./*"})", "./a/", "not-exported"},
      {"a star in the request is text", R"({"./*":"./p/*"})", "./a*", "./p/a*"},
      {"case counts", R"({"./A":"./a.js"})", "./a", "not-exported"},
  };
  for (const Row& row : rows) {
    INFO(row.why);
    const Parsed parsed(std::string(R"({"exports":)") + row.exports + "}");
    REQUIRE(parsed.is_valid);
    CHECK(text(match_exports(parsed.package, row.subpath, parsed.set({"import"}))) == row.target);
  }
}

TEST_CASE("imports: resolve.exports' rules", "[resolver]") {
  struct Row {
    const char* why;
    const char* imports;
    std::string_view key, target;
  };
  const Row rows[] = {
      {"exact", R"({"#a":"./a.js","#*":"./x/*"})", "#a", "./a.js"},
      {"the longest key", R"({"#a/*":"./1/*","#a/b/*":"./2/*"})", "#a/b/c", "./2/c"},
      {"the later of equal length", R"({"#a/*":"./1/*","#?/*":"./2/*"})", "#a/c", "./1/c"},
      {"a dot is any character", R"({"#a.b/*":"./*"})", "#axb/c", "./c"},
      {"a dollar never matches", R"({"#$a/*":"./*"})", "#$a/c", "not-imported"},
      {"at least one character", R"({"#a/*":"./*"})", "#a/", "not-imported"},
      {"the first text of an array", R"({"#a":[null,{"foo":"./f"},"./1","./2"]})", "#a", "./1"},
      {"a condition that holds ends the search", R"({"#a":{"import":null,"default":"./d.js"}})", "#a", "not-imported"},
      {"packages", R"({"#a":"dep/x"})", "#a", "dep/x"},
      {"folders", R"({"#a/":"./a/"})", "#a/b", "./a/b"},
      {"nothing", R"({})", "#a", "not-imported"},
  };
  for (const Row& row : rows) {
    INFO(row.why);
    const Parsed parsed(std::string(R"({"imports":)") + row.imports + "}");
    CHECK(text(match_loosely(parsed.package, parsed.package.imports, row.key, parsed.set({"import"}))) == row.target);
  }
}

TEST_CASE("exports: sixty thousand keys are matched in one pass", "[resolver]") {
  std::string exports = "{";
  for (int i = 0; i < 60'000; ++i) exports += "\"./k" + std::to_string(i) + "/*\":\"./x/*\",";
  const Parsed parsed(R"({"exports":)" + exports + R"("./last":"./l.js"}})");
  CHECK(text(match_exports(parsed.package, "./last", parsed.set({}))) == "./l.js");
  CHECK(text(match_exports(parsed.package, "./k59999/a", parsed.set({}))) == "./x/a");
}

TEST_CASE("package table: a package.json is read once, its error told once", "[resolver]") {
  MemoryFileSystem files;
  files.add("/app/package.json", R"({"name":"app"})");
  files.add("/app/src/a.ts");
  files.add("/app/bad/package.json", "{");
  files.add("/app/huge/package.json", std::string(5 << 20, ' '));
  files.add("/app/denied/package.json", "{}");
  files.fail(Operation::open, "/app/denied/package.json", 13);
  files.add_directory("/app/odd/package.json");
  PathTable paths;
  DirectoryTable disk(files, paths, false);
  ConditionNames conditions;
  const std::vector<std::string> fields = {"main"};
  PackageTable packages(disk, paths, {conditions, fields, DuplicateKeys::first});
  const DirId src = paths.intern_directory("/app/src");
  REQUIRE(packages.nearest(src).package);
  CHECK(packages.nearest(src).package->name_text() == "app");
  CHECK(paths.text(packages.nearest(src).directory) == "/app");
  CHECK(packages.own(src) == nullptr);
  CHECK(files.count(Operation::open, "/app/package.json") == 1);
  for (int i = 0; i < 3; ++i) {
    CHECK(packages.nearest(paths.intern_directory("/app/bad")).package->is_error);
    CHECK(packages.nearest(paths.intern_directory("/app/huge")).package->is_error);
    CHECK(packages.nearest(paths.intern_directory("/app/denied")).package->is_error);
  }
  CHECK(packages.nearest(paths.intern_directory("/app/odd")).package->name_text() == "app");
  CHECK(files.count(Operation::open, "/app/bad/package.json") == 1);
  const std::vector<ResolverProblem> problems = packages.problems();
  REQUIRE(problems.size() == 3);
  CHECK(problems[0].kind == ResolverProblem::Kind::invalid_package_json);
  CHECK(problems[0].path == "/app/bad/package.json");
  CHECK(problems[1].detail == "larger than 4 MiB");
  CHECK(problems[2].kind == ResolverProblem::Kind::unreadable_file);
  CHECK(files.open_handles() == 0);
}
