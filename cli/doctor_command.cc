#include "cli/doctor_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "cli/display.h"
#include "cli/json_fields.h"
#include "cli/print.h"
#include "cli/publish.h"
#include "cli/scan_plan.h"
#include "cli/scan_run.h"
#include "cli/values.h"
#include "scanner/describe_project.h"

namespace demarc {
namespace {

std::string_view tsconfig_paths_name(TsconfigPaths paths) {
  return tsconfig_paths_names()[size_t(paths)];
}

std::vector<std::string> followed(const Follow& follow) {
  std::vector<std::string> names;
  if (follow.glob) names.emplace_back("glob");
  if (follow.url) names.emplace_back("url");
  if (follow.worker) names.emplace_back("worker");
  return names;
}

std::string alias_text(const Alias& alias) {
  const std::string find = alias.is_regexp ? "/" + alias.find + "/" + alias.regexp_flags : alias.find;
  return escaped(find) + " -> " + (alias.replacement.empty() ? "nothing" : escaped(alias.replacement));
}

// What the process decides, beside what the project is.
struct Decisions {
  const ScanPlan& plan;
  int threads = 0;
  std::string threads_evidence;
};

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key).begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end();
}

void write_alias(JsonWriter& json, const Alias& alias) {
  json.begin_object();
  json.key("find");
  if (alias.is_regexp) {
    json.begin_object();
    json.key("re").string(alias.find);
    json.key("flags").string(alias.regexp_flags);
    json.end();
  } else {
    json.string(alias.find);
  }
  json.key("replacement").string(alias.replacement);
  json.end();
}

template <class Items, class Write>
void write_rows(JsonWriter& json, std::string_view key, const Items& items, const Write& write) {
  json.key(key).begin_array(JsonLayout::lines);
  for (const auto& item : items) write(item);
  json.end();
}

class DoctorJson {
 public:
  DoctorJson(const ProjectDescription& project, const Decisions& decisions, Sink& sink)
      : project_(project), decisions_(decisions), json_(sink) {}

  void write(const std::vector<Diagnostic>& diagnostics) {
    json_.begin_object(JsonLayout::lines);
    write_header(json_);
    if (!project_.root.empty()) {
      detection();
      resolution();
    }
    resources();
    write_rows(json_, "diagnostics", diagnostics, [this](const Diagnostic& diagnostic) {
      json_.begin_object();
      write_diagnostic_fields(json_, diagnostic, diagnostic.file);
      json_.end();
    });
    json_.end();
  }

 private:
  void choice(std::string_view key, std::string_view name, const std::string& evidence) {
    json_.key(key).begin_object();
    json_.key("name").string(name);
    json_.key("evidence").string(evidence);
    json_.end();
  }

  void detection() {
    write_name(json_, "root", "rootBase64", project_.root);
    choice("framework", to_string(project_.framework), project_.framework_evidence);
    choice("vite", std::to_string(int(project_.vite)), project_.vite_evidence);
    json_.key("mode").string(mode_names()[size_t(project_.resolver.mode)]);
    write_rows(json_, "entries", project_.entries, [this](const DescribedEntry& entry) {
      json_.begin_object();
      write_name(json_, "path", "pathBase64", entry.path);
      json_.key("environment").string(entry.environment);
      json_.key("evidence").string(entry.evidence);
      json_.end();
    });
    write_texts(json_, "prescan", project_.prescan);
    write_rows(json_, "boundaries", project_.boundaries, [this](const Boundary& boundary) {
      json_.begin_object();
      json_.key("directive").string(boundary.directive);
      write_texts(json_, "environments", boundary.environments);
      json_.end();
    });
    write_texts(json_, "follow", followed(project_.follow));
  }

