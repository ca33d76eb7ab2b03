// The few fields of a package.json that resolution needs, in a compact copy; the text itself is not kept.
//
// Values are nodes in the order of the file, depth first, so an object's conditions are met in the package's own order
// (R41) and one loop walks a subtree:
//
//   "exports": { ".": { "import": "./i.js", "default": "./d.js" } }
//   0 object  1 object "."  2 text "import"  3 text "default"     end of 0 and 1: 4
//
// Condition names are bits of a 64-bit set, so one copy serves all environments.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/block_arena.h"
#include "resolver/path_table.h"

namespace demarc {

enum class JsonKind : uint8_t { null, boolean_false, other, text, array, object };

struct JsonNode {
  JsonKind kind = JsonKind::null;
  uint8_t condition = 0xff;  // bit number of the key, if some environment knows it as a condition
  uint32_t end = 0;          // the node behind this one's subtree
  uint32_t key = 0, key_size = 0;
  uint32_t text = 0, text_size = 0;
};

// Condition names that some environment sets, and the five that are always known. The others can never match.
class ConditionNames {
 public:
  static constexpr uint8_t kUnknown = 0xff;
  uint8_t add(std::string_view name);  // kUnknown when 64 are taken
  uint8_t find(std::string_view name) const;

 private:
  std::vector<std::string> names_;
};

struct Package {
  static constexpr uint32_t kAbsent = 0xffffffff;

  DirId directory = kNoDir;  // canonical directory of the package.json
  const JsonNode* nodes = nullptr;
  const char* texts = nullptr;
  uint32_t exports = kAbsent;
  uint32_t imports = kAbsent;
  uint32_t browser = kAbsent;
  uint32_t name = kAbsent;
  uint32_t optional_peers = kAbsent;  // array of names listed in peerDependencies and marked optional (R130)
  uint32_t fields = kAbsent;          // object of the entry fields that are text
  bool is_error = false;
  bool is_null = false;  // the JSON value; a # specifier does not stop here
  bool has_workspaces = false;
  // Neither text nor false nor null: JavaScript takes it for true.
  bool has_odd_main = false;
  bool has_odd_name = false;

  bool has(uint32_t field) const { return field != kAbsent; }
  std::string_view key(uint32_t node) const { return {texts + nodes[node].key, nodes[node].key_size}; }
  std::string_view text(uint32_t node) const { return {texts + nodes[node].text, nodes[node].text_size}; }
  std::string_view name_text() const { return has(name) ? text(name) : std::string_view{}; }
  // The member of an object, kAbsent if there is none.
  uint32_t member(uint32_t object, std::string_view key) const;
  // The text of an entry field (main, module...) as written; null data() if it is absent or no text.
  std::string_view field(std::string_view name) const;
  bool is_object(uint32_t node) const { return has(node) && nodes[node].kind == JsonKind::object; }
};

// Which of several equal keys counts (R22): simd-json's first, or JSON.parse's last.
enum class DuplicateKeys : uint8_t { first, last };

struct PackageParser {
  const ConditionNames& conditions;
  const std::vector<std::string>& entry_fields;  // every name of every environment, and main
  DuplicateKeys duplicates;

  // Copies what is needed into arena. False: package.is_error is set, and error says what the parser did not like.
  // JSON that is no object is a package without any field.
  bool parse(std::string& json, BlockArena& arena, Package& package, std::string& error) const;
};

}  // namespace demarc
