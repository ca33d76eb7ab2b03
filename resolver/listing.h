// One directory's names, packed into one allocation: entries, an open-addressing index of their folded hashes, and the
// bytes of the names. About 25 bytes an entry. What is not in a listing does not exist, so a miss costs no system call.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/block_arena.h"
#include "resolver/file_system.h"

namespace demarc {

// What an entry is. A link becomes one of the last three when it is first followed.
enum class Node : uint8_t { unknown, file, directory, other, link, link_to_file, link_to_directory, missing };

struct Entry {
  uint32_t name_offset = 0;
  uint16_t name_size = 0;
  std::atomic<uint8_t> node{0};
  // The FileId of a file or of a link's target, the DirId of a directory or of a link's target. Stored before node
  // where both change.
  std::atomic<uint32_t> id{0xffffffff};
};

class Listing {
 public:
  struct Match {
    Entry* exact = nullptr;
    Entry* folded = nullptr;  // equal but for the case of ASCII letters
  };

  Match find(std::string_view name) const;
  std::string_view name(const Entry& entry) const { return {names_ + entry.name_offset, entry.name_size}; }
  Entry* begin() const { return entries_; }
  Entry* end() const { return entries_ + count_; }
  uint32_t size() const { return count_; }
  bool has_non_ascii() const { return has_non_ascii_; }

 private:
  friend class ListingBuilder;
  Entry* entries_ = nullptr;
  uint32_t* index_ = nullptr;  // entry number + 1, or 0
  char* names_ = nullptr;
  uint32_t count_ = 0;
  uint32_t mask_ = 0;
  bool has_non_ascii_ = false;
};

// Collects what FileSystem::list visits. Reused from directory to directory.
class ListingBuilder final : public DirectoryVisitor {
 public:
  void clear();
  void entry(std::string_view name, EntryType type) override;
  Listing* build(BlockArena& arena) const;

 private:
  struct Item {
    uint32_t name_offset;
    uint16_t name_size;
    Node node;
    uint32_t hash;
  };
  std::vector<Item> items_;
  std::string names_;
  bool has_non_ascii_ = false;
};

bool has_non_ascii(std::string_view text);
bool equal_folded(std::string_view a, std::string_view b);  // ASCII letters only

}  // namespace demarc
