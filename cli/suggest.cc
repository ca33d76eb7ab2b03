#include "cli/suggest.h"

#include <algorithm>
#include <vector>

namespace demarc {
namespace {

char folded(char letter) {
  if (letter >= 'A' && letter <= 'Z') return char(letter + ('a' - 'A'));
  return letter == '_' ? '-' : letter;
}

// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other (the restricted form
// of Damerau's distance: no letter is edited twice). Words are flags and keys, a few dozen bytes, so three rows
// suffice.
size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<size_t> before(right.size() + 1);
  std::vector<size_t> previous(right.size() + 1);
  std::vector<size_t> current(right.size() + 1);
  for (size_t column = 0; column <= right.size(); ++column) previous[column] = column;
  for (size_t row = 1; row <= left.size(); ++row) {
    current[0] = row;
    for (size_t column = 1; column <= right.size(); ++column) {
      const bool same = folded(left[row - 1]) == folded(right[column - 1]);
      current[column] =
          std::min({previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (same ? 0u : 1u)});
      if (row > 1 && column > 1 && folded(left[row - 1]) == folded(right[column - 2]) &&
          folded(left[row - 2]) == folded(right[column - 1]))
        current[column] = std::min(current[column], before[column - 2] + 1);
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[right.size()];
}

}  // namespace

std::string_view closest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > 64) return {};
  std::string_view best;
  size_t best_distance = std::max<size_t>(1, std::min<size_t>(3, word.size() / 3)) + 1;
  for (const std::string_view candidate : candidates) {
    const size_t distance = edit_distance(word, candidate);
    // A word of which nothing is left is no misspelling: "x" is not "-".
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string_view candidate = closest(word, candidates);
  if (candidate.empty()) return {};
  std::string text = "; did you mean ";
  text += candidate;
  text += '?';
  return text;
}

}  // namespace demarc
