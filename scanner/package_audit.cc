#include "scanner/package_audit.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "parser/locate.h"
#include "parser/syntax_tree.h"
#include "parser/unused_imports.h"
#include "resolver/small_file.h"
#include "scanner/audit_run.h"
#include "scanner/inspect.h"
#include "scanner/source_map.h"

namespace demarc {
namespace {

constexpr size_t kMostFiles = 200'000;
constexpr size_t kMostTargets = 10'000;
constexpr size_t kDeepest = 64;
constexpr size_t kLargestParse = size_t{1} << 20;
constexpr size_t kTreeBytes = size_t{16} << 20;

// What a module says about itself at its top.
struct Directives {
  bool client = false;
  bool server = false;
  bool any() const { return client || server; }
  bool operator==(const Directives&) const = default;
  std::string text() const {
    return client && server ? "\"use client\" and \"use server\"" : client ? "\"use client\"" : "\"use server\"";
  }
};

Directives directives_of(const ParsedModule& module) {
  Directives directives;
  for (const ParsedDirective& directive : module.directives) {
    if (directive.level != DirectiveLevel::module) continue;
    directives.client |= directive.value == "use client";
    directives.server |= directive.value == "use server";
  }
  return directives;
}

bool is_declaration(std::string_view path) {
  return path.ends_with(".d.ts") || path.ends_with(".d.mts") || path.ends_with(".d.cts");
}

bool is_script(std::string_view path) {
  Language language = Language::js;
  return language_of(path, language) && language != Language::mdx && !is_declaration(path);
}

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}
std::string_view folder_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}
// "dist" of dist/a/b.js; empty for a file of the package's own folder.
std::string_view top_of(std::string_view path) {
  const size_t slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// Without extension, and without what bundlers put before it: index.esm.min.js is index.
std::string stem_of(std::string_view path) {
  static constexpr std::string_view kMarks[] = {".min",  ".esm", ".es",     ".cjs",    ".mjs",        ".umd",
                                                ".prod", ".dev", ".modern", ".module", ".production", ".development"};
  path = path.substr(0, path.rfind('.'));
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view mark : kMarks) {
      if (!path.ends_with(mark) || name_of(path).size() == mark.size()) continue;
      path.remove_suffix(mark.size());
      again = true;
    }
  }
  return std::string(path);
}

// `path` as seen from `folder`, both from the package's folder; empty where it leads outside.
std::string joined(std::string_view folder, std::string_view path) {
  std::vector<std::string_view> parts;
  const auto add = [&](std::string_view text) {
    while (!text.empty()) {
      const size_t end = std::min(text.find('/'), text.size());
      const std::string_view part = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (part.empty() || part == ".") continue;
      if (part == ".." && parts.empty()) return false;
      if (part == "..")
        parts.pop_back();
      else
        parts.push_back(part);
    }
    return true;
  };
  if (!add(folder) || !add(path)) return {};
  std::string whole;
  for (const std::string_view part : parts) whole += (whole.empty() ? "" : "/") + std::string(part);
  return whole;
}

// A target of `exports`, or of a field like `main`.
struct PackageTarget {
  std::string entry;                    // "."
  std::vector<std::string> conditions;  // those that say for whom, not in which format
  std::string path;                     // from the package's folder
};

// The entries of a package.json.
class ManifestReader {
 public:
  bool read(const std::string& text) {
    simdjson::dom::element root;
    if (parser_.parse(text).get(root) != simdjson::SUCCESS || !root.is_object()) return false;
    std::string_view name;
    if (root["name"].get(name) == simdjson::SUCCESS) name_ = name;
    simdjson::dom::element exports;
    if (root["exports"].get(exports) == simdjson::SUCCESS) add_exports(exports);
    static constexpr std::pair<const char*, const char*> kFields[] = {
        {"main", ""}, {"module", ""}, {"jsnext:main", ""}, {"esnext", ""}, {"browser", "browser"}};
    for (const auto& [field, condition] : kFields) {
      std::string_view path;
      if (root[field].get(path) == simdjson::SUCCESS)
        add(".", *condition == '\0' ? std::vector<std::string>() : std::vector<std::string>{condition}, path);
    }
    return true;
  }
  const std::string& name() const { return name_; }
  const std::vector<PackageTarget>& targets() const { return targets_; }

