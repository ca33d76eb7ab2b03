#include "cli/report_data.h"

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cli/display.h"
#include "cli/json_fields.h"
#include "cli/utf8.h"

namespace demarc {
namespace {

constexpr uint32_t kNowhere = std::numeric_limits<uint32_t>::max();

// A column of numbers on its way out, as a JSON string.
class Column {
 public:
  explicit Column(JsonWriter& json) : json_(json) { json_.begin_text(); }
  ~Column() {
    flush();
    json_.end_text();
  }
  Column(const Column&) = delete;
  Column& operator=(const Column&) = delete;

  void put(uint64_t value) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (used_ + 13 > sizeof buffer_) flush();
    for (; value >= 32; value >>= 5) buffer_[used_++] = kDigits[32 | (value & 31)];
    buffer_[used_++] = kDigits[value];
  }
  // The sign is the lowest bit.
  void put_difference(uint64_t value, uint64_t from) {
    if (value >= from)
      put((value - from) << 1);
    else
      put((from - value) << 1 | 1);
  }

 private:
  void flush() {
    json_.text_part({buffer_, used_});
    used_ = 0;
  }

  JsonWriter& json_;
  char buffer_[4096];
  size_t used_ = 0;
};

// Texts that many rows name, in the order in which they first came.
class TextTable {
 public:
  uint32_t number_of(std::string_view text) {
    const auto [found, is_new] = numbers_.try_emplace(text, uint32_t(texts_.size()));
    if (is_new) texts_.push_back(text);
    return found->second;
  }
  const std::vector<std::string_view>& texts() const { return texts_; }

 private:
  std::unordered_map<std::string_view, uint32_t> numbers_;
  std::vector<std::string_view> texts_;
};

// Of a module; `Flag` of the page.
constexpr uint32_t kClient = 1;
constexpr uint32_t kServer = 2;
constexpr uint32_t kEntry = 4;
constexpr uint32_t kFromPrescan = 8;

// One import of a module, as the page shows it: where it leads in some environments.
struct Edge {
  uint32_t target = kNowhere;  // a module, or a row of the leaves' table
  EnvironmentMask environments = 0;
  ImportKind kind = ImportKind::import;
  uint64_t line = 0;
};

class ReportWriter {
 public:
  ReportWriter(const ScanResult& result, const AuditResult& audited, const ProjectDescription& project, Sink& sink)
      : result_(result), audited_(audited), project_(project), json_(sink) {}

  void write(const ReportFacts& facts) {
    json_.begin_object(JsonLayout::lines);
    write_header(json_);
    name("title", facts.title);
    name("root", result_.root);
    json_.key("framework").string(to_string(result_.framework));
    json_.key("complete").boolean(result_.outcome == Outcome::complete);
    environments();
    entries();
    modules();
    edges();
    costs();
    server_functions();
    findings();
    run(facts);
    json_.end();
  }

 private:
  std::string id(ModuleIndex module) const { return escaped(result_.text(result_.modules[size_t(module)].id)); }

  // Names are made harmless here, so that the page may show them as they come.
  void name(std::string_view key, std::string_view text) { json_.key(key).string(escaped(text)); }

  void texts(std::string_view key, const std::vector<std::string>& list) {
    json_.key(key).begin_array();
    for (const std::string& text : list) json_.string(escaped(text));
    json_.end();
  }

  void environments() {
    json_.key("environments").begin_array(JsonLayout::lines);
    for (const std::string& environment : result_.environments) {
      json_.begin_object();
      name("name", environment);
      const auto& options = project_.resolver.environments;
      const auto found = std::find_if(options.begin(), options.end(),
                                      [&](const EnvironmentOptions& known) { return known.name == environment; });
      if (found != options.end()) texts("conditions", found->conditions);
      json_.end();
    }
    json_.end();
    json_.key("clientEnvironments").number(audited_.client_environments);
    json_.key("serverEnvironments").number(uint64_t(result_.react_server & ~audited_.client_environments));
  }

  void entries() {
    json_.key("entries").begin_array(JsonLayout::lines);
    for (const DescribedEntry& entry : project_.entries) {
      json_.begin_object();
      name("path", entry.path);
      name("environment", entry.environment);
      name("evidence", entry.evidence);
      json_.end();
    }
    json_.end();
  }

