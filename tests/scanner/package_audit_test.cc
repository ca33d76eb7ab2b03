#include "scanner/package_audit.h"

#include <catch2/catch.hpp>

#include "tests/support/memory_file_system.h"

using namespace demarc;

namespace {

struct Library {
  MemoryFileSystem disk;

  explicit Library(std::string_view manifest) { disk.add("/ui/package.json", manifest); }
  Library& file(std::string_view path, std::string_view text = "export const x = 1;\n") {
    disk.add("/ui/" + std::string(path), text);
    return *this;
  }
  // "rule file:line message", one a line.
  std::string findings() {
    const PackageAudit audited = audit_package("/ui", {}, disk);
    if (!audited.problem.empty()) return "problem: " + audited.problem;
    std::string text;
    for (const Finding& finding : audited.result.findings) {
      const Diagnostic& diagnostic = finding.diagnostic;
      text += diagnostic.rule + " " + diagnostic.file + ":" + std::to_string(diagnostic.line) + " " +
              diagnostic.message + "\n";
    }
    return text;
  }
};

constexpr const char* kClient = "\"use client\";\nexport const x = 1;\n";
constexpr const char* kServer = "'use server'\nexport async function save() {}\n";
constexpr const char* kMain = R"({"name":"ui","exports":{".":"./dist/index.js","./*":"./dist/*.js"}})";

}  // namespace

TEST_CASE("package: a directive that the built file kept is no finding", "[scanner]") {
  CHECK(Library(kMain).file("src/index.ts", kClient).file("dist/index.js", kClient).findings().empty());
  CHECK(Library(kMain).file("src/index.ts").file("dist/index.js").findings().empty());
  CHECK(Library(kMain)
            .file("src/index.ts", kClient)
            .file("dist/index.js", "\"use strict\";\n'use client';\nexports.x = 1;\n")
            .findings()
            .empty());
}

TEST_CASE("package: a directive that the build dropped, by path", "[scanner]") {
  struct Row {
    const char* published;
    const char* source;
  };
  const Row rows[] = {{"dist/index.js", "src/index.ts"},
                      {"dist/ui/Button.mjs", "src/ui/Button.tsx"},
                      {"dist/esm/ui/Button.js", "src/ui/Button.tsx"},
                      {"dist/ui/Button.esm.min.js", "src/ui/Button.jsx"},
                      {"dist/Button.js", "src/deep/inside/Button.tsx"}};
  for (const Row& row : rows) {
    INFO(row.published);
    Library library(kMain);
    library.file(row.source, kClient).file(row.published);
    CHECK(library.findings() == "package/directive-dropped /" + std::string(row.published) +
                                    ":1 the \"use client\" of " + row.source +
                                    " is lost: the file does not begin with it\n");
  }
}

TEST_CASE("package: files that might have other sources are let be", "[scanner]") {
  // Two of that name.
  CHECK(Library(kMain).file("src/a/Card.tsx", kClient).file("src/b/Card.tsx").file("dist/Card.js").findings().empty());
  // One of that name, in another folder.
  CHECK(Library(kMain).file("src/react/store.tsx", kClient).file("dist/core/store.js").findings().empty());
  // Types, styles, what is not published, and what is published as it is.
  CHECK(
      Library(kMain).file("src/index.ts", kClient).file("dist/index.d.ts").file("scripts/index.js").findings().empty());
  CHECK(Library(R"({"main":"./src/index.ts"})").file("src/index.ts", kClient).file("src/x.ts").findings().empty());
  // Nothing but types was in it.
  CHECK(Library(kMain)
            .file("src/index.ts", kClient)
            .file("dist/index.js", "//# sourceMappingURL=x\n")
            .findings()
            .empty());
}

TEST_CASE("package: modules with and without a directive in one file", "[scanner]") {
  Library library(kMain);
  library.file("src/index.ts", "export * from './Button';\nexport { f } from './format.js';\n")
      .file("src/Button.tsx", kClient)
      .file("src/format.ts")
      .file("dist/index.js", "const x = 1; export { x };\n");
  CHECK(library.findings() ==
        "package/directive-dropped /dist/index.js:1 the \"use client\" of src/Button.tsx is lost: the file also holds "
        "src/index.ts, which has no directive\n");
  // The file is no bundle: the module may be in the other one.
  library.file("dist/index.js", "export * from './Button.js';\n").file("dist/Button.js", kClient);
  CHECK(library.findings().empty());
  // Nor where it imports the module by the package's own name.
  library.file("dist/index.js", "export * from 'ui/Button';\n");
  CHECK(library.findings().empty());
  // Only its types are used, whether the import says so or not.
  library.file("src/index.ts", "import { Props } from './Button';\nexport const y = (p: Props) => 1;\n")
      .file("dist/index.js");
  CHECK(library.findings().empty());
  library.file("src/index.ts", "import type { Props } from './Button';\nexport const y = 1;\n").file("dist/index.js");
  CHECK(library.findings().empty());
}

TEST_CASE("package: sources as a source map names them", "[scanner]") {
  Library library(kMain);
  library.file("source/a.tsx", kClient).file("source/b.ts");
  library.file("dist/chunk-X.js", "export const x = 1;\n");
  library.file("dist/chunk-X.js.map", R"({"version":3,"sources":["../source/a.tsx"],"mappings":""})");
  CHECK(library.findings() ==
        "package/directive-dropped /dist/chunk-X.js:1 the \"use client\" of source/a.tsx is lost: the file does not "
        "begin "
        "with it\n");
  library.file("dist/chunk-X.js.map", R"({"sourceRoot":"..","sources":["source/b.ts","source/a.tsx","x.css"]})");
  CHECK(library.findings().find("the file also holds source/b.ts, which has no directive") != std::string::npos);
  // A bundled dependency is its own author's business.
  library.file("dist/chunk-X.js.map",
               R"({"sources":["../node_modules/y/index.js"],"sourcesContent":["'use client'"]})");
  CHECK(library.findings().empty());
}

TEST_CASE("package: the sources within a source map suffice", "[scanner]") {
  Library library(R"({"main":"./dist/index.cjs"})");
  library.file("dist/index.cjs", "exports.x = 1;\n");
  library.file("dist/index.cjs.map",
               R"({"sources":["../src/b.ts","../src/a.ts"],"sourcesContent":["x","/* l */ 'use server'; x"]})");
  CHECK(library.findings() ==
        "package/directive-dropped /dist/index.cjs:1 the \"use server\" of src/a.ts is lost: the file also holds "
        "src/b.ts, which has no directive\n");
  library.file("dist/index.cjs", "'use client'; exports.x = 1;\n");
  library.file("dist/index.cjs.map",
               R"({"sources":["../src/b.ts","../src/a.ts"],"sourcesContent":["'use client'","'use server'"]})");
  CHECK(library.findings() ==
        "package/directive-dropped /dist/index.cjs:1 the \"use server\" of src/a.ts is lost: the file also holds "
        "src/b.ts, which says \"use client\"\n");
}

