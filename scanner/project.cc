#include "scanner/project.h"

#include <gumbo.h>
#include <simdjson.h>
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <iterator>
#include <optional>

#include "parser/exact_scan.h"
#include "parser/scan_module.h"
#include "resolver/small_file.h"
#include "resolver/tsconfig.h"
#include "scanner/diagnostic.h"
#include "scanner/path_text.h"
#include "scanner/presets.h"
#include "scanner/react_packages.h"

namespace demarc {
namespace {

constexpr const char* kGiven = "given";

constexpr std::string_view kScriptExtensions[] = {".tsx", ".ts", ".jsx", ".js", ".mts", ".mjs"};

const std::pair<Framework, std::string_view> kFrameworkNames[] = {
    {Framework::automatic, "auto"},
    {Framework::rwsdk, "rwsdk"},
    {Framework::plugin_rsc, "plugin-rsc"},
    {Framework::waku, "waku"},
    {Framework::vinext, "vinext"},
    {Framework::next, "next"},
    {Framework::react_router, "react-router"},
    {Framework::none, "none"},
};

// The package whose presence says which framework a project uses, the most specific first: Waku, vinext and React
// Router stand on plugin-rsc, and rwsdk may.
const std::pair<std::string_view, Framework> kFrameworkPackages[] = {
    {"rwsdk", Framework::rwsdk},
    {"waku", Framework::waku},
    {"vinext", Framework::vinext},
    {"@react-router/dev", Framework::react_router},
    {"@vitejs/plugin-rsc", Framework::plugin_rsc},
    {"next", Framework::next},
};

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Why a file that is there cannot be used.
struct Fault {
  int error = 0;     // errno, or
  std::string text;  // what is wrong with its contents
  uint64_t line = 0;
  uint64_t column = 0;

  explicit operator bool() const { return error != 0 || !text.empty(); }
  std::string message() const { return error != 0 ? std::strerror(error) : text; }
};

// How Vite calls a script that stands in a page, a module of its own: unlike the page, it prefers packages to files
// beside it.
constexpr std::string_view kInlineScript = "index.html?html-proxy&index=0.js";

// What the exact tier may take for an inline script that the lexer declines.
constexpr size_t kInlineScriptBytes = 16 << 20;

// No page of a project nests as deep, and the HTML algorithm takes time with the square of it.
constexpr size_t kDeepestPage = 10'000;

// Whether a page may have more elements open at once than that: tags that open less those that close, scripts' texts
// left out.
bool is_too_nested(std::string_view html) {
  size_t open = 0;
  for (size_t at = html.find('<'); at != std::string_view::npos && open <= kDeepestPage; at = html.find('<', at + 1)) {
    const std::string_view tag = html.substr(at + 1);
    if (tag.starts_with('/')) {
      open -= open > 0;
    } else if (tag.starts_with("script")) {
      at = std::min(html.find("</script", at), html.size() - 1);
    } else {
      open += !tag.empty() && std::isalpha(static_cast<unsigned char>(tag.front())) != 0;
    }
  }
  return open > kDeepestPage;
}

enum class JsonComments : uint8_t { allowed, refused };

class Detector {
 public:
  Detector(const ScanOptions& options, FileSystem& file_system, Project& project, std::vector<Diagnostic>& diagnostics)
      : options_(options), file_system_(file_system), project_(project), diagnostics_(diagnostics) {}

  bool run(Detect what) {
    if (!find_root() || !refuse_yarn_pnp() || !read_manifest()) return false;
    choose_framework();
    preset_ = preset_of(project_.framework);
    if (preset_.bundles_react_packages) list_bundled_packages();
    project_.prescan = options_.prescan.value_or(preset_.prescan);
    project_.follow = options_.follow.value_or(preset_.follow);
    project_.reach = preset_.reach;
    project_.reference_by = preset_.reference_by;
    project_.raw_mdx_directives = preset_.raw_mdx_directives;
    const bool environments_ok = set_environments();
    const bool walk_ok = check_walk();
    const bool boundaries_ok = set_boundaries();
    set_resolver_options();
    const bool aliases_ok = check_aliases();
    return (what == Detect::resolution || find_entries()) && environments_ok && walk_ok && boundaries_ok && aliases_ok;
  }

