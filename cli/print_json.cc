// JSON and NDJSON say the same records; only what holds them together differs.
#include <algorithm>

#include "cli/json_fields.h"
#include "cli/json_writer.h"
#include "cli/print.h"
#include "cli/utf8.h"

namespace demarc {
namespace {

// What an import leads to where that is no module of the graph; empty for modules and for what is unresolved.
std::string_view leaf_name(TargetKind kind) {
  switch (kind) {
    case TargetKind::asset:
      return "asset";
    case TargetKind::external:
      return "external";
    case TargetKind::empty:
      return "empty";
    case TargetKind::optional_peer:
      return "optional-peer";
    case TargetKind::skipped:
      return "skipped";
    case TargetKind::not_followed:
      return "not-followed";
    case TargetKind::module:
    case TargetKind::unresolved:
      break;
  }
  return {};
}

bool has_place(TargetKind kind) {
  return kind == TargetKind::module || kind == TargetKind::asset || kind == TargetKind::external ||
         kind == TargetKind::unresolved;
}

class ResultWriter {
 public:
  ResultWriter(const ScanResult& result, const PrintOptions& options, Sink& sink)
      : result_(result), options_(options), names_(result.root, options.paths), json_(sink) {}

  JsonWriter& json() { return json_; }

  void header() {
    write_header(json_);
    write_name(json_, "root", "rootBase64", result_.root);
    json_.key("framework").string(to_string(result_.framework));
  }

  void entries(JsonLayout layout) {
    json_.key("entries").begin_array(layout);
    for (const std::string& entry : result_.entries) id(entry);
    json_.end();
  }

  void ids(std::string_view key, bool Module::*flag) {
    json_.key(key).begin_array(JsonLayout::lines);
    for (const Module& module : result_.modules)
      if (module.*flag) id(result_.text(module.id));
    json_.end();
  }

  void markers() {
    json_.key("markers").begin_object(JsonLayout::lines);
    for (size_t bit = 0; bit < result_.markers.size(); ++bit) {
      json_.key(result_.markers[bit]).begin_array(JsonLayout::lines);
      for (const Module& module : result_.modules)
        if ((module.markers >> bit & 1u) != 0) id(result_.text(module.id));
      json_.end();
    }
    json_.end();
  }

  void directive_fields(const Module& module, const DirectiveUse& directive) {
    id_field(result_.text(module.id), "file");
    json_.key("value").string(result_.text(directive.value));
    json_.key("level").string(directive.level == DirectiveLevel::module ? "module" : "function");
    place(directive.line, directive.column);
    environments(module.environments);
  }

  void module_fields(const Module& module) {
    id_field(result_.text(module.id), "id");
    json_.key("package");
    if (module.package.length == 0)
      json_.null();
    else
      json_.string(result_.text(module.package));
    json_.key("bytes").number(module.bytes);
    environments(module.environments);
    environments(module.imported_in, "importedIn");
    json_.key("directives").begin_array();
    for (uint32_t index = 0; index < module.directive_count; ++index) {
      const DirectiveUse& directive = result_.directives[module.first_directive + index];
      if (directive.level == DirectiveLevel::module) json_.string(result_.text(directive.value));
    }
    json_.end();
    if (!result_.markers.empty()) module_markers(module);
    if (options_.emit == Keep::graph) edges(module);
  }

  void diagnostic_fields(const Diagnostic& diagnostic) {
    const bool whole = options_.paths == PathStyle::absolute && !diagnostic.file.empty();
    write_diagnostic_fields(json_, diagnostic, whole ? absolute(diagnostic.file) : diagnostic.file);
  }

  void stats_fields() {
    const ScanStats& stats = result_.stats;
    const std::pair<std::string_view, uint64_t> counters[] = {
        {"modules", stats.modules},
        {"nodes", stats.nodes},
        {"edges", stats.edges},
        {"filesRead", stats.files_read},
        {"bytesRead", stats.bytes_read},
        {"directoriesListed", stats.directories_listed},
        {"readsDeduplicated", stats.reads_deduplicated},
        {"foldedByCase", stats.folded_by_case},
        {"foldedBySymlink", stats.folded_by_symlink},
        {"assetsSkipped", stats.assets_skipped},
        {"unresolved", stats.unresolved},
        {"exactParses", stats.exact_parses_by_doubt + stats.exact_parses_by_types},
        {"exactParsesByDoubt", stats.exact_parses_by_doubt},
        {"exactParsesByTypeImports", stats.exact_parses_by_types},
    };
    for (const auto& [name, value] : counters) json_.key(name).number(value);
    json_.key("byExtension").begin_object();
    for (const auto& [extension, count] : stats.by_extension) json_.key(extension).number(count);
    json_.end();
    json_.key("durationMs").decimal(stats.duration_ms);
    json_.key("threads").number(uint64_t(std::max(stats.threads, 0)));
    json_.key("memory").begin_object();
    json_.key("budgetBytes").number(stats.budget_bytes);
    json_.key("peakBytes").number(stats.peak_bytes);
    json_.key("rssPeakBytes").number(options_.peak_resident_bytes);
    json_.key("spilledBytes").number(stats.spilled_bytes);
    json_.key("steps").number(stats.memory_steps);
    json_.end();
  }

