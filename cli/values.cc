#include "cli/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "cli/suggest.h"

namespace demarc {
namespace {

constexpr std::array<std::string_view, 8> kFrameworks = {"auto",   "rwsdk", "plugin-rsc",   "waku",
                                                         "vinext", "next",  "react-router", "none"};
constexpr std::array<std::string_view, 2> kModes = {"production", "development"};
constexpr std::array<std::string_view, 2> kTypeImports = {"elide", "keep"};
constexpr std::array<std::string_view, 3> kTsconfigPaths = {"off", "vite8", "plugin"};
constexpr std::array<std::string_view, 3> kFollow = {"glob", "worker", "url"};
constexpr std::array<std::string_view, 4> kRuleLevels = {"off", "info", "warn", "error"};

// The index of `text` in names, or names.size().
size_t index_of(std::string_view text, std::span<const std::string_view> names) {
  return size_t(std::find(names.begin(), names.end(), text) - names.begin());
}

// The enumerators stand in the order of their names.
template <class Enum>
bool parse_enum(std::string_view text, std::span<const std::string_view> names, Enum& value) {
  const size_t index = index_of(text, names);
  if (index == names.size()) return false;
  value = Enum(index);
  return true;
}

bool same_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    const auto lower = [](char letter) { return letter >= 'A' && letter <= 'Z' ? char(letter + 32) : letter; };
    return lower(a) == lower(b);
  });
}

bool parse_number(std::string_view text, double& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(number) && number >= 0;
}

bool parse_unit(std::string_view text, double& factor) {
  constexpr std::array<std::pair<std::string_view, double>, 14> kUnits = {{
      {"", 1},
      {"B", 1},
      {"K", 0x1p10},
      {"KiB", 0x1p10},
      {"KB", 1e3},
      {"M", 0x1p20},
      {"MiB", 0x1p20},
      {"MB", 1e6},
      {"G", 0x1p30},
      {"GiB", 0x1p30},
      {"GB", 1e9},
      {"T", 0x1p40},
      {"TiB", 0x1p40},
      {"TB", 1e12},
  }};
  for (const auto& [name, value] : kUnits) {
    if (same_ignoring_case(text, name)) {
      factor = value;
      return true;
    }
  }
  return false;
}

}  // namespace

std::span<const std::string_view> framework_names() {
  return kFrameworks;
}
std::span<const std::string_view> mode_names() {
  return kModes;
}
std::span<const std::string_view> type_import_names() {
  return kTypeImports;
}
std::span<const std::string_view> tsconfig_paths_names() {
  return kTsconfigPaths;
}
std::span<const std::string_view> follow_names() {
  return kFollow;
}
std::span<const std::string_view> rule_level_names() {
  return kRuleLevels;
}

bool parse_mode(std::string_view text, Mode& mode) {
  return parse_enum(text, kModes, mode);
}
bool parse_type_imports(std::string_view text, TypeImports& type_imports) {
  return parse_enum(text, kTypeImports, type_imports);
}
bool parse_tsconfig_paths(std::string_view text, TsconfigPaths& paths) {
  return parse_enum(text, kTsconfigPaths, paths);
}

bool parse_rule_level(std::string_view text, RuleLevel& level) {
  return parse_enum(text, kRuleLevels, level);
}

bool parse_follow(std::string_view name, Follow& follow) {
  switch (index_of(name, kFollow)) {
    case 0:
      follow.glob = true;
      return true;
    case 1:
      follow.worker = true;
      return true;
    case 2:
      follow.url = true;
      return true;
    default:
      return false;
  }
}

std::string one_of(std::span<const std::string_view> names) {
  std::string text;
  for (size_t index = 0; index < names.size(); ++index) {
    if (index > 0) text += index + 1 == names.size() ? " or " : ", ";
    text += names[index];
  }
  return text;
}

std::string not_one_of(std::string_view text, std::span<const std::string_view> names) {
  std::string message = "\"";
  message += text;
  message += "\" is not ";
  if (names.size() > 1) message += "one of ";
  message += one_of(names);
  message += suggestion(text, names);
  return message;
}

std::string complaint_about_budget(std::string_view name) {
  static constexpr std::string_view kNames[] = {"client", "boundary"};
  const bool is_scoped = name.starts_with('@');
  const std::string_view near = is_scoped ? std::string_view() : closest(name, kNames);
  if (name.empty() || name.find_first_of("= \t") != std::string_view::npos)
    return "a budget is for client, boundary or the name of a package";
  if (near.empty() || near == name) return {};
  return "\"" + std::string(name) + "\" is no budget; did you mean " + std::string(near) + "?";
}

bool parse_size(std::string_view text, uint64_t& bytes) {
  size_t digits = text.find_first_not_of("0123456789.");
  if (digits == std::string_view::npos) digits = text.size();
  std::string_view unit = text.substr(digits);
  if (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  double number = 0;
  double factor = 0;
  if (!parse_number(text.substr(0, digits), number) || !parse_unit(unit, factor)) return false;
  const double product = number * factor;
  if (product >= 0x1p63) return false;
  bytes = uint64_t(product);
  return true;
}

bool parse_memory(std::string_view text, MemoryAmount& amount) {
  if (!text.empty() && text.back() == '%') {
    double percent = 0;
    if (!parse_number(text.substr(0, text.size() - 1), percent) || percent <= 0 || percent > 100) return false;
    amount = {0, percent};
    return true;
  }
  uint64_t bytes = 0;
  // Zero would mean "no limit" to the scanner; a promise of a bound that is none is not offered.
  if (!parse_size(text, bytes) || bytes == 0) return false;
  amount = {bytes, 0};
  return true;
}

bool parse_threads(std::string_view text, int& threads) {
  if (text == "auto") {
    threads = 0;
    return true;
  }
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > 512) return false;
  threads = number;
  return true;
}

}  // namespace demarc