 private:
  void add_exports(simdjson::dom::element exports) {
    simdjson::dom::object object;
    if (exports.get(object) != simdjson::SUCCESS) return add_targets(".", exports, {}, 0);
    for (const auto& [key, value] : object) {
      if (key.starts_with('.'))
        add_targets(std::string(key), value, {}, 0);
      else
        return add_targets(".", exports, {}, 0);
    }
  }

  void add_targets(const std::string& entry, simdjson::dom::element value, std::vector<std::string> conditions,
                   size_t depth) {
    if (depth > kDeepest || targets_.size() > kMostTargets) return;
    std::string_view path;
    simdjson::dom::array list;
    simdjson::dom::object object;
    if (value.get(path) == simdjson::SUCCESS) return add(entry, conditions, path);
    if (value.get(list) == simdjson::SUCCESS) {
      for (const simdjson::dom::element element : list) add_targets(entry, element, conditions, depth + 1);
    } else if (value.get(object) == simdjson::SUCCESS) {
      for (const auto& [key, member] : object) {
        // Types have no directives, and what react-server picks is another program on purpose.
        if (key == "types" || key.starts_with("types@") || key == "react-server") continue;
        static constexpr std::string_view kFormats[] = {"import",  "require",     "module",    "module-sync",
                                                        "default", "development", "production"};
        std::vector<std::string> more = conditions;
        if (std::find(std::begin(kFormats), std::end(kFormats), key) == std::end(kFormats)) more.emplace_back(key);
        add_targets(entry, member, std::move(more), depth + 1);
      }
    }
  }

  void add(const std::string& entry, std::vector<std::string> conditions, std::string_view path) {
    const std::string inside = joined("", path);
    if (!inside.empty()) targets_.push_back({entry, std::move(conditions), inside});
  }

  simdjson::dom::parser parser_;
  std::string name_;
  std::vector<PackageTarget> targets_;
};

// A script of the package.
struct ScriptFile {
  bool is_read = false;
  Directives directives;
  uint64_t line = 1, column = 1;
  bool is_empty = false;   // it has no code that a directive would be about
  bool is_bundle = false;  // it imports no other file of the package
  // A directive that stands behind code, and so is none.
  std::string misplaced = {};
  std::vector<std::string> imports = {};  // relative ones with a value
};

struct MapSource {
  std::string name;
  Directives directives;
};

// Where a file's own sources say what.
struct Sources {
  bool from_map = false;
  std::vector<MapSource> modules;  // those that are known, in the order of the map
};

class PackageAuditor {
 public:
  PackageAuditor(const std::string& root, const AuditOptions& options, FileSystem& file_system, PackageAudit& audited)
      : root_(root == "/" ? "" : root),
        options_(options),
        file_system_(file_system),
        parser_(file_system),
        audited_(audited) {}

  void run() {
    std::string text;
    if (const int error = read_small_file(file_system_, root_ + "/package.json", text); error != 0) {
      audited_.problem =
          is_absence(error) ? "there is no package.json" : std::string("package.json: ") + std::strerror(error);
      return;
    }
    ManifestReader manifest;
    if (!manifest.read(text)) {
      audited_.problem = "package.json is no JSON object";
      return;
    }
    audited_.name = manifest.name();
    targets_ = manifest.targets();
    list("", 0);
    std::sort(files_.begin(), files_.end());
    sort_out();
    for (const std::string& path : published_) check(path);
    check_entries();
    finish();
  }

 private:
  // ---- What there is.

  void list(const std::string& folder, size_t depth) {
    struct Visitor final : DirectoryVisitor {
      std::vector<std::pair<std::string, EntryType>> entries;
      void entry(std::string_view name, EntryType type) override { entries.emplace_back(name, type); }
    } visitor;
    if (depth > kDeepest || file_system_.list(root_ + (folder.empty() ? "" : "/" + folder), visitor) != 0) return;
    for (const auto& [name, type] : visitor.entries) {
      if (name == "node_modules" || name.starts_with('.') || files_.size() > kMostFiles) continue;
      const std::string path = folder.empty() ? name : folder + "/" + name;
      // Links lead elsewhere, or in circles, and are not published.
      EntryType kind = type;
      if (kind == EntryType::unknown) kind = kind_of(path);
      if (kind == EntryType::directory) list(path, depth + 1);
      if (kind == EntryType::file && is_script(path)) files_.push_back(path);
    }
  }

