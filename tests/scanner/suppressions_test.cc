#include "scanner/suppressions.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <tuple>

#include "tests/scanner/app.h"

using namespace demarc;

namespace {

// "3:1 a/b,c/d (reason) 4-6", one a line.
std::string seen(std::string_view text, Language language = Language::tsx) {
  std::vector<Suppression> suppressions;
  REQUIRE(find_suppressions(text, language, size_t{16} << 20, suppressions));
  std::string all;
  for (const Suppression& one : suppressions) {
    all += std::to_string(one.line) + ":" + std::to_string(one.column) + " ";
    for (const std::string& rule : one.rules) all += (&rule == one.rules.data() ? "" : ",") + rule;
    all += " (" + one.reason + ") " + std::to_string(one.first_line) + "-" + std::to_string(one.last_line) + "\n";
  }
  return all;
}

Finding finding(const std::string& rule, const std::string& file, uint64_t line) {
  Finding made;
  made.diagnostic = {.rule = rule, .level = Level::warn, .file = file, .line = line, .column = 1, .message = rule};
  return made;
}

// "rule file:line standing", one a line.
std::string shown(const AuditResult& audited) {
  static constexpr const char* kStandings[] = {"active", "suppressed", "baseline", "unchanged"};
  std::string text;
  for (const Finding& one : audited.findings) {
    text += one.diagnostic.rule + " " + one.diagnostic.file + ":" + std::to_string(one.diagnostic.line) + " " +
            kStandings[size_t(one.standing)] + (one.reason.empty() ? "" : " (" + one.reason + ")") + "\n";
  }
  return text;
}

constexpr const char* kRule = "boundary/client-barrel";

// The pass alone, on findings of a test's making.
void apply(App& app, const ScanResult& result, const AuditOptions& options, AuditResult& audited) {
  AuditRun run(result, options, app.disk, audited);
  apply_suppressions(run);
  std::sort(audited.findings.begin(), audited.findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.diagnostic.line, a.diagnostic.rule) < std::tie(b.diagnostic.line, b.diagnostic.rule);
  });
}

}  // namespace

TEST_CASE("suppressions: the forms of a comment", "[scanner]") {
  CHECK(seen("// demarc-ignore-next-line a/b -- why\nx()") == "1:1 a/b (why) 2-2\n");
  CHECK(seen("  /* demarc-ignore-next-line a/b -- why */\nx()") == "1:3 a/b (why) 2-2\n");
  CHECK(seen("/**\n * demarc-ignore-next-line a/b, c/d --- why\n   not\n */\nx()") == "1:1 a/b,c/d (why not) 5-5\n");
  CHECK(seen("//demarc-ignore-next-line a/b,c/d -- why\r\nx()\r\n") == "1:1 a/b,c/d (why) 2-2\n");
  CHECK(seen("f(); // demarc-ignore-next-line a-b/c-d -- why -- so\nx()") == "1:6 a-b/c-d (why -- so) 2-2\n");
  CHECK(seen("const x = <div>\n  {/* demarc-ignore-next-line a/b -- why */}\n  <A/>\n</div>") == "2:4 a/b (why) 3-3\n");
}

TEST_CASE("suppressions: what is missing stays missing", "[scanner]") {
  CHECK(seen("// demarc-ignore-next-line a/b\nx()") == "1:1 a/b () 2-2\n");
  CHECK(seen("// demarc-ignore-next-line a/b --\nx()") == "1:1 a/b () 2-2\n");
  CHECK(seen("// demarc-ignore-next-line -- why\nx()") == "1:1  (why) 2-2\n");
  CHECK(seen("// demarc-ignore-next-line\nx()") == "1:1  () 2-2\n");
  CHECK(seen("// demarc-ignore-next-line a/b -- at the end") == "1:1 a/b (at the end) 1-1\n");
}

