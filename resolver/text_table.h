// Text kept for the whole run: names of files and directories, specifiers, postfixes. An append-only arena hands out
// 32-bit references; nothing moves, so a view stays valid as long as the arena. Reference 0 is the empty text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "resolver/chunked_array.h"
#include "resolver/id_index.h"

namespace demarc {

// Thread-safe. Text is stored behind its length, in chunks of 64 KiB; longer text gets a chunk of its own.
class TextArena {
 public:
  explicit TextArena(ChunkSource& chunks = heap_chunks());
  ~TextArena();
  TextArena(const TextArena&) = delete;
  TextArena& operator=(const TextArena&) = delete;

  uint32_t add(std::string_view text);
  std::string_view view(uint32_t reference) const;
  size_t bytes() const { return bytes_.load(std::memory_order_relaxed) + chunks_.bytes(); }

 private:
  static constexpr uint32_t kChunkBits = 16;
  struct Chunk {
    char* memory;
    size_t size;
  };
  uint32_t add_chunk(size_t size);

  ChunkSource& source_;
  std::mutex mutex_;   // guards appending: used_, and the making of chunks
  uint32_t used_ = 0;  // in the last ordinary chunk
  uint32_t current_ = 0;
  ChunkedArray<Chunk> chunks_;
  std::atomic<size_t> bytes_{0};
};

// Equal texts have equal references.
class TextTable {
 public:
  explicit TextTable(ChunkSource& chunks = heap_chunks()) : arena_(chunks), index_(chunks) {}

  uint32_t intern(std::string_view text);
  std::string_view view(uint32_t reference) const { return arena_.view(reference); }
  size_t bytes() const { return arena_.bytes() + index_.bytes(); }

 private:
  TextArena arena_;
  IdIndex index_;
};

}  // namespace demarc
