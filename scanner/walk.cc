#include "scanner/walk.h"

#include <tbb/task_group.h>

#include <algorithm>
#include <bit>
#include <new>
#include <stdexcept>

#include "parser/locate.h"
#include "parser/scan_module.h"
#include "scanner/second_opinion.h"
#include "scanner/thread_arena.h"
#include "scanner/walk_thread.h"

namespace demarc {
namespace {

// A bit of ModuleRecord::requested: the prescan wants the file, as an entry, if it carries a directive.
constexpr EnvironmentMask kCandidate = 1u << 15;
// How much of the facts may hold imports: those of some 40,000 modules, and less where the limit is tight.
constexpr size_t kMostFacts = size_t{8} << 20;

// Files in a thread's own hand at which another thread would be of use. Starting one takes as long as reading a few.
constexpr uint32_t kWorthAThread = 8;

bool is_exclusion(std::string_view pattern) {
  return pattern.starts_with('!');
}

bool is_server_module(const ModuleSyntax& syntax) {
  return std::any_of(syntax.directives.begin(), syntax.directives.end(), [&](const DirectiveRecord& directive) {
    return directive.level == DirectiveLevel::module && syntax.text(directive.value) == "use server";
  });
}

bool is_pattern(ImportKind kind) {
  return kind == ImportKind::glob || kind == ImportKind::dynamic_glob || kind == ImportKind::require_glob;
}

}  // namespace

bool names_package(std::string_view specifier) {
  const char first = specifier.empty() ? '\0' : specifier[0];
  const bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  if (!letter && first != '_' && first != '@' && !(first >= '0' && first <= '9')) return false;
  return !(letter && specifier.substr(1).starts_with(':')) && specifier.find("://") == std::string_view::npos;
}

namespace {

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
           MemoryBudget& budget, SpillFile* spill, ScanControl* control, ScanHost* host)
    : options_(options),
      project_(project),
      resolver_(resolver),
      budget_(budget),
      exact_tier_(budget),
      control_(control),
      host_(host),
      markers_(options.markers.begin(), options.markers.end()),
      most_facts_(budget.limit() == 0 ? kMostFacts : std::min(kMostFacts, budget.limit() / 16)),
      referring_(referring_environments(project)),
      patterns_(resolver, budget),
      module_chunks_(budget, Share::modules, spill),
      fact_chunks_(budget, Share::facts, spill),
      modules_(module_chunks_),
      queue_(fact_chunks_),
      threads_(std::make_unique<Threads>(file_system, fact_chunks_)) {}

Walk::~Walk() = default;

void Walk::run(std::span<const EntrySeed> entries, const FindCandidates& find_candidates, int threads) {
  std::vector<FileId> files;
  for (const EntrySeed& seed : entries) {
    modules_.get(seed.file).set(ModuleRecord::kEntry);
    leave_request(threads_->locals.local(), seed.file, resolver_.text(seed.specifier), seed.environment);
    files.push_back(seed.file);
  }
  if (control_) control_->files_found.fetch_add(files.size(), std::memory_order_relaxed);
  try {
    ThreadArena arena(threads);
    arena->execute([&] {
      // What is reached over imports that are sure to exist; then those of the rest that do; and from there on. The
      // host is asked as late as possible, so that it is asked seldom.
      for (bool is_first = true; !stopped(); is_first = false) {
        queue_.add(files);
        tbb::task_group helpers;
        std::atomic<int> missing = threads - 1;
        work(helpers, missing, is_first ? find_candidates : nullptr);
        helpers.wait();
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

// What one thread does until nothing is left to visit. It calls for another one, as long as some are missing, when it
// has more to do than it could before that one is there.
void Walk::work(tbb::task_group& helpers, std::atomic<int>& missing, const FindCandidates& find_candidates) {
  Thread& thread = threads_->locals.local();
  WorkQueue::Worker worker(queue_);
  Queue queue(&worker);
  const auto call_for_help = [&] {
    if (worker.size() < kWorthAThread || missing.load(std::memory_order_relaxed) <= 0) return;
    if (missing.fetch_sub(1) > 0) helpers.run([&] { work(helpers, missing, nullptr); });
  };
  try {
    if (find_candidates) {
      find_candidates([&](FileId file) {
        modules_.get(file).requested.fetch_or(kCandidate);
        if (control_) control_->files_found.fetch_add(1, std::memory_order_relaxed);
        worker.add(file);
        call_for_help();
      });
    }
    for (FileId file; worker.next(file);) {
      visit(thread, file, queue);
      call_for_help();
    }
  } catch (...) {
    queue_.abandon();  // others may be waiting for what this thread would have found
    throw;
  }
}

bool Walk::stopped() const {
  return budget_.exhausted() || (control_ && control_->cancelled.load(std::memory_order_relaxed));
}

void Walk::visit(Thread& thread, FileId file, Queue& queue) {
  if (stopped()) return;
  ModuleRecord& record = modules_.get(file);
  if (record.claim_read()) {
    const ModuleFacts* facts = read(thread, file);
    record.facts.store(facts, std::memory_order_relaxed);  // published by the store to `state`
    record.state = facts ? ModuleState::ready : ModuleState::failed;
    if (control_) {
      control_->files_done.fetch_add(1, std::memory_order_relaxed);
      control_->ledger_bytes.store(budget_.used(), std::memory_order_relaxed);
    }
  } else if (record.state == ModuleState::reading) {
    ++thread.stats.reads_deduplicated;  // the reader looks at `requested` when it is done
    return;
  }
  if (record.state == ModuleState::ready) expand_requested(thread, file, record, queue);
}

const std::string& Walk::Thread::source_path(const Resolver& resolver, FileId file) {
  if (const DirId directory = resolver.directory(file); directory != source_directory) {
    source.clear();
    resolver.append_path(directory, source);
    if (source.back() != '/') source += '/';
    source_directory = directory;
    source_directory_size = source.size();
  }
  source.resize(source_directory_size);
  source += resolver.name(file);
  return source;
}

Collect Walk::collected_of(std::string_view path) const {
  if (options_.keep != Keep::graph) return Collect::edges;
  if (options_.exports == Exports::every) return Collect::exports;
  if (path.starts_with(resolver_.root())) path.remove_prefix(resolver_.root().size());
  return path.find("/node_modules/") == std::string_view::npos ? Collect::exports : Collect::edges;
}

// Reads and lexes one file into thread.seen, and says so if it cannot be read.
bool Walk::see(Thread& thread, FileId file, bool& asked_exact_tier) {
  ScanSettings settings;
  language_of(resolver_.name(file), settings.language);
  settings.raw_mdx_prologue = project_.raw_mdx_directives;
  const std::string& path = thread.source_path(resolver_, file);
  settings.collect = collected_of(path);
  settings.markers = markers_;
  asked_exact_tier = false;

  const auto finish_syntax = [&](SourceText& source) {
    if (thread.syntax.uncertainty != 0) {
      const SecondOpinion opinion = ask_exact_tier(source, thread.lexer, settings, exact_tier_, thread.syntax);
      if (opinion.error) return opinion.error;
      asked_exact_tier = asked_exact_tier || opinion.asked;
    }
    return locate_shown(thread, source);
  };
  const auto scan = [&] { return thread.reader.scan(path, thread.lexer, settings, thread.syntax, finish_syntax); };
  ReadOutcome outcome = scan();
  if (options_.keep == Keep::graph && settings.collect == Collect::edges && outcome.status == ReadStatus::ok &&
      is_server_module(thread.syntax)) {
    settings.collect = Collect::exports;
    outcome = scan();
  }
  switch (outcome.status) {
    case ReadStatus::ok:
      note_seen(thread, file, settings.language, outcome.bytes);
      return true;
    case ReadStatus::unreadable:
      thread.findings.push_back({.file = file, .kind = FindingKind::unreadable, .error = outcome.error});
      return false;
    case ReadStatus::not_a_file:
      thread.findings.push_back({.file = file, .kind = FindingKind::not_a_file});
      return false;
    case ReadStatus::changed:
      break;
  }
  thread.findings.push_back({.file = file, .kind = FindingKind::changed_while_read});
  return false;
}

// Null when the file cannot be read or memory is out.
const ModuleFacts* Walk::read(Thread& thread, FileId file) {
  bool asked_exact_tier = false;
  if (!see(thread, file, asked_exact_tier)) return nullptr;
  if (asked_exact_tier) ++thread.stats.exact_parses_by_doubt;
  ++thread.stats.files_read;
  thread.stats.bytes_read += thread.seen.header.bytes;
  Language language;
  language_of(resolver_.name(file), language);
  ++thread.files_by_language[size_t(language)];
  for (const FindingKind doubt : doubts_of(thread.syntax)) thread.findings.push_back({.file = file, .kind = doubt});
  return keep_facts(thread);
}

// Empty, with a finding, when the file has to be read again and cannot be.
ImportList Walk::imports_of(Thread& thread, FileId file) {
  const ModuleFacts& facts = *modules_.find(file)->facts.load(std::memory_order_relaxed);
  if (facts.has_imports) return facts.imports();
  if (bool asked_exact_tier; thread.seen.file != file && !see(thread, file, asked_exact_tier)) return {};
  return thread.seen.import_list();
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

// Collects what stays of thread.syntax.
void Walk::note_seen(Thread& thread, FileId file, Language language, uint64_t bytes) {
  const ModuleSyntax& syntax = thread.syntax;
  const bool graph = options_.keep == Keep::graph;
  SeenModule& seen = thread.seen;
  seen.clear();
  seen.file = file;
  ModuleFacts& facts = seen.header;
  facts.bytes = bytes;
  facts.markers = syntax.markers;

  for (const DirectiveRecord& directive : syntax.directives) {
    const std::string_view value = syntax.text(directive.value);
    const bool at_module = directive.level == DirectiveLevel::module;
    facts.client = facts.client || (at_module && value == "use client");
    facts.server = facts.server || (at_module && value == "use server");
    facts.function_server = facts.function_server || (!at_module && value == "use server");
    const SourceLocation& place = thread.locations[seen.directives.size()];
    seen.directives.push_back(
        {resolver_.intern_text(value), uint32_t(place.line), uint32_t(place.column), directive.level});
  }
  // The boundaries are in order of precedence: a module that says both is a client module, as in rwsdk.
  for (const EnvironmentBoundary& boundary : project_.boundaries) {
    const bool says_so = std::any_of(syntax.directives.begin(), syntax.directives.end(), [&](const DirectiveRecord& d) {
      return d.level == DirectiveLevel::module && syntax.text(d.value) == boundary.directive;
    });
    if (says_so) {
      facts.boundary = boundary.environments;
      break;
    }
  }
  note_imports(thread, file, language);
  if (!graph) return;
  for (const ExportRecord& record : syntax.exports) {
    if (!record.type_only) seen.exports.push_back(resolver_.intern_text(syntax.text(record.name)));
  }
}

void Walk::note_imports(Thread& thread, FileId file, Language language) {
  const ModuleSyntax& syntax = thread.syntax;
  const bool graph = options_.keep == Keep::graph;
  SeenModule& seen = thread.seen;
  const CompiledImports compiled = compiled_imports(syntax, language, file);
  for (const ImportRecord& import : syntax.imports) {
    const bool type_only = compiled.drops(import);
    const bool is_open = !type_only && compiled.may_drop(import);
    if (!graph && !is_followed(import.kind, type_only)) continue;
    if (graph) {
      const SourceLocation& place = thread.locations[seen.directives.size() + seen.import_places.size()];
      seen.import_places.push_back({uint32_t(place.line), uint32_t(place.column)});
    }
    seen.add_import(syntax.text(import.specifier),
                    {0, import.kind, type_only, is_open, import.continues_call, import.is_asset});
  }
  // Compiled MDX begins with an automatic JSX runtime pragma, so every MDX module has this import.
  if (language == Language::mdx) {
    if (graph) seen.import_places.push_back({});
    seen.add_import("react/jsx-runtime", {0, ImportKind::import, false, false, false, false});
  }
}

// Copies what was seen into the arena. Above a certain number of modules the imports, which are most of it, are left
// out: few modules are wanted by a second environment, and those can be read again.
const ModuleFacts* Walk::keep_facts(Thread& thread) {
  static constexpr ModuleFacts kNothingToSay;
  const SeenModule& seen = thread.seen;
  const bool with_imports = options_.keep == Keep::graph || fact_chunks_.bytes() < most_facts_;
  if (!with_imports) forgot_imports_.store(true, std::memory_order_relaxed);
  const bool says_nothing = seen.directives.empty() && seen.header.markers == 0;
  if (!with_imports && says_nothing) return &kNothingToSay;
  const ModuleFacts* facts = thread.arena.write(seen, with_imports);
  return budget_.exhausted() ? nullptr : facts;
}

// Resolves the module's imports in every environment that wants it and has not been served yet.
void Walk::expand_requested(Thread& thread, FileId file, ModuleRecord& record, Queue& queue) {
  const ModuleFacts& facts = *record.facts.load(std::memory_order_relaxed);
  for (const ReferenceFact* reference = modules_.take_references(file); reference; reference = reference->next) {
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
      expand(thread, file, environment, queue);
    }
  }
}

// Server code imported a client module by a package's name: its environments import what that name means to them, which
// may be another file than the one that the server's has a proxy of.
void Walk::refer(Thread& thread, FileId file, ModuleRecord& record, const ReferenceFact& reference, Queue& queue) {
  const EnvironmentMask boundary = record.facts.load(std::memory_order_relaxed)->boundary;
  const std::string_view specifier = resolver_.text(reference.specifier);
  bool means_another = false;
  for (unsigned environment = 0; environment < 15; ++environment) {
    if ((boundary >> environment & 1) == 0) continue;
    const Resolution meant =
        resolver_.resolve(EnvironmentId(environment), kVirtualFile, specifier, RequestKind::import);
    // What means nothing there would fail the build; then the module itself is the best answer.
    if (meant.kind != ResolutionKind::file || meant.file == file) {
      if (record.claim(environment)) expand(thread, file, environment, queue);
      continue;
    }
    means_another = true;
    Language language;
    if (language_of(resolver_.name(meant.file), language)) request(thread, meant.file, {}, environment, queue);
  }
  // The proxy's imports are not followed.
  if (means_another && record.claim(reference.environment)) ++thread.stats.nodes;
}

void Walk::expand(Thread& thread, FileId file, unsigned environment, Queue& queue) {
  ++thread.stats.nodes;
  const ImportList imports = imports_of(thread, file);
  thread.targets.clear();
  for (uint32_t i = 0; i < imports.size(); ++i) follow(thread, file, imports, i, environment, queue);
  if (options_.keep != Keep::graph || thread.targets.empty()) return;
  auto* list = thread.arena.create<TargetList>();
  list->environment = environment;
  list->targets = thread.arena.copy(thread.targets);
  modules_.add_targets(file, list);
}

void Walk::follow(Thread& thread, FileId importer, const ImportList& imports, uint32_t ordinal, unsigned environment,
                  Queue& queue) {
  const ImportFact& import = imports[ordinal];
  const std::string_view specifier = imports.specifier(ordinal);
  if (!is_followed(import.kind, import.type_only)) {
    return keep_target(thread, {ordinal, TargetKind::not_followed, 0});
  }
  if (is_pattern(import.kind)) return follow_pattern(thread, importer, imports, ordinal, environment, queue);

  const Edge edge{importer, ordinal, import.kind, import.is_open, specifier, environment};
  if (host_ && comes_first(specifier)) {
    keep_target(thread, {ordinal, TargetKind::unresolved, 0});  // until there is an answer
    return leave_question(thread, edge, /*first=*/true);
  }
  const Resolution resolution =
      resolver_.resolve(EnvironmentId(environment), importer, specifier, request_kind(import.kind));
  if (host_ && may_know(resolution, specifier)) {
    keep_target(thread, {ordinal, TargetKind::unresolved, 0});
    return leave_question(thread, edge, /*first=*/false);
  }
  const Target target = target_of(resolution);
  if (edge.is_open) {
    leave_open(thread, edge, target);
  } else {
    lead_to(thread, edge, target, queue);
  }
  keep_target(thread, {ordinal, target.kind, target.id});
}

void Walk::keep_target(Thread& thread, const TargetFact& target) {
  if (options_.keep == Keep::graph) thread.targets.push_back(target);
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

// import(`./locale/${name}.js`) and import.meta.glob("./pages/*.tsx"): every file the pattern could mean.
void Walk::follow_pattern(Thread& thread, FileId importer, const ImportList& imports, uint32_t ordinal,
                          unsigned environment, Queue& queue) {
  const ImportFact& import = imports[ordinal];
  const std::string_view pattern = imports.specifier(ordinal);
  if (is_exclusion(pattern)) return;  // from the other patterns of its call, below
  std::vector<std::string_view> excluded;
  if (import.kind == ImportKind::glob) {
    size_t first = ordinal;
    while (imports[first].continues_call) --first;
    for (size_t i = first; i == first || (i < imports.size() && imports[i].continues_call); ++i) {
      const std::string_view text = imports.specifier(i);
      if (is_exclusion(text)) excluded.push_back(text.substr(1));
    }
  }
  const PatternTable::Files* files = patterns_.files(EnvironmentId(environment), importer, pattern, excluded);
  if (!files) {
    const Target nowhere{TargetKind::unresolved, 0, UnresolvedReason::not_found};
    lead_to(thread, {importer, ordinal, import.kind, /*is_open=*/false, pattern, environment}, nowhere, queue);
    return keep_target(thread, {ordinal, TargetKind::unresolved, 0});
  }
  for (const FileId file : *files) {
    if (file == importer) continue;
    Target target = target_of({.kind = ResolutionKind::file, .file = file});
    if (import.is_asset) target.kind = TargetKind::asset;
    lead_to(thread, {importer, ordinal, import.kind, /*is_open=*/false, /*specifier=*/{}, environment}, target, queue);
    keep_target(thread, {ordinal, target.kind, target.id});
  }
}

// Follows an edge that is sure to exist.
void Walk::lead_to(Thread& thread, const Edge& edge, const Target& target, Queue& queue) {
  switch (target.kind) {
    case TargetKind::module:
      ++thread.stats.edges;
      request(thread, FileId(target.id), edge.specifier, edge.environment, queue);
      break;
    case TargetKind::asset:
      ++thread.stats.edges;
      if (modules_.get(FileId(target.id)).set(ModuleRecord::kAsset)) ++thread.stats.assets_skipped;
      break;
    case TargetKind::unresolved:
      ++thread.stats.unresolved;
      thread.findings.push_back({.file = edge.importer,
                                 .kind = FindingKind::unresolved,
                                 .reason = target.reason,
                                 .import = edge.kind,
                                 .environment = uint8_t(edge.environment),
                                 .specifier = resolver_.intern_text(edge.specifier),
                                 .near_miss = target.near_miss});
      break;
    default:
      break;
  }
}

// True when somebody has to visit the file for it.
bool Walk::leave_request(Thread& thread, FileId file, std::string_view specifier, unsigned environment) {
  ModuleRecord& record = modules_.get(file);
  record.note_import(environment);
  if (!may_be_reference(thread, record, file, specifier, environment)) return record.request(environment);
  auto* reference = thread.arena.create<ReferenceFact>();
  *reference = {nullptr, resolver_.intern_text(specifier), environment};
  return modules_.refer(file, reference);
}

void Walk::request(Thread& thread, FileId file, std::string_view specifier, unsigned environment, Queue& queue) {
  if (!leave_request(thread, file, specifier, environment)) return;
  if (control_) control_->files_found.fetch_add(1, std::memory_order_relaxed);
  queue.add(file);
}

// Whether the import is a reference by specifier if the module is a client module: the specifier is a package's, and
// means the same to the root. Nobody has to know for a module that has been read and is none.
bool Walk::may_be_reference(Thread& thread, const ModuleRecord& record, FileId file, std::string_view specifier,
                            unsigned environment) {
  if ((referring_ >> environment & 1) == 0 || !names_package(specifier)) return false;
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

std::vector<WalkFinding> Walk::findings() const {
  std::vector<WalkFinding> all;
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