  EntryType kind_of(const std::string& path) {
    std::string target;
    if (file_system_.read_link(root_ + "/" + path, target) == 0) return EntryType::symlink;
    FileStatus status;
    return file_system_.status(root_ + "/" + path, status) == 0 ? status.type : EntryType::unknown;
  }

  bool exists(std::string_view path) const { return std::binary_search(files_.begin(), files_.end(), path); }

  static bool holds_sources(std::string_view top) {
    static constexpr std::string_view kNames[] = {"src", "source", "sources"};
    return std::find(std::begin(kNames), std::end(kNames), top) != std::end(kNames);
  }

  // Which files are published and which are sources.
  void sort_out() {
    std::set<std::string, std::less<>> outputs;  // top folders
    std::set<std::string, std::less<>> named;    // files of the package's own folder
    for (const PackageTarget& target : targets_) {
      const std::string_view top = top_of(target.path);
      if (top.empty())
        named.insert(target.path);
      else if (!holds_sources(top) && top.find('*') == std::string_view::npos)
        outputs.emplace(top);
    }
    if (targets_.empty()) named.insert("index.js");
    const bool has_sources =
        std::any_of(files_.begin(), files_.end(), [](const std::string& path) { return holds_sources(top_of(path)); });
    for (const std::string& path : files_) {
      const std::string_view top = top_of(path);
      // `exports` with `./*` publishes every folder; without sources to tell apart, all there is was published.
      const bool is_published = top.empty() ? named.count(path) != 0 || !has_sources : outputs.count(top) != 0;
      if (is_published || (!has_sources && !holds_sources(top))) {
        published_.push_back(path);
      } else {
        by_name_[stem_of(name_of(path))].push_back(path);
        by_stem_[stem_of(path)].push_back(path);
        if (!top.empty()) source_tops_.emplace(top);
      }
    }
    audited_.published = published_.size();
    make_modules();
  }

  // What is printed is about the modules of a scan.
  void make_modules() {
    ScanResult& files = audited_.files;
    files.root = root_.empty() ? "/" : root_;
    for (const std::string& path : published_) {
      Module& module = files.modules.emplace_back();
      module.id = {files.pool.size(), uint32_t(path.size() + 1)};
      files.pool += "/" + path;
      FileStatus status;
      if (file_system_.status(root_ + "/" + path, status) == 0) module.bytes = status.size;
    }
  }

  // ---- What a file says.

  const ScriptFile& read(const std::string& path) {
    ScriptFile& file = scripts_[path];
    if (file.is_read) return file;
    file.is_read = true;
    ++audited_.result.files_read;
    const ParsedModule module = parser_.parse_file(root_ + "/" + path);
    file.directives = directives_of(module);
    if (module.exact) ++audited_.result.exact_parses;
    file.is_bundle = std::none_of(module.imports.begin(), module.imports.end(), [&](const ParsedImport& import) {
      return import.specifier.starts_with('.') || is_of_this_package(import.specifier);
    });
    std::string text;
    if (read_whole(path, text) != 0) return file;
    const std::vector<SourceLocation> unused = unused_imports(path, text);
    for (const ParsedImport& import : module.imports)
      if (import.specifier.starts_with('.') && !import.type_only &&
          std::find(unused.begin(), unused.end(), SourceLocation{import.line, import.column}) == unused.end())
        file.imports.push_back(import.specifier);
    file.is_empty = text.size() < 256 && module.imports.empty() && module.exports.empty() &&
                    text.find("exports") == std::string::npos;
    if (!file.directives.any()) find_misplaced(path, text, file);
    return file;
  }

