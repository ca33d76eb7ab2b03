// What a scan does when its graph does not fit into the limit.
#include <catch2/catch.hpp>
#include <cstring>
#include <string>

#include "scanner/ledger_chunks.h"
#include "scanner/spill_file.h"
#include "tests/scanner/app.h"

namespace demarc {
namespace {

// A chain of modules with some that are shared between two environments, and a directive here and there.
void add_modules(App& app, int modules) {
  app.options.framework = Framework::rwsdk;
  app.options.entries = {"src/worker.ts"};
  app.options.prescan.emplace();
  std::string worker;
  for (int i = 0; i < modules; ++i) {
    const std::string name = "module-with-a-long-name-" + std::to_string(i);
    worker += "import './m/" + name + ".js';\n";
    std::string text = i % 50 == 0 ? "'use client';\n" : "";
    for (int k = 1; k <= 8; ++k) {
      text += "import './module-with-a-long-name-" + std::to_string((i * 7 + k * 31) % modules) + ".js';\n";
    }
    app.file("src/m/" + name + ".js", text);
  }
  app.file("src/worker.ts", worker);
}

struct Summary {
  Ids clients;
  uint64_t modules, nodes, edges;
  bool operator==(const Summary&) const = default;
};

Summary summary(const ScanResult& result) {
  return {clients(result), result.stats.modules, result.stats.nodes, result.stats.edges};
}

}  // namespace

TEST_CASE("spill file: pieces are apart, and keep what is written", "[scanner][memory]") {
  SpillFile file({"/nonexistent", "/var/tmp"}, /*only_choice=*/true);
  auto* small = static_cast<char*>(file.allocate(100));
  auto* next = static_cast<char*>(file.allocate(100));
  auto* large = static_cast<char*>(file.allocate(5 << 20));
  auto* after = static_cast<char*>(file.allocate(100));
  REQUIRE((small && next && large && after));
  std::memset(small, 1, 100);
  std::memset(next, 2, 100);
  std::memset(large, 3, 5 << 20);
  std::memset(after, 4, 100);
  CHECK(small[99] == 1);
  CHECK(next[0] == 2);
  CHECK(large[(5 << 20) - 1] == 3);
  CHECK(file.contains(small));
  CHECK(file.contains(large + 1000));
  CHECK_FALSE(file.contains(&file));
  CHECK(file.bytes() >= (5u << 20) + 300);
}

TEST_CASE("spill file: grows as far as it may", "[scanner][memory]") {
  SpillFile file({"/var/tmp"}, /*only_choice=*/true, size_t{8} << 20);
  CHECK(file.allocate(5 << 20) != nullptr);
  CHECK(file.allocate(5 << 20) == nullptr);
  CHECK(file.bytes() == 5 << 20);
}

TEST_CASE("spill file: without a place to write there is none", "[scanner][memory]") {
  SpillFile file({"/nonexistent", "/proc"}, /*only_choice=*/true);
  CHECK(file.allocate(100) == nullptr);
  CHECK(file.bytes() == 0);
}

TEST_CASE("ledger chunks: what does not fit into the limit goes to the file", "[scanner][memory]") {
  MemoryBudget budget(1 << 20);
  SpillFile file({"/var/tmp"}, /*only_choice=*/true);
  LedgerChunks chunks(budget, Share::facts, &file);
  std::vector<void*> taken;
  for (int i = 0; i < 64; ++i) taken.push_back(chunks.allocate(64 << 10));
  CHECK_FALSE(budget.exhausted());
  CHECK(budget.used() < (1 << 20) * 2 / 3);
  CHECK(file.bytes() >= 3 << 20);
  CHECK(chunks.bytes() == size_t{64} * (64 << 10));
  for (void* chunk : taken) chunks.release(chunk, 64 << 10);
  CHECK(budget.used() == 0);
  CHECK(chunks.bytes() == 0);
}

TEST_CASE("ledger chunks: without a file the limit is passed, and known to be", "[scanner][memory]") {
  MemoryBudget budget(100 << 10);
  SpillFile file({"/nonexistent"}, /*only_choice=*/true);
  LedgerChunks chunks(budget, Share::facts, &file);
  void* one = chunks.allocate(64 << 10);
  void* two = chunks.allocate(64 << 10);
  CHECK(budget.exhausted());
  chunks.release(one, 64 << 10);
  chunks.release(two, 64 << 10);
  CHECK(budget.used() == 0);
}

TEST_CASE("memory: a scan that forgets imports and spills finds the same", "[scanner][memory]") {
  App app;
  add_modules(app, 6000);
  const ScanResult roomy = app.scan();
  REQUIRE(roomy.outcome == Outcome::complete);
  CHECK(roomy.stats.memory_steps == 0);
  CHECK(roomy.stats.nodes > roomy.stats.modules + 5000);  // most are wanted by two environments

  // Little more than the process has already, which differs from run to run and under sanitizers.
  app.options.max_memory = process_anonymous_bytes() + (size_t{7} << 20);
  const ScanResult tight = app.scan();
  REQUIRE(tight.outcome == Outcome::complete);
  CHECK(tight.stats.memory_steps >= 1);
  CHECK(tight.stats.spilled_bytes > 0);
  CHECK(tight.stats.peak_bytes <= app.options.max_memory);
  CHECK(summary(tight) == summary(roomy));
  CHECK(tight.stats.files_read == roomy.stats.files_read);  // what is read again does not count again

  app.options.spill_directory = "/nonexistent";
  const ScanResult nowhere = app.scan();
  if (nowhere.outcome == Outcome::complete) CHECK(summary(nowhere) == summary(roomy));
}

}  // namespace demarc
