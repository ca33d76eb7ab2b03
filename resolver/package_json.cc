#include "resolver/package_json.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <unordered_map>

namespace demarc {
namespace {

// Deeper structure than this is no package's exports; what lies below counts as a value of the wrong type.
constexpr int kDeepest = 64;
constexpr size_t kMostKeys = 65536;
// simdjson's parser keeps about twelve bytes for every byte it has ever seen at once.
constexpr size_t kLargestKeptParser = size_t{32} << 10;

using simdjson::dom::element;
using simdjson::dom::element_type;

// Collects nodes and texts of one file, then moves them into the arena as one block.
class Copier {
 public:
  Copier(const ConditionNames& conditions, DuplicateKeys duplicates)
      : conditions_(conditions), duplicates_(duplicates) {}

  uint32_t add(element value, std::string_view key, int depth = 0) {
    const auto id = static_cast<uint32_t>(nodes_.size());
    nodes_.emplace_back();
    set_key(id, key);
    switch (value.type()) {
      case element_type::STRING:
        set_text(id, value.get_string().value_unsafe());
        break;
      case element_type::OBJECT:
        nodes_[id].kind = JsonKind::object;
        if (depth < kDeepest) add_members(value.get_object().value_unsafe(), depth);
        break;
      case element_type::ARRAY:
        nodes_[id].kind = JsonKind::array;
        if (depth < kDeepest) add_items(value.get_array().value_unsafe(), depth);
        break;
      case element_type::NULL_VALUE:
        break;
      case element_type::BOOL:
        nodes_[id].kind = value.get_bool().value_unsafe() ? JsonKind::other : JsonKind::boolean_false;
        break;
      default:
        nodes_[id].kind = JsonKind::other;
    }
    close(id);
    return id;
  }

  uint32_t open(JsonKind kind) {
    nodes_.emplace_back();
    nodes_.back().kind = kind;
    return static_cast<uint32_t>(nodes_.size() - 1);
  }
  void close(uint32_t id) { nodes_[id].end = static_cast<uint32_t>(nodes_.size()); }
  void add_text(std::string_view text) {
    const uint32_t id = open(JsonKind::text);
    set_text(id, text);
    close(id);
  }

  void move_to(BlockArena& arena, Package& package) const {
    const size_t nodes_size = nodes_.size() * sizeof(JsonNode);
    auto* memory = static_cast<char*>(arena.allocate(nodes_size + texts_.size()));
    std::memcpy(memory, nodes_.data(), nodes_size);
    std::memcpy(memory + nodes_size, texts_.data(), texts_.size());
    package.nodes = reinterpret_cast<const JsonNode*>(memory);
    package.texts = memory + nodes_size;
  }

 private:
  void add_items(simdjson::dom::array array, int depth) {
    for (element item : array) add(item, {}, depth + 1);
  }

  void add_members(simdjson::dom::object object, int depth) {
    if (duplicates_ == DuplicateKeys::first) {
      size_t left = kMostKeys;
      for (const auto& member : object) {
        if (left-- == 0) break;
        add(member.value, member.key, depth + 1);
      }
      return;
    }
    // JSON.parse keeps the place of the first of equal keys and the value of the last.
    std::unordered_map<std::string_view, size_t> seen;
    std::vector<simdjson::dom::key_value_pair> members;
    for (const auto& member : object) {
      const auto [at, is_new] = seen.try_emplace(member.key, members.size());
      if (is_new && members.size() < kMostKeys) {
        members.push_back(member);
      } else if (!is_new) {
        members[at->second].value = member.value;
      }
    }
    for (const auto& member : members) add(member.value, member.key, depth + 1);
  }

  void set_key(uint32_t id, std::string_view key) {
    nodes_[id].key = static_cast<uint32_t>(texts_.size());
    nodes_[id].key_size = static_cast<uint32_t>(key.size());
    if (!key.empty() && key[0] != '.' && key[0] != '#') nodes_[id].condition = conditions_.find(key);
    texts_ += key;
  }
  void set_text(uint32_t id, std::string_view text) {
    nodes_[id].kind = JsonKind::text;
    nodes_[id].text = static_cast<uint32_t>(texts_.size());
    nodes_[id].text_size = static_cast<uint32_t>(text.size());
    texts_ += text;
  }