  int read_whole(const std::string& path, std::string& text) {
    int handle = 0;
    if (const int error = file_system_.open(root_ + "/" + path, handle); error != 0) return error;
    text.resize(kLargestParse + 1);
    size_t size = 0;
    int64_t count = 0;
    while (size < text.size() &&
           (count = file_system_.read_at(handle, size, text.data() + size, text.size() - size)) > 0)
      size += size_t(count);
    file_system_.close(handle);
    text.resize(size);
    return count < 0 ? int(-count) : size > kLargestParse ? EFBIG : 0;
  }

  // A statement that is nothing but the text of a directive, behind other statements or in parentheses.
  void find_misplaced(const std::string& path, const std::string& text, ScriptFile& file) {
    if (text.find("use client") == std::string::npos && text.find("use server") == std::string::npos) return;
    Language language = Language::js;
    language_of(path, language);
    SyntaxTree tree;
    ++audited_.result.exact_parses;
    const TreeStatus status = tree.read(text, language, kTreeBytes);
    if (status != TreeStatus::complete && status != TreeStatus::has_errors) return;
    for (uint32_t node = tree.first_child(0); node != SyntaxTree::kNone; node = tree.next_sibling(node)) {
      if (tree.kind(node) != NodeKind::expression_statement) continue;
      uint32_t inner = tree.first_child(node);
      while (inner != SyntaxTree::kNone && tree.kind(inner) == NodeKind::parenthesized_expression)
        inner = tree.first_child(inner);
      if (inner == SyntaxTree::kNone || tree.kind(inner) != NodeKind::string) continue;
      const std::string_view quoted = tree.text(inner);
      if (quoted.size() < 2) continue;
      const std::string_view value = quoted.substr(1, quoted.size() - 2);
      if (value != "use client" && value != "use server") continue;
      file.misplaced = value;
      const std::array<uint64_t, 1> offsets = {tree[inner].begin};
      std::array<SourceLocation, 1> places;
      locate(text, offsets, places);
      file.line = places[0].line;
      file.column = places[0].column;
      return;
    }
  }

  // ---- What its sources say.

  Sources sources_of(const std::string& path) {
    Sources sources;
    if (read_map(path, sources)) return sources;
    const std::string source = source_by_path(path);
    if (source.empty()) return sources;
    sources.modules.push_back({source, read(source).directives});
    // What the source imports may be in the same file; that is certain if the file imports no other of the package.
    if (read(path).is_bundle) add_bundled(source, sources);
    return sources;
  }

  bool read_map(const std::string& path, Sources& sources) {
    std::string source_root;
    std::vector<std::string> names;
    std::unordered_map<size_t, Directives> contents;
    const SourceMapVisitor visitor{.source_root = [&](std::string_view root) { source_root = root; },
                                   .source = [&](size_t, std::string_view name) { names.emplace_back(name); },
                                   .content =
                                       [&](size_t index, std::string_view beginning) {
                                         Directives& directives = contents[index];
                                         if (beginning.find("use client") == std::string_view::npos &&
                                             beginning.find("use server") == std::string_view::npos)
                                           return;
                                         // The extension that is read with the fewest demands; the name may come later.
                                         directives = directives_of(parser_.parse_text(beginning, Language::tsx));
                                       }};
    if (read_source_map(file_system_, root_ + "/" + path + ".map", visitor) != 0) return false;
    if (!source_root.empty() && !source_root.ends_with('/')) source_root += '/';
    for (size_t i = 0; i < names.size(); ++i) {
      const std::string& name = names[i];
      if (name.find("node_modules/") != std::string::npos || name.find('\0') != std::string::npos || !is_script(name))
        continue;
      const std::string inside = joined(folder_of(path), source_root + name);
      const auto content = contents.find(i);
      if (content != contents.end())
        sources.modules.push_back({inside.empty() ? name : inside, content->second});
      else if (!inside.empty() && exists(inside) && inside != path)
        sources.modules.push_back({inside, read(inside).directives});
    }
    sources.from_map = true;
    return !sources.modules.empty();
  }

