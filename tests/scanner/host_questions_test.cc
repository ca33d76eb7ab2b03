// Imports that the program around the scan is asked about.
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "tests/scanner/app.h"

namespace demarc {
namespace {

struct HostedApp : App {
  std::map<std::string, HostAnswer> known;
  std::vector<std::vector<std::string>> batches;  // "specifier from importer in environment"
  ScanHost host;
  bool works_meanwhile = true;

  HostedApp() {
    options.entries = {"src/main.js"};
    host.resolve = [this](const std::vector<HostQuestion>& questions, const std::function<void()>& meanwhile) {
      if (works_meanwhile) meanwhile();
      std::vector<HostAnswer> answers;
      std::vector<std::string>& batch = batches.emplace_back();
      for (const HostQuestion& question : questions) {
        batch.push_back(question.specifier + " from " + question.importer + " in " + question.environment +
                        (question.first ? ", first" : ""));
        answers.push_back(known[question.specifier]);
      }
      return answers;
    };
  }
  ScanResult scan_hosted() {
    batches.clear();
    return demarc::scan(options, disk, nullptr, &host);
  }
  ScanResult graph_hosted() {
    options.keep = Keep::graph;
    return scan_hosted();
  }
};

HostAnswer file(std::string path) {
  return {HostAnswer::Kind::file, std::move(path)};
}

}  // namespace

TEST_CASE("host questions: only what the disk cannot place is asked about", "[scanner][host]") {
  HostedApp app;
  app.file("src/main.js", "import './a'; import 'virtual:routes'; import '~/b'; import 'data:text/javascript,1'")
      .file("src/a.js")
      .file("lib/b.js", "'use client'; import './c'")
      .file("lib/c.js", "import 'virtual:more'");
  app.known["~/b"] = file("/app/lib/b.js");
  app.known["virtual:routes"] = {HostAnswer::Kind::external, "\0virtual:routes"};
  const ScanResult result = app.graph_hosted();
  CHECK(modules(result) == Ids{"/lib/b.js", "/lib/c.js", "/src/a.js", "/src/main.js"});
  CHECK(clients(result) == Ids{"/lib/b.js"});
  CHECK(in(result, "client") == Ids{"/lib/b.js", "/lib/c.js"});
  // What an answer leads to is walked before the host is asked again.
  REQUIRE(app.batches.size() == 2);
  CHECK(app.batches[0] == std::vector<std::string>{"virtual:routes from /app/src/main.js in server",
                                                   "~/b from /app/src/main.js in server"});
  CHECK(app.batches[1] == std::vector<std::string>{"virtual:more from /app/lib/c.js in client"});
  CHECK(result.stats.unresolved == 0);  // virtual: belongs to a plugin in any case
}

TEST_CASE("host questions: without an opinion, what the disk says holds", "[scanner][host]") {
  HostedApp app;
  app.file("src/main.js", "import './a'; import 'gone'").file("src/a.js");
  const ScanResult result = app.graph_hosted();
  CHECK(modules(result) == Ids{"/src/a.js", "/src/main.js"});
  CHECK(rules(result) == "scan/unresolved");
}

TEST_CASE("host questions: a plugin that comes first may lead elsewhere than the disk", "[scanner][host]") {
  HostedApp app;
  app.file("src/main.js", "import './a'; import './b'; import './gone'")
      .file("src/a.js", "'use client'")
      .file("src/b.js")
      .file("mock/a.js", "'use server'");
  app.host.comes_first = [](std::string_view specifier) { return specifier != "./b"; };
  app.known["./a"] = file("/app/mock/a.js");
  const ScanResult result = app.graph_hosted();
  CHECK(modules(result) == Ids{"/mock/a.js", "/src/b.js", "/src/main.js"});
  // Nobody had an opinion about ./gone, and then the disk did not know it either.
  REQUIRE(app.batches.size() == 2);
  CHECK(app.batches[0] == std::vector<std::string>{"./a from /app/src/main.js in server, first",
                                                   "./gone from /app/src/main.js in server, first"});
  CHECK(app.batches[1] == std::vector<std::string>{"./gone from /app/src/main.js in server"});
  CHECK(rules(result) == "scan/unresolved");
}

TEST_CASE("host questions: the graph shows where the answers lead", "[scanner][host]") {
  HostedApp app;
  app.file("src/main.js", "import './a'; import 'x'; import './b'").file("src/a.js").file("src/b.js").file("x.js");
  app.known["x"] = file("/app/x.js");
  const ScanResult result = app.graph_hosted();
  Ids targets;
  for (const Target& target : result.targets) {
    REQUIRE(target.kind == TargetKind::module);
    targets.emplace_back(result.text(result.modules[size_t(target.module)].id));
  }
  CHECK(targets == Ids{"/src/a.js", "/x.js", "/src/b.js"});
}

TEST_CASE("host questions: an answer that leads to no script is a leaf", "[scanner][host]") {
  HostedApp app;
  app.file("src/main.js", "import 'a'; import 'b'; import 'c'; import 'd'; import 'e'; import 'f'")
      .file("src/text.js", "'use client'")
      .file("src/style.css")
      .file("src/odd?name.js", "'use client'");
  app.known["a"] = file("/app/src/text.js?raw");
  app.known["b"] = file("/app/src/style.css");
  app.known["c"] = file("/app/src/gone.js");
  app.known["d"] = file("/app/src");
  app.known["e"] = file("relative.js");
  app.known["f"] = file("/app/src/odd?name.js");
  const ScanResult result = app.graph_hosted();
  CHECK(modules(result) == Ids{"/src/main.js", "/src/odd?name.js"});
  CHECK(result.outcome == Outcome::complete);
}

TEST_CASE("host questions: an import for types alone is dropped whatever the host says", "[scanner][host]") {
  HostedApp app;
  app.options.entries = {"src/main.ts"};
  app.file("src/main.ts", "import { T } from '~/t'; import { v } from '~/v'; let t: T = v;")
      .file("src/t.ts")
      .file("src/v.ts");
  app.known["~/t"] = file("/app/src/t.ts");
  app.known["~/v"] = file("/app/src/v.ts");
  CHECK(modules(app.graph_hosted()) == Ids{"/src/main.ts", "/src/v.ts"});
}

TEST_CASE("host questions: the imports of a module that the host makes are followed", "[scanner][host]") {
  HostedApp app;
  app.file("src/main.js", "import 'virtual:routes'; import './again'")
      .file("src/again.js", "import 'virtual:routes'")
      .file("src/page.js", "'use client'; import 'virtual:routes'")
      .file("lib/b.js");
  app.known["virtual:routes"] = {
      HostAnswer::Kind::made, "\0virtual:routes", {"/app/src/page.js", "~/b", "virtual:routes", "nowhere"}};
  app.known["~/b"] = file("/app/lib/b.js");
  const ScanResult result = app.graph_hosted();
  CHECK(modules(result) == Ids{"/lib/b.js", "/src/again.js", "/src/main.js", "/src/page.js"});
  CHECK(clients(result) == Ids{"/src/page.js"});
  // In each environment that imports it, and there once.
  CHECK(in(result, "client") == Ids{"/lib/b.js", "/src/page.js"});
  CHECK(in(result, "server") == Ids{"/lib/b.js", "/src/again.js", "/src/main.js"});
  CHECK(rules(result).empty());
}

TEST_CASE("host questions: a made module's directive moves its imports", "[scanner][host]") {
  HostedApp app;
  app.file("src/main.js", "import 'virtual:button'").file("src/click.js", "import './deep'").file("src/deep.js");
  app.known["virtual:button"] = {HostAnswer::Kind::made, "\0virtual:button", {"/app/src/click.js"}, "use client"};
  const ScanResult result = app.graph_hosted();
  CHECK(in(result, "client") == Ids{"/src/click.js", "/src/deep.js"});
  CHECK(in(result, "server") == Ids{"/src/main.js"});
}

TEST_CASE("host questions: the disk may be asked while the host thinks", "[scanner][host]") {
  const auto ids = [](bool works_meanwhile) {
    HostedApp app;
    app.works_meanwhile = works_meanwhile;
    app.file("src/main.js", "import './a'; import './b'; import './gone'; import 'virtual:x'")
        .file("src/a.js", "'use client'; import './b'")
        .file("src/b.js", "import './c'")
        .file("src/c.js")
        .file("mock/a.js", "import '../src/c'");
    app.host.comes_first = [](std::string_view) { return true; };
    app.known["./a"] = file("/app/mock/a.js");
    const ScanResult result = app.graph_hosted();
    CHECK(rules(result) == "scan/unresolved");
    return modules(result);
  };
  CHECK(ids(true) == Ids{"/mock/a.js", "/src/b.js", "/src/c.js", "/src/main.js"});
  CHECK(ids(false) == ids(true));
}

TEST_CASE("host questions: too few answers are no opinions", "[scanner][host]") {
  HostedApp app;
  app.file("src/main.js", "import 'a'; import 'b'");
  app.host.resolve = [](const std::vector<HostQuestion>&, const std::function<void()>&) {
    return std::vector<HostAnswer>();
  };
  CHECK(app.scan_hosted().stats.unresolved == 2);
}

TEST_CASE("host questions: who watches a scan sees what it holds while it runs", "[scanner][host]") {
  HostedApp app;
  app.file("src/main.js", "import './a'; import 'virtual:x'").file("src/a.js");
  ScanControl control;
  uint64_t seen = 0;
  app.host.resolve = [&](const std::vector<HostQuestion>& questions, const std::function<void()>&) {
    seen = control.ledger_bytes;
    return std::vector<HostAnswer>(questions.size());
  };
  const ScanResult result = scan(app.options, app.disk, &control, &app.host);
  CHECK(seen > 0);
  CHECK(seen <= result.stats.peak_bytes);
}

}  // namespace demarc
