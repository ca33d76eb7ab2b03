// Text inside workflow commands of GitHub Actions. Its runner splits a log at line ends; takes a line that begins with
// `::` for a command; ends a property at `,` and the properties at `::`; and decodes %25, %0D, %0A, and in properties
// %3A and %2C, and nothing else.
#pragma once

#include <string>
#include <string_view>

namespace demarc {

std::string workflow_property(std::string_view text);
std::string workflow_message(std::string_view text);

}  // namespace demarc
