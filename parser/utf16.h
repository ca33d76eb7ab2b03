// UTF-16 files as the exact tier reads them: turned into UTF-8 as a whole, and positions turned back.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace demarc {

// Does the text begin with a byte-order mark of UTF-16?
bool is_utf16(std::string_view text);

// The text behind the mark, in UTF-8. Half a surrogate pair becomes U+FFFD.
std::string utf8_of_utf16(std::string_view text);

// Turns offsets into `utf8`, in any order, into those of the same places in the UTF-16 file.
void restore_utf16_offsets(std::string_view utf8, std::span<uint64_t*> offsets);

}  // namespace demarc
