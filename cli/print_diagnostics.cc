#include <fmt/format.h>

#include <algorithm>

#include "cli/display.h"
#include "cli/github_text.h"
#include "cli/level.h"
#include "cli/print.h"

namespace demarc {
namespace {

constexpr size_t kMostErrors = 50;
constexpr size_t kMostWarnings = 20;
// GitHub shows no more of a kind for one step.
constexpr size_t kMostAnnotations = 10;

size_t count_of(const std::vector<Diagnostic>& diagnostics, Level level) {
  return size_t(
      std::count_if(diagnostics.begin(), diagnostics.end(), [&](const Diagnostic& d) { return d.level == level; }));
}

std::string place_of(const Diagnostic& diagnostic, const PathNames& names) {
  std::string place = diagnostic.file.empty() ? "demarc" : names.shown(diagnostic.file);
  if (diagnostic.line != 0) place += fmt::format(":{}:{}", diagnostic.line, diagnostic.column);
  return place;
}

void print_level(const std::vector<Diagnostic>& diagnostics, Level level, size_t most, const PathNames& names,
                 const Look& look, Sink& sink) {
  size_t count = 0;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.level != level || ++count > most) continue;
    sink.write(look.paint(Style::bold, place_of(diagnostic, names)));
    sink.write(": ");
    sink.write(look.paint(level_style(level), fmt::format("{}:", level_word(level))));
    sink.write(fmt::format(" {} ", escaped(diagnostic.message)));
    sink.write(look.paint(Style::dim, fmt::format("[{}]", diagnostic.rule)));
    sink.put('\n');
    if (!diagnostic.help.empty()) sink.write(fmt::format("  help: {}\n", escaped(diagnostic.help)));
  }
  if (count > most)
    sink.write(fmt::format("{} and {} more {}s; --format json lists all\n", look.ellipsis(), grouped(count - most),
                           level_word(level)));
}

}  // namespace

void print_diagnostics(const std::vector<Diagnostic>& diagnostics, DiagnosticFilter filter, const PathNames& names,
                       const Look& look, Sink& sink) {
  print_level(diagnostics, Level::error, kMostErrors, names, look, sink);
  if (filter.warnings) print_level(diagnostics, Level::warn, kMostWarnings, names, look, sink);
  const size_t notes = count_of(diagnostics, Level::info);
  if (filter.notes && notes > 0)
    sink.write(look.paint(Style::dim, fmt::format("{}; --format json lists them", counted(notes, "note"))) + "\n");
}

void print_annotations(const std::vector<Diagnostic>& diagnostics, const PathNames& names, std::string_view workspace,
                       Sink& sink) {
  for (const Level level : {Level::error, Level::warn}) {
    size_t count = 0;
    for (const Diagnostic& diagnostic : diagnostics) {
      if (diagnostic.level != level || ++count > kMostAnnotations) continue;
      std::string command = fmt::format("::{} title={}", level_word(level), workflow_property(diagnostic.rule));
      if (!diagnostic.file.empty()) {
        std::string file = names.absolute(diagnostic.file);
        if (!workspace.empty() && file.size() > workspace.size() && file.compare(0, workspace.size(), workspace) == 0 &&
            file[workspace.size()] == '/')
          file.erase(0, workspace.size() + 1);
        command += ",file=" + workflow_property(escaped(file));
      }
      if (diagnostic.line != 0) command += fmt::format(",line={},col={}", diagnostic.line, diagnostic.column);
      command += "::" + workflow_message(escaped(diagnostic.message)) + "\n";
      sink.write(command);
    }
  }
}

void print_stats(const ScanStats& stats, const Look& look, Sink& sink) {
  const auto row = [&](std::string_view name, const std::string& value) {
    sink.write(fmt::format("  {:<24}{}\n", name, value));
  };
  sink.write(look.paint(Style::bold, "Statistics") + "\n");
  row("modules", grouped(stats.modules));
  row("nodes", grouped(stats.nodes) + " (module, environment)");
  row("edges", grouped(stats.edges));
  row("files read", fmt::format("{}, {}", grouped(stats.files_read), decimal_bytes(stats.bytes_read)));
  row("directories listed", grouped(stats.directories_listed));
  row("reads deduplicated", grouped(stats.reads_deduplicated));
  row("folded by letter case", grouped(stats.folded_by_case));
  row("folded by symlink", grouped(stats.folded_by_symlink));
  row("assets skipped", grouped(stats.assets_skipped));
  row("unresolved imports", grouped(stats.unresolved));
  row("exact parses", grouped(stats.exact_parses_by_doubt) + " in doubt, " + grouped(stats.exact_parses_by_types) +
                          " for type imports");
  std::string extensions;
  for (const auto& [extension, count] : stats.by_extension)
    extensions += fmt::format("{}{} {}", extensions.empty() ? "" : ", ", escaped(extension), grouped(count));
  row("by extension", extensions);
  row("scan", duration_text(stats.duration_ms));
  row("ledger", fmt::format("peak {} of {}", binary_bytes(stats.peak_bytes), binary_bytes(stats.budget_bytes)));
  row("memory steps", grouped(stats.memory_steps));
  if (stats.spilled_bytes > 0) row("in a file", binary_bytes(stats.spilled_bytes));
}

void print_cost(const ScanStats& stats, const Cost& cost, Sink& sink) {
  sink.write(fmt::format("Finished in {}: {}, {} read, {}, peak {}", duration_text(cost.milliseconds),
                         counted(stats.modules, "module"), decimal_bytes(stats.bytes_read),
                         counted(uint64_t(std::max(stats.threads, 0)), "thread"), binary_bytes(cost.peak_bytes)));
  if (stats.budget_bytes > 0) sink.write(fmt::format(" of {}", binary_bytes(stats.budget_bytes)));
  // What the system counts as resident includes pages of the file, which the bound does not.
  if (stats.spilled_bytes > 0) sink.write(fmt::format(", with {} in a file", binary_bytes(stats.spilled_bytes)));
  sink.put('\n');
}

}  // namespace demarc
