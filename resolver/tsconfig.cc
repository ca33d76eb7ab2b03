#include "resolver/tsconfig.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "resolver/specifier.h"

namespace demarc {
namespace {

using simdjson::dom::element;
using namespace std::string_view_literals;

constexpr std::string_view kConfigDir = "${configDir}";

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string absolute(std::string_view directory, std::string_view path) {
  if (path.starts_with(kConfigDir)) return std::string(path);
  std::string joined;
  if (!path.starts_with('/')) joined.assign(directory).append("/");
  joined = normalize_path(joined.append(path));
  if (joined.size() > 1 && joined.back() == '/') joined.pop_back();
  return joined;
}

std::string without_config_dir(std::string_view path, std::string_view directory) {
  if (!path.starts_with(kConfigDir)) return std::string(path);
  path.remove_prefix(kConfigDir.size());
  while (path.starts_with('/')) path.remove_prefix(1);
  return absolute(directory, path);
}

void finish_globs(const std::optional<std::vector<TsconfigText::Glob>>& globs, std::string_view config_dir,
                  std::optional<std::vector<PathPattern>>& patterns) {
  if (!globs) return;
  patterns.emplace();
  for (const TsconfigText::Glob& glob : *globs) {
    std::string_view pattern = glob.pattern;
    if (!pattern.starts_with(kConfigDir)) {
      patterns->emplace_back(glob.directory, pattern);
      continue;
    }
    pattern.remove_prefix(kConfigDir.size());
    while (pattern.starts_with('/')) pattern.remove_prefix(1);
    patterns->emplace_back(config_dir, pattern);
  }
}

// Readers of one field. False: the field is there with another type, which is an error; null counts as absent.
bool read(element object, std::string_view key, std::optional<std::string>& to) {
  element value;
  if (object[key].get(value) != simdjson::SUCCESS || value.is_null()) return true;
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return false;
  to = text;
  return true;
}

bool read(element object, std::string_view key, std::optional<bool>& to) {
  element value;
  if (object[key].get(value) != simdjson::SUCCESS || value.is_null()) return true;
  bool flag = false;
  if (value.get_bool().get(flag) != simdjson::SUCCESS) return false;
  to = flag;
  return true;
}

bool read_list(element value, std::vector<std::string>& to) {
  simdjson::dom::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return false;
  for (element item : array) {
    std::string_view text;
    if (item.get_string().get(text) != simdjson::SUCCESS) return false;
    to.emplace_back(text);
  }
  return true;
}

bool read(element object, std::string_view key, std::optional<std::vector<std::string>>& to) {
  element value;
  if (object[key].get(value) != simdjson::SUCCESS || value.is_null()) return true;
  return read_list(value, to.emplace());
}

bool read(element object, std::string_view key, std::string_view directory,
          std::optional<std::vector<TsconfigText::Glob>>& to) {
  std::optional<std::vector<std::string>> patterns;
  if (!read(object, key, patterns)) return false;
  if (!patterns) return true;
  to.emplace();
  for (std::string& pattern : *patterns) to->push_back({std::string(directory), std::move(pattern)});
  return true;
}

bool read_extends(element document, std::vector<std::string>& to) {
  element value;
  if (document["extends"].get(value) != simdjson::SUCCESS || value.is_null()) return true;
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return read_list(value, to);
  to.emplace_back(text);
  return true;
}

bool read_paths(element options, std::optional<std::vector<TsconfigText::Mapping>>& to) {
  element value;
  if (options["paths"].get(value) != simdjson::SUCCESS || value.is_null()) return true;
  simdjson::dom::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return false;
  to.emplace();
  for (const auto& member : object) {
    TsconfigText::Mapping mapping;
    mapping.key = member.key;
    if (!read_list(member.value, mapping.targets)) return false;
    to->push_back(std::move(mapping));
  }
  return true;
}

bool read_compile(element options, TsconfigCompile& to) {
  return read(options, "verbatimModuleSyntax", to.verbatim_module_syntax) &&
         read(options, "preserveValueImports", to.preserve_value_imports) &&
         read(options, "emitDecoratorMetadata", to.emit_decorator_metadata) &&
         read(options, "importsNotUsedAsValues", to.imports_not_used_as_values) &&
         read(options, "jsxFactory", to.jsx_factory) && read(options, "jsxFragmentFactory", to.jsx_fragment_factory);
}

bool read_references(element document, std::vector<std::string>& to) {
  element value;
  if (document["references"].get(value) != simdjson::SUCCESS || value.is_null()) return true;
  simdjson::dom::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return false;
  for (element item : array) {
    std::string_view path;
    if (item["path"].get_string().get(path) != simdjson::SUCCESS) return false;
    to.emplace_back(path);
  }
  return true;
}

constexpr std::array kTypescript = {".ts"sv, ".tsx"sv, ".mts"sv, ".cts"sv};
constexpr std::array kJavascript = {".js"sv, ".jsx"sv, ".mjs"sv, ".cjs"sv};

template <size_t n>
bool one_of(const std::array<std::string_view, n>& extensions, std::string_view extension) {
  return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

// R104. A name without wildcard and dot is a directory and means everything below; a pattern that ends in a wildcard
// means only what the compiler takes.
bool includes(const PathPattern& pattern, std::string_view file, bool takes_extension) {
  if (pattern.text() == file) return true;
  const std::string_view last = pattern.last_name();
  const bool is_directory = last.find_first_of(".*?") == std::string_view::npos;
  if ((is_directory || last.ends_with('*')) && !takes_extension) return false;
  return is_directory ? pattern.append("/**/*").matches(file) : pattern.matches(file);
}

void replace_star(std::string& target, std::string_view with) {
  if (const size_t star = target.find('*'); star != std::string::npos) target.replace(star, 1, with);
}

}  // namespace

void strip_json_comments(std::string& json) {
  if (json.starts_with("\xef\xbb\xbf")) json.replace(0, 3, "   ");
  size_t comma = std::string::npos;  // the last one, while nothing but space followed it
  for (size_t i = 0; i < json.size();) {
    const char c = json[i];
    if (c == '"') {
      for (++i; i < json.size() && json[i] != '"'; ++i) {
        if (json[i] == '\\') ++i;
      }
      ++i;
      comma = std::string::npos;
    } else if (c == '/' && i + 1 < json.size() && json[i + 1] == '/') {
      while (i < json.size() && json[i] != '\n') json[i++] = ' ';
    } else if (c == '/' && i + 1 < json.size() && json[i + 1] == '*') {
      size_t end = json.find("*/", i + 2);
      end = end == std::string::npos ? json.size() : end + 2;
      for (; i < end; ++i) {
        if (json[i] != '\n') json[i] = ' ';
      }
    } else {
      if (c == ',') {
        comma = i;
      } else if (c == '}' || c == ']') {
        if (comma != std::string::npos) json[comma] = ' ';
        comma = std::string::npos;
      } else if (!is_space(c)) {
        comma = std::string::npos;
      }
      ++i;
    }
  }
}

bool parse_tsconfig(std::string& json, std::string_view directory, TsconfigText& text, std::string& error) {
  text.paths_directory = directory;
  strip_json_comments(json);
  if (std::all_of(json.begin(), json.end(), [](char c) { return is_space(c); })) return true;
  simdjson::dom::parser parser;
  element document;
  if (const auto code = parser.parse(json).get(document); code != simdjson::SUCCESS) {
    if (code == simdjson::MEMALLOC) throw std::bad_alloc();  // says nothing about the text
    error = simdjson::error_message(code);
    return false;
  }
  error = "a field has the wrong type";
  if (!document.is_object()) return false;
  element options;
  const bool has_options = document["compilerOptions"].get(options) == simdjson::SUCCESS && !options.is_null();
  if (has_options && !options.is_object()) return false;
  const bool is_valid =
      read_extends(document, text.extends) && read(document, "files", text.files) &&
      read(document, "include", directory, text.include) && read(document, "exclude", directory, text.exclude) &&
      read_references(document, text.references) &&
      (!has_options || (read(options, "baseUrl", text.base_url) && read_paths(options, text.paths) &&
                        read(options, "rootDirs", text.root_dirs) && read(options, "outDir", text.out_dir) &&
                        read(options, "allowJs", text.allow_js) && read_compile(options, text.compile)));
  if (!is_valid) return false;
  error.clear();

  const auto make_absolute = [&](std::string& path) { path = absolute(directory, path); };
  if (text.files) std::for_each(text.files->begin(), text.files->end(), make_absolute);
  if (text.root_dirs) std::for_each(text.root_dirs->begin(), text.root_dirs->end(), make_absolute);
  if (text.out_dir) make_absolute(*text.out_dir);
  if (text.base_url) {
    make_absolute(*text.base_url);
    text.paths_directory = *text.base_url;
  }
  return true;
}

void extend_tsconfig(TsconfigText& text, const TsconfigText& base) {
  const bool had_base_url = text.base_url.has_value();
  const bool had_paths = text.paths.has_value();
  if (!text.files) text.files = base.files;
  if (!text.include) text.include = base.include;
  if (!text.exclude) text.exclude = base.exclude;
  if (!text.root_dirs) text.root_dirs = base.root_dirs;
  if (!text.out_dir) text.out_dir = base.out_dir;
  if (!text.allow_js) text.allow_js = base.allow_js;
  const auto inherit = [&](auto option) {
    if (!(text.compile.*option)) text.compile.*option = base.compile.*option;
  };
  inherit(&TsconfigCompile::verbatim_module_syntax);
  inherit(&TsconfigCompile::preserve_value_imports);
  inherit(&TsconfigCompile::emit_decorator_metadata);
  inherit(&TsconfigCompile::imports_not_used_as_values);
  inherit(&TsconfigCompile::jsx_factory);
  inherit(&TsconfigCompile::jsx_fragment_factory);
  if (!had_base_url && base.base_url) {
    text.base_url = base.base_url;
    text.paths_directory = base.paths_directory;
  }
  if (!had_paths && base.paths) {
    text.paths = base.paths;
    if (!text.base_url) text.paths_directory = base.paths_directory;
  }
}

void finish_tsconfig(const TsconfigText& text, Tsconfig& config) {
  const std::string& directory = config.directory;
  if (text.files) {
    config.files.emplace();
    for (const std::string& file : *text.files) config.files->push_back(without_config_dir(file, directory));
  }
  finish_globs(text.include, directory, config.include);
  finish_globs(text.exclude, directory, config.exclude);
  if (text.base_url) config.base_url = without_config_dir(*text.base_url, directory);
  if (text.out_dir) config.out_dir = without_config_dir(*text.out_dir, directory);
  config.allow_js = text.allow_js;
  config.compile = text.compile;
  if (text.root_dirs) {
    for (const std::string& path : *text.root_dirs) config.root_dirs.push_back(without_config_dir(path, directory));
  }
  if (text.paths) {
    const std::string base = without_config_dir(text.paths_directory, directory);
    config.paths.emplace();
    for (const TsconfigText::Mapping& mapping : *text.paths) {
      Tsconfig::Mapping finished{mapping.key, {}};
      for (const std::string& target : mapping.targets) {
        finished.targets.push_back(target.starts_with(kConfigDir) ? without_config_dir(target, directory)
                                                                  : absolute(base, target));
      }
      config.paths->push_back(std::move(finished));
    }
  }
}

bool Tsconfig::owns(std::string_view file) const {
  if (files && std::find(files->begin(), files->end(), file) != files->end()) return true;
  const std::string_view extension = extension_of(file);
  const bool javascript = allow_js.value_or(false);
  if (extension.empty() || (!javascript && one_of(kJavascript, extension))) return false;
  const bool takes_extension = one_of(kTypescript, extension) || (javascript && one_of(kJavascript, extension));
  const auto matches = [&](const PathPattern& pattern) { return includes(pattern, file, takes_extension); };
  if (include) {
    if (std::none_of(include->begin(), include->end(), matches)) return false;
  } else if (files || !takes_extension || !PathPattern(directory, "**").matches(file)) {
    return false;
  }
  return !exclude || std::none_of(exclude->begin(), exclude->end(), matches);
}

const Tsconfig* Tsconfig::owner(std::string_view file) const {
  std::vector<const Tsconfig*> queue = references;
  for (size_t i = 0; i < queue.size(); ++i) {
    const Tsconfig* config = queue[i];
    if (std::find(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(i), config) !=
        queue.begin() + static_cast<std::ptrdiff_t>(i)) {
      continue;
    }
    if (config->owns(file)) return config;
    queue.insert(queue.end(), config->references.begin(), config->references.end());
  }
  return owns(file) ? this : nullptr;
}

bool Tsconfig::may_include_for_plugin(std::string_view file) const {
  const std::string_view extension = extension_of(file);
  if (one_of(kTypescript, extension)) return true;
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  constexpr std::array kFrameworks = {".astro"sv, ".mdx"sv, ".svelte"sv, ".vue"sv};
  const bool takes_all = allow_js.value_or(false) || name.starts_with("jsconfig.");
  return takes_all && (one_of(kJavascript, extension) || one_of(kFrameworks, extension));
}

bool Tsconfig::includes_for_plugin(std::string_view file) const {
  if (!may_include_for_plugin(file)) return false;
  const auto matches = [&](const PathPattern& pattern) {
    if (pattern.last_name().find('*') != std::string_view::npos) return pattern.matches(file);
    return pattern.append("/**").matches(file) || (!extension_of(pattern.last_name()).empty() && pattern.matches(file));
  };
  if (include) {
    if (std::none_of(include->begin(), include->end(), matches)) return false;
  } else if (!PathPattern(directory, "**/*").matches(file)) {
    return false;
  }
  if (!out_dir.empty() && matches(PathPattern("/", out_dir))) return false;
  if (exclude) return std::none_of(exclude->begin(), exclude->end(), matches);
  for (const std::string_view dependencies : {"**/node_modules"sv, "**/bower_components"sv, "**/jspm_packages"sv}) {
    if (matches(PathPattern(directory, dependencies))) return false;
  }
  return true;
}

std::vector<std::string> Tsconfig::mapped(std::string_view specifier) const {
  if (!paths) return {};
  const Mapping* best = nullptr;
  size_t best_prefix = 0;
  for (const Mapping& mapping : *paths) {
    if (mapping.key == specifier) return mapping.targets;
    const size_t star = mapping.key.find('*');
    if (star == std::string::npos || (best && star <= best_prefix) || !matches_star(mapping.key, specifier)) continue;
    best = &mapping;
    best_prefix = star;
  }
  if (!best) return {};
  const size_t behind = best->key.size() - best_prefix - 1;
  std::vector<std::string> targets = best->targets;
  for (std::string& target : targets) {
    replace_star(target, specifier.substr(best_prefix, specifier.size() - best_prefix - behind));
  }
  return targets;
}

std::vector<std::string> Tsconfig::mapped_for_plugin(std::string_view specifier) const {
  std::vector<std::string> all;
  if (!paths) return all;
  std::vector<const Mapping*> sorted;
  for (const Mapping& mapping : *paths) sorted.push_back(&mapping);
  const auto prefix = [](const Mapping* mapping) {
    const size_t star = mapping->key.find('*');
    return star == std::string::npos ? size_t{0} : star;
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const Mapping* a, const Mapping* b) { return prefix(a) > prefix(b); });
  for (const Mapping* mapping : sorted) {
    const size_t star = mapping->key.find('*');
    if (!matches_star(mapping->key, specifier)) continue;
    std::string_view matched;
    if (star != std::string::npos) {
      matched = specifier.substr(star, specifier.size() - mapping->key.size() + 1);
      if (matched.empty()) continue;
    }
    for (std::string target : mapping->targets) {
      if (star == std::string::npos) matched = specifier;
      for (size_t at = target.find('*'); at != std::string::npos; at = target.find('*', at + matched.size())) {
        target.replace(at, 1, matched);
      }
      all.push_back(std::move(target));
    }
  }
  return all;
}

size_t Tsconfig::bytes() const {
  size_t size = sizeof *this + path.size() + directory.size() + base_url.size() + out_dir.size();
  for (const auto* list : {&include, &exclude}) {
    if (!*list) continue;
    for (const PathPattern& glob : **list) size += sizeof glob + 3 * glob.text().size();
  }
  if (files) {
    for (const std::string& file : *files) size += sizeof file + file.size();
  }
  if (paths) {
    for (const Mapping& mapping : *paths) {
      size += sizeof mapping + mapping.key.size();
      for (const std::string& target : mapping.targets) size += sizeof target + target.size();
    }
  }
  return size;
}

}  // namespace demarc
