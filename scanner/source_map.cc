#include "scanner/source_map.h"

#include <cerrno>
#include <vector>

namespace demarc {
namespace {

constexpr int kEnd = -1;
constexpr size_t kDeepest = 64;
// A longer name is no file's.
constexpr size_t kLongestName = 8 * 1024;

// The bytes of a file, one after the other.
class Bytes {
 public:
  Bytes(FileSystem& file_system, int handle) : file_system_(file_system), handle_(handle), buffer_(64 * 1024, '\0') {}

  int peek() {
    if (at_ == size_) fill();
    return at_ == size_ ? kEnd : static_cast<unsigned char>(buffer_[at_]);
  }
  int next() {
    const int byte = peek();
    if (byte != kEnd) ++at_;
    return byte;
  }
  int error() const { return error_; }

 private:
  void fill() {
    if (is_over_) return;
    const int64_t count = file_system_.read_at(handle_, offset_, buffer_.data(), buffer_.size());
    if (count < 0) error_ = int(-count);
    at_ = 0;
    size_ = count > 0 ? size_t(count) : 0;
    offset_ += size_;
    is_over_ = size_ == 0;
  }

  FileSystem& file_system_;
  const int handle_;
  std::string buffer_;
  uint64_t offset_ = 0;
  size_t at_ = 0;
  size_t size_ = 0;
  bool is_over_ = false;
  int error_ = 0;
};

void append_utf8(std::string& to, uint32_t point) {
  if (point < 0x80) {
    to += char(point);
  } else if (point < 0x800) {
    to += char(0xc0 | point >> 6);
    to += char(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    to += char(0xe0 | point >> 12);
    to += char(0x80 | (point >> 6 & 0x3f));
    to += char(0x80 | (point & 0x3f));
  } else {
    to += char(0xf0 | point >> 18);
    to += char(0x80 | (point >> 12 & 0x3f));
    to += char(0x80 | (point >> 6 & 0x3f));
    to += char(0x80 | (point & 0x3f));
  }
}

class MapReader {
 public:
  MapReader(Bytes& bytes, const SourceMapVisitor& visitor) : bytes_(bytes), visitor_(visitor) {}

  bool run() {
    skip_space();
    // The prefix that a server may put before JSON so that no script element can run it.
    if (bytes_.peek() == ')') {
      while (bytes_.peek() != '\n' && bytes_.peek() != kEnd) bytes_.next();
      skip_space();
    }
    if (bytes_.next() != '{') return false;
    for (;;) {
      skip_space();
      if (bytes_.peek() == '}') return true;
      std::string key;
      if (!read_string(key, 64) || !expect(':') || !read_value(key) || !end_item('}')) return false;
    }
  }

 private:
  bool read_value(std::string_view key) {
    skip_space();
    if (key == "sourceRoot" && bytes_.peek() == '"') {
      std::string root;
      if (!read_string(root, kLongestName)) return false;
      visitor_.source_root(root);
      return true;
    }
    if (key == "sources") return read_list(kLongestName, visitor_.source);
    if (key == "sourcesContent") return read_list(kSourceBeginning, visitor_.content);
    return skip_value();
  }

  bool read_list(size_t most, const std::function<void(size_t, std::string_view)>& visit) {
    if (bytes_.peek() != '[') return skip_value();
    bytes_.next();
    for (size_t index = 0;; ++index) {
      skip_space();
      if (bytes_.peek() == ']') return bytes_.next() == ']';
      if (bytes_.peek() == '"') {
        std::string text;
        if (!read_string(text, most)) return false;
        visit(index, text);
      } else if (!skip_value()) {
        return false;
      }
      if (!end_item(']')) return false;
    }
  }

  // Behind an item: a comma, which is taken, or the bracket that closes the list.
  bool end_item(int closing) {
    skip_space();
    if (bytes_.peek() == ',') {
      bytes_.next();
      return true;
    }
    return bytes_.peek() == closing;
  }

  // Anything but the text of strings is taken as it comes: only brackets and quotes decide where a value ends.
  bool skip_value() {
    size_t depth = 0;
    for (;;) {
      skip_space();
      const int byte = bytes_.peek();
      if (byte == kEnd) return false;
      if (depth == 0 && (byte == ',' || byte == '}' || byte == ']')) return true;
      if (byte == '"') {
        std::string ignored;
        if (!read_string(ignored, 0)) return false;
      } else {
        bytes_.next();
        if (byte == '{' || byte == '[') ++depth;
        if (byte == '}' || byte == ']') --depth;
        if (depth > kDeepest) return false;
      }
    }
  }

  // The first `most` bytes of a string, decoded.
  bool read_string(std::string& text, size_t most) {
    if (bytes_.next() != '"') return false;
    uint32_t high = 0;
    for (;;) {
      int byte = bytes_.next();
      if (byte == kEnd) return false;
      if (byte == '"') return true;
      if (byte != '\\') {
        if (text.size() < most) text += char(byte);
        continue;
      }
      byte = bytes_.next();
      if (byte == kEnd) return false;
      std::string letter;
      if (byte == 'u') {
        uint32_t unit = 0;
        if (!read_unit(unit)) return false;
        if (unit >= 0xd800 && unit < 0xdc00) {
          high = unit;
          continue;
        }
        if (unit >= 0xdc00 && unit < 0xe000)
          unit = high == 0 ? 0xfffd : 0x10000 + ((high & 0x3ff) << 10 | (unit & 0x3ff));
        append_utf8(letter, unit);
      } else {
        constexpr std::string_view kNames = "bfnrt", kBytes = "\b\f\n\r\t";
        const size_t name = kNames.find(char(byte));
        letter = name == std::string_view::npos ? char(byte) : kBytes[name];
      }
      high = 0;
      if (text.size() < most) text += letter;
    }
  }

  bool read_unit(uint32_t& unit) {
    for (int i = 0; i < 4; ++i) {
      const int digit = bytes_.next();
      unit <<= 4;
      if (digit >= '0' && digit <= '9')
        unit |= uint32_t(digit - '0');
      else if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f')
        unit |= uint32_t((digit | 0x20) - 'a' + 10);
      else
        return false;
    }
    return true;
  }

  bool expect(char wanted) {
    skip_space();
    return bytes_.next() == wanted;
  }

  void skip_space() {
    for (;;) {
      const int byte = bytes_.peek();
      if (byte != ' ' && byte != '\t' && byte != '\n' && byte != '\r') return;
      bytes_.next();
    }
  }

  Bytes& bytes_;
  const SourceMapVisitor& visitor_;
};

}  // namespace

int read_source_map(FileSystem& file_system, const std::string& path, const SourceMapVisitor& visitor) {
  int handle = 0;
  if (const int error = file_system.open(path, handle); error != 0) return error;
  Bytes bytes(file_system, handle);
  const bool is_map = MapReader(bytes, visitor).run();
  file_system.close(handle);
  if (bytes.error() != 0) return bytes.error();
  return is_map ? 0 : EINVAL;
}

}  // namespace demarc