 private:
  void error(std::string rule, std::string file, std::string message, std::string help) {
    diagnostics_.push_back({.rule = std::move(rule),
                            .level = Level::error,
                            .file = std::move(file),
                            .message = std::move(message),
                            .help = std::move(help)});
  }

  bool find_root() {
    FileStatus status;
    int code = file_system_.real_path(options_.root, project_.root);
    if (code == 0) code = file_system_.status(project_.root, status);
    if (code == 0 && status.type != EntryType::directory) code = ENOTDIR;
    if (code == 0) return true;
    error("project/no-entry", options_.root, "the project root cannot be used: " + std::string(std::strerror(code)),
          "name an existing directory with PATH or --root");
    return false;
  }

  // A PnP project keeps its packages in zip archives behind a script that would have to be run.
  bool refuse_yarn_pnp() {
    for (std::string directory = project_.root;; directory = parent_of(directory)) {
      for (const char* name : {".pnp.cjs", ".pnp.js", ".pnp.data.json"}) {
        if (!exists(join(directory, name))) continue;
        error("project/yarn-pnp", join(directory, name), "Yarn Plug'n'Play projects are not supported",
              "set nodeLinker: node-modules in .yarnrc.yml and run yarn install");
        return false;
      }
      if (directory == "/") return true;
    }
  }

  bool exists(const std::string& path) {
    FileStatus status;
    return file_system_.status(path, status) == 0;
  }

  // A candidate that cannot be looked at may be the project's entry: the scan goes on and is incomplete.
  bool is_file(const std::string& name) {
    FileStatus status;
    const int error = file_system_.status(join(project_.root, name), status);
    if (!is_absence(error) && error != 0) diagnostics_.push_back(unreadable("/" + name, error));
    return error == 0 && status.type == EntryType::file;
  }

  // False when there is no text; `fault` says why unless there is no file.
  bool read_text(const std::string& path, std::string& text, Fault& fault) {
    const int error = read_small_file(file_system_, path, text);
    if (error == EFBIG)
      fault.text = "larger than 4 MiB";
    else if (!is_absence(error))
      fault.error = error;
    return error == 0;
  }

  // The object of a JSON file, valid until the next call; null without one, where `fault` says why unless there is no
  // file.
  std::optional<simdjson::dom::object> read_json(const std::string& path, JsonComments comments, Fault& fault) {
    std::string text;
    if (!read_text(path, text, fault)) return std::nullopt;
    if (comments == JsonComments::allowed)
      strip_json_comments(text);
    else if (text.starts_with("\xef\xbb\xbf"))
      text.erase(0, 3);
    simdjson::dom::element document;
    simdjson::dom::object object;
    if (const auto code = parser_.parse(text).get(document); code != simdjson::SUCCESS) {
      if (code == simdjson::MEMALLOC) throw std::bad_alloc();  // says nothing about the text
      fault.text = simdjson::error_message(code);
      if (fault.text.ends_with('.')) fault.text.pop_back();
    } else if (document.get(object) != simdjson::SUCCESS) {
      fault.text = "it holds no object";
    }
    if (fault) return std::nullopt;
    return object;
  }

  // Without the manifest the framework, and with it entries, environments and prescan, would be a guess. Who names
  // framework and entries needs none of that, and only hears of it.
  bool read_manifest() {
    const std::string path = join(project_.root, "package.json");
    Fault fault;
    const auto manifest = read_json(path, JsonComments::refused, fault);
    if (manifest) list_dependencies(*manifest);
    if (!fault) return true;
    const bool is_needed = options_.framework == Framework::automatic || options_.entries.empty();
    if (is_needed) {
      error("config/invalid", path, "the package.json of the project cannot be used: " + fault.message(),
            "mend it, or name the framework with --framework and the entries with --entry");
    } else {
      report_package_json(path, fault);
    }
    return !is_needed;
  }

  // As the resolver reports it when it meets the same file; equal diagnostics become one.
  void report_package_json(const std::string& path, const Fault& fault) {
    const std::string id = path_id(project_.root, path);
    diagnostics_.push_back(fault.error != 0 ? unreadable(id, fault.error) : invalid_package_json(id, fault.text));
  }

  void list_dependencies(const simdjson::dom::object& manifest) {
    for (const char* section : {"dependencies", "devDependencies", "peerDependencies", "optionalDependencies"}) {
      simdjson::dom::object packages;
      if (manifest[section].get(packages) != simdjson::SUCCESS) continue;
      for (const auto& [name, version] : packages) dependencies_.emplace_back(name);
    }
  }

