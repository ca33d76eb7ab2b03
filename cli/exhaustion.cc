#include "cli/exhaustion.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <new>
#include <stdexcept>

#include "cli/heap.h"

namespace demarc {
namespace {

std::atomic<bool> heap_is_exhausted{false};

// Who comes first decides: the answer is published, or the process ends without one.
enum class State { at_work, answered, ending };
std::atomic<State> state{State::at_work};

bool enter(State next) {
  State expected = State::at_work;
  return state.compare_exchange_strong(expected, next) || expected == next;
}

[[noreturn]] void sleep_forever() {
  for (;;) ::pause();
}

void note_exhausted_heap() {
  heap_is_exhausted = true;
  throw std::bad_alloc();
}

void end_without_exception() {
  if (!enter(State::ending)) sleep_forever();
  if (heap_is_exhausted) _exit(int(out_of_memory()));
  if (const std::exception_ptr current = std::current_exception()) {
    try {
      std::rethrow_exception(current);
    } catch (const std::bad_alloc&) {
      // oneTBB has an allocator of its own.
      _exit(int(out_of_memory()));
    } catch (const std::runtime_error&) {
      // What oneTBB throws when the system gives it no thread; nothing of ours is thrown where it cannot be caught.
      _exit(int(out_of_threads()));
    } catch (...) {
    }
  }
  std::abort();
}

#ifdef __ELF__
// Shared libraries allocate in their constructors, before main().
[[gnu::section(".preinit_array"), gnu::used]] void (*const before_all_constructors)() = prepare_for_exhaustion;
#endif

}  // namespace

void prepare_for_exhaustion() {
  std::set_new_handler(note_exhausted_heap);
  std::set_terminate(end_without_exception);
}

void outlive_failing_threads() {
  if (!enter(State::answered)) sleep_forever();
}

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

ExitCode out_of_threads() {
  return last_words(
      "demarc: error: the system starts no further thread: a limit on processes, or no memory for it; nothing was "
      "published\n  help: use fewer threads with --threads\n",
      ExitCode::over_budget);
}

}  // namespace demarc
