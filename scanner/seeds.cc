#include "scanner/seeds.h"

#include <cerrno>
#include <cstring>

#include "scanner/diagnostic.h"
#include "scanner/find_files.h"
#include "scanner/path_text.h"

namespace demarc {
namespace {

void report_invalid(const std::string& pattern, std::string_view option, std::vector<Diagnostic>& diagnostics) {
  diagnostics.push_back({.rule = "config/invalid",
                         .level = Level::error,
                         .message = "the " + std::string(option) + " pattern cannot be used: " + pattern,
                         .help = "a pattern has at most 4,096 bytes and 1,024 alternatives in braces"});
}

void unlistable(const Project& project, const std::string& directory, int error, std::vector<Diagnostic>& diagnostics) {
  diagnostics.push_back({.rule = "scan/unreadable",
                         .level = Level::error,
                         .file = path_id(project.root, directory),
                         .message = "the directory cannot be listed: " + std::string(std::strerror(error)),
                         .help = "files in it may carry directives; make it readable or exclude it"});
}

std::vector<Glob> compile(const std::vector<std::string>& patterns, std::string_view option,
                          std::vector<Diagnostic>& diagnostics) {
  std::vector<Glob> globs;
  for (const std::string& pattern : patterns) {
    globs.push_back(Glob::compile(pattern));
    if (!globs.back().valid()) report_invalid(pattern, option, diagnostics);
  }
  return globs;
}

// Turns what entries name into files.
class EntryFinder {
 public:
  EntryFinder(const Project& project, Resolver& resolver, std::vector<Diagnostic>& diagnostics,
              std::vector<EntrySeed>& entries)
      : project_(project), resolver_(resolver), diagnostics_(diagnostics), entries_(entries) {}

  void find(const ProjectEntry& entry) {
    if (!entry.imported_by.empty()) return find_import(entry, ENOENT);
    if (entry.path.starts_with('!')) return;  // excludes from patterns, below
    const Result<FileId> file = resolver_.intern(entry.path);
    if (file) return add(entry, *file, {});
    if (entry.path.find_first_of("*{") != std::string::npos) return find_pattern(entry);
    find_import(entry, file.error().code);
  }

 private:
  // As Vite takes an input: src/worker may mean src/worker.tsx, and any other name is a package's. Frameworks also
  // begin at files that their packages do not export.
  void find_import(const ProjectEntry& entry, int error) {
    const bool is_import = !entry.imported_by.empty();
    const auto environment = EnvironmentId(entry.environment);
    const Resolution resolution =
        is_import ? resolver_.resolve_from(environment, entry.imported_by, entry.path, RequestKind::import)
                  : resolver_.resolve(environment, kNoFile, entry.path, RequestKind::import);
    if (resolution.kind == ResolutionKind::file) return add(entry, resolution.file, entry.path);
    for (std::string directory = project_.root;; directory = parent_of(directory)) {
      const Result<FileId> file = resolver_.intern(join(directory, "node_modules/" + entry.path));
      if (file) return add(entry, *file, {});
      if (directory == "/") break;
    }
    const bool external = resolution.kind == ResolutionKind::external;
    if (external && is_import) return;
    missing(entry, external ? "the entry is external in " + project_.resolver.environments[entry.environment].name
                            : "the entry cannot be opened: " + std::string(std::strerror(error)));
  }

  // A pattern that the framework looks for may match nothing; one that somebody wrote may not.
  void find_pattern(const ProjectEntry& entry) {
    const Glob pattern = Glob::compile(entry.path);
    if (!pattern.valid()) return report_invalid(entry.path, "entries", diagnostics_);
    std::vector<Glob> excluded;
    for (const ProjectEntry& other : project_.entries) {
      if (other.environment == entry.environment && other.path.starts_with('!')) {
        excluded.push_back(Glob::compile(other.path.substr(1)));
      }
    }
    const size_t before = entries_.size();
    find_files(
        resolver_, project_.root, {pattern}, excluded, NodeModules::skip,
        [&](const FoundFile& found) {
          const Result<FileId> file = resolver_.intern(found.path);
          Language language;
          if (file && language_of(resolver_.name(*file), language)) add(entry, *file, {});
        },
        [&](const std::string& directory, int error) { unlistable(project_, directory, error, diagnostics_); });
    if (entries_.size() == before && !project_.entries_detected) missing(entry, "the pattern matches no script");
  }

