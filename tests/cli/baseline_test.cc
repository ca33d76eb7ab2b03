#include "cli/baseline.h"

#include <catch2/catch.hpp>

#include "tests/cli/sink_text.h"
#include "tests/cli/temporary_folder.h"

using namespace demarc;

namespace {

Finding finding(const std::string& rule, const std::string& file, const std::string& fingerprint) {
  Finding made;
  made.diagnostic.rule = rule;
  made.diagnostic.file = file;
  made.fingerprint = fingerprint;
  return made;
}

std::string written(const std::vector<Finding>& findings) {
  std::string text;
  Sink sink(text);
  print_baseline(findings, sink);
  sink.flush();
  return text;
}

std::vector<Finding> three() {
  std::vector<Finding> findings = {finding("b/two", "/src/z.ts", "03"), finding("a/one", "/src/a.ts", "02"),
                                   finding("a/one", "/src/a.ts", "01")};
  findings[1].subject = "./gone";
  return findings;
}

Standing standing_of(const std::vector<Finding>& findings, std::string_view fingerprint) {
  for (const Finding& one : findings)
    if (one.fingerprint == fingerprint) return one.standing;
  return Standing::active;
}

}  // namespace

TEST_CASE("baseline: is written in an order that does not depend on lines, a finding a row", "[cli]") {
  CHECK(written(three()) ==
        "{\n"
        "  \"schemaVersion\": 1,\n"
        "  \"findings\": [\n"
        "    {\"rule\": \"a/one\", \"file\": \"/src/a.ts\", \"fingerprint\": \"01\", \"count\": 1},\n"
        "    {\"rule\": \"a/one\", \"file\": \"/src/a.ts\", \"subject\": \"./gone\", \"fingerprint\": \"02\", "
        "\"count\": 1},\n"
        "    {\"rule\": \"b/two\", \"file\": \"/src/z.ts\", \"fingerprint\": \"03\", \"count\": 1}\n"
        "  ]\n"
        "}\n");
}

TEST_CASE("baseline: what was written is known again, and nothing else is", "[cli]") {
  std::vector<Finding> findings = three();
  Baseline baseline;
  Diagnostic problem;
  REQUIRE(read_baseline_text(written(findings), baseline, problem));
  findings.push_back(finding("a/one", "/src/a.ts", "04"));
  CHECK(apply_baseline(baseline, findings).empty());
  CHECK(standing_of(findings, "01") == Standing::baseline);
  CHECK(standing_of(findings, "02") == Standing::baseline);
  CHECK(standing_of(findings, "03") == Standing::baseline);
  CHECK(standing_of(findings, "04") == Standing::active);
}

TEST_CASE("baseline: an entry whose finding is gone is stale, with its line", "[cli]") {
  Baseline baseline;
  Diagnostic problem;
  REQUIRE(read_baseline_text(written(three()), baseline, problem));
  std::vector<Finding> findings = three();
  findings.erase(findings.begin());
  const std::vector<BaselineEntry> stale = apply_baseline(baseline, findings);
  REQUIRE(stale.size() == 1);
  CHECK(stale[0].file == "/src/z.ts");
  CHECK(stale[0].rule == "b/two");
  CHECK(stale[0].line == 6);
}

TEST_CASE("baseline: a count is a number of findings", "[cli]") {
  Baseline baseline;
  Diagnostic problem;
  REQUIRE(read_baseline_text(
      R"({"schemaVersion":1,"findings":[{"rule":"r","file":"/f","fingerprint":"01","count":2}]})", baseline, problem));
  std::vector<Finding> findings(3, finding("r", "/f", "01"));
  CHECK(apply_baseline(baseline, findings).empty());
  CHECK(findings[1].standing == Standing::baseline);
  CHECK(findings[2].standing == Standing::active);
  std::vector<Finding> one(1, finding("r", "/f", "01"));
  const std::vector<BaselineEntry> stale = apply_baseline(baseline, one);
  REQUIRE(stale.size() == 1);
  CHECK(stale[0].count == 1);
}

TEST_CASE("baseline: what a comment suppresses, and what is wrong with comments, stays out", "[cli]") {
  std::vector<Finding> findings = three();
  findings[0].standing = Standing::suppressed;
  findings.push_back(finding("suppression/unused", "/src/a.ts", "05"));
  const std::string text = written(findings);
  CHECK(text.find("\"03\"") == std::string::npos);
  CHECK(text.find("\"05\"") == std::string::npos);
  CHECK(text.find("\"01\"") != std::string::npos);
}

TEST_CASE("baseline: a file that is none says where and why", "[cli]") {
  struct Row {
    const char* text;
    const char* problem;
  };
  const Row rows[] = {
      {"[]", "1:1 a baseline is an object"},
      {"{}", "1:1 \"schemaVersion\" is not 1; another version of demarc wrote this baseline"},
      {"{\"schemaVersion\":2}", "1:18 \"schemaVersion\" is not 1; another version of demarc wrote this baseline"},
      {"{\"schemaVersion\":1}", "1:1 \"findings\" is missing, an array"},
      {"{\"schemaVersion\":1,\n\"findings\":[1]}", "2:13 a finding is an object"},
      {"{\"schemaVersion\":1,\"findings\":[{\"rule\":\"r\"}]}", "1:32 \"fingerprint\" is missing, a string"},
      {"{\"schemaVersion\":1,\"findings\":[{\"rule\":\"r\",\"file\":\"f\",\"fingerprint\":\"1\",\"count\":0.5}]}",
       "1:81 \"count\" must be a whole number from 1 on"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    Baseline baseline;
    Diagnostic problem;
    CHECK_FALSE(read_baseline_text(row.text, baseline, problem));
    CHECK(std::to_string(problem.line) + ":" + std::to_string(problem.column) + " " + problem.message == row.problem);
    CHECK(problem.level == Level::error);
  }
}

TEST_CASE("baseline: one that is not there is an error with a remedy; so is a folder", "[cli]") {
  const TemporaryFolder folder;
  Baseline baseline;
  Diagnostic problem;
  CHECK_FALSE(read_baseline(folder.path() + "/none.json", baseline, problem));
  CHECK(problem.message == "the baseline does not exist");
  CHECK(problem.help.find("--update-baseline") != std::string::npos);
  CHECK_FALSE(read_baseline(folder.path(), baseline, problem));
  CHECK(problem.message == "the baseline Is a directory");
}