TEST_CASE("suppressions: text that is no comment is none", "[scanner]") {
  CHECK(seen("const a = '// demarc-ignore-next-line a/b -- why';\nx()").empty());
  CHECK(seen("const a = `\n// demarc-ignore-next-line a/b -- why\n${1}\n/* demarc-ignore-next-line a/b -- y */`")
            .empty());
  CHECK(seen("const a = /\\/\\/ demarc-ignore-next-line a\\/b -- why/;").empty());
  CHECK(seen("const a = <p>\n// demarc-ignore-next-line a/b -- why\n</p>").empty());
  CHECK(seen("// see demarc-ignore-next-line a/b -- why\nx()").empty());
  CHECK(seen("// demarc-ignore-next-lines a/b -- why\nx()").empty());
  // In a substitution there is code again.
  CHECK(seen("const a = `${\n// demarc-ignore-next-line a/b -- why\nx}`;") == "2:1 a/b (why) 3-3\n");
}

TEST_CASE("suppressions: an import is taken whole, other code by its first line", "[scanner]") {
  CHECK(seen("// demarc-ignore-next-line a/b -- why\nimport {\n  a,\n} from 'x';\n") == "1:1 a/b (why) 2-4\n");
  CHECK(seen("// demarc-ignore-next-line a/b -- why\nexport {\n  a,\n} from 'x';\n") == "1:1 a/b (why) 2-4\n");
  CHECK(seen("// demarc-ignore-next-line a/b -- why\nexport function f() {\n  x();\n}\n") == "1:1 a/b (why) 2-2\n");
  CHECK(seen("// demarc-ignore-next-line a/b -- why\nf(\n  1,\n);\n") == "1:1 a/b (why) 2-2\n");
}

TEST_CASE("suppressions: comments stand above one another", "[scanner]") {
  CHECK(seen("// demarc-ignore-next-line a/b -- one\n// demarc-ignore-next-line c/d -- two\nx()") ==
        "1:1 a/b (one) 3-3\n2:1 c/d (two) 3-3\n");
  CHECK(seen("// demarc-ignore-next-line a/b -- one\n// and a word about it\n/* of\n two lines */\nx()") ==
        "1:1 a/b (one) 5-5\n");
  CHECK(seen("const x = <div>\n{/* demarc-ignore-next-line a/b -- one */}\n{/* more */}\n<A/></div>") ==
        "2:2 a/b (one) 4-4\n");
  CHECK(seen("// demarc-ignore-next-line a/b -- one\n/* here */ x()\ny()") == "1:1 a/b (one) 2-2\n");
  CHECK(seen("// demarc-ignore-next-line a/b -- one\n\nx()") == "1:1 a/b (one) 2-2\n");
}

TEST_CASE("suppressions: every script language, and none of Markdown", "[scanner]") {
  for (const Language language : {Language::js, Language::mjs, Language::cjs, Language::jsx, Language::ts,
                                  Language::mts, Language::cts, Language::tsx}) {
    CHECK(seen("// demarc-ignore-next-line a/b -- why\nx()", language) == "1:1 a/b (why) 2-2\n");
  }
  std::vector<Suppression> none;
  CHECK_FALSE(find_suppressions("// demarc-ignore-next-line a/b -- why\nx()", Language::mdx, size_t{16} << 20, none));
}

TEST_CASE("suppressions: findings of the next line, by rule", "[scanner]") {
  App app;
  app.file("src/main.ts",
           "// demarc-ignore-next-line boundary/client-barrel -- measured\nimport './x';\nimport './y';\n");
  app.file("src/x.ts").file("src/y.ts");
  const ScanResult result = app.graph();
  AuditResult audited;
  audited.findings = {finding(kRule, "/src/main.ts", 2), finding("scan/unresolved", "/src/main.ts", 2),
                      finding(kRule, "/src/main.ts", 3)};
  apply(app, result, {}, audited);
  CHECK(shown(audited) ==
        "boundary/client-barrel /src/main.ts:2 suppressed (measured)\n"
        "scan/unresolved /src/main.ts:2 active\n"
        "boundary/client-barrel /src/main.ts:3 active\n");
}

