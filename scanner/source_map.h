// The few things that matter here of a source map: which sources a published file is made of, and how each begins.
//
// Maps carry whole sources and are larger than what they map, so one is read in pieces, in constant memory: names are
// handed out as they come, contents cut to their first kilobytes, mappings passed over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "resolver/file_system.h"

namespace demarc {

// What of a content is handed out: directives stand at the beginning, behind at most a licence.
inline constexpr size_t kSourceBeginning = 16 * 1024;

struct SourceMapVisitor {
  std::function<void(std::string_view root)> source_root;
  std::function<void(size_t index, std::string_view name)> source;
  std::function<void(size_t index, std::string_view beginning)> content;
};

// 0, or errno: EINVAL where the file is no source map. What was visited before an error counts for nothing.
int read_source_map(FileSystem& file_system, const std::string& path, const SourceMapVisitor& visitor);

}  // namespace demarc
