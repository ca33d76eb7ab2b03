#include "resolver/small_file.h"

#include <cerrno>

namespace demarc {
namespace {

constexpr size_t kLargest = size_t{4} << 20;
// Holds most files in one read, and asking for a file's size first would cost a call.
constexpr size_t kFirstRead = size_t{16} << 10;

}  // namespace

int read_small_file(FileSystem& file_system, const std::string& path, std::string& text) {
  int handle = 0;
  if (const int error = file_system.open(path, handle); error != 0) return error;
  int error = 0;
  size_t size = 0;
  for (size_t step = kFirstRead;; step *= 2) {
    text.resize(size + step);
    const int64_t n = file_system.read_at(handle, size, text.data() + size, step);
    if (n < 0) {
      error = static_cast<int>(-n);
      break;
    }
    size += static_cast<size_t>(n);
    if (size > kLargest) error = EFBIG;
    if (static_cast<size_t>(n) < step || error != 0) break;
  }
  text.resize(size);
  file_system.close(handle);
  return error;
}

}  // namespace demarc
