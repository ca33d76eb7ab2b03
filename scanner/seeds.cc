#include "scanner/seeds.h"

#include <cerrno>
#include <cstring>

#include "scanner/diagnostic.h"
#include "scanner/find_files.h"

namespace demarc {
namespace {

std::vector<Glob> compile(const std::vector<std::string>& patterns, std::string_view option,
                          std::vector<Diagnostic>& diagnostics) {
  std::vector<Glob> globs;
  for (const std::string& pattern : patterns) {
    globs.push_back(Glob::compile(pattern));
    if (!globs.back().valid()) {
      diagnostics.push_back({.rule = "config/invalid",
                             .level = Level::error,
                             .message = "the " + std::string(option) + " pattern cannot be used: " + pattern,
                             .help = "a pattern has at most 4,096 bytes and 1,024 alternatives in braces"});
    }
  }
  return globs;
}

}  // namespace

Seeds find_seeds(const ScanOptions& options, const Project& project, FileSystem& file_system, Resolver& resolver,
                 std::vector<Diagnostic>& diagnostics) {
  Seeds seeds;
  for (const auto& [entry, environment] : project.entries) {
    Result<FileId> file = resolver.intern(entry);
    if (!file) {
      // As bundlers take it: src/worker may mean src/worker.tsx.
      const bool relative = !entry.starts_with('/') && !entry.starts_with("./") && !entry.starts_with("../");
      const Resolution resolution =
          resolver.resolve(EnvironmentId(environment), kNoFile, relative ? "./" + entry : entry, RequestKind::import);
      if (resolution.kind == ResolutionKind::file) file = resolution.file;
    }
    if (!file) {
      diagnostics.push_back({.rule = "scan/entry-missing",
                             .level = Level::error,
                             .file = entry,
                             .message = "the entry cannot be opened: " + std::string(std::strerror(file.error().code)),
                             .help = "entries are relative to the project root " + project.root +
                                     "; name the right one with --entry or \"entries\""});
      continue;
    }
    Language language;
    if (!language_of(resolver.name(*file), language)) {
      diagnostics.push_back({.rule = "scan/entry-missing",
                             .level = Level::error,
                             .file = module_id(resolver, *file),
                             .message = "the entry is no script",
                             .help = "an entry ends in .js, .mjs, .cjs, .jsx, .ts, .mts, .cts, .tsx or .mdx"});
      continue;
    }
    seeds.entries.push_back({*file, environment});
  }

  const std::vector<Glob> patterns = compile(project.prescan, "prescan", diagnostics);
  const std::vector<Glob> excluded = compile(options.exclude, "exclude", diagnostics);
  if (!patterns.empty()) {
    find_files(
        resolver, project.root, patterns, excluded, NodeModules::descend,
        [&](const FoundFile& found) {
          Language language;
          if (!language_of(found.path, language)) return;
          if (found.type == EntryType::symlink || found.type == EntryType::unknown) {
            // A link to a directory or to nothing holds no text that could be missed.
            FileStatus status;
            const int error = file_system.status(std::string(found.path), status);
            if (error == ENOENT || error == ELOOP || status.type == EntryType::directory) return;
          }
          const Result<FileId> file = resolver.intern(found.path);
          if (file) seeds.candidates.push_back(*file);
        },
        [&](const std::string& directory, int error) {
          diagnostics.push_back({.rule = "scan/unreadable",
                                 .level = Level::error,
                                 .file = path_id(project.root, directory),
                                 .message = "the directory cannot be listed: " + std::string(std::strerror(error)),
                                 .help = "files in it may carry directives; make it readable or exclude it"});
        });
  }
  return seeds;
}

}  // namespace demarc
