// Lines of a stream, as they come.
//
//   LineReader lines(STDIN_FILENO);
//   while (lines.next([&] { sink.flush(); })) use(lines.text(), lines.number());
//
// Memory is one line, and a line is at most kLongestLine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace demarc {

class LineReader {
 public:
  static constexpr size_t kLongestLine = size_t(1) << 20;

  explicit LineReader(int file_descriptor) : file_descriptor_(file_descriptor) {}

  // False at the end. `before_waiting` runs before each read: whoever asks one question at a time, and waits for its
  // answer, gets it then.
  bool next(const std::function<void()>& before_waiting);

  std::string_view text() const { return line_; }  // without its end, LF or CR LF
  uint64_t number() const { return number_; }      // from 1
  bool too_long() const { return too_long_; }      // text() is then only its beginning
  int error() const { return error_; }             // errno of a failed read, which ends the stream

 private:
  bool refill(const std::function<void()>& before_waiting);
  void append(std::string_view piece);

  int file_descriptor_;
  std::string buffer_;
  size_t at_ = 0;
  std::string line_;
  uint64_t number_ = 0;
  bool too_long_ = false;
  int error_ = 0;
};

}  // namespace demarc
