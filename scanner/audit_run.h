// What the passes of an audit share. Each pass looks for the findings of a few rules:
//
//   if (run.wants("boundary/orphan"))
//     run.report({.rule = "boundary/orphan", .module = module, .message = "no import leads to this module"});
//
// A pass runs twice where it needs files: first it says which (want_*), then all are read at once, then it looks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/audit.h"
#include "scanner/audit_graph.h"
#include "scanner/glob.h"
#include "scanner/reread.h"
#include "scanner/why.h"

namespace demarc {

struct AuditRun {
  AuditRun(const ScanResult& result, const AuditOptions& options, FileSystem& file_system, AuditResult& audited);

  const ScanResult& result;
  const AuditOptions& options;
  FileSystem& file_system;
  const AuditGraph graph;
  Rereader files;
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

  // By imports that are not known to be guarded; searched when first asked for.
  const Chains& chains();
  // From now on chains do without these imports, one bool an import of the result.
  void leave_out(std::vector<bool> imports);

  // "src/app/x.tsx", "lucide-react/dist/x.js": in messages.
  std::string name_of(ModuleIndex module) const;
  // The module's directive; null where it has none of that value at its top.
  const DirectiveUse* directive_of(ModuleIndex module, std::string_view value) const;

 private:
  struct Setting {
    RuleLevel level = RuleLevel::off;
    std::vector<Glob> ignore;
  };
  const Setting& setting_of(std::string_view rule) const;
  static bool is_ignored(const Setting& setting, std::string_view file);

  std::vector<Setting> settings_;  // by index into rules()
  std::vector<bool> left_out_;
  std::unique_ptr<Chains> chains_;
};

// A module of Node's or of a server platform: "fs", "node:fs/promises", "cloudflare:workers".
bool is_platform_module(std::string_view specifier);

// The passes.
void find_costs(AuditRun& run);

void want_directive_reads(AuditRun& run);
void find_misplaced(AuditRun& run);
void find_typos(AuditRun& run);
void find_conflicts(AuditRun& run);
void find_unseen(AuditRun& run);

void want_action_reads(AuditRun& run);
void list_server_functions(AuditRun& run);
void find_unreferenced(AuditRun& run);
void find_non_async(AuditRun& run);
void find_missing_use_server(AuditRun& run);
void find_client_reachable(AuditRun& run);

void want_boundary_reads(AuditRun& run);
void find_wrong_sides(AuditRun& run);     // server-only, client-only, builtins, missing-client
void find_client_modules(AuditRun& run);  // redundant, unneeded, orphan, barrels
void find_over_budget(AuditRun& run);     // after find_costs

void find_duplicates(AuditRun& run);

}  // namespace demarc
