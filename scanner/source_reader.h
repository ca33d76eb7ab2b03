// Opens one file, hands its bytes to the lexer, and vouches that they are one version of it: a file that changes while
// it is read is read again, at most three times.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "parser/scan_module.h"
#include "resolver/file_system.h"

namespace demarc {

enum class ReadStatus : uint8_t {
  ok,
  unreadable,  // error holds the errno
  not_a_file,  // a FIFO, socket, device or directory
  changed      // three attempts saw three versions
};

struct ReadOutcome {
  ReadStatus status = ReadStatus::ok;
  int error = 0;
  uint64_t bytes = 0;
};

// Thread-compatible; one a thread. `scan_start_ns` is the time the scan began, of the clock that file times use: a file
// whose last change is well before it cannot have changed while it was read, so the common case costs one status call.
class SourceReader {
 public:
  SourceReader(FileSystem& file_system, int64_t scan_start_ns)
      : file_system_(file_system), scan_start_ns_(scan_start_ns) {}

  // `then(source)` runs while the file is still open, for questions about the same version of the text (locate); it
  // returns 0 or an errno. It may run more than once, and only the last time counts.
  ReadOutcome scan(const std::string& path, Lexer& lexer, const ScanSettings& settings, ModuleSyntax& syntax,
                   const std::function<int(SourceText&)>& then);

 private:
  FileSystem& file_system_;
  const int64_t scan_start_ns_;
};

}  // namespace demarc
