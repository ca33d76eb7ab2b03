#include "cli/line_reader.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace demarc {
namespace {

constexpr size_t kBufferBytes = size_t(64) * 1024;

}  // namespace

bool LineReader::next(const std::function<void()>& before_waiting) {
  line_.clear();
  too_long_ = false;
  bool any = false;
  while (at_ < buffer_.size() || refill(before_waiting)) {
    any = true;
    const size_t end = buffer_.find('\n', at_);
    append(std::string_view(buffer_).substr(at_, end - at_));
    at_ = end == std::string::npos ? buffer_.size() : end + 1;
    if (end != std::string::npos) break;
  }
  if (!any) return false;
  ++number_;
  if (line_.ends_with('\r')) line_.pop_back();
  return true;
}

bool LineReader::refill(const std::function<void()>& before_waiting) {
  at_ = 0;
  buffer_.resize(kBufferBytes);
  before_waiting();
  ssize_t count = 0;
  for (;;) {
    count = ::read(file_descriptor_, buffer_.data(), buffer_.size());
    if (count >= 0) break;
    if (errno == EAGAIN) {
      // Whoever shares the pipe with us made it non-blocking, as Node does for its children's standard streams.
      struct pollfd readable = {file_descriptor_, POLLIN, 0};
      poll(&readable, 1, -1);
    } else if (errno != EINTR) {
      error_ = errno;
      break;
    }
  }
  buffer_.resize(size_t(std::max<ssize_t>(count, 0)));
  return !buffer_.empty();
}

void LineReader::append(std::string_view piece) {
  const size_t room = kLongestLine - line_.size();
  too_long_ = too_long_ || piece.size() > room;
  line_.append(piece.substr(0, room));
}

}  // namespace demarc
