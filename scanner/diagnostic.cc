#include "scanner/diagnostic.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <tuple>

#include "parser/locate.h"
#include "parser/scan_module.h"
#include "scanner/second_opinion.h"
#include "scanner/source_reader.h"

namespace demarc {
namespace {

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

bool in_node_modules(std::string_view path) {
  return path.find("/node_modules/") != std::string_view::npos;
}

// A finding's order: by file, then so that equal findings of several environments stand together.
auto finding_key(const WalkFinding& finding) {
  return std::tuple(finding.file, finding.kind, finding.specifier, finding.import, finding.reason, finding.environment);
}

std::string unresolved_help(UnresolvedReason reason, std::string_view specifier, std::string_view near_miss) {
  switch (reason) {
    case UnresolvedReason::package_not_found:
      return "install the package, or declare it with --external if it is only there at run time";
    case UnresolvedReason::not_exported:
      return "the package's exports do not offer this path under the conditions of the environment";
    case UnresolvedReason::not_imported:
      return "the nearest package.json has no such entry in imports";
    case UnresolvedReason::invalid_package_json:
      return "the package.json on the way cannot be read, or is not valid JSON";
    case UnresolvedReason::invalid_target:
      return "the package maps this path to a place outside of itself";
    case UnresolvedReason::alias_target_missing:
      return "an alias applies, but the file it leads to does not exist";
    case UnresolvedReason::invalid_tsconfig:
      return "the tsconfig.json that owns the importing file cannot be used";
    case UnresolvedReason::case_mismatch:
      return quoted(near_miss) + " is there with other upper and lower case letters, which this disk tells apart";
    case UnresolvedReason::none:
    case UnresolvedReason::not_found:
    case UnresolvedReason::invalid_specifier:
      break;
  }
  if (specifier.starts_with('.') || specifier.starts_with('/')) return "no file of that name exists";
  return "if a Vite plugin resolves it, declare it with --alias or --external";
}

// Reads files once more to say where findings stand in them.
class Locator {
 public:
  Locator(FileSystem& file_system, const Resolver& resolver, MemoryBudget& budget)
      : resolver_(resolver), exact_tier_(budget), reader_(file_system, /*scan_start_ns=*/INT64_MAX) {}

  // The places of one file's findings, in their order; 0:0 where the file cannot be read any more.
  std::vector<SourceLocation> places(FileId file, const WalkFinding* findings, size_t count) {
    std::vector<SourceLocation> places(count);
    ScanSettings settings;
    if (!language_of(resolver_.name(file), settings.language)) return places;
    std::vector<std::pair<uint64_t, size_t>> order;
    reader_.scan(resolver_.path(file), lexer_, settings, syntax_, [&](SourceText& source) {
      find_offsets(findings, count, order);
      if (order.size() < count && syntax_.uncertainty != 0) {
        // What the lexer does not see in such a file, the exact tier has found.
        if (const int error = ask_exact_tier(source, lexer_, settings, exact_tier_, syntax_).error) return error;
        find_offsets(findings, count, order);
      }
      std::sort(order.begin(), order.end());
      std::vector<uint64_t> offsets;
      for (const auto& [offset, index] : order) offsets.push_back(offset);
      std::vector<SourceLocation> located(offsets.size());
      if (const int error = locate(source, offsets, located)) return error;
      for (size_t i = 0; i < order.size(); ++i) places[order[i].second] = located[i];
      return 0;
    });
    return places;
  }

 private:
  // The findings that syntax_ has a place for, each with its index.
  void find_offsets(const WalkFinding* findings, size_t count, std::vector<std::pair<uint64_t, size_t>>& order) {
    order.clear();
    list_imports();
    for (size_t i = 0; i < count; ++i) {
      if (uint64_t offset = 0; offset_of(findings[i], offset)) order.emplace_back(offset, i);
    }
  }

  // Valid as long as syntax_. A file may hold as many findings as imports, so each is looked up, not searched.
  struct ImportPlace {
    std::string_view specifier;
    ImportKind kind;
    uint64_t offset;
    auto operator<=>(const ImportPlace&) const = default;
  };

  void list_imports() {
    imports_.clear();
    for (const ImportRecord& import : syntax_.imports) {
      imports_.push_back({syntax_.text(import.specifier), import.kind, import.offset});
    }
    std::sort(imports_.begin(), imports_.end());
  }

