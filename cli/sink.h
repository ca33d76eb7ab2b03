// Buffered bytes to a file descriptor, or to a string. The first failure is kept and everything after it dropped, so a
// printer writes straight through and asks once, at the end.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace demarc {

class Sink {
 public:
  static constexpr size_t kBufferBytes = size_t(64) * 1024;

  explicit Sink(int file_descriptor);
  explicit Sink(std::string& text);  // appends to it
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  void write(std::string_view bytes);
  void put(char byte) {
    if (used_ == kBufferBytes) flush();
    buffer_[used_++] = byte;
  }
  void flush();

  int error() const { return error_; }  // errno of the first failed write, 0 while there is none
  // The reader has gone (`demarc scan | head`): nobody is left to complain to, so it is no failure.
  bool abandoned() const;
  bool failed() const { return error_ != 0 && !abandoned(); }

 private:
  void write_through(std::string_view bytes);

  std::unique_ptr<char[]> buffer_;
  size_t used_ = 0;
  int file_descriptor_ = -1;
  std::string* text_ = nullptr;
  int error_ = 0;
};

}  // namespace demarc