  bool depends_on(std::string_view package) const { return contains(dependencies_, package); }

  void choose_framework() {
    project_.framework = options_.framework;
    project_.evidence.framework = kGiven;
    if (options_.framework != Framework::automatic) return;
    project_.framework = Framework::none;
    project_.evidence.framework = "package.json names no framework that is known";
    for (const auto& [package, framework] : kFrameworkPackages) {
      if (!depends_on(package)) continue;
      project_.framework = framework;
      project_.evidence.framework = "package.json names " + std::string(package);
      return;
    }
  }
  // R131 for the preset's server environments, and what depends on the list.
  void list_bundled_packages() {
    std::vector<std::string> bundled = preset_.bundled;
    const std::vector<std::string> found = find_react_packages(file_system_, project_.root);
    bundled.insert(bundled.end(), found.begin(), found.end());
    for (EnvironmentOptions& environment : preset_.environments) {
      if (!environment.no_external_all) environment.no_external = bundled;
    }
    for (const BundledAlias& conditional : preset_.alias_if_bundled) {
      if (contains(bundled, conditional.package)) preset_.alias.push_back(conditional.alias);
    }
  }

  bool set_environments() {
    std::vector<EnvironmentOptions>& environments = project_.resolver.environments;
    environments = options_.environments.empty() ? preset_.environments : options_.environments;
    if (environments.size() > kMaxEnvironments) {
      error("config/invalid", "", "more than " + std::to_string(kMaxEnvironments) + " environments", "remove some");
      return false;
    }
    bool ok = true;
    for (const EnvironmentConditions& change : options_.conditions) {
      const auto environment = find_environment(change.environment);
      if (!environment) {
        unknown_environment(change.environment, "--conditions");
        ok = false;
        continue;
      }
      environments[*environment].conditions = change.conditions;
    }
    return ok;
  }

  std::optional<size_t> find_environment(std::string_view name) const {
    const std::vector<EnvironmentOptions>& environments = project_.resolver.environments;
    for (size_t i = 0; i < environments.size(); ++i) {
      if (environments[i].name == name) return i;
    }
    return std::nullopt;
  }

  void unknown_environment(std::string_view name, std::string_view where) {
    std::string known;
    for (const EnvironmentOptions& environment : project_.resolver.environments) {
      known += (known.empty() ? "" : ", ") + environment.name;
    }
    error("config/invalid", "", std::string(where) + " names an unknown environment: " + std::string(name),
          "the environments are " + known);
  }

  // An environment that the framework's own scan leaves out is walked when an option or an entry names it.
  bool is_asked_for(const std::string& environment) const {
    return contains(options_.walk, environment) ||
           std::any_of(options_.entries.begin(), options_.entries.end(),
                       [&](const std::string& entry) { return entry.starts_with(environment + "="); });
  }

  bool check_walk() {
    bool ok = true;
    for (const std::string& name : options_.walk) {
      if (find_environment(name)) continue;
      unknown_environment(name, "walk");
      ok = false;
    }
    return ok;
  }

  bool set_boundaries() {
    const bool own_environments = !options_.environments.empty();
    const std::vector<Boundary>& boundaries = options_.boundaries.empty() ? preset_.boundaries : options_.boundaries;
    bool ok = true;
    for (const Boundary& boundary : boundaries) {
      EnvironmentBoundary resolved{boundary.directive, 0};
      for (const std::string& name : boundary.environments) {
        if (options_.boundaries.empty() && contains(preset_.on_request, name) && !is_asked_for(name)) continue;
        if (const auto environment = find_environment(name)) {
          resolved.environments = EnvironmentMask(resolved.environments | 1u << *environment);
        } else if (!own_environments || !options_.boundaries.empty()) {
          unknown_environment(name, "boundaries");
          ok = false;
        }
      }
      // Environments of the user's own without boundaries of their own: names that fit are used, the others mean
      // nothing.
      if (resolved.environments != 0) project_.boundaries.push_back(std::move(resolved));
    }
    // "use client" decides where a module says both, whatever the order of a configuration file's keys.
    std::stable_sort(project_.boundaries.begin(), project_.boundaries.end(),
                     [](const EnvironmentBoundary& a, const EnvironmentBoundary& b) {
                       return (a.directive == "use client") > (b.directive == "use client");
                     });
    return ok;
  }

