#include "scanner/memory_budget.h"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "scanner/facts.h"
#include "scanner/ledger_chunks.h"

using demarc::MemoryBudget;
using demarc::Share;

TEST_CASE("memory budget: the sum of all shares stays below the limit", "[scanner][memory]") {
  MemoryBudget budget(1000);
  CHECK(budget.reserve(Share::fixed, 600));
  CHECK(budget.reserve(Share::resolver, 300));
  CHECK_FALSE(budget.exhausted());
  CHECK_FALSE(budget.reserve(Share::facts, 101));
  CHECK(budget.exhausted());
  CHECK(budget.used() == 900);
  CHECK(budget.used(Share::facts) == 0);
}

TEST_CASE("memory budget: what is given back can be taken again", "[scanner][memory]") {
  MemoryBudget budget(1000);
  CHECK(budget.add(Share::resolver, 800));
  budget.release(Share::resolver, 700);
  CHECK(budget.used() == 100);
  CHECK(budget.peak() == 800);
  CHECK(budget.reserve(Share::facts, 900));
}

TEST_CASE("memory budget: what was taken all the same counts, and exhausts it", "[scanner][memory]") {
  MemoryBudget budget(1000);
  CHECK_FALSE(budget.add(Share::resolver, 1500));
  CHECK(budget.exhausted());
  CHECK(budget.used() == 1500);
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

TEST_CASE("fact arena: aligns, and serves what is larger than a chunk", "[scanner][memory]") {
  MemoryBudget budget(0);
  demarc::LedgerChunks chunks(budget, Share::facts, nullptr);
  {
    demarc::FactArena arena(chunks);
    (void)arena.allocate(1, 1);
    CHECK(reinterpret_cast<uintptr_t>(arena.allocate(8, 8)) % 8 == 0);
    CHECK(arena.allocate(1 << 20, 16) != nullptr);
    CHECK(budget.used(Share::facts) >= size_t(1) << 20);
  }
  CHECK(budget.used() == 0);
}

TEST_CASE("facts: what a module says comes back as it was seen", "[scanner][facts]") {
  demarc::FactArena arena(demarc::heap_chunks());
  demarc::SeenModule seen;
  seen.header.bytes = 812;
  seen.header.client = true;
  seen.directives.push_back({demarc::TextId(7), 1, 3, demarc::DirectiveLevel::module});
  seen.add_import("./a", {0, demarc::ImportKind::import, false, false, false, false});
  seen.add_import("", {0, demarc::ImportKind::dynamic, false, false, false, false});
  seen.add_import("react", {0, demarc::ImportKind::export_all, true, true, false, false});
  seen.import_places = {{1, 1}, {2, 2}, {3, 3}};
  seen.exports = {demarc::TextId(1), demarc::TextId(2)};

  const demarc::ModuleFacts& whole = *arena.write(seen, /*with_imports=*/true);
  CHECK(whole.bytes == 812);
  CHECK(whole.client);
  CHECK(whole.has_imports);
  REQUIRE(whole.directives().size() == 1);
  CHECK(whole.directives()[0].value == demarc::TextId(7));
  REQUIRE(whole.imports().size() == 3);
  CHECK(whole.imports().specifier(0) == "./a");
  CHECK(whole.imports().specifier(1).empty());
  CHECK(whole.imports().specifier(2) == "react");
  CHECK(whole.imports()[2].kind == demarc::ImportKind::export_all);
  CHECK(whole.imports()[2].is_open);
  CHECK(whole.import_places()[2].line == 3);
  CHECK(whole.exports()[1] == demarc::TextId(2));

  const demarc::ModuleFacts& rest = *arena.write(seen, /*with_imports=*/false);
  CHECK_FALSE(rest.has_imports);
  CHECK(rest.directives().size() == 1);
  CHECK(rest.imports().size() == 0);
  CHECK(rest.exports()[0] == demarc::TextId(1));
}

TEST_CASE("memory budget: what a process's ledgers hold together is gone with them", "[scanner][memory]") {
  const size_t before = MemoryBudget::used_by_all();
  {
    MemoryBudget one(0), other(1000);
    CHECK(one.reserve(Share::facts, 5000));
    CHECK(other.add(Share::resolver, 300));
    other.release(Share::resolver, 100);
    CHECK(MemoryBudget::used_by_all() == before + 5200);
  }
  CHECK(MemoryBudget::used_by_all() == before);
}
