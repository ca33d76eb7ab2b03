#include "resolver/listing.h"

#include <catch2/catch.hpp>

using namespace demarc;

TEST_CASE("listing: finds exact names, and names that differ in the case of ASCII letters", "[resolver]") {
  ListingBuilder builder;
  builder.clear();
  for (const char* name : {"Target.ts", "target.tsx", "README", "readme", "École.ts", "a"}) {
    builder.entry(name, EntryType::file);
  }
  BlockArena arena;
  const Listing& listing = *builder.build(arena);

  struct Row {
    const char* why;
    std::string_view wanted, exact, folded;
  };
  const Row rows[] = {
      {"as it is", "Target.ts", "Target.ts", ""},
      {"another case", "target.ts", "", "Target.ts"},
      {"exact wins over folded", "readme", "readme", ""},
      {"either of two that fold", "ReadMe", "", "README"},
      {"a prefix is no name", "Target", "", ""},
      {"beyond ASCII nothing folds here", "école.ts", "", ""},
      {"empty", "", "", ""},
  };
  for (const Row& row : rows) {
    INFO(row.why);
    const Listing::Match match = listing.find(row.wanted);
    CHECK((match.exact ? listing.name(*match.exact) : "") == row.exact);
    if (row.folded.empty()) {
      CHECK((match.folded == nullptr || match.exact));
    } else {
      REQUIRE(match.folded);
      CHECK(equal_folded(listing.name(*match.folded), row.folded));
    }
  }
  CHECK(listing.has_non_ascii());
  CHECK(listing.find(std::string(300, 'x')).exact == nullptr);
}

TEST_CASE("listing: an empty directory has no names", "[resolver]") {
  ListingBuilder builder;
  builder.clear();
  BlockArena arena;
  const Listing& listing = *builder.build(arena);
  CHECK(listing.size() == 0);
  CHECK(listing.find("a").exact == nullptr);
}

TEST_CASE("listing: ten thousand names are all found", "[resolver]") {
  ListingBuilder builder;
  builder.clear();
  for (int i = 0; i < 10'000; ++i) builder.entry("module" + std::to_string(i) + ".js", EntryType::file);
  BlockArena arena;
  const Listing& listing = *builder.build(arena);
  int found = 0;
  for (int i = 0; i < 10'000; ++i) found += listing.find("module" + std::to_string(i) + ".js").exact != nullptr;
  CHECK(found == 10'000);
  CHECK(listing.find("module10000.js").exact == nullptr);
}
