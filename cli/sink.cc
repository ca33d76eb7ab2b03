#include "cli/sink.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace demarc {

Sink::Sink(int file_descriptor)
    : buffer_(std::make_unique_for_overwrite<char[]>(kBufferBytes)), file_descriptor_(file_descriptor) {}

Sink::Sink(std::string& text) : buffer_(std::make_unique_for_overwrite<char[]>(kBufferBytes)), text_(&text) {}

void Sink::write(std::string_view bytes) {
  if (bytes.size() > kBufferBytes - used_) {
    flush();
    if (bytes.size() > kBufferBytes) {
      write_through(bytes);
      return;
    }
  }
  std::memcpy(buffer_.get() + used_, bytes.data(), bytes.size());
  used_ += bytes.size();
}

void Sink::flush() {
  write_through({buffer_.get(), used_});
  used_ = 0;
}

bool Sink::abandoned() const {
  return error_ == EPIPE;
}

void Sink::write_through(std::string_view bytes) {
  if (text_ != nullptr) {
    text_->append(bytes);
    return;
  }
  while (!bytes.empty() && error_ == 0) {
    const ssize_t count = ::write(file_descriptor_, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(size_t(count));
    } else if (errno == EAGAIN) {
      // Whoever shares the pipe with us made it non-blocking, as Node does for its children's standard streams.
      struct pollfd writable = {file_descriptor_, POLLOUT, 0};
      poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
}

}  // namespace demarc
