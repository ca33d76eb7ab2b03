// The parser's one entry: bytes in, ModuleSyntax out.
//
//   Lexer lexer;                                   // one a thread, reused for every file
//   ModuleSyntax syntax;
//   scan_module(lexer, source, {.language = Language::tsx}, syntax);
//
// scan_module is a total function of the source text: it terminates in linear time, never fails, never throws except
// std::bad_alloc, and declines (syntax.uncertainty) instead of guessing. Memory does not depend on the size of the
// file: a file that fits the window is one read, a larger one passes through it. Different Lexer objects may be used by
// different threads at the same time; one Lexer may not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "parser/module_syntax.h"

namespace demarc {

// The bytes of one file. `read_at` copies up to `size` bytes from `offset` to `to` and returns how many: fewer than
// asked only at the end of the file; a negative value is -errno and ends the scan. It is called with ascending offsets,
// except that a file larger than the window may be read twice from its start.
class SourceText {
 public:
  virtual int64_t read_at(uint64_t offset, char* to, size_t size) = 0;

 protected:
  ~SourceText() = default;
};

// A text that is in memory already; it has to outlive this.
class TextInMemory final : public SourceText {
 public:
  explicit TextInMemory(std::string_view text) : text_(text) {}
  int64_t read_at(uint64_t offset, char* to, size_t size) override;

 private:
  std::string_view text_;
};

enum class Collect : uint8_t {
  edges = 0,         // directives, imports, markers: what a directive scan needs
  names = 1u << 0,   // the bindings of import clauses
  exports = 1u << 1  // export names
};
constexpr Collect operator|(Collect a, Collect b) {
  return Collect(uint8_t(a) | uint8_t(b));
}
constexpr bool has(Collect set, Collect bit) {
  return (uint8_t(set) & uint8_t(bit)) != 0;
}

struct ScanSettings {
  Language language = Language::js;
  Collect collect = Collect::edges;
  // The directives of an .mdx file are those of the module it is compiled to, which has none. RedwoodSDK looks for them
  // in the Markdown itself instead: with this, they are those that the file would have if it were JavaScript.
  bool raw_mdx_prologue = false;
  std::span<const std::string_view> markers = {};  // at most 32 texts, each 1..256 bytes, searched in the raw bytes
};

struct ScanOutcome {
  int64_t bytes = 0;  // bytes of the file seen; the whole size unless error is set
  int error = 0;      // errno of a failed read_at, else 0
};

// The state that is reused from file to file: window, candidate list, bracket frames.
class Lexer {
 public:
  Lexer();
  explicit Lexer(size_t window_bytes);  // for tests: the answer does not depend on it
  ~Lexer();
  Lexer(Lexer&&) noexcept;
  Lexer& operator=(Lexer&&) noexcept;

  static constexpr size_t kWindowBytes = 256 * 1024;
  size_t bytes() const;  // memory held, for the ledger

  // The bytes of the last file if they fitted the window as they are, else nothing: whoever needs lines and columns can
  // spare itself a second read. Valid until the next file.
  std::string_view resident_text() const;

  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

ScanOutcome scan_module(Lexer& lexer, SourceText& source, const ScanSettings& settings, ModuleSyntax& syntax);

// The same for a text in memory.
void scan_module(Lexer& lexer, std::string_view text, const ScanSettings& settings, ModuleSyntax& syntax);

}  // namespace demarc