  // The source of the same path below a folder of sources: of dist/esm/ui/Button.js src/esm/ui/Button.tsx, then
  // src/ui/Button.tsx and src/Button.tsx, or the only one of that name. Empty where two would do.
  // Whether each folder of the published file, but for the first and those that say a format, is one of the source too.
  static bool has_folders_of(std::string_view source, std::string_view published) {
    static constexpr std::string_view kFormats[] = {"esm", "cjs", "es", "lib", "module", "modern", "umd", "node"};
    const std::string folders = "/" + std::string(source);
    published.remove_prefix(std::min(published.find('/') + 1, published.size()));
    for (size_t end = published.find('/'); end != std::string_view::npos; end = published.find('/')) {
      const std::string_view folder = published.substr(0, end);
      published.remove_prefix(end + 1);
      if (std::find(std::begin(kFormats), std::end(kFormats), folder) != std::end(kFormats)) continue;
      if (folders.find("/" + std::string(folder) + "/") == std::string::npos) return false;
    }
    return true;
  }

  bool is_of_this_package(std::string_view specifier) const {
    const std::string& name = audited_.name;
    return !name.empty() && specifier.starts_with(name) &&
           (specifier.size() == name.size() || specifier[name.size()] == '/');
  }

  // The specifiers that the compiler drops, because only types use their names.
  static std::vector<SourceLocation> unused_imports(std::string_view path, std::string_view text) {
    Language language;
    std::vector<uint64_t> offsets;
    if (text.size() <= kLargestParse && language_of(name_of(path), language))
      find_unused_imports(text, {.language = language}, kTreeBytes, offsets);
    std::vector<SourceLocation> places(offsets.size());
    locate(text, offsets, places);
    return places;
  }

  std::string source_by_path(const std::string& path) const {
    const std::string stem = stem_of(path);
    for (size_t at = stem.find('/'); at != std::string::npos; at = stem.find('/', at + 1)) {
      for (const std::string& top : source_tops_) {
        const auto found = by_stem_.find(top + stem.substr(at));
        if (found != by_stem_.end()) return found->second.size() == 1 ? found->second.front() : std::string();
      }
    }
    const std::string name(name_of(stem));
    const auto found = by_name_.find(name);
    const bool is_only = found != by_name_.end() && found->second.size() == 1 && name != "index";
    return is_only && has_folders_of(found->second.front(), stem) ? found->second.front() : std::string();
  }

  void add_bundled(const std::string& entry, Sources& sources) {
    std::set<std::string> seen = {entry};
    std::vector<std::string> queue = {entry};
    while (!queue.empty()) {
      const std::string from = std::move(queue.back());
      queue.pop_back();
      for (const std::string& specifier : std::vector<std::string>(read(from).imports)) {
        const std::string to = find_source(joined(folder_of(from), specifier));
        if (to.empty() || !seen.insert(to).second) continue;
        sources.modules.push_back({to, read(to).directives});
        queue.push_back(to);
      }
    }
  }

  std::string find_source(const std::string& path) const {
    if (path.empty()) return {};
    if (exists(path)) return path;
    static constexpr std::string_view kEndings[] = {".tsx", ".ts", ".jsx", ".js", ".mts", ".mjs"};
    for (const std::string_view middle : {"", "/index"})
      for (const std::string_view ending : kEndings)
        if (const std::string name = path + std::string(middle) + std::string(ending); exists(name)) return name;
    // TypeScript's imports name what will be there: ./x.js for x.tsx.
    const std::string stem = path.substr(0, std::min(path.rfind('.'), path.size()));
    for (const std::string_view ending : kEndings)
      if (stem != path && exists(stem + std::string(ending))) return stem + std::string(ending);
    return {};
  }

  // ---- What is wrong.

  void check(const std::string& path) {
    const ScriptFile file = read(path);
    if (file.directives.any()) ++audited_.with_directive;
    const Sources sources = sources_of(path);
    if (!sources.modules.empty()) ++audited_.with_source;
    if (!file.misplaced.empty()) {
      return report("directive/misplaced", path, file, file.misplaced,
                    "\"" + file.misplaced + "\" stands behind other code, so it is no directive",
                    "have the build write it first in the file; banners and injected imports go behind it");
    }
    if (file.is_empty) return;
    const MapSource* client = nullptr;
    const MapSource* server = nullptr;
    const MapSource* plain = nullptr;
    for (const MapSource& module : sources.modules) {
      if (module.directives.client && client == nullptr) client = &module;
      if (module.directives.server && server == nullptr) server = &module;
      if (!module.directives.any() && plain == nullptr) plain = &module;
    }
    if (client != nullptr && !file.directives.client) dropped(path, file, *client, server, plain);
    if (server != nullptr && !file.directives.server) dropped(path, file, *server, client, plain);
  }

