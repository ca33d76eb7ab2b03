#include "resolver/environment.h"

#include <algorithm>

#include "resolver/specifier.h"

namespace demarc {
namespace {

uint64_t bit(ConditionNames& names, std::string_view name) {
  const uint8_t at = names.add(name);
  return at == ConditionNames::kUnknown ? 0 : uint64_t{1} << at;
}

// R41. The listed names, development|production replaced by one of the two, and the kind of request.
uint64_t condition_set(const EnvironmentOptions& environment, Mode mode, ConditionNames& names) {
  const std::string_view by_mode = mode == Mode::production ? "production" : "development";
  uint64_t set = bit(names, "default");
  if (environment.mode_condition) set |= bit(names, by_mode);
  for (const std::string& condition : environment.conditions) {
    set |= bit(names, condition == "development|production" ? by_mode : std::string_view(condition));
  }
  return set;
}

Environment make_environment(const ResolverOptions& options, const EnvironmentOptions& from, ConditionNames& names) {
  Environment to;
  to.options = &from;
  to.aliases = AliasTable(from.alias, options.alias, options.vite);
  to.main_fields = from.main_fields;
  to.extensions = from.extensions;
  const uint64_t set = condition_set(from, options.mode, names);
  to.import_conditions = set | bit(names, "import");
  to.require_conditions = set | bit(names, "require");
  // Vite's resolve.externalConditions, the same for both kinds of request.
  to.external_conditions =
      bit(names, "node") | bit(names, "module-sync") | bit(names, "import") | bit(names, "default");
  to.uses_browser_field = std::find(to.main_fields.begin(), to.main_fields.end(), "browser") != to.main_fields.end();
  to.main_fields.emplace_back("main");
  if (options.vite == ViteVersion::vite8) to.extensions.emplace_back(".node");  // R10
  to.is_server = from.consumer == Consumer::server;
  return to;
}

}  // namespace

bool Environment::is_builtin(std::string_view id) const {
  if (!is_server) return false;
  if (options->builtins.empty()) return is_node_like_builtin(id);
  return std::any_of(options->builtins.begin(), options->builtins.end(),
                     [&](const std::string& pattern) { return matches_star(pattern, id); });
}

bool Environment::lists_as_external(std::string_view id, const std::vector<std::string>& shared) const {
  const auto matches = [&](const std::string& pattern) { return matches_star(pattern, id); };
  return std::any_of(options->external.begin(), options->external.end(), matches) ||
         std::any_of(shared.begin(), shared.end(), matches);
}

bool Environment::bundles(std::string_view package) const {
  const auto matches = [&](const std::string& pattern) { return matches_star(pattern, package); };
  return options->no_external_all || std::any_of(options->no_external.begin(), options->no_external.end(), matches);
}

Environment make_extends_lookup(ConditionNames& names) {
  Environment lookup;
  lookup.main_fields = {"main"};
  lookup.extensions = {".json"};
  lookup.index_name = "tsconfig";
  lookup.import_conditions = bit(names, "node") | bit(names, "import") | bit(names, "default");
  lookup.require_conditions = lookup.import_conditions;
  return lookup;
}

std::vector<Environment> make_environments(const ResolverOptions& options, ConditionNames& names) {
  std::vector<Environment> environments;
  for (const EnvironmentOptions& environment : options.environments) {
    environments.push_back(make_environment(options, environment, names));
  }
  return environments;
}

}  // namespace demarc
