// The same project as each package manager lays it out: the same modules, under the ids that the layout gives them.

#include <catch2/catch.hpp>

#include "tests/scanner/app.h"

using namespace demarc;

namespace {

// The project imports `ui`, which imports its own dependency `icons`, whose module is a client module; and `kit`, a
// package of the workspace, which imports `ui` as well.
const char* const kMain = "import 'ui'; import '@repo/kit'";
const char* const kUi = "import 'icons'";
const char* const kIcons = "'use client'";
const char* const kKit = "'use client'; import 'ui'";

struct Workspace {
  MemoryFileSystem disk;
  std::string root = "/repo/apps/web";

  Workspace() {
    disk.add("/repo/package.json", R"({"workspaces":["apps/*","packages/*"]})");
    disk.add(root + "/package.json", R"({"dependencies":{"ui":"1","@repo/kit":"*"}})");
    disk.add(root + "/src/main.ts", kMain);
    disk.add("/repo/packages/kit/package.json", R"({"name":"@repo/kit","main":"src/kit.tsx"})");
    disk.add("/repo/packages/kit/src/kit.tsx", kKit);
  }
  void package(const std::string& folder, std::string_view source) {
    disk.add(folder + "/package.json", R"({"main":"index.js"})");
    disk.add(folder + "/index.js", source);
  }
  Ids clients() {
    ScanOptions options;
    options.root = root;
    options.framework = Framework::none;
    options.entries = {"src/main.ts"};
    const ScanResult result = scan(options, disk);
    CHECK(result.outcome == Outcome::complete);
    CHECK(result.diagnostics.empty());
    return demarc::clients(result);
  }
};

const char* const kKitId = "/repo/packages/kit/src/kit.tsx";

}  // namespace

TEST_CASE("layouts: npm and Yarn's node-modules linker hoist to the workspace's root", "[scanner][layouts]") {
  Workspace workspace;
  workspace.package("/repo/node_modules/ui", kUi);
  workspace.package("/repo/node_modules/icons", kIcons);
  workspace.disk.add_link("/repo/node_modules/@repo/kit", "../../packages/kit");
  CHECK(workspace.clients() == Ids{"/repo/node_modules/icons/index.js", kKitId});
}

TEST_CASE("layouts: npm nests a version that another one keeps from being hoisted", "[scanner][layouts]") {
  Workspace workspace;
  workspace.package("/repo/node_modules/ui", kUi);
  workspace.package("/repo/node_modules/icons", kIcons);
  workspace.package("/repo/apps/web/node_modules/ui", kUi);
  workspace.package("/repo/apps/web/node_modules/ui/node_modules/icons", kIcons);
  workspace.disk.add_link("/repo/node_modules/@repo/kit", "../../packages/kit");
  // The app has its own ui and icons; kit, outside of it, has the hoisted ones.
  CHECK(workspace.clients() ==
        Ids{"/node_modules/ui/node_modules/icons/index.js", "/repo/node_modules/icons/index.js", kKitId});
}

TEST_CASE("layouts: pnpm links every package to its store, and only what is declared", "[scanner][layouts]") {
  Workspace workspace;
  const std::string store = "/repo/node_modules/.pnpm/";
  workspace.package(store + "ui@1.0.0/node_modules/ui", kUi);
  workspace.package(store + "icons@1.0.0/node_modules/icons", kIcons);
  workspace.disk.add_link(store + "ui@1.0.0/node_modules/icons", "../../icons@1.0.0/node_modules/icons");
  workspace.disk.add_link("/repo/apps/web/node_modules/ui", "../../../node_modules/.pnpm/ui@1.0.0/node_modules/ui");
  workspace.disk.add_link("/repo/apps/web/node_modules/@repo/kit", "../../../../packages/kit");
  workspace.disk.add_link("/repo/packages/kit/node_modules/ui", "../../../node_modules/.pnpm/ui@1.0.0/node_modules/ui");
  CHECK(workspace.clients() == Ids{store + "icons@1.0.0/node_modules/icons/index.js", kKitId});
}

TEST_CASE("layouts: pnpm's store outside of the project is followed into", "[scanner][layouts]") {
  Workspace workspace;
  const std::string store = "/home/u/.local/share/pnpm/store/v10/links/";
  workspace.package(store + "ui/1.0.0/abc/node_modules/ui", kUi);
  workspace.package(store + "icons/1.0.0/def/node_modules/icons", kIcons);
  workspace.disk.add_link(store + "ui/1.0.0/abc/node_modules/icons", "../../../../icons/1.0.0/def/node_modules/icons");
  workspace.disk.add_link("/repo/apps/web/node_modules/ui", store + "ui/1.0.0/abc/node_modules/ui");
  workspace.disk.add_link("/repo/apps/web/node_modules/@repo/kit", "/repo/packages/kit");
  workspace.disk.add_link("/repo/packages/kit/node_modules/ui", store + "ui/1.0.0/abc/node_modules/ui");
  CHECK(workspace.clients() == Ids{store + "icons/1.0.0/def/node_modules/icons/index.js", kKitId});
}

TEST_CASE("layouts: bun's isolated linker keeps its store in node_modules/.bun", "[scanner][layouts]") {
  Workspace workspace;
  const std::string store = "/repo/node_modules/.bun/";
  workspace.package(store + "ui@1.0.0/node_modules/ui", kUi);
  workspace.package(store + "icons@1.0.0/node_modules/icons", kIcons);
  workspace.disk.add_link(store + "ui@1.0.0/node_modules/icons", "../../icons@1.0.0/node_modules/icons");
  workspace.disk.add_link("/repo/apps/web/node_modules/ui", "../../../node_modules/.bun/ui@1.0.0/node_modules/ui");
  workspace.disk.add_link("/repo/apps/web/node_modules/@repo/kit", "../../../../packages/kit");
  workspace.disk.add_link("/repo/packages/kit/node_modules/ui", "../../../node_modules/.bun/ui@1.0.0/node_modules/ui");
  CHECK(workspace.clients() == Ids{store + "icons@1.0.0/node_modules/icons/index.js", kKitId});
}

TEST_CASE("layouts: a package linked from elsewhere finds its own dependencies there", "[scanner][layouts]") {
  Workspace workspace;
  workspace.package("/users/ui", kUi);
  workspace.package("/users/ui/node_modules/icons", kIcons);
  workspace.package("/repo/node_modules/icons", kIcons);
  workspace.disk.add_link("/repo/node_modules/ui", "/users/ui");
  workspace.disk.add_link("/repo/node_modules/@repo/kit", "../../packages/kit");
  CHECK(workspace.clients() == Ids{kKitId, "/users/ui/node_modules/icons/index.js"});
}

TEST_CASE("layouts: Yarn Plug'n'Play is refused, wherever its file lies above the root", "[scanner][layouts]") {
  for (const char* file : {"/repo/.pnp.cjs", "/repo/.pnp.data.json", "/repo/apps/web/.pnp.js"}) {
    Workspace workspace;
    workspace.disk.add(file);
    ScanOptions options;
    options.root = workspace.root;
    options.entries = {"src/main.ts"};
    const ScanResult result = scan(options, workspace.disk);
    INFO(file);
    CHECK(result.outcome == Outcome::invalid);
    REQUIRE(result.diagnostics.size() == 1);
    CHECK(result.diagnostics[0].rule == "project/yarn-pnp");
    CHECK(result.diagnostics[0].file == file);
  }
}
