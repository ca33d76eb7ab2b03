// Offsets of UTF-16 files. The lexer reads them as UTF-8, so what it has recorded counts bytes of that; the record is
// to count bytes of the file. The text is gone through once more, only for such files.
#include <algorithm>
#include <vector>

#include "parser/lexer.h"

namespace demarc {

void Walk::restore_utf16_offsets() {
  constexpr uint64_t kMarkInUtf8 = 3;
  constexpr uint64_t kMarkInFile = 2;
  std::vector<uint64_t*> offsets;
  for (DirectiveRecord& one : syntax_.directives) offsets.insert(offsets.end(), {&one.offset, &one.end_offset});
  for (ImportRecord& one : syntax_.imports) offsets.push_back(&one.offset);
  for (uint64_t& offset : syntax_.dynamic_specifiers) offsets.push_back(&offset);
  for (ExportRecord& one : syntax_.exports) offsets.push_back(&one.offset);
  if (syntax_.uncertainty != 0) offsets.push_back(&syntax_.uncertain_offset);
  std::sort(offsets.begin(), offsets.end(), [](const uint64_t* a, const uint64_t* b) { return *a < *b; });

  Window& window = state_.window;
  if (window.offset_of(Window::kTextStart) != 0) window.restart();
  uint64_t units = 0;
  uint64_t read_to = kMarkInUtf8;
  for (uint64_t* offset : offsets) {
    for (; read_to < *offset; ++read_to) {
      if (read_to >= window.offset_of(window.end())) {
        if (window.at_end()) break;
        window.slide(window.end(), {});
      }
      const unsigned char c = text_[size_t(read_to - window.offset_of(0))];
      units += uint64_t((c & 0xc0) != 0x80) + uint64_t(c >= 0xf0);
    }
    *offset = kMarkInFile + 2 * units;
  }
}

}  // namespace demarc
