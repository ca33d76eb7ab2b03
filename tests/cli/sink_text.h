// What a printer wrote, as a string.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "cli/sink.h"

namespace demarc {

inline std::string text_of(const std::function<void(Sink&)>& print) {
  const int file = memfd_create("printed", MFD_CLOEXEC);
  Sink sink(file);
  print(sink);
  sink.flush();
  std::string text(size_t(lseek(file, 0, SEEK_END)), '\0');
  const bool whole = pread(file, text.data(), text.size(), 0) == ssize_t(text.size());
  close(file);
  return whole ? text : "could not be read back";
}

}  // namespace demarc
