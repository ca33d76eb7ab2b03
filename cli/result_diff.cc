#include "cli/result_diff.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>

namespace demarc {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr size_t kMostEnvironments = 16;
// What simdjson takes as one document.
constexpr size_t kMostBytes = 4000000000;

// errno, or 0. Pipes are read like files: `demarc diff <(git show main:map.json) map.json`.
int read_file(const std::string& path, std::string& text) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (file < 0) return errno;
  struct stat status {};
  if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && size_t(status.st_size) < kMostBytes)
    text.reserve(size_t(status.st_size) + simdjson::SIMDJSON_PADDING + 1);
  constexpr size_t kChunk = size_t(256) << 10;
  int error = 0;
  while (text.size() <= kMostBytes) {
    const size_t used = text.size();
    text.resize(used + kChunk);
    const ssize_t count = read(file, text.data() + used, kChunk);
    error = count < 0 ? errno : 0;
    text.resize(used + size_t(std::max<ssize_t>(count, 0)));
    if (count <= 0 && error != EINTR) break;
  }
  close(file);
  return error;
}

bool decode_base64(std::string_view text, std::string& bytes) {
  uint32_t bits = 0;
  int count = 0;
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  for (const char letter : text) {
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const size_t value = kLetters.find(letter);
    if (value == std::string_view::npos) return false;
    bits = bits << 6 | uint32_t(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += char(bits >> count & 0xff);
  }
  return true;
}

// Every reader answers false for what is no result, and then the whole file is refused.
class SnapshotReader {
 public:
  SnapshotReader(std::string_view padded, size_t capacity, Snapshot& snapshot)
      : text_(padded.data(), padded.size(), capacity), snapshot_(snapshot) {}

  std::string read() {
    if (parser_.iterate(text_).get(document_) != simdjson::SUCCESS) return "no JSON";
    if (!read_members()) return "no result of `demarc scan --format json`";
    if (!is_demarc_) return "no result of `demarc scan --format json`";
    if (version_ != 1) return fmt::format("its schemaVersion is {}, and this version reads 1", version_);
    if (!has_map_) return "it has no map: something could not be read (see --allow-incomplete)";
    sort();
    if (snapshot_.has_modules && !read_boundaries()) return "its imports lead to no modules of it";
    return {};
  }

 private:
  template <class Visit>
  static bool for_each_member(ondemand::value value, const Visit& visit) {
    ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return false;
    for (auto member : object) {
      std::string_view key;
      ondemand::value item;
      if (member.unescaped_key().get(key) != simdjson::SUCCESS) return false;
      if (member.value().get(item) != simdjson::SUCCESS || !visit(key, item)) return false;
    }
    return true;
  }

  template <class Visit>
  static bool for_each_item(ondemand::value value, const Visit& visit) {
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return false;
    for (auto element : array) {
      ondemand::value item;
      if (element.get(item) != simdjson::SUCCESS || !visit(item)) return false;
    }
    return true;
  }

  static bool read_text(ondemand::value value, std::string& text) {
    std::string_view view;
    if (value.get_string().get(view) != simdjson::SUCCESS) return false;
    text = view;
    return true;
  }

  static bool read_base64(ondemand::value value, std::string& text) {
    std::string_view view;
    text.clear();
    return value.get_string().get(view) == simdjson::SUCCESS && decode_base64(view, text);
  }

  // A string, or the object that stands for a name that is no UTF-8.
  static bool read_id(ondemand::value value, std::string& id) {
    ondemand::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    if (type == ondemand::json_type::string) return read_text(value, id);
    return for_each_member(
        value, [&](std::string_view key, ondemand::value item) { return key == "idBase64" && read_base64(item, id); });
  }

  static bool read_ids(ondemand::value value, std::vector<std::string>& ids) {
    return for_each_item(value, [&](ondemand::value item) { return read_id(item, ids.emplace_back()); });
  }

  bool read_members() {
    ondemand::value root;
    if (document_.get_value().get(root) != simdjson::SUCCESS) return false;
    return for_each_member(root,
                           [this](std::string_view key, ondemand::value value) { return read_member(key, value); });
  }

  bool read_member(std::string_view key, ondemand::value value) {
    if (key == "schemaVersion") return value.get_uint64().get(version_) == simdjson::SUCCESS;
    if (key == "tool")
      return for_each_member(value, [this](std::string_view name, ondemand::value item) {
        std::string text;
        if (name != "name") return true;
        is_demarc_ = read_text(item, text) && text == "demarc";
        return true;
      });
    if (key == "framework") return read_text(value, snapshot_.framework);
    if (key == "entries") return read_ids(value, snapshot_.entries);
    if (key == "complete") return value.get_bool().get(snapshot_.complete) == simdjson::SUCCESS;
    if (key == "clientFiles") {
      has_map_ = true;
      return read_ids(value, snapshot_.client);
    }
    if (key == "serverFiles") return read_ids(value, snapshot_.server);
    if (key == "hasServerFunctions") return value.get_bool().get(snapshot_.has_server_functions) == simdjson::SUCCESS;
    if (key == "directives") return for_each_item(value, [this](ondemand::value item) { return read_directive(item); });
    if (key != "modules") return true;
    snapshot_.has_modules = true;
    return for_each_item(value, [this](ondemand::value item) { return read_module(item); });
  }

  bool read_directive(ondemand::value value) {
    DirectiveKey directive;
    const bool is_one = for_each_member(value, [&](std::string_view key, ondemand::value item) {
      if (key == "file") return read_text(item, directive.file);
      if (key == "idBase64") return read_base64(item, directive.file);
      if (key == "value") return read_text(item, directive.value);
      if (key == "level") return read_text(item, directive.level);
      return true;
    });
    if (is_one) ++snapshot_.directives[std::move(directive)];
    return is_one;
  }

  bool read_module(ondemand::value value) {
    SnapshotModule module;
    const bool is_one = for_each_member(value, [&](std::string_view key, ondemand::value item) {
      if (key == "id") return read_text(item, module.id);
      if (key == "idBase64") return read_base64(item, module.id);
      if (key == "bytes") return item.get_uint64().get(module.bytes) == simdjson::SUCCESS;
      if (key == "environments")
        return for_each_item(item, [&](ondemand::value name) { return read_environment(name, module.environments); });
      if (key != "package") return true;
      bool is_null = false;
      return (item.is_null().get(is_null) == simdjson::SUCCESS && is_null) || read_text(item, module.package);
    });
    if (is_one) snapshot_.modules.push_back(std::move(module));
    return is_one;
  }

  bool read_environment(ondemand::value value, uint16_t& mask) {
    std::string_view name;
    if (value.get_string().get(name) != simdjson::SUCCESS) return false;
    const int bit = environment_bit(name);
    if (bit < 0 && snapshot_.environments.size() == kMostEnvironments) return false;
    if (bit < 0) snapshot_.environments.emplace_back(name);
    mask = uint16_t(mask | 1u << (bit < 0 ? snapshot_.environments.size() - 1 : size_t(bit)));
    return true;
  }

  int environment_bit(std::string_view name) const {
    const auto& names = snapshot_.environments;
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : int(found - names.begin());
  }

  void sort() {
    for (auto* list : {&snapshot_.entries, &snapshot_.client, &snapshot_.server}) std::sort(list->begin(), list->end());
    std::sort(snapshot_.modules.begin(), snapshot_.modules.end(),
              [](const SnapshotModule& a, const SnapshotModule& b) { return a.id < b.id; });
  }

  // In a second pass, because an import leads to another environment if its target is not in this one, and targets come
  // before and behind their importers.
  bool read_boundaries() {
    document_.rewind();
    ondemand::value root;
    if (document_.get_value().get(root) != simdjson::SUCCESS) return false;
    const bool is_one = for_each_member(root, [this](std::string_view key, ondemand::value value) {
      return key != "modules" ||
             for_each_item(value, [this](ondemand::value item) { return read_module_imports(item); });
    });
    std::vector<BoundaryEdge>& edges = snapshot_.boundaries;
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    return is_one;
  }

  bool read_module_imports(ondemand::value value) {
    std::string importer;
    return for_each_member(value, [&](std::string_view key, ondemand::value item) {
      if (key == "id") return read_text(item, importer);
      if (key == "idBase64") return read_base64(item, importer);
      if (key != "imports") return true;
      return for_each_item(item, [&](ondemand::value import) {
        return for_each_member(import, [&](std::string_view name, ondemand::value targets) {
          if (name != "targets") return true;
          return for_each_member(targets, [&](std::string_view environment, ondemand::value target) {
            return read_target(importer, environment_bit(environment), target);
          });
        });
      });
    });
  }

  bool read_target(const std::string& importer, int environment, ondemand::value value) {
    ondemand::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    if (type == ondemand::json_type::null) return true;
    if (type == ondemand::json_type::array)
      return for_each_item(value, [&](ondemand::value item) { return read_target(importer, environment, item); });
    std::string id;
    if (!read_id(value, id)) return false;
    const auto found =
        std::lower_bound(snapshot_.modules.begin(), snapshot_.modules.end(), id,
                         [](const SnapshotModule& module, const std::string& key) { return module.id < key; });
    // Assets and externals are no modules.
    if (found == snapshot_.modules.end() || found->id != id) return true;
    const bool stays = environment >= 0 && (found->environments >> environment & 1) != 0;
    if (!stays) snapshot_.boundaries.emplace_back(importer, std::move(id));
    return true;
  }

  simdjson::padded_string_view text_;
  Snapshot& snapshot_;
  ondemand::parser parser_;
  ondemand::document document_;
  uint64_t version_ = 0;
  bool is_demarc_ = false;
  bool has_map_ = false;
};

template <class Item>
ListDiff<Item> compare_lists(const std::vector<Item>& before, const std::vector<Item>& after) {
  ListDiff<Item> diff;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(diff.added));
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(diff.removed));
  return diff;
}

