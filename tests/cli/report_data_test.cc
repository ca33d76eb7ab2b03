#include "cli/report_data.h"

#include <catch2/catch.hpp>

#include "tests/cli/result_builder.h"
#include "tests/cli/sink_text.h"

using namespace demarc;

namespace {

std::string data_of(const ScanResult& result, const AuditResult& audited = {}) {
  return text_of([&](Sink& sink) { write_report_data(result, audited, ProjectDescription(), ReportFacts(), sink); });
}

bool says(const std::string& data, std::string_view text) {
  return data.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("report data: ids say what differs from the one before, numbers are VLQ", "[cli]") {
  ResultBuilder builder;
  builder.module("/src/a.tsx", 3);
  builder.import("./b", ImportKind::import, {{0, TargetKind::module, ModuleIndex(1), {}}});
  builder.import("./c", ImportKind::dynamic, {{0, TargetKind::unresolved, kNoModule, {}}});
  builder.module("/src/b.tsx", 2, "kit");
  builder.directive("use client", 1, 1);
  const std::string data = data_of(builder.result());
  CAPTURE(data);
  CHECK(says(data, R"("rest": ["/src/a.tsx", "b.tsx"])"));
  CHECK(says(data, R"("shared": "AF")"));
  CHECK(says(data, R"("bytes": "sZsZ")"));  // 812 = 12 + 25 * 32
  CHECK(says(data, R"("environments": "DC")"));
  CHECK(says(data, R"("flags": "AB")"));
  CHECK(says(data, R"("package": "AC")"));
  CHECK(says(data, R"("packages": ["", "kit"])"));
  CHECK(says(data, R"("count": "BA")"));
  CHECK(says(data, R"("to": "C")"));
  CHECK(says(data, R"("line": "G")"));
  CHECK(says(data, R"("unresolved": ["./c"])"));
  CHECK(says(data, R"("ways": [["import", 1], ["dynamic", 1]])"));
}

TEST_CASE("report data: an edge is said once for the environments that have it", "[cli]") {
  ResultBuilder builder;
  builder.module("/src/a.tsx", 3);
  builder.import("./b", ImportKind::import,
                 {{0, TargetKind::module, ModuleIndex(1), {}}, {1, TargetKind::module, ModuleIndex(1), {}}});
  builder.import("./b", ImportKind::export_from, {{0, TargetKind::module, ModuleIndex(1), {}}});
  builder.module("/src/b.tsx", 3);
  const std::string data = data_of(builder.result());
  CAPTURE(data);
  CHECK(says(data, R"("count": "BA")"));
  CHECK(says(data, R"("ways": [["import", 3]])"));
}

TEST_CASE("report data: names are harmless in the page", "[cli]") {
  ResultBuilder builder;
  builder.module("/src/</script><!--\n\xe2\x80\xae\xff.tsx");
  AuditResult audited;
  audited.findings.emplace_back().diagnostic = {.rule = "scan/unresolved", .message = "not \"</script>\xe2\x80\xa8\""};
  const std::string data = data_of(builder.result(), audited);
  CAPTURE(data);
  CHECK(!says(data, "</script"));
  CHECK(!says(data, "<!--"));
  CHECK(!says(data, "\xe2\x80\xa8"));
  CHECK(says(data, R"(/src/\u003c/script>\u003c!--\\n\\u202e\\xff.tsx)"));
}
