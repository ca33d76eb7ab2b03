#include "resolver/text_table.h"

#include <cstring>

namespace demarc {
namespace {

constexpr size_t kLengthBytes = 5;  // seven bits each, least significant first

size_t put_length(char* to, size_t length) {
  size_t n = 0;
  for (; length >= 0x80; length >>= 7) to[n++] = static_cast<char>(length | 0x80);
  to[n++] = static_cast<char>(length);
  return n;
}

}  // namespace

TextArena::TextArena(ChunkSource& chunks) : source_(chunks), chunks_(chunks) {
  current_ = add_chunk(size_t{1} << kChunkBits);
  add("");  // reference 0
}

TextArena::~TextArena() {
  for (uint32_t i = 0; i < chunks_.size(); ++i) {
    if (chunks_[i].memory) source_.release(chunks_[i].memory, chunks_[i].size);
  }
}

uint32_t TextArena::add_chunk(size_t size) {
  const uint32_t chunk = chunks_.append();
  chunks_[chunk] = {static_cast<char*>(source_.allocate(size)), size};
  bytes_.fetch_add(size, std::memory_order_relaxed);
  return chunk;
}

uint32_t TextArena::add(std::string_view text) {
  const size_t needed = text.size() + kLengthBytes;
  const std::lock_guard lock(mutex_);
  uint32_t chunk = current_;
  uint32_t offset = used_;
  if (needed > (size_t{1} << kChunkBits)) {
    chunk = add_chunk(needed);
    offset = 0;
  } else if (offset + needed > (size_t{1} << kChunkBits)) {
    chunk = current_ = add_chunk(size_t{1} << kChunkBits);
    offset = used_ = 0;
  }
  char* to = chunks_[chunk].memory + offset;
  const size_t prefix = put_length(to, text.size());
  std::memcpy(to + prefix, text.data(), text.size());
  if (chunk == current_) used_ = offset + static_cast<uint32_t>(prefix + text.size());
  return chunk << kChunkBits | offset;
}

std::string_view TextArena::view(uint32_t reference) const {
  const char* at = chunks_[reference >> kChunkBits].memory + (reference & ((1u << kChunkBits) - 1));
  size_t length = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    length |= size_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return {at, length};
  }
}

uint32_t TextTable::intern(std::string_view text) {
  if (text.empty()) return 0;
  return index_.find_or_add(
      hash_text(text), [&](uint32_t id) { return arena_.view(id) == text; }, [&] { return arena_.add(text); });
}

}  // namespace demarc
