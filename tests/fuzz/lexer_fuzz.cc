// libFuzzer target of the lexer: any bytes, in any language, whole and cut by a window.
//
//   tests/fuzz/run lexer
//
// Beside what the sanitizers see: the answer does not depend on the window, its parts are where they say they are, and
// the number of steps is linear. The first byte of an input chooses the language, the second and third the cut. A byte
// of value 7 in the text becomes a run: what stands before it, more often than any look ahead reaches.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "parser/lexer.h"
#include "parser/window.h"
#include "tests/parser/describe.h"

namespace demarc {
namespace {

constexpr Language kLanguages[] = {Language::js,  Language::tsx, Language::ts,  Language::mdx, Language::mjs,
                                   Language::cjs, Language::jsx, Language::mts, Language::cts};
constexpr std::string_view kMarkers[] = {"import.meta.x", "ab", "`"};

// Steps a byte, and for the call that looks farthest ahead.
constexpr uint64_t kStepsPerByte = 100;
constexpr uint64_t kStepsMore = 10000;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

void check_record(const ModuleSyntax& syntax, uint64_t size) {
  uint64_t last = 0;
  for (const DirectiveRecord& one : syntax.directives) {
    require(one.offset >= last && one.offset < one.end_offset && one.end_offset <= size, "directive out of place");
    last = one.offset;
    syntax.text(one.value);
  }
  for (const ImportRecord& one : syntax.imports) {
    require(one.offset < size, "import out of place");
    require(size_t{one.first_name} + one.name_count <= syntax.import_names.size(), "names out of place");
    require(size_t{one.specifier.offset} + one.specifier.length <= syntax.pool.size(), "text out of place");
  }
  for (const uint64_t offset : syntax.dynamic_specifiers) require(offset < size, "specifier out of place");
  for (const ExportRecord& one : syntax.exports) require(one.offset <= size, "export out of place");
}

void check_input(std::string_view text, const ScanSettings& settings) {
  static Lexer lexer;
  static ModuleSyntax syntax;
  scan_module(lexer, text, settings, syntax);
  check_record(syntax, text.size());
  require(lexer.state().work <= kStepsPerByte * text.size() + kStepsMore, "too many steps");
}

// Two runs at most, for speed.
std::string expand_runs(std::string_view source) {
  constexpr char kRun = 7;
  std::string text;
  int left = 2;
  for (const char c : source) {
    const bool is_run = c == kRun && !text.empty() && left > 0;
    is_run ? text.append(Window::kSmallest, text.back()) : text.append(1, c);
    if (is_run) --left;
  }
  return text;
}

// More places of interest than the lexer lists at a time, in a comment.
std::string fill_list() {
  std::string text;
  for (size_t i = 0; i <= Lexer::State::kCandidates; ++i) text += "import(";
  return text;
}

std::string describe_with(Lexer& lexer, std::string_view text, const ScanSettings& settings) {
  static ModuleSyntax syntax;
  scan_module(lexer, text, settings, syntax);
  return describe(syntax);
}

// Whether the use of an imported name is proved may depend on how far the lexer can look back: five kilobytes of blanks
// and a cut hide what a parenthesis belongs to. Without a proof the exact tier is asked, and the answer is the same.
std::string without_proofs(std::string description) {
  constexpr std::string_view kUnproved = " erasable";
  for (size_t at = 0; (at = description.find(kUnproved, at)) != std::string::npos;)
    description.erase(at, kUnproved.size());
  return description;
}

}  // namespace
}  // namespace demarc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace demarc;
  if (size < 3) return 0;
  const std::string source = expand_runs({reinterpret_cast<const char*>(data) + 3, size - 3});
  ScanSettings settings{.language = kLanguages[(data[0] & 0x3f) % std::size(kLanguages)]};
  settings.collect = (data[0] & 0x80) != 0 ? Collect::names | Collect::exports : Collect::edges;
  settings.raw_mdx_prologue = (data[0] & 0x40) != 0;
  settings.markers = kMarkers;
  check_input(source, settings);

  // The smallest window moves on a kilobyte at a time; a cut comes to lie somewhere in the input. One input in eight
  // stands behind a full list of candidates.
  const size_t edge = Window::kSmallest + 1 - Window::kLookAhead;
  const size_t cut = size_t(data[1] | (data[2] & 0x1f) << 8) % (source.size() + 1);
  static const std::string full_list = fill_list();
  const std::string_view listed = data[2] >> 5 == 7 ? full_list : std::string_view();
  const size_t before = 2 * edge - (listed.size() + cut) % edge;
  const bool is_markdown = settings.language == Language::mdx;
  std::string text(is_markdown ? "" : "/*");
  text.append(listed).append(before, '-').append(is_markdown ? "\n\n" : "*/").append(source);
  text += ";\n\n" + std::string(6000, ' ') + "\n\nimport 'z'; require('y')";
  static Lexer whole(size_t{1} << 16), cut_by_window(Window::kSmallest);
  const std::string expected = without_proofs(describe_with(whole, text, settings));
  const std::string found = without_proofs(describe_with(cut_by_window, text, settings));
  if (found == expected) return 0;
  std::fprintf(stderr, "whole:\n%s\ncut:\n%s\n", expected.c_str(), found.c_str());
  std::abort();
}
