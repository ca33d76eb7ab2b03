#include "resolver/package_targets.h"

#include <algorithm>

#include "resolver/listing.h"
#include "resolver/specifier.h"

namespace demarc {
namespace {

using Status = TargetMatch::Status;

TargetMatch fail(UnresolvedReason reason) {
  return {Status::error, reason, {}};
}

bool holds(const JsonNode& node, std::string_view key, uint64_t conditions) {
  if (node.condition != ConditionNames::kUnknown) return (conditions >> node.condition & 1) != 0;
  return key == "default";
}

void replace_stars(std::string& text, std::string_view with) {
  for (size_t at = text.find('*'); at != std::string::npos; at = text.find('*', at + with.size())) {
    text.replace(at, 1, with);
  }
}

// A target or match may not leave its package: no "..", no node_modules in any letter case among its segments (R40).
bool leaves_package(std::string_view target) {
  bool leaves = false;
  bool first = true;
  for_each_segment(target, [&](std::string_view segment) {
    if (!(first && segment == ".")) leaves = leaves || segment == ".." || equal_folded(segment, "node_modules");
    first = false;
  });
  return leaves;
}

// How a pattern key was matched: the text its star stands for.
struct Star {
  bool matched = false;
  std::string_view text;
};

class StrictMatcher {
 public:
  StrictMatcher(const Package& package, uint64_t conditions, bool is_imports)
      : package_(package), conditions_(conditions), is_imports_(is_imports) {}

  TargetMatch exports(std::string_view subpath) const {
    const uint32_t table = package_.exports;
    const bool is_object = package_.is_object(table);
    if (is_object && mixes_keys(table)) return fail(UnresolvedReason::invalid_package_json);
    if (subpath == ".") {
      uint32_t main = Package::kAbsent;
      if (!is_object) {
        main = table;
      } else if (const uint32_t dot = package_.member(table, "."); package_.has(dot)) {
        main = dot;
      } else if (!has_subpath_keys(table)) {
        main = table;
      }
      if (package_.has(main)) {
        TargetMatch match = target(main, ".", {});
        if (match.status != Status::none) return match;
      }
    }
    if (is_object) {
      TargetMatch match = keyed(table, subpath);
      if (match.status != Status::none) return match;
    }
    return fail(UnresolvedReason::not_exported);
  }

  TargetMatch keyed(uint32_t table, std::string_view key) const {
    if (key.ends_with('/')) return {};
    if (key.find('*') == std::string_view::npos) {
      if (const uint32_t exact = package_.member(table, key); package_.has(exact)) return target(exact, key, {});
    }
    uint32_t best = Package::kAbsent;
    Star best_star;
    for (uint32_t i = table + 1; i < package_.nodes[table].end; i = package_.nodes[i].end) {
      const std::string_view pattern = package_.key(i);
      if (!pattern.starts_with("./") && !pattern.starts_with('#')) continue;
      const Star star = match_pattern(pattern, key);
      if (star.matched && (!package_.has(best) || is_more_specific(pattern, package_.key(best)))) {
        best = i;
        best_star = star;
      }
    }
    return package_.has(best) ? target(best, package_.key(best), best_star) : TargetMatch{};
  }

 private:
  bool mixes_keys(uint32_t table) const {
    bool paths = false, conditions = false;
    for (uint32_t i = table + 1; i < package_.nodes[table].end; i = package_.nodes[i].end) {
      const std::string_view key = package_.key(i);
      (key.starts_with('.') || key.starts_with('#') ? paths : conditions) = true;
    }
    return paths && conditions;
  }

  bool has_subpath_keys(uint32_t table) const {
    for (uint32_t i = table + 1; i < package_.nodes[table].end; i = package_.nodes[i].end) {
      if (package_.key(i).starts_with("./") || package_.key(i).starts_with('#')) return true;
    }
    return false;
  }

  // R43. One star, or a folder key. What the star stands for may be empty only if nothing follows it in the pattern.
  static Star match_pattern(std::string_view pattern, std::string_view key) {
    const size_t at = pattern.find('*');
    if (at == std::string_view::npos) {
      if (!pattern.ends_with('/') || !key.starts_with(pattern)) return {};
      return {true, key.substr(pattern.size())};
    }
    const std::string_view before = pattern.substr(0, at);
    const std::string_view behind = pattern.substr(at + 1);
    if (!key.starts_with(before) || behind.find('*') != std::string_view::npos) return {};
    if (!behind.empty() && (key.size() < pattern.size() || !key.ends_with(behind))) return {};
    return {true, key.substr(at, key.size() - at - behind.size())};
  }

  // PATTERN_KEY_COMPARE of Node: the longer text up to the star wins, then a star over a folder, then the longer key.
  static bool is_more_specific(std::string_view a, std::string_view b) {
    const auto base_length = [](std::string_view key) {
      const size_t star = key.find('*');
      return star == std::string_view::npos ? key.size() : star + 1;
    };
    if (base_length(a) != base_length(b)) return base_length(a) > base_length(b);
    if (b.find('*') == std::string_view::npos) return true;
    if (a.find('*') == std::string_view::npos) return false;
    return a.size() > b.size();
  }

  // PACKAGE_TARGET_RESOLVE.
  TargetMatch target(uint32_t node, std::string_view key, Star star) const {
    switch (package_.nodes[node].kind) {
      case JsonKind::text:
        return text_target(node, key, star);
      case JsonKind::object:
        for (uint32_t i = node + 1; i < package_.nodes[node].end; i = package_.nodes[i].end) {
          if (!holds(package_.nodes[i], package_.key(i), conditions_)) continue;
          TargetMatch match = target(i, key, star);
          if (match.status != Status::none) return match;  // null and a nested miss go on with the next sibling (R41)
        }
        return {};
      case JsonKind::array:
        if (package_.nodes[node].end == node + 1) return fail(UnresolvedReason::not_exported);
        for (uint32_t i = node + 1; i < package_.nodes[node].end; i = package_.nodes[i].end) {
          TargetMatch match = target(i, key, star);
          if (match.status == Status::target) return match;  // R42
        }
        return {};
      default:
        return {};
    }
  }

