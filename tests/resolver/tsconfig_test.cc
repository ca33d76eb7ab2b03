#include "resolver/tsconfig.h"

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "resolver/resolver.h"
#include "tests/resolver/options_json.h"
#include "tests/support/memory_file_system.h"

using namespace demarc;

namespace {

Tsconfig make(std::string json, const std::string& directory = "/app", const std::string& name = "tsconfig.json") {
  TsconfigText text;
  std::string error;
  Tsconfig config;
  config.directory = directory;
  config.path = directory + "/" + name;
  config.is_error = !parse_tsconfig(json, directory, text, error);
  finish_tsconfig(text, config);
  return config;
}

struct Project {
  explicit Project(TsconfigPaths mode, const std::map<std::string, std::string>& files) {
    for (const auto& [path, text] : files) disk.add(path, text);
    ResolverOptions options;
    options.root = "/app";
    options.environments = exam_environments();
    options.tsconfig_paths = mode;
    resolver.emplace(disk, options);
  }
  std::string resolve(std::string_view importer, std::string_view specifier) {
    const auto file = resolver->intern(importer);
    REQUIRE(file);
    const Resolution resolution = resolver->resolve(EnvironmentId(0), *file, specifier, RequestKind::import);
    if (resolution.kind == ResolutionKind::file) {
      return resolver->path(resolution.file) + std::string(resolver->text(resolution.text));
    }
    return std::string(to_string(resolution.reason));
  }
  MemoryFileSystem disk;
  std::optional<Resolver> resolver;
};

}  // namespace

TEST_CASE("tsconfig: a config owns what files and include name, but for what exclude does", "[resolver]") {
  struct Row {
    const char* why;
    const char* json;
    std::string_view file;
    bool owns, plugin;
  };
  const Row rows[] = {
      {"everything by default", "{}", "/app/src/a.ts", true, true},
      {"an empty file is {}", "", "/app/a.ts", true, true},
      {"nothing outside", "{}", "/other/a.ts", false, false},
      {"no JavaScript by default", "{}", "/app/a.js", false, false},
      {"with allowJs", R"({"compilerOptions":{"allowJs":true}})", "/app/a.js", true, true},
      {"no CSS", "{}", "/app/a.css", false, false},
      {"a directory is all below it", R"({"include":["src"]})", "/app/src/deep/a.tsx", true, true},
      {"but not beside it", R"({"include":["src"]})", "/app/src2/a.ts", false, false},
      {"a glob", R"({"include":["src/**/*.test.ts"]})", "/app/src/x/a.test.ts", true, true},
      {"a glob that misses", R"({"include":["src/*.ts"]})", "/app/src/x/a.ts", false, false},
      {"a file by name", R"({"include":["src/a.ts"]})", "/app/src/a.ts", true, true},
      {"exclude", R"({"exclude":["src"]})", "/app/src/a.ts", false, false},
      {"files beats exclude", R"({"files":["src/a.ts"],"exclude":["src"]})", "/app/src/a.ts", true, false},
      {"files without include is all", R"({"files":["src/a.ts"]})", "/app/src/b.ts", false, true},
      {"a base's directory", R"({"include":["../shared"]})", "/shared/a.ts", true, true},
      {"configDir", R"({"include":["${configDir}/src"]})", "/app/src/a.ts", true, true},
      {"dependencies", "{}", "/app/node_modules/p/a.ts", true, false},
      {"vue, when named", R"({"include":["src/**/*.vue"]})", "/app/src/a.vue", true, false},
  };
  for (const Row& row : rows) {
    INFO(row.why);
    const Tsconfig config = make(row.json);
    CHECK_FALSE(config.is_error);
    CHECK(config.owns(row.file) == row.owns);
    CHECK(config.includes_for_plugin(row.file) == row.plugin);
  }
  CHECK(make("{}", "/app", "jsconfig.json").includes_for_plugin("/app/a.js"));
}

TEST_CASE("tsconfig: broken JSON and wrong types are errors", "[resolver]") {
  for (const char* json : {"{", "[]", "7", R"({"include":"src"})", R"({"files":[1]})", R"({"extends":7})",
                           R"({"compilerOptions":[]})", R"({"compilerOptions":{"paths":{"a":"b"}}})",
                           R"({"references":[{}]})", R"({"compilerOptions":{"baseUrl":1}})"}) {
    INFO(json);
    CHECK(make(json).is_error);
  }
  for (const char* json : {"null", R"({"include":null,"compilerOptions":{"paths":null}})", "// only a comment\n"}) {
    INFO(json);
    CHECK(make(json).is_error == (std::string(json) == "null"));
  }
}