  void set_resolver_options() {
    ResolverOptions& resolver = project_.resolver;
    resolver.root = project_.root;
    project_.evidence.vite = kGiven;
    resolver.vite = options_.vite ? *options_.vite : installed_vite();
    resolver.mode = options_.mode;
    // The user's entries stand before the framework's, as Vite merges them.
    resolver.alias = options_.alias;
    resolver.alias.insert(resolver.alias.end(), preset_.alias.begin(), preset_.alias.end());
    resolver.dedupe = preset_.dedupe;
    resolver.dedupe.insert(resolver.dedupe.end(), options_.dedupe.begin(), options_.dedupe.end());
    resolver.external = options_.external;
    resolver.preserve_symlinks = options_.preserve_symlinks;
    resolver.tsconfig_file = options_.tsconfig_file;
    choose_tsconfig_paths();
  }

  void choose_tsconfig_paths() {
    ResolverOptions& resolver = project_.resolver;
    const auto choose = [&](TsconfigPaths paths, const char* evidence) {
      resolver.tsconfig_paths = paths;
      project_.evidence.tsconfig_paths = evidence;
    };
    if (options_.tsconfig_paths) return choose(*options_.tsconfig_paths, kGiven);
    // rwsdk uses Vite's own option where there is one, and installs the plugin elsewhere.
    if (project_.framework == Framework::rwsdk) {
      return resolver.vite == ViteVersion::vite8 ? choose(TsconfigPaths::vite8, "rwsdk sets Vite's option")
                                                 : choose(TsconfigPaths::plugin, "rwsdk installs the plugin");
    }
    if (depends_on("vite-tsconfig-paths")) {
      return choose(TsconfigPaths::plugin, "package.json names vite-tsconfig-paths");
    }
    // Naming a file asks for its paths.
    if (!options_.tsconfig_file.empty()) return choose(TsconfigPaths::vite8, "a tsconfig is given");
    choose(TsconfigPaths::off, "nothing asks for it");
  }

  bool check_aliases() {
    bool ok = check_aliases(project_.resolver.alias);
    for (const EnvironmentOptions& environment : project_.resolver.environments) {
      ok = check_aliases(environment.alias) && ok;
    }
    return ok;
  }

  bool check_aliases(const std::vector<Alias>& aliases) {
    bool ok = true;
    for (const Alias& alias : aliases) {
      const std::string problem = invalid_alias(alias);
      if (problem.empty()) continue;
      error("config/invalid", "", "the alias /" + alias.find + "/" + alias.regexp_flags + " cannot be used: " + problem,
            "regular expressions of aliases are those of ECMAScript");
      ok = false;
    }
    return ok;
  }

  // The major version of the vite that the project would run: 8 from 8 on, and where none is installed.
  ViteVersion installed_vite() {
    for (std::string directory = project_.root;; directory = parent_of(directory)) {
      const std::string path = join(directory, "node_modules/vite/package.json");
      Fault fault;
      const auto manifest = read_json(path, JsonComments::refused, fault);
      if (fault) report_package_json(path, fault);
      if (manifest) {
        std::string_view version = "of unknown version";
        int major = 8;
        if ((*manifest)["version"].get(version) == simdjson::SUCCESS) {
          std::from_chars(version.data(), version.data() + version.size(), major);
        }
        project_.evidence.vite = join(directory, "node_modules/vite") + " is " + std::string(version);
        return major < 8 ? ViteVersion::vite7 : ViteVersion::vite8;
      }
      if (directory != "/") continue;
      project_.evidence.vite = "no vite is installed";
      return ViteVersion::vite8;
    }
  }

  bool find_entries() {
    if (!options_.entries.empty()) {
      for (const std::string& entry : options_.entries) add_entry(entry);
      return true;
    }
    project_.entries_detected = true;
    for (const PresetEntry& entry : preset_.entries) {
      if (entry.on_request && !is_asked_for(entry.environment)) continue;
      if (detect_entry(entry) || !entry.required) continue;
      diagnostics_.push_back(no_entry(project_));
      return false;
    }
    return entry_files_ok_;
  }

