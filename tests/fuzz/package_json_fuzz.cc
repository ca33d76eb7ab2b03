// libFuzzer target of package.json: any text as one, and any specifier that leads to it.
//
//   tests/fuzz/run package_json
//
// The input is a byte that chooses the version, a specifier, a byte of value 0, and the package.json of the package p.
// See resolver_fuzz.h for what is checked.
#include "tests/fuzz/resolver_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace demarc;
  if (size == 0) return 0;
  const std::vector<std::string_view> parts = split_input(data + 1, size - 1);
  if (parts.size() < 2) return 0;

  MemoryFileSystem disk;
  const std::string package = "/app/node_modules/p/";
  for (const char* name : {"index.js", "main.mjs", "lib/index.ts", "lib/a.js", "lib/a.server.js", "d.json"}) {
    disk.add(package + name);
  }
  disk.add(package + "package.json", parts[1]);
  disk.add("/app/node_modules/q/package.json", R"({"name":"q","exports":{"./*":"./*.js"}})");
  disk.add("/app/node_modules/q/x.js");
  disk.add("/app/src/main.ts");

  ResolverOptions options;
  options.root = "/app";
  options.vite = (data[0] & 1) != 0 ? ViteVersion::vite7 : ViteVersion::vite8;
  check_answers(disk, options, {"/app/src/main.ts", package + "lib/a.js"}, parts[0]);
  return 0;
}
