// The value of a string literal or of a template without substitutions (ECMA-262, static semantics SV and TV).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace demarc {

// Appends the value of what stands between the quotes, in UTF-8. A lone surrogate, which UTF-8 cannot hold, becomes
// U+FFFD. Returns false, with the value up to there appended, at an escape that is none.
bool append_string_value(std::string_view raw, std::string& value);

// UTF-8 of one code point; half a surrogate pair becomes U+FFFD.
void append_code_point(uint32_t code, std::string& text);

constexpr bool is_high_surrogate(uint32_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
constexpr bool is_low_surrogate(uint32_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}
constexpr uint32_t join_surrogates(uint32_t high, uint32_t low) {
  return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

}  // namespace demarc
