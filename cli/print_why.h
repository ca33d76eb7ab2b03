// The chains of `demarc why` as JSON; cli/schema/why.v1.json describes them.
#pragma once

#include <string_view>
#include <vector>

#include "cli/path_names.h"
#include "cli/sink.h"
#include "scanner/why.h"

namespace demarc {

// `name` is what was asked about, and `modules` what it means.
void print_why_json(const ScanResult& result, std::string_view name, const std::vector<ModuleIndex>& modules,
                    const std::vector<Explanation>& explanations, PathStyle paths, Sink& sink);

}  // namespace demarc
