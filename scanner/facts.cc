#include "scanner/facts.h"

#include <algorithm>

namespace demarc {

void* FactArena::allocate(size_t bytes, size_t alignment) {
  void* place = next_;
  size_t left = left_;
  if (!std::align(alignment, bytes, place, left)) {
    const size_t size = std::max(bytes + alignment, kChunkBytes);
    if (!budget_.reserve(Share::facts, size)) return nullptr;
    chunks_.emplace_back(new std::byte[size]);
    place = chunks_.back().get();
    left = size;
    std::align(alignment, bytes, place, left);
  }
  next_ = static_cast<std::byte*>(place) + bytes;
  left_ = left - bytes;
  return place;
}

}  // namespace demarc
