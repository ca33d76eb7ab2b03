// Did you mean ...? For flags, commands, configuration keys and their values.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace demarc {

// The candidate that `word` is most likely a misspelling of, or empty. Letter case, and `_` for `-`, count as nothing;
// among equally near candidates the first wins.
std::string_view closest(std::string_view word, std::span<const std::string_view> candidates);

// "; did you mean X?", or empty: appended to an error message.
std::string suggestion(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace demarc
