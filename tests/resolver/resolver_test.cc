// What the exam does not ask: what is read, what is remembered, what is reported, and near misses of each group of
// rules.
#include "resolver/resolver.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/resolver/options_json.h"
#include "tests/support/memory_file_system.h"

using namespace demarc;

namespace {

constexpr EnvironmentId kClient{0}, kSsr{1}, kRsc{2};

struct Project {
  explicit Project(const std::map<std::string, std::string>& files, MemoryFileSystem::Switches switches = {})
      : disk(switches) {
    for (const auto& [path, text] : files) disk.add("/app/" + path, text);
    options.root = "/app";
    options.environments = exam_environments();
  }
  Resolver& resolver() {
    if (!made) made.emplace(disk, options);
    return *made;
  }
  Resolution ask(std::string_view importer, std::string_view specifier, EnvironmentId environment = kSsr,
                 RequestKind kind = RequestKind::import) {
    if (importer.empty()) return resolver().resolve(environment, kNoFile, specifier, kind);
    const auto file = resolver().intern(importer);
    REQUIRE(file);
    return resolver().resolve(environment, *file, specifier, kind);
  }
  // "src/x.ts?raw", "external fs", "unresolved not-found" ...
  std::string text(std::string_view importer, std::string_view specifier, EnvironmentId environment = kSsr,
                   RequestKind kind = RequestKind::import) {
    const PrintedResolution p = print(resolver(), ask(importer, specifier, environment, kind));
    if (p.result == "file") return (p.path.starts_with("/app/") ? p.path.substr(5) : p.path) + p.postfix;
    std::string all = p.result;
    for (const std::string* part : {&p.path, &p.postfix, &p.reason}) {
      if (!part->empty()) all += " " + *part;
    }
    return all;
  }
  MemoryFileSystem disk;
  ResolverOptions options;
  std::optional<Resolver> made;
};

}  // namespace

TEST_CASE("resolver: an answer is remembered, and nothing is read for it again", "[resolver]") {
  Project project({{"package.json", "{}"},
                   {"src/main.ts", ""},
                   {"src/other.ts", ""},
                   {"src/x.tsx", ""},
                   {"node_modules/p/package.json", R"({"exports":"./i.js"})"},
                   {"node_modules/p/i.js", ""}});
  CHECK(project.text("src/main.ts", "./x") == "src/x.tsx");
  CHECK(project.text("src/main.ts", "p") == "node_modules/p/i.js");
  CHECK(project.text("src/main.ts", "gone") == "unresolved package-not-found");
  project.disk.clear_log();
  for (const char* importer : {"src/main.ts", "src/other.ts"}) {
    CHECK(project.text(importer, "./x") == "src/x.tsx");
    CHECK(project.text(importer, "p") == "node_modules/p/i.js");
    CHECK(project.text(importer, "gone") == "unresolved package-not-found");
    CHECK(project.text(importer, "./y") == "unresolved not-found");
    CHECK(project.text(importer, "./src/deep/er") == "unresolved not-found");
  }
  CHECK(project.disk.log().empty());
  CHECK(project.text("src/main.ts", "p", kClient) == "node_modules/p/i.js");
  CHECK(project.disk.log().empty());  // another environment, the same package copy
}

TEST_CASE("resolver: a file's directory is listed once, and its neighbours are not", "[resolver]") {
  Project project(
      {{"package.json", "{}"}, {"src/main.ts", ""}, {"src/a/b.ts", ""}, {"other/c.ts", ""}, {"src/z/q.ts", ""}});
  CHECK(project.text("src/main.ts", "./a/b") == "src/a/b.ts");
  CHECK(project.disk.count(Operation::list, "/app/src") == 1);
  CHECK(project.disk.count(Operation::list, "/app/src/a") == 1);
  CHECK(project.disk.count(Operation::list, "/app/other") == 0);
  CHECK(project.disk.count(Operation::list, "/app/src/z") == 0);
  CHECK(project.disk.count(Operation::open) == 1);  // package.json, which every answer consults (R22)
}

