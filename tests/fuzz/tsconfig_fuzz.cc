// libFuzzer target of tsconfig.json: any texts as three that may extend and reference each other, in either mode.
//
//   tests/fuzz/run tsconfig
//
// The input is a byte that chooses version and mode, a specifier, and the texts of tsconfig.json, tsconfig.base.json
// and lib/tsconfig.json, with a byte of value 0 between them; what is left out is empty. See resolver_fuzz.h for what
// is checked.
#include "resolver/tsconfig.h"

#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/resolver_fuzz.h"

namespace demarc {
namespace {

// Blanking comments moves nothing and leaves no second comment. A second pass may find another comma before a bracket,
// where two stood in a row; that is no JSON before or after.
void check_comments(std::string_view text) {
  std::string once(text);
  strip_json_comments(once);
  std::string twice = once;
  strip_json_comments(twice);
  bool is_stable = once.size() == text.size() && twice.size() == once.size();
  for (size_t i = 0; is_stable && i < once.size(); ++i) is_stable = twice[i] == once[i] || once[i] == ',';
  if (is_stable) return;
  std::fprintf(stderr, "comments:\n%s\nthen:\n%s\n", once.c_str(), twice.c_str());
  std::abort();
}

}  // namespace
}  // namespace demarc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace demarc;
  if (size == 0) return 0;
  std::vector<std::string_view> parts = split_input(data + 1, size - 1);
  parts.resize(4);
  for (const std::string_view text : {parts[1], parts[2], parts[3]}) check_comments(text);

  MemoryFileSystem disk;
  disk.add("/app/tsconfig.json", parts[1]);
  disk.add("/app/tsconfig.base.json", parts[2]);
  disk.add("/app/lib/tsconfig.json", parts[3]);
  for (const char* path : {"/app/src/main.ts", "/app/src/a.js", "/app/lib/a.tsx", "/app/node_modules/p/index.js"}) {
    disk.add(path);
  }
  ResolverOptions options;
  options.root = "/app";
  options.vite = (data[0] & 1) != 0 ? ViteVersion::vite7 : ViteVersion::vite8;
  options.tsconfig_paths = (data[0] & 2) != 0 ? TsconfigPaths::plugin : TsconfigPaths::vite8;
  check_answers(disk, options, {"/app/src/main.ts", "/app/lib/a.tsx"}, parts[0]);
  return 0;
}
