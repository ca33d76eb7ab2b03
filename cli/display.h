// Text for people: names made harmless, numbers made readable.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace demarc {

// A name or message as a terminal or a CI log may see it. Control characters, bidirectional overrides and bytes that
// are no UTF-8 become \n, \x1b, \u202e, \xff, so a file cannot move the cursor, reorder a line or break it in two.
// GitHub's runner obeys lines that begin with `::` and lines with `##[` anywhere: neither survives.
void append_escaped(std::string& to, std::string_view name);
std::string escaped(std::string_view name);

std::string in_quotes(std::string_view text);  // "text", as it is
// The texts with a separator between them, each encoded.
std::string joined(std::span<const std::string> texts, std::string_view separator,
                   std::string (*encode)(std::string_view) = escaped);

std::string grouped(uint64_t number);                                               // 4,688
std::string counted(uint64_t number, std::string_view noun);                        // 1 module, 4,688 modules
std::string counted(uint64_t number, std::string_view one, std::string_view many);  // 1 entry, 2 entries
std::string decimal_bytes(uint64_t bytes);                                          // 17.2 MB: data that was read
std::string binary_bytes(uint64_t bytes);                                           // 15.8 MiB: memory
std::string duration_text(double milliseconds);                                     // 61 ms, 4.21 s

}  // namespace demarc
