// What `demarc report` puts into its page: the graph, what it costs and what is wrong with it, in columns, as one JSON
// document that cli/report/src/data.ts reads.
//
// A project of 50,000 modules has to open in a second, so nothing is said twice and nothing by name: modules are
// numbers in path order, ids say only what differs from the id before, and columns of numbers are text in the base64
// VLQ of source maps (five bits a character, the sixth says that more follow). Source text and absolute paths below the
// root are not in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/json_writer.h"
#include "scanner/audit.h"
#include "scanner/describe_project.h"
#include "scanner/scanner.h"

namespace demarc {

struct ReportFacts {
  std::string title;        // of the project
  std::string created;      // ISO 8601; empty: not said
  double duration_ms = 0;   // of the command until now
  uint64_t peak_bytes = 0;  // of the process
};

void write_report_data(const ScanResult& result, const AuditResult& audited, const ProjectDescription& project,
                       const ReportFacts& facts, Sink& sink);

}  // namespace demarc