TEST_CASE("package: a directive behind code, with and without sources", "[scanner]") {
  Library library(kMain);
  library.file("dist/index.js",
               "import { jsx } from 'react/jsx-runtime';\n\n  ('use client');\nexport const x = jsx();\n");
  const std::string expected =
      "directive/misplaced /dist/index.js:3 \"use client\" stands behind other code, so it is no directive\n";
  CHECK(library.findings() == expected);
  library.file("src/index.tsx", kClient);
  CHECK(library.findings() == expected);
  // Text elsewhere is text.
  CHECK(Library(kMain)
            .file("dist/index.js",
                  "export const hint = 'use client';\nfunction f() { 'use client'; }\nf('use client');\n")
            .findings()
            .empty());
}

TEST_CASE("package: the formats of one entry agree", "[scanner]") {
  Library library(R"({"exports":{"./b":{"types":"./dist/b.d.ts","react-server":"./dist/b.rsc.js",
    "node":{"import":"./dist/b.node.mjs"},"import":"./dist/b.mjs","require":{"default":"./dist/b.cjs"}}}})");
  library.file("dist/b.mjs", kClient).file("dist/b.cjs", "exports.x = 1;\n");
  library.file("dist/b.node.mjs").file("dist/b.rsc.js").file("dist/b.d.ts");
  CHECK(library.findings() ==
        "package/directive-dropped /dist/b.cjs:1 the file lacks \"use client\", with which dist/b.mjs begins: both are "
        "\"./b\" of this package\n");
  library.file("dist/b.cjs", kClient);
  CHECK(library.findings().empty());
}

TEST_CASE("package: main and module agree, and an entry is said once", "[scanner]") {
  Library library(R"({"main":"dist/index.cjs","module":"./dist/index.mjs"})");
  library.file("dist/index.cjs", "exports.x = 1;\n").file("dist/index.mjs", kServer);
  CHECK(library.findings().find("the file lacks \"use server\", with which dist/index.mjs begins: both are \".\"") !=
        std::string::npos);
  library.file("src/index.ts", kServer);
  CHECK(
      library.findings() ==
      "package/directive-dropped /dist/index.cjs:1 the \"use server\" of src/index.ts is lost: the file does not begin "
      "with it\n");
}

TEST_CASE("package: files in its own folder, without sources", "[scanner]") {
  Library library(R"({"main":"index.js"})");
  library.file("index.js", "const a = 1;\n'use client';\n").file("button/index.js", "a();\n'use client';\n");
  library.file("node_modules/x/index.js", "a();\n'use client';\n").file(".cache/x.js", "a();\n'use client';\n");
  CHECK(library.findings() ==
        "directive/misplaced /button/index.js:2 \"use client\" stands behind other code, so it is no directive\n"
        "directive/misplaced /index.js:2 \"use client\" stands behind other code, so it is no directive\n");
}

TEST_CASE("package: what cannot be audited says why", "[scanner]") {
  MemoryFileSystem disk;
  disk.add_directory("/ui");
  CHECK(audit_package("/ui", {}, disk).problem == "there is no package.json");
  CHECK(Library("[]").findings() == "problem: package.json is no JSON object");
  CHECK(Library("{").findings() == "problem: package.json is no JSON object");
}

TEST_CASE("package: targets that lead outside are left alone", "[scanner]") {
  Library library(R"({"exports":{".":"../outside.js","./x":"/etc/passwd","./y":[null,{"default":"./dist/y.js"}]}})");
  library.file("src/y.ts", kClient).file("dist/y.js");
  library.file("dist/y.js.map", R"({"sources":["../../../etc/passwd"]})");
  CHECK(library.findings().find("/dist/y.js:1") != std::string::npos);
}
