// The edges of the process: standard streams, signals, exceptions, exit code.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <new>
#include <span>
#include <string_view>

#include "cli/args.h"
#include "cli/audit_command.h"
#include "cli/diff_command.h"
#include "cli/doctor_command.h"
#include "cli/exhaustion.h"
#include "cli/explain_command.h"
#include "cli/graph_command.h"
#include "cli/init_command.h"
#include "cli/list_command.h"
#include "cli/parse_command.h"
#include "cli/report_command.h"
#include "cli/resolve_command.h"
#include "cli/scan_command.h"
#include "cli/sink.h"
#include "cli/why_command.h"
#include "scanner/scanner.h"

namespace {

using namespace demarc;

// A descriptor 0, 1 or 2 that is closed would be given to the first file that is opened, and the result written into
// it.
void occupy_standard_streams() {
  int file = 0;
  do file = open("/dev/null", O_RDWR);
  while (file >= 0 && file <= STDERR_FILENO);
  if (file >= 0) close(file);
}

ExitCode print_text(const Invocation& invocation) {
  Sink sink(invocation.exit_code == ExitCode::success ? STDOUT_FILENO : STDERR_FILENO);
  sink.write(invocation.text);
  sink.flush();
  return sink.failed() && invocation.exit_code == ExitCode::success ? ExitCode::output_failed : invocation.exit_code;
}

ExitCode run(std::span<const char* const> words) {
  const Invocation invocation = parse_command_line(words);
  switch (invocation.command) {
    case Command::scan:
      return run_scan(invocation.scan);
    case Command::audit:
      return run_audit(invocation.audit);
    case Command::explain:
      return run_explain(invocation.explain);
    case Command::init:
      return run_init(invocation.init);
    case Command::parse:
      return run_parse(invocation.parse);
    case Command::resolve:
      return run_resolve(invocation.resolve);
    case Command::why:
      return run_why(invocation.why);
    case Command::list:
      return run_list(invocation.list);
    case Command::report:
      return run_report(invocation.scan);
    case Command::graph:
      return run_graph(invocation.graph);
    case Command::diff:
      return run_diff(invocation.diff);
    case Command::doctor:
      return run_doctor(invocation.scan);
    case Command::none:
      break;
  }
  return print_text(invocation);
}

}  // namespace

int main(int argc, char** argv) {
  occupy_standard_streams();
  // A reader that goes away is told by EPIPE, which is a success (sink.h).
  std::signal(SIGPIPE, SIG_IGN);
  // A limit on the size of files (ulimit -f) is told by EFBIG, like a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  prepare_for_exhaustion();
  ExitCode code = ExitCode::internal_error;
  try {
    code = run({argv + 1, size_t(argc > 0 ? argc - 1 : 0)});
  } catch (const ThreadRefused&) {
    code = out_of_threads();
  } catch (const std::bad_alloc&) {
    code = out_of_memory();
  } catch (const std::exception& error) {
    last_words("demarc: internal error: ", code);
    last_words(error.what(), code);
    code = last_words("\n  help: this is a bug in demarc; please report it with the command line\n", code);
  }
  return int(code);
}
