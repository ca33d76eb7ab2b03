// How fast the parser is over real files: one thread, texts already in memory, best of several rounds. Processor time
// is measured, so that a busy machine disturbs less.
//
//   parser_bench FOLDER…            the lexer
//   parser_bench --exact FOLDER…    the exact tier (slow: about 10 MB/s)
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "parser/exact_scan.h"
#include "parser/scan_module.h"

namespace demarc {
namespace {

constexpr int kRounds = 5;
constexpr uintmax_t kMaxFileBytes = 64u << 20;

struct File {
  std::string text;
  Language language = Language::js;
};

// Declaration files are no modules that run; a scan does not reach them.
bool is_declaration(std::string_view name) {
  return name.ends_with(".d.ts") || name.ends_with(".d.mts") || name.ends_with(".d.cts");
}

std::vector<File> read_folder(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::vector<File> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    File file;
    if (!entry.is_regular_file() || !language_of(name, file.language) || is_declaration(name)) continue;
    if (entry.file_size() > kMaxFileBytes) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    file.text.assign(std::istreambuf_iterator<char>(stream), {});
    files.push_back(std::move(file));
  }
  return files;
}

struct Totals {
  double seconds = 0;
  size_t imports = 0;
  size_t undecided = 0;
};

template <class Scan>
Totals best_of_rounds(const std::vector<File>& files, Scan scan) {
  Totals best;
  ModuleSyntax syntax;
  for (int round = 0; round < kRounds; ++round) {
    Totals totals;
    const std::clock_t start = std::clock();
    for (const File& file : files) {
      totals.undecided += scan(file, syntax) ? 0 : 1;
      totals.imports += syntax.imports.size();
    }
    totals.seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
    if (round == 0 || totals.seconds < best.seconds) best = totals;
  }
  return best;
}

void measure(const std::filesystem::path& folder, bool exact) {
  const std::vector<File> files = read_folder(folder);
  size_t bytes = 0;
  for (const File& file : files) bytes += file.text.size();
  Lexer lexer;
  const Totals best = best_of_rounds(files, [&](const File& file, ModuleSyntax& syntax) {
    const ScanSettings settings{.language = file.language};
    if (exact) return exact_scan(file.text, settings, size_t{1} << 30, syntax) == ExactStatus::complete;
    scan_module(lexer, file.text, settings, syntax);
    return syntax.uncertainty == 0;
  });
  const double megabytes = double(bytes) / 1e6;
  std::printf("%-28s %7zu files %8.1f MB %9.1f ms %8.0f MB/s %8zu imports %5zu undecided\n", folder.filename().c_str(),
              files.size(), megabytes, best.seconds * 1e3, megabytes / best.seconds, best.imports, best.undecided);
}

}  // namespace
}  // namespace demarc

int main(int argc, char** argv) {
  bool exact = false;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--exact") {
      exact = true;
    } else {
      demarc::measure(argv[i], exact);
    }
  }
  if (argc < 2) std::fputs("usage: parser_bench [--exact] FOLDER...\n", stderr);
  return argc < 2 ? 2 : 0;
}
