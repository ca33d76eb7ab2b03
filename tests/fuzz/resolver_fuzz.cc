#include "tests/fuzz/resolver_fuzz.h"

#include <cstdio>
#include <cstdlib>

namespace demarc {
namespace {

// An array of targets, a chain of imports or of extends is followed as far as it goes; 8 KiB of input do not go
// farther.
constexpr size_t kMostAccesses = 20'000;

void require(bool holds, const char* what, std::string_view specifier) {
  if (holds) return;
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(specifier.size()), specifier.data());
  std::abort();
}

// Ids differ from resolver to resolver; what they stand for does not.
std::string describe(const Resolver& resolver, const Resolution& resolution) {
  std::string text(to_string(resolution.kind));
  text.append(" ").append(to_string(resolution.reason)).append(" ");
  if (resolution.kind == ResolutionKind::file) resolver.append_path(resolution.file, text);
  return text.append(resolver.text(resolution.text)).append(" ").append(resolver.text(resolution.vite_id));
}

void check_answer(MemoryFileSystem& disk, Resolver& resolver, EnvironmentId environment, const std::string& importer,
                  std::string_view specifier, RequestKind kind) {
  const auto file = resolver.intern(importer);
  require(file.has_value(), "no importer", importer);
  const Resolution answer = resolver.resolve(environment, *file, specifier, kind);
  const std::string told = describe(resolver, answer);
  require(describe(resolver, resolver.resolve(environment, *file, specifier, kind)) == told, "changed", specifier);
  require(describe(resolver, resolver.resolve_from(environment, importer, specifier, kind)) == told,
          "differs unremembered", specifier);
  if (answer.kind != ResolutionKind::file) return;
  FileStatus status;
  const bool exists = disk.status(resolver.path(answer.file), status) == 0;
  require(exists && status.type == EntryType::file, "no file", resolver.path(answer.file));
}

}  // namespace

std::vector<std::string_view> split_input(const uint8_t* data, size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = rest.find('\0');
    parts.push_back(rest.substr(0, end));
    if (end == std::string_view::npos) return parts;
    rest.remove_prefix(end + 1);
  }
}

void check_answers(MemoryFileSystem& disk, const ResolverOptions& options, const std::vector<std::string>& importers,
                   std::string_view specifier) {
  ResolverOptions all = options;
  all.environments.resize(2);
  all.environments[0].conditions = {"react-server", "module", "node"};
  all.environments[0].main_fields = {"module"};
  all.environments[1].consumer = Consumer::client;
  all.environments[1].conditions = {"module", "browser"};
  all.environments[1].main_fields = {"browser", "module"};
  Resolver resolver(disk, all);
  for (const std::string& importer : importers) {
    for (const EnvironmentId environment : {EnvironmentId{0}, EnvironmentId{1}}) {
      check_answer(disk, resolver, environment, importer, specifier, RequestKind::import);
      check_answer(disk, resolver, environment, importer, specifier, RequestKind::require);
    }
  }
  require(disk.log().size() <= kMostAccesses, "too many accesses", specifier);
  require(disk.open_handles() == 0, "a file stayed open", specifier);
  for (const ResolverProblem& problem : resolver.problems()) require(!problem.path.empty(), "no path", problem.detail);
}

}  // namespace demarc
