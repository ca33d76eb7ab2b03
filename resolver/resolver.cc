#include "resolver/resolver.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <tuple>

#include "resolver/answer_cache.h"
#include "resolver/dispatch.h"
#include "resolver/specifier.h"

namespace demarc {
namespace {

// Longer than any path; also what keeps recursion over segments and keys short.
constexpr size_t kLongestSpecifier = size_t{8} << 10;

std::vector<std::string> entry_fields(const ResolverOptions& options) {
  std::vector<std::string> fields = {"main"};
  for (const EnvironmentOptions& environment : options.environments) {
    for (const std::string& field : environment.main_fields) {
      if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
    }
  }
  return fields;
}

// R2. A leading NUL marks a plugin's id; no other specifier with one in it, and no endless one, is a path.
Resolution answer(Tables& tables, const Request& request, std::string_view specifier) {
  if (specifier.starts_with('\0')) return {ResolutionKind::skipped, UnresolvedReason::none, kNoFile, {}, {}};
  if (specifier.size() > kLongestSpecifier || specifier.find('\0') != std::string_view::npos) {
    return {ResolutionKind::unresolved, UnresolvedReason::invalid_specifier, kNoFile, {}, {}};
  }
  return dispatch(tables, request, specifier);
}

}  // namespace

struct Resolver::State {
  State(FileSystem& file_system, ResolverOptions given, ChunkSource& chunks)
      : options(std::move(given)),
        environments(make_environments(options, conditions)),
        extends_lookup(make_extends_lookup(conditions)),
        fields(entry_fields(options)),
        paths(chunks),
        texts(chunks),
        disk(file_system, paths, options.preserve_symlinks, chunks),
        packages(disk, paths,
                 {conditions, fields, options.vite == ViteVersion::vite8 ? DuplicateKeys::first : DuplicateKeys::last},
                 chunks),
        tsconfigs(options.tsconfig_paths, chunks),
        tables{options, paths, disk, packages, tsconfigs, texts, kFileSystemRoot, {}},
        answers(chunks) {
    tsconfigs.attach(tables, extends_lookup);
    const DirId lexical = paths.intern_directory(options.root);
    const DirId canonical = disk.canonical(lexical);
    tables.root = canonical == kNoDir || options.preserve_symlinks ? lexical : canonical;
    tables.root_text = paths.text(tables.root);
    disk.set_root(canonical == kNoDir ? lexical : canonical);
  }

  Importer importer_of(FileId file) const;
  Resolution ask(EnvironmentId environment, FileId importer, std::string_view specifier, RequestKind kind);

