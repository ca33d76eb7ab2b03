#include "cli/print_audit.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "cli/json_tree.h"
#include "tests/cli/audit_sample.h"
#include "tests/cli/sink_text.h"
#include "tests/cli/temporary_folder.h"

using namespace demarc;
using Catch::Matchers::Contains;

namespace {

using Print = void (*)(const AuditReport&, Sink&);
constexpr Print kPlainPrinters[] = {print_audit_unix,  print_audit_agent, print_audit_github,  print_audit_gitlab,
                                    print_audit_junit, print_audit_sarif, print_audit_markdown};

std::string text_of_report(Print print, const AuditSample& sample, std::string_view repository = {},
                           Level fails_from = Level::error) {
  const PathNames names(sample.result.root, PathStyle::from_root);
  const AuditReport report = {sample.result, sample.audited, sample.rules, names, repository, fails_from};
  return text_of([&](Sink& sink) { print(report, sink); });
}

std::string stylish(const AuditSample& sample, const Look& look = {}) {
  const PathNames names(sample.result.root, PathStyle::from_root);
  const AuditReport report = {sample.result, sample.audited, sample.rules, names};
  return text_of([&](Sink& sink) { print_audit_stylish(report, look, sink); });
}

JsonValue json_of(const std::string& text) {
  JsonValue value;
  JsonError error;
  INFO(text);
  REQUIRE(parse_json(text, value, error));
  return value;
}

// The value at a path of keys and indices: "runs/0/results/1".
const JsonValue& at(const JsonValue& value, const std::string& path) {
  const JsonValue* found = &value;
  std::istringstream parts(path);
  for (std::string part; std::getline(parts, part, '/');) {
    if (found->type == JsonValue::Type::array) {
      REQUIRE(found->members.size() > std::stoul(part));
      found = &found->members[std::stoul(part)].value;
    } else {
      const JsonMember* const member = found->find(part);
      INFO(part);
      REQUIRE(member != nullptr);
      found = &member->value;
    }
  }
  return *found;
}

// An audit of one finding in an ordinary file.
AuditSample plain_sample() {
  AuditSample sample = audit_sample();
  Finding finding;
  finding.diagnostic = {"action/unreferenced",           Level::warn, "/src/actions.ts", 2, 8,
                        "\"old\" is imported by nobody", "delete it"};
  finding.fingerprint = "0123456789abcdef";
  sample.audited.findings = {finding};
  return sample;
}

size_t lines_of(const std::string& text) {
  return size_t(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("audit formats: an ordinary finding", "[cli]") {
  const AuditSample sample = plain_sample();
  CHECK(stylish(sample) ==
        "src/actions.ts\n"
        "  2:8  warning  \"old\" is imported by nobody  action/unreferenced\n"
        "                help: delete it\n"
        "\n"
        "1 problem (1 warning)\n");
  CHECK(text_of_report(print_audit_unix, sample) ==
        "src/actions.ts:2:8: \"old\" is imported by nobody [warning/action/unreferenced]\n\n1 problem\n");
  CHECK(text_of_report(print_audit_agent, sample) ==
        "demarc audit: 1 warning; 1 module, 812 bytes in the client\n"
        "action/unreferenced warning x1\n"
        "fix: Delete it.\n"
        "src/actions.ts:2:8 \"old\" is imported by nobody\n");
  CHECK(text_of_report(print_audit_github, sample) ==
        "::warning file=src/actions.ts,line=2,col=8,title=action/unreferenced::\"old\" is imported by nobody%0Ahelp: "
        "delete it\ndemarc audit: 1 warning\n");
  CHECK(text_of_report(print_audit_gitlab, sample) ==
        "[\n  {\"type\": \"issue\", \"check_name\": \"action/unreferenced\", \"description\": \"\\\"old\\\" is "
        "imported by "
        "nobody\", \"severity\": \"minor\", \"fingerprint\": \"0123456789abcdef\", \"location\": {\"path\": "
        "\"src/actions.ts\", \"lines\": {\"begin\": 2}}}\n]\n");
  CHECK_THAT(text_of_report(print_audit_markdown, sample),
             Contains("### warning `action/unreferenced`\n\nDelete it.\n\n"
                      "- `src/actions.ts:2:8`: `old` is imported by nobody\n  - help: delete it\n"));
}

TEST_CASE("audit formats: nothing found is said in every format", "[cli]") {
  AuditSample sample = audit_sample();
  sample.audited = {};
  CHECK(stylish(sample) == "no problems\n");
  CHECK(text_of_report(print_audit_unix, sample).empty());
  CHECK_THAT(text_of_report(print_audit_agent, sample), Contains("demarc audit: no problems"));
  CHECK(text_of_report(print_audit_github, sample) == "demarc audit: no problems\n");
  CHECK(text_of_report(print_audit_gitlab, sample) == "[]\n");
  CHECK_THAT(text_of_report(print_audit_junit, sample), Contains("tests=\"1\" failures=\"0\""));
  CHECK_THAT(text_of_report(print_audit_markdown, sample), Contains("## demarc audit: no problems"));
  CHECK(at(json_of(text_of_report(print_audit_sarif, sample)), "runs/0/results").members.empty());
}

TEST_CASE("audit formats: no byte of a file's name or a message moves a terminal or is obeyed by a runner", "[cli]") {
  const AuditSample sample = audit_sample();
  std::vector<std::string> texts = {stylish(sample)};
  for (const Print print : kPlainPrinters) texts.push_back(text_of_report(print, sample));
  for (const std::string& text : texts) {
    INFO(text);
    for (const char byte : text) CHECK((uint8_t(byte) >= 0x20 || byte == '\n'));
    CHECK_THAT(text, !Contains("\n::error::") && !Contains("\n::error file=x") && !Contains("\n  ::error"));
  }
  // Data formats carry the override in names, as data; texts for people do not.
  for (const std::string& text : {texts[0], texts[1], texts[2], texts[3], texts[5], texts[7]})
    CHECK_THAT(text, !Contains("\xe2\x80\xae") && !Contains("##["));
}

TEST_CASE("stylish: colour, and any width", "[cli]") {
  const AuditSample sample = audit_sample();
  CHECK_THAT(stylish(sample, {.color = true}), Contains("\x1b["));
  CHECK_THAT(stylish(sample, {.unicode = true}), Contains("✖ 3 problems (1 error, 1 warning, 1 note)"));
  CHECK_THAT(stylish(sample), Contains("not counted: 1 suppressed, 1 in the baseline, 1 in unchanged files"));
  AuditSample wordy = plain_sample();
  wordy.audited.findings[0].diagnostic.message = "many words that have to go into a narrow window all the same";
  for (const int width : {1, 40, 60, 80}) {
    std::istringstream lines(stylish(wordy, {.width = width}));
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= size_t(std::max(width, 40)));
  }
}

TEST_CASE("unix: one line a finding", "[cli]") {
  const AuditSample sample = audit_sample();
  CHECK(lines_of(text_of_report(print_audit_unix, sample)) == 3 + 2);
  CHECK_THAT(text_of_report(print_audit_unix, sample), Contains("package.json:1:1: the client has 2 MB"));
}

TEST_CASE("agent: a remedy once a rule, a line a finding, and no more than fifty of a rule", "[cli]") {
  AuditSample sample = plain_sample();
  sample.audited.findings.resize(60, sample.audited.findings[0]);
  const std::string text = text_of_report(print_audit_agent, sample);
  CHECK(lines_of(text) == 3 + 50 + 1);
  CHECK_THAT(text, Contains("x60\n") && Contains("10 more: demarc audit -f json\n"));
  CHECK_THAT(text_of_report(print_audit_agent, audit_sample()), Contains(" < src/worker.tsx:3\n"));
}

TEST_CASE("github: errors come first, properties and messages are encoded", "[cli]") {
  const std::string text = text_of_report(print_audit_github, audit_sample());
  CHECK(text.substr(0, 8) == "::error ");
  CHECK(lines_of(text) == 4);
  CHECK_THAT(text,
             Contains("gotcha \\x23#[group]\\u202e \"&<b>`|]]>%2C%2525\\xff.tsx,line=3,col=1,endLine=3,endColumn=24"));
  CHECK_THAT(text, Contains("::notice file="));
}

TEST_CASE("service formats: paths begin where the repository does", "[cli]") {
  const AuditSample sample = plain_sample();  // in /app
  for (const Print print : {print_audit_github, print_audit_gitlab, print_audit_junit, print_audit_sarif}) {
    CHECK_THAT(text_of_report(print, sample, "/"), Contains("src/actions.ts"));
    CHECK_THAT(text_of_report(print, sample, "/elsewhere"), !Contains("app/src") && Contains("src/actions.ts"));
    CHECK_THAT(text_of_report(print, sample, "/ap"), !Contains("app/src"));
  }
  AuditSample nested = plain_sample();
  nested.result.root = "/repository/apps/shop";
  for (const Print print : {print_audit_github, print_audit_gitlab, print_audit_junit, print_audit_sarif})
    CHECK_THAT(text_of_report(print, nested, "/repository"),
               Contains("apps/shop/src/actions.ts") && !Contains("/repository"));
}

TEST_CASE("junit: what fails is a failure, what does not count is skipped", "[cli]") {
  const std::string text = text_of_report(print_audit_junit, audit_sample());
  CHECK_THAT(text, Contains("tests=\"6\" failures=\"1\" errors=\"0\" skipped=\"3\""));
  CHECK_THAT(text, Contains("<skipped message=\"suppressed: used by &lt;curl&gt; &amp; co\"/>"));
  CHECK_THAT(text_of_report(print_audit_junit, audit_sample(), {}, Level::warn), Contains("failures=\"2\""));
}

TEST_CASE("sarif: rules, results, chains, standings", "[cli]") {
  const JsonValue sarif = json_of(text_of_report(print_audit_sarif, audit_sample()));
  CHECK(at(sarif, "version").string == "2.1.0");
  CHECK(at(sarif, "runs/0/columnKind").string == "utf16CodeUnits");
  CHECK(at(sarif, "runs/0/invocations/0/executionSuccessful").boolean);
  CHECK(at(sarif, "runs/0/originalUriBaseIds/%SRCROOT%").find("uri") == nullptr);
  CHECK(at(sarif, "runs/0/tool/driver/rules/0/properties/tags/1").string == "security");
  CHECK_THAT(at(sarif, "runs/0/tool/driver/rules/2/help/markdown").string,
             Contains("```tsx\n") && Contains("**Remedy:**"));
  const JsonValue& results = at(sarif, "runs/0/results");
  REQUIRE(results.members.size() == 6);
  for (const JsonMember& result : results.members) {
    const auto index = size_t(at(result.value, "ruleIndex").number);
    CHECK(at(sarif, "runs/0/tool/driver/rules/" + std::to_string(index) + "/id").string ==
          at(result.value, "ruleId").string);
  }
  const JsonValue& builtin = results.members[1].value;
  CHECK(at(builtin, "partialFingerprints/primaryLocationLineHash").string == "0000000000000011");
  CHECK(at(builtin, "locations/0/physicalLocation/region/endColumn").number == 24);
  CHECK(at(builtin, "locations/0/physicalLocation/artifactLocation/uri").string ==
        "src/%1B%5B31m%0A%3A%3Aerror%20file%3Dx%3A%3Agotcha%20%23%23%5Bgroup%5D%E2%80%AE%20%22%26%3Cb%3E%60%7C%5D%5D%3E"
        "%2C%2525%FF.tsx");
  CHECK(at(builtin, "codeFlows/0/threadFlows/0/locations").members.size() == 2);
  CHECK(at(builtin, "codeFlows/0/threadFlows/0/locations/0/location/message/text").string ==
        "imports \"./Nav\" (worker)");
  CHECK(at(builtin, "relatedLocations/0/physicalLocation/region/startLine").number == 1);
  CHECK(at(results.members[3].value, "suppressions/0/kind").string == "inSource");
  CHECK(at(results.members[3].value, "baselineState").string == "new");
  CHECK(at(results.members[4].value, "suppressions/0/kind").string == "external");
  CHECK(at(results.members[4].value, "baselineState").string == "unchanged");
  CHECK(at(results.members[5].value, "baselineState").string == "unchanged");

  AuditSample incomplete = plain_sample();
  incomplete.result.outcome = Outcome::incomplete;
  const JsonValue other = json_of(text_of_report(print_audit_sarif, incomplete));
  CHECK_FALSE(at(other, "runs/0/invocations/0/executionSuccessful").boolean);
  CHECK(at(other, "runs/0/results/0").find("baselineState") == nullptr);
}

TEST_CASE("step summary: appended, and never larger than GitHub takes", "[cli]") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/summary.md";
  std::ofstream(path) << "before\n";
  AuditSample sample = plain_sample();
  sample.audited.findings.resize(30000, sample.audited.findings[0]);
  const PathNames names(sample.result.root, PathStyle::from_root);
  const AuditReport report = {sample.result, sample.audited, sample.rules, names};
  setenv("GITHUB_STEP_SUMMARY", path.c_str(), 1);
  std::string complaint;
  {
    Sink errors(complaint);
    CHECK(append_step_summary(report, errors));
    setenv("GITHUB_STEP_SUMMARY", (folder.path() + "/none/summary.md").c_str(), 1);
    CHECK_FALSE(append_step_summary(report, errors));
    unsetenv("GITHUB_STEP_SUMMARY");
    CHECK(append_step_summary(report, errors));
    errors.flush();
  }
  CHECK_THAT(complaint, Contains("(GITHUB_STEP_SUMMARY): No such file or directory"));
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  CHECK(text.substr(0, 24) == "before\n## demarc audit: ");
  CHECK(text.size() < size_t(1) << 20);
  CHECK_THAT(text, Contains("findings left out for want of space"));
}
