// Result<T>: how a failure of the environment (I/O, configuration) travels. Domain outcomes are enums in the results
// themselves, and bad source text is never an error. The only place that names tl::expected: std::expected needs C++23.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace demarc {

struct Error {
  int code = 0;         // errno, or 0 where no system call failed
  std::string path;     // the file concerned, may be empty
  std::string message;  // lower case, no full stop, says what to do where we know
};

template <class T>
using Result = tl::expected<T, Error>;

}  // namespace demarc