  TargetMatch text_target(uint32_t node, std::string_view key, Star star) const {
    std::string text(package_.text(node));
    const bool is_path = text.starts_with("./");
    if (!is_path && (!is_imports_ || text.starts_with("../") || text.starts_with('/'))) {
      return fail(UnresolvedReason::invalid_target);
    }
    if (star.matched) {
      const bool folder = key.find('*') == std::string_view::npos && text.find('*') == std::string::npos;
      if (!folder) {
        replace_stars(text, star.text);
      } else if (key.ends_with('/') && text.ends_with('/')) {
        text += star.text;
      } else {
        return fail(UnresolvedReason::invalid_package_json);
      }
    }
    if (is_path && leaves_package(text)) return fail(UnresolvedReason::invalid_target);
    return {Status::target, UnresolvedReason::none, std::move(text)};
  }

  const Package& package_;
  const uint64_t conditions_;
  const bool is_imports_;
};

// A pattern of resolve.exports, whose text becomes a regular expression unescaped (R43, R50): '.' stands for any
// character, and a key that holds anything else of meaning to an expression does not match its own text, so it counts
// as one that never matches. The star stands for at least one character.
bool matches_as_expression(std::string_view pattern, std::string_view key, std::string_view& star) {
  const size_t at = pattern.find('*', 1);
  const std::string_view before = pattern.substr(0, at);
  const std::string_view behind = pattern.substr(at + 1);
  constexpr std::string_view kSpecial = "\\^$+?()[]|*";
  if (before.find_first_of(kSpecial) != std::string_view::npos ||
      behind.find_first_of(kSpecial) != std::string_view::npos || key.size() <= before.size() + behind.size()) {
    return false;
  }
  const auto same = [](char p, char c) { return p == c || (p == '.' && c != '\n' && c != '\r'); };
  if (!std::equal(before.begin(), before.end(), key.begin(), same) ||
      !std::equal(behind.begin(), behind.end(), key.end() - static_cast<std::ptrdiff_t>(behind.size()), same)) {
    return false;
  }
  star = key.substr(before.size(), key.size() - before.size() - behind.size());
  return true;
}

// The first text under a value: of an object the first condition that holds decides alone, of an array every item is
// asked (R41, R42).
uint32_t first_text(const Package& package, uint32_t node, uint64_t conditions) {
  switch (package.nodes[node].kind) {
    case JsonKind::text:
      return package.nodes[node].text_size == 0 ? Package::kAbsent : node;
    case JsonKind::object:
      for (uint32_t i = node + 1; i < package.nodes[node].end; i = package.nodes[i].end) {
        if (holds(package.nodes[i], package.key(i), conditions)) return first_text(package, i, conditions);
      }
      return Package::kAbsent;
    case JsonKind::array:
      for (uint32_t i = node + 1; i < package.nodes[node].end; i = package.nodes[i].end) {
        if (const uint32_t text = first_text(package, i, conditions); package.has(text)) return text;
      }
      return Package::kAbsent;
    default:
      return Package::kAbsent;
  }
}

}  // namespace

TargetMatch match_exports(const Package& package, std::string_view subpath, uint64_t conditions) {
  return StrictMatcher(package, conditions, /*is_imports=*/false).exports(subpath);
}

TargetMatch match_imports(const Package& package, std::string_view specifier, uint64_t conditions) {
  if (!package.is_object(package.imports)) return {};
  TargetMatch match = StrictMatcher(package, conditions, /*is_imports=*/true).keyed(package.imports, specifier);
  return match.status == Status::none ? fail(UnresolvedReason::not_imported) : match;
}

TargetMatch match_loosely(const Package& package, uint32_t table, std::string_view key, uint64_t conditions) {
  const UnresolvedReason missing =
      table == package.imports ? UnresolvedReason::not_imported : UnresolvedReason::not_exported;
  // A table without path keys is the value of ".".
  const uint32_t first = table + 1;
  const bool keyed =
      package.nodes[table].kind == JsonKind::object &&
      (table == package.imports || first == package.nodes[table].end || package.key(first).starts_with('.'));
  uint32_t value = Package::kAbsent;
  std::string_view star;
  if (!keyed) {
    if (key == ".") value = table;
  } else {
    value = package.member(table, key);
    if (!package.has(value)) {
      std::string_view longest;
      for (uint32_t i = first; i < package.nodes[table].end; i = package.nodes[i].end) {
        const std::string_view pattern = package.key(i);
        if (pattern.size() < longest.size()) continue;
        if (pattern.ends_with('/') && key.starts_with(pattern)) {
          star = key.substr(pattern.size());
        } else if (pattern.size() < 2 || pattern.find('*', 1) == std::string_view::npos ||
                   !matches_as_expression(pattern, key, star)) {
          continue;
        }
        value = i;
        longest = pattern;
      }
    }
  }
  if (!package.has(value)) return fail(missing);
  const uint32_t text = first_text(package, value, conditions);
  if (!package.has(text)) return fail(missing);
  std::string target(package.text(text));
  if (!star.empty()) {
    if (target.find('*') != std::string::npos) {
      replace_stars(target, star);
    } else if (target.ends_with('/')) {
      target += star;
    }
  }
  return {Status::target, UnresolvedReason::none, std::move(target)};
}

}  // namespace demarc