TEST_CASE("suppressions: without a reason, without a rule, of no rule, and of nothing", "[scanner]") {
  App app;
  app.file("src/main.ts",
           "// demarc-ignore-next-line boundary/client-barrel\nimport './x';\n"
           "// demarc-ignore-next-line -- why\nimport './x';\n"
           "// demarc-ignore-next-line boundary/barrel -- why\nimport './x';\n"
           "// demarc-ignore-next-line scan/unresolved -- why\nimport './x';\n");
  app.file("src/x.ts");
  const ScanResult result = app.graph();
  AuditResult audited;
  audited.findings = {finding(kRule, "/src/main.ts", 2)};
  apply(app, result, {}, audited);
  CHECK(shown(audited) ==
        "suppression/invalid /src/main.ts:1 active\n"
        "boundary/client-barrel /src/main.ts:2 active\n"
        "suppression/invalid /src/main.ts:3 active\n"
        "suppression/invalid /src/main.ts:5 active\n"
        "suppression/unused /src/main.ts:7 active\n");
  // A rule that is off finds nothing, and its comments may wait.
  AuditOptions options;
  options.rules = {{"scan/unresolved", RuleLevel::off}, {"suppression/invalid", RuleLevel::off}};
  audited.findings = {finding(kRule, "/src/main.ts", 2)};
  apply(app, result, options, audited);
  CHECK(shown(audited) == "boundary/client-barrel /src/main.ts:2 active\n");
}

TEST_CASE("suppressions: files without findings are read only if the scan saw the marker in them", "[scanner]") {
  App app;
  app.file("src/main.ts", "import './x';\nimport './y';\n");
  app.file("src/x.ts", "// demarc-ignore-next-line scan/unresolved -- why\nx();\n").file("src/y.ts", "y();");
  AuditResult audited;
  const ScanResult unmarked = app.graph();
  apply(app, unmarked, {}, audited);
  CHECK(shown(audited).empty());
  CHECK(audited.files_read == 0);
  app.options.markers = {std::string(kSuppressionMarker)};
  const ScanResult marked = app.graph();
  apply(app, marked, {}, audited);
  CHECK(shown(audited) == "suppression/unused /src/x.ts:1 active\n");
  CHECK(audited.files_read == 1);
}

TEST_CASE("suppressions: a package cannot silence what is found in it", "[scanner]") {
  App app;
  app.file("src/main.ts", "import 'ui';\n");
  app.file("node_modules/ui/package.json", R"({"name":"ui","main":"index.js"})");
  app.file("node_modules/ui/index.js", "// demarc-ignore-next-line boundary/client-barrel -- trust me\nx();\n");
  app.options.markers = {std::string(kSuppressionMarker)};
  const ScanResult result = app.graph();
  AuditResult audited;
  audited.findings = {finding(kRule, "/node_modules/ui/index.js", 2)};
  apply(app, result, {}, audited);
  CHECK(shown(audited) == "boundary/client-barrel /node_modules/ui/index.js:2 active\n");
}

TEST_CASE("suppressions: a file that is gone, or too large, suppresses nothing", "[scanner]") {
  App app;
  app.file("src/main.ts", "import './x';\n");
  app.file("src/x.ts", "// demarc-ignore-next-line boundary/client-barrel -- why\nx();\n" + std::string(2 << 20, ' '));
  const ScanResult result = app.graph();
  AuditResult audited;
  audited.findings = {finding(kRule, "/src/x.ts", 2)};
  apply(app, result, {}, audited);
  CHECK(shown(audited) == "boundary/client-barrel /src/x.ts:2 active\n");
  app.disk.remove("/app/src/x.ts");
  apply(app, result, {}, audited);
  CHECK(shown(audited) == "boundary/client-barrel /src/x.ts:2 active\n");
}