std::vector<std::string> environment_names(const Snapshot& snapshot, uint16_t mask) {
  std::vector<std::string> names;
  for (size_t bit = 0; bit < snapshot.environments.size(); ++bit)
    if ((mask >> bit & 1) != 0) names.push_back(snapshot.environments[bit]);
  std::sort(names.begin(), names.end());
  return names;
}

void compare_modules(const Snapshot& before, const Snapshot& after, ResultDiff& diff) {
  size_t left = 0;
  size_t right = 0;
  while (left < before.modules.size() || right < after.modules.size()) {
    const bool at_left = left < before.modules.size();
    const bool at_right = right < after.modules.size();
    if (at_left && (!at_right || before.modules[left].id < after.modules[right].id)) {
      diff.modules.removed.push_back(before.modules[left++].id);
      continue;
    }
    if (!at_left || after.modules[right].id < before.modules[left].id) {
      diff.modules.added.push_back(after.modules[right++].id);
      continue;
    }
    std::vector<std::string> was = environment_names(before, before.modules[left].environments);
    std::vector<std::string> is = environment_names(after, after.modules[right].environments);
    if (was != is) diff.moved.push_back({before.modules[left].id, std::move(was), std::move(is)});
    ++left;
    ++right;
  }
}

// Of "/node_modules/a/node_modules/@b/c/x.js", "@b/c". A map alone does not name packages.
std::string_view package_of(std::string_view id) {
  constexpr std::string_view kFolder = "/node_modules/";
  const size_t at = id.rfind(kFolder);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = id.substr(at + kFolder.size());
  size_t end = rest.find('/');
  if (rest.starts_with('@') && end != std::string_view::npos) end = rest.find('/', end + 1);
  return rest.substr(0, end);
}

