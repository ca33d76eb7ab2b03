// Reads a configuration file: whole, at most 4 MiB, refused without blocking if it is no regular file.
#pragma once

#include <string>

#include "resolver/file_system.h"

namespace demarc {

// 0 or errno; EFBIG beyond the limit.
int read_small_file(FileSystem& file_system, const std::string& path, std::string& text);

}  // namespace demarc
