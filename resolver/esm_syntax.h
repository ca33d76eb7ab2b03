// Whether a text looks like an ES module, by the same rough test that Vite 7 applies to a package's browser entry (D1):
// an import or export statement at the beginning of a line, behind white space or a semicolon. Comments and strings
// count.
#pragma once

#include <string_view>

namespace demarc {

bool has_esm_syntax(std::string_view code);

}  // namespace demarc
