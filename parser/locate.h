// Lines and columns of byte offsets, made on demand: a second pass over the file, only for files that have something to
// report.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "parser/scan_module.h"

namespace demarc {

// Counted from 1. Lines end at LF, CR LF, CR, U+2028 and U+2029; columns count UTF-16 code units, as editors do.
// A byte-order mark does not count. Offsets are bytes of the file also where the file is UTF-16 (it has such a mark
// then).
struct SourceLocation {
  uint64_t line = 0;
  uint64_t column = 0;

  bool operator==(const SourceLocation&) const = default;
};

// Fills locations[i] for offsets[i]; offsets must ascend. Reads the source once, up to the last offset, through a fixed
// window of 64 KiB. Returns 0 or the errno of a failed read (the remaining locations are then 0:0, as are those of
// offsets behind the end of the file).
int locate(SourceText& source, std::span<const uint64_t> offsets, std::span<SourceLocation> locations);

// The same for a text in memory.
void locate(std::string_view text, std::span<const uint64_t> offsets, std::span<SourceLocation> locations);

}  // namespace demarc