 private:
  void place(uint64_t line, uint64_t column) { write_place(json_, line, column); }

  void environments(EnvironmentMask mask, std::string_view key = "environments") {
    json_.key(key).begin_array();
    // By bytes, as every array of the result.
    std::vector<std::string_view> names;
    for (size_t bit = 0; bit < result_.environments.size(); ++bit)
      if ((mask >> bit & 1u) != 0) names.push_back(result_.environments[bit]);
    std::sort(names.begin(), names.end());
    for (const std::string_view name : names) json_.string(name);
    json_.end();
  }

  void module_markers(const Module& module) {
    json_.key("markers").begin_array();
    for (size_t bit = 0; bit < result_.markers.size(); ++bit)
      if ((module.markers >> bit & 1u) != 0) json_.string(result_.markers[bit]);
    json_.end();
  }

  void edges(const Module& module) {
    json_.key("exports").begin_array();
    for (uint32_t index = 0; index < module.export_count; ++index)
      json_.string(result_.text(result_.exports[module.first_export + index]));
    json_.end();
    json_.key("reexportsAll").begin_array();
    for_each_import(module, [this](const Import& import) {
      if (import.kind == ImportKind::export_all) json_.string(result_.text(import.specifier));
    });
    json_.end();
    json_.key("imports").begin_array();
    for_each_import(module, [this](const Import& import) { import_record(import); });
    json_.end();
  }

  template <class Visit>
  void for_each_import(const Module& module, const Visit& visit) {
    for (uint32_t index = 0; index < module.import_count; ++index) visit(result_.imports[module.first_import + index]);
  }

  void import_record(const Import& import) {
    json_.begin_object();
    json_.key("specifier").string(result_.text(import.specifier));
    json_.key("kind").string(to_string(import.kind));
    if (import.type_only) json_.key("typeOnly").boolean(true);
    if (import.line != 0) place(import.line, import.column);  // MDX's JSX runtime stands nowhere
    targets(import);
    json_.end();
  }

  // Targets are grouped by environment. Only a glob leads to several modules in one; those are an array.
  void targets(const Import& import) {
    const Target* const end = result_.targets.data() + import.first_target + import.target_count;
    const Target* const begin = end - import.target_count;
    const bool is_glob = import.kind == ImportKind::glob || import.kind == ImportKind::dynamic_glob ||
                         import.kind == ImportKind::require_glob;
    json_.key("targets").begin_object();
    for (const Target* at = begin; at != end;) {
      const Target* const next =
          std::find_if(at, end, [at](const Target& t) { return t.environment != at->environment; });
      if (is_glob && at->kind != TargetKind::unresolved) {
        json_.key(result_.environments[at->environment]).begin_array();
        for (; at != next; ++at)
          if (has_place(at->kind)) target(*at);
        json_.end();
      } else if (has_place(at->kind)) {
        json_.key(result_.environments[at->environment]);
        target(*at);
      }
      at = next;
    }
    json_.end();
    const auto is_leaf = [](const Target& t) { return !leaf_name(t.kind).empty(); };
    if (begin != end && std::all_of(begin, end, [](const Target& t) { return t.kind == TargetKind::external; }))
      json_.key("external").boolean(true);
    if (is_glob || std::none_of(begin, end, is_leaf)) return;
    json_.key("leaves").begin_object();
    for (const Target* at = begin; at != end; ++at)
      if (is_leaf(*at)) json_.key(result_.environments[at->environment]).string(leaf_name(at->kind));
    json_.end();
  }

  void target(const Target& target) {
    switch (target.kind) {
      case TargetKind::module:
        id(result_.text(result_.modules[size_t(target.module)].id));
        break;
      case TargetKind::asset:
        id(result_.text(target.id));
        break;
      case TargetKind::external:
        json_.string(result_.text(target.id));
        break;
      default:
        json_.null();
    }
  }

