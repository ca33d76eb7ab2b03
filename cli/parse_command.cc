#include "cli/parse_command.h"

#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/display.h"
#include "cli/json_fields.h"
#include "cli/line_reader.h"
#include "cli/print.h"
#include "cli/print_parse.h"
#include "cli/publish.h"
#include "cli/scan_plan.h"
#include "scanner/inspect.h"

namespace demarc {
namespace {

// Nothing but the text between the quotes can have been missed in a file that was read without this.
bool is_incomplete(const ParsedModule& module) {
  return !module.read || std::any_of(module.diagnostics.begin(), module.diagnostics.end(),
                                     [](const Diagnostic& d) { return d.rule == "scan/undecided-directive"; });
}

class ParseCommand {
 public:
  explicit ParseCommand(const ParseArguments& arguments)
      : arguments_(arguments),
        error_look_(look_of(STDERR_FILENO, arguments.color)),
        format_(format_for_records(arguments.format, arguments.batch, arguments.output)) {}

  ExitCode run() {
    const ExitCode written = publish(
        arguments_.output, arguments_.color, [this](const Look& look, Sink& sink) { print(look, sink); }, error_look_,
        errors_);
    report();
    return written == ExitCode::success ? code_ : written;
  }

 private:
  void print(const Look& look, Sink& sink) {
    JsonWriter json(sink);
    if (format_ == Format::json) {
      json.begin_object(JsonLayout::lines);
      write_header(json);
      json.key("files").begin_array(JsonLayout::lines);
    }
    for_each_file(sink, [&](const std::string& file, const ParsedModule& module) {
      if (format_ == Format::pretty) return print_parsed_module(file, module, look, sink);
      write_parsed_module(json, file, module);
      if (format_ == Format::ndjson) sink.put('\n');
    });
    if (format_ == Format::json) {
      json.end();
      json.end();
      sink.put('\n');
    }
  }

  template <class Visit>
  void for_each_file(Sink& sink, const Visit& visit) {
    for (const std::string& file : arguments_.files) visit(file, answer(file));
    if (!arguments_.batch) return;
    LineReader lines(STDIN_FILENO);
    // Whoever no longer reads answers needs no more of them.
    while (!sink.abandoned() && lines.next([&] { sink.flush(); })) {
      const std::string file(lines.text());
      visit(file, answer_line(file, lines));
    }
  }

  ParsedModule answer_line(const std::string& file, const LineReader& lines) {
    std::string complaint;
    if (file.empty()) complaint = "no path";
    if (file.find('\0') != std::string::npos) complaint = "a path cannot hold a NUL character";
    if (lines.too_long()) complaint = "longer than any path";
    if (complaint.empty()) return answer(file);
    ParsedModule module;
    module.diagnostics.push_back({.rule = "batch/invalid-line",
                                  .level = Level::error,
                                  .message = "line " + std::to_string(lines.number()) + ": " + complaint,
                                  .help = "one path a line"});
    note(file, module, ExitCode::usage);
    return module;
  }

  ParsedModule answer(const std::string& file) {
    ParsedModule module = parser_.parse_file(absolute_path(working_directory_, file), arguments_.language);
    note(file, module, is_incomplete(module) ? ExitCode::incomplete : ExitCode::success);
    return module;
  }

  // A batch may be endless, so of what is wrong with its files only the beginning is kept for standard error.
  void note(const std::string& file, const ParsedModule& module, ExitCode code) {
    constexpr size_t kMostKept = 1000;
    if (code_ != ExitCode::usage && code != ExitCode::success) code_ = code;
    for (const Diagnostic& diagnostic : module.diagnostics) {
      if (problems_.size() == kMostKept) return;
      problems_.push_back(diagnostic);
      problems_.back().file = file;
    }
  }

  void report() {
    // Without a root, names are shown as they were given.
    print_diagnostics(problems_, {.notes = format_ == Format::pretty && !arguments_.quiet}, PathNames({}, {}),
                      error_look_, errors_);
    errors_.flush();
  }

  const ParseArguments& arguments_;
  const Look error_look_;
  const Format format_;
  const std::string working_directory_ = this_process().working_directory;
  Sink errors_{STDERR_FILENO};
  ModuleParser parser_;
  std::vector<Diagnostic> problems_;
  ExitCode code_ = ExitCode::success;
};

}  // namespace

ExitCode run_parse(const ParseArguments& arguments) {
  return ParseCommand(arguments).run();
}

}  // namespace demarc
