#include "tests/resolver/options_json.h"

namespace demarc {
namespace {

using simdjson::dom::element;

std::string text(element value, const std::string& root) {
  std::string_view raw;
  if (value.get_string().get(raw) != simdjson::SUCCESS) return {};
  std::string filled(raw);
  for (size_t at = filled.find("{root}"); at != std::string::npos; at = filled.find("{root}", at)) {
    filled.replace(at, 6, root);
  }
  return filled;
}

std::string text(element object, std::string_view key, const std::string& root) {
  element value;
  return object[key].get(value) == simdjson::SUCCESS ? text(value, root) : std::string();
}

bool flag(element object, std::string_view key, bool otherwise) {
  bool value = false;
  return object[key].get_bool().get(value) == simdjson::SUCCESS ? value : otherwise;
}

std::vector<std::string> texts(element object, std::string_view key, const std::string& root,
                               std::vector<std::string> otherwise = {}) {
  simdjson::dom::array array;
  if (object[key].get_array().get(array) != simdjson::SUCCESS) return otherwise;
  std::vector<std::string> list;
  for (element item : array) list.push_back(text(item, root));
  return list;
}

std::vector<Alias> aliases(element object, const std::string& root) {
  std::vector<Alias> list;
  element value;
  if (object["alias"].get(value) != simdjson::SUCCESS) return list;
  simdjson::dom::array array;
  simdjson::dom::object map;
  if (value.get_array().get(array) == simdjson::SUCCESS) {
    for (element item : array) {
      Alias alias;
      element find;
      if (item["find"].get(find) != simdjson::SUCCESS) continue;
      alias.replacement = text(item, "replacement", root);
      if (find.is_object()) {
        alias.is_regexp = true;
        alias.find = text(find, "re", root);
        alias.regexp_flags = text(find, "flags", root);
      } else {
        alias.find = text(find, root);
      }
      list.push_back(alias);
    }
  } else if (value.get_object().get(map) == simdjson::SUCCESS) {
    for (const auto& member : map) list.push_back({std::string(member.key), false, "", text(member.value, root)});
  }
  return list;
}

EnvironmentOptions environment(std::string_view name, element json, const std::string& root) {
  EnvironmentOptions options;
  options.name = name;
  options.consumer = text(json, "consumer", root) == "client" ? Consumer::client : Consumer::server;
  options.conditions = texts(json, "conditions", root);
  options.main_fields = texts(json, "mainFields", root);
  options.extensions = texts(json, "extensions", root, options.extensions);
  options.builtins = texts(json, "builtins", root);
  options.external = texts(json, "external", root);
  options.no_external_all = flag(json, "noExternal", true);
  options.no_external = texts(json, "noExternal", root);
  options.alias = aliases(json, root);
  return options;
}

}  // namespace

ResolverOptions options_from_json(element json, const std::string& root) {
  ResolverOptions options;
  options.root = root;
  int64_t vite = 8;
  if (json["vite"].get(vite) == simdjson::SUCCESS && vite == 7) options.vite = ViteVersion::vite7;
  if (text(json, "mode", root) == "development") options.mode = Mode::development;
  simdjson::dom::object environments;
  if (json["environments"].get_object().get(environments) == simdjson::SUCCESS) {
    for (const auto& member : environments) options.environments.push_back(environment(member.key, member.value, root));
  } else {
    options.environments = exam_environments();
  }
  options.alias = aliases(json, root);
  options.dedupe = texts(json, "dedupe", root);
  options.external = texts(json, "external", root);
  options.preserve_symlinks = flag(json, "preserveSymlinks", false);
  const std::string tsconfig = text(json, "tsconfigPaths", root);
  if (tsconfig == "vite8" || flag(json, "tsconfigPaths", false)) options.tsconfig_paths = TsconfigPaths::vite8;
  if (tsconfig == "plugin") options.tsconfig_paths = TsconfigPaths::plugin;
  return options;
}

std::vector<EnvironmentOptions> exam_environments() {
  EnvironmentOptions client;
  client.name = "client";
  client.consumer = Consumer::client;
  client.conditions = {"module", "browser", "development|production"};
  client.main_fields = {"browser", "module", "jsnext:main", "jsnext"};
  EnvironmentOptions ssr;
  ssr.name = "ssr";
  ssr.conditions = {"module", "node", "development|production"};
  ssr.main_fields = {"module", "jsnext:main", "jsnext"};
  EnvironmentOptions rsc = ssr;
  rsc.name = "rsc";
  rsc.conditions = {"react-server", "module", "node", "development|production"};
  EnvironmentOptions worker = ssr;
  worker.name = "worker";
  worker.conditions = {"workerd", "worker", "module", "browser", "development|production", "react-server", "node"};
  worker.builtins = {"cloudflare:email", "cloudflare:node", "cloudflare:sockets", "cloudflare:workers",
                     "cloudflare:workflows"};
  return {client, ssr, rsc, worker};
}

PrintedResolution print(const Resolver& resolver, const Resolution& resolution) {
  const ResolutionText texts = resolver.describe(resolution);
  PrintedResolution printed{std::string(to_string(resolution.kind)), texts.path, texts.postfix, texts.vite_id, {}};
  if (resolution.kind == ResolutionKind::unresolved) printed.reason = to_string(resolution.reason);
  return printed;
}

}  // namespace demarc
