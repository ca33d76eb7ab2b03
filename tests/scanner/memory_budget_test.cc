#include "scanner/memory_budget.h"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "scanner/facts.h"

using demarc::MemoryBudget;
using demarc::Share;

TEST_CASE("memory budget: the sum of all shares stays below the limit", "[scanner][memory]") {
  MemoryBudget budget(1000);
  CHECK(budget.reserve(Share::fixed, 600));
  CHECK(budget.update(Share::resolver, 300));
  CHECK_FALSE(budget.exhausted());
  CHECK_FALSE(budget.reserve(Share::facts, 101));
  CHECK(budget.exhausted());
  CHECK(budget.used() == 900);
  CHECK(budget.used(Share::facts) == 0);
}

TEST_CASE("memory budget: a measured share may shrink", "[scanner][memory]") {
  MemoryBudget budget(1000);
  CHECK(budget.update(Share::resolver, 800));
  CHECK(budget.update(Share::resolver, 100));
  CHECK(budget.used() == 100);
  CHECK(budget.peak() == 800);
}

TEST_CASE("memory budget: no limit never refuses", "[scanner][memory]") {
  MemoryBudget budget(0);
  CHECK(budget.reserve(Share::facts, size_t(1) << 40));
  CHECK_FALSE(budget.exhausted());
}

TEST_CASE("memory budget: threads never pass the limit together", "[scanner][memory]") {
  MemoryBudget budget(10'000);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 1000; ++k) (void)budget.reserve(Share::facts, 7);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(budget.used() <= 10'000);
  CHECK(budget.used() == budget.used(Share::facts));
  CHECK(budget.used() > 10'000 - 7);
}

TEST_CASE("fact arena: takes chunks from the ledger and stops with it", "[scanner][memory]") {
  MemoryBudget budget(200 * 1024);
  demarc::FactArena arena(budget);
  int served = 0;
  while (arena.allocate(1000, 8)) ++served;
  CHECK(served >= 3 * 64);
  CHECK(budget.exhausted());
  CHECK(budget.used(Share::facts) <= 200 * 1024);
}

TEST_CASE("fact arena: aligns, and serves what is larger than a chunk", "[scanner][memory]") {
  MemoryBudget budget(0);
  demarc::FactArena arena(budget);
  (void)arena.allocate(1, 1);
  CHECK(reinterpret_cast<uintptr_t>(arena.allocate(8, 8)) % 8 == 0);
  CHECK(arena.allocate(1 << 20, 16) != nullptr);
  CHECK(budget.used() >= size_t(1) << 20);
}
