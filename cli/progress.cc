#include "cli/progress.h"

#include <fmt/format.h>

#include <chrono>

#include "cli/display.h"
#include "cli/sink.h"

namespace demarc {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kFirst(300);
constexpr milliseconds kOnTerminal(100);
constexpr milliseconds kElsewhere(1000);  // lines that stay

}  // namespace

bool wants_progress(When progress, const Look& look) {
  if (progress != When::automatic) return progress == When::always;
  return look.terminal && !in_ci();
}

Progress::Progress(const ScanControl& control, const Look& look, int file_descriptor)
    : control_(control), look_(look), file_descriptor_(file_descriptor), thread_(&Progress::watch, this) {}

Progress::~Progress() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  end_.notify_one();
  thread_.join();
}

bool Progress::wait(milliseconds time) {
  std::unique_lock lock(mutex_);
  return end_.wait_for(lock, time, [this] { return ended_; });
}

void Progress::watch() {
  const Clock::time_point start = Clock::now();
  if (wait(kFirst)) return;
  Sink sink(file_descriptor_);
  do {
    const uint64_t done = control_.files_done.load(std::memory_order_relaxed);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    const std::string text =
        fmt::format("Scanning  {} of {} modules{}{} files/s{}{}", grouped(done),
                    grouped(control_.files_found.load(std::memory_order_relaxed)), look_.separator(),
                    grouped(uint64_t(double(done) / seconds)), look_.separator(),
                    binary_bytes(control_.ledger_bytes.load(std::memory_order_relaxed)));
    // A line longer than the terminal would wrap, and \r would come back to its second half only.
    const bool fits = int(text.size()) < look_.width;
    sink.write(look_.terminal ? "\r" + (fits ? text : "Scanning") + "\x1b[K" : text + "\n");
    sink.flush();
  } while (!wait(look_.terminal ? kOnTerminal : kElsewhere));
  if (look_.terminal) sink.write("\r\x1b[K");
  sink.flush();
}

}  // namespace demarc
