#include "parser/window.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "parser/string_literal.h"

namespace demarc {
namespace {

constexpr size_t kLongestUtf8 = 4;
constexpr size_t kLongestDecoded = 16;  // less room than this is left alone
constexpr unsigned char kByteOrderMark[3] = {0xef, 0xbb, 0xbf};

constexpr uint32_t kReplacement = 0xfffd;

}  // namespace

// One byte more than asked for, so that a file of exactly that size ends in a short read and is known to be whole.
Window::Window(size_t capacity) : capacity_((capacity < kSmallest ? kSmallest : capacity) + 1) {
  // Not cleared: most files fill a small part of it, and what is behind their end is never told apart from old text.
  data_ = std::make_unique_for_overwrite<unsigned char[]>(kTextStart + capacity_ + kPadding);
}

void Window::open(SourceText& source) {
  source_ = &source;
  raw_offset_ = 0;
  error_ = 0;
  restart();
}

void Window::restart() {
  std::memset(data_.get(), 0, kTextStart);
  end_ = kTextStart;
  base_ = 0;
  raw_offset_ = 0;
  high_surrogate_ = 0;
  encoding_ = Encoding::utf8;
  at_end_ = false;
  fill_utf8();
  const unsigned char* text = data() + kTextStart;
  size_t size = end_ - kTextStart;
  if (size >= 2 && text[0] == 0xff && text[1] == 0xfe) encoding_ = Encoding::utf16_little;
  if (size >= 2 && text[0] == 0xfe && text[1] == 0xff) encoding_ = Encoding::utf16_big;
  if (encoding_ == Encoding::utf8) return;
  if (raw_ == nullptr) raw_ = std::make_unique<unsigned char[]>(kRawBytes);
  std::memcpy(data_.get() + kTextStart, kByteOrderMark, sizeof kByteOrderMark);
  end_ = kTextStart + sizeof kByteOrderMark;
  raw_offset_ = 2;
  at_end_ = false;
  fill();
}

size_t Window::slide(size_t keep, std::string_view history) {
  assert(keep >= kTextStart && keep <= end_ && history.size() <= kHistoryBytes);
  size_t shift = keep - kTextStart;
  std::memmove(data_.get() + kTextStart, data() + keep, end_ - keep);
  std::memset(data_.get(), 0, kTextStart);
  std::copy(history.begin(), history.end(), data_.get() + kTextStart - history.size());
  end_ -= shift;
  base_ += shift;
  fill();
  return shift;
}

void Window::fill() {
  if (at_end_) {
    // Nothing to read, but the text moved down and left its old self behind it.
    std::memset(data_.get() + end_, 0, kPadding);
    limit_ = end_;
    return;
  }
  encoding_ == Encoding::utf8 ? fill_utf8() : fill_utf16();
}

// Reads up to `size` bytes at raw_offset_. A short read is the end of the file.
size_t Window::read(char* to, size_t size) {
  int64_t got = source_->read_at(raw_offset_, to, size);
  if (got < 0) {
    error_ = int(-got);
    got = 0;
  }
  if (size_t(got) < size) at_end_ = true;
  raw_offset_ += uint64_t(got);
  return size_t(got);
}

void Window::fill_utf8() {
  size_t room = kTextStart + capacity_ - end_;
  end_ += read(reinterpret_cast<char*>(data_.get() + end_), room);
  std::memset(data_.get() + end_, 0, kPadding);
  limit_ = at_end_ ? end_ : end_ - kLookAhead;
}

void Window::fill_utf16() {
  const size_t stop = kTextStart + capacity_;
  while (!at_end_ && stop - end_ >= kLongestDecoded) {
    // Two bytes become at most three, and half a pair may be left from the last time.
    size_t want = (stop - end_ - kLongestUtf8) / 3 * 2;
    if (want > kRawBytes) want = kRawBytes;
    size_t got = read(reinterpret_cast<char*>(raw_.get()), want);
    decoded_.clear();
    for (size_t i = 0; i + 1 < got; i += 2) {
      uint32_t first = raw_[i], second = raw_[i + 1];
      decode(encoding_ == Encoding::utf16_little ? first | second << 8 : first << 8 | second);
    }
    if (at_end_ && (got % 2 != 0 || high_surrogate_ != 0)) append_code_point(kReplacement, decoded_);
    std::copy(decoded_.begin(), decoded_.end(), data_.get() + end_);
    end_ += decoded_.size();
  }
  std::memset(data_.get() + end_, 0, kPadding);
  limit_ = at_end_ ? end_ : end_ - kLookAhead;
}

// Appends the code point that ends with this unit, if one does.
void Window::decode(uint32_t unit) {
  if (high_surrogate_ != 0) {
    bool is_pair = is_low_surrogate(unit);
    append_code_point(is_pair ? join_surrogates(high_surrogate_, unit) : kReplacement, decoded_);
    high_surrogate_ = 0;
    if (is_pair) return;
  }
  if (is_high_surrogate(unit)) {
    high_surrogate_ = unit;
  } else {
    append_code_point(unit, decoded_);
  }
}

}  // namespace demarc
