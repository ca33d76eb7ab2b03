// Whether the files that a package publishes still say what their sources say: "use client" and "use server", first in
// the file. Builds of libraries lose directives when they put several modules into one, or write something before them.
//
//   PackageAudit audited = audit_package("/lib/ui", {}, disk);        // a package's folder, or an archive of it
//   for (const Finding& finding : audited.result.findings) ...
//
// Published is what `exports`, `main`, `module` and the like name, and what lies in the same output folders. The source
// of a file is what its source map says; without one, the file of the same path and name among the others. What has no
// source is held against itself: a directive that does not come first, and targets of one entry that disagree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "resolver/file_system.h"
#include "scanner/audit.h"

namespace demarc {

struct PackageAudit {
  std::string name;     // as package.json says
  std::string problem;  // not empty: why the package cannot be audited
  ScanResult files;     // the published files, as modules without imports
  AuditResult result;   // findings alone
  uint64_t published = 0;
  uint64_t with_source = 0;  // those whose source is known
  uint64_t with_directive = 0;
};

// `root` is the folder of package.json, on whichever disk. Of `options` the rules count.
PackageAudit audit_package(const std::string& root, const AuditOptions& options, FileSystem& file_system);

}  // namespace demarc
