// What the fuzzers of the resolver have in common: a project in memory, and what has to hold for any answer about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/resolver.h"
#include "tests/support/memory_file_system.h"

namespace demarc {

// The parts of an input: text between bytes of value 0.
std::vector<std::string_view> split_input(const uint8_t* data, size_t size);

// Asks for the specifier from every importer, in a client and a server environment, as import and as require. Aborts
// unless
//   - a file that is an answer is there, and is a file,
//   - the same question has the same answer again, remembered or not,
//   - no more accesses than a fixed number are needed, and no file stays open.
void check_answers(MemoryFileSystem& disk, const ResolverOptions& options, const std::vector<std::string>& importers,
                   std::string_view specifier);

}  // namespace demarc
