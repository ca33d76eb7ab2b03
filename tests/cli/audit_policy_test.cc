#include "cli/audit_policy.h"

#include <catch2/catch.hpp>

#include "tests/cli/temporary_folder.h"

using namespace demarc;

namespace {

Finding finding(const std::string& file, const std::string& subject) {
  Finding made;
  made.diagnostic = {.rule = "scan/unresolved", .level = Level::warn, .file = file, .line = 1, .message = subject};
  made.subject = subject;
  return made;
}

struct Situation {
  TemporaryFolder folder;
  Surroundings surroundings{folder.path(), "", "", {}};
  AuditArguments arguments;
  ScanPlan plan;
  std::vector<Diagnostic> problems;
  AuditPolicy policy;
  ScanResult result;
  AuditResult audited;

  Situation() {
    plan.options.root = result.root = folder.path();
    audited.findings = {finding("/src/a.ts", "./x"), finding("/src/b.ts", "./y")};
    finish_findings(result, audited.findings);
  }
  bool prepare() { return policy.prepare(arguments, surroundings, plan, problems); }
};

}  // namespace

TEST_CASE("policy: flags over the configuration, by rule and by budget", "[cli]") {
  AuditOptions configured;
  configured.rules = {{"a/b", RuleLevel::warn, {"src/**"}}, {"c/d", RuleLevel::error, {}}};
  configured.budgets = {{"client", 1}, {"boundary", 2}};
  const AuditOptions options =
      merged_options(configured, {{"a/b", RuleLevel::error, {}}}, {{"client", 9}, {"lodash", 3}});
  REQUIRE(options.rules.size() == 3);
  CHECK(options.rules[2].level == RuleLevel::error);
  CHECK(options.rules[2].ignore == std::vector<std::string>{"src/**"});
  REQUIRE(options.budgets.size() == 3);
  CHECK(options.budgets[0].bytes == 9);
  CHECK(options.budgets[2].name == "lodash");
}

TEST_CASE("policy: where the baseline is", "[cli]") {
  Situation none;
  REQUIRE(none.prepare());
  CHECK(none.policy.baseline_path().empty());

  Situation usual;
  usual.folder.write(".demarc-baseline.json", R"({"schemaVersion":1,"findings":[]})");
  REQUIRE(usual.prepare());
  CHECK(usual.policy.baseline_path() == usual.folder.path() + "/.demarc-baseline.json");

  Situation off;
  off.folder.write(".demarc-baseline.json", "broken");
  off.arguments.baseline = "none";
  off.plan.baseline = off.folder.path() + "/gone.json";
  REQUIRE(off.prepare());
  CHECK(off.policy.baseline_path().empty());

  Situation configured;
  configured.plan.baseline = configured.folder.path() + "/gone.json";
  CHECK_FALSE(configured.prepare());
  CHECK(configured.problems[0].message == "the baseline does not exist");
}

TEST_CASE("policy: a baseline is written, known, and becomes stale", "[cli]") {
  Situation first;
  first.arguments.update_baseline = true;
  REQUIRE(first.prepare());
  first.policy.apply(first.result, first.audited);
  CHECK(first.audited.findings[0].standing == Standing::baseline);
  CHECK(first.policy.write_baseline(first.audited).empty());

  first.arguments.update_baseline = false;
  AuditPolicy second;
  REQUIRE(second.prepare(first.arguments, first.surroundings, first.plan, first.problems));
  AuditResult later;
  later.findings = {finding("/src/b.ts", "./y"), finding("/src/c.ts", "./z")};
  finish_findings(first.result, later.findings);
  second.apply(first.result, later);
  REQUIRE(later.findings.size() == 3);
  CHECK(later.findings[0].diagnostic.rule == "baseline/stale");
  CHECK(later.findings[0].diagnostic.file == "/.demarc-baseline.json");
  CHECK(later.findings[0].diagnostic.line == 4);
  CHECK(later.findings[0].diagnostic.level == Level::info);
  CHECK(later.findings[1].standing == Standing::baseline);
  CHECK(later.findings[2].standing == Standing::active);
  CHECK(second.stale_entries() == 1);
}

TEST_CASE("policy: what is no baseline is not overwritten", "[cli]") {
  Situation situation;
  situation.folder.write("package.json", "{}");
  situation.arguments.baseline = "package.json";
  situation.arguments.update_baseline = true;
  CHECK_FALSE(situation.prepare());
  CHECK(situation.problems[0].help.find("not overwritten") != std::string::npos);
}
