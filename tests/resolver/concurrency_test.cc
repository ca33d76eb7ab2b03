// Many threads, one resolver: equal questions get equal answers, and work is done at most twice. Meant to be run under
// ThreadSanitizer too.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/resolver/options_json.h"
#include "tests/support/memory_file_system.h"

using namespace demarc;

namespace {

struct Question {
  std::string importer, specifier;
};

// Packages that import each other, half of them behind links as pnpm lays them out.
std::vector<Question> fill(MemoryFileSystem& disk) {
  std::vector<Question> questions;
  const std::string app = "/app/";
  disk.add(app + "package.json", R"({"name":"app"})");
  disk.add(app + "tsconfig.json", R"({"compilerOptions":{"paths":{"@/*":["./src/*"]}}})");
  for (int p = 0; p < 40; ++p) {
    const std::string name = "p" + std::to_string(p);
    const std::string store = app + "node_modules/.pnpm/" + name + "@1/node_modules/";
    disk.add(store + name + "/package.json",
             R"({"name":")" + name + R"(","main":"i.js","browser":{"./a.js":"./b.js"},)" +
                 (p % 2 ? R"("exports":{".":"./i.js","./*":{"browser":"./lib/*.js","default":"./lib/*.mjs"}}})"
                        : R"("module":"m"})"));
    for (const char* file : {"i.js", "m.mjs", "a.js", "b.js", "lib/x.js", "lib/x.mjs", "lib/index.ts"}) {
      disk.add(store + name + "/" + file);
    }
    for (int d = 1; d < 4; ++d) {
      const std::string dep = "p" + std::to_string((p + d) % 40);
      disk.add_link(store + dep, "../../" + dep + "@1/node_modules/" + dep);
      questions.push_back({store + name + "/i.js", dep});
      questions.push_back({store + name + "/lib/x.js", dep + "/x"});
      questions.push_back({store + name + "/lib/x.js", dep + "/lib"});
    }
    disk.add_link(app + "node_modules/" + name, ".pnpm/" + name + "@1/node_modules/" + name);
    for (const char* specifier : {"./a", "./lib", "./lib/x", "./gone", "fs", "../" /* node_modules */}) {
      questions.push_back({store + name + "/i.js", specifier});
    }
    disk.add(app + "src/f" + std::to_string(p) + ".ts");
    questions.push_back({app + "src/f" + std::to_string(p) + ".ts", name});
    questions.push_back({app + "src/f" + std::to_string(p) + ".ts", "@/f" + std::to_string((p + 1) % 40)});
  }
  return questions;
}

}  // namespace

TEST_CASE("resolver: any number of threads give the answers of one", "[resolver][threads]") {
  MemoryFileSystem disk;
  const std::vector<Question> questions = fill(disk);
  ResolverOptions options;
  options.root = "/app";
  options.environments = exam_environments();
  options.tsconfig_paths = TsconfigPaths::vite8;

  const auto ask = [&](Resolver& resolver, const Question& question, size_t environment) {
    const auto importer = resolver.intern(question.importer);
    const PrintedResolution p = print(
        resolver, resolver.resolve(EnvironmentId(environment), *importer, question.specifier, RequestKind::import));
    return p.result + " " + p.path + p.postfix + " " + p.reason;
  };
  std::vector<std::string> expected;
  {
    Resolver resolver(disk, options);
    for (size_t e = 0; e < options.environments.size(); ++e) {
      for (const Question& question : questions) expected.push_back(ask(resolver, question, e));
    }
  }
  CHECK(std::count_if(expected.begin(), expected.end(), [](auto& a) { return a.starts_with("file"); }) > 1000);

  for (int round = 0; round < 5; ++round) {
    disk.clear_log();
    Resolver resolver(disk, options);
    constexpr int kThreads = 6;
    std::vector<std::vector<std::string>> answers(kThreads, std::vector<std::string>(expected.size()));
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        std::vector<size_t> order(expected.size());
        for (size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::mt19937 random(static_cast<unsigned>(round * 100 + t));
        std::shuffle(order.begin(), order.end(), random);
        for (const size_t i : order) {
          answers[static_cast<size_t>(t)][i] = ask(resolver, questions[i % questions.size()], i / questions.size());
          if (i % 500 == 0) (void)resolver.bytes();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const auto& of_thread : answers) REQUIRE(of_thread == expected);

    std::set<std::string> paths;
    for (uint32_t i = 0; i < resolver.file_count(); ++i) paths.insert(resolver.path(FileId(i)));
    CHECK(paths.size() == resolver.file_count());
    for (const char* read : {"/app/package.json", "/app/tsconfig.json"}) {
      CHECK(disk.count(Operation::open, read) <= kThreads);
    }
  }
}
