#include "scanner/presets.h"

namespace demarc {
namespace {

// Vite's own defaults (R31, R41).
const char* const kServerMainFields[] = {"module", "jsnext:main", "jsnext"};
const char* const kClientMainFields[] = {"browser", "module", "jsnext:main", "jsnext"};

EnvironmentOptions server(std::string name, std::vector<std::string> conditions) {
  EnvironmentOptions environment;
  environment.name = std::move(name);
  environment.consumer = Consumer::server;
  environment.conditions = std::move(conditions);
  environment.main_fields.assign(std::begin(kServerMainFields), std::end(kServerMainFields));
  return environment;
}

EnvironmentOptions client(std::string name, std::vector<std::string> conditions) {
  EnvironmentOptions environment;
  environment.name = std::move(name);
  environment.consumer = Consumer::client;
  environment.conditions = std::move(conditions);
  environment.main_fields.assign(std::begin(kClientMainFields), std::end(kClientMainFields));
  return environment;
}

// rwsdk installs @cloudflare/vite-plugin itself, which merges worker and browser into the worker's conditions. The
// lists of client and ssr are rwsdk's own and leave Vite's development|production out.
Preset rwsdk() {
  Preset preset;
  EnvironmentOptions worker = server("worker", {"workerd", "react-server", "module", "node", "worker", "browser"});
  worker.builtins = {"cloudflare:email", "cloudflare:node", "cloudflare:sockets", "cloudflare:workers",
                     "cloudflare:workflows"};
  EnvironmentOptions browser = client("client", {"browser", "module"});
  browser.mode_condition = false;
  // rwsdk sets ssr.target to webworker, which gives its ssr environment the client's main fields.
  EnvironmentOptions ssr = server("ssr", {"workerd", "module", "browser"});
  ssr.main_fields = browser.main_fields;
  ssr.mode_condition = false;
  ssr.builtins = {"cloudflare:email", "cloudflare:sockets", "cloudflare:workers", "cloudflare:workflows"};
  preset.environments = {worker, browser, ssr};
  preset.boundaries = {{"use client", {"client"}}, {"use server", {"worker"}}};
  preset.prescan = {"src/**/*.{ts,tsx,js,jsx,mjs,mts,cjs,cts,mdx}"};
  preset.dedupe = {"react", "react-dom", "react-server-dom-webpack", "rwsdk"};
  return preset;
}

// The conditions of ssr and client are Vite's defaults.
Preset plugin_rsc() {
  Preset preset;
  EnvironmentOptions rsc = server("rsc", {"react-server", "module", "node"});
  EnvironmentOptions ssr = server("ssr", {"module", "node"});
  rsc.no_external_all = false;
  ssr.no_external_all = false;
  preset.environments = {rsc, ssr, client("client", {"module", "browser"})};
  preset.bundled = {"react", "react-dom", "server-only", "client-only", "@vitejs/plugin-rsc"};
  preset.bundles_react_packages = true;
  preset.alias_if_bundled = {{"react-server-dom-webpack",
                              {.find = "@vitejs/plugin-rsc/vendor/react-server-dom",
                               .is_regexp = false,
                               .regexp_flags = {},
                               .replacement = "react-server-dom-webpack"}}};
  preset.boundaries = {{"use client", {"ssr", "client"}}, {"use server", {"rsc"}}};
  preset.follow.glob = true;
  return preset;
}

Preset waku() {
  Preset preset = plugin_rsc();
  for (EnvironmentOptions& environment : preset.environments) environment.no_external_all = true;
  return preset;
}

Preset plain() {
  Preset preset;
  preset.environments = {server("server", {"react-server", "node", "module"}), client("client", {"browser", "module"})};
  preset.boundaries = {{"use client", {"client"}}, {"use server", {"server"}}};
  return preset;
}

}  // namespace

Preset preset_of(Framework framework) {
  switch (framework) {
    case Framework::rwsdk:
      return rwsdk();
    case Framework::waku:
      return waku();
    case Framework::plugin_rsc:
    case Framework::vinext:
    case Framework::react_router:
      return plugin_rsc();
    case Framework::automatic:
    case Framework::next:
    case Framework::none:
      break;
  }
  return plain();
}

}  // namespace demarc
