// Where tables get their memory: in pieces that are large against what is kept in them, and that never move.
#pragma once

#include <cstddef>

namespace demarc {

// Thread-safe.
class ChunkSource {
 public:
  virtual ~ChunkSource() = default;
  // Not initialised, aligned for any scalar. Throws std::bad_alloc.
  virtual void* allocate(size_t bytes) = 0;
  virtual void release(void* chunk, size_t bytes) = 0;
};

// operator new and delete.
ChunkSource& heap_chunks();

}  // namespace demarc
