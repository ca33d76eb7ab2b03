#include "cli/print_diff.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/display.h"
#include "cli/json_fields.h"
#include "cli/json_writer.h"
#include "cli/markdown.h"

namespace demarc {
namespace {

constexpr size_t kMostRows = 20;

std::string shown(std::string_view id) {
  if (id.starts_with('/')) id.remove_prefix(1);
  return escaped(id);
}

std::string row_of(const std::string& id) {
  return shown(id);
}
std::string row_of(const std::pair<DirectiveKey, uint64_t>& directive) {
  std::string text = fmt::format("{}  '{}'", shown(directive.first.file), escaped(directive.first.value));
  if (directive.first.level == "function") text += " in a function";
  if (directive.second > 1) text += fmt::format(", {} times", directive.second);
  return text;
}
std::string row_of(const BoundaryEdge& edge) {
  return fmt::format("{} -> {}", shown(edge.first), shown(edge.second));
}

std::string listed(const std::vector<std::string>& names) {
  return names.empty() ? "nothing" : joined(names, ", ");
}

std::string_view yes_or_no(bool value) {
  return value ? "yes" : "no";
}

// "12 -> 14 modules"; empty where both are the same.
std::string change(uint64_t before, uint64_t after, std::string_view noun) {
  return before == after ? "" : fmt::format("{} -> {} {}", grouped(before), grouped(after), noun);
}

std::string package_row(const PackageDiff& package, bool with_modules) {
  std::vector<std::string> parts = {change(package.before.client, package.after.client, "'use client'"),
                                    change(package.before.server, package.after.server, "'use server'")};
  if (with_modules) {
    parts.push_back(change(package.before.modules, package.after.modules, "modules"));
    if (package.before.bytes != package.after.bytes)
      parts.push_back(fmt::format("{} -> {}", decimal_bytes(package.before.bytes), decimal_bytes(package.after.bytes)));
  }
  std::string text;
  for (const std::string& part : parts)
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  return text;
}

// The sections of a diff in their order; a printer says how a section, a row and a change look.
template <class Printer>
void for_each_section(const ResultDiff& diff, Printer& printer) {
  if (diff.framework.first != diff.framework.second)
    printer.fact("Framework", escaped(diff.framework.first), escaped(diff.framework.second));
  if (diff.complete.first != diff.complete.second)
    printer.fact("Complete", yes_or_no(diff.complete.first), yes_or_no(diff.complete.second));
  if (diff.has_server_functions.first != diff.has_server_functions.second)
    printer.fact("Server functions", yes_or_no(diff.has_server_functions.first),
                 yes_or_no(diff.has_server_functions.second));
  printer.list("Entries", diff.entries);
  printer.list("Client modules", diff.client);
  printer.list("Server modules", diff.server);
  printer.list("Directives", diff.directives);
  printer.list("Boundaries", diff.boundaries);
  printer.moved(diff.moved);
  printer.list("Modules", diff.modules);
  printer.packages(diff.packages, diff.with_modules);
}

class PrettyDiffPrinter {
 public:
  PrettyDiffPrinter(const Look& look, Sink& sink) : look_(look), sink_(sink) {}

  void fact(std::string_view name, std::string_view before, std::string_view after) {
    sink_.write(look_.paint(Style::bold, name) + fmt::format("  {} -> {}\n", before, after));
  }

  template <class Item>
  void list(std::string_view name, const ListDiff<Item>& list) {
    if (list.empty()) return;
    sink_.write(look_.paint(Style::bold, name) +
                fmt::format("  {} added, {} removed\n", grouped(list.added.size()), grouped(list.removed.size())));
    rows(list.added, Style::green, '+');
    rows(list.removed, Style::red, '-');
  }

