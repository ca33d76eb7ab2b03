#include "scanner/facts.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace demarc {
namespace {

// The lists behind a header are laid out by falling alignment, so that none needs a gap.
static_assert(sizeof(ModuleFacts) % alignof(DirectiveFact) == 0);
static_assert(alignof(DirectiveFact) >= alignof(ImportFact) && sizeof(DirectiveFact) % alignof(ImportFact) == 0);
static_assert(alignof(ImportFact) >= alignof(PlaceFact) && sizeof(ImportFact) % alignof(PlaceFact) == 0);
static_assert(alignof(PlaceFact) >= alignof(TextId) && sizeof(PlaceFact) % alignof(TextId) == 0);

template <class T, class Previous>
std::span<const T> behind(std::span<const Previous> list, size_t count) {
  return {reinterpret_cast<const T*>(list.data() + list.size()), count};
}

template <class T>
std::byte* append(std::byte* to, const std::vector<T>& items) {
  static_assert(std::is_trivially_copyable_v<T>);
  const size_t bytes = items.size() * sizeof(T);
  if (bytes > 0) std::memcpy(to, items.data(), bytes);
  return to + bytes;
}

}  // namespace

ImportList ModuleFacts::imports() const {
  const std::span<const TextId> last = exports();
  return {behind<ImportFact>(directives(), import_count), reinterpret_cast<const char*>(last.data() + last.size())};
}

std::span<const PlaceFact> ModuleFacts::import_places() const {
  return behind<PlaceFact>(behind<ImportFact>(directives(), import_count), place_count);
}

std::span<const TextId> ModuleFacts::exports() const {
  return behind<TextId>(import_places(), export_count);
}

void SeenModule::clear() {
  file = kNoFile;
  header = {};
  directives.clear();
  imports.clear();
  import_places.clear();
  exports.clear();
  specifiers.clear();
}

void SeenModule::add_import(std::string_view specifier, ImportFact import) {
  specifiers += specifier;
  import.specifier_end = uint32_t(specifiers.size());
  imports.push_back(import);
}

const ModuleFacts* FactArena::write(const SeenModule& seen, bool with_imports) {
  ModuleFacts header = seen.header;
  header.has_imports = with_imports;
  header.directive_count = uint32_t(seen.directives.size());
  header.import_count = with_imports ? uint32_t(seen.imports.size()) : 0;
  header.place_count = with_imports ? uint32_t(seen.import_places.size()) : 0;
  header.export_count = uint32_t(seen.exports.size());
  const size_t bytes = sizeof header + header.directive_count * sizeof(DirectiveFact) +
                       header.import_count * sizeof(ImportFact) + header.place_count * sizeof(PlaceFact) +
                       header.export_count * sizeof(TextId) + (with_imports ? seen.specifiers.size() : 0);
  auto* memory = static_cast<std::byte*>(allocate(bytes, alignof(ModuleFacts)));
  auto* facts = new (memory) ModuleFacts(header);
  std::byte* next = append(memory + sizeof header, seen.directives);
  if (with_imports) next = append(append(next, seen.imports), seen.import_places);
  next = append(next, seen.exports);
  if (with_imports && !seen.specifiers.empty()) std::memcpy(next, seen.specifiers.data(), seen.specifiers.size());
  return facts;
}

FactArena::FactArena(FactArena&& other) noexcept
    : source_(other.source_),
      chunks_(std::exchange(other.chunks_, {})),
      next_(std::exchange(other.next_, nullptr)),
      left_(std::exchange(other.left_, 0)) {}

FactArena::~FactArena() {
  for (const Chunk& chunk : chunks_) source_.release(chunk.memory, chunk.size);
}

void* FactArena::allocate(size_t bytes, size_t alignment) {
  void* place = next_;
  size_t left = left_;
  if (!std::align(alignment, bytes, place, left)) {
    const size_t size = std::max(bytes + alignment, kChunkBytes);
    chunks_.reserve(chunks_.size() + 1);
    place = source_.allocate(size);
    chunks_.push_back({place, size});
    left = size;
    std::align(alignment, bytes, place, left);
  }
  next_ = static_cast<std::byte*>(place) + bytes;
  left_ = left - bytes;
  return place;
}

}  // namespace demarc
