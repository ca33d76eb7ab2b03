// The heap of one tree-sitter parse: a budget of bytes that holds exactly, a budget of work, and everything given back
// at once.
//
//   ParseHeap heap({.bytes = 64 << 20, .work = 1'000'000});
//   try { ...parse... } catch (const ParseHeap::OverBudget&) { ... }  // thrown through the library's C frames
//   heap.free_all();                                                  // tree, parser, cursor: all gone
//
// The library cannot live with a null pointer, and its memory bears no relation to the size of the file (20 to 60 bytes
// a source byte on real code, over 1,000 on hostile code). So an allocation above the budget throws: the library is
// compiled with -fexceptions and owns nothing but blocks of this heap, so that its half-done work needs no clean-up.
// Cancelling through the library's progress callback was the alternative: it overshoots, and cannot answer an
// allocation that fails.
//
// Time is bounded by counting, so that the same bytes always get the same answer: every allocation is work, and the
// caller adds what it sees of the library's other work.
//
// Small blocks are cut from chunks and kept in a free list for each size, large ones are malloc's own. The budget
// counts what was taken from malloc, not what was asked for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace demarc {

class ParseHeap {
 public:
  struct OverBudget {};
  struct Budget {
    size_t bytes;
    uint64_t work;
  };

  explicit ParseHeap(Budget budget) : budget_(budget) {}
  ~ParseHeap() { free_all(); }
  ParseHeap(const ParseHeap&) = delete;
  ParseHeap& operator=(const ParseHeap&) = delete;

  // Blocks are aligned to 8 bytes. Throws OverBudget, or std::bad_alloc when the system has no memory left.
  void* allocate(size_t size);
  void* reallocate(void* block, size_t size);
  void release(void* block);

  void spend(uint64_t work) {
    if (work > budget_.work) throw OverBudget();
    budget_.work -= work;
  }

  void free_all();
  size_t used() const { return used_; }
  size_t peak() const { return peak_; }
  size_t left() const { return budget_.bytes - used_; }

 private:
  struct Region;
  static constexpr size_t kFineSteps = 64;   // 16, 32, … 1,024 bytes
  static constexpr size_t kCoarseSteps = 4;  // 2, 4, 8, 16 KiB
  static constexpr size_t kSizes = kFineSteps + kCoarseSteps;

  static uint32_t size_class(size_t size);
  static size_t class_bytes(uint32_t size_class);
  Region* take_region(size_t size);
  void give_back(Region* region);
  void* cut(size_t size);

  Budget budget_;
  size_t used_ = 0;
  size_t peak_ = 0;
  size_t next_chunk_bytes_ = size_t{32} * 1024;
  Region* regions_ = nullptr;  // all that malloc gave, doubly linked
  char* chunk_ = nullptr;      // the rest of the newest chunk
  char* chunk_end_ = nullptr;
  std::array<void*, kSizes> free_{};  // released blocks by size class, linked through their first word
};

}  // namespace demarc
