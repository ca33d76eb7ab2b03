#include "parser/parse_heap.h"

#include <cstring>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

namespace demarc {
namespace {

constexpr uint64_t kMuchWork = 1'000'000'000;

struct Block {
  unsigned char* bytes;
  size_t size;
  unsigned char fill;

  bool intact() const {
    for (size_t i = 0; i < size; ++i) {
      if (bytes[i] != fill) return false;
    }
    return true;
  }
};

}  // namespace

TEST_CASE("parse heap: blocks keep their contents", "[parser]") {
  ParseHeap heap({.bytes = size_t{64} << 20, .work = kMuchWork});
  std::mt19937 random(3);
  std::vector<Block> blocks;
  for (int step = 0; step < 20'000; ++step) {
    // Mostly small, as a parser's are; now and then one of up to 64 KiB.
    const size_t size = random() % 50 == 0 ? random() % 65'536 : random() % 300;
    const auto fill = static_cast<unsigned char>(step);
    if (!blocks.empty() && random() % 3 == 0) {
      Block& block = blocks[random() % blocks.size()];
      REQUIRE(block.intact());
      if (random() % 2 == 0) {
        const size_t kept = std::min(block.size, size);
        block.bytes = static_cast<unsigned char*>(heap.reallocate(block.bytes, size));
        REQUIRE(Block{block.bytes, kept, block.fill}.intact());
        block.size = size;
        std::memset(block.bytes, block.fill, size);
      } else {
        heap.release(block.bytes);
        block = blocks.back();
        blocks.pop_back();
      }
    } else {
      auto* const bytes = static_cast<unsigned char*>(heap.allocate(size));
      REQUIRE(reinterpret_cast<uintptr_t>(bytes) % 8 == 0);
      std::memset(bytes, fill, size);
      blocks.push_back({bytes, size, fill});
    }
  }
  for (const Block& block : blocks) REQUIRE(block.intact());
  CHECK(heap.peak() >= heap.used());
  heap.free_all();
  CHECK(heap.used() == 0);
}

TEST_CASE("parse heap: the budget holds to the byte, and released memory is used again", "[parser]") {
  ParseHeap heap({.bytes = 100'000, .work = kMuchWork});
  std::vector<void*> blocks;
  CHECK_THROWS_AS(
      [&] {
        for (;;) blocks.push_back(heap.allocate(100));
      }(),
      ParseHeap::OverBudget);
  CHECK(heap.peak() <= 100'000);
  CHECK(blocks.size() > 700);
  for (void* const block : blocks) heap.release(block);
  for (size_t i = 0; i < blocks.size(); ++i) heap.allocate(100);
  CHECK_THROWS_AS(heap.allocate(50'000), ParseHeap::OverBudget);
  CHECK_THROWS_AS(heap.allocate(SIZE_MAX), ParseHeap::OverBudget);
  CHECK_THROWS_AS(heap.allocate(SIZE_MAX - 64), ParseHeap::OverBudget);
}

TEST_CASE("parse heap: work ends, too", "[parser]") {
  ParseHeap heap({.bytes = size_t{1} << 20, .work = 1000});
  for (int i = 0; i < 900; ++i) heap.release(heap.allocate(10));
  heap.spend(90);
  CHECK_THROWS_AS(heap.spend(11), ParseHeap::OverBudget);
  heap.spend(10);
  CHECK_THROWS_AS(heap.allocate(1), ParseHeap::OverBudget);
}

}  // namespace demarc
