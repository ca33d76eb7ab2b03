// One line on standard error that says how far a scan is. The scan pays nothing for it: a thread of its own looks at
// the counters of ScanControl now and then, for the first time after 300 ms, when most scans are over.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "cli/terminal.h"
#include "scanner/scanner.h"

namespace demarc {

// Whether a line is wanted: `automatic` on a terminal outside CI.
bool wants_progress(When progress, const Look& look);

class Progress {
 public:
  Progress(const ScanControl& control, const Look& look, int file_descriptor);
  ~Progress();  // wipes the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  void watch();
  bool wait(std::chrono::milliseconds time);  // true: the scan has ended

  const ScanControl& control_;
  const Look look_;
  const int file_descriptor_;
  std::mutex mutex_;  // guards ended_
  bool ended_ = false;
  std::condition_variable end_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace demarc
