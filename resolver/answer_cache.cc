#include "resolver/answer_cache.h"

#include <memory>

#include "resolver/id_index.h"

namespace demarc {
namespace {

uint64_t first_word(const Resolution& answer) {
  return static_cast<uint64_t>(answer.kind) | static_cast<uint64_t>(answer.reason) << 8 |
         static_cast<uint64_t>(answer.file) << 32;
}

uint64_t second_word(const Resolution& answer) {
  return static_cast<uint64_t>(answer.text) | static_cast<uint64_t>(answer.vite_id) << 32;
}

Resolution unpack(uint64_t first, uint64_t second) {
  return {static_cast<ResolutionKind>(first & 0xff), static_cast<UnresolvedReason>(first >> 8 & 0xff),
          static_cast<FileId>(first >> 32), static_cast<TextId>(second & 0xffffffff),
          static_cast<TextId>(second >> 32)};
}

}  // namespace

AnswerCache::Key AnswerCache::key_of(std::string_view specifier, uint64_t circumstances) {
  const auto [low, high] = hash_text_128(specifier, circumstances);
  return {low, high};
}

AnswerCache::AnswerCache(ChunkSource& chunks) : source_(chunks) {
  add_table(kFirstSlots);
}

AnswerCache::~AnswerCache() {
  for (Table* table = table_; table;) {
    Table* next = table->retired;
    source_.release(table->slots, (table->mask + 1) * sizeof(Slot));
    delete table;
    table = next;
  }
}

bool AnswerCache::read(const Slot& slot, const Key& key, Resolution& answer) {
  // Acquire, and release in put(): who sees the answer sees the texts and files that it names.
  const uint64_t first = slot.words[2].load(std::memory_order_acquire);
  const uint64_t second = slot.words[3].load(std::memory_order_acquire);
  if ((slot.words[0].load(std::memory_order_acquire) ^ first) != key.low) return false;
  if ((slot.words[1].load(std::memory_order_acquire) ^ second) != key.high) return false;
  answer = unpack(first, second);
  return true;
}

// A question has two places, side by side in one cache line.
bool AnswerCache::find(const Key& key, Resolution& answer) const {
  const Table& table = *table_.load(std::memory_order_acquire);
  const size_t place = key.low & table.mask;
  return read(table.slots[place], key, answer) || read(table.slots[place ^ 1], key, answer);
}

void AnswerCache::put(const Key& key, const Resolution& answer) {
  Table& table = *table_.load(std::memory_order_acquire);
  insert(table, key, answer);
  if (table.taken.load(std::memory_order_relaxed) > table.mask / 2 && table.mask + 1 < kMostSlots) grow(table);
}

void AnswerCache::insert(Table& table, const Key& key, const Resolution& answer) {
  const size_t place = key.low & table.mask;
  Slot& slot = table.slots[place];
  Slot& other = table.slots[place ^ 1];
  if (slot.words[0].load(std::memory_order_relaxed) == 0) {
    table.taken.fetch_add(1, std::memory_order_relaxed);
  } else {
    // Moving a slot that another thread is writing spoils at most the two entries.
    for (size_t i = 0; i < slot.words.size(); ++i) {
      other.words[i].store(slot.words[i].load(std::memory_order_acquire), std::memory_order_release);
    }
  }
  const uint64_t first = first_word(answer);
  const uint64_t second = second_word(answer);
  slot.words[2].store(first, std::memory_order_release);
  slot.words[3].store(second, std::memory_order_release);
  slot.words[0].store(key.low ^ first, std::memory_order_release);
  slot.words[1].store(key.high ^ second, std::memory_order_release);
}

void AnswerCache::add_table(size_t slots) {
  auto made = std::make_unique<Table>();
  made->retired = table_.load(std::memory_order_relaxed);
  made->mask = slots - 1;
  made->slots = static_cast<Slot*>(source_.allocate(slots * sizeof(Slot)));
  std::uninitialized_value_construct_n(made->slots, slots);
  bytes_.fetch_add(slots * sizeof(Slot), std::memory_order_relaxed);
  table_.store(made.release(), std::memory_order_release);
}

// What others put into the old table meanwhile is worked out again when it is asked again.
void AnswerCache::grow(const Table& full) {
  const std::lock_guard lock(growing_);
  if (table_.load(std::memory_order_relaxed) != &full) return;
  add_table((full.mask + 1) * 4);
  for (size_t i = 0; i <= full.mask; ++i) {
    const uint64_t first = full.slots[i].words[2].load(std::memory_order_acquire);
    const uint64_t second = full.slots[i].words[3].load(std::memory_order_acquire);
    const Key key{full.slots[i].words[0].load(std::memory_order_acquire) ^ first,
                  full.slots[i].words[1].load(std::memory_order_acquire) ^ second};
    // A slot that is being written gives a key that nobody asks for.
    if (key.low != 0) insert(*table_.load(std::memory_order_relaxed), key, unpack(first, second));
  }
}

}  // namespace demarc
