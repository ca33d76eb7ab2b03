// What the program does when memory ends.
//
// std::bad_alloc travels to main(), which says so and exits with 4. Where it cannot travel there (in a thread of
// oneTBB that is just beginning, or when there is no memory even for the exception) the process ends from within, with
// the same words.
#pragma once

#include <string_view>

#include "cli/exit_code.h"

namespace demarc {

// To be called again in main(): shared libraries may have replaced the handlers.
void prepare_for_exhaustion();

// The scan is done, and what remains needs one thread: one that cannot begin now is let sleep, and not the answer lost.
void outlive_failing_threads();

// Writes `text` to standard error without the heap, which may be what failed.
ExitCode last_words(std::string_view text, ExitCode code);
ExitCode out_of_memory();
ExitCode out_of_threads();

}  // namespace demarc