  void dropped(const std::string& path, const ScriptFile& file, const MapSource& source, const MapSource* other_side,
               const MapSource* plain) {
    const std::string directive = source.directives.client ? "use client" : "use server";
    std::string message = "the \"" + directive + "\" of " + source.name + " is lost: ";
    std::string help;
    if (other_side != nullptr) {
      message += "the file also holds " + other_side->name + ", which says " + other_side->directives.text();
    } else if (plain != nullptr) {
      message += "the file also holds " + plain->name + ", which has no directive";
    } else {
      message += "the file does not begin with it";
    }
    help = other_side == nullptr && plain == nullptr
               ? "have the build keep directives (preserveModules with rollup-plugin-preserve-directives, or a banner)"
               : "build modules with a directive into files of their own: an entry each, or preserveModules";
    report("package/directive-dropped", path, file, directive, std::move(message), std::move(help));
  }

  // Targets of one entry for the same readers: either all have a directive or none.
  void check_entries() {
    std::map<std::pair<std::string, std::vector<std::string>>, std::vector<std::string>> groups;
    for (const PackageTarget& target : targets_) {
      if (!std::binary_search(published_.begin(), published_.end(), target.path)) continue;
      std::vector<std::string>& group = groups[{target.entry, target.conditions}];
      if (std::find(group.begin(), group.end(), target.path) == group.end()) group.push_back(target.path);
    }
    for (const auto& [entry, paths] : groups) {
      const auto with = std::find_if(paths.begin(), paths.end(),
                                     [&](const std::string& path) { return read(path).directives.any(); });
      if (with == paths.end()) continue;
      const Directives wanted = read(*with).directives;
      for (const std::string& path : paths) {
        const ScriptFile file = read(path);
        if (file.directives == wanted || file.is_empty || reported_.count(path) != 0) continue;
        report("package/directive-dropped", path, file, wanted.client ? "use client" : "use server",
               "the file lacks " + wanted.text() + ", with which " + *with + " begins: both are \"" + entry.first +
                   "\" of this package",
               "have every format that the package is built in begin with it");
      }
    }
  }

  void report(std::string_view rule, const std::string& path, const ScriptFile& file, const std::string& subject,
              std::string message, std::string help) {
    if (!reported_.insert(path).second) return;
    const auto at = std::lower_bound(published_.begin(), published_.end(), path);
    reports_.push_back(
        {.rule = rule,
         .module = at != published_.end() && *at == path ? ModuleIndex(at - published_.begin()) : kNoModule,
         .line = file.line,
         .column = file.column,
         .message = std::move(message),
         .help = std::move(help),
         .subject = subject,
         .most_in_packages = Level::error});
  }

  void finish() {
    AuditRun run(audited_.files, options_, file_system_, audited_.result);
    for (AuditRun::Report& report : reports_) run.report(std::move(report));
    finish_findings(audited_.files, audited_.result.findings);
  }

  const std::string root_;
  const AuditOptions& options_;
  FileSystem& file_system_;
  ModuleParser parser_;
  PackageAudit& audited_;
  std::vector<PackageTarget> targets_;
  std::vector<std::string> files_;  // scripts, sorted
  std::vector<std::string> published_;
  std::map<std::string, std::vector<std::string>> by_stem_;  // sources
  std::map<std::string, std::vector<std::string>> by_name_;
  std::set<std::string> source_tops_;
  std::unordered_map<std::string, ScriptFile> scripts_;
  std::set<std::string> reported_;
  std::vector<AuditRun::Report> reports_;
};

}  // namespace

PackageAudit audit_package(const std::string& root, const AuditOptions& options, FileSystem& file_system) {
  PackageAudit audited;
  PackageAuditor(root, options, file_system, audited).run();
  return audited;
}

}  // namespace demarc