  void modules() {
    TextTable packages;
    packages.number_of("");
    json_.key("modules").begin_object(JsonLayout::lines);
    json_.key("count").number(result_.modules.size());
    ids();
    column("bytes", [](const Module& module) { return module.bytes; });
    column("environments", [](const Module& module) { return uint64_t(module.environments); });
    column("flags", [this](const Module& module) { return uint64_t(flags_of(module)); });
    {
      json_.key("package");
      Column column(json_);
      uint32_t last = 0;
      for (const Module& module : result_.modules) {
        const uint32_t package = packages.number_of(result_.text(module.package));
        column.put_difference(package, last);
        last = package;
      }
    }
    json_.end();
    json_.key("packages").begin_array();
    for (const std::string_view package : packages.texts()) json_.string(escaped(package));
    json_.end();
  }

  template <class Value>
  void column(std::string_view key, const Value& value) {
    json_.key(key);
    Column column(json_);
    for (const Module& module : result_.modules) column.put(value(module));
  }

  uint32_t flags_of(const Module& module) const {
    uint32_t flags = (module.client ? kClient : 0u) | (module.server ? kServer : 0u);
    if (std::binary_search(result_.entries.begin(), result_.entries.end(), result_.text(module.id)))
      flags |= kEntry;
    else if (module.entry)
      flags |= kFromPrescan;
    return flags;
  }

  // `shared`: UTF-16 units that an id has in common with the one before; `rest`: what follows them.
  void ids() {
    std::vector<uint32_t> shared;
    shared.reserve(result_.modules.size());
    std::string before;
    json_.key("rest").begin_array();
    for (size_t i = 0; i < result_.modules.size(); ++i) {
      const std::string now = id(ModuleIndex(i));
      size_t bytes = 0;
      uint32_t units = 0;
      while (bytes < now.size()) {
        const CodePoint point = decode_utf8(now, bytes);
        if (before.compare(bytes, point.length, now, bytes, point.length) != 0) break;
        bytes += point.length;
        units += point.value > 0xffff ? 2 : 1;
      }
      shared.push_back(units);
      json_.string(std::string_view(now).substr(bytes));
      before = now;
    }
    json_.end();
    json_.key("shared");
    Column column(json_);
    for (const uint32_t units : shared) column.put(units);
  }

  // Visits the imports of a module that lead to what `row_of(target)` knows, once for each place: targets of one import
  // in several environments are one edge, and what an environment had before is left out.
  template <class RowOf, class Visit>
  void for_each_edge(const Module& module, const RowOf& row_of, const Visit& visit) {
    std::vector<Edge> found;
    for (uint32_t i = 0; i < module.import_count; ++i) {
      const Import& import = result_.imports[module.first_import + i];
      found.clear();
      for (uint32_t t = 0; t < import.target_count; ++t) {
        const Target& target = result_.targets[import.first_target + t];
        const uint32_t row = row_of(import, target);
        if (row == kNowhere) continue;
        const auto same = std::find_if(found.begin(), found.end(), [row](const Edge& e) { return e.target == row; });
        Edge& edge = same != found.end() ? *same : found.emplace_back(Edge{row, 0, import.kind, import.line});
        edge.environments = EnvironmentMask(edge.environments | 1u << target.environment);
      }
      for (Edge& edge : found) {
        EnvironmentMask& seen = seen_[edge.target];
        edge.environments = EnvironmentMask(edge.environments & ~seen);
        seen = EnvironmentMask(seen | edge.environments);
        if (edge.environments != 0) visit(edge);
      }
    }
    seen_.clear();
  }

  uint32_t way_of(const Edge& edge) {
    const auto way = std::pair(edge.kind, edge.environments);
    const auto [found, is_new] = way_numbers_.try_emplace(way, uint32_t(ways_.size()));
    if (is_new) ways_.push_back(way);
    return found->second;
  }