  void moved(const std::vector<MovedModule>& modules) {
    if (modules.empty()) return;
    sink_.write(look_.paint(Style::bold, "Moved") +
                fmt::format("  {}\n",
                            counted(modules.size(), "module in other environments", "modules in other environments")));
    for (size_t i = 0; i < std::min(modules.size(), kMostRows); ++i)
      sink_.write(
          fmt::format("  {}  {} -> {}\n", shown(modules[i].id), listed(modules[i].before), listed(modules[i].after)));
    rest(modules.size());
  }

  void packages(const std::vector<PackageDiff>& packages, bool with_modules) {
    if (packages.empty()) return;
    sink_.write(look_.paint(Style::bold, "Packages") + "\n");
    for (size_t i = 0; i < std::min(packages.size(), kMostRows); ++i)
      sink_.write(fmt::format("  {}  {}\n", packages[i].name.empty() ? "the project" : escaped(packages[i].name),
                              package_row(packages[i], with_modules)));
    rest(packages.size());
  }

 private:
  template <class Item>
  void rows(const std::vector<Item>& items, Style style, char sign) {
    for (size_t i = 0; i < std::min(items.size(), kMostRows); ++i)
      sink_.write("  " + look_.paint(style, fmt::format("{} {}", sign, row_of(items[i]))) + "\n");
    rest(items.size());
  }

  void rest(size_t count) {
    if (count > kMostRows)
      sink_.write(look_.paint(Style::dim, fmt::format("  {} {} more; --format json lists all", look_.ellipsis(),
                                                      grouped(count - kMostRows))) +
                  "\n");
  }

  const Look& look_;
  Sink& sink_;
};

class MarkdownPrinter {
 public:
  explicit MarkdownPrinter(Sink& sink) : sink_(sink) {}

  void fact(std::string_view name, std::string_view before, std::string_view after) {
    sink_.write(fmt::format("\n**{}**: {} → {}\n", name, code_span(before), code_span(after)));
  }

  template <class Item>
  void list(std::string_view name, const ListDiff<Item>& list) {
    if (list.empty()) return;
    sink_.write(fmt::format("\n### {}: {} added, {} removed\n\n", name, grouped(list.added.size()),
                            grouped(list.removed.size())));
    rows(list.added, "added");
    rows(list.removed, "removed");
  }

  void moved(const std::vector<MovedModule>& modules) {
    if (modules.empty()) return;
    sink_.write(fmt::format("\n### Moved: {}\n\n",
                            counted(modules.size(), "module in other environments", "modules in other environments")));
    for (size_t i = 0; i < std::min(modules.size(), kMostRows); ++i)
      sink_.write(fmt::format("- {}: {} → {}\n", code_span(shown(modules[i].id)), code_span(listed(modules[i].before)),
                              code_span(listed(modules[i].after))));
    rest(modules.size());
  }

  void packages(const std::vector<PackageDiff>& packages, bool with_modules) {
    if (packages.empty()) return;
    sink_.write("\n### Packages\n\n");
    for (size_t i = 0; i < std::min(packages.size(), kMostRows); ++i)
      sink_.write(fmt::format("- {}: {}\n",
                              packages[i].name.empty() ? "the project" : code_span(escaped(packages[i].name)),
                              package_row(packages[i], with_modules)));
    rest(packages.size());
  }

 private:
  template <class Item>
  void rows(const std::vector<Item>& items, std::string_view verb) {
    for (size_t i = 0; i < std::min(items.size(), kMostRows); ++i)
      sink_.write(fmt::format("- {} {}\n", verb, code_span(row_of(items[i]))));
    rest(items.size());
  }

  void rest(size_t count) {
    if (count > kMostRows) sink_.write(fmt::format("- and {} more\n", grouped(count - kMostRows)));
  }

  Sink& sink_;
};

class DiffWriter {
 public:
  explicit DiffWriter(Sink& sink) : json_(sink) {}

