#include "cli/scan_plan.h"

#include <catch2/catch.hpp>

#include "tests/cli/temporary_folder.h"

using namespace demarc;

namespace {

constexpr uint64_t kMiB = uint64_t(1) << 20;

Alias alias(const std::string& find, const std::string& replacement) {
  Alias made;
  made.find = find;
  made.replacement = replacement;
  return made;
}

// A working directory, a machine of 1 GiB, and a command line.
struct Planning {
  TemporaryFolder folder;
  Surroundings surroundings{folder.path(), "", "", {1024 * kMiB, "ulimit -v"}};
  ScanArguments arguments;
  ScanPlan result;
  std::vector<Diagnostic> problems;

  bool plan() {
    result = {};
    problems.clear();
    return plan_scan(arguments, surroundings, result, problems);
  }
  std::string message() const { return problems.empty() ? "" : problems[0].message; }
};

}  // namespace

TEST_CASE("plan: without a working directory only an absolute PATH will do", "[cli]") {
  Planning planning;
  planning.surroundings.working_directory = ".";
  CHECK_FALSE(planning.plan());
  CHECK(planning.message().find("working directory") != std::string::npos);
  planning.arguments.root = "app";
  CHECK_FALSE(planning.plan());
  planning.arguments.root = planning.folder.path();
  CHECK(planning.plan());
  planning.arguments.config = "demarc.config.json";
  CHECK_FALSE(planning.plan());
}

TEST_CASE("plan: the root is the nearest package.json upward, or PATH", "[cli]") {
  Planning planning;
  planning.folder.write("app/package.json", "{}");
  planning.folder.write("app/src/deep/x.ts", "");
  planning.surroundings.working_directory = planning.folder.path() + "/app/src/deep";
  REQUIRE(planning.plan());
  CHECK(planning.result.options.root == planning.folder.path() + "/app");
  planning.arguments.root = "..";
  REQUIRE(planning.plan());
  CHECK(planning.result.options.root == planning.folder.path() + "/app/src/deep/..");
  planning.arguments.root = planning.folder.path();
  REQUIRE(planning.plan());
  CHECK(planning.result.options.root == planning.folder.path());
}

TEST_CASE("plan: a PATH that is no folder", "[cli]") {
  Planning planning;
  planning.arguments.root = "none";
  CHECK_FALSE(planning.plan());
  CHECK(planning.message() == "\"none\" does not exist");
  planning.folder.write("file", "");
  planning.arguments.root = "file";
  CHECK_FALSE(planning.plan());
  CHECK(planning.message() == "\"file\" is no folder");
}

TEST_CASE("plan: the configuration's root counts unless PATH is given", "[cli]") {
  Planning planning;
  planning.folder.write("demarc.config.json", R"({ "root": "app" })");
  planning.folder.write("app/package.json", "{}");
  planning.folder.write("other/package.json", "{}");
  REQUIRE(planning.plan());
  CHECK(planning.result.options.root == planning.folder.path() + "/app");
  planning.arguments.root = "other";
  REQUIRE(planning.plan());
  CHECK(planning.result.options.root == planning.folder.path() + "/other");
  CHECK(planning.result.config.path == planning.folder.path() + "/demarc.config.json");
}

TEST_CASE("plan: flags win over the file, lists as a whole", "[cli]") {
  Planning planning;
  planning.folder.write("demarc.config.json", R"({
    "mode": "development", "framework": "waku", "entries": ["a.ts", "b.ts"], "walk": ["ssr"], "external": ["x"], "prescan": ["p"],
    "typeImports": "keep", "follow": ["glob"], "markers": ["m"], "alias": [{ "find": "f", "replacement": "r" }],
    "preserveSymlinks": true, "maxMemory": "64M"
  })");
  REQUIRE(planning.plan());
  CHECK(planning.result.options.mode == Mode::development);
  CHECK(planning.result.options.entries.size() == 2);
  CHECK(planning.result.options.preserve_symlinks);
  CHECK(planning.result.options.max_memory == 64 * kMiB);
  CHECK(planning.result.memory_reason == "maxMemory of " + planning.folder.path() + "/demarc.config.json");

  ScanArguments& flags = planning.arguments;
  flags.mode = Mode::production;
  flags.framework = Framework::none;
  flags.entries = {"c.ts"};
  flags.walk = {"client"};
  flags.external = {"y", "z"};
  flags.prescan.emplace();
  flags.type_imports = TypeImports::elide;
  flags.follow.emplace();
  flags.markers = {"n", "m", "n"};
  flags.alias = {alias("@", "./src")};
  flags.max_memory = MemoryAmount{.bytes = 32 * kMiB};
  REQUIRE(planning.plan());
  const ScanOptions& options = planning.result.options;
  CHECK(options.mode == Mode::production);
  CHECK(options.framework == Framework::none);
  CHECK(options.entries == std::vector<std::string>{"c.ts"});
  CHECK(options.walk == std::vector<std::string>{"client"});
  CHECK(options.external == std::vector<std::string>{"y", "z"});
  CHECK(options.prescan == std::vector<std::string>{});
  CHECK(options.type_imports == TypeImports::elide);
  CHECK_FALSE(options.follow->glob);
  CHECK(options.markers == std::vector<std::string>{"m", "n"});
  REQUIRE(options.alias.size() == 1);
  CHECK(options.max_memory == 32 * kMiB);
  CHECK(planning.result.memory_reason == "--max-memory");
}

