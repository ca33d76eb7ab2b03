// Text that looks like code for a few tokens at a time and leads a lexer from any state to any other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace demarc {

// At least `length` bytes; the same for the same seed.
std::string random_code(uint32_t seed, size_t length);

}  // namespace demarc
