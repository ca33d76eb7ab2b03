#include "scanner/walk.h"

#include <tbb/parallel_for_each.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <bit>
#include <new>
#include <stdexcept>

#include "parser/locate.h"
#include "parser/scan_module.h"
#include "scanner/second_opinion.h"
#include "scanner/walk_thread.h"

namespace demarc {
namespace {

// A bit of ModuleRecord::requested: the prescan wants the file, as an entry, if it carries a directive.
constexpr EnvironmentMask kCandidate = 1u << 15;
// How many files a thread reads between two looks at the size of the resolver's tables.
constexpr unsigned kResolverCheckInterval = 32;

bool is_exclusion(std::string_view pattern) {
  return pattern.starts_with('!');
}

bool is_pattern(ImportKind kind) {
  return kind == ImportKind::glob || kind == ImportKind::dynamic_glob || kind == ImportKind::require_glob;
}

// How plugin-rsc tells a package's specifier from a path, a drive letter and a URL.
bool names_package(std::string_view specifier) {
  const char first = specifier.empty() ? '\0' : specifier[0];
  const bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  if (!letter && first != '_' && first != '@' && !(first >= '0' && first <= '9')) return false;
  return !(letter && specifier.substr(1).starts_with(':')) && specifier.find("://") == std::string_view::npos;
}

EnvironmentMask referring_environments(const Project& project) {
  if (project.reference_by == ReferenceBy::file) return 0;
  EnvironmentMask clients = 0;
  for (const EnvironmentBoundary& boundary : project.boundaries) {
    if (boundary.directive == "use client") clients = EnvironmentMask(clients | boundary.environments);
  }
  return EnvironmentMask(~clients);
}

}  // namespace

RequestKind request_kind(ImportKind kind) {
  switch (kind) {
    case ImportKind::require:
    case ImportKind::require_resolve:
    case ImportKind::require_glob:
    case ImportKind::import_equals:
      return RequestKind::require;
    default:
      return RequestKind::import;
  }
}

bool is_asset_query(std::string_view postfix, bool follow_workers) {
  if (!postfix.starts_with('?')) return false;
  postfix = postfix.substr(1, postfix.find('#') - 1);
  while (!postfix.empty()) {
    const std::string_view pair = postfix.substr(0, postfix.find('&'));
    const std::string_view name = pair.substr(0, pair.find('='));
    if (name == "url" || name == "raw" || name == "inline") return true;
    if (!follow_workers && (name == "worker" || name == "sharedworker")) return true;
    postfix.remove_prefix(std::min(pair.size() + 1, postfix.size()));
  }
  return false;
}

Walk::Walk(const ScanOptions& options, const Project& project, FileSystem& file_system, Resolver& resolver,
           MemoryBudget& budget, ScanControl* control, ScanHost* host)
    : options_(options),
      project_(project),
      resolver_(resolver),
      budget_(budget),
      exact_tier_(budget),
      control_(control),
      host_(host),
      markers_(options.markers.begin(), options.markers.end()),
      jsx_runtime_(resolver.intern_text("react/jsx-runtime")),
      referring_(referring_environments(project)),
      patterns_(resolver, budget),
      modules_(budget),
      threads_(std::make_unique<Threads>(file_system, budget)) {}

Walk::~Walk() = default;

void Walk::run(const Seeds& seeds, int threads) {
  std::vector<FileId> files;
  for (const EntrySeed& seed : seeds.entries) {
    ModuleRecord* record = modules_.get(seed.file);
    if (!record) return;
    record->set(ModuleRecord::kEntry);
    leave_request(threads_->locals.local(), *record, seed.file, seed.specifier, seed.environment);
    files.push_back(seed.file);
  }
  for (const FileId file : seeds.candidates) {
    ModuleRecord* record = modules_.get(file);
    if (!record) return;
    record->requested.fetch_or(kCandidate);
    files.push_back(file);
  }
  if (control_) control_->files_found.fetch_add(files.size(), std::memory_order_relaxed);
  try {
    tbb::task_arena arena(threads);
    arena.execute([&] {
      // What is reached over imports that are sure to exist; then those of the rest that do; and from there on. The
      // host is asked as late as possible, so that it is asked seldom.
      while (!stopped()) {
        tbb::parallel_for_each(files.begin(), files.end(), [this](FileId file, tbb::feeder<FileId>& feeder) {
          Queue queue(&feeder);
          visit(threads_->locals.local(), file, queue);
        });
        files = decide_open_edges();
        if (files.empty() && host_) files = ask_host();
        if (files.empty() && !has_open_edges() && !has_questions()) break;
      }
    });
  } catch (const std::runtime_error&) {
    // What oneTBB throws when the system gives it no thread. Nothing else here throws it.
    throw ThreadRefused();
  }
}

bool Walk::stopped() const {
  return budget_.exhausted() || (control_ && control_->cancelled.load(std::memory_order_relaxed));
}

void Walk::visit(Thread& thread, FileId file, Queue& queue) {
  if (stopped()) return;
  ModuleRecord* record = modules_.get(file);
  if (!record) return;
  if (record->claim_read()) {
    const ModuleFacts* facts = read(thread, file);
    record->facts.store(facts, std::memory_order_relaxed);  // published by the store to `state`
    record->state = facts ? ModuleState::ready : ModuleState::failed;
    if (control_) control_->files_done.fetch_add(1, std::memory_order_relaxed);
  } else if (record->state == ModuleState::reading) {
    ++thread.stats.reads_deduplicated;  // the reader looks at `requested` when it is done
    return;
  }
  if (record->state == ModuleState::ready) expand_requested(thread, file, *record, queue);
}

// Reads and lexes one file. Null when it cannot be read (a finding says why) or memory is out.
const ModuleFacts* Walk::read(Thread& thread, FileId file) {
  ScanSettings settings;
  language_of(resolver_.name(file), settings.language);
  settings.raw_mdx_prologue = project_.raw_mdx_directives;
  settings.collect = options_.keep == Keep::graph ? Collect::exports : Collect::edges;
  settings.markers = markers_;
  thread.path.clear();
  resolver_.append_path(file, thread.path);

  const auto finish_syntax = [&](SourceText& source) {
    if (thread.syntax.uncertainty != 0) {
      const SecondOpinion opinion = ask_exact_tier(source, thread.lexer, settings, exact_tier_, thread.syntax);
      if (opinion.error) return opinion.error;
      if (opinion.asked) ++thread.stats.exact_parses_by_doubt;
    }
    return locate_shown(thread, source);
  };
  const ReadOutcome outcome = thread.reader.scan(thread.path, thread.lexer, settings, thread.syntax, finish_syntax);
  switch (outcome.status) {
    case ReadStatus::ok:
      break;
    case ReadStatus::unreadable:
      thread.findings.push_back({.file = file, .kind = FindingKind::unreadable, .error = outcome.error});
      return nullptr;
    case ReadStatus::not_a_file:
      thread.findings.push_back({.file = file, .kind = FindingKind::not_a_file});
      return nullptr;
    case ReadStatus::changed:
      thread.findings.push_back({.file = file, .kind = FindingKind::changed_while_read});
      return nullptr;
  }
  ++thread.stats.files_read;
  thread.stats.bytes_read += outcome.bytes;
  ++thread.files_by_language[size_t(settings.language)];
  note_doubts(thread, file);
  if (thread.stats.files_read % kResolverCheckInterval == 0 && !budget_.update(Share::resolver, resolver_.bytes())) {
    return nullptr;
  }
  return keep_facts(thread, file, settings.language, outcome.bytes);
}

// Lines and columns, made while the file is open, and only of what will be shown.
int Walk::locate_shown(Thread& thread, SourceText& source) {
  thread.places.clear();
  for (const DirectiveRecord& directive : thread.syntax.directives) {
    thread.places.emplace_back(directive.offset, thread.places.size());
  }
  if (options_.keep == Keep::graph) {
    for (const ImportRecord& import : thread.syntax.imports) {
      thread.places.emplace_back(import.offset, thread.places.size());
    }
  }
  if (thread.places.empty()) return 0;
  std::sort(thread.places.begin(), thread.places.end());
  thread.offsets.clear();
  for (const auto& [offset, index] : thread.places) thread.offsets.push_back(offset);
  thread.sorted_locations.assign(thread.places.size(), {});
  const std::string_view resident = thread.lexer.resident_text();
  int error = 0;
  if (resident.empty()) {
    error = locate(source, thread.offsets, thread.sorted_locations);
  } else {
    locate(resident, thread.offsets, thread.sorted_locations);
  }
  thread.locations.resize(thread.places.size());
  for (size_t i = 0; i < thread.places.size(); ++i) {
    thread.locations[thread.places[i].second] = thread.sorted_locations[i];
  }
  return error;
}

// Copies what stays of thread.syntax into the arena.
const ModuleFacts* Walk::keep_facts(Thread& thread, FileId file, Language language, uint64_t bytes) {
  const ModuleSyntax& syntax = thread.syntax;
  const bool graph = options_.keep == Keep::graph;
  auto* facts = thread.arena.create<ModuleFacts>();
  if (!facts) return nullptr;
  facts->bytes = bytes;
  facts->markers = syntax.markers;

  thread.directives.clear();
  for (const DirectiveRecord& directive : syntax.directives) {
    const std::string_view value = syntax.text(directive.value);
    const bool at_module = directive.level == DirectiveLevel::module;
    facts->client = facts->client || (at_module && value == "use client");
    facts->server = facts->server || (at_module && value == "use server");
    facts->function_server = facts->function_server || (!at_module && value == "use server");
    const SourceLocation& place = thread.locations[thread.directives.size()];
    thread.directives.push_back(
        {resolver_.intern_text(value), uint32_t(place.line), uint32_t(place.column), directive.level});
  }
  // The boundaries are in order of precedence: a module that says both is a client module, as in rwsdk.
  for (const EnvironmentBoundary& boundary : project_.boundaries) {
    const bool says_so = std::any_of(syntax.directives.begin(), syntax.directives.end(), [&](const DirectiveRecord& d) {
      return d.level == DirectiveLevel::module && syntax.text(d.value) == boundary.directive;
    });
    if (says_so) {
      facts->boundary = boundary.environments;
      break;
    }
  }

  thread.imports.clear();
  thread.import_places.clear();
  const CompiledImports compiled = compiled_imports(syntax, language, file);
  for (const ImportRecord& import : syntax.imports) {
    const bool type_only = compiled.drops(import);
    const bool is_open = !type_only && compiled.may_drop(import);
    if (!graph && !is_followed(import.kind, type_only)) continue;
    if (graph) {
      const SourceLocation& place = thread.locations[thread.directives.size() + thread.import_places.size()];
      thread.import_places.push_back({uint32_t(place.line), uint32_t(place.column)});
    }
    thread.imports.push_back({resolver_.intern_text(syntax.text(import.specifier)), import.kind, type_only, is_open,
                              import.continues_call, import.is_asset});
  }
  // Compiled MDX begins with an automatic JSX runtime pragma, so every MDX module has this import.
  if (language == Language::mdx) {
    if (graph) thread.import_places.push_back({});
    thread.imports.push_back({jsx_runtime_, ImportKind::import, false, false, false, false});
  }

  thread.exports.clear();
  if (graph) {
    for (const ExportRecord& record : syntax.exports) {
      if (!record.type_only) thread.exports.push_back(resolver_.intern_text(syntax.text(record.name)));
    }
  }
  facts->directives = thread.arena.copy(thread.directives);
  facts->imports = thread.arena.copy(thread.imports);
  facts->import_places = thread.arena.copy(thread.import_places);
  facts->exports = thread.arena.copy(thread.exports);
  return budget_.exhausted() ? nullptr : facts;
}

void Walk::note_doubts(Thread& thread, FileId file) {
  for (const FindingKind doubt : doubts_of(thread.syntax)) thread.findings.push_back({.file = file, .kind = doubt});
}

// Resolves the module's imports in every environment that wants it and has not been served yet.
void Walk::expand_requested(Thread& thread, FileId file, ModuleRecord& record, Queue& queue) {
  const ModuleFacts& facts = *record.facts.load(std::memory_order_relaxed);
  for (const ReferenceFact* reference = record.references.exchange(nullptr); reference; reference = reference->next) {
    if (facts.client && facts.boundary != 0) {
      refer(thread, file, record, *reference, queue);
    } else {
      record.request(reference->environment);
    }
  }
  const uint16_t requested = record.requested;
  EnvironmentMask wanted = requested & EnvironmentMask(~kCandidate);
  if ((requested & kCandidate) != 0 && (facts.client || facts.server)) {
    record.set(ModuleRecord::kEntry);
    wanted = EnvironmentMask(wanted | (1u << project_.prescan_environment));
  }
  if (wanted == 0) return;
  const bool crosses = (wanted & ~facts.boundary) != 0 || project_.reach == BoundaryReach::all;
  const EnvironmentMask served = facts.boundary != 0 && crosses ? facts.boundary : wanted;
  for (unsigned environment = 0; environment < 15; ++environment) {
    if ((served >> environment & 1) != 0 && record.claim(environment)) {
      expand(thread, file, record, environment, queue);
    }
  }
}

// Server code imported a client module by a package's name: its environments import what that name means to them, which
// may be another file than the one that the server's has a proxy of.
void Walk::refer(Thread& thread, FileId file, ModuleRecord& record, const ReferenceFact& reference, Queue& queue) {
  const EnvironmentMask boundary = record.facts.load(std::memory_order_relaxed)->boundary;
  bool means_another = false;
  for (unsigned environment = 0; environment < 15; ++environment) {
    if ((boundary >> environment & 1) == 0) continue;
    const Resolution meant =
        resolver_.resolve(EnvironmentId(environment), kVirtualFile, reference.specifier, RequestKind::import);
    // What means nothing there would fail the build; then the module itself is the best answer.
    if (meant.kind != ResolutionKind::file || meant.file == file) {
      if (record.claim(environment)) expand(thread, file, record, environment, queue);
      continue;
    }
    means_another = true;
    Language language;
    if (language_of(resolver_.name(meant.file), language)) request(thread, meant.file, {}, environment, queue);
  }
  // The proxy's imports are not followed.
  if (means_another && record.claim(reference.environment)) ++thread.stats.nodes;
}

void Walk::expand(Thread& thread, FileId file, ModuleRecord& record, unsigned environment, Queue& queue) {
  ++thread.stats.nodes;
  const ModuleFacts& facts = *record.facts.load(std::memory_order_relaxed);
  thread.targets.clear();
  for (uint32_t i = 0; i < facts.imports.size(); ++i) {
    thread.current_import = i;
    follow(thread, file, facts.imports[i], environment, queue);
  }
  if (options_.keep != Keep::graph || thread.targets.empty()) return;
  auto* list = thread.arena.create<TargetList>();
  if (!list) return;
  list->environment = environment;
  list->targets = thread.arena.copy(thread.targets);
  list->next = record.targets.load(std::memory_order_relaxed);
  while (!record.targets.compare_exchange_weak(list->next, list, std::memory_order_release)) {
  }
}

void Walk::follow(Thread& thread, FileId importer, const ImportFact& import, unsigned environment, Queue& queue) {
  if (!is_followed(import.kind, import.type_only)) return keep_target(thread, TargetKind::not_followed, 0);
  if (is_pattern(import.kind)) {
    return follow_pattern(thread, importer, thread.current_import, environment, queue);
  }

  const bool first = host_ && comes_first(import.specifier);
  if (first) {
    keep_target(thread, TargetKind::unresolved, 0);  // until there is an answer
    return leave_question(thread, importer, environment, first);
  }
  const Resolution resolution =
      resolver_.resolve(EnvironmentId(environment), importer, import.specifier, request_kind(import.kind));
  if (host_ && may_know(resolution, import.specifier)) {
    keep_target(thread, TargetKind::unresolved, 0);
    return leave_question(thread, importer, environment, first);
  }
  const Target target = target_of(resolution);
  if (import.is_open) {
    leave_open(thread, importer, target, environment);
  } else {
    lead_to(thread, importer, import, target, environment, queue);
  }
  keep_target(thread, target.kind, target.id);
}

void Walk::keep_target(Thread& thread, TargetKind kind, uint32_t id) {
  if (options_.keep == Keep::graph) thread.targets.push_back({thread.current_import, kind, id});
}

// Scripts are modules; any other file is a leaf that is never opened.
Walk::Target Walk::target_of(const Resolution& resolution) const {
  switch (resolution.kind) {
    case ResolutionKind::file: {
      Language language;
      const bool is_module = language_of(resolver_.name(resolution.file), language) &&
                             !is_asset_query(resolver_.text(resolution.text), project_.follow.worker);
      return {is_module ? TargetKind::module : TargetKind::asset, uint32_t(resolution.file)};
    }
    case ResolutionKind::external:
      return {TargetKind::external, uint32_t(resolution.text)};
    case ResolutionKind::empty:
      return {TargetKind::empty};
    case ResolutionKind::optional_peer:
      return {TargetKind::optional_peer};
    case ResolutionKind::skipped:
      return {TargetKind::skipped};
    case ResolutionKind::unresolved:
      break;
  }
  return {TargetKind::unresolved, 0, resolution.reason, resolution.text};
}

// import(`./locale/${name}.js`) and import.meta.glob("./pages/*.tsx"): every file the pattern could mean. `ordinal` is
// that of the import in its module.
void Walk::follow_pattern(Thread& thread, FileId importer, uint32_t ordinal, unsigned environment, Queue& queue) {
  const std::span<const ImportFact> imports = modules_.find(importer)->facts.load(std::memory_order_relaxed)->imports;
  const ImportFact& import = imports[ordinal];
  if (is_exclusion(resolver_.text(import.specifier))) return;  // from the other patterns of its call, below
  std::vector<std::string_view> excluded;
  if (import.kind == ImportKind::glob) {
    size_t first = ordinal;
    while (imports[first].continues_call) --first;
    for (size_t i = first; i == first || (i < imports.size() && imports[i].continues_call); ++i) {
      const std::string_view text = resolver_.text(imports[i].specifier);
      if (is_exclusion(text)) excluded.push_back(text.substr(1));
    }
  }
  const PatternTable::Files* files = patterns_.files(EnvironmentId(environment), importer, import.specifier, excluded);
  if (!files) {
    lead_to(thread, importer, import, {TargetKind::unresolved, 0, UnresolvedReason::not_found}, environment, queue);
    return keep_target(thread, TargetKind::unresolved, 0);
  }
  const ImportFact unnamed{{}, import.kind, false, false, false, false};
  for (const FileId file : *files) {
    if (file == importer) continue;
    Target target = target_of({.kind = ResolutionKind::file, .file = file});
    if (import.is_asset) target.kind = TargetKind::asset;
    lead_to(thread, importer, unnamed, target, environment, queue);
    keep_target(thread, target.kind, target.id);
  }
}

// Follows an edge that is sure to exist.
void Walk::lead_to(Thread& thread, FileId importer, const ImportFact& import, const Target& target,
                   unsigned environment, Queue& queue) {
  switch (target.kind) {
    case TargetKind::module:
      ++thread.stats.edges;
      request(thread, FileId(target.id), import.specifier, environment, queue);
      break;
    case TargetKind::asset:
      ++thread.stats.edges;
      if (ModuleRecord* record = modules_.get(FileId(target.id)); record && record->set(ModuleRecord::kAsset)) {
        ++thread.stats.assets_skipped;
      }
      break;
    case TargetKind::unresolved:
      ++thread.stats.unresolved;
      thread.findings.push_back({.file = importer,
                                 .kind = FindingKind::unresolved,
                                 .reason = target.reason,
                                 .import = import.kind,
                                 .environment = uint8_t(environment),
                                 .specifier = import.specifier,
                                 .near_miss = target.near_miss});
      break;
    default:
      break;
  }
}

// True when somebody has to visit the file for it.
bool Walk::leave_request(Thread& thread, ModuleRecord& record, FileId file, TextId specifier, unsigned environment) {
  record.note_import(environment);
  if (!may_be_reference(thread, record, file, specifier, environment)) return record.request(environment);
  auto* reference = thread.arena.create<ReferenceFact>();
  if (!reference) return false;
  *reference = {nullptr, specifier, environment};
  return record.refer(reference);
}

void Walk::request(Thread& thread, FileId file, TextId specifier, unsigned environment, Queue& queue) {
  ModuleRecord* record = modules_.get(file);
  if (!record || !leave_request(thread, *record, file, specifier, environment)) return;
  if (control_) control_->files_found.fetch_add(1, std::memory_order_relaxed);
  queue.add(file);
}

// Whether the import is a reference by specifier if the module is a client module: the specifier is a package's, and
// means the same to the root. Nobody has to know for a module that has been read and is none.
bool Walk::may_be_reference(Thread& thread, const ModuleRecord& record, FileId file, TextId specifier,
                            unsigned environment) {
  if ((referring_ >> environment & 1) == 0 || !names_package(resolver_.text(specifier))) return false;
  if (record.state == ModuleState::ready && !record.facts.load(std::memory_order_relaxed)->client) return false;
  thread.path.clear();
  resolver_.append_path(file, thread.path);
  if (thread.path.find("/node_modules/") == std::string::npos) return false;
  const Resolution at_root =
      resolver_.resolve(EnvironmentId(environment), kVirtualFile, specifier, RequestKind::import);
  return at_root.kind == ResolutionKind::file && at_root.file == file;
}

bool Walk::is_followed(ImportKind kind, bool type_only) const {
  if (type_only && options_.type_imports == TypeImports::elide) return false;
  switch (kind) {
    case ImportKind::require_resolve:
      return false;
    case ImportKind::glob:
      return project_.follow.glob;
    case ImportKind::url:
      return project_.follow.url;
    case ImportKind::worker:
      return project_.follow.worker;
    default:
      return true;
  }
}

std::vector<Finding> Walk::findings() const {
  std::vector<Finding> all;
  for (const Thread& thread : threads_->locals) all.insert(all.end(), thread.findings.begin(), thread.findings.end());
  return all;
}

void Walk::add_counters(ScanStats& stats) const {
  constexpr size_t kLanguages = Thread::kLanguages;
  uint64_t files_by_language[kLanguages] = {};
  for (const Thread& thread : threads_->locals) {
    stats.nodes += thread.stats.nodes;
    stats.edges += thread.stats.edges;
    stats.files_read += thread.stats.files_read;
    stats.bytes_read += thread.stats.bytes_read;
    stats.reads_deduplicated += thread.stats.reads_deduplicated;
    stats.assets_skipped += thread.stats.assets_skipped;
    stats.unresolved += thread.stats.unresolved;
    stats.exact_parses_by_doubt += thread.stats.exact_parses_by_doubt;
    stats.exact_parses_by_types += thread.stats.exact_parses_by_types;
    for (size_t i = 0; i < kLanguages; ++i) files_by_language[i] += thread.files_by_language[i];
  }
  for (size_t i = 0; i < kLanguages; ++i) {
    if (files_by_language[i] == 0) continue;
    stats.by_extension.emplace_back("." + std::string(to_string(Language(i))), files_by_language[i]);
  }
  std::sort(stats.by_extension.begin(), stats.by_extension.end());
}

}  // namespace demarc
