#include "cli/print_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "cli/json_fields.h"
#include "cli/json_writer.h"

namespace demarc {
namespace {

Style style_of(RuleLevel level) {
  switch (level) {
    case RuleLevel::error:
      return Style::red;
    case RuleLevel::warn:
      return Style::yellow;
    case RuleLevel::info:
      return Style::cyan;
    case RuleLevel::off:
      break;
  }
  return Style::dim;
}

// Wrapped at blanks, each line behind `indent`.
void print_wrapped(std::string_view text, size_t width, std::string_view indent, Sink& sink) {
  width = std::max(width, indent.size() + 30) - indent.size();
  while (!text.empty()) {
    size_t end = text.size();
    if (end > width) {
      end = text.rfind(' ', width);
      if (end == std::string_view::npos || end == 0) end = std::min(text.find(' '), text.size());
    }
    sink.write(fmt::format("{}{}\n", indent, text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void print_source(std::string_view text, std::string_view indent, Sink& sink) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) sink.write(indent);
    sink.write(text.substr(0, end));
    sink.put('\n');
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

void print_rule(const Rule& rule, const Look& look, Sink& sink) {
  const auto width = size_t(std::clamp(look.width, 50, 100));
  sink.write(fmt::format("{}  {}\n", look.paint(Style::bold, rule.id),
                         look.paint(style_of(rule.level), to_string(rule.level))));
  print_wrapped(rule.summary, width, "", sink);
  sink.put('\n');
  print_wrapped(rule.cause, width, "  ", sink);
  sink.write("\n" + look.paint(Style::bold, "Example") + "\n");
  print_source(rule.example, "  ", sink);
  sink.write("\n" + look.paint(Style::bold, "Remedy") + "\n");
  print_wrapped(rule.remedy, width, "  ", sink);
}

void print_rule_list(const Look& look, Sink& sink) {
  size_t width = 0;
  for (const Rule& rule : rules()) width = std::max(width, rule.id.size());
  for (const Rule& rule : rules())
    sink.write(fmt::format("{:<{}}  {}  {}\n", rule.id, width,
                           look.paint(style_of(rule.level), fmt::format("{:<5}", to_string(rule.level))),
                           rule.summary));
}

void print_rules_json(std::span<const Rule> rules, Sink& sink) {
  JsonWriter json(sink);
  json.begin_object(JsonLayout::lines);
  write_header(json);
  json.key("rules").begin_array(JsonLayout::lines);
  for (const Rule& rule : rules) {
    json.begin_object(JsonLayout::lines);
    json.key("id").string(rule.id);
    json.key("level").string(to_string(rule.level));
    json.key("summary").string(rule.summary);
    json.key("cause").string(rule.cause);
    json.key("example").string(rule.example);
    json.key("remedy").string(rule.remedy);
    json.key("security").boolean(rule.security);
    json.end();
  }
  json.end();
  json.end();
  sink.put('\n');
}

void print_rules_markdown(std::span<const Rule> rules, Sink& sink) {
  sink.write(
      "# Rules\n\n"
      "What `demarc audit` looks for. A rule's level can be changed with `--rule ID=off|info|warn|error` or in "
      "`rules`\n"
      "of the configuration. In installed packages, where a reader cannot mend it, most findings are notes.\n\n"
      "| rule | level | finds |\n| --- | --- | --- |\n");
  for (const Rule& rule : rules) {
    std::string anchor(rule.id);
    std::erase(anchor, '/');
    sink.write(fmt::format("| [`{}`](#{}) | {} | {} |\n", rule.id, anchor, to_string(rule.level), rule.summary));
  }
  for (const Rule& rule : rules) {
    sink.write(fmt::format("\n## {}\n\n{}. Level: {}.\n\n", rule.id,
                           std::string(1, char(rule.summary[0] >= 'a' && rule.summary[0] <= 'z' ? rule.summary[0] - 32
                                                                                                : rule.summary[0])) +
                               std::string(rule.summary.substr(1)),
                           to_string(rule.level)));
    print_wrapped(rule.cause, 120, "", sink);
    sink.write("\n```tsx\n");
    print_source(rule.example, "", sink);
    sink.write("```\n\n");
    print_wrapped(rule.remedy, 120, "", sink);
  }
}

}  // namespace demarc