using PackageTable = std::map<std::string_view, PackageCounts>;

PackageTable packages_of(const Snapshot& snapshot, bool with_modules) {
  PackageTable packages;
  const auto count = [&](const std::vector<std::string>& ids, uint64_t PackageCounts::*field) {
    for (const std::string& id : ids) {
      std::string_view package = package_of(id);
      if (with_modules) {
        const auto found =
            std::lower_bound(snapshot.modules.begin(), snapshot.modules.end(), id,
                             [](const SnapshotModule& module, const std::string& key) { return module.id < key; });
        if (found != snapshot.modules.end() && found->id == id) package = found->package;
      }
      ++(packages[package].*field);
    }
  };
  count(snapshot.client, &PackageCounts::client);
  count(snapshot.server, &PackageCounts::server);
  if (!with_modules) return packages;
  for (const SnapshotModule& module : snapshot.modules) {
    PackageCounts& package = packages[module.package];
    ++package.modules;
    package.bytes += module.bytes;
  }
  return packages;
}

void compare_packages(const Snapshot& before, const Snapshot& after, ResultDiff& diff) {
  const PackageTable was = packages_of(before, diff.with_modules);
  const PackageTable is = packages_of(after, diff.with_modules);
  std::map<std::string_view, PackageDiff> packages;
  for (const auto& [name, counts] : was) packages[name].before = counts;
  for (const auto& [name, counts] : is) packages[name].after = counts;
  for (auto& [name, package] : packages) {
    PackageCounts same_bytes = package.after;
    same_bytes.bytes = package.before.bytes;
    if (same_bytes == package.before) continue;
    package.name = name;
    diff.packages.push_back(std::move(package));
  }
}

}  // namespace

