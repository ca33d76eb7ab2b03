#include "cli/code_frame.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "cli/display.h"
#include "cli/utf8.h"

namespace demarc {
namespace {

constexpr size_t kMostBytes = size_t{1} << 20;  // what lies behind is shown without a frame

// The first bytes of a file; empty if it cannot be read.
std::string read_start(const std::string& path) {
  std::string text;
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return text;
  while (text.size() < kMostBytes) {
    char buffer[16384];
    const ssize_t count = read(file, buffer, sizeof buffer);
    if (count <= 0) break;
    text.append(buffer, size_t(count));
  }
  close(file);
  return text;
}

// Line `number` without its end; false if there is none.
bool find_line(std::string_view text, uint64_t number, std::string_view& line) {
  size_t begin = 0;
  for (uint64_t at = 1; at < number; ++at) {
    const size_t end = text.find_first_of("\r\n", begin);
    if (end == std::string_view::npos) return false;
    begin = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
  }
  const size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
  line = text.substr(begin, end - begin);
  return true;
}

// The byte at which UTF-16 unit `column` of a line begins.
size_t byte_of_column(std::string_view line, uint64_t column) {
  size_t at = 0;
  for (uint64_t unit = 1; unit < column && at < line.size();) {
    const auto byte = uint8_t(line[at]);
    const size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    at += length;
    unit += length == 4 ? 2 : 1;
  }
  return std::min(at, line.size());
}

// A string with its quotes, else a word, else one character.
size_t end_of_token(std::string_view line, size_t begin) {
  if (begin >= line.size()) return begin + 1;
  const char first = line[begin];
  if (first == '"' || first == '\'' || first == '`') {
    const size_t close = line.find(first, begin + 1);
    return close == std::string_view::npos ? line.size() : close + 1;
  }
  const auto in_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
  };
  size_t end = begin;
  while (end < line.size() && in_word(line[end])) ++end;
  return std::max(end, begin + 1);
}

// Columns that a text takes when every character takes one; what is escaped is plain.
size_t columns_of(std::string_view text) {
  return size_t(std::count_if(text.begin(), text.end(), [](char c) { return (uint8_t(c) & 0xc0) != 0x80; }));
}

std::string shown_text(std::string_view text) {
  std::string spaced;
  for (const char c : text) spaced += c == '\t' ? std::string("  ") : std::string(1, c);
  return escaped(spaced);
}

class Frame {
 public:
  Frame(const Look& look, Sink& sink, uint64_t last_line)
      : look_(look), sink_(sink), width_(std::to_string(last_line).size()) {}

  void context(uint64_t number, std::string_view line) {
    write(" ", std::to_string(number), shown_text(line.substr(0, room() * 4)).substr(0, room()));
  }

  void marked(uint64_t number, std::string_view line, size_t begin, size_t end) {
    // A minified file has its whole text on one line.
    size_t from = 0;
    std::string_view lead;
    if (begin > room() * 2 / 3) {
      from = begin - room() / 3;
      while (from > 0 && from < line.size() && (uint8_t(line[from]) & 0xc0) == 0x80) --from;
      lead = look_.ellipsis();
    }
    const std::string before = std::string(lead) + shown_text(line.substr(from, begin - from));
    const std::string token = shown_text(line.substr(begin, end - begin));
    std::string after = shown_text(line.substr(std::min(end, line.size())));
    const size_t used = columns_of(before) + columns_of(token);
    const size_t left = used < room() ? room() - used : 0;
    if (after.size() > left) after = after.substr(0, left);
    while (!after.empty() && find_invalid_utf8(after) != std::string_view::npos) after.pop_back();
    write(look_.paint(Style::red, ">"), std::to_string(number), before + token + after);
    const size_t carets = std::clamp(columns_of(token), size_t{1}, std::max(room(), size_t{1}));
    write(" ", "", std::string(columns_of(before), ' ') + look_.paint(Style::red, std::string(carets, '^')));
  }

 private:
  size_t room() const { return size_t(std::max(look_.width - int(width_) - 7, 20)); }

  void write(std::string_view mark, const std::string& number, std::string text) {
    while (!text.empty() && find_invalid_utf8(text) != std::string_view::npos) text.pop_back();
    const std::string gutter = fmt::format("{:>{}} |", number, width_);
    sink_.write(fmt::format("  {} {} {}", mark, look_.paint(Style::dim, gutter), text));
    sink_.put('\n');
  }

  const Look& look_;
  Sink& sink_;
  const size_t width_;
};

}  // namespace

void print_code_frame_of(std::string_view text, const FramePlace& place, const Look& look, Sink& sink) {
  std::string_view line;
  if (place.line == 0 || !find_line(text, place.line, line)) return;
  const size_t begin = byte_of_column(line, place.column);
  const size_t end =
      place.end_column > place.column ? byte_of_column(line, place.end_column) : end_of_token(line, begin);
  Frame frame(look, sink, place.line);
  std::string_view above;
  if (place.line > 1 && find_line(text, place.line - 1, above) && above.size() < 400)
    frame.context(place.line - 1, above);
  frame.marked(place.line, line, begin, std::max(end, begin));
}

void print_code_frame(const std::string& path, const FramePlace& place, const Look& look, Sink& sink) {
  if (place.line == 0) return;
  print_code_frame_of(read_start(path), place, look, sink);
}

}  // namespace demarc
