// Readers of flags' words (flag_set.h): each writes one field, or says what is wrong with the word.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/flag_set.h"
#include "cli/values.h"

namespace demarc {

// A reader that is known to take `names`.
inline Read with_choices(std::span<const std::string_view> names, Read read) {
  read.choices.assign(names.begin(), names.end());
  return read;
}

// Takes a list of enum names in the order of the enum's values.
template <class Enum>
Read choice(std::span<const std::string_view> names, Enum& value) {
  return with_choices(names, [names, &value](const std::string& word) -> std::string {
    const auto found = std::find(names.begin(), names.end(), word);
    if (found == names.end()) return not_one_of(word, names);
    value = Enum(found - names.begin());
    return {};
  });
}

Read read_text(std::string& text);
Read read_texts(std::vector<std::string>& texts);
// `command` is named where another command's format is asked for.
Read read_format(std::string command, Format& format);
Read read_format(std::string command, std::optional<Format>& format);
Read read_audit_format(Format& format);  // all of them
Read read_color(When& when);
Read read_progress(When& when);
Read read_framework(std::optional<Framework>& framework);
Read read_mode(std::optional<Mode>& mode);
Read read_type_imports(std::optional<TypeImports>& type_imports);
Read read_prescan(std::optional<std::vector<std::string>>& prescan);
Read read_conditions(std::vector<EnvironmentConditions>& conditions);
Read read_alias(std::vector<Alias>& aliases);
Read read_follow(std::optional<Follow>& follow);
Read read_marker(std::vector<std::string>& markers);
Read read_threads(std::optional<int>& threads);
Read read_max_memory(std::optional<MemoryAmount>& amount);
Read read_language(std::optional<Language>& language);

}  // namespace demarc
