#include "cli/flag_values.h"

#include <array>
#include <utility>

#include "cli/display.h"

namespace demarc {
namespace {

// In the order of Format.
constexpr std::array<std::string_view, 11> kAllFormats = {"pretty", "json",   "ndjson", "stylish",  "unix", "sarif",
                                                          "github", "gitlab", "junit",  "markdown", "agent"};
constexpr std::span<const std::string_view> kFormats = std::span(kAllFormats).first(3);
constexpr std::span<const std::string_view> kOtherFormats = std::span(kAllFormats).subspan(3);
constexpr std::array<std::string_view, 3> kColors = {"auto", "always", "never"};
constexpr std::array<std::string_view, 3> kProgress = {"auto", "always", "none"};

std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    if (end > 0) words.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return words;
}

}  // namespace

Read read_format(std::string command, Format& format) {
  return with_choices(kFormats, [command = std::move(command), &format](const std::string& word) -> std::string {
    if (std::find(kOtherFormats.begin(), kOtherFormats.end(), word) != kOtherFormats.end())
      return in_quotes(word) + " is not available for " + command + "; it prints " + one_of(kFormats);
    return choice(kFormats, format)(word);
  });
}

Read read_format(std::string command, std::optional<Format>& format) {
  return with_choices(kFormats, [command = std::move(command), &format](const std::string& word) {
    return read_format(command, format.emplace())(word);
  });
}

Read read_audit_format(Format& format) {
  return choice(kAllFormats, format);
}

Read read_color(When& when) {
  return choice(kColors, when);
}

Read read_progress(When& when) {
  return choice(kProgress, when);
}

Read read_language(std::optional<Language>& language) {
  return [&language](const std::string& word) -> std::string {
    static constexpr std::string_view kLanguages[] = {"js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "mdx"};
    const auto found = std::find(std::begin(kLanguages), std::end(kLanguages), word);
    return found != std::end(kLanguages) && language_of("x." + word, language.emplace()) ? ""
                                                                                         : not_one_of(word, kLanguages);
  };
}

Read read_framework(std::optional<Framework>& framework) {
  return with_choices(framework_names(), [&framework](const std::string& word) -> std::string {
    return framework_of(word, framework.emplace()) ? "" : not_one_of(word, framework_names());
  });
}

Read read_mode(std::optional<Mode>& mode) {
  return with_choices(mode_names(), [&mode](const std::string& word) -> std::string {
    return parse_mode(word, mode.emplace()) ? "" : not_one_of(word, mode_names());
  });
}

Read read_type_imports(std::optional<TypeImports>& type_imports) {
  return with_choices(type_import_names(), [&type_imports](const std::string& word) -> std::string {
    return parse_type_imports(word, type_imports.emplace()) ? "" : not_one_of(word, type_import_names());
  });
}

Read read_prescan(std::optional<std::vector<std::string>>& prescan) {
  return [&prescan](const std::string& word) -> std::string {
    if (!prescan) prescan.emplace();
    if (word != "none") prescan->push_back(word);
    return {};
  };
}

Read read_conditions(std::vector<EnvironmentConditions>& conditions) {
  return [&conditions](const std::string& word) -> std::string {
    const size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos)
      return in_quotes(word) + " is not NAME=CONDITION,…, for example worker=workerd,react-server";
    conditions.push_back({word.substr(0, equals), split_list(std::string_view(word).substr(equals + 1))});
    return {};
  };
}

Read read_alias(std::vector<Alias>& aliases) {
  return [&aliases](const std::string& word) -> std::string {
    const size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == word.size())
      return in_quotes(word) + " is not FIND=TARGET, for example @=./src";
    Alias& alias = aliases.emplace_back();
    alias.find = word.substr(0, equals);
    alias.replacement = word.substr(equals + 1);
    return {};
  };
}

Read read_follow(std::optional<Follow>& follow) {
  return [&follow](const std::string& word) -> std::string {
    if (!follow) follow.emplace();
    if (word == "none") return {};
    for (const std::string& kind : split_list(word))
      if (!parse_follow(kind, *follow)) return not_one_of(kind, follow_names());
    return {};
  };
}

Read read_marker(std::vector<std::string>& markers) {
  return [&markers](const std::string& word) -> std::string {
    if (word.size() > 256) return "a marker is at most 256 bytes long";
    if (markers.size() == 32) return "more than 32 markers";
    markers.push_back(word);
    return {};
  };
}

Read read_threads(std::optional<int>& threads) {
  return [&threads](const std::string& word) -> std::string {
    return parse_threads(word, threads.emplace()) ? ""
                                                  : in_quotes(word) + " is neither auto nor a number from 1 to 512";
  };
}

Read read_max_memory(std::optional<MemoryAmount>& amount) {
  return [&amount](const std::string& word) -> std::string {
    return parse_memory(word, amount.emplace()) ? ""
                                                : in_quotes(word) + " is no amount of memory; write 512MiB, 1G or 40%";
  };
}

Read read_text(std::string& text) {
  return [&text](const std::string& word) -> std::string {
    text = word;
    return {};
  };
}

Read read_texts(std::vector<std::string>& texts) {
  return [&texts](const std::string& word) -> std::string {
    texts.push_back(word);
    return {};
  };
}

}  // namespace demarc
