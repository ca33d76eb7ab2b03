#include "node-binding/src/work.h"

#include <climits>
#include <cstdlib>
#include <exception>
#include <memory>
#include <new>

#include "cli/display.h"
#include "cli/json_fields.h"
#include "cli/print.h"
#include "cli/print_parse.h"
#include "cli/print_why.h"
#include "cli/suggest.h"
#include "scanner/inspect.h"
#include "scanner/why.h"

namespace demarc {
namespace {

PathStyle path_style(const Request& request) {
  return request.arguments.absolute_paths ? PathStyle::absolute : PathStyle::from_root;
}

// A failure carries its diagnostics as the JSON of a result would.
Reply failure(std::string code, const std::vector<Diagnostic>& diagnostics) {
  Reply reply;
  reply.code = std::move(code);
  Sink sink(reply.json);
  JsonWriter json(sink);
  json.begin_array();
  for (const Diagnostic& diagnostic : diagnostics) {
    json.begin_object();
    write_diagnostic_fields(json, diagnostic, diagnostic.file);
    json.end();
    if (diagnostic.level != Level::error) continue;
    if (!reply.message.empty()) reply.message += '\n';
    if (!diagnostic.file.empty()) {
      reply.message += diagnostic.file;
      if (diagnostic.line != 0) {
        reply.message += ':' + std::to_string(diagnostic.line) + ':' + std::to_string(diagnostic.column);
      }
      reply.message += ": ";
    }
    reply.message += diagnostic.message;
    if (!diagnostic.help.empty()) reply.message += "; " + diagnostic.help;
  }
  json.end();
  sink.flush();
  return reply;
}

Reply failure_of(const ScanResult& result) {
  switch (result.outcome) {
    case Outcome::invalid:
      return failure("DEMARC_BAD_CONFIG", result.diagnostics);
    case Outcome::over_budget:
      return failure("DEMARC_OVER_BUDGET", result.diagnostics);
    default:
      return failure("DEMARC_INCOMPLETE", result.diagnostics);
  }
}

bool is_usable(const ScanResult& result, const Request& request) {
  return result.outcome == Outcome::complete ||
         (result.outcome == Outcome::incomplete && request.arguments.allow_incomplete);
}

ScanResult scan_as_guest(const ScanPlan& plan, ScanControl& control, ScanHost* host) {
  ScanOptions options = plan.options;
  options.memory_beside_host = true;
  const std::unique_ptr<FileSystem> disk = make_real_file_system();
  return scan(options, *disk, &control, host);
}

Reply run_scan(const Request& request, const ScanPlan& plan, ScanControl& control, ScanHost* host) {
  const ScanResult result = scan_as_guest(plan, control, host);
  if (!is_usable(result, request)) return failure_of(result);
  Reply reply;
  Sink sink(reply.json);
  print_json(result,
             {.emit = request.arguments.emit,
              .with_map = true,
              .stats = request.arguments.stats,
              .with_modules = request.with_modules,
              .paths = path_style(request),
              .peak_resident_bytes = peak_resident_bytes()},
             sink);
  sink.flush();
  return reply;
}

Reply run_why(const Request& request, const ScanPlan& plan, ScanControl& control, ScanHost* host) {
  ScanPlan with_graph = plan;
  with_graph.options.keep = Keep::graph;
  const ScanResult result = scan_as_guest(with_graph, control, host);
  if (!is_usable(result, request)) return failure_of(result);
  const std::vector<std::string_view> names(result.environments.begin(), result.environments.end());
  if (!request.environment.empty() && std::find(names.begin(), names.end(), request.environment) == names.end()) {
    return {{},
            "DEMARC_BAD_CONFIG",
            "no environment \"" + request.environment + "\"" + suggestion(request.environment, names)};
  }
  char real[PATH_MAX];
  std::vector<ModuleIndex> modules;
  if (realpath(absolute_path(result.root, request.name).c_str(), real) != nullptr) {
    modules = find_modules(result, real);
  }
  if (modules.empty()) modules = find_modules(result, request.name);
  const std::vector<Explanation> explanations =
      explain(result, modules, {.environment = request.environment, .most_chains = request.most_chains});
  Reply reply;
  Sink sink(reply.json);
  print_why_json(result, request.name, modules, explanations, path_style(request), sink);
  sink.flush();
  return reply;
}

Reply run_resolve(const Request& request, const ScanPlan& plan, const ScanControl& control) {
  const std::unique_ptr<FileSystem> disk = make_real_file_system();
  std::vector<Diagnostic> problems;
  const auto resolver = open_resolver(plan.options, *disk, problems);
  if (!resolver) return failure("DEMARC_BAD_CONFIG", problems);
  Reply reply;
  Sink sink(reply.json);
  JsonWriter json(sink);
  json.begin_array(JsonLayout::lines);
  for (const Question& question : request.questions) {
    if (control.cancelled) return {{}, "DEMARC_CANCELLED", "cancelled"};
    json.begin_array();
    for (size_t i = 0; i < resolver->environments().size(); ++i) {
      const std::string& name = resolver->environments()[i].name;
      if (!question.environment.empty() && question.environment != name) continue;
      json.begin_object();
      json.key("specifier").string(question.specifier);
      json.key("environment").string(name);
      write_answer_fields(json, resolver->resolve({.specifier = question.specifier,
                                                   .importer = question.importer,
                                                   .environment = EnvironmentId(i),
                                                   .kind = question.kind}));
      json.end();
    }
    json.end();
  }
  json.end();
  sink.flush();
  return reply;
}

Reply run(const Request& request, ScanControl& control, ScanHost* host) {
  ScanPlan plan;
  std::vector<Diagnostic> problems;
  if (!plan_scan(request.arguments, request.surroundings, plan, problems)) {
    return failure("DEMARC_BAD_CONFIG", problems);
  }
  Reply reply;
  switch (request.task) {
    case Task::scan:
      reply = run_scan(request, plan, control, host);
      break;
    case Task::why:
      reply = run_why(request, plan, control, host);
      break;
    case Task::resolve:
      reply = run_resolve(request, plan, control);
      break;
  }
  if (control.cancelled) return {{}, "DEMARC_CANCELLED", "cancelled"};
  return reply;
}

template <class Function>
Reply reply_of(const Function& function) {
  try {
    return function();
  } catch (const ThreadRefused&) {
    return {{}, "DEMARC_NO_THREAD", "the system starts no further thread; scan on fewer with the option threads"};
  } catch (const std::bad_alloc&) {
    return {{}, "DEMARC_OUT_OF_MEMORY", "out of memory"};
  } catch (const std::exception& error) {
    return {{}, "DEMARC_INTERNAL", std::string("internal error: ") + error.what()};
  } catch (...) {
    return {{}, "DEMARC_INTERNAL", "internal error"};
  }
}

}  // namespace

Reply run_request(const Request& request, ScanControl& control, ScanHost* host) {
  return reply_of([&] { return run(request, control, host); });
}

Reply parse_text(std::string_view text, Language language) {
  return reply_of([&] {
    ModuleParser parser;
    const ParsedModule module = parser.parse_text(text, language);
    Reply reply;
    Sink sink(reply.json);
    JsonWriter json(sink);
    write_parsed_module(json, "", module);
    sink.flush();
    return reply;
  });
}

}  // namespace demarc