  ResolverOptions options;
  ConditionNames conditions;
  std::vector<Environment> environments;
  Environment extends_lookup;
  std::vector<std::string> fields;
  PathTable paths;
  TextTable texts;
  DirectoryTable disk;
  PackageTable packages;
  TsconfigTable tsconfigs;
  Tables tables;
  AnswerCache answers;
};

Importer Resolver::State::importer_of(FileId file) const {
  Importer importer;
  if (file == kNoFile) return importer;
  importer.is_present = true;
  if (file == kVirtualFile) return importer;
  importer.is_absolute = importer.exists = true;
  importer.directory = paths.directory(file);
  importer.name = paths.name(file);
  importer.is_html = importer.name.ends_with(".html");
  return importer;
}

// Everything but html importers depends on an importer's directory alone.
Resolution Resolver::State::ask(EnvironmentId environment, FileId importer_file, std::string_view specifier,
                                RequestKind kind) {
  const Importer importer = importer_of(importer_file);
  const uint32_t scope = importer.is_absolute ? tsconfigs.scope_of(importer_file) : 0;
  const DirId directory = importer.is_absolute ? importer.directory : tables.root;
  const uint32_t flags = static_cast<uint32_t>(environment) | static_cast<uint32_t>(kind) << 8 |
                         static_cast<uint32_t>(importer.is_html) << 9 |
                         static_cast<uint32_t>(!importer.is_present) << 10 |
                         static_cast<uint32_t>(!importer.is_absolute) << 11 | scope << 12;
  const AnswerCache::Key key = AnswerCache::key_of(specifier, uint64_t{raw(directory)} << 32 | flags);
  Resolution resolution;
  if (answers.find(key, resolution)) return resolution;
  const Request request{environments[static_cast<size_t>(environment)], kind, importer, &tsconfigs.scope(scope),
                        nullptr};
  resolution = answer(tables, request, specifier);
  answers.put(key, resolution);
  return resolution;
}

Resolver::Resolver(FileSystem& file_system, ResolverOptions options, ChunkSource& chunks)
    : state_(std::make_unique<State>(file_system, std::move(options), chunks)) {}
Resolver::~Resolver() = default;

const ResolverOptions& Resolver::options() const {
  return state_->options;
}
std::string_view Resolver::root() const {
  return state_->tables.root_text;
}

Resolution Resolver::resolve(EnvironmentId environment, FileId importer, std::string_view specifier, RequestKind kind) {
  return state_->ask(environment, importer, specifier, kind);
}

Resolution Resolver::resolve_from(EnvironmentId environment, std::string_view importer_id, std::string_view specifier,
                                  RequestKind kind) {
  std::vector<std::string> rules;
  return resolve_traced(environment, importer_id, specifier, kind, rules);
}

Resolution Resolver::resolve_traced(EnvironmentId environment, std::string_view importer_id, std::string_view specifier,
                                    RequestKind kind, std::vector<std::string>& rules) {
  State& state = *state_;
  Importer importer;
  importer.is_present = !importer_id.empty();
  importer.is_html = importer_id.ends_with(".html");
  const std::string_view path = split_postfix(importer_id).path;
  if (path.starts_with('/')) {
    importer.is_absolute = true;
    const size_t slash = path.rfind('/');
    importer.directory = state.paths.intern_directory(path.substr(0, slash));
    importer.name = path.substr(slash + 1);
    // css processing appends a star, which counts as existing (R140).
    importer.exists =
        importer_id.ends_with('*') || state.disk.find(importer.directory, importer.name).kind != PathKind::missing;
  }
  const uint32_t scope = importer.is_absolute ? state.tsconfigs.scope_of(importer.directory, importer.name) : 0;
  std::vector<int> trace;
  const Request request{state.environments[static_cast<size_t>(environment)], kind, importer,
                        &state.tsconfigs.scope(scope), &trace};
  const Resolution resolution = answer(state.tables, request, specifier);
  for (const int rule : trace) rules.push_back("R" + std::to_string(rule));
  return resolution;
}

ResolutionText Resolver::describe(const Resolution& resolution) const {
  ResolutionText texts;
  const std::string_view own = text(resolution.text);
  switch (resolution.kind) {
    case ResolutionKind::file:
      texts.path = path(resolution.file);
      texts.postfix = own;
      break;
    case ResolutionKind::external:
    case ResolutionKind::optional_peer:
      texts.path = own;
      break;
    case ResolutionKind::empty:
      texts.postfix = own;
      break;
    case ResolutionKind::skipped:
    case ResolutionKind::unresolved:
      break;
  }
  texts.vite_id = text(resolution.vite_id);
  return texts;
}

Result<FileId> Resolver::intern(std::string_view path) {
  std::string absolute;
  if (!path.starts_with('/')) {
    absolute = state_->tables.root_text;
    absolute.append("/").append(path);
    path = absolute;
  }
  const std::string normal = normalize_path(path);
  FileId file = kNoFile;
  const int error = state_->disk.intern(normal, file);
  if (error != 0) return tl::unexpected(Error{error, normal, std::strerror(error)});
  return file;
}

std::string Resolver::path(FileId file) const {
  std::string text;
  append_path(file, text);
  return text;
}

void Resolver::append_path(DirId directory, std::string& to) const {
  state_->paths.append(directory, to);
}
void Resolver::append_path(FileId file, std::string& to) const {
  state_->paths.append(state_->paths.directory(file), state_->paths.name(file), to);
}

std::string_view Resolver::name(FileId file) const {
  return state_->paths.name(file);
}
DirId Resolver::directory(FileId file) const {
  return state_->paths.directory(file);
}
TextId Resolver::intern_text(std::string_view text) {
  return TextId(state_->texts.intern(text));
}
std::string_view Resolver::text(TextId text) const {
  return state_->texts.view(static_cast<uint32_t>(text));
}
size_t Resolver::file_count() const {
  return state_->paths.file_count();
}

std::string Resolver::package_name(FileId file) {
  const PathTable& paths = state_->paths;
  std::string_view inner, outer;
  const DirId directory = paths.directory(file);
  for (DirId d = directory; d != kFileSystemRoot; d = paths.parent(d)) {
    const std::string_view name = paths.name(d);
    if (name == "node_modules") {
      if (outer.empty()) return std::string(paths.name(file));  // a file right in node_modules
      return outer.starts_with('@') && !inner.empty() ? std::string(outer).append("/").append(inner)
                                                      : std::string(outer);
    }
    inner = outer;
    outer = name;
  }
  if (paths.is_inside(directory, state_->tables.root)) return {};
  const PackageTable::Scope scope = state_->packages.nearest(directory);
  return scope.package ? std::string(scope.package->name_text()) : std::string();
}

TypeImportRules Resolver::type_import_rules(FileId file) {
  TypeImportRules rules;
  const Tsconfig* config = state_->tsconfigs.compiling(file);
  if (config == nullptr) return rules;
  const TsconfigCompile& compile = config->compile;
  const std::string values = compile.imports_not_used_as_values.value_or("remove");
  rules.keeps_unused = compile.verbatim_module_syntax.value_or(compile.preserve_value_imports.value_or(false) ||
                                                               values == "preserve" || values == "error");
  rules.decorator_metadata = compile.emit_decorator_metadata.value_or(false);
  for (const auto* factory : {&compile.jsx_factory, &compile.jsx_fragment_factory}) {
    if (*factory) rules.jsx_factories.push_back((*factory)->substr(0, (*factory)->find('.')));
  }
  return rules;
}

int Resolver::visit_directory(std::string_view directory, DirectoryVisitor& visitor) {
  std::string absolute(directory);
  if (!directory.starts_with('/')) absolute = state_->tables.root_text + "/" + absolute;
  return state_->disk.visit(state_->paths.intern_directory(absolute), visitor);
}

std::vector<ResolverProblem> Resolver::problems() const {
  std::vector<ResolverProblem> all = state_->disk.problems();
  for (auto problem : state_->packages.problems()) all.push_back(std::move(problem));
  for (auto problem : state_->tsconfigs.problems()) all.push_back(std::move(problem));
  // One of a kind for each file: the first by text, so that the order of threads does not show.
  const auto order = [](const ResolverProblem& p) { return std::tie(p.path, p.kind, p.detail, p.error); };
  const auto same = [](const ResolverProblem& p) { return std::tie(p.path, p.kind); };
  std::sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
  all.erase(std::unique(all.begin(), all.end(), [&](const auto& a, const auto& b) { return same(a) == same(b); }),
            all.end());
  return all;
}

size_t Resolver::bytes() const {
  const State& state = *state_;
  return sizeof(State) + state.paths.bytes() + state.disk.bytes() + state.packages.bytes() + state.tsconfigs.bytes() +
         state.texts.bytes() + state.answers.bytes();
}

size_t Resolver::directories_listed() const {
  return state_->disk.directories_listed();
}

void Resolver::drop_listings() {
  state_->disk.drop_listings();
}

std::string_view to_string(ResolutionKind kind) {
  switch (kind) {
    case ResolutionKind::file:
      return "file";
    case ResolutionKind::external:
      return "external";
    case ResolutionKind::empty:
      return "empty";
    case ResolutionKind::optional_peer:
      return "optional-peer";
    case ResolutionKind::skipped:
      return "skipped";
    case ResolutionKind::unresolved:
      break;
  }
  return "unresolved";
}

std::string_view to_string(UnresolvedReason reason) {
  switch (reason) {
    case UnresolvedReason::none:
      break;
    case UnresolvedReason::not_found:
      return "not-found";
    case UnresolvedReason::package_not_found:
      return "package-not-found";
    case UnresolvedReason::not_exported:
      return "not-exported";
    case UnresolvedReason::not_imported:
      return "not-imported";
    case UnresolvedReason::invalid_package_json:
      return "invalid-package-json";
    case UnresolvedReason::invalid_target:
      return "invalid-target";
    case UnresolvedReason::alias_target_missing:
      return "alias-target-missing";
    case UnresolvedReason::invalid_tsconfig:
      return "invalid-tsconfig";
    case UnresolvedReason::invalid_specifier:
      return "invalid-specifier";
    case UnresolvedReason::case_mismatch:
      return "case-mismatch";
  }
  return "none";
}

}  // namespace demarc
