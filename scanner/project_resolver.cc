// The resolver of a project, for single questions.
#include <utility>

#include "scanner/diagnostic.h"
#include "scanner/inspect.h"
#include "scanner/project.h"

namespace demarc {

struct ProjectResolver::State {
  State(FileSystem& file_system, ResolverOptions options) : resolver(file_system, std::move(options)) {}

  // Ids of bundlers are absolute paths or begin with NUL; what else is written is a path from the root.
  std::string importer_id(const std::string& importer) const {
    if (importer.empty() || importer.front() == '/' || importer.front() == '\0') return importer;
    return std::string(resolver.root()) + "/" + importer;
  }

  Resolver resolver;
};

ProjectResolver::ProjectResolver(FileSystem& file_system, ResolverOptions options)
    : state_(std::make_unique<State>(file_system, std::move(options))) {}
ProjectResolver::~ProjectResolver() = default;

std::string_view ProjectResolver::root() const {
  return state_->resolver.root();
}

const std::vector<EnvironmentOptions>& ProjectResolver::environments() const {
  return state_->resolver.options().environments;
}

std::optional<EnvironmentId> ProjectResolver::find_environment(std::string_view name) const {
  for (size_t i = 0; i < environments().size(); ++i) {
    if (environments()[i].name == name) return EnvironmentId(i);
  }
  return std::nullopt;
}

ResolveAnswer ProjectResolver::resolve(const ResolveRequest& request) {
  ResolveAnswer answer;
  Resolver& resolver = state_->resolver;
  const Resolution resolution = resolver.resolve_traced(request.environment, state_->importer_id(request.importer),
                                                        request.specifier, request.kind, answer.rules);
  ResolutionText texts = resolver.describe(resolution);
  answer.kind = resolution.kind;
  answer.reason = resolution.reason;
  answer.path = std::move(texts.path);
  answer.postfix = std::move(texts.postfix);
  answer.vite_id = std::move(texts.vite_id);
  return answer;
}

std::vector<Diagnostic> ProjectResolver::problems() const {
  std::vector<Diagnostic> problems = describe_problems(state_->resolver);
  sort_diagnostics(problems);
  return problems;
}

std::unique_ptr<ProjectResolver> open_resolver(const ScanOptions& options, FileSystem& file_system,
                                               std::vector<Diagnostic>& diagnostics) {
  Project project;
  if (!detect_project(options, file_system, project, diagnostics, Detect::resolution)) {
    sort_diagnostics(diagnostics);
    return nullptr;
  }
  return std::make_unique<ProjectResolver>(file_system, std::move(project.resolver));
}

}  // namespace demarc
