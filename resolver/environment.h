// One environment's options, prepared once: condition bits, entry fields, extensions, aliases.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/alias.h"
#include "resolver/package_json.h"
#include "resolver/resolver.h"

namespace demarc {

struct Environment {
  const EnvironmentOptions* options = nullptr;
  AliasTable aliases;
  std::vector<std::string> main_fields;  // main last
  std::vector<std::string> extensions;
  std::string index_name = "index";
  uint64_t import_conditions = 0;
  uint64_t require_conditions = 0;
  uint64_t external_conditions = 0;  // R131: what an import meets at run time
  bool uses_browser_field = false;
  bool is_server = false;

  uint64_t conditions(RequestKind kind) const {
    return kind == RequestKind::require ? require_conditions : import_conditions;
  }
  // R120: in a server environment these are external even where a package has their name.
  bool is_builtin(std::string_view id) const;
  bool lists_as_external(std::string_view id, const std::vector<std::string>& shared) const;
  // R131: the package is walked wherever the root finds it.
  bool bundles(std::string_view package) const;
};

// How the bases of a tsconfig.json are found in packages (R102).
Environment make_extends_lookup(ConditionNames& names);

std::vector<Environment> make_environments(const ResolverOptions& options, ConditionNames& names);

}  // namespace demarc