  // A pass over the imports for each column costs less than keeping all edges.
  template <class RowOf>
  void edge_columns(const RowOf& row_of) {
    const auto pass = [&](std::string_view key, const auto& put) {
      json_.key(key);
      Column column(json_);
      for (size_t i = 0; i < result_.modules.size(); ++i) put(column, uint32_t(i), result_.modules[i]);
    };
    pass("count", [&](Column& column, uint32_t, const Module& module) {
      uint64_t count = 0;
      for_each_edge(module, row_of, [&](const Edge&) { ++count; });
      column.put(count);
    });
    pass("to", [&](Column& column, uint32_t index, const Module& module) {
      uint32_t last = index;
      for_each_edge(module, row_of, [&](const Edge& edge) {
        column.put_difference(edge.target, last);
        last = edge.target;
      });
    });
    pass("way", [&](Column& column, uint32_t, const Module& module) {
      for_each_edge(module, row_of, [&](const Edge& edge) { column.put(way_of(edge)); });
    });
    pass("line", [&](Column& column, uint32_t, const Module& module) {
      uint64_t last = 0;
      for_each_edge(module, row_of, [&](const Edge& edge) {
        column.put_difference(edge.line, last);
        last = edge.line;
      });
    });
  }

  void edges() {
    json_.key("edges").begin_object(JsonLayout::lines);
    edge_columns([](const Import&, const Target& target) {
      return target.kind == TargetKind::module ? uint32_t(target.module) : kNowhere;
    });
    json_.end();

    // What is no module: packages that stay imports, and what was not found.
    TextTable externals;
    TextTable unresolved;
    json_.key("leaves").begin_object(JsonLayout::lines);
    edge_columns([&](const Import& import, const Target& target) {
      if (target.kind == TargetKind::external) return externals.number_of(result_.text(target.id)) << 1;
      if (target.kind == TargetKind::unresolved) return unresolved.number_of(result_.text(import.specifier)) << 1 | 1u;
      return kNowhere;
    });
    json_.key("externals").begin_array();
    for (const std::string_view text : externals.texts()) json_.string(escaped(text));
    json_.end();
    json_.key("unresolved").begin_array();
    for (const std::string_view text : unresolved.texts()) json_.string(escaped(text));
    json_.end();
    json_.end();

    json_.key("ways").begin_array();
    for (const auto& [kind, mask] : ways_) {
      json_.begin_array();
      json_.string(to_string(kind));
      json_.number(mask);
      json_.end();
    }
    json_.end();
  }

  void amount(const Amount& amount) {
    json_.number(amount.modules);
    json_.number(amount.bytes);
  }

  void costs() {
    const auto sum = [this](std::string_view key, const Amount& value) {
      json_.key(key).begin_array();
      amount(value);
      json_.end();
    };
    sum("client", audited_.client);
    sum("server", audited_.server);
    json_.key("boundaries").begin_array(JsonLayout::lines);
    for (const BoundaryCost& cost : audited_.boundaries) {
      json_.begin_array();
      json_.number(uint32_t(cost.module));
      json_.number(cost.environment);
      json_.number(cost.own_bytes);
      amount(cost.exclusive);
      amount(cost.total);
      json_.end();
    }
    json_.end();
    json_.key("barrels").begin_array(JsonLayout::lines);
    for (const BarrelCost& cost : audited_.barrels) {
      json_.begin_array();
      json_.number(uint32_t(cost.module));
      json_.number(cost.environment);
      json_.number(cost.reexports);
      amount(cost.exclusive);
      amount(cost.total);
      json_.end();
    }
    json_.end();
    json_.key("packageCosts").begin_array(JsonLayout::lines);
    for (const PackageCost& cost : audited_.packages) {
      json_.begin_array();
      json_.string(escaped(cost.name));
      amount(cost.client);
      json_.end();
    }
    json_.end();
  }

  void server_functions() {
    json_.key("serverFunctions").begin_array(JsonLayout::lines);
    for (const ServerFunction& function : audited_.server_functions) {
      json_.begin_object();
      json_.key("module").number(uint32_t(function.module));
      name("name", function.name);
      json_.key("inline").boolean(function.level == DirectiveLevel::function);
      write_place(json_, function.line, function.column);
      json_.key("clientReachable").boolean(function.client_reachable);
      json_.key("importers").begin_array();
      for (const ModuleIndex importer : function.importers) json_.number(uint32_t(importer));
      json_.end();
      json_.end();
    }
    json_.end();
  }