  bool offset_of(const WalkFinding& finding, uint64_t& offset) const {
    switch (finding.kind) {
      case FindingKind::unresolved: {
        const std::string_view specifier = resolver_.text(finding.specifier);
        const ImportPlace first{specifier, finding.import, 0};
        const auto place = std::lower_bound(imports_.begin(), imports_.end(), first);
        if (place == imports_.end() || place->specifier != specifier || place->kind != finding.import) return false;
        offset = place->offset;
        return true;
      }
      case FindingKind::dynamic_specifier:
        if (syntax_.dynamic_specifiers.empty()) return false;
        offset = syntax_.dynamic_specifiers.front();
        return true;
      case FindingKind::parse_error:
      case FindingKind::undecided_directive:
        offset = syntax_.uncertain_offset;
        return true;
      case FindingKind::unreadable:
      case FindingKind::not_a_file:
      case FindingKind::changed_while_read:
        return false;
    }
    return false;
  }

  const Resolver& resolver_;
  Lexer lexer_;
  ModuleSyntax syntax_;
  std::vector<ImportPlace> imports_;
  ExactTier exact_tier_;
  SourceReader reader_;
};

bool has_place(FindingKind kind) {
  return kind != FindingKind::unreadable && kind != FindingKind::not_a_file && kind != FindingKind::changed_while_read;
}

// Text and level of one finding; `environments` are the names it was found in.
Diagnostic describe(const Resolver& resolver, const WalkFinding& finding, const std::string& environments) {
  const std::string path = resolver.path(finding.file);
  Diagnostic diagnostic;
  if (finding.kind == FindingKind::unresolved) {
    const std::string_view specifier = resolver.text(finding.specifier);
    diagnostic.rule = "scan/unresolved";
    diagnostic.level = in_node_modules(path) ? Level::info : Level::warn;
    diagnostic.message =
        "cannot resolve " + quoted(specifier) + " in " + environments + ": " + std::string(to_string(finding.reason));
    const std::string near_miss = path_id(resolver.root(), resolver.text(finding.near_miss));
    diagnostic.help = unresolved_help(finding.reason, specifier, near_miss);
  } else {
    diagnostic = describe_file_finding(finding.kind, finding.error);
  }
  diagnostic.file = path_id(resolver.root(), path);
  return diagnostic;
}

}  // namespace

Diagnostic describe_file_finding(FindingKind kind, int error) {
  switch (kind) {
    case FindingKind::unresolved:
      break;  // says more than its kind
    case FindingKind::dynamic_specifier:
      return {.rule = "scan/dynamic-specifier",
              .level = Level::info,
              .message = "the specifier is an expression; what it may load is not followed",
              .help = "name the possible modules with literals or import.meta.glob, or as entries"};
    case FindingKind::parse_error:
      return {.rule = "scan/parse-error",
              .level = Level::error,
              .message = "the syntax cannot be followed from here; what was found before and after it is used",
              .help = "a bundler will refuse this file as well"};
    case FindingKind::undecided_directive:
      return {.rule = "scan/undecided-directive",
              .level = Level::error,
              .message = "a string that could be a directive lies in a part of the file that cannot be decided",
              .help = "mend the syntax around it; `exclude` leaves out a file that nothing imports"};
    case FindingKind::unreadable:
      return {.rule = "scan/unreadable",
              .level = Level::error,
              .message = "the file cannot be read: " + std::string(std::strerror(error)),
              .help = error == ENOENT ? "check the spelling, or what removed it"
                                      : "make it readable for this user, or remove what imports it"};
    case FindingKind::not_a_file:
      return {.rule = "scan/not-a-file",
              .level = Level::error,
              .message = "a directory, FIFO, socket or device stands where a module is expected",
              .help = "remove or rename it"};
    case FindingKind::changed_while_read:
      return {.rule = "scan/changed-while-read",
              .level = Level::error,
              .message = "the file changed each of the times it was read",
              .help = "let the program that writes it finish, then scan again"};
  }
  assert(false && "an unresolved import is described with its specifier");
  return {};
}

std::string path_id(std::string_view root, std::string_view path) {
  if (root == "/") return std::string(path);
  if (path == root) return "/";
  if (path.starts_with(root) && path[root.size()] == '/') return std::string(path.substr(root.size()));
  return std::string(path);
}

std::string module_id(const Resolver& resolver, FileId file) {
  return path_id(resolver.root(), resolver.path(file));
}

Diagnostic unreadable(std::string file, int error) {
  return {.rule = "scan/unreadable",
          .level = Level::error,
          .file = std::move(file),
          .message = "cannot be read: " + std::string(std::strerror(error)),
          .help = "imports were resolved without it, so modules may be missing; make it readable"};
}

Diagnostic invalid_package_json(std::string file, std::string_view problem) {
  return {.rule = "package/invalid-json",
          .level = Level::warn,
          .file = std::move(file),
          .message = "the package.json cannot be used: " + std::string(problem),
          .help = "imports that depend on it stay unresolved, as in Vite"};
}

std::vector<Diagnostic> describe_findings(FileSystem& file_system, const Resolver& resolver, MemoryBudget& budget,
                                          std::vector<WalkFinding> findings) {
  std::sort(findings.begin(), findings.end(),
            [](const WalkFinding& a, const WalkFinding& b) { return finding_key(a) < finding_key(b); });
  std::vector<Diagnostic> diagnostics;
  std::optional<Locator> locator;  // it holds a lexer, which most scans need not have twice
  for (size_t first = 0; first < findings.size();) {
    size_t last = first;
    bool wants_places = false;
    for (; last < findings.size() && findings[last].file == findings[first].file; ++last) {
      wants_places = wants_places || has_place(findings[last].kind);
    }
    std::vector<SourceLocation> places(last - first);
    if (wants_places) {
      if (!locator) locator.emplace(file_system, resolver, budget);
      places = locator->places(findings[first].file, &findings[first], last - first);
    }
    for (size_t i = first; i < last;) {
      // The same import fails in several environments for one reason: one diagnostic names them all.
      std::string environments;
      size_t same = i;
      const auto equal = [&](const WalkFinding& a, const WalkFinding& b) {
        return a.kind == b.kind && a.specifier == b.specifier && a.import == b.import && a.reason == b.reason;
      };
      for (; same < last && equal(findings[i], findings[same]); ++same) {
        const std::string& name = resolver.options().environments[findings[same].environment].name;
        if (same == i || findings[same].environment != findings[same - 1].environment) {
          environments += (environments.empty() ? "" : ", ") + name;
        }
      }
      Diagnostic diagnostic = describe(resolver, findings[i], environments);
      diagnostic.line = places[i - first].line;
      diagnostic.column = places[i - first].column;
      diagnostics.push_back(std::move(diagnostic));
      i = same;
    }
    first = last;
  }
  return diagnostics;
}

std::vector<Diagnostic> describe_problems(const Resolver& resolver) {
  std::vector<Diagnostic> diagnostics;
  for (const ResolverProblem& problem : resolver.problems()) {
    Diagnostic diagnostic;
    diagnostic.level = Level::warn;
    diagnostic.file = path_id(resolver.root(), problem.path);
    switch (problem.kind) {
      case ResolverProblem::Kind::invalid_package_json:
        diagnostic = invalid_package_json(std::move(diagnostic.file), problem.detail);
        break;
      case ResolverProblem::Kind::invalid_tsconfig:
        diagnostic.rule = "tsconfig/invalid";
        diagnostic.message = "the file cannot be used: " + problem.detail;
        diagnostic.help = "imports of the files it owns stay unresolved, as in Vite";
        break;
      case ResolverProblem::Kind::tsconfig_extends_missing:
        diagnostic.rule = "tsconfig/extends-missing";
        diagnostic.message = "the configuration it extends does not exist: " + problem.detail;
        diagnostic.help = "install the package that provides it, or correct \"extends\"";
        break;
      case ResolverProblem::Kind::tsconfig_extends_loop:
        diagnostic.rule = "tsconfig/extends-loop";
        diagnostic.message = "\"extends\" leads back to itself: " + problem.detail;
        diagnostic.help = "break the circle in one of these files";
        break;
      case ResolverProblem::Kind::unreadable_directory:
      case ResolverProblem::Kind::unreadable_file:
        diagnostic = unreadable(std::move(diagnostic.file), problem.error);
        break;
      case ResolverProblem::Kind::case_mismatch:
        diagnostic.rule = "path/case-mismatch";
        diagnostic.message = "imported as " + path_id(std::string(resolver.root()), problem.detail) +
                             ", which breaks where letter case counts";
        diagnostic.help = "spell the import as the file is spelled on disk";
        break;
    }
    diagnostics.push_back(std::move(diagnostic));
  }
  return diagnostics;
}

void sort_diagnostics(std::vector<Diagnostic>& diagnostics) {
  const auto key = [](const Diagnostic& d) { return std::tie(d.file, d.line, d.column, d.rule, d.message); };
  std::sort(diagnostics.begin(), diagnostics.end(),
            [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
  diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(),
                                [&](const Diagnostic& a, const Diagnostic& b) { return key(a) == key(b); }),
                    diagnostics.end());
}

}  // namespace demarc
