// One line of `demarc resolve --batch`: {"specifier", "importer", "env", "kind"}.
#pragma once

#include <string>
#include <string_view>

#include "scanner/inspect.h"

namespace demarc {

// Fills `request`; the answer is a complaint, or empty. What a line leaves out keeps its value in `request`. Members of
// other names mean nothing here: callers number their questions.
std::string read_question(std::string_view line, const ProjectResolver& resolver, ResolveRequest& request);

// The environment of that name; or a complaint with a suggestion.
std::string choose_environment(std::string_view name, const ProjectResolver& resolver, EnvironmentId& environment);

}  // namespace demarc
