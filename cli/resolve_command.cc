// For people, one block a specifier and a row an environment:
//
//   react from src/worker.tsx
//     worker  file  node_modules/react/react.react-server.js
//     client  file  node_modules/react/index.js
#include "cli/resolve_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/display.h"
#include "cli/json_fields.h"
#include "cli/line_reader.h"
#include "cli/print.h"
#include "cli/publish.h"
#include "cli/resolve_question.h"
#include "cli/scan_plan.h"
#include "scanner/inspect.h"

namespace demarc {
namespace {

std::string_view kind_name(RequestKind kind) {
  return kind == RequestKind::require ? "require" : "import";
}

class ResolveCommand {
 public:
  explicit ResolveCommand(const ResolveArguments& arguments)
      : arguments_(arguments),
        scan_(arguments.scan),
        error_look_(look_of(STDERR_FILENO, scan_.color)),
        format_(format_for_records(arguments.format, arguments.batch, scan_.output)) {}

  ExitCode run() {
    if (!open()) return ExitCode::usage;
    const ExitCode written = publish(
        scan_.output, scan_.color, [this](const Look& look, Sink& sink) { print(look, sink); }, error_look_, errors_);
    const std::vector<Diagnostic> met = resolver_->problems();
    problems_.insert(problems_.end(), met.begin(), met.end());
    report(resolver_->root());
    return written == ExitCode::success ? code_ : written;
  }

 private:
  bool open() {
    const Surroundings surroundings = this_process();
    ScanPlan plan;
    if (plan_scan(scan_, surroundings, plan, problems_)) resolver_ = open_resolver(plan.options, *disk_, problems_);
    if (resolver_ != nullptr && choose_environments()) return true;
    report(surroundings.working_directory);
    return false;
  }

  // Which environments specifiers on the command line are asked in, and questions of a batch that name none.
  bool choose_environments() {
    if (arguments_.environment.empty()) {
      const size_t count = arguments_.batch ? 1 : resolver_->environments().size();
      for (size_t i = 0; i < count; ++i) environments_.push_back(EnvironmentId(i));
      return true;
    }
    const std::string complaint = choose_environment(arguments_.environment, *resolver_, environments_.emplace_back());
    if (complaint.empty()) return true;
    problems_.push_back({.rule = "config/invalid", .level = Level::error, .message = complaint});
    return false;
  }

  void print(const Look& look, Sink& sink) {
    JsonWriter json(sink);
    if (arguments_.batch) return answer_batch(json, sink);
    if (format_ == Format::pretty) return print_pretty(look, sink);
    if (format_ == Format::json) {
      json.begin_object(JsonLayout::lines);
      write_header(json);
      write_name(json, "root", "rootBase64", resolver_->root());
      json.key("answers").begin_array(JsonLayout::lines);
    }
    for_each_question([&](const ResolveRequest& request) {
      write_record(json, request);
      if (format_ == Format::ndjson) sink.put('\n');
    });
    if (format_ == Format::json) {
      json.end();
      json.end();
      sink.put('\n');
    }
  }

  template <class Visit>
  void for_each_question(const Visit& visit) {
    for (const std::string& specifier : arguments_.specifiers)
      for (const EnvironmentId environment : environments_) visit(question(specifier, environment));
  }

  ResolveRequest question(const std::string& specifier, EnvironmentId environment) const {
    return {.specifier = specifier, .importer = arguments_.from, .environment = environment, .kind = arguments_.kind};
  }

  const std::string& environment_name(const ResolveRequest& request) const {
    return resolver_->environments()[size_t(request.environment)].name;
  }

  // The question and its answer.
  void write_record(JsonWriter& json, const ResolveRequest& request) {
    json.begin_object();
    json.key("specifier").string(request.specifier);
    if (request.importer.empty())
      json.key("importer").null();
    else
      write_name(json, "importer", "importerBase64", request.importer);
    json.key("env").string(environment_name(request));
    json.key("kind").string(kind_name(request.kind));
    write_answer_fields(json, resolver_->resolve(request));
    json.end();
  }

