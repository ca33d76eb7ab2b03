// For people:
//
//   lucide-react/dist/esm/icons/x.js is in client (3 chains, shortest of 5 steps):
//     src/worker.tsx:4
//     -> src/app/Layout.tsx:2
//     -> src/app/Nav.tsx:5            'use client'  <- boundary
//     -> lucide-react/dist/esm/lucide-react.js  (barrel, 1,866 re-exports)
//     -> lucide-react/dist/esm/icons/x.js
#include "cli/why_command.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "cli/display.h"
#include "cli/print.h"
#include "cli/print_chain.h"
#include "cli/print_why.h"
#include "cli/publish.h"
#include "cli/scan_plan.h"
#include "cli/scan_run.h"
#include "cli/suggest.h"
#include "scanner/why.h"

namespace demarc {
namespace {

std::string canonical(const std::string& path) {
  char real[PATH_MAX];
  return realpath(path.c_str(), real) == nullptr ? std::string() : std::string(real);
}

class WhyCommand {
 public:
  explicit WhyCommand(const WhyArguments& arguments)
      : arguments_(arguments), error_look_(look_of(STDERR_FILENO, arguments.scan.color)) {}

  ExitCode run() {
    ExitCode code = ExitCode::success;
    std::optional<ScanResult> result = scan_graph(arguments_.scan, error_look_, errors_, code);
    if (result) {
      result_ = std::move(*result);
      code = answer(code);
    }
    errors_.flush();
    return code;
  }

 private:
  ExitCode answer(ExitCode code) {
    if (!knows_environment(result_, arguments_.environment, error_look_, errors_)) return ExitCode::usage;
    bool exists = false;
    const std::vector<ModuleIndex> modules = find(exists);
    if (modules.empty() && !exists) return unknown_file();
    const size_t most = arguments_.all ? arguments_.most.value_or(kMostChains) : arguments_.most.value_or(1);
    const std::vector<Explanation> explanations =
        explain(result_, modules, {.environment = arguments_.environment, .most_chains = most});
    const auto print = [&](const Look& look, Sink& sink) {
      if (arguments_.scan.format == Format::json)
        print_why_json(result_, arguments_.file, modules, explanations, path_style(), sink);
      else
        print_pretty(modules, explanations, look, sink);
    };
    const ExitCode written = publish(arguments_.scan.output, arguments_.scan.color, print, error_look_, errors_);
    if (written != ExitCode::success) return written;
    return explanations.empty() && code == ExitCode::success ? ExitCode::findings : code;
  }

  void complain(const std::string& message, const std::string& help) {
    errors_.write("demarc: " + error_look_.paint(Style::red, "error:") + " " + escaped(message) +
                  "\n  help: " + escaped(help) + "\n");
  }

  // A file, as seen from the working directory or from the root; else the name of a package or a specifier.
  std::vector<ModuleIndex> find(bool& exists) const {
    const std::string& name = arguments_.file;
    for (const std::string& base : {this_process().working_directory, result_.root}) {
      const std::string path = canonical(absolute_path(base, name));
      if (path.empty()) continue;
      const std::vector<ModuleIndex> modules = find_modules(result_, path);
      if (!modules.empty()) return modules;
      exists = exists || is_file(path);
    }
    return find_modules(result_, name);
  }

  static bool is_file(const std::string& path) {
    struct stat status {};
    return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  }

  ExitCode unknown_file() {
    std::vector<std::string_view> names;
    for (const Module& module : result_.modules) {
      std::string_view id = result_.text(module.id);
      names.push_back(id.starts_with('/') ? id.substr(1) : id);
    }
    complain("there is no file, package or imported specifier \"" + arguments_.file + "\"" +
                 suggestion(arguments_.file, names),
             "a file is named as seen from the working directory or from the root of the project");
    return ExitCode::usage;
  }

  PathStyle path_style() const { return arguments_.scan.absolute_paths ? PathStyle::absolute : PathStyle::from_root; }
  PathNames names() const { return {result_.root, path_style()}; }

  const Module& module_at(ModuleIndex index) const { return result_.modules[size_t(index)]; }

  std::string title(const std::vector<ModuleIndex>& modules) const {
    return modules.size() == 1 ? shown_module(result_, module_at(modules.front()), names()) : escaped(arguments_.file);
  }

  void print_pretty(const std::vector<ModuleIndex>& modules, const std::vector<Explanation>& explanations,
                    const Look& look, Sink& sink) const {
    if (explanations.empty()) {
      const std::string where = arguments_.environment.empty() ? "the graph" : escaped(arguments_.environment);
      sink.write((modules.empty() ? escaped(arguments_.file) : title(modules)) + " is not in " + where + "\n");
    }
    for (const Explanation& explanation : explanations) {
      sink.write(fmt::format("{} is in {} ({}, shortest of {}):\n", look.paint(Style::bold, title(modules)),
                             escaped(result_.environments[explanation.environment]),
                             counted(explanation.importers, "chain"),
                             counted(explanation.chains.front().steps.size(), "step")));
      for (const Chain& chain : explanation.chains) {
        if (&chain != &explanation.chains.front()) sink.put('\n');
        print_chain(result_, chain, names(), look, "  ", sink);
      }
      const size_t shown_chains = explanation.chains.size();
      if (explanation.importers > shown_chains)
        sink.write(look.paint(Style::dim, fmt::format("  {} {} more; --all shows them", look.ellipsis(),
                                                      counted(explanation.importers - shown_chains, "chain"))) +
                   "\n");
    }
  }

  static constexpr size_t kMostChains = 100;

  const WhyArguments& arguments_;
  const Look error_look_;
  Sink errors_{STDERR_FILENO};
  ScanResult result_;
};

}  // namespace

ExitCode run_why(const WhyArguments& arguments) {
  return WhyCommand(arguments).run();
}

}  // namespace demarc
