// Files far larger than the window: what the lexer holds does not depend on their size.
#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "parser/lexer.h"
#include "tests/parser/describe.h"

namespace demarc {
namespace {

// `head`, then `filler` over and over, then `tail`, without ever being in memory. Like a disk it is read at any offset,
// and notes the order.
class LargeFile final : public SourceText {
 public:
  LargeFile(std::string_view head, std::string_view filler, uint64_t times, std::string_view tail)
      : head_(head), filler_(filler), tail_(tail), filler_end_(head.size() + filler.size() * times) {}

  int64_t read_at(uint64_t offset, char* to, size_t size) override {
    if (offset < last_offset_) ++restarts;
    last_offset_ = offset;
    largest_read = std::max(largest_read, size);
    size_t done = 0;
    while (done < size && offset + done < bytes()) {
      const std::string_view piece = piece_at(offset + done);
      const size_t length = std::min(piece.size(), size - done);
      std::memcpy(to + done, piece.data(), length);
      done += length;
    }
    return int64_t(done);
  }

  uint64_t bytes() const { return filler_end_ + tail_.size(); }

  int restarts = 0;
  size_t largest_read = 0;

 private:
  std::string_view piece_at(uint64_t offset) const {
    if (offset < head_.size()) return std::string_view(head_).substr(size_t(offset));
    if (offset < filler_end_) return filler_.substr(size_t((offset - head_.size()) % filler_.size()));
    return std::string_view(tail_).substr(size_t(offset - filler_end_));
  }

  std::string head_;
  std::string_view filler_;
  std::string tail_;
  uint64_t filler_end_;
  uint64_t last_offset_ = 0;
};

void check_large(std::string_view filler, uint64_t bytes) {
  const uint64_t times = bytes / filler.size();
  LargeFile file("'use client'; import 'a';\nconst text = ", filler, times,
                 ";\nfunction f() { 'use server' }\nimport('z')");
  Lexer lexer;
  ModuleSyntax syntax_before;
  scan_module(lexer, "((((((((((((((((import('a')", {}, syntax_before);
  const size_t bytes_before = lexer.bytes();
  ModuleSyntax syntax;
  const ScanOutcome outcome = scan_module(lexer, file, {.language = Language::js}, syntax);
  CHECK(outcome.bytes == int64_t(file.bytes()));
  CHECK(outcome.error == 0);
  CHECK(file.restarts <= 1);
  CHECK(file.largest_read <= Lexer::kWindowBytes + 1);
  CHECK(lexer.bytes() == bytes_before);
  CHECK(lexer.resident_text().empty());
  const uint64_t tail = 39 + times * filler.size();
  CHECK(describe(syntax) == "0-12 module \"use client\"\n" + std::to_string(tail + 17) + "-" +
                                std::to_string(tail + 29) + " function \"use server\"\n21 side-effect 'a'\n" +
                                std::to_string(tail + 39) + " dynamic 'z'\nesm\n");
}

}  // namespace

TEST_CASE("large files: a window is all that is held", "[parser][large]") {
  check_large("[1, 'two', `three`, /[/]four/, { five: (6) }, a < b], // seven's\n", 24 << 20);
}

// Several seconds.
TEST_CASE("large files: 200 MB", "[.][parser][large]") {
  check_large("[1, 'two', `three`, /[/]four/, { five: (6) }, a < b], // seven's\n", 200 << 20);
}

TEST_CASE("large files: offsets beyond 4 GiB", "[.][parser][large]") {
  const std::string blank(1 << 20, ' ');
  check_large(blank, uint64_t{5} << 30);
}

TEST_CASE("large files: a failed read ends the scan", "[parser][large]") {
  class Failing final : public SourceText {
   public:
    explicit Failing(int reads) : reads_(reads) {}
    int64_t read_at(uint64_t, char* to, size_t size) override {
      if (reads_-- == 0) return -5;
      std::memset(to, ' ', size);
      std::memcpy(to, "import 'a';", 11);
      return int64_t(size);
    }

   private:
    int reads_;
  };
  Lexer lexer;
  ModuleSyntax syntax;
  for (int reads = 0; reads < 6; ++reads) {
    Failing source(reads);
    const ScanOutcome outcome = scan_module(lexer, source, {}, syntax);
    CHECK(outcome.error == 5);
    CHECK(lexer.resident_text().empty());
  }
}

TEST_CASE("large files: the text stays at hand if it fits the window", "[parser][large]") {
  Lexer lexer;
  ModuleSyntax syntax;
  for (const size_t size : {size_t{0}, size_t{100}, Lexer::kWindowBytes - 1, Lexer::kWindowBytes}) {
    LargeFile file("", " ", size, "");
    scan_module(lexer, file, {}, syntax);
    CHECK(lexer.resident_text() == std::string(size, ' '));
    CHECK(file.restarts == 0);
  }
  LargeFile file("", " ", Lexer::kWindowBytes + 1, "");
  scan_module(lexer, file, {}, syntax);
  CHECK(lexer.resident_text().empty());
}

}  // namespace demarc
