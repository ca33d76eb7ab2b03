#include "cli/resolve_question.h"

#include <array>
#include <vector>

#include "cli/json_tree.h"
#include "cli/suggest.h"
#include "cli/values.h"

namespace demarc {
namespace {

using Type = JsonValue::Type;

constexpr std::array<std::string_view, 2> kKinds = {"import", "require"};

std::string wrong_type(std::string_view key, std::string_view expected, const JsonValue& value) {
  return "\"" + std::string(key) + "\" must be " + std::string(expected) + ", not " +
         std::string(to_string(value.type));
}

std::string read_importer(const JsonValue& value, ResolveRequest& request) {
  if (value.type == Type::null) {
    request.importer.clear();
    return {};
  }
  if (value.type != Type::string) return wrong_type("importer", "a string or null", value);
  request.importer = value.string;
  return {};
}

std::string read_kind(const JsonValue& value, ResolveRequest& request) {
  if (value.type != Type::string) return wrong_type("kind", "a string", value);
  if (value.string != kKinds[0] && value.string != kKinds[1]) return "kind " + not_one_of(value.string, kKinds);
  request.kind = value.string == kKinds[1] ? RequestKind::require : RequestKind::import;
  return {};
}

}  // namespace

std::string choose_environment(std::string_view name, const ProjectResolver& resolver, EnvironmentId& environment) {
  if (const auto found = resolver.find_environment(name)) {
    environment = *found;
    return {};
  }
  std::vector<std::string_view> names;
  for (const EnvironmentOptions& options : resolver.environments()) names.push_back(options.name);
  return "environment " + not_one_of(name, names);
}

std::string read_question(std::string_view line, const ProjectResolver& resolver, ResolveRequest& request) {
  JsonValue tree;
  JsonError error;
  if (!parse_json(line, tree, error))
    return "column " + std::to_string(position_of(line, error.offset).column) + ": " + error.message;
  if (tree.type != Type::object) return "expected an object";
  const JsonMember* specifier = tree.find("specifier");
  if (specifier == nullptr) return "\"specifier\" is missing";
  if (specifier->value.type != Type::string) return wrong_type("specifier", "a string", specifier->value);
  request.specifier = specifier->value.string;

  std::string complaint;
  if (const JsonMember* importer = tree.find("importer")) complaint = read_importer(importer->value, request);
  if (!complaint.empty()) return complaint;
  if (const JsonMember* kind = tree.find("kind")) complaint = read_kind(kind->value, request);
  if (!complaint.empty()) return complaint;
  const JsonMember* environment = tree.find("env");
  if (environment == nullptr) return {};
  if (environment->value.type != Type::string) return wrong_type("env", "a string", environment->value);
  return choose_environment(environment->value.string, resolver, request.environment);
}

}  // namespace demarc