  void print(const ResultDiff& diff) {
    json_.begin_object(JsonLayout::lines);
    write_header(json_);
    json_.key("differences").number(diff.count());
    json_.key("framework").begin_object();
    json_.key("before").string(diff.framework.first);
    json_.key("after").string(diff.framework.second);
    json_.end();
    booleans("complete", diff.complete);
    booleans("hasServerFunctions", diff.has_server_functions);
    list("entries", diff.entries);
    list("clientFiles", diff.client);
    list("serverFiles", diff.server);
    list("directives", diff.directives);
    if (diff.with_modules) {
      list("modules", diff.modules);
      list("boundaries", diff.boundaries);
      json_.key("moved").begin_array(JsonLayout::lines);
      for (const MovedModule& module : diff.moved) {
        json_.begin_object();
        write_name(json_, "id", "idBase64", module.id);
        names("before", module.before);
        names("after", module.after);
        json_.end();
      }
      json_.end();
    }
    json_.key("packages").begin_array(JsonLayout::lines);
    for (const PackageDiff& package : diff.packages) write(package, diff.with_modules);
    json_.end();
    json_.end();
  }

 private:
  void booleans(std::string_view key, const std::pair<bool, bool>& values) {
    json_.key(key).begin_object();
    json_.key("before").boolean(values.first);
    json_.key("after").boolean(values.second);
    json_.end();
  }

  void names(std::string_view key, const std::vector<std::string>& names) {
    json_.key(key).begin_array();
    for (const std::string& name : names) json_.string(name);
    json_.end();
  }

  void write(const std::string& id) {
    json_.begin_object();
    write_name(json_, "id", "idBase64", id);
    json_.end();
  }
  void write(const std::pair<DirectiveKey, uint64_t>& directive) {
    json_.begin_object();
    write_name(json_, "file", "idBase64", directive.first.file);
    json_.key("value").string(directive.first.value);
    json_.key("level").string(directive.first.level);
    json_.key("count").number(directive.second);
    json_.end();
  }
  void write(const BoundaryEdge& edge) {
    json_.begin_object();
    write_name(json_, "from", "fromBase64", edge.first);
    write_name(json_, "to", "toBase64", edge.second);
    json_.end();
  }

  template <class Item>
  void list(std::string_view key, const ListDiff<Item>& list) {
    json_.key(key).begin_object(JsonLayout::lines);
    for (const auto& [name, items] : {std::pair("added", &list.added), std::pair("removed", &list.removed)}) {
      json_.key(name).begin_array(JsonLayout::lines);
      for (const Item& item : *items) write(item);
      json_.end();
    }
    json_.end();
  }

  void write(const PackageDiff& package, bool with_modules) {
    json_.begin_object();
    json_.key("name");
    if (package.name.empty())
      json_.null();
    else
      json_.string(package.name);
    for (const auto& [key, counts] : {std::pair("before", &package.before), std::pair("after", &package.after)}) {
      json_.key(key).begin_object();
      if (with_modules) {
        json_.key("modules").number(counts->modules);
        json_.key("bytes").number(counts->bytes);
      }
      json_.key("clientFiles").number(counts->client);
      json_.key("serverFiles").number(counts->server);
      json_.end();
    }
    json_.end();
  }

  JsonWriter json_;
};

}  // namespace

void print_diff_pretty(const ResultDiff& diff, const Look& look, Sink& sink) {
  if (diff.count() == 0) {
    sink.write("no difference\n");
    return;
  }
  PrettyDiffPrinter printer(look, sink);
  for_each_section(diff, printer);
}

void print_diff_markdown(const ResultDiff& diff, Sink& sink) {
  sink.write(
      fmt::format("## demarc diff: {}\n", diff.count() == 0 ? "no difference" : counted(diff.count(), "difference")));
  MarkdownPrinter printer(sink);
  for_each_section(diff, printer);
}

void print_diff_json(const ResultDiff& diff, Sink& sink) {
  DiffWriter(sink).print(diff);
  sink.put('\n');
}

}  // namespace demarc