  void add(const ProjectEntry& entry, FileId file, std::string_view specifier) {
    Language language;
    if (language_of(resolver_.name(file), language)) {
      const TextId text = specifier.empty() ? TextId{} : resolver_.intern_text(specifier);
      entries_.push_back({file, entry.environment, text});
      return;
    }
    if (!entry.imported_by.empty()) return;  // a stylesheet, say
    diagnostics_.push_back({.rule = "scan/entry-missing",
                            .level = Level::error,
                            .file = module_id(resolver_, file),
                            .message = "the entry is no script",
                            .help = "an entry ends in .js, .mjs, .cjs, .jsx, .ts, .mts, .cts, .tsx or .mdx"});
  }

  // What may stand before the = of an entry, for one whose text has another there.
  std::string known_environments(const std::string& entry) const {
    if (entry.find('=') == std::string::npos) return {};
    std::string list;
    for (const EnvironmentOptions& environment : project_.resolver.environments) {
      list += (list.empty() ? "" : ", ") + environment.name;
    }
    return "; the environments are " + list;
  }

  void missing(const ProjectEntry& entry, std::string message) {
    diagnostics_.push_back({.rule = "scan/entry-missing",
                            .level = Level::error,
                            .file = entry.path,
                            .message = std::move(message),
                            .help = "entries are relative to the project root " + project_.root +
                                    "; name the right one with --entry or \"entries\"" +
                                    known_environments(entry.path)});
  }

  const Project& project_;
  Resolver& resolver_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<EntrySeed>& entries_;
};

}  // namespace

std::vector<EntrySeed> find_entries(const Project& project, Resolver& resolver, std::vector<Diagnostic>& diagnostics) {
  std::vector<EntrySeed> entries;
  const size_t problems = diagnostics.size();
  EntryFinder finder(project, resolver, diagnostics, entries);
  for (const ProjectEntry& entry : project.entries) finder.find(entry);
  if (entries.empty() && diagnostics.size() == problems) diagnostics.push_back(no_entry(project));
  return entries;
}

Prescan::Prescan(const ScanOptions& options, const Project& project, std::vector<Diagnostic>& diagnostics)
    : project_(project),
      patterns_(compile(project.prescan, "prescan", diagnostics)),
      excluded_(compile(options.exclude, "exclude", diagnostics)) {}

void Prescan::find(FileSystem& file_system, Resolver& resolver, const std::function<void(FileId)>& found,
                   std::vector<Diagnostic>& diagnostics) const {
  if (patterns_.empty()) return;
  find_files(
      resolver, project_.root, patterns_, excluded_, NodeModules::descend,
      [&](const FoundFile& file) {
        Language language;
        if (!language_of(file.path, language)) return;
        if (file.type == EntryType::symlink || file.type == EntryType::unknown) {
          // A link to a directory or to nothing holds no text that could be missed.
          FileStatus status;
          const int error = file_system.status(std::string(file.path), status);
          if (is_absence(error) || status.type == EntryType::directory) return;
        }
        if (const Result<FileId> id = resolver.intern(file.path)) {
          found(*id);
        } else if (!is_absence(id.error().code)) {
          diagnostics.push_back(unreadable(path_id(project_.root, file.path), id.error().code));
        }
      },
      [&](const std::string& directory, int error) { unlistable(project_, directory, error, diagnostics); });
}

}  // namespace demarc
