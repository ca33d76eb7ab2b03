// The map for people. A real app reaches thousands of modules of packages and a few hundred of its own; the own ones
// are what someone can change, so they are listed with their places, and a package is one line.
//
//   demarc · rwsdk · /home/me/store
//   Entry  src/worker.tsx
//
//   Client modules  1,226: 10 of the app, 1,216 in 2 packages
//     src/app/Counter.tsx:1:1
//     @mui/material  1,215 modules
//     lucide-react   1 module
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "cli/display.h"
#include "cli/print.h"

namespace demarc {
namespace {

constexpr size_t kMostOwnModules = 200;
constexpr size_t kMostPackages = 30;
constexpr size_t kMostPlaces = 5;

constexpr std::string_view kUseClient = "use client";
constexpr std::string_view kUseServer = "use server";

class PrettyPrinter {
 public:
  PrettyPrinter(const ScanResult& result, const PathNames& names, const Look& look, Sink& sink)
      : result_(result), names_(names), look_(look), sink_(sink) {}

  void print() {
    print_header();
    print_group("Client modules", DirectiveLevel::module, kUseClient);
    print_group("Server modules", DirectiveLevel::module, kUseServer);
    print_group("Modules with inline server functions", DirectiveLevel::function, kUseServer);
    print_other_directives();
    print_markers();
  }

 private:
  // The modules that say `value`: own ones one by one, those of packages by package.
  struct Group {
    std::vector<const Module*> own;
    std::map<std::string_view, uint64_t> packages;
    uint64_t in_packages = 0;

    void add(const ScanResult& result, const Module& module) {
      if (module.package.length == 0) {
        own.push_back(&module);
      } else {
        ++packages[result.text(module.package)];
        ++in_packages;
      }
    }
  };

  void line(std::string_view text) {
    sink_.write(text);
    sink_.put('\n');
  }

  bool says(const DirectiveUse& directive, DirectiveLevel level, std::string_view value) const {
    return directive.level == level && result_.text(directive.value) == value;
  }

  template <class Visit>
  void for_each_directive(const Module& module, const Visit& visit) const {
    for (uint32_t index = 0; index < module.directive_count; ++index)
      visit(result_.directives[module.first_directive + index]);
  }

  void print_header() {
    const std::string separator(look_.separator());
    line(look_.paint(Style::bold, "demarc") + separator + std::string(to_string(result_.framework)) + separator +
         escaped(result_.root));
    constexpr size_t kMostEntries = 10;
    std::string entries;
    for (size_t index = 0; index < std::min(result_.entries.size(), kMostEntries); ++index)
      entries += (index == 0 ? "" : ", ") + names_.shown(result_.entries[index]);
    if (result_.entries.size() > kMostEntries)
      entries += fmt::format(" and {} more", grouped(result_.entries.size() - kMostEntries));
    line((result_.entries.size() == 1 ? "Entry    " : "Entries  ") + entries);
  }

  void print_group(std::string_view title, DirectiveLevel level, std::string_view value) {
    Group group;
    for (const Module& module : result_.modules) {
      bool found = false;
      for_each_directive(module, [&](const DirectiveUse& d) { found = found || says(d, level, value); });
      if (found) group.add(result_, module);
    }
    // Inline server functions are rare enough for silence to be the clearer answer.
    if (group.own.empty() && group.packages.empty() && level == DirectiveLevel::function) return;
    sink_.put('\n');
    line(look_.paint(Style::bold, title) + "  " + share_of_packages(group));
    print_own(group.own, [&](const Module& module) { return places(module, level, value); });
    print_packages(group);
  }

  std::string share_of_packages(const Group& group) const {
    const uint64_t all = group.own.size() + group.in_packages;
    if (group.in_packages == 0) return grouped(all);
    return fmt::format("{}: {} of the app, {} in {}", grouped(all), grouped(group.own.size()),
                       grouped(group.in_packages), counted(group.packages.size(), "package"));
  }

