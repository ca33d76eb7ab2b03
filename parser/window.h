// The part of a file that is in memory: a buffer that moves over the text from its start to its end.
//
//      0 ......... kTextStart ..................... limit() ... end()    + padding (zeros)
//      | history  | text of the file                |  look-ahead |
//
// Everything in the lexer is an index into this buffer; offset_of() gives the place in the file. A file that fits is
// one read, and nothing ever moves. For a larger one slide() drops the text that was dealt with and reads on; every
// index the lexer wants to keep shrinks by what slide() returns.
//
// Two promises make the lexer's answer independent of where the buffer happens to be cut. Below limit() at least
// kLookAhead bytes (or the rest of the file) can be looked at without a read. Before the text stands the history: the
// last few tokens of what was dropped, rewritten in their shortest form, so that a look backwards simply runs on into
// it.
//
// UTF-16 (recognised by its byte-order mark) is decoded to UTF-8 while it is read. Offsets count bytes of that UTF-8
// text, its byte-order mark included, until the record is finished (lexer_utf16.cc).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "parser/kernels.h"
#include "parser/scan_module.h"

namespace demarc {

class Window {
 public:
  static constexpr size_t kHistoryBytes = 1024;
  static constexpr size_t kTextStart = kHistoryBytes;
  static constexpr size_t kLookAhead = 4096;
  static constexpr size_t kPadding = 2 * kReadAhead;
  // Smaller windows would hold nothing but look-ahead.
  static constexpr size_t kSmallest = kLookAhead + 1024;

  explicit Window(size_t capacity);

  // Reads the beginning of a file, or starts over with the one that is open.
  void open(SourceText& source);
  void restart();

  // Drops the text before `keep` and reads on. `history` (at most kHistoryBytes) is what a look backwards from `keep`
  // will find. Returns how far everything moved down.
  size_t slide(size_t keep, std::string_view history);

  const unsigned char* data() const { return data_.get(); }
  size_t end() const { return end_; }
  size_t limit() const { return limit_; }
  bool at_end() const { return at_end_; }  // nothing is left to read
  // The whole file, if it is in the buffer as it stands on disk.
  std::string_view whole_text() const {
    if (!at_end_ || base_ != 0 || error_ != 0 || is_utf16()) return {};
    return {reinterpret_cast<const char*>(data_.get()) + kTextStart, end_ - kTextStart};
  }
  uint64_t offset_of(size_t index) const { return base_ + (index - kTextStart); }
  bool is_utf16() const { return encoding_ != Encoding::utf8; }
  int error() const { return error_; }
  uint64_t raw_bytes() const { return raw_offset_; }  // bytes read from the file
  size_t bytes() const {
    return kTextStart + capacity_ + kPadding + (raw_ == nullptr ? 0 : kRawBytes + decoded_.capacity());
  }

 private:
  enum class Encoding : uint8_t { utf8, utf16_little, utf16_big };
  static constexpr size_t kRawBytes = 8 * 1024;

  void fill();
  void fill_utf8();
  void fill_utf16();
  void decode(uint32_t unit);
  size_t read(char* to, size_t size);

  std::unique_ptr<unsigned char[]> data_;
  std::unique_ptr<unsigned char[]> raw_;  // undecoded bytes, made for the first UTF-16 file
  std::string decoded_;                   // of them
  size_t capacity_;
  SourceText* source_ = nullptr;
  size_t end_ = kTextStart;
  size_t limit_ = kTextStart;
  uint64_t base_ = 0;        // offset of the byte at kTextStart
  uint64_t raw_offset_ = 0;  // where the next read goes on
  uint32_t high_surrogate_ = 0;
  Encoding encoding_ = Encoding::utf8;
  bool at_end_ = true;
  int error_ = 0;
};

}  // namespace demarc
