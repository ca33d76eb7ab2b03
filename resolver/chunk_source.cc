#include "resolver/chunk_source.h"

#include <new>

namespace demarc {
namespace {

class HeapChunks final : public ChunkSource {
 public:
  void* allocate(size_t bytes) override { return ::operator new(bytes); }
  void release(void* chunk, size_t) override { ::operator delete(chunk); }
};

}  // namespace

ChunkSource& heap_chunks() {
  static HeapChunks chunks;
  return chunks;
}

}  // namespace demarc
