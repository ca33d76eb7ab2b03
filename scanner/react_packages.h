// Which packages of a project belong to React: those with `react` among their peers, found by following dependencies.
// @vitejs/plugin-rsc bundles them into its server builds, so that there is one React, and leaves the rest external.
#pragma once

#include <string>
#include <vector>

#include "resolver/file_system.h"

namespace demarc {

// Begins at the package.json nearest to `root` upwards: its dependencies and devDependencies, then the dependencies of
// each package that was listed. Sorted, each name once, under the name it was asked by. A package that is not installed
// or whose package.json cannot be read is none.
std::vector<std::string> find_react_packages(FileSystem& file_system, const std::string& root);

}  // namespace demarc
