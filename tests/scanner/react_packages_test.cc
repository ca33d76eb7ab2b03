#include "scanner/react_packages.h"

#include <catch2/catch.hpp>

#include "tests/support/memory_file_system.h"

using namespace demarc;

namespace {

using Names = std::vector<std::string>;

const char* const kPeer = R"({"peerDependencies":{"react":"*"}})";

}  // namespace

TEST_CASE("react packages: those with a React peer, and what these depend on", "[scanner][react-packages]") {
  MemoryFileSystem disk;
  disk.add("/app/package.json", R"({"dependencies":{"ui":"1","plain":"1","gone":"1"},"devDependencies":{"kit":"1"}})");
  disk.add(
      "/app/node_modules/ui/package.json",
      R"({"peerDependencies":{"react":"*"},"dependencies":{"slot":"1","clsx":"1"},"devDependencies":{"dev":"1"}})");
  disk.add("/app/node_modules/kit/package.json", kPeer);
  disk.add("/app/node_modules/slot/package.json", R"({"peerDependencies":{"react":"*"},"dependencies":{"ui":"1"}})");
  disk.add("/app/node_modules/clsx/package.json", "{}");
  disk.add("/app/node_modules/dev/package.json", kPeer);
  disk.add("/app/node_modules/plain/package.json", R"({"dependencies":{"hidden":"1"}})");
  disk.add("/app/node_modules/hidden/package.json", kPeer);
  disk.add("/app/node_modules/nobody-asks/package.json", kPeer);
  CHECK(find_react_packages(disk, "/app") == Names{"kit", "slot", "ui"});
}

TEST_CASE("react packages: plugin-rsc and react-dom are left to the preset", "[scanner][react-packages]") {
  MemoryFileSystem disk;
  disk.add("/app/package.json", R"({"dependencies":{"react-dom":"1","@vitejs/plugin-rsc":"1","dom":"1"}})");
  disk.add("/app/node_modules/react-dom/package.json",
           R"({"name":"react-dom","peerDependencies":{"react":"*"},"dependencies":{"scheduler":"1"}})");
  disk.add("/app/node_modules/scheduler/package.json", kPeer);
  disk.add("/app/node_modules/@vitejs/plugin-rsc/package.json",
           R"({"name":"@vitejs/plugin-rsc","peerDependencies":{"react":"*"}})");
  // Asked for by another name, it is the same package.
  disk.add_link("/app/node_modules/dom", "react-dom");
  CHECK(find_react_packages(disk, "/app").empty());
}

TEST_CASE("react packages: links are followed, as pnpm and workspaces have them", "[scanner][react-packages]") {
  MemoryFileSystem disk;
  const std::string store = "/repo/node_modules/.pnpm/";
  disk.add("/repo/apps/web/package.json", R"({"dependencies":{"ui":"1","@repo/kit":"workspace:*"}})");
  disk.add(store + "ui@1/node_modules/ui/package.json",
           R"({"peerDependencies":{"react":"*"},"dependencies":{"slot":"1"}})");
  disk.add(store + "slot@1/node_modules/slot/package.json", kPeer);
  disk.add_link(store + "ui@1/node_modules/slot", "../../slot@1/node_modules/slot");
  disk.add_link("/repo/apps/web/node_modules/ui", "../../../node_modules/.pnpm/ui@1/node_modules/ui");
  disk.add("/repo/packages/kit/package.json", R"({"peerDependencies":{"react":"*"},"dependencies":{"hoisted":"1"}})");
  disk.add_link("/repo/apps/web/node_modules/@repo/kit", "../../../../packages/kit");
  disk.add("/repo/node_modules/hoisted/package.json", kPeer);
  CHECK(find_react_packages(disk, "/repo/apps/web") == Names{"@repo/kit", "hoisted", "slot", "ui"});
}

TEST_CASE("react packages: the nearest package.json upwards is the one that asks", "[scanner][react-packages]") {
  MemoryFileSystem disk;
  disk.add("/app/package.json", R"({"dependencies":{"ui":"1"}})");
  disk.add("/app/node_modules/ui/package.json", kPeer);
  disk.add_directory("/app/site/src");
  CHECK(find_react_packages(disk, "/app/site/src") == Names{"ui"});
}

TEST_CASE("react packages: what cannot be read is none", "[scanner][react-packages]") {
  MemoryFileSystem disk;
  disk.add_directory("/empty");
  CHECK(find_react_packages(disk, "/empty").empty());
  disk.add("/broken/package.json", "{");
  CHECK(find_react_packages(disk, "/broken").empty());
  disk.add("/app/package.json", R"({"dependencies":{"a":"1","b":"1","c":"1"},"devDependencies":7})");
  disk.add("/app/node_modules/a/package.json", "[]");
  disk.add("/app/node_modules/b/package.json", R"({"peerDependencies":"react"})");
  disk.add("/app/node_modules/c/package.json", kPeer);
  CHECK(find_react_packages(disk, "/app") == Names{"c"});
}
