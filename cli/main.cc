// The edges of the process: standard streams, signals, exceptions, exit code.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>
#include <span>
#include <string_view>

#include "cli/args.h"
#include "cli/doctor_command.h"
#include "cli/heap.h"
#include "cli/list_command.h"
#include "cli/parse_command.h"
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
    case Command::parse:
      return run_parse(invocation.parse);
    case Command::resolve:
      return run_resolve(invocation.resolve);
    case Command::why:
      return run_why(invocation.why);
    case Command::list:
      return run_list(invocation.list);
    case Command::doctor:
      return run_doctor(invocation.scan);
    case Command::none:
      break;
  }
  return print_text(invocation);
}

// Without the heap, which may be what failed.
ExitCode last_words(std::string_view text, ExitCode code) {
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
  return code;
}

ExitCode out_of_memory() {
  const std::string_view words =
      heap_bound_was_hit()
          ? "demarc: error: this takes more memory than --max-memory allows; nothing was published\n"
          : "demarc: error: the system gives less memory than --max-memory allows; nothing was published\n"
            "  help: raise the limit, or use fewer threads with --threads\n";
  return last_words(words, ExitCode::over_budget);
}

std::atomic<bool> heap_is_exhausted{false};

void note_exhausted_heap() {
  heap_is_exhausted = true;
  throw std::bad_alloc();
}

// Where std::bad_alloc cannot travel to main(): a thread that cannot begin, or no memory even for the exception.
void end_without_exception() {
  if (heap_is_exhausted) _exit(int(out_of_memory()));
  std::abort();
}

void prepare_for_exhaustion() {
  std::set_new_handler(note_exhausted_heap);
  std::set_terminate(end_without_exception);
}

#ifdef __ELF__
// Shared libraries allocate in their constructors, before main().
[[gnu::section(".preinit_array"), gnu::used]] void (*const before_all_constructors)() = prepare_for_exhaustion;
#endif

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
    code = last_words(
        "demarc: error: the system starts no further thread: a limit on processes, or no memory for it; nothing was "
        "published\n  help: use fewer threads with --threads\n",
        ExitCode::over_budget);
  } catch (const std::bad_alloc&) {
    code = out_of_memory();
  } catch (const std::exception& error) {
    last_words("demarc: internal error: ", code);
    last_words(error.what(), code);
    code = last_words("\n  help: this is a bug in demarc; please report it with the command line\n", code);
  }
  return int(code);
}