TEST_CASE("tsconfig: paths, by the two ways to choose a key", "[resolver]") {
  const Tsconfig config = make(R"({"compilerOptions":{"baseUrl":"./b","paths":{
    "@/*":["./src/*","/abs/*"], "@/lib/*":["lib/*"], "@/lib/x":["x.ts"], "a*z":["*/*"], "${configDir}/q":["${configDir}/r"]}}})");
  using List = std::vector<std::string>;
  CHECK(config.base_url == "/app/b");
  CHECK(config.mapped("@/c") == List{"/app/b/src/c", "/abs/c"});
  CHECK(config.mapped("@/lib/c") == List{"/app/b/lib/c"});
  CHECK(config.mapped("@/lib/x") == List{"/app/b/x.ts"});
  CHECK(config.mapped("@/") == List{"/app/b/src/", "/abs/"});
  CHECK(config.mapped("b") == List{});
  CHECK(config.mapped("axz") == List{"/app/b/x/*"});
  CHECK(config.mapped_for_plugin("@/c") == List{"/app/b/src/c", "/abs/c"});
  CHECK(config.mapped_for_plugin("@/lib/x") == List{"/app/b/lib/x", "/app/b/src/lib/x", "/abs/lib/x", "/app/b/x.ts"});
  CHECK(config.mapped_for_plugin("@/") == List{});
  CHECK(config.mapped_for_plugin("axz") == List{"/app/b/x/x"});
}

TEST_CASE("tsconfig: a base's problems are told with its path, and every import under it fails", "[resolver]") {
  struct Row {
    const char* why;
    std::map<std::string, std::string> files;
    ResolverProblem::Kind kind;
    std::string path, detail;
  };
  const Row rows[] = {
      {"missing",
       {{"/app/tsconfig.json", R"({"extends":"./gone"})"}},
       ResolverProblem::Kind::tsconfig_extends_missing,
       "/app/tsconfig.json",
       "./gone"},
      {"a loop",
       {{"/app/tsconfig.json", R"({"extends":"./b.json"})"}, {"/app/b.json", R"({"extends":"./tsconfig.json"})"}},
       ResolverProblem::Kind::tsconfig_extends_loop,
       "/app/tsconfig.json",
       "/app/tsconfig.json -> /app/b.json -> /app/tsconfig.json"},
      {"broken",
       {{"/app/tsconfig.json", R"({"extends":"./b.json"})"}, {"/app/b.json", "{"}},
       ResolverProblem::Kind::invalid_tsconfig,
       "/app/b.json",
       ""},
  };
  for (const Row& row : rows) {
    INFO(row.why);
    auto files = row.files;
    files["/app/src/a.ts"] = files["/app/src/b.ts"] = "";
    Project project(TsconfigPaths::vite8, files);
    CHECK(project.resolve("src/a.ts", "./b") == "invalid-tsconfig");
    CHECK(project.resolve("src/a.ts", "react") == "invalid-tsconfig");
    const auto problems = project.resolver->problems();
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].kind == row.kind);
    CHECK(problems[0].path == row.path);
    if (!row.detail.empty()) CHECK(problems[0].detail == row.detail);
  }
}

TEST_CASE("tsconfig: the plugin's rules", "[resolver]") {
  Project project(TsconfigPaths::plugin,
                  {{"/app/package.json", "{}"},
                   {"/app/tsconfig.json", R"({"compilerOptions":{"paths":{"@/*":["./src/*"],"t":["./src/t.d.ts"]}}})"},
                   {"/app/src/a.ts", ""},
                   {"/app/src/a.js", ""},
                   {"/app/src/x.ts", ""},
                   {"/app/src/t.d.ts", ""},
                   {"/app/node_modules/t/index.js", ""},
                   {"/app/sub/tsconfig.json", R"({"compilerOptions":{"baseUrl":".","paths":{"@/*":["./own/*"]}}})"},
                   {"/app/sub/a.ts", ""},
                   {"/app/sub/own/x.ts", ""},
                   {"/app/sub/data.json", "{}"},
                   {"/app/sub/util.ts", ""}});
  CHECK(project.resolve("src/a.ts", "@/x") == "/app/src/x.ts");
  CHECK(project.resolve("src/a.ts", "@/x?raw") == "/app/src/x.ts?raw");
  CHECK(project.resolve("src/a.js", "@/x") == "package-not-found");
  CHECK(project.resolve("sub/a.ts", "@/x") == "/app/sub/own/x.ts");
  CHECK(project.resolve("sub/a.ts", "@/a") == "package-not-found");  // the first config that takes the file decides
  CHECK(project.resolve("sub/a.ts", "util") == "/app/sub/util.ts");
  CHECK(project.resolve("sub/a.ts", "data") == "package-not-found");
  CHECK(project.resolve("sub/a.ts", "data.json") == "/app/sub/data.json");
  CHECK(project.resolve("src/a.ts", "t") == "/app/node_modules/t/index.js");
  CHECK(project.resolve("src/a.ts", "./x") == "/app/src/x.ts");
}

TEST_CASE("tsconfig: one config is read once for all its files", "[resolver]") {
  Project project(TsconfigPaths::vite8, {{"/app/tsconfig.json", R"({"compilerOptions":{"paths":{"@/*":["./src/*"]}}})"},
                                         {"/app/src/a.ts", ""},
                                         {"/app/src/b/c.ts", ""},
                                         {"/app/src/x.ts", ""}});
  CHECK(project.resolve("src/a.ts", "@/x") == "/app/src/x.ts");
  CHECK(project.resolve("src/b/c.ts", "@/x") == "/app/src/x.ts");
  CHECK(project.disk.count(Operation::open, "/app/tsconfig.json") == 1);
}
