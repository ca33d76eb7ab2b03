#include "resolver/path_pattern.h"

#include "resolver/specifier.h"

namespace demarc {
namespace {

// Braces multiply; a pattern that would become more than this is cut short.
constexpr size_t kMostAlternatives = 1024;

// Replaces the first {a,b} of every text until there is none.
void expand_braces(std::string text, std::vector<std::string>& to) {
  std::vector<std::string> open = {std::move(text)};
  while (!open.empty() && to.size() < kMostAlternatives) {
    const std::string one = std::move(open.back());
    open.pop_back();
    const size_t begin = one.find('{');
    const size_t end = begin == std::string::npos ? begin : one.find('}', begin);
    if (end == std::string::npos) {
      to.push_back(one);
      continue;
    }
    // The innermost pair first, so that nested braces need no stack.
    const size_t inner = one.rfind('{', end);
    size_t item = inner + 1;
    while (item <= end) {
      size_t comma = one.find(',', item);
      if (comma == std::string::npos || comma > end) comma = end;
      if (open.size() + to.size() < kMostAlternatives) {
        open.push_back(one.substr(0, inner) + one.substr(item, comma - item) + one.substr(end + 1));
      }
      item = comma + 1;
    }
  }
}

// Whether c is in the class that begins behind '[' at position at; at moves behind the ']'.
bool in_class(std::string_view pattern, size_t& at, char c) {
  bool negated = false;
  if (at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^')) {
    negated = true;
    ++at;
  }
  bool found = false;
  for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
    const char low = pattern[at++];
    char high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      high = pattern[at + 1];
      at += 2;
    }
    found = found || (low <= c && c <= high);
  }
  if (at < pattern.size()) ++at;
  return found != negated && c != '/';
}

// Two places to go back to are enough: the last '*' of this name and the last "**".
bool match(std::string_view pattern, std::string_view path) {
  constexpr size_t kNone = std::string_view::npos;
  size_t p = 0, t = 0;
  size_t star_pattern = kNone, star_text = 0;
  size_t deep_pattern = kNone, deep_text = 0;
  for (;;) {
    if (p < pattern.size() && pattern.compare(p, 2, "**") == 0 && (p == 0 || pattern[p - 1] == '/') &&
        (p + 2 == pattern.size() || pattern[p + 2] == '/')) {
      if (p + 2 == pattern.size()) return true;
      deep_pattern = p + 3;
      deep_text = t;
      star_pattern = kNone;
      p += 3;
      continue;
    }
    if (p < pattern.size() && pattern[p] == '*') {
      star_pattern = ++p;
      star_text = t;
      continue;
    }
    if (p == pattern.size() && t == path.size()) return true;
    if (p < pattern.size() && t < path.size()) {
      size_t next = p + 1;
      const bool matched = pattern[p] == '?'   ? path[t] != '/'
                           : pattern[p] == '[' ? in_class(pattern, next, path[t])
                                               : pattern[p] == path[t];
      if (matched) {
        p = next;
        ++t;
        continue;
      }
    }
    if (star_pattern != kNone && star_text < path.size() && path[star_text] != '/') {
      p = star_pattern;
      t = ++star_text;
      continue;
    }
    // Give "**" one more name.
    const size_t slash = deep_pattern == kNone ? kNone : path.find('/', deep_text);
    if (slash == kNone) return false;
    deep_text = slash + 1;
    p = deep_pattern;
    t = deep_text;
    star_pattern = kNone;
  }
}

}  // namespace

PathPattern::PathPattern(std::string_view directory, std::string_view pattern) {
  if (pattern.starts_with('/')) {
    directory = {};
    pattern.remove_prefix(1);
  }
  while (pattern.starts_with("./") || pattern.starts_with("../")) {
    if (pattern.starts_with("../")) {
      directory = directory.substr(0, directory.empty() ? 0 : directory.rfind('/'));
      pattern.remove_prefix(1);
    }
    pattern.remove_prefix(2);
  }
  if (pattern == "." || pattern == "..") {
    if (pattern == "..") directory = directory.substr(0, directory.empty() ? 0 : directory.rfind('/'));
    pattern = {};
  }
  while (pattern.ends_with('/')) pattern.remove_suffix(1);
  text_ = directory == "/" ? std::string_view{} : directory;
  literal_ = text_.size();
  if (!pattern.empty()) text_.append("/").append(pattern);
  expand();
}

void PathPattern::expand() {
  alternatives_.clear();
  expand_braces(text_.substr(literal_), alternatives_);
}

PathPattern PathPattern::append(std::string_view suffix) const {
  PathPattern longer;
  longer.text_ = text_ + std::string(suffix);
  longer.literal_ = literal_;
  longer.expand();
  return longer;
}

std::string_view PathPattern::last_name() const {
  return std::string_view(text_).substr(text_.rfind('/') + 1);
}

bool PathPattern::matches(std::string_view path) const {
  if (path.compare(0, literal_, text_, 0, literal_) != 0) return false;
  path.remove_prefix(literal_);
  for (const std::string& alternative : alternatives_) {
    if (match(alternative, path)) return true;
  }
  return false;
}

}  // namespace demarc