std::string read_snapshot(const std::string& path, Snapshot& snapshot) {
  std::string text;
  if (const int error = read_file(path, text); error != 0) return std::strerror(error);
  return parse_snapshot(text, snapshot);
}

std::string parse_snapshot(std::string& text, Snapshot& snapshot) {
  if (text.size() > kMostBytes) return "it is larger than 4 GB";
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  return SnapshotReader({text.data(), text.size()}, text.capacity(), snapshot).read();
}

size_t ResultDiff::count() const {
  const auto of = [](const auto& list) { return list.added.size() + list.removed.size(); };
  return size_t(framework.first != framework.second) + size_t(complete.first != complete.second) +
         size_t(has_server_functions.first != has_server_functions.second) + of(entries) + of(client) + of(server) +
         of(directives) + of(modules) + moved.size() + of(boundaries);
}

ResultDiff compare(const Snapshot& before, const Snapshot& after) {
  ResultDiff diff;
  diff.with_modules = before.has_modules && after.has_modules;
  diff.framework = {before.framework, after.framework};
  diff.complete = {before.complete, after.complete};
  diff.has_server_functions = {before.has_server_functions, after.has_server_functions};
  diff.entries = compare_lists(before.entries, after.entries);
  diff.client = compare_lists(before.client, after.client);
  diff.server = compare_lists(before.server, after.server);
  for (const auto& [key, count] : after.directives) {
    const auto found = before.directives.find(key);
    const uint64_t was = found == before.directives.end() ? 0 : found->second;
    if (count > was) diff.directives.added.emplace_back(key, count - was);
  }
  for (const auto& [key, count] : before.directives) {
    const auto found = after.directives.find(key);
    const uint64_t is = found == after.directives.end() ? 0 : found->second;
    if (count > is) diff.directives.removed.emplace_back(key, count - is);
  }
  if (diff.with_modules) {
    compare_modules(before, after, diff);
    diff.boundaries = compare_lists(before.boundaries, after.boundaries);
  }
  compare_packages(before, after, diff);
  return diff;
}

}  // namespace demarc