  void answer_batch(JsonWriter& json, Sink& sink) {
    LineReader lines(STDIN_FILENO);
    // Whoever no longer reads answers needs no more of them.
    while (!sink.abandoned() && lines.next([&] { sink.flush(); })) {
      ResolveRequest request = question({}, environments_.front());
      std::string complaint = lines.too_long() ? "longer than 1 MiB" : read_question(lines.text(), *resolver_, request);
      json.begin_object();
      if (complaint.empty()) {
        write_answer_fields(json, resolver_->resolve(request));
      } else {
        json.key("error").string(fmt::format("line {}: {}", lines.number(), complaint));
        json.key("line").number(lines.number());
        code_ = ExitCode::usage;
      }
      json.end();
      sink.put('\n');
    }
  }

  void print_pretty(const Look& look, Sink& sink) {
    const PathNames names(resolver_->root(), paths());
    size_t width = 0;
    for (const EnvironmentId environment : environments_)
      width = std::max(width, resolver_->environments()[size_t(environment)].name.size());
    for (const std::string& specifier : arguments_.specifiers) {
      const std::string from = arguments_.from.empty() ? "the root, as an entry" : escaped(arguments_.from);
      sink.write(look.paint(Style::bold, escaped(specifier)) + " from " + from + "\n");
      for (const EnvironmentId environment : environments_) {
        const ResolveRequest request = question(specifier, environment);
        print_row(request, resolver_->resolve(request), width, names, look, sink);
      }
    }
  }

  void print_row(const ResolveRequest& request, const ResolveAnswer& answer, size_t width, const PathNames& names,
                 const Look& look, Sink& sink) {
    std::string what(to_string(answer.kind));
    if (answer.kind == ResolutionKind::unresolved) what = look.paint(Style::yellow, what);
    const std::string path = answer.kind == ResolutionKind::file ? names.shown(answer.path) : escaped(answer.path);
    std::string where = path + escaped(answer.postfix);
    if (answer.kind == ResolutionKind::unresolved) where = to_string(answer.reason);
    sink.write(fmt::format("  {:<{}}  {}{}{}\n", escaped(environment_name(request)), width, what,
                           where.empty() ? "" : "  ", where));
    const std::string indent(width + 4, ' ');
    if (!answer.vite_id.empty())
      sink.write(indent + look.paint(Style::dim, "Vite itself answers " + escaped(answer.vite_id)) + "\n");
    if (!arguments_.trace) return;
    std::string rules;
    for (const std::string& rule : answer.rules) rules += " " + rule;
    sink.write(indent + look.paint(Style::dim, "rules" + (rules.empty() ? " none" : rules)) + "\n");
  }

  PathStyle paths() const { return scan_.absolute_paths ? PathStyle::absolute : PathStyle::from_root; }

  void report(std::string_view root) {
    const bool is_wrong = std::any_of(problems_.begin(), problems_.end(),
                                      [](const Diagnostic& problem) { return problem.level == Level::error; });
    if (is_wrong && code_ == ExitCode::success) code_ = ExitCode::incomplete;
    print_diagnostics(problems_, {.warnings = !scan_.quiet, .notes = false}, PathNames(root, paths()), error_look_,
                      errors_);
    errors_.flush();
  }

  const ResolveArguments& arguments_;
  const ScanArguments& scan_;
  const Look error_look_;
  const Format format_;
  Sink errors_{STDERR_FILENO};
  const std::unique_ptr<FileSystem> disk_ = make_real_file_system();
  std::unique_ptr<ProjectResolver> resolver_;
  std::vector<EnvironmentId> environments_;
  std::vector<Diagnostic> problems_;
  ExitCode code_ = ExitCode::success;
};

}  // namespace

ExitCode run_resolve(const ResolveArguments& arguments) {
  return ResolveCommand(arguments).run();
}

}  // namespace demarc
