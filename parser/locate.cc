// A line is counted where it starts, not where it ends: with three bytes of look-back every kind of line end is then
// one test on a byte's neighbours (a CR LF pair starts one line, behind the LF), and no state has to survive a window's
// edge but those three bytes.
#include "parser/locate.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <memory>
#include <type_traits>

namespace demarc {
namespace {

constexpr size_t kWindowBytes = size_t{64} * 1024;
constexpr size_t kLookBackBytes = 4;  // three are asked for; four keep UTF-16 units aligned

enum class Encoding : uint8_t { utf8, utf16_little, utf16_big };

// Does a line start at *at? The units before it are read, and *at itself: the LF of a CR LF pair starts none.
template <class Unit>
bool starts_line(const Unit* at) {
  const bool after_line_feed = at[-1] == '\n';
  const bool after_return = (at[-1] == '\r') & (at[0] != '\n');
  if constexpr (std::is_same_v<Unit, char16_t>) {
    return after_line_feed | after_return | ((at[-1] | 1) == 0x2029);
  } else {
    return after_line_feed | after_return | ((at[-3] == 0xE2) & (at[-2] == 0x80) & ((at[-1] | 1) == 0xA9));
  }
}

// UTF-16 units of well-formed text: one a code point, and one more for those that UTF-8 writes in four bytes.
template <class Unit>
uint64_t utf16_units(const Unit* from, const Unit* to) {
  if constexpr (std::is_same_v<Unit, char16_t>) {
    return uint64_t(to - from);
  } else {
    uint64_t units = 0;
    for (; from != to; ++from) units += uint64_t((*from & 0xC0) != 0x80) + uint64_t(*from >= 0xF0);
    return units;
  }
}

template <class Unit>
uint64_t count_line_starts(const Unit* from, const Unit* to) {
  constexpr ptrdiff_t kBlock = 64;  // a constant trip count, so that the compiler vectorises the inner loop
  uint64_t lines = 0;
  for (; to - from >= kBlock; from += kBlock) {
    uint8_t in_block = 0;
    for (ptrdiff_t i = 0; i < kBlock; ++i) in_block = uint8_t(in_block + uint8_t(starts_line(from + i)));
    lines += in_block;
  }
  for (; from != to; ++from) lines += uint64_t(starts_line(from));
  return lines;
}

// The position of the next unit, not yet knowing whether a line starts there.
template <class Unit>
class Cursor {
 public:
  // Passes over [from, to). Columns are counted only behind the last line start, once a call.
  void pass(const Unit* from, const Unit* to) {
    const uint64_t lines = count_line_starts(from, to);
    if (lines > 0) {
      line_ += lines;
      column_ = 1;
      const Unit* last = to - 1;
      while (!starts_line(last)) --last;
      from = last;
    }
    column_ += utf16_units(from, to);
  }

  SourceLocation at(const Unit* next) const {
    return starts_line(next) ? SourceLocation{line_ + 1, 1} : SourceLocation{line_, column_};
  }

 private:
  uint64_t line_ = 1;
  uint64_t column_ = 1;
};

Encoding encoding_of(const unsigned char* text, size_t size, size_t& mark_bytes) {
  mark_bytes = 0;
  if (size >= 2 && ((text[0] == 0xFF && text[1] == 0xFE) || (text[0] == 0xFE && text[1] == 0xFF))) {
    mark_bytes = 2;
    return text[0] == 0xFF ? Encoding::utf16_little : Encoding::utf16_big;
  }
  if (size >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF) mark_bytes = 3;
  return Encoding::utf8;
}

// The window, with the end of the previous one in front of it. Its memory is UTF-16 units, which may be looked at as
// bytes; the other way round would not be defined.
class Window {
 public:
  // Before the text stand zeros. The rest is written before it is looked at.
  explicit Window(size_t capacity) : capacity_((capacity + 3) / 4 * 4) {
    std::memset(bytes() + capacity_ - kLookBackBytes, 0, kLookBackBytes);
  }
  size_t capacity() const { return capacity_; }

