// What the passes of an audit share. Each pass looks for the findings of a few rules:
//
//   if (run.wants("boundary/orphan"))
//     run.report({.rule = "boundary/orphan", .module = module, .message = "no import leads to this module"});
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scanner/audit.h"
#include "scanner/audit_graph.h"
#include "scanner/glob.h"

namespace demarc {

struct AuditRun {
  AuditRun(const ScanResult& result, const AuditOptions& options, FileSystem& file_system, AuditResult& audited);

  const ScanResult& result;
  const AuditOptions& options;
  FileSystem& file_system;
  AuditGraph graph;
  AuditResult& audited;

  // A rule that is off is not looked for.
  bool wants(std::string_view rule) const;

  struct Report {
    std::string_view rule;
    ModuleIndex module = kNoModule;  // the file of the finding
    uint64_t line = 0, column = 0, end_column = 0;
    std::string message = {};
    std::string help = {};
    std::string subject = {};
    Chain chain = {};
    uint8_t environment = 0;
    // What the finding weighs at most in an installed package, where its reader cannot mend it.
    Level most_in_packages = Level::info;
  };
  void report(Report&& report);
  // One of the scan's own.
  void take(const Diagnostic& diagnostic);

 private:
  struct Setting {
    RuleLevel level = RuleLevel::off;
    std::vector<Glob> ignore;
  };
  const Setting& setting_of(std::string_view rule) const;
  static bool is_ignored(const Setting& setting, std::string_view file);

  std::vector<Setting> settings_;  // by index into rules()
};

// The passes, in the order in which they run.
void find_costs(AuditRun& run);
void list_server_functions(AuditRun& run);

}  // namespace demarc
