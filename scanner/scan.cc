// The main path of a scan, as a list of passes:
//
//   options -> project (detect) -> entries -> walk, beside the prescan -> freeze (order) -> diagnostics -> outcome
//
// The walk is in walk.cc. Everything it allocates is gone when scan() returns; only the result stays.

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "parser/scan_module.h"
#include "scanner/diagnostic.h"
#include "scanner/freeze.h"
#include "scanner/ledger_chunks.h"
#include "scanner/memory_budget.h"
#include "scanner/project.h"
#include "scanner/scanner.h"
#include "scanner/seeds.h"
#include "scanner/spill_file.h"
#include "scanner/walk.h"

namespace demarc {
namespace {

// How many times the limit the tables may be. Where the limit is the system's as well, the tables' pages have to be
// read again all the time; with more of them than this, the scan would take minutes where it takes seconds.
constexpr size_t kMostSpilled = 3;
// Below this a thread's windows and the smallest tables do not fit.
constexpr size_t kThreadBytes = Lexer::kWindowBytes + 384 * 1024;

bool has_rule(const ScanResult& result, std::string_view rule) {
  return std::any_of(result.diagnostics.begin(), result.diagnostics.end(),
                     [&](const Diagnostic& diagnostic) { return diagnostic.rule == rule; });
}

void name_environments(const std::vector<EnvironmentOptions>& environments, ScanResult& result) {
  for (const EnvironmentOptions& environment : environments) {
    const auto bit = EnvironmentMask(1u << result.environments.size());
    result.environments.push_back(environment.name);
    const std::vector<std::string>& conditions = environment.conditions;
    if (std::find(conditions.begin(), conditions.end(), "react-server") != conditions.end())
      result.react_server = EnvironmentMask(result.react_server | bit);
    if (environment.consumer == Consumer::client) result.browser = EnvironmentMask(result.browser | bit);
  }
}

// Errors that mean a module may be missing from the map, or a directive may have been missed.
bool is_incomplete(const ScanResult& result) {
  return has_rule(result, "scan/entry-missing") || has_rule(result, "scan/unreadable") ||
         has_rule(result, "scan/not-a-file") || has_rule(result, "scan/changed-while-read") ||
         has_rule(result, "scan/undecided-directive");
}

std::string mebibytes(size_t bytes) {
  return std::to_string((bytes + (1u << 20) - 1) >> 20) + " MiB";
}

// What the whole scan would take, from the part that was done: what it holds grows with the files found.
size_t needed_bytes(size_t fixed, size_t peak, const ScanControl& progress) {
  const double done = double(std::max<uint64_t>(progress.files_done, 1));
  const double found = double(std::max<uint64_t>(progress.files_found, 1));
  return size_t(double(fixed) + double(peak - std::min(fixed, peak)) * std::max(1.25, found / done));
}

ScanResult over_budget(ScanResult result, size_t needed, size_t limit) {
  result.outcome = Outcome::over_budget;
  result.modules.clear();
  result.diagnostics.clear();
  // Whatever the estimate says, the limit was too little.
  needed = std::max(needed, limit + limit / 4 + (1 << 20));
  result.diagnostics.push_back(
      {.rule = "scan/over-budget",
       .level = Level::error,
       .message = "the scan needs about " + mebibytes(needed) + ", the limit is " + mebibytes(limit),
       .help = "raise --max-memory, or scan on fewer threads with --threads"});
  return result;
}

ScanResult over_budget(ScanResult result, const MemoryBudget& budget, const ScanControl& progress) {
  const size_t needed = needed_bytes(budget.used(Share::fixed), budget.peak(), progress);
  result = over_budget(std::move(result), needed, budget.limit());
  result.stats.peak_bytes = budget.peak();
  return result;
}

}  // namespace

std::string_view to_string(Level level) {
  switch (level) {
    case Level::info:
      return "info";
    case Level::warn:
      return "warn";
    case Level::error:
      return "error";
  }
  return "";
}

ScanResult scan(const ScanOptions& options, FileSystem& file_system, ScanControl* control, ScanHost* host) {
  const auto start = std::chrono::steady_clock::now();
  ScanControl own_control;
  if (!control) control = &own_control;
  ScanResult result;
  result.markers = options.markers;

  Project project;
  if (!detect_project(options, file_system, project, result.diagnostics)) {
    result.outcome = Outcome::invalid;
    sort_diagnostics(result.diagnostics);
    return result;
  }

  const int threads = options.threads > 0 ? options.threads : threads_available();
  MemoryBudget budget(options.max_memory);
  result.stats.threads = threads;
  result.stats.budget_bytes = options.max_memory;
  const size_t held = options.memory_beside_host ? 0 : process_anonymous_bytes();
  const size_t fixed = held + size_t(threads) * kThreadBytes;
  if (!budget.reserve(Share::fixed, fixed)) return over_budget(std::move(result), 2 * fixed, budget.limit());

  SpillFile spill(options.spill_directory.empty() ? spill_directories(options.root)
                                                  : std::vector<std::string>{options.spill_directory},
                  !options.spill_directory.empty(), options.max_memory * kMostSpilled);
  LedgerChunks resolver_chunks(budget, Share::resolver, &spill);
  Resolver resolver(file_system, project.resolver, resolver_chunks);
  result.root = resolver.root();
  result.framework = project.framework;
  name_environments(project.resolver.environments, result);

  const std::vector<EntrySeed> entries = find_entries(project, resolver, result.diagnostics);
  const Prescan prescan(options, project, result.diagnostics);
  if (has_rule(result, "config/invalid") || has_rule(result, "project/no-entry")) {
    result.outcome = Outcome::invalid;
    sort_diagnostics(result.diagnostics);
    return result;
  }
  for (const EntrySeed& entry : entries) result.entries.push_back(module_id(resolver, entry.file));
  std::sort(result.entries.begin(), result.entries.end());
  result.entries.erase(std::unique(result.entries.begin(), result.entries.end()), result.entries.end());

  Walk walk(options, project, file_system, resolver, budget, &spill, control, host);
  const auto find_candidates = [&](const std::function<void(FileId)>& found) {
    prescan.find(file_system, resolver, found, result.diagnostics);
  };
  walk.run(entries, find_candidates, threads);
  if (budget.exhausted()) return over_budget(std::move(result), budget, *control);
  for (Diagnostic& d : describe_findings(file_system, resolver, budget, walk.findings()))
    result.diagnostics.push_back(std::move(d));
  if (budget.exhausted() || !freeze(options, walk, resolver, budget, result)) {
    return over_budget(std::move(result), budget, *control);
  }

  for (Diagnostic& d : describe_problems(resolver)) result.diagnostics.push_back(std::move(d));
  sort_diagnostics(result.diagnostics);

  walk.add_counters(result.stats);
  result.stats.directories_listed = resolver.directories_listed();
  result.stats.peak_bytes = budget.peak();
  result.stats.spilled_bytes = spill.bytes();
  result.stats.memory_steps = (walk.forgot_imports() ? 1 : 0) + (spill.bytes() > 0 ? 1 : 0);
  control->ledger_bytes = budget.peak();
  result.outcome = has_rule(result, "path/id-collision")         ? Outcome::invalid
                   : control->cancelled || is_incomplete(result) ? Outcome::incomplete
                                                                 : Outcome::complete;
  const auto duration = std::chrono::steady_clock::now() - start;
  result.stats.duration_ms = std::chrono::duration<double, std::milli>(duration).count();
  return result;
}

ScanResult over_budget(const ScanOptions& options, const ScanControl& control) {
  const size_t fixed = size_t(options.threads > 0 ? options.threads : threads_available()) * kThreadBytes;
  ScanResult result;
  result.stats.threads = options.threads > 0 ? options.threads : threads_available();
  return over_budget(std::move(result), needed_bytes(fixed, options.max_memory, control), options.max_memory);
}

size_t bytes_of_running_scans() {
  return MemoryBudget::used_by_all();
}

ScanResult scan(const ScanOptions& options, ScanControl* control) {
  const std::unique_ptr<FileSystem> file_system = make_real_file_system();
  return scan(options, *file_system, control);
}

}  // namespace demarc
