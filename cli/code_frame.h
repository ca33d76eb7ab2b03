// The lines of a source file that a finding is about, for people:
//
//     2 | "use client";
//   > 3 | import { db } from "../lib/db";
//       |                    ^^^^^^^^^^^
//
// A line longer than the window is cut around the place. Text from files is escaped as names are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/sink.h"
#include "cli/terminal.h"

namespace demarc {

struct FramePlace {
  uint64_t line = 0;        // from 1
  uint64_t column = 0;      // UTF-16 units from 1
  uint64_t end_column = 0;  // exclusive; 0: the word or string that begins there
};

// Nothing where the file cannot be read any more, or has no such line.
void print_code_frame(const std::string& path, const FramePlace& place, const Look& look, Sink& sink);
// The same of a text.
void print_code_frame_of(std::string_view text, const FramePlace& place, const Look& look, Sink& sink);

}  // namespace demarc
