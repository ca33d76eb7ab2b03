#include "resolver/listing.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

#include "resolver/id_index.h"

namespace demarc {
namespace {

constexpr size_t kLongestName = 255;

char fold(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// The same for names that differ only in the case of ASCII letters, so one probe finds both kinds of match.
uint32_t folded_hash(std::string_view name) {
  // Setting the bit in which letters of the two cases differ also makes some other characters one; find() compares.
  char folded[kLongestName + 1];
  constexpr uint64_t kCaseBits = 0x2020202020202020;
  for (size_t at = 0; at < name.size(); at += sizeof kCaseBits) {
    uint64_t eight = 0;
    const size_t count = std::min(sizeof eight, name.size() - at);
    std::memcpy(&eight, name.data() + at, count);
    eight |= kCaseBits;
    std::memcpy(folded + at, &eight, sizeof eight);
  }
  return static_cast<uint32_t>(hash_text({folded, name.size()}) >> 32);
}

Node node_of(EntryType type) {
  switch (type) {
    case EntryType::file:
      return Node::file;
    case EntryType::directory:
      return Node::directory;
    case EntryType::symlink:
      return Node::link;
    case EntryType::unknown:
      return Node::unknown;
    case EntryType::other:
      break;
  }
  return Node::other;
}

}  // namespace

bool has_non_ascii(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
}

bool equal_folded(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return fold(x) == fold(y); });
}

Listing::Match Listing::find(std::string_view name) const {
  Match match;
  if (name.empty() || name.size() > kLongestName || count_ == 0) return match;
  for (uint32_t slot = folded_hash(name) & mask_; index_[slot] != 0; slot = (slot + 1) & mask_) {
    Entry& entry = entries_[index_[slot] - 1];
    const std::string_view candidate = this->name(entry);
    if (candidate.size() != name.size()) continue;
    if (candidate == name) {
      match.exact = &entry;
      return match;
    }
    if (!match.folded && equal_folded(candidate, name)) match.folded = &entry;
  }
  return match;
}

void ListingBuilder::clear() {
  constexpr size_t kMostKept = 4096;
  if (items_.capacity() > kMostKept) {
    items_ = {};
    names_ = {};
  }
  items_.clear();
  names_.clear();
  has_non_ascii_ = false;
}

void ListingBuilder::entry(std::string_view name, EntryType type) {
  if (name.size() > kLongestName) return;  // no file system of ours has such names
  items_.push_back(
      {static_cast<uint32_t>(names_.size()), static_cast<uint16_t>(name.size()), node_of(type), folded_hash(name)});
  names_ += name;
  has_non_ascii_ = has_non_ascii_ || has_non_ascii(name);
}

Listing* ListingBuilder::build(BlockArena& arena) const {
  const auto count = static_cast<uint32_t>(items_.size());
  const uint32_t slots = std::bit_ceil(count + count / 2 + 1);
  const size_t size = sizeof(Listing) + count * sizeof(Entry) + slots * sizeof(uint32_t) + names_.size();
  auto* memory = static_cast<std::byte*>(arena.allocate(size));
  auto* listing = new (memory) Listing;
  listing->entries_ = reinterpret_cast<Entry*>(memory + sizeof(Listing));
  listing->index_ = reinterpret_cast<uint32_t*>(listing->entries_ + count);
  listing->names_ = reinterpret_cast<char*>(listing->index_ + slots);
  listing->count_ = count;
  listing->mask_ = slots - 1;
  listing->has_non_ascii_ = has_non_ascii_;
  std::fill_n(listing->index_, slots, 0u);
  std::memcpy(listing->names_, names_.data(), names_.size());
  for (uint32_t i = 0; i < count; ++i) {
    auto* entry = new (listing->entries_ + i) Entry;
    entry->name_offset = items_[i].name_offset;
    entry->name_size = items_[i].name_size;
    entry->node.store(static_cast<uint8_t>(items_[i].node), std::memory_order_relaxed);
    uint32_t slot = items_[i].hash & listing->mask_;
    while (listing->index_[slot] != 0) slot = (slot + 1) & listing->mask_;
    listing->index_[slot] = i + 1;
  }
  return listing;
}

}  // namespace demarc