  bool detect_entry(const PresetEntry& entry) {
    const auto environment = find_environment(entry.environment);
    // In environments of the user's own, what the framework's are called means nothing; entries begin in the first.
    const unsigned place = unsigned(environment.value_or(0));
    if (!environment && !entry.required) return false;
    if (entry.wrangler && try_wrangler(place)) return true;
    if (entry.index_html && try_index_html()) return true;
    for (const std::string& stem : entry.stems) {
      if (try_stem(stem, place)) return true;
    }
    for (const std::string& text : entry.as_given) {
      project_.entries.push_back({text, place, "where the framework begins"});
      project_.tried_entries.push_back(text);
    }
    return !entry.as_given.empty();
  }

  // ENVIRONMENT=FILE names where the file is walked; without it, or when what stands before the = is no environment,
  // the whole text is a file of the first environment.
  void add_entry(const std::string& text) {
    const size_t equals = text.find('=');
    if (equals != std::string::npos) {
      if (const auto environment = find_environment(std::string_view(text).substr(0, equals))) {
        project_.entries.push_back({text.substr(equals + 1), unsigned(*environment), kGiven});
        return;
      }
    }
    project_.entries.push_back({text, 0, kGiven});
  }

  bool try_stem(const std::string& stem, unsigned environment) {
    for (const std::string_view extension : kScriptExtensions) {
      const std::string name = stem + std::string(extension);
      if (is_file(name)) {
        project_.entries.push_back({name, environment, "the first of " + stem + ".*"});
        return true;
      }
    }
    project_.tried_entries.push_back(stem + ".*");
    return false;
  }

  // wrangler looks for its file in this order. One that is there and cannot be used ends the search as well: the entry
  // that it names is the project's, and the next candidate's map would be another program's.
  bool try_wrangler(unsigned environment) {
    for (const char* name : {"wrangler.json", "wrangler.jsonc", "wrangler.toml"}) {
      project_.tried_entries.emplace_back(std::string(name) + " (main)");
      const std::string path = join(project_.root, name);
      Fault fault;
      const std::optional<std::string> main =
          path.ends_with(".toml") ? main_of_toml(path, fault) : main_of_json(path, fault);
      if (fault) {
        error("config/invalid", path, "wrangler's configuration cannot be used: " + fault.message(),
              "mend it, or name the entry with --entry");
        diagnostics_.back().line = fault.line;
        diagnostics_.back().column = fault.column;
        entry_files_ok_ = false;
        return true;
      }
      if (!main) continue;
      project_.entries.push_back({*main, environment, std::string(name) + " (main)"});
      return true;
    }
    return false;
  }

  std::optional<std::string> main_of_json(const std::string& path, Fault& fault) {
    const auto object = read_json(path, JsonComments::allowed, fault);
    simdjson::dom::element main;
    if (!object || object->at_key("main").get(main) != simdjson::SUCCESS) return std::nullopt;
    std::string_view text;
    if (main.get(text) == simdjson::SUCCESS) return std::string(text);
    fault.text = "\"main\" must be a string";
    return std::nullopt;
  }

  std::optional<std::string> main_of_toml(const std::string& path, Fault& fault) {
    std::string text;
    if (!read_text(path, text, fault)) return std::nullopt;
    const toml::parse_result parsed = toml::parse(text);
    if (!parsed) {
      const toml::source_position& place = parsed.error().source().begin;
      fault = {.text = std::string(parsed.error().description()), .line = place.line, .column = place.column};
      return std::nullopt;
    }
    const auto main = parsed.table()["main"];
    if (main && !main.is_string()) fault.text = "\"main\" must be a string";
    return main.value<std::string>();
  }

  bool try_index_html() {
    project_.tried_entries.emplace_back("index.html (module scripts)");
    std::string text;
    Fault fault;
    if (!read_text(join(project_.root, "index.html"), text, fault)) {
      if (fault) diagnostics_.push_back(unreadable("/index.html", fault.error != 0 ? fault.error : EFBIG));
      return false;
    }
    const size_t before = project_.entries.size();
    if (is_too_nested(text)) {
      error("config/invalid", join(project_.root, "index.html"),
            "more than " + std::to_string(kDeepestPage) + " elements are open at once",
            "close them, or name the entries with --entry");
      entry_files_ok_ = false;
      return true;
    }
    GumboOptions options = kGumboDefaultOptions;
    options.max_errors = 0;  // each would hold a copy of the stack of open elements
    GumboOutput* document = gumbo_parse_with_options(&options, text.data(), text.size());
    std::vector<const GumboNode*> open_nodes = {document->root};
    while (!open_nodes.empty()) {
      const GumboNode* node = open_nodes.back();
      open_nodes.pop_back();
      if (node->type != GUMBO_NODE_ELEMENT && node->type != GUMBO_NODE_TEMPLATE) continue;
      const GumboElement& element = node->v.element;
      for (unsigned i = element.children.length; i > 0; --i) {
        open_nodes.push_back(static_cast<const GumboNode*>(element.children.data[i - 1]));
      }
      if (element.tag == GUMBO_TAG_SCRIPT) add_module_script(element);
    }
    gumbo_destroy_output(&kGumboDefaultOptions, document);
    return project_.entries.size() > before;
  }