  // ":3:5", or ":3:5, 9:5 and 4 more" for a module that says it several times.
  std::string places(const Module& module, DirectiveLevel level, std::string_view value) const {
    std::string text;
    size_t count = 0;
    for_each_directive(module, [&](const DirectiveUse& directive) {
      if (!says(directive, level, value)) return;
      if (++count <= kMostPlaces)
        text += fmt::format("{}{}:{}", count == 1 ? ":" : ", ", directive.line, directive.column);
    });
    if (count > kMostPlaces) text += fmt::format(" and {} more", count - kMostPlaces);
    return text;
  }

  template <class Suffix>
  void print_own(const std::vector<const Module*>& modules, const Suffix& suffix) {
    for (size_t index = 0; index < std::min(modules.size(), kMostOwnModules); ++index)
      line("  " + names_.shown(result_.text(modules[index]->id)) + look_.paint(Style::dim, suffix(*modules[index])));
    if (modules.size() > kMostOwnModules) print_rest(modules.size() - kMostOwnModules, "module");
  }

  void print_packages(const Group& group) {
    std::vector<std::pair<std::string_view, uint64_t>> packages(group.packages.begin(), group.packages.end());
    std::stable_sort(packages.begin(), packages.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    const size_t shown = std::min(packages.size(), kMostPackages);
    size_t width = 0;
    for (size_t index = 0; index < shown; ++index) width = std::max(width, escaped(packages[index].first).size());
    // A name that would push the counts of all others out of sight does not set the column.
    width = std::min(width, size_t(std::max(look_.width - 20, 10)));
    for (size_t index = 0; index < shown; ++index) {
      const auto& [name, count] = packages[index];
      line(fmt::format("  {:<{}}  ", escaped(name), width) + look_.paint(Style::dim, counted(count, "module")));
    }
    if (packages.size() > shown) print_rest(packages.size() - shown, "package");
  }

  void print_rest(size_t count, std::string_view noun) {
    line(look_.paint(Style::dim,
                     fmt::format("  {} {} more; --format json lists all", look_.ellipsis(), counted(count, noun))));
  }

  // "use strict", "use cache", "use memo" ...: one line.
  void print_other_directives() {
    std::map<std::string_view, uint64_t> modules_by_value;
    for (const Module& module : result_.modules) {
      std::vector<std::string_view> seen;
      for_each_directive(module, [&](const DirectiveUse& directive) {
        const std::string_view value = result_.text(directive.value);
        if (value == kUseClient || value == kUseServer) return;
        if (std::find(seen.begin(), seen.end(), value) != seen.end()) return;
        seen.push_back(value);
        ++modules_by_value[value];
      });
    }
    if (modules_by_value.empty()) return;
    std::string text;
    size_t shown = 0;
    constexpr size_t kMostValues = 12;
    for (const auto& [value, count] : modules_by_value) {
      if (++shown > kMostValues) break;
      text += fmt::format("{}{} ({})", shown == 1 ? "" : ", ", escaped(value.substr(0, 60)), counted(count, "module"));
    }
    if (modules_by_value.size() > kMostValues)
      text += fmt::format(" and {} more", modules_by_value.size() - kMostValues);
    sink_.put('\n');
    line(look_.paint(Style::bold, "Other directives") + "  " + text);
  }

  void print_markers() {
    for (size_t bit = 0; bit < result_.markers.size(); ++bit) {
      Group group;
      for (const Module& module : result_.modules)
        if ((module.markers >> bit & 1u) != 0) group.add(result_, module);
      sink_.put('\n');
      line(look_.paint(Style::bold, "Marker ") + escaped(result_.markers[bit]) + "  " + share_of_packages(group));
      print_own(group.own, [](const Module&) { return std::string(); });
      print_packages(group);
    }
  }

  const ScanResult& result_;
  const PathNames& names_;
  const Look& look_;
  Sink& sink_;
};

}  // namespace

void print_pretty(const ScanResult& result, const PathNames& names, const Look& look, Sink& sink) {
  PrettyPrinter(result, names, look, sink).print();
}

}  // namespace demarc
