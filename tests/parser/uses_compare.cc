// Holds the lexer's proofs that an import is used against find_unused_imports, over real TypeScript files.
//
//   find src -name '*.ts' -o -name '*.tsx' | uses_compare
//
// Prints what was proved wrongly (exit 1), and how much was proved of all that could have been.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "parser/scan_module.h"
#include "parser/unused_imports.h"

namespace demarc {
namespace {

constexpr size_t kExactBudget = size_t{1} << 30;

struct Totals {
  size_t files = 0, used = 0, proved = 0, unused = 0, wrong = 0, open_files = 0;
};

void compare(Lexer& lexer, const std::string& path, Totals& totals) {
  Language language = Language::js;
  std::ifstream file(path, std::ios::binary);
  if (!file || !language_of(path, language)) return;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::vector<uint64_t> dropped;
  if (find_unused_imports(text, {.language = language}, kExactBudget, dropped) != ExactStatus::complete) return;
  ModuleSyntax syntax;
  scan_module(lexer, text, {.language = language}, syntax);
  ++totals.files;
  bool is_open = false;
  for (const ImportRecord& record : syntax.imports) {
    if ((record.kind != ImportKind::import && record.kind != ImportKind::import_equals) || record.type_only) continue;
    const bool is_dropped = std::binary_search(dropped.begin(), dropped.end(), record.offset);
    totals.unused += is_dropped;
    totals.used += !is_dropped;
    totals.proved += !is_dropped && !record.erasable;
    is_open = is_open || record.erasable;
    if (!is_dropped || record.erasable) continue;
    ++totals.wrong;
    std::printf("%s: \"%s\" is not used\n", path.c_str(), std::string(syntax.text(record.specifier)).c_str());
  }
  totals.open_files += is_open;
}

}  // namespace
}  // namespace demarc

int main() {
  demarc::Lexer lexer;
  demarc::Totals totals;
  for (std::string path; std::getline(std::cin, path);) demarc::compare(lexer, path, totals);
  std::printf(
      "%zu files: %zu imports used, %zu of them proved; %zu not used, %zu of them taken for used; %zu files left "
      "open\n",
      totals.files, totals.used, totals.proved, totals.unused, totals.wrong, totals.open_files);
  return totals.wrong == 0 ? 0 : 1;
}