  // Moves on by one window. Returns the bytes read, or -errno.
  int64_t read(SourceText& source, uint64_t offset) {
    std::memcpy(memory_.get(), bytes() + capacity_ - kLookBackBytes, kLookBackBytes);
    const int64_t got = source.read_at(offset, bytes(), capacity_);
    if (got >= 0) std::memset(bytes() + got, 0, 2);  // what a look at the unit behind the end sees
    return got;
  }

  // UTF-16 of the other byte order becomes our own.
  void swap_bytes(size_t units) {
    char16_t* const unit = memory_.get() + kLookBackBytes / 2;
    for (size_t i = 0; i < units; ++i) unit[i] = char16_t(unit[i] << 8 | unit[i] >> 8);
  }

  template <class Unit>
  const Unit* units() const {
    return reinterpret_cast<const Unit*>(memory_.get() + kLookBackBytes / 2);
  }

 private:
  char* bytes() { return reinterpret_cast<char*>(memory_.get()) + kLookBackBytes; }

  static_assert(std::endian::native == std::endian::little, "swap_bytes is for the other byte order");
  size_t capacity_;  // whole UTF-16 units, and room for what is looked back at
  std::unique_ptr<char16_t[]> memory_ =
      std::make_unique_for_overwrite<char16_t[]>((kLookBackBytes + capacity_) / 2 + 1);
};

// Answers the offsets window by window. The first window, of `got` bytes, is read already.
template <class Unit>
int locate_units(SourceText& source, Window& window, int64_t got, size_t mark_bytes, bool swapped,
                 std::span<const uint64_t> offsets, std::span<SourceLocation> locations) {
  Cursor<Unit> cursor;
  size_t next = 0;
  // The mark is no character: an offset inside it means the first one.
  for (; next < offsets.size() && offsets[next] < mark_bytes; ++next) locations[next] = {1, 1};

  const Unit* from = window.units<Unit>() + mark_bytes / sizeof(Unit);
  for (uint64_t base = 0;;) {
    const size_t units = size_t(got) / sizeof(Unit);
    if (swapped) window.swap_bytes(units);
    const bool last = size_t(got) < window.capacity();
    const uint64_t end = base + size_t(got) + (last ? 1 : 0);  // the end of the file has a position, too
    for (; next < offsets.size() && offsets[next] < end; ++next) {
      const Unit* const to = window.units<Unit>() + (offsets[next] - base) / sizeof(Unit);
      cursor.pass(from, to);
      locations[next] = cursor.at(to);
      from = to;
    }
    if (last || next == offsets.size()) return 0;
    cursor.pass(from, window.units<Unit>() + units);
    from = window.units<Unit>();
    base += window.capacity();
    got = window.read(source, base);
    if (got < 0) return int(-got);
  }
}

int locate(SourceText& source, size_t window_bytes, std::span<const uint64_t> offsets,
           std::span<SourceLocation> locations) {
  assert(offsets.size() == locations.size());
  assert(std::is_sorted(offsets.begin(), offsets.end()));
  std::fill(locations.begin(), locations.end(), SourceLocation{});
  if (offsets.empty()) return 0;

  Window window(window_bytes);
  const int64_t got = window.read(source, 0);
  if (got < 0) return int(-got);
  size_t mark_bytes = 0;
  const Encoding encoding = encoding_of(window.units<unsigned char>(), size_t(got), mark_bytes);
  if (encoding == Encoding::utf8) {
    return locate_units<unsigned char>(source, window, got, mark_bytes, false, offsets, locations);
  }
  const bool swapped = encoding == Encoding::utf16_big;
  return locate_units<char16_t>(source, window, got, mark_bytes, swapped, offsets, locations);
}

}  // namespace

int locate(SourceText& source, std::span<const uint64_t> offsets, std::span<SourceLocation> locations) {
  return locate(source, kWindowBytes, offsets, locations);
}

void locate(std::string_view text, std::span<const uint64_t> offsets, std::span<SourceLocation> locations) {
  // Directives stand at the beginning of long files: what lies behind the last place, and the unit after it, is not
  // looked at.
  constexpr size_t kUnit = 4;
  if (!offsets.empty()) text = text.substr(0, size_t(std::min<uint64_t>(text.size(), offsets.back() + kUnit)));
  TextInMemory source(text);
  locate(source, std::min(kWindowBytes, text.size() + 1), offsets, locations);
}

}  // namespace demarc
