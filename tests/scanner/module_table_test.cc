#include "scanner/module_table.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

using namespace demarc;

TEST_CASE("module table: records keep their place while the table grows", "[scanner][modules]") {
  ModuleTable table(heap_chunks());
  ModuleRecord* first = &table.get(FileId(0));
  ModuleRecord* next = &table.get(FileId(1024));
  for (uint32_t id : {2047u, 2048u, 100'000u, 1'000'000u}) table.get(FileId(id)).set(ModuleRecord::kEntry);
  CHECK(&table.get(FileId(0)) == first);
  CHECK(&table.get(FileId(1024)) == next);
  CHECK(table.find(FileId(100'000))->has(ModuleRecord::kEntry));
  CHECK(table.find(FileId(5'000'000)) == nullptr);
}

TEST_CASE("module table: a record is small", "[scanner][modules]") {
  // A million modules have a million of them.
  CHECK(sizeof(ModuleRecord) == 16);
}

TEST_CASE("module table: one of many threads wins a file and each environment", "[scanner][modules]") {
  ModuleTable table(heap_chunks());
  constexpr uint32_t kFiles = 5000;
  std::atomic<int> reads{0}, requests{0}, claims{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (uint32_t id = 0; id < kFiles; ++id) {
        ModuleRecord& record = table.get(FileId(id));
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
