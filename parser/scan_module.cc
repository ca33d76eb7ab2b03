#include "parser/scan_module.h"

#include <algorithm>
#include <cstring>

#include "parser/lexer.h"

namespace demarc {
int64_t TextInMemory::read_at(uint64_t offset, char* to, size_t size) {
  if (offset >= text_.size()) return 0;
  const size_t length = std::min(size, text_.size() - size_t(offset));
  std::memcpy(to, text_.data() + offset, length);
  return int64_t(length);
}

Lexer::Lexer() : Lexer(kWindowBytes) {}
Lexer::Lexer(size_t window_bytes) : state_(std::make_unique<State>(window_bytes)) {}
Lexer::~Lexer() = default;
Lexer::Lexer(Lexer&&) noexcept = default;
Lexer& Lexer::operator=(Lexer&&) noexcept = default;

size_t Lexer::bytes() const {
  return state_->bytes();
}

std::string_view Lexer::resident_text() const {
  return state_->window.whole_text();
}

ScanOutcome scan_module(Lexer& lexer, SourceText& source, const ScanSettings& settings, ModuleSyntax& syntax) {
  syntax.clear();
  Lexer::State& state = lexer.state();
  state.window.open(source);
  Walk walk(state, settings, syntax);
  walk.run();
  return {int64_t(walk.file_bytes()), state.window.error()};
}

void scan_module(Lexer& lexer, std::string_view text, const ScanSettings& settings, ModuleSyntax& syntax) {
  TextInMemory source(text);
  scan_module(lexer, source, settings, syntax);
}

}  // namespace demarc
