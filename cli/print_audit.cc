// For people:
//
//   error: client code imports src/lib/database.ts, which is only for the server  [boundary/server-only-in-client]
//     --> src/app/Search.tsx:2:22
//       1 | "use client";
//     > 2 | import { find } from "../lib/database";
//         |                      ^^^^^^^^^^^^^^^^^
//     chain in client:
//       src/worker.tsx:4
//       -> src/app/Search.tsx:2  'use client'  <- boundary
//       -> src/lib/database.ts
//     help: pass the data as a prop, or ...
//
// Errors and warnings are shown in full up to a number; notes are a line each. Then what client code weighs.
#include "cli/print_audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/code_frame.h"
#include "cli/display.h"
#include "cli/print_chain.h"

namespace demarc {
namespace {

constexpr size_t kMostInFull = 50;  // errors, and warnings
constexpr size_t kMostNotes = 15;
constexpr size_t kMostBoundaries = 5;

class PrettyAudit {
 public:
  PrettyAudit(const AuditReport& report, bool quiet, const Look& look, Sink& sink)
      : result_(report.result),
        audited_(report.audited),
        names_(report.names),
        quiet_(quiet),
        look_(look),
        sink_(sink) {}

  void print() {
    print_level(Level::error, "error", Style::red);
    if (!quiet_) {
      print_level(Level::warn, "warning", Style::yellow);
      print_notes();
      print_costs();
    }
    print_summary();
  }

 private:
  void print_level(Level level, std::string_view word, Style style) {
    size_t count = 0;
    for (const Finding& finding : audited_.findings) {
      if (finding.standing != Standing::active || finding.diagnostic.level != level || ++count > kMostInFull) continue;
      print_in_full(finding, look_.paint(style, fmt::format("{}:", word)));
    }
    if (count > kMostInFull)
      sink_.write(fmt::format("{} and {} more {}s; --format json lists all\n\n", look_.ellipsis(),
                              grouped(count - kMostInFull), word));
  }

  void print_in_full(const Finding& finding, const std::string& word) {
    const Diagnostic& diagnostic = finding.diagnostic;
    sink_.write(fmt::format("{} {}  {}\n", word, look_.paint(Style::bold, escaped(diagnostic.message)),
                            look_.paint(Style::dim, "[" + diagnostic.rule + "]")));
    if (!diagnostic.file.empty()) {
      sink_.write("  --> " + place_of(diagnostic) + "\n");
      print_code_frame(names_.absolute(diagnostic.file),
                       {.line = diagnostic.line, .column = diagnostic.column, .end_column = finding.end_column}, look_,
                       sink_);
    }
    if (finding.chain.steps.size() > 1) {
      sink_.write("  chain in " + escaped(result_.environments[finding.environment]) + ":\n");
      print_chain(result_, finding.chain, names_, look_, "    ", sink_);
    }
    if (!diagnostic.help.empty()) sink_.write("  help: " + escaped(diagnostic.help) + "\n");
    sink_.put('\n');
  }

  std::string place_of(const Diagnostic& diagnostic) const {
    std::string place = names_.shown(diagnostic.file);
    if (diagnostic.line != 0) place += fmt::format(":{}:{}", diagnostic.line, diagnostic.column);
    return place;
  }

  // Own code first: what is in packages is seldom the reader's to change.
  void print_notes() {
    std::vector<const Finding*> notes;
    for (const Finding& finding : audited_.findings)
      if (finding.standing == Standing::active && finding.diagnostic.level == Level::info) notes.push_back(&finding);
    std::stable_partition(notes.begin(), notes.end(), [](const Finding* finding) {
      return finding->diagnostic.file.find("/node_modules/") == std::string::npos;
    });
    for (size_t i = 0; i < std::min(notes.size(), kMostNotes); ++i) {
      const Diagnostic& diagnostic = notes[i]->diagnostic;
      const std::string place = diagnostic.file.empty() ? "" : place_of(diagnostic) + ": ";
      sink_.write(fmt::format("{} {}{}  {}\n", look_.paint(Style::cyan, "note:"), place, escaped(diagnostic.message),
                              look_.paint(Style::dim, "[" + diagnostic.rule + "]")));
    }
    if (notes.size() > kMostNotes)
      sink_.write(fmt::format("{} and {} more notes; --format json lists all\n", look_.ellipsis(),
                              grouped(notes.size() - kMostNotes)));
    if (!notes.empty()) sink_.put('\n');
  }

  void print_costs() {
    sink_.write(fmt::format("{}  {} of sources in {}; server {} in {}\n", look_.paint(Style::bold, "Client code"),
                            decimal_bytes(audited_.client.bytes), counted(audited_.client.modules, "module"),
                            decimal_bytes(audited_.server.bytes), counted(audited_.server.modules, "module")));
    const size_t shown = std::min(audited_.boundaries.size(), kMostBoundaries);
    for (size_t i = 0; i < shown; ++i) {
      const BoundaryCost& cost = audited_.boundaries[i];
      sink_.write(fmt::format("  {:>9} alone {:>9} in all  {}\n", decimal_bytes(cost.exclusive.bytes),
                              decimal_bytes(cost.total.bytes),
                              shown_module(result_, result_.modules[size_t(cost.module)], names_)));
    }
    if (audited_.boundaries.size() > shown)
      sink_.write(
          look_.paint(Style::dim, fmt::format("  {} {} more; --format json lists all", look_.ellipsis(),
                                              counted(audited_.boundaries.size() - shown, "boundary", "boundaries"))) +
          "\n");
    if (!audited_.server_functions.empty()) {
      const auto reachable = std::count_if(audited_.server_functions.begin(), audited_.server_functions.end(),
                                           [](const ServerFunction& function) { return function.client_reachable; });
      sink_.write(fmt::format("{}  {}, {} imported by client code\n", look_.paint(Style::bold, "Server functions"),
                              grouped(audited_.server_functions.size()), grouped(uint64_t(reachable))));
    }
    sink_.put('\n');
  }

  void print_summary() {
    const FindingCounts counts = count_findings(audited_);
    std::string text = counts.errors + counts.warnings == 0 ? look_.paint(Style::green, "no problems") : "";
    const auto add = [&](size_t count, std::string_view noun, Style style) {
      if (count == 0) return;
      text += (text.empty() ? "" : ", ") + look_.paint(style, counted(count, noun));
    };
    add(counts.errors, "error", Style::red);
    add(counts.warnings, "warning", Style::yellow);
    add(counts.notes, "note", Style::cyan);
    if (const std::string silent = not_counted_text(counts); !silent.empty()) text += ", " + silent;
    if (counts.errors + counts.warnings > 0) text += "; `demarc explain RULE` says more";
    sink_.write(text + "\n");
  }

  const ScanResult& result_;
  const AuditResult& audited_;
  const PathNames& names_;
  const bool quiet_;
  const Look& look_;
  Sink& sink_;
};

}  // namespace

void print_audit_pretty(const AuditReport& report, bool quiet, const Look& look, Sink& sink) {
  PrettyAudit(report, quiet, look, sink).print();
}

}  // namespace demarc