TEST_CASE("plan: the tsconfig is the root's", "[cli]") {
  Planning planning;
  planning.folder.write("app/tsconfig.app.json", "{}");
  planning.arguments.root = "app";
  planning.arguments.tsconfig = "tsconfig.app.json";
  REQUIRE(planning.plan());
  CHECK(planning.result.options.tsconfig_file == planning.folder.path() + "/app/tsconfig.app.json");
  planning.arguments.tsconfig = "none.json";
  CHECK_FALSE(planning.plan());
  CHECK(planning.message() == "the tsconfig \"none.json\" does not exist");
}

TEST_CASE("plan: threads from flag, then environment, then auto", "[cli]") {
  Planning planning;
  REQUIRE(planning.plan());
  CHECK(planning.result.options.threads == 0);
  planning.surroundings.threads = "3";
  REQUIRE(planning.plan());
  CHECK(planning.result.options.threads == 3);
  planning.arguments.threads = 0;
  REQUIRE(planning.plan());
  CHECK(planning.result.options.threads == 0);
  planning.arguments.threads.reset();
  planning.surroundings.threads = "many";
  CHECK_FALSE(planning.plan());
  CHECK(planning.message() == "DEMARC_THREADS: \"many\" is neither auto nor a number from 1 to 512");
}

TEST_CASE("plan: the memory bound from flag, then environment, then file, then the machine", "[cli]") {
  Planning planning;
  REQUIRE(planning.plan());
  CHECK(planning.result.options.max_memory == default_memory_bound(planning.surroundings.memory_limit));
  CHECK(planning.result.memory_reason == "the default: at most 40 % of 1 GiB (ulimit -v)");
  planning.folder.write("demarc.config.json", R"({ "maxMemory": "50%" })");
  REQUIRE(planning.plan());
  CHECK(planning.result.options.max_memory == 512 * kMiB);
  planning.surroundings.max_memory = "25%";
  REQUIRE(planning.plan());
  CHECK(planning.result.options.max_memory == 256 * kMiB);
  CHECK(planning.result.memory_reason == "DEMARC_MAX_MEMORY of 1 GiB (ulimit -v)");
  planning.arguments.max_memory = MemoryAmount{.percent = 12.5};
  REQUIRE(planning.plan());
  CHECK(planning.result.options.max_memory == 128 * kMiB);
  planning.arguments.max_memory.reset();
  planning.surroundings.max_memory = "much";
  CHECK_FALSE(planning.plan());
  planning.surroundings.max_memory = "50%";
  planning.surroundings.memory_limit = {};
  CHECK_FALSE(planning.plan());
}

TEST_CASE("plan: a bad configuration ends it", "[cli]") {
  Planning planning;
  planning.folder.write("demarc.config.json", R"({ "mod": 1, "vite": 6 })");
  CHECK_FALSE(planning.plan());
  CHECK(planning.problems.size() == 2);
  planning.arguments.config = "none.json";
  CHECK_FALSE(planning.plan());
  CHECK(planning.message() == "No such file or directory");
}

TEST_CASE("plan: a folder for spilling that is of no use is refused at once", "[cli]") {
  Planning planning;
  planning.folder.write("spill/x", "");
  planning.arguments.spill_dir = "spill";
  REQUIRE(planning.plan());
  CHECK(planning.result.options.spill_directory == planning.folder.path() + "/spill");
  planning.arguments.spill_dir = "spill/x";
  CHECK_FALSE(planning.plan());
  CHECK(planning.message() == "the folder \"spill/x\" of --spill-dir does not exist");
  planning.arguments.spill_dir = "nowhere";
  CHECK_FALSE(planning.plan());
}
