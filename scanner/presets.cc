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

Alias text_alias(std::string find, std::string replacement) {
  Alias alias;
  alias.find = std::move(find);
  alias.replacement = std::move(replacement);
  return alias;
}

const char* const kEntryFolders[] = {"src/framework/", "src/", "framework/", "app/", ""};

template <size_t N>
std::vector<std::string> in_each(const char* const (&folders)[N], std::initializer_list<const char*> names) {
  std::vector<std::string> paths;
  for (const char* folder : folders) {
    for (const char* name : names) paths.push_back(std::string(folder) + name);
  }
  return paths;
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
  preset.boundaries = {{"use client", {"client", "ssr"}}, {"use server", {"worker"}}};
  preset.reach = BoundaryReach::all;
  // Its scan starts from the worker and knows two sides. Its builds have entries of their own in the others.
  preset.on_request = {"ssr"};
  preset.entries = {
      {.environment = "worker", .wrangler = true, .stems = {"src/worker"}, .required = true},
      {.environment = "client", .stems = {"src/client"}, .on_request = true},
      {.environment = "ssr", .as_given = {"rwsdk/__ssr_bridge"}, .on_request = true},
  };
  preset.prescan = {"src/**/*.{ts,tsx,js,jsx,mjs,mts,cjs,cts,mdx}"};
  preset.raw_mdx_directives = true;
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
  preset.alias_if_bundled = {
      {"react-server-dom-webpack",
       text_alias("@vitejs/plugin-rsc/vendor/react-server-dom", "react-server-dom-webpack")},
  };
  preset.boundaries = {{"use client", {"ssr", "client"}}, {"use server", {"rsc"}}};
  preset.reference_by = ReferenceBy::specifier;
  preset.follow.glob = true;
  return preset;
}

// A build's input is in its vite.config, which is not executed: these are the layouts of the starters.
Preset plugin_rsc_app() {
  Preset preset = plugin_rsc();
  preset.entries = {
      {.environment = "rsc", .stems = in_each(kEntryFolders, {"entry.rsc"}), .required = true},
      {.environment = "ssr", .stems = in_each(kEntryFolders, {"entry.ssr"})},
      {.environment = "client", .index_html = true, .stems = in_each(kEntryFolders, {"entry.browser", "entry.client"})},
  };
  return preset;
}

Preset waku() {
  Preset preset = plugin_rsc();
  for (EnvironmentOptions& environment : preset.environments) environment.no_external_all = true;
  preset.alias = {text_alias("waku/adapters/default", "waku/adapters/node")};
  const std::string built = "waku/dist/lib/vite-entries/";
  preset.entries = {
      {.environment = "rsc", .as_given = {built + "entry.server.js", built + "entry.build.js"}, .required = true},
      {.environment = "ssr", .as_given = {built + "entry.ssr.js"}},
      {.environment = "client", .as_given = {built + "entry.browser.js"}},
      // What the virtual modules that these import stand for: the app's own files, or what Waku writes in their place.
      {.environment = "rsc",
       .stems = {"src/waku.server"},
       .as_given = {"waku", "waku/adapters/default", "src/pages/**/*.{js,ts,tsx,jsx,mjs,cjs}",
                    "src/middleware/*.{js,ts,tsx,jsx,mjs,cjs}",
                    "!src/middleware/*.{test,spec}.{js,ts,tsx,jsx,mjs,cjs}"}},
      {.environment = "client",
       .stems = {"src/waku.client"},
       .as_given = {"react", "react-dom/client", "waku/client", "waku/router/client"}},
  };
  return preset;
}

// Next.js finds its entries by name: the conventions of app/, every file of pages/, and a few files beside them.
std::vector<PresetEntry> next_entries(const std::string& server, const std::vector<std::string>& clients) {
  const std::string script = ".{tsx,ts,jsx,js}";
  const std::string app = "{app,src/app}/**/";
  const std::string pages = "{pages,src/pages}/";
  std::vector<PresetEntry> entries = {
      {.environment = server,
       .as_given = {app +
                        "{page,layout,template,default,route,loading,error,global-error,not-found,forbidden,"
                        "unauthorized,sitemap,robots,manifest}" +
                        script,
                    app + "{icon,apple-icon,opengraph-image,twitter-image}*" + script, "!" + app + "_*/**",
                    pages + "api/**/*" + script, "{,src/}{middleware,proxy,instrumentation}.{ts,js}"}}};
  for (const std::string& client : clients) {
    entries.push_back({.environment = client, .as_given = {pages + "**/*" + script, "!" + pages + "api/**"}});
  }
  entries.push_back({.environment = "client", .as_given = {"{,src/}instrumentation-client.{ts,js}"}});
  return entries;
}

Preset vinext() {
  Preset preset = plugin_rsc();
  preset.entries = next_entries("rsc", {"ssr", "client"});
  return preset;
}

// Its routes are named by app/routes, which is not executed; app/routes/ is where they are by convention.
Preset react_router() {
  Preset preset = plugin_rsc();
  const std::string own = "@react-router/dev/config/default-rsc-entries/";
  preset.entries = {
      {.environment = "rsc", .stems = {"app/entry.rsc"}, .as_given = {own + "entry.rsc"}},
      {.environment = "ssr", .stems = {"app/entry.ssr"}, .as_given = {own + "entry.ssr"}},
      {.environment = "client", .stems = {"app/entry.client"}, .as_given = {own + "entry.client"}},
      {.environment = "rsc", .stems = {"app/root"}, .required = true},
      {.environment = "rsc", .as_given = {"app/routes/**/*.{tsx,ts,jsx,js}"}},
  };
  return preset;
}

Preset plain() {
  Preset preset;
  preset.environments = {server("server", {"react-server", "node", "module"}), client("client", {"browser", "module"})};
  preset.boundaries = {{"use client", {"client"}}, {"use server", {"server"}}};
  preset.entries = {
      {.environment = "server", .index_html = true, .stems = {"src/main", "src/index"}, .required = true},
  };
  return preset;
}

Preset next() {
  Preset preset = plain();
  preset.entries = next_entries("server", {"client"});
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
      return plugin_rsc_app();
    case Framework::vinext:
      return vinext();
    case Framework::react_router:
      return react_router();
    case Framework::next:
      return next();
    case Framework::automatic:
    case Framework::none:
      break;
  }
  return plain();
}

}  // namespace demarc