  const ConditionNames& conditions_;
  DuplicateKeys duplicates_;
  std::vector<JsonNode> nodes_;
  std::string texts_;
};

// The member that counts among equal keys.
bool get(simdjson::dom::object object, std::string_view key, DuplicateKeys duplicates, element& value) {
  bool found = false;
  for (const auto& member : object) {
    if (member.key != key) continue;
    value = member.value;
    found = true;
    if (duplicates == DuplicateKeys::first) break;
  }
  return found;
}

bool is_true(simdjson::dom::object object, std::string_view key, DuplicateKeys duplicates) {
  element value;
  bool flag = false;
  return get(object, key, duplicates, value) && value.get_bool().get(flag) == simdjson::SUCCESS && flag;
}

}  // namespace

uint8_t ConditionNames::add(std::string_view name) {
  if (const uint8_t known = find(name); known != kUnknown) return known;
  if (names_.size() == 64) return kUnknown;
  names_.emplace_back(name);
  return static_cast<uint8_t>(names_.size() - 1);
}

uint8_t ConditionNames::find(std::string_view name) const {
  const auto at = std::find(names_.begin(), names_.end(), name);
  return at == names_.end() ? kUnknown : static_cast<uint8_t>(at - names_.begin());
}

uint32_t Package::member(uint32_t object, std::string_view key) const {
  for (uint32_t i = object + 1; i < nodes[object].end; i = nodes[i].end) {
    if (this->key(i) == key) return i;
  }
  return kAbsent;
}

std::string_view Package::field(std::string_view name) const {
  if (!has(fields)) return {};
  const uint32_t node = member(fields, name);
  return has(node) ? text(node) : std::string_view{};
}

bool PackageParser::parse(std::string& json, BlockArena& arena, Package& package, std::string& error) const {
  static thread_local std::unique_ptr<simdjson::dom::parser> kept;
  std::unique_ptr<simdjson::dom::parser> parser = std::move(kept);
  if (!parser) parser = std::make_unique<simdjson::dom::parser>();

  const size_t mark = json.compare(0, 3, "\xef\xbb\xbf") == 0 ? 3 : 0;
  const size_t size = json.size() - mark;
  json.resize(json.size() + simdjson::SIMDJSON_PADDING);
  element document;
  const auto code = parser->parse(json.data() + mark, size, /*realloc_if_needed=*/false).get(document);
  if (code == simdjson::MEMALLOC) throw std::bad_alloc();  // says nothing about the text
  if (code != simdjson::SUCCESS) {
    error = simdjson::error_message(code);
    if (!error.empty() && error.back() == '.') error.pop_back();
    package.is_error = true;
    return false;
  }
  if (json.size() <= kLargestKeptParser) kept = std::move(parser);  // the document lives until the next parse

  simdjson::dom::object object;
  if (document.get_object().get(object) != simdjson::SUCCESS) {
    // In JavaScript, and so by the older rules, reading a field of null throws; of anything else it gives undefined.
    package.is_null = document.is_null();
    package.is_error = package.is_null && duplicates == DuplicateKeys::last;
    if (package.is_error) error = "null is no package";
    return !package.is_error;
  }

  Copier copier(conditions, duplicates);
  element value;
  if (get(object, "name", duplicates, value) && value.is_string()) package.name = copier.add(value, {});
  if (get(object, "exports", duplicates, value)) package.exports = copier.add(value, {});
  if (get(object, "imports", duplicates, value)) package.imports = copier.add(value, {});
  if (get(object, "browser", duplicates, value) && !value.is_string()) package.browser = copier.add(value, {});

  package.has_workspaces = get(object, "workspaces", duplicates, value) && !value.is_null();

  const auto is_odd = [&](std::string_view key) {
    bool flag = true;
    return get(object, key, duplicates, value) && !value.is_string() && !value.is_null() &&
           (value.get_bool().get(flag) != simdjson::SUCCESS || flag);
  };
  package.has_odd_main = is_odd("main");
  package.has_odd_name = is_odd("name");

  package.fields = copier.open(JsonKind::object);
  for (const std::string& field : entry_fields) {
    if (get(object, field, duplicates, value) && value.is_string()) copier.add(value, field);
  }
  copier.close(package.fields);

  simdjson::dom::object peers, meta;
  if (get(object, "peerDependencies", duplicates, value) && value.get_object().get(peers) == simdjson::SUCCESS &&
      get(object, "peerDependenciesMeta", duplicates, value) && value.get_object().get(meta) == simdjson::SUCCESS) {
    package.optional_peers = copier.open(JsonKind::array);
    for (const auto& peer : peers) {
      simdjson::dom::object flags;
      if (get(meta, peer.key, duplicates, value) && value.get_object().get(flags) == simdjson::SUCCESS &&
          is_true(flags, "optional", duplicates)) {
        copier.add_text(peer.key);
      }
    }
    copier.close(package.optional_peers);
  }
  copier.move_to(arena, package);
  return true;
}

}  // namespace demarc
