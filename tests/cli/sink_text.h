// What a printer wrote, as a string.
#pragma once

#include <functional>
#include <string>

#include "cli/sink.h"

namespace demarc {

inline std::string text_of(const std::function<void(Sink&)>& print) {
  std::string text;
  Sink sink(text);
  print(sink);
  sink.flush();
  return text;
}

}  // namespace demarc