  void resolution() {
    const ResolverOptions& resolver = project_.resolver;
    write_rows(json_, "environments", resolver.environments,
               [this](const EnvironmentOptions& environment) { write_environment(environment); });
    choice("tsconfigPaths", tsconfig_paths_name(resolver.tsconfig_paths), project_.tsconfig_paths_evidence);
    write_rows(json_, "alias", resolver.alias, [this](const Alias& alias) { write_alias(json_, alias); });
    write_texts(json_, "dedupe", resolver.dedupe);
    write_texts(json_, "external", resolver.external);
    json_.key("preserveSymlinks").boolean(resolver.preserve_symlinks);
    json_.key("viteConfig");
    if (project_.vite_config.empty())
      json_.null();
    else
      json_.string(project_.vite_config);
    write_rows(json_, "unknown", project_.unknown, [this](const UnknownFact& fact) {
      json_.begin_object();
      json_.key("what").string(fact.what);
      json_.key("assumed").string(fact.assumed);
      json_.key("remedy").string(fact.remedy);
      json_.end();
    });
  }

  void write_environment(const EnvironmentOptions& environment) {
    json_.begin_object();
    json_.key("name").string(environment.name);
    json_.key("consumer").string(environment.consumer == Consumer::client ? "client" : "server");
    write_texts(json_, "conditions", environment.conditions);
    json_.key("modeCondition").boolean(environment.mode_condition);
    write_texts(json_, "mainFields", environment.main_fields);
    write_texts(json_, "extensions", environment.extensions);
    write_texts(json_, "builtins", environment.builtins);
    write_texts(json_, "external", environment.external);
    if (environment.no_external_all)
      json_.key("noExternal").boolean(true);
    else
      write_texts(json_, "noExternal", environment.no_external);
    json_.end();
  }

  void resources() {
    const ScanPlan& plan = decisions_.plan;
    json_.key("configuration");
    if (plan.config.path.empty())
      json_.null();
    else
      json_.string(plan.config.path);
    json_.key("memory").begin_object();
    json_.key("bytes").number(plan.options.max_memory);
    json_.key("evidence").string(plan.memory_reason);
    json_.end();
    json_.key("threads").begin_object();
    json_.key("count").number(uint64_t(decisions_.threads));
    json_.key("evidence").string(decisions_.threads_evidence);
    json_.end();
    json_.key("spills").boolean(plan.options.max_memory != 0);
  }

  const ProjectDescription& project_;
  const Decisions& decisions_;
  JsonWriter json_;
};

// For people: a name, what was decided, and why.
class DoctorText {
 public:
  DoctorText(const ProjectDescription& project, const Decisions& decisions, const Look& look, Sink& sink)
      : project_(project), decisions_(decisions), look_(look), sink_(sink) {}

  void print() {
    if (!project_.root.empty()) {
      sink_.write(look_.paint(Style::bold, escaped(project_.root)) + "\n\n");
      detection();
      environments();
      resolution();
    }
    resources();
    unknown();
  }

 private:
  void row(std::string_view name, const std::string& value, const std::string& evidence = {}) {
    const std::string why = evidence.empty() ? "" : "  " + look_.paint(Style::dim, "(" + escaped(evidence) + ")");
    sink_.write(fmt::format("  {:<14}  {}{}\n", name, value.empty() ? "none" : value, why));
  }

  void detection() {
    row("framework", std::string(to_string(project_.framework)), project_.framework_evidence);
    row("Vite's rules", std::to_string(int(project_.vite)), project_.vite_evidence);
    row("mode", std::string(mode_names()[size_t(project_.resolver.mode)]));
    std::string_view name = "entries";
    if (project_.entries.empty()) row(name, {});
    for (const DescribedEntry& entry : project_.entries) {
      row(name, escaped(entry.environment) + "=" + escaped(entry.path), entry.evidence);
      name = {};
    }
    row("prescan", joined(project_.prescan, ", "));
  }

  void environments() {
    std::string_view name = "environments";
    for (const EnvironmentOptions& environment : project_.resolver.environments) {
      std::string conditions = joined(environment.conditions, ", ");
      if (environment.mode_condition) conditions += ", " + std::string(mode_names()[size_t(project_.resolver.mode)]);
      row(name, escaped(environment.name) + ": " + conditions);
      name = {};
    }
    name = "boundaries";
    for (const Boundary& boundary : project_.boundaries) {
      row(name, "\"" + escaped(boundary.directive) + "\" moves imports to " + joined(boundary.environments, ", "));
      name = {};
    }
  }