TEST_CASE("resolver: files are numbered densely, and only answers are numbered", "[resolver]") {
  Project project({{"package.json", "{}"}, {"src/main.ts", ""}, {"src/x.ts", ""}, {"src/y.ts", ""}});
  CHECK(project.text("src/main.ts", "./x") == "src/x.ts");
  CHECK(project.text("src/main.ts", "./x.js") == "src/x.ts");
  CHECK(project.resolver().file_count() == 2);
  CHECK(project.resolver().path(FileId(1)) == "/app/src/x.ts");
  CHECK(project.resolver().name(FileId(1)) == "x.ts");
}

TEST_CASE("resolver: near misses of the path rules", "[resolver]") {
  Project project({{"package.json", "{}"},
                   {"src/main.ts", ""},
                   {"src/a.b.ts", ""},
                   {"src/c.ts", ""},
                   {"src/d/index.tsx", ""},
                   {"src/d.ts", ""},
                   {"src/e.cts", ""},
                   {"src/f", ""},
                   {"src/index", ""},
                   {"src/g.node", ""}});
  struct Row {
    const char* why;
    std::string_view specifier, answer;
  };
  const Row rows[] = {
      {"R11 the extension goes behind the whole name", "./a.b", "src/a.b.ts"},
      {"R11 not in place of the last part", "./a", "unresolved not-found"},
      {"R12 .mjs is .mts, not .ts", "./c.mjs", "unresolved not-found"},
      {"R12 .js is .ts", "./c.js", "src/c.ts"},
      {"R12 no way back from .tsx", "./c.tsx", "unresolved not-found"},
      {"R10 .cts is not appended", "./e", "unresolved not-found"},
      {"R12 but is what .cjs comes from", "./e.cjs", "src/e.cts"},
      {"R13 the file form first", "./d", "src/d.ts"},
      {"R13 but not behind a slash", "./d/", "src/d/index.tsx"},
      {"R13 nor for .", ".", "unresolved not-found"},
      {"R10 no extension is one too", "./f", "src/f"},
      {"R10 .node last", "./g", "src/g.node"},
      {"R14 dots go lexically", "./nowhere/../c", "src/c.ts"},
      {"R14 above the root", "../../../../c", "unresolved not-found"},
      {"R110 the postfix is kept", "./c?raw#x", "src/c.ts?raw#x"},
      {"R126 blanks count", "./c ", "unresolved not-found"},
      {"R126 nothing", "", "unresolved invalid-specifier"},
      {"R126 only a query", "?x", "unresolved invalid-specifier"},
      {"R125 a drive", "C:/src/c.ts", "unresolved not-found"},
      {"R125 a share is looked up as a path", "\\\\server\\share\\c.ts", "unresolved not-found"},
  };
  for (const Row& row : rows) {
    INFO(row.why);
    CHECK(project.text("src/main.ts", row.specifier) == row.answer);
  }
  CHECK(project.text("src/main.ts", std::string(10'000, 'x')) == "unresolved invalid-specifier");
  CHECK(project.text("src/main.ts", std::string("./c\0.ts", 7)) == "unresolved invalid-specifier");
  CHECK(project.text("src/main.ts", "./" + std::string(300, 'x')) == "unresolved not-found");
}

TEST_CASE("resolver: leaves ids of Vite and of plugins alone", "[resolver]") {
  Project project({{"package.json", "{}"}, {"src/main.ts", ""}, {"src/x.ts", ""}});
  for (const std::string_view id : {"virtual:x", "/virtual:x", "@vite/env", "@vite/client", "/@vite/client", "/@id/x",
                                    "/@react-refresh", "data:text/javascript,1"}) {
    INFO(id);
    CHECK(project.text("src/main.ts", id) == "skipped");
  }
  CHECK(project.text("src/main.ts", std::string("\0x", 2)) == "skipped");
  CHECK(project.text("src/main.ts", "@vite/other") == "unresolved package-not-found");
  CHECK(project.text("src/main.ts", "https://a.b/c.js") == "external https://a.b/c.js");
}

TEST_CASE("resolver: mode and kind of request choose conditions and stubs", "[resolver]") {
  const std::map<std::string, std::string> files = {
      {"package.json", "{}"},
      {"src/main.ts", ""},
      {"node_modules/p/package.json", R"({"exports":{"development":"./dev.js","production":"./prod.js"},"name":"p"})"},
      {"node_modules/p/dev.js", ""},
      {"node_modules/p/prod.js", ""},
      {"node_modules/q/package.json", R"({"exports":{"require":"./r.cjs","import":"./i.mjs"}})"},
      {"node_modules/q/r.cjs", ""},
      {"node_modules/q/i.mjs", ""}};
  Project production(files);
  CHECK(production.text("src/main.ts", "p") == "node_modules/p/prod.js");
  CHECK(production.text("src/main.ts", "fs", kClient) == "empty");
  Project development(files);
  development.options.mode = Mode::development;
  CHECK(development.text("src/main.ts", "p") == "node_modules/p/dev.js");
  CHECK(development.text("src/main.ts", "fs", kClient) == "empty :fs");
  CHECK(development.text("src/main.ts", "q") == "node_modules/q/i.mjs");
  CHECK(development.text("src/main.ts", "q", kSsr, RequestKind::require) == "node_modules/q/r.cjs");
}

TEST_CASE("resolver: what stays outside a server bundle", "[resolver]") {
  Project project({{"package.json", "{}"},
                   {"src/main.ts", ""},
                   {"src/local.ts", ""},
                   {"node_modules/js/package.json", R"({"main":"i.js"})"},
                   {"node_modules/js/i.js", ""},
                   {"node_modules/js/style.css", ""},
                   {"node_modules/ts/package.json", R"({"main":"i.ts"})"},
                   {"node_modules/ts/i.ts", ""},
                   {"node_modules/sync/package.json", R"({"exports":{"module-sync":"./s.js","default":"./d.ts"}})"},
                   {"node_modules/sync/s.js", ""},
                   {"node_modules/sync/d.ts", ""},
                   {"node_modules/server/package.json", R"({"exports":{"module":"./m.js"}})"},
                   {"node_modules/server/m.js", ""},
                   {"node_modules/kept/index.js", ""},
                   {"node_modules/@kept/too/index.js", ""},
                   {"node_modules/listed/index.js", ""}});
  EnvironmentOptions& ssr = project.options.environments[1];
  ssr.no_external_all = false;
  ssr.no_external = {"kept", "@kept/*"};
  project.options.environments[2].external = {"listed", "cloudflare:*"};
  struct Row {
    const char* why;
    std::string_view specifier;
    EnvironmentId environment;
    std::string_view answer;
  };
  const Row rows[] = {
      {"plain JavaScript of a package", "js", kSsr, "external js"},
      {"not its style", "js/style.css", kSsr, "node_modules/js/style.css"},
      {"not TypeScript", "ts", kSsr, "node_modules/ts/i.ts"},
      {"not what noExternal names", "kept", kSsr, "node_modules/kept/index.js"},
      {"nor what a pattern of it means", "@kept/too", kSsr, "node_modules/@kept/too/index.js"},
      {"by the file that the run time would find", "sync", kSsr, "external sync"},
      {"not where the run time would find none", "server", kSsr, "node_modules/server/m.js"},
      {"never a path", "./local", kSsr, "src/local.ts"},
      {"not for clients", "js", kClient, "node_modules/js/i.js"},
      {"noExternal: true", "js", kRsc, "node_modules/js/i.js"},
      {"but what is listed", "listed", kRsc, "external listed"},
      {"by pattern", "cloudflare:workers", kRsc, "external cloudflare:workers"},
      {"a pattern of another environment", "cloudflare:workers", kSsr, "unresolved package-not-found"},
  };
  for (const Row& row : rows) {
    INFO(row.why);
    CHECK(project.text("src/main.ts", row.specifier, row.environment) == row.answer);
  }
}

TEST_CASE("resolver: what Vite would say is told where we say better", "[resolver]") {
  Project project({{"package.json", "{}"}, {"src/main.ts", ""}, {"src/x.ts", ""}});
  project.options.alias = {{"@", false, "", "/app/src"}, {"^~(.*)$", true, "", "$1"}};
  const auto vite_id = [&](std::string_view specifier) {
    return std::string(project.resolver().text(project.ask("src/main.ts", specifier).vite_id));
  };
  CHECK(project.text("src/main.ts", "@/gone") == "unresolved alias-target-missing");
  CHECK(vite_id("@/gone") == "/app/src/gone");
  CHECK(project.text("src/main.ts", "@/x") == "src/x.ts");
  CHECK(vite_id("@/x").empty());
  CHECK(project.text("src/main.ts", "~nothing") == "unresolved alias-target-missing");
  CHECK(vite_id("~nothing") == "nothing");
  CHECK(project.text("src/main.ts", "/@fs/app/src/gone.ts") == "unresolved not-found");
  CHECK(vite_id("/@fs/app/src/gone.ts") == "/app/src/gone.ts");
  CHECK(project.text("src/main.ts", "/@fs/app/src/x.ts?raw") == "src/x.ts?raw");
  CHECK(project.text("src/main.ts", "file:///app/src/%78.ts") == "src/x.ts");
  CHECK(project.text("src/main.ts", "HTTP://A.B/c") == "external HTTP://A.B/c");
  CHECK(vite_id("HTTP://A.B/c") == "HTTP:/A.B/c");
}

TEST_CASE(
    "resolver: a wrong letter case is one module and one warning, or an unresolved import that names the near miss",
    "[resolver]") {
  const std::map<std::string, std::string> files = {
      {"package.json", "{}"}, {"src/main.ts", ""}, {"src/Target.ts", ""}, {"src/Dir/Other.tsx", ""}};
  SECTION("on a disk that folds") {
    Project project(files, {.folds_case = true, .spells_as_asked = true});
    for (const std::string_view specifier : {"./Target", "./target", "./TARGET.ts", "../SRC/Target"}) {
      INFO(specifier);
      CHECK(project.text("src/main.ts", specifier) == "src/Target.ts");
    }
    CHECK(project.text("src/main.ts", "./dir/other") == "src/Dir/Other.tsx");
    CHECK(project.resolver().text(project.ask("src/main.ts", "./target").vite_id) == "/app/src/target.ts");
    CHECK(project.resolver().text(project.ask("src/main.ts", "./dir/other").vite_id) == "/app/src/dir/other.tsx");
    CHECK(project.ask("src/main.ts", "./Target").vite_id == TextId{});
    const auto problems = project.resolver().problems();
    REQUIRE(problems.size() == 2);
    CHECK(problems[0].kind == ResolverProblem::Kind::case_mismatch);
    CHECK(problems[0].path == "/app/src/Dir/Other.tsx");
    CHECK(problems[0].detail == "/app/src/dir/other.tsx");
    CHECK(problems[1].path == "/app/src/Target.ts");
  }
  SECTION("on a disk that does not") {
    Project project(files);
    const Resolution resolution = project.ask("src/main.ts", "./target");
    CHECK(resolution.reason == UnresolvedReason::case_mismatch);
    CHECK(project.resolver().text(resolution.text) == "/app/src/Target.ts");
    CHECK(project.text("src/main.ts", "./targets") == "unresolved not-found");
    const Resolution other = project.ask("src/main.ts", "./dir/other");
    CHECK(other.reason == UnresolvedReason::case_mismatch);
    CHECK(project.resolver().text(other.text) == "/app/src/Dir");
    CHECK(project.resolver().problems().empty());
  }
}

TEST_CASE("resolver: a broken package.json fails its own imports and is told once", "[resolver]") {
  Project project({{"package.json", "{}"},
                   {"src/main.ts", ""},
                   {"src/x.ts", ""},
                   {"node_modules/bad/package.json", "{ bad"},
                   {"node_modules/bad/index.js", ""},
                   {"node_modules/good/index.js", ""}});
  CHECK(project.text("src/main.ts", "bad") == "unresolved invalid-package-json");
  CHECK(project.text("src/main.ts", "bad/index.js") == "unresolved invalid-package-json");
  CHECK(project.text("src/main.ts", "good") == "node_modules/good/index.js");
  CHECK(project.text("src/main.ts", "./x") == "src/x.ts");
  const auto problems = project.resolver().problems();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].path == "/app/node_modules/bad/package.json");
}

TEST_CASE("resolver: faults of the disk do not end anything", "[resolver]") {
  Project project({{"package.json", "{}"}, {"src/main.ts", ""}, {"src/a/x.ts", ""}, {"src/b/x.ts", ""}});
  project.disk.fail(Operation::list, "/app/src/a", EACCES);
  project.disk.fail(Operation::list, "/app/src/b", EIO);
  project.disk.fail(Operation::status, "/app/src/b/x.ts", EIO);
  CHECK(project.text("src/main.ts", "./a/x") == "src/a/x.ts");
  CHECK(project.text("src/main.ts", "./b/x") == "unresolved not-found");
  CHECK(project.resolver().problems().size() == 2);
  CHECK(project.disk.open_handles() == 0);
}

TEST_CASE("resolver: importers that are no files", "[resolver]") {
  Project project({{"package.json", "{}"}, {"src/x.ts", ""}, {"x.ts", ""}, {"node_modules/p/index.js", ""}});
  const auto from = [&](std::string_view importer, std::string_view specifier) {
    const PrintedResolution p =
        print(project.resolver(), project.resolver().resolve_from(kSsr, importer, specifier, RequestKind::import));
    return p.path;
  };
  CHECK(from(std::string_view("\0virtual", 8), "./x") == "/app/x.ts");
  CHECK(from("/app/src/gone.ts", "./x") == "/app/src/x.ts");
  CHECK(from("/app/src/x.ts?v=1", "./x") == "/app/src/x.ts");
  CHECK(from("/app/nowhere/deep/gone.ts", "../../x") == "/app/x.ts");
  CHECK(from("/app/nowhere/gone.ts", "p") == "/app/node_modules/p/index.js");
  CHECK(from("", "./x") == "/app/x.ts");
  CHECK(project.text("", "p") == "node_modules/p/index.js");
}

TEST_CASE("resolver: the trace names the rules taken", "[resolver]") {
  Project project({{"package.json", "{}"},
                   {"src/main.ts", ""},
                   {"node_modules/p/package.json", R"({"exports":{"./*":"./lib/*.js"}})"},
                   {"node_modules/p/lib/x.ts", ""}});
  std::vector<std::string> rules;
  const Resolution resolution =
      project.resolver().resolve_traced(kSsr, "/app/src/main.ts", "p/x", RequestKind::import, rules);
  CHECK(resolution.kind == ResolutionKind::file);
  CHECK(rules == std::vector<std::string>{"R33", "R40", "R12"});
}

TEST_CASE("resolver: the package of a file", "[resolver]") {
  Project project({{"package.json", R"({"name":"app"})"},
                   {"src/main.ts", ""},
                   {"node_modules/p/lib/a.js", ""},
                   {"node_modules/@s/q/a.js", ""},
                   {"node_modules/p/node_modules/r/a.js", ""},
                   {"node_modules/single.js", ""},
                   {"../packages/ui/package.json", R"({"name":"@w/ui"})"},
                   {"../packages/ui/src/a.ts", ""}});
  const auto package = [&](std::string_view path) {
    return project.resolver().package_name(*project.resolver().intern(path));
  };
  CHECK(package("src/main.ts").empty());
  CHECK(package("node_modules/p/lib/a.js") == "p");
  CHECK(package("node_modules/@s/q/a.js") == "@s/q");
  CHECK(package("node_modules/p/node_modules/r/a.js") == "r");
  CHECK(package("node_modules/single.js") == "single.js");
}

TEST_CASE("resolver: visits a directory from the listing that resolution uses", "[resolver]") {
  Project project({{"package.json", "{}"}, {"src/main.ts", ""}, {"src/a/b.ts", ""}});
  project.disk.add_link("/app/src/l.ts", "main.ts");
  CHECK(project.text("src/main.ts", "./l") == "src/main.ts");
  struct Names final : DirectoryVisitor {
    void entry(std::string_view name, EntryType type) override { all[std::string(name)] = type; }
    std::map<std::string, EntryType> all;
  } names;
  project.disk.clear_log();
  CHECK(project.resolver().visit_directory("src", names) == 0);
  CHECK(project.disk.log().empty());
  CHECK(names.all == std::map<std::string, EntryType>{
                         {"main.ts", EntryType::file}, {"a", EntryType::directory}, {"l.ts", EntryType::symlink}});
  CHECK(project.resolver().visit_directory("gone", names) == ENOENT);
}

TEST_CASE("resolver: memory is accounted, and listings can be dropped between scans", "[resolver]") {
  std::map<std::string, std::string> files = {{"package.json", "{}"}, {"src/main.ts", ""}};
  for (int i = 0; i < 2000; ++i) files["src/m" + std::to_string(i) + ".ts"] = "";
  Project project(files);
  const size_t before = project.resolver().bytes();
  CHECK(project.text("src/main.ts", "./m7") == "src/m7.ts");
  const size_t listed = project.resolver().bytes();
  CHECK(listed >= before + 2000 * 24);
  CHECK(project.resolver().directories_listed() >= 1);
  project.resolver().drop_listings();
  CHECK(project.resolver().bytes() < listed);
  CHECK(project.text("src/main.ts", "./m8") == "src/m8.ts");
}

TEST_CASE("resolver: a relative alias target is looked for beside the importer, then in the root", "[resolver]") {
  Project project({{"package.json", "{}"}, {"src/main.ts", ""}, {"src/x.ts", ""}, {"src/lib/x.ts", ""}, {"y.ts", ""}});
  project.options.alias = {{"@", false, "", "./src"}, {"~", false, "", "./lib"}, {"^#(.*)$", true, "", "./$1"}};
  CHECK(project.text("src/main.ts", "@/x") == "src/x.ts");
  CHECK(project.resolver().text(project.ask("src/main.ts", "@/x").vite_id) == "src/x");
  CHECK(project.text("src/main.ts", "~/x") == "src/lib/x.ts");
  CHECK(project.resolver().text(project.ask("src/main.ts", "~/x").vite_id).empty());
  CHECK(project.text("src/main.ts", "#x") == "src/x.ts");
  CHECK(project.text("src/main.ts", "#y") == "y.ts");
  CHECK(project.text("src/main.ts", "@/gone") == "unresolved alias-target-missing");
}

TEST_CASE("resolver: an alias that is no expression is told, and passed over", "[resolver]") {
  const Alias broken{"(", true, "", "x"};
  CHECK(invalid_alias(broken) == "unfinished group at 1");
  CHECK(invalid_alias({"^@/(.*)$", true, "g", "x"}).empty());
  CHECK(invalid_alias({"(", false, "", "x"}).empty());
  Project project({{"package.json", "{}"}, {"src/main.ts", ""}, {"src/x.ts", ""}});
  project.options.alias = {broken};
  CHECK(project.text("src/main.ts", "./x") == "src/x.ts");
}