  void id_field(std::string_view id, std::string_view key) {
    write_name(json_, key, "idBase64", options_.paths == PathStyle::absolute ? absolute(id) : id);
  }

  void id(std::string_view id) {
    const std::string_view name = options_.paths == PathStyle::absolute ? absolute(id) : id;
    if (find_invalid_utf8(name) == std::string_view::npos) {
      json_.string(name);
    } else {
      json_.begin_object();
      json_.key("idBase64").base64(name);
      json_.end();
    }
  }

  std::string_view absolute(std::string_view id) {
    scratch_ = names_.absolute(id);
    return scratch_;
  }

  const ScanResult& result_;
  const PrintOptions& options_;
  PathNames names_;
  JsonWriter json_;
  std::string scratch_;
};

template <class Visit>
void for_each_directive(const ScanResult& result, const Visit& visit) {
  for (const Module& module : result.modules)
    for (uint32_t index = 0; index < module.directive_count; ++index)
      visit(module, result.directives[module.first_directive + index]);
}

}  // namespace

void print_json(const ScanResult& result, const PrintOptions& options, Sink& sink) {
  ResultWriter writer(result, options, sink);
  JsonWriter& json = writer.json();
  json.begin_object(JsonLayout::lines);
  writer.header();
  if (options.with_map) writer.entries(JsonLayout::lines);
  json.key("complete").boolean(result.outcome == Outcome::complete);
  if (options.with_map) {
    writer.ids("clientFiles", &Module::client);
    writer.ids("serverFiles", &Module::server);
    json.key("hasServerFunctions").boolean(result.has_server_functions);
    json.key("directives").begin_array(JsonLayout::lines);
    for_each_directive(result, [&](const Module& module, const DirectiveUse& directive) {
      json.begin_object();
      writer.directive_fields(module, directive);
      json.end();
    });
    json.end();
    writer.markers();
    if (options.emit == Keep::graph || options.with_modules) {
      json.key("modules").begin_array(JsonLayout::lines);
      for (const Module& module : result.modules) {
        json.begin_object();
        writer.module_fields(module);
        json.end();
      }
      json.end();
    }
  }
  json.key("diagnostics").begin_array(JsonLayout::lines);
  for (const Diagnostic& diagnostic : result.diagnostics) {
    json.begin_object();
    writer.diagnostic_fields(diagnostic);
    json.end();
  }
  json.end();
  if (options.stats) {
    json.key("stats").begin_object(JsonLayout::lines);
    writer.stats_fields();
    json.end();
  }
  json.end();
  sink.put('\n');
}

void print_ndjson(const ScanResult& result, const PrintOptions& options, Sink& sink) {
  ResultWriter writer(result, options, sink);
  JsonWriter& json = writer.json();
  const auto line = [&](std::string_view type, const auto& fields) {
    json.begin_object();
    json.key("type").string(type);
    fields();
    json.end();
    sink.put('\n');
  };
  line("begin", [&] {
    writer.header();
    if (options.with_map) writer.entries(JsonLayout::row);
  });
  uint64_t client_files = 0;
  uint64_t server_files = 0;
  uint64_t modules = 0;
  uint64_t directives = 0;
  if (options.with_map) {
    for (const Module& module : result.modules) {
      line("module", [&] { writer.module_fields(module); });
      ++modules;
      client_files += module.client ? 1 : 0;
      server_files += module.server ? 1 : 0;
      for (uint32_t index = 0; index < module.directive_count; ++index, ++directives)
        line("directive", [&] { writer.directive_fields(module, result.directives[module.first_directive + index]); });
    }
  }
  for (const Diagnostic& diagnostic : result.diagnostics)
    line("diagnostic", [&] { writer.diagnostic_fields(diagnostic); });
  line("summary", [&] {
    json.key("complete").boolean(result.outcome == Outcome::complete);
    if (options.with_map) json.key("hasServerFunctions").boolean(result.has_server_functions);
    json.key("counts").begin_object();
    json.key("modules").number(modules);
    json.key("clientFiles").number(client_files);
    json.key("serverFiles").number(server_files);
    json.key("directives").number(directives);
    json.key("diagnostics").number(result.diagnostics.size());
    json.end();
    if (!options.stats) return;
    json.key("stats").begin_object();
    writer.stats_fields();
    json.end();
  });
}

}  // namespace demarc
