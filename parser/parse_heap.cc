#include "parser/parse_heap.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <new>

namespace demarc {
namespace {

// In front of every block. Eight bytes, so that blocks keep the alignment of what they are cut from.
struct BlockHeader {
  uint32_t size_class;
  uint32_t unused;
};
static_assert(sizeof(BlockHeader) == 8);

constexpr uint32_t kOwnRegion = UINT32_MAX;
constexpr size_t kFineBytes = 16;
constexpr size_t kBytesPerWork = 256;
constexpr size_t kMaxChunkBytes = size_t{1024} * 1024;

BlockHeader& header_of(void* block) {
  return static_cast<BlockHeader*>(block)[-1];
}

}  // namespace

// What malloc gave: a chunk of small blocks, or one large block.
struct ParseHeap::Region {
  Region* previous;
  Region* next;
  size_t size;  // with this header
};

uint32_t ParseHeap::size_class(size_t size) {
  if (size <= kFineSteps * kFineBytes) return uint32_t(size == 0 ? 0 : (size - 1) / kFineBytes);
  return uint32_t(kFineSteps + size_t(std::bit_width(size - 1)) - size_t(std::bit_width(kFineSteps * kFineBytes)));
}

size_t ParseHeap::class_bytes(uint32_t size_class) {
  if (size_class < kFineSteps) return (size_class + 1) * kFineBytes;
  return (kFineSteps * kFineBytes * 2) << (size_class - kFineSteps);
}

ParseHeap::Region* ParseHeap::take_region(size_t size) {
  if (size > left()) throw OverBudget();
  Region* const region = static_cast<Region*>(std::malloc(size));
  if (region == nullptr) throw std::bad_alloc();
  *region = {nullptr, regions_, size};
  if (regions_ != nullptr) regions_->previous = region;
  regions_ = region;
  used_ += size;
  peak_ = std::max(peak_, used_);
  return region;
}

void ParseHeap::give_back(Region* region) {
  (region->previous != nullptr ? region->previous->next : regions_) = region->next;
  if (region->next != nullptr) region->next->previous = region->previous;
  used_ -= region->size;
  std::free(region);
}

// A new block from the newest chunk. What is left of a chunk that is too short is not used again: at most one large
// class.
void* ParseHeap::cut(size_t size) {
  if (size_t(chunk_end_ - chunk_) < size) {
    // Near the budget a chunk takes what is left, so that the budget and not the chunk size is the limit.
    const size_t needed = sizeof(Region) + size;
    const size_t chunk_bytes = std::max(std::min(next_chunk_bytes_, left()), needed);
    Region* const region = take_region(chunk_bytes);
    next_chunk_bytes_ = std::min(next_chunk_bytes_ * 2, kMaxChunkBytes);
    chunk_ = reinterpret_cast<char*>(region + 1);
    chunk_end_ = reinterpret_cast<char*>(region) + chunk_bytes;
  }
  char* const block = chunk_;
  chunk_ += size;
  return block;
}

void* ParseHeap::allocate(size_t size) {
  // Large blocks are filled, mostly by copying: error recovery can do that again and again.
  spend(1 + size / kBytesPerWork);
  const uint32_t wanted = size_class(size);
  if (wanted >= kSizes) {
    if (size > SIZE_MAX / 2) throw OverBudget();
    Region* const region = take_region(sizeof(Region) + sizeof(BlockHeader) + size);
    BlockHeader* const header = reinterpret_cast<BlockHeader*>(region + 1);
    *header = {kOwnRegion, 0};
    return header + 1;
  }
  if (void* const block = free_[wanted]) {
    std::memcpy(&free_[wanted], block, sizeof(void*));
    return block;
  }
  BlockHeader* const header = static_cast<BlockHeader*>(cut(sizeof(BlockHeader) + class_bytes(wanted)));
  *header = {wanted, 0};
  return header + 1;
}

void ParseHeap::release(void* block) {
  if (block == nullptr) return;
  const uint32_t size_class = header_of(block).size_class;
  if (size_class == kOwnRegion) {
    give_back(reinterpret_cast<Region*>(&header_of(block)) - 1);
    return;
  }
  std::memcpy(block, &free_[size_class], sizeof(void*));
  free_[size_class] = block;
}

void* ParseHeap::reallocate(void* block, size_t size) {
  if (block == nullptr) return allocate(size);
  const uint32_t old_class = header_of(block).size_class;
  const size_t capacity = old_class == kOwnRegion ? (reinterpret_cast<Region*>(&header_of(block)) - 1)->size -
                                                        sizeof(Region) - sizeof(BlockHeader)
                                                  : class_bytes(old_class);
  if (size <= capacity) return block;
  void* const moved = allocate(size);
  std::memcpy(moved, block, capacity);
  release(block);
  return moved;
}

void ParseHeap::free_all() {
  for (Region* region = regions_; region != nullptr;) {
    Region* const next = region->next;
    std::free(region);
    region = next;
  }
  regions_ = nullptr;
  chunk_ = chunk_end_ = nullptr;
  free_ = {};
  used_ = 0;
}

}  // namespace demarc