  void resolution() {
    const ResolverOptions& resolver = project_.resolver;
    row("tsconfig paths", std::string(tsconfig_paths_name(resolver.tsconfig_paths)), project_.tsconfig_paths_evidence);
    std::string_view name = "aliases";
    if (resolver.alias.empty()) row(name, {});
    for (const Alias& alias : resolver.alias) {
      row(name, alias_text(alias));
      name = {};
    }
    row("dedupe", joined(resolver.dedupe, ", "));
    row("external", joined(resolver.external, ", "));
    row("follows", joined(followed(project_.follow), ", "));
    if (resolver.preserve_symlinks) row("symlinks", "are not followed");
  }

  void resources() {
    const ScanPlan& plan = decisions_.plan;
    row("configuration", escaped(plan.config.path));
    row("memory", binary_bytes(plan.options.max_memory), plan.memory_reason);
    row("threads", std::to_string(decisions_.threads), decisions_.threads_evidence);
    const std::string& folder = plan.options.spill_directory;
    row("spilling",
        "to an unnamed temporary file in " +
            (folder.empty() ? "DEMARC_CACHE_DIR, node_modules, the root or /var/tmp" : escaped(folder)),
        "what does not fit there either ends with exit code 4");
  }

  void unknown() {
    if (project_.root.empty()) return;
    sink_.put('\n');
    if (project_.vite_config.empty()) {
      sink_.write("There is no vite.config, so nothing is hidden in one.\n");
      return;
    }
    sink_.write("Not known, because " + escaped(project_.vite_config) + " is never executed:\n");
    for (const UnknownFact& fact : project_.unknown) {
      sink_.write("  " + look_.paint(Style::bold, fact.what) + "\n");
      sink_.write("    assumed: " + fact.assumed + "\n");
      sink_.write("    to say:  " + fact.remedy + "\n");
    }
  }

  const ProjectDescription& project_;
  const Decisions& decisions_;
  const Look& look_;
  Sink& sink_;
};

std::string threads_evidence(const ScanArguments& arguments, const Surroundings& surroundings, int threads) {
  if (threads == 0) return "affinity and CPU quota";
  if (arguments.threads) return "--threads";
  return surroundings.threads.empty() ? "given" : "DEMARC_THREADS";
}

}  // namespace

ExitCode run_doctor(const ScanArguments& arguments) {
  const Look error_look = look_of(STDERR_FILENO, arguments.color);
  Sink errors(STDERR_FILENO);
  std::vector<Diagnostic> diagnostics;
  const Surroundings surroundings = this_process();
  ScanPlan plan;
  ProjectDescription project;
  const bool planned = plan_scan(arguments, surroundings, plan, diagnostics);
  if (planned) project = describe_project(plan.options, *make_real_file_system(), diagnostics);

  const int asked = plan.options.threads;
  const Decisions decisions{plan, asked == 0 ? threads_available() : asked,
                            threads_evidence(arguments, surroundings, asked)};
  ExitCode written = ExitCode::success;
  if (planned) {
    const auto print = [&](const Look& look, Sink& sink) {
      if (arguments.format == Format::pretty) return DoctorText(project, decisions, look, sink).print();
      DoctorJson(project, decisions, sink).write(diagnostics);
      sink.put('\n');
    };
    written = publish(arguments.output, arguments.color, print, error_look, errors);
  }
  const PathNames names(planned ? project.root : surroundings.working_directory, PathStyle::from_root);
  print_diagnostics(diagnostics, {}, names, error_look, errors);
  errors.flush();
  annotate(diagnostics, names, arguments.format);
  if (written != ExitCode::success) return written;
  const bool is_refused = std::any_of(diagnostics.begin(), diagnostics.end(),
                                      [](const Diagnostic& diagnostic) { return diagnostic.level == Level::error; });
  return is_refused ? ExitCode::usage : ExitCode::success;
}

}  // namespace demarc
