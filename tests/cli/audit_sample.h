// An audit by hand that has everything a format can be asked to print: every level and standing, chains, findings
// without a place or a file, costs, and names and messages that try to be markup.
#pragma once

#include <string>
#include <vector>

#include "cli/print_audit.h"
#include "tests/cli/result_builder.h"

namespace demarc {

// Escape codes, a line that a runner would obey, a right-to-left override, markup of every format, bytes that are no
// UTF-8.
inline const std::string kHostileId =
    "/src/\x1b[31m\n::error file=x::gotcha ##[group]\xe2\x80\xae \"&<b>`|]]>,%25\xff.tsx";

struct AuditSample {
  ScanResult result;
  AuditResult audited;
  std::vector<Rule> rules;
};

inline AuditSample audit_sample() {
  AuditSample sample;
  sample.rules = {
      {"action/unreferenced", RuleLevel::warn, "A server function that nobody imports.",
       "Every export of a \"use server\" module is a public endpoint.",
       "\"use server\";\nexport async function old() {}\n", "Delete it.", true},
      {"boundary/budget", RuleLevel::warn, "More code than allowed.", "A budget was set.", "", "Import less."},
      {"boundary/node-builtin-in-client", RuleLevel::error, "A Node builtin in the client.",
       "Browsers have no node: modules.", "\"use client\";\nimport fs from \"node:fs\";\n",
       "Move it behind a server function."},
      {"boundary/unneeded-client", RuleLevel::off, "A \"use client\" that nothing needs.", "", "", ""},
  };

  ResultBuilder app;
  app.module(kHostileId, 2);
  app.directive("use client", 1, 1);
  app.import("node:fs", ImportKind::import, {});
  app.module("/src/actions.ts", 1);
  app.directive("use server", 1, 1);
  app.module("/src/worker.tsx", 1);
  app.import("./Nav", ImportKind::import, {{0, TargetKind::module, ModuleIndex(0), {}}});
  sample.result = app.result();
  sample.result.entries = {"/src/worker.tsx"};

  AuditResult& audited = sample.audited;
  const auto add = [&](Finding finding) {
    finding.fingerprint = "00000000000000" + std::to_string(10 + audited.findings.size());
    audited.findings.push_back(std::move(finding));
  };
  add({.diagnostic = {"boundary/budget", Level::warn, "", 0, 0, "the client has 2 MB, 1 MB more than allowed", ""},
       .subject = "client"});
  Finding builtin = {
      .diagnostic = {"boundary/node-builtin-in-client", Level::error, kHostileId, 3, 1,
                     "\"node:fs\" is imported in the client [x](y) <script> @team *b* ::warning:: 100%\r\n"
                     "::error::second line",
                     "import it in a \"use server\" module, or: not at all"},
      .subject = "node:fs",
      .end_column = 24,
      .environment = 1};
  builtin.chain.steps = {{ModuleIndex(2), 0, 1, false}, {ModuleIndex(0), 1, kNoImport, true}};
  add(builtin);
  add({.diagnostic = {"boundary/unneeded-client", Level::info, kHostileId, 0, 0, "nothing here needs it", ""}});
  add({.diagnostic = {"action/unreferenced", Level::warn, "/src/actions.ts", 2, 8, "\"old\" is imported by nobody", ""},
       .subject = "old",
       .standing = Standing::suppressed,
       .reason = "used by <curl> & co"});
  add({.diagnostic = {"action/unreferenced", Level::warn, "/src/actions.ts", 3, 8, "\"older\" is imported by nobody",
                      ""},
       .subject = "older",
       .standing = Standing::baseline});
  add({.diagnostic = {"action/unreferenced", Level::warn, "/src/actions.ts", 4, 8, "\"oldest\" is imported by nobody",
                      ""},
       .subject = "oldest",
       .standing = Standing::unchanged});
  audited.client = {1, 812};
  audited.server = {2, 1624};
  audited.boundaries = {{ModuleIndex(0), 1, 812, {1, 812}, {1, 812}}};
  return sample;
}

}  // namespace demarc
