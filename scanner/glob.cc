#include "scanner/glob.h"

#include <algorithm>
#include <cstddef>

namespace demarc {
namespace {

constexpr size_t kMaxPattern = 4096;
constexpr size_t kMaxAlternatives = 1024;

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  size_t start = 0;
  while (start <= path.size()) {
    const size_t slash = std::min(path.find('/', start), path.size());
    if (slash > start) segments.emplace_back(path.substr(start, slash - start));
    start = slash + 1;
  }
  return segments;
}

// Finds the first top-level {...} with a comma in it. Braces without one are ordinary characters, as in shells.
bool find_braces(std::string_view text, size_t& open, size_t& close, std::vector<size_t>& commas) {
  for (open = 0; open < text.size(); ++open) {
    if (text[open] == '\\') {
      ++open;
      continue;
    }
    if (text[open] != '{') continue;
    size_t depth = 0;
    commas.clear();
    for (close = open; close < text.size(); ++close) {
      const char c = text[close];
      if (c == '\\') {
        ++close;
      } else if (c == '{') {
        ++depth;
      } else if (c == ',' && depth == 1) {
        commas.push_back(close);
      } else if (c == '}' && --depth == 0) {
        break;
      }
    }
    if (close < text.size() && !commas.empty()) return true;
  }
  return false;
}

// Replaces braces by their alternatives, breadth first, without recursion. False when there are too many.
bool expand_braces(std::string_view pattern, std::vector<std::string>& expanded) {
  std::vector<std::string> open_work = {std::string(pattern)};
  std::vector<size_t> commas;
  while (!open_work.empty()) {
    const std::string text = std::move(open_work.back());
    open_work.pop_back();
    size_t open = 0, close = 0;
    if (!find_braces(text, open, close, commas)) {
      expanded.push_back(text);
      if (expanded.size() > kMaxAlternatives) return false;
      continue;
    }
    commas.push_back(close);
    size_t start = open + 1;
    for (size_t comma : commas) {
      open_work.push_back(text.substr(0, open) + text.substr(start, comma - start) + text.substr(close + 1));
      start = comma + 1;
    }
    if (open_work.size() > kMaxAlternatives) return false;
  }
  return true;
}

// One character class, [abc], [a-z] or [!x]. Returns the index behind it, or npos when it is not closed.
size_t match_class(std::string_view pattern, size_t at, char c, bool& matched) {
  size_t i = at + 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  matched = false;
  for (bool first = true; i < pattern.size() && (first || pattern[i] != ']'); first = false) {
    const char low = pattern[i];
    if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
      matched = matched || (low <= c && c <= pattern[i + 2]);
      i += 3;
    } else {
      matched = matched || low == c;
      ++i;
    }
  }
  if (i >= pattern.size()) return std::string_view::npos;
  matched = matched != negated;
  return i + 1;
}

// Matches one pattern element other than * against a character; returns the index behind the element, or npos.
size_t match_one(std::string_view pattern, size_t at, char c) {
  if (pattern[at] == '?') return at + 1;
  if (pattern[at] == '[') {
    bool matched = false;
    const size_t behind = match_class(pattern, at, c, matched);
    if (behind != std::string_view::npos) return matched ? behind : std::string_view::npos;
  }
  if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
  return pattern[at] == c ? at + 1 : std::string_view::npos;
}

bool match_segment(std::string_view pattern, std::string_view name) {
  if (!name.empty() && name[0] == '.' && (pattern.empty() || pattern[0] != '.')) return false;
  constexpr size_t npos = std::string_view::npos;
  size_t p = 0, n = 0, star_p = npos, star_n = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star_p = ++p;
      star_n = n;
      continue;
    }
    const size_t behind = p < pattern.size() ? match_one(pattern, p, name[n]) : npos;
    if (behind != npos) {
      p = behind;
      ++n;
    } else if (star_p != npos) {
      p = star_p;
      n = ++star_n;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

// The same two pointers, over segments: ** stands for any number of them, none of which may begin with a dot.
bool match_segments(const std::vector<std::string>& pattern, const std::vector<std::string>& path, bool prefix) {
  constexpr size_t npos = std::string_view::npos;
  size_t p = 0, n = 0, star_p = npos, star_n = 0;
  while (n < path.size()) {
    if (p < pattern.size() && pattern[p] == "**") {
      star_p = ++p;
      star_n = n;
    } else if (p < pattern.size() && match_segment(pattern[p], path[n])) {
      ++p;
      ++n;
    } else if (star_p != npos && path[star_n][0] != '.') {
      p = star_p;
      n = ++star_n;
    } else {
      return false;
    }
  }
  if (prefix) return true;
  while (p < pattern.size() && pattern[p] == "**") ++p;
  return p == pattern.size();
}

// What every name that matches the last segment ends in.
std::string literal_tail(const std::vector<std::string>& segments) {
  if (segments.empty()) return {};
  const std::string& last = segments.back();
  const size_t special = last.find_last_of("*?[]\\");
  return special == std::string::npos ? last : last.substr(special + 1);
}

}  // namespace

Glob Glob::compile(std::string_view pattern) {
  Glob glob;
  while (pattern.starts_with("./")) pattern.remove_prefix(2);
  std::vector<std::string> expanded;
  if (pattern.empty() || pattern.size() > kMaxPattern || !expand_braces(pattern, expanded)) return glob;
  for (const std::string& alternative : expanded) {
    Segments segments = split(alternative);
    std::string tail = literal_tail(segments);
    glob.alternatives_.push_back({std::move(segments), std::move(tail)});
  }
  glob.valid_ = true;
  return glob;
}

std::string Glob::escape(std::string_view path) {
  std::string pattern;
  for (const char c : path) {
    if (std::string_view("*?[]{}!\\").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

bool Glob::matches(std::string_view path) const {
  // Most names are ruled out by how they end.
  std::vector<std::string> segments;
  for (const Alternative& alternative : alternatives_) {
    if (!path.ends_with(alternative.tail)) continue;
    if (segments.empty()) segments = split(path);
    if (match_segments(alternative.segments, segments, false)) return true;
  }
  return false;
}

bool Glob::may_match_below(std::string_view directory) const {
  const std::vector<std::string> segments = split(directory);
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const Alternative& alternative) {
    const Segments& pattern = alternative.segments;
    // The directory must match as many segments as it has, and leave at least one for a name below it.
    for (size_t length = 0; length < pattern.size(); ++length) {
      if (pattern[length] == "**") {
        const Segments head(pattern.begin(), pattern.begin() + ptrdiff_t(length) + 1);
        return segments.size() <= length
                   ? match_segments({head.begin(), head.begin() + ptrdiff_t(segments.size())}, segments, false)
                   : match_segments(head, segments, true);
      }
    }
    if (segments.size() >= pattern.size()) return false;
    return match_segments({pattern.begin(), pattern.begin() + ptrdiff_t(segments.size())}, segments, false);
  });
}

}  // namespace demarc
