#include "scanner/module_table.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

using namespace demarc;

TEST_CASE("module table: records keep their place while the table grows", "[scanner][modules]") {
  MemoryBudget budget(0);
  ModuleTable table(budget);
  ModuleRecord* first = table.get(FileId(0));
  ModuleRecord* edge = table.get(FileId(1023));
  ModuleRecord* next = table.get(FileId(1024));
  for (uint32_t id : {2047u, 2048u, 100'000u, 1'000'000u}) CHECK(table.get(FileId(id)) != nullptr);
  CHECK(table.get(FileId(0)) == first);
  CHECK(table.get(FileId(1023)) == edge);
  CHECK(table.get(FileId(1024)) == next);
  CHECK(edge - first == 1023);
  CHECK(table.find(FileId(5'000'000)) == nullptr);
  CHECK(budget.used(Share::modules) > 0);
}

TEST_CASE("module table: gives no record that the budget does not allow", "[scanner][modules]") {
  MemoryBudget budget(1024 * sizeof(ModuleRecord));
  ModuleTable table(budget);
  CHECK(table.get(FileId(5)) != nullptr);
  CHECK(table.get(FileId(5000)) == nullptr);
  CHECK(budget.exhausted());
}

TEST_CASE("module table: one of many threads wins a file and each environment", "[scanner][modules]") {
  MemoryBudget budget(0);
  ModuleTable table(budget);
  constexpr uint32_t kFiles = 5000;
  std::atomic<int> reads{0}, requests{0}, claims{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (uint32_t id = 0; id < kFiles; ++id) {
        ModuleRecord& record = *table.get(FileId(id));
        requests += record.request(id % 3);
        reads += record.claim_read();
        claims += record.claim(id % 3);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(reads == kFiles);
  CHECK(requests == kFiles);
  CHECK(claims == kFiles);
}