  void add_module_script(const GumboElement& script) {
    const GumboAttribute* type = gumbo_get_attribute(&script.attributes, "type");
    const GumboAttribute* source = gumbo_get_attribute(&script.attributes, "src");
    if (!type || std::string_view(type->value) != "module") return;
    if (gumbo_get_attribute(&script.attributes, "vite-ignore")) return;
    if (!source) return add_inline_script(script);
    std::string_view path = source->value;
    path = path.substr(0, path.find_first_of("?#"));
    if (path.empty() || path.find("://") != std::string_view::npos || path.starts_with("//")) return;
    while (path.starts_with('/')) path.remove_prefix(1);  // root-absolute, as Vite takes it
    // A page's scripts run in the browser.
    project_.entries.push_back({std::string(path), unsigned(find_environment("client").value_or(0)), "index.html"});
  }

  // An inline script is a module of its own for Vite; what it imports is where the page begins.
  void add_inline_script(const GumboElement& script) {
    std::string text;
    for (unsigned i = 0; i < script.children.length; ++i) {
      const GumboNode* child = static_cast<const GumboNode*>(script.children.data[i]);
      if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE) text += child->v.text.text;
    }
    const ScanSettings settings{.language = Language::mjs};
    Lexer lexer;
    ModuleSyntax syntax;
    scan_module(lexer, text, settings, syntax);
    if (syntax.uncertainty != 0) {
      ModuleSyntax exact;
      merge_opinions(exact, exact_scan(text, settings, kInlineScriptBytes, exact), syntax);
    }
    for (const ImportRecord& import : syntax.imports) {
      if (!loads_module(import.kind)) continue;
      const std::string_view specifier = syntax.text(import.specifier);
      if (specifier.find("://") != std::string_view::npos || specifier.starts_with("//")) continue;
      project_.entries.push_back({.path = std::string(specifier),
                                  .environment = unsigned(find_environment("client").value_or(0)),
                                  .found_by = "index.html (inline script)",
                                  .imported_by = join(project_.root, kInlineScript)});
    }
  }

  static bool loads_module(ImportKind kind) {
    return kind == ImportKind::import || kind == ImportKind::side_effect || kind == ImportKind::export_from ||
           kind == ImportKind::export_all || kind == ImportKind::dynamic;
  }

  static constexpr size_t kMaxEnvironments = 15;

  const ScanOptions& options_;
  FileSystem& file_system_;
  Project& project_;
  std::vector<Diagnostic>& diagnostics_;
  simdjson::dom::parser parser_;
  Preset preset_;
  std::vector<std::string> dependencies_;
  bool entry_files_ok_ = true;
};

}  // namespace

std::string_view to_string(Framework framework) {
  for (const auto& [value, name] : kFrameworkNames) {
    if (value == framework) return name;
  }
  return "none";
}

bool framework_of(std::string_view name, Framework& framework) {
  for (const auto& [value, known] : kFrameworkNames) {
    if (known == name) {
      framework = value;
      return true;
    }
  }
  return false;
}

Diagnostic no_entry(const Project& project) {
  std::string list;
  for (const std::string& name : project.tried_entries) list += (list.empty() ? "" : ", ") + name;
  return {
      .rule = "project/no-entry",
      .level = Level::error,
      .file = project.root,
      .message = "no entry was found for framework " + std::string(to_string(project.framework)) + "; tried " + list,
      .help = "name the entries with --entry [ENVIRONMENT=]FILE or \"entries\" in demarc.config.json"};
}

bool detect_project(const ScanOptions& options, FileSystem& file_system, Project& project,
                    std::vector<Diagnostic>& diagnostics, Detect what) {
  return Detector(options, file_system, project, diagnostics).run(what);
}

}  // namespace demarc
