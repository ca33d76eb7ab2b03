// PUBLIC: what is wrong, or costs much, about the boundaries of a scanned project.
//
//   const ScanResult result = scan(options);                       // Keep::graph, and audit_markers() among the
//   markers const AuditResult audited = audit(result, audit_options, file_system); for (const Finding& finding :
//   audited.findings) print(finding.diagnostic, finding.chain);
//
// Rules look at the graph first; only where a rule needs an expression, or wants to be sure before it speaks, files are
// read again and asked of the exact tier. A wrong warning costs more than a missed one: a rule that cannot be sure is
// silent. The same result gives the same findings, in the same order.
//
// audit() changes nothing and may be called by several threads at once, with different file systems.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/file_system.h"
#include "scanner/scanner.h"
#include "scanner/why.h"

namespace demarc {

// --- Rules -----------------------------------------------------------------------------------------------------------

enum class RuleLevel : uint8_t { off, info, warn, error };
std::string_view to_string(RuleLevel level);

// A rule, as `demarc explain`, SARIF and docs/rules/ describe it. All texts are English prose without markup; `example`
// is source text of several lines.
struct Rule {
  std::string_view id;  // "boundary/client-barrel"
  RuleLevel level;      // unless configured
  std::string_view summary;
  std::string_view cause;
  std::string_view example;
  std::string_view remedy;
  bool security = false;  // SARIF: tagged as concerning security
};
std::span<const Rule> rules();  // by id
const Rule* find_rule(std::string_view id);

// One setting of `rules` in the configuration, or of --rule.
struct RuleSetting {
  std::string rule;
  RuleLevel level = RuleLevel::off;
  std::vector<std::string> ignore = {};  // globs of files, from the root, whose findings are dropped
};

// At most so many bytes of sources: "client" for all client environments' modules, "boundary" for the exclusive bytes
// of any one boundary, else the name of a package, for its modules in client environments.
struct Budget {
  std::string name;
  uint64_t bytes = 0;
};

struct AuditOptions {
  std::vector<RuleSetting> rules = {};  // a later one wins
  std::vector<Budget> budgets = {};
  int threads = 0;  // 0: as many as the scan had
};

// What scan() has to look for in files so that audit() knows which to read again.
std::vector<std::string> audit_markers();

// --- Findings --------------------------------------------------------------------------------------------------------

// Why a finding does not count.
enum class Standing : uint8_t {
  active,
  suppressed,  // // demarc-ignore-next-line RULE -- reason
  baseline,    // it was there when the baseline was written
  unchanged    // in a file that has not changed since --changed-since
};
std::string_view to_string(Standing standing);

struct Finding {
  Diagnostic diagnostic;  // rule, level as configured, file, place, message, help
  // What it is about beside its place (a specifier, a package, the name of an export); part of what identifies it.
  std::string subject = {};
  uint64_t end_column = 0;  // 0: unknown; else on the same line, UTF-16 units from 1, exclusive
  // Boundary rules: from an entry to the module, in `environment`.
  Chain chain = {};
  uint8_t environment = 0;
  Standing standing = Standing::active;
  std::string reason = {};  // of a suppression
  // Hash of rule, file, subject and, among equals, ordinal: the same when lines move. 16 hexadecimal digits.
  std::string fingerprint = {};
};

// --- Costs -----------------------------------------------------------------------------------------------------------

struct Amount {
  uint64_t modules = 0;
  uint64_t bytes = 0;  // of sources, as they are on disk
};

// A "use client" module that code of a server environment imports, or an entry of a client environment. `exclusive`
// would leave the client if it did: what it dominates in the graph of its environment.
struct BoundaryCost {
  ModuleIndex module = kNoModule;
  uint8_t environment = 0;
  uint64_t own_bytes = 0;
  Amount exclusive;
  Amount total;  // all it reaches, itself included
};

// A module of a client environment that mostly re-exports, and what it drags in.
struct BarrelCost {
  ModuleIndex module = kNoModule;
  uint8_t environment = 0;
  uint32_t reexports = 0;
  Amount exclusive;
  Amount total;
};

struct PackageCost {
  std::string name;  // empty: the project's own code
  Amount client;     // its modules in client environments, each once
};

// A function that clients can call over the network.
struct ServerFunction {
  ModuleIndex module = kNoModule;
  std::string name = {};  // of the export, or of the function; empty where it has none
  DirectiveLevel level = DirectiveLevel::module;
  uint64_t line = 0;
  uint64_t column = 0;
  bool client_reachable = false;            // a module of a client environment imports its module
  std::vector<ModuleIndex> importers = {};  // of its module, in path order, each once
};

struct AuditResult {
  std::vector<Finding> findings;            // by file, line, column, rule, subject; those that do not count included
  EnvironmentMask client_environments = 0;  // that the costs are about: the browser's, where the project has them
  Amount client;                            // modules of all client environments, each once
  Amount server;                            // of all others
  std::vector<BoundaryCost> boundaries;     // by exclusive bytes, the largest first; ties in path order
  std::vector<BarrelCost> barrels;          // the same
  std::vector<PackageCost> packages;        // by client bytes, the largest first; ties by name
  std::vector<ServerFunction> server_functions;  // in path order, then by place
  uint64_t files_read = 0;                       // again, by rules
  uint64_t exact_parses = 0;
  double duration_ms = 0;
};

// `result` has Keep::graph. Findings of the scan itself (its diagnostics that are in rules()) are among the findings.
AuditResult audit(const ScanResult& result, const AuditOptions& options, FileSystem& file_system);

// For whoever adds findings of its own: brings them into order, and fingerprints all.
void finish_findings(const ScanResult& result, std::vector<Finding>& findings);

}  // namespace demarc