  void findings() {
    std::map<std::string_view, const Rule*> spoken;
    json_.key("findings").begin_array(JsonLayout::lines);
    for (const Finding& finding : audited_.findings) {
      const Diagnostic& diagnostic = finding.diagnostic;
      if (const Rule* rule = find_rule(diagnostic.rule)) spoken.emplace(rule->id, rule);
      json_.begin_object();
      json_.key("rule").string(diagnostic.rule);
      json_.key("level").string(to_string(diagnostic.level));
      if (!diagnostic.file.empty()) name("file", diagnostic.file);
      if (diagnostic.line != 0) write_place(json_, diagnostic.line, diagnostic.column);
      name("message", diagnostic.message);
      if (!diagnostic.help.empty()) name("help", diagnostic.help);
      if (finding.standing != Standing::active) json_.key("standing").string(to_string(finding.standing));
      if (!finding.reason.empty()) name("reason", finding.reason);
      if (!finding.chain.steps.empty()) {
        json_.key("chain").begin_array();
        for (const ChainStep& step : finding.chain.steps) {
          json_.number(uint32_t(step.module));
          json_.number(step.environment);
        }
        json_.end();
      }
      json_.end();
    }
    json_.end();
    json_.key("rules").begin_object(JsonLayout::lines);
    for (const auto& [id, rule] : spoken) {
      json_.key(id).begin_object();
      json_.key("summary").string(rule->summary);
      json_.key("cause").string(rule->cause);
      json_.key("example").string(rule->example);
      json_.key("remedy").string(rule->remedy);
      json_.end();
    }
    json_.end();
  }

  void run(const ReportFacts& facts) {
    const ScanStats& stats = result_.stats;
    json_.key("run").begin_object(JsonLayout::lines);
    if (!facts.created.empty()) json_.key("created").string(facts.created);
    name("frameworkEvidence", project_.framework_evidence);
    name("viteConfig", project_.vite_config);
    json_.key("mode").string(project_.resolver.mode == Mode::development ? "development" : "production");
    json_.key("durationMs").decimal(facts.duration_ms);
    json_.key("scanMs").decimal(stats.duration_ms);
    json_.key("auditMs").decimal(audited_.duration_ms);
    json_.key("threads").number(uint64_t(std::max(stats.threads, 0)));
    json_.key("peakBytes").number(facts.peak_bytes);
    json_.key("budgetBytes").number(stats.budget_bytes);
    json_.key("ledgerBytes").number(stats.peak_bytes);
    const std::pair<std::string_view, uint64_t> counters[] = {
        {"nodes", stats.nodes},
        {"edges", stats.edges},
        {"filesRead", stats.files_read},
        {"bytesRead", stats.bytes_read},
        {"directoriesListed", stats.directories_listed},
        {"assetsSkipped", stats.assets_skipped},
        {"unresolved", stats.unresolved},
        {"exactParses", stats.exact_parses_by_doubt + stats.exact_parses_by_types + audited_.exact_parses},
        {"filesReadAgain", audited_.files_read},
    };
    for (const auto& [key, value] : counters) json_.key(key).number(value);
    json_.key("byExtension").begin_array();
    for (const auto& [extension, count] : stats.by_extension) {
      json_.begin_array();
      json_.string(escaped(extension));
      json_.number(count);
      json_.end();
    }
    json_.end();
    json_.key("unknown").begin_array(JsonLayout::lines);
    for (const UnknownFact& fact : project_.unknown) {
      json_.begin_object();
      name("what", fact.what);
      name("assumed", fact.assumed);
      name("remedy", fact.remedy);
      json_.end();
    }
    json_.end();
    json_.end();
  }

  const ScanResult& result_;
  const AuditResult& audited_;
  const ProjectDescription& project_;
  JsonWriter json_;
  std::unordered_map<uint32_t, EnvironmentMask> seen_;
  std::map<std::pair<ImportKind, EnvironmentMask>, uint32_t> way_numbers_;
  std::vector<std::pair<ImportKind, EnvironmentMask>> ways_;
};

}  // namespace

void write_report_data(const ScanResult& result, const AuditResult& audited, const ProjectDescription& project,
                       const ReportFacts& facts, Sink& sink) {
  ReportWriter(result, audited, project, sink).write(facts);
}

}  // namespace demarc
