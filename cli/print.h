// A ScanResult as text. Printers stream from the result; none holds a second copy of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/path_names.h"
#include "cli/sink.h"
#include "cli/terminal.h"
#include "scanner/scanner.h"

namespace demarc {

struct PrintOptions {
  Keep emit = Keep::map;
  bool with_map = true;  // false: something is missing from the map, so only the diagnostics are printed
  bool stats = false;
  bool with_modules = false;  // JSON: the modules with a directive or marker, though there is no graph
  PathStyle paths = PathStyle::from_root;
  uint64_t peak_resident_bytes = 0;  // for the stats
};

// The formats of interface.md section 2; cli/schema/result.v1.json describes the first.
void print_json(const ScanResult& result, const PrintOptions& options, Sink& sink);
void print_ndjson(const ScanResult& result, const PrintOptions& options, Sink& sink);

// The map for people: own modules one by one, packages by their counts.
void print_pretty(const ScanResult& result, const PathNames& names, const Look& look, Sink& sink);

// path:line:column: error: message [rule], errors first; what is only a note is counted. Long lists are cut.
struct DiagnosticFilter {
  bool warnings = true;
  bool notes = true;
};
void print_diagnostics(const std::vector<Diagnostic>& diagnostics, DiagnosticFilter filter, const PathNames& names,
                       const Look& look, Sink& sink);

// GitHub's workflow commands for errors and warnings, as many as its interface shows. Paths below `workspace` are made
// relative to it, because that is where GitHub looks for them.
void print_annotations(const std::vector<Diagnostic>& diagnostics, const PathNames& names, std::string_view workspace,
                       Sink& sink);

void print_stats(const ScanStats& stats, const Look& look, Sink& sink);

// Finished in 61 ms: 4,688 modules, 17.2 MB read, 2 threads, peak 15.8 MiB of 512 MiB
struct Cost {
  double milliseconds = 0;
  uint64_t peak_bytes = 0;
};
void print_cost(const ScanStats& stats, const Cost& cost, Sink& sink);

}  // namespace demarc
