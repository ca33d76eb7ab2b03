#include "cli/config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <utility>

#include "cli/json_tree.h"
#include "cli/suggest.h"
#include "resolver/file_system.h"
#include "resolver/small_file.h"
#include "resolver/tsconfig.h"

namespace demarc {
namespace {

// Whatever has the name of a configuration is meant as one: its reader says why it cannot be.
bool is_there(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0;
}

constexpr size_t kLargest = size_t{4} << 20;

// 0 or errno.
int read_pipe(const std::string& path, std::string& text) {
  text.clear();
  const int pipe = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (pipe < 0) return errno;
  char buffer[4096];
  ssize_t count = 0;
  while (text.size() <= kLargest && (count = ::read(pipe, buffer, sizeof buffer)) > 0) {
    text.append(buffer, size_t(count));
  }
  const int error = count < 0 ? errno : text.size() > kLargest ? EFBIG : 0;
  close(pipe);
  return error;
}

std::string_view reason_of(int error) {
  if (error == EFBIG) return "is larger than 4 MiB";
  if (error == ESPIPE) return "is a FIFO; only --config reads one";
  return std::strerror(error);
}

// Windows editors put one before JSON; npm and Vite read over it.
void blank_byte_order_mark(std::string& text) {
  if (text.starts_with("\xef\xbb\xbf")) text.replace(0, 3, "   ");
}

// A file that names us and cannot be parsed counts: its reader says what is wrong with it.
bool package_json_has_config(FileSystem& disk, const std::string& path) {
  std::string text;
  // Most package.json files never name us; those are not parsed.
  if (read_small_file(disk, path, text) != 0 || text.find("\"demarc\"") == std::string::npos) return false;
  blank_byte_order_mark(text);
  JsonValue tree;
  JsonError error;
  if (!parse_json(text, tree, error)) return true;
  return tree.type == JsonValue::Type::object && tree.find("demarc") != nullptr;
}

std::string pointer_token(std::string_view key) {
  std::string token;
  for (const char letter : key) {
    if (letter == '~')
      token += "~0";
    else if (letter == '/')
      token += "~1";
    else
      token += letter;
  }
  return token;
}

using Type = JsonValue::Type;

// Walks the tree beside the JSON pointer of where it is.
class ConfigReader {
 public:
  ConfigReader(const ConfigFile& file, std::string_view text, ScanOptions& options, Config& config,
               std::vector<Diagnostic>& problems)
      : file_(file), text_(text), options_(options), config_(config), problems_(problems) {}

  void read_section(const JsonMember& section) {
    const Step step(*this, section.key);
    read(section.value);
  }

  void read(const JsonValue& root) {
    const auto ignored_text = [this](const JsonValue& value) { is(value, Type::string); };
    const Key keys[] = {
        {"$schema", ignored_text},
        {"root", [this](const JsonValue& v) { read_root(v); }},
        {"framework", [this](const JsonValue& v) { choice(v, framework_names(), framework_of, options_.framework); }},
        {"mode", [this](const JsonValue& v) { choice(v, mode_names(), parse_mode, options_.mode); }},
        {"vite", [this](const JsonValue& v) { read_vite(v); }},
        {"entries", [this](const JsonValue& v) { texts(v, options_.entries); }},
        {"walk", [this](const JsonValue& v) { texts(v, options_.walk); }},
        {"prescan", [this](const JsonValue& v) { texts(v, options_.prescan.emplace()); }},
        {"exclude", [this](const JsonValue& v) { texts(v, options_.exclude); }},
        {"environments", [this](const JsonValue& v) { read_environments(v); }},
        {"boundaries", [this](const JsonValue& v) { read_boundaries(v); }},
        {"alias", [this](const JsonValue& v) { read_aliases(v, options_.alias); }},
        {"dedupe", [this](const JsonValue& v) { texts(v, options_.dedupe); }},
        {"preserveSymlinks", [this](const JsonValue& v) { boolean(v, options_.preserve_symlinks); }},
        {"tsconfigPaths",
         [this](const JsonValue& v) {
           choice(v, tsconfig_paths_names(), parse_tsconfig_paths, options_.tsconfig_paths.emplace());
         }},
        {"external", [this](const JsonValue& v) { texts(v, options_.external); }},
        {"typeImports",
         [this](const JsonValue& v) { choice(v, type_import_names(), parse_type_imports, options_.type_imports); }},
        {"follow", [this](const JsonValue& v) { read_follow(v); }},
        {"markers", [this](const JsonValue& v) { read_markers(v); }},
        {"rules", [this](const JsonValue& v) { read_rules(v); }},
        {"budgets", [this](const JsonValue& v) { read_budgets(v); }},
        {"baseline", [this](const JsonValue& v) { text(v, config_.baseline); }},
        {"cache", [this](const JsonValue& v) { check_cache(v); }},
        {"maxMemory", [this](const JsonValue& v) { read_max_memory(v); }},
    };
    read_object(root, keys);
    check_boundary_environments(root);
  }

 private:
  using Key = std::pair<std::string_view, std::function<void(const JsonValue&)>>;

  // A step down the tree, for the JSON pointer.
  class Step {
   public:
    Step(ConfigReader& reader, std::string_view token) : reader_(reader), length_(reader.pointer_.size()) {
      reader_.pointer_ += '/';
      reader_.pointer_ += pointer_token(token);
    }
    Step(ConfigReader& reader, size_t index) : Step(reader, std::to_string(index)) {}
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    ~Step() { reader_.pointer_.resize(length_); }

   private:
    ConfigReader& reader_;
    size_t length_;
  };

  void problem(std::string_view rule, uint64_t offset, const std::string& message) {
    const TextPosition position = position_of(text_, offset);
    const std::string where = pointer_.empty() ? "" : pointer_ + ": ";
    problems_.push_back(
        {std::string(rule), Level::error, file_.path, position.line, position.column, where + message, {}});
  }
  void invalid(const JsonValue& value, const std::string& message) { problem("config/invalid", value.offset, message); }

  bool is(const JsonValue& value, Type type) {
    if (value.type == type) return true;
    invalid(value,
            std::string("must be ") + std::string(to_string(type)) + ", not " + std::string(to_string(value.type)));
    return false;
  }

  // Hands every member to its key's function; keys that have none and keys that come twice are problems.
  void read_object(const JsonValue& value, std::span<const Key> keys) {
    if (!is(value, Type::object)) return;
    std::vector<std::string_view> seen;
    for (const JsonMember& member : value.members) {
      const Step step(*this, member.key);
      if (is_repeated(member, seen)) continue;
      const auto key = std::find_if(keys.begin(), keys.end(), [&](const Key& k) { return k.first == member.key; });
      if (key != keys.end()) {
        key->second(member.value);
        continue;
      }
      std::vector<std::string_view> names;
      for (const Key& known : keys) names.push_back(known.first);
      problem("config/unknown-key", member.key_offset, "unknown key" + suggestion(member.key, names));
    }
  }

  // For objects whose keys are the user's own.
  void for_each_member(const JsonValue& value, const std::function<void(const JsonMember&)>& read) {
    if (!is(value, Type::object)) return;
    std::vector<std::string_view> seen;
    for (const JsonMember& member : value.members) {
      const Step step(*this, member.key);
      if (!is_repeated(member, seen)) read(member);
    }
  }

  void for_each_element(const JsonValue& value, const std::function<void(const JsonValue&)>& read) {
    if (!is(value, Type::array)) return;
    for (size_t index = 0; index < value.members.size(); ++index) {
      const Step step(*this, index);
      read(value.members[index].value);
    }
  }

  bool is_repeated(const JsonMember& member, std::vector<std::string_view>& seen) {
    if (std::find(seen.begin(), seen.end(), member.key) != seen.end()) {
      problem("config/invalid", member.key_offset, "this key comes twice");
      return true;
    }
    seen.push_back(member.key);
    return false;
  }

  void text(const JsonValue& value, std::string& to) {
    if (!is(value, Type::string)) return;
    if (value.string.empty()) return invalid(value, "must not be empty");
    if (value.string.find('\0') != std::string::npos) return invalid(value, "must not contain a NUL character");
    to = value.string;
  }

  void texts(const JsonValue& value, std::vector<std::string>& to) {
    to.clear();
    for_each_element(value, [&](const JsonValue& element) { text(element, to.emplace_back()); });
  }

  void boolean(const JsonValue& value, bool& to) {
    if (is(value, Type::boolean)) to = value.boolean;
  }

  template <class Value>
  void choice(const JsonValue& value, std::span<const std::string_view> names, bool (*parse)(std::string_view, Value&),
              Value& to) {
    if (is(value, Type::string) && !parse(value.string, to)) invalid(value, not_one_of(value.string, names));
  }

  void read_root(const JsonValue& value) {
    std::string root;
    text(value, root);
    if (root.empty()) return;
    const std::string folder = file_.path.substr(0, file_.path.rfind('/') + 1);
    config_.root = root.front() == '/' ? root : folder + root;
  }

  void read_vite(const JsonValue& value) {
    if (!is(value, Type::number)) return;
    if (value.number == 7)
      options_.vite = ViteVersion::vite7;
    else if (value.number == 8)
      options_.vite = ViteVersion::vite8;
    else
      invalid(value, "must be 8 or 7");
  }

  void read_environments(const JsonValue& value) {
    options_.environments.clear();
    for_each_member(value, [this](const JsonMember& member) {
      read_environment(member.value, options_.environments.emplace_back());
      options_.environments.back().name = member.key;
      if (member.key.empty()) problem("config/invalid", member.key_offset, "an environment needs a name");
    });
    if (value.type != Type::object) return;
    if (value.members.empty())
      invalid(value, "must name at least one environment; leave the key out for the framework's");
    if (value.members.size() > 15) invalid(value, "more than 15 environments");
  }

  void read_environment(const JsonValue& value, EnvironmentOptions& environment) {
    const auto parse_consumer = [](std::string_view name, Consumer& consumer) {
      if (name != "server" && name != "client") return false;
      consumer = name == "server" ? Consumer::server : Consumer::client;
      return true;
    };
    static constexpr std::string_view kConsumers[] = {"server", "client"};
    const Key keys[] = {
        {"consumer",
         [&](const JsonValue& v) { choice<Consumer>(v, kConsumers, parse_consumer, environment.consumer); }},
        {"conditions", [&](const JsonValue& v) { texts(v, environment.conditions); }},
        {"mainFields", [&](const JsonValue& v) { texts(v, environment.main_fields); }},
        {"extensions", [&](const JsonValue& v) { texts(v, environment.extensions); }},
        {"builtins", [&](const JsonValue& v) { texts(v, environment.builtins); }},
        {"external", [&](const JsonValue& v) { texts(v, environment.external); }},
        {"noExternal", [&](const JsonValue& v) { read_no_external(v, environment); }},
        {"alias", [&](const JsonValue& v) { read_aliases(v, environment.alias); }},
    };
    read_object(value, keys);
    if (value.type == Type::object && value.find("consumer") == nullptr)
      invalid(value, "\"consumer\" is missing: \"server\" or \"client\"");
  }

  void read_no_external(const JsonValue& value, EnvironmentOptions& environment) {
    if (value.type == Type::boolean) {
      environment.no_external_all = value.boolean;
    } else if (value.type == Type::array) {
      environment.no_external_all = false;
      texts(value, environment.no_external);
    } else {
      invalid(value, "must be true, false or an array of package names");
    }
  }

  void read_boundaries(const JsonValue& value) {
    options_.boundaries.clear();
    for_each_member(value, [this](const JsonMember& member) {
      Boundary& boundary = options_.boundaries.emplace_back();
      boundary.directive = member.key;
      texts(member.value, boundary.environments);
    });
  }

  // Only where the file defines the environments itself; the framework's are not known here.
  void check_boundary_environments(const JsonValue& root) {
    const JsonMember* boundaries = root.find("boundaries");
    if (options_.environments.empty() || root.find("environments") == nullptr || boundaries == nullptr) return;
    std::vector<std::string_view> names;
    for (const EnvironmentOptions& environment : options_.environments) names.push_back(environment.name);
    for (const JsonMember& boundary : boundaries->value.members) {
      for (size_t index = 0; index < boundary.value.members.size(); ++index) {
        const JsonValue& name = boundary.value.members[index].value;
        if (name.type != Type::string || std::find(names.begin(), names.end(), name.string) != names.end()) continue;
        const Step boundaries_step(*this, "boundaries");
        const Step boundary_step(*this, boundary.key);
        const Step step(*this, index);
        invalid(name, "\"" + name.string + "\" is no environment of this file" + suggestion(name.string, names));
      }
    }
  }

  void read_aliases(const JsonValue& value, std::vector<Alias>& aliases) {
    aliases.clear();
    for_each_element(value, [&](const JsonValue& element) {
      Alias& alias = aliases.emplace_back();
      const Key keys[] = {
          {"find", [&](const JsonValue& v) { read_alias_find(v, alias); }},
          {"replacement", [&](const JsonValue& v) { read_replacement(v, alias); }},
      };
      read_object(element, keys);
      if (element.type != Type::object) return;
      for (const char* key : {"find", "replacement"})
        if (element.find(key) == nullptr) invalid(element, "\"" + std::string(key) + "\" is missing");
    });
  }

  // Unlike other texts it may be empty: { "find": { "re": "^~" }, "replacement": "" } takes something away.
  void read_replacement(const JsonValue& value, Alias& alias) {
    if (value.type == Type::string && value.string.empty())
      alias.replacement.clear();
    else
      text(value, alias.replacement);
  }

  void read_alias_find(const JsonValue& value, Alias& alias) {
    if (value.type == Type::string) return text(value, alias.find);
    if (value.type != Type::object)
      return invalid(value, "must be a string, or an object { \"re\": …, \"flags\": … } for a regular expression");
    alias.is_regexp = true;
    const auto read_flags = [&](const JsonValue& v) {
      if (is(v, Type::string)) alias.regexp_flags = v.string;
    };
    const Key keys[] = {{"re", [&](const JsonValue& v) { text(v, alias.find); }}, {"flags", read_flags}};
    read_object(value, keys);
    if (value.find("re") == nullptr) invalid(value, "\"re\" is missing");
    if (alias.find.empty()) return;
    const std::string reason = invalid_alias(alias);
    if (!reason.empty()) invalid(value, "is no regular expression: " + reason);
  }

  void read_follow(const JsonValue& value) {
    Follow& follow = options_.follow.emplace();
    for_each_element(value, [&](const JsonValue& v) { choice(v, follow_names(), parse_follow, follow); });
  }

  void read_markers(const JsonValue& value) {
    texts(value, options_.markers);
    if (value.members.size() > 32) invalid(value, "more than 32 markers");
    for_each_element(value, [&](const JsonValue& v) {
      if (v.string.size() > 256) invalid(v, "a marker is at most 256 bytes long");
    });
  }

  void read_rules(const JsonValue& value) {
    config_.audit.rules.clear();
    std::vector<std::string_view> known;
    for (const Rule& rule : demarc::rules()) known.push_back(rule.id);
    for_each_member(value, [&](const JsonMember& member) {
      RuleSetting& setting = config_.audit.rules.emplace_back();
      setting.rule = member.key;
      if (std::find(known.begin(), known.end(), member.key) == known.end())
        problem("config/invalid", member.key_offset, "there is no rule of this name" + suggestion(member.key, known));
      read_rule(member.value, setting);
    });
  }

  // "warn", or ["warn", { "ignore": ["src/admin/**"] }].
  void read_rule(const JsonValue& value, RuleSetting& setting) {
    if (value.type != Type::array) return choice(value, rule_level_names(), parse_rule_level, setting.level);
    if (value.members.empty() || value.members.size() > 2)
      return invalid(value, "must be [level] or [level, { options }]");
    for_each_element(value, [&](const JsonValue& element) {
      if (&element == &value.members[0].value)
        return choice(element, rule_level_names(), parse_rule_level, setting.level);
      const Key keys[] = {{"ignore", [&](const JsonValue& v) { texts(v, setting.ignore); }}};
      read_object(element, keys);
    });
  }

  void check_cache(const JsonValue& value) {
    const Key keys[] = {{"dir", [this](const JsonValue& v) { is(v, Type::string); }}};
    read_object(value, keys);
  }

  void read_budgets(const JsonValue& value) {
    config_.audit.budgets.clear();
    for_each_member(value, [this](const JsonMember& member) {
      Budget& budget = config_.audit.budgets.emplace_back();
      budget.name = member.key;
      if (const std::string complaint = complaint_about_budget(member.key); !complaint.empty())
        problem("config/invalid", member.key_offset, complaint);
      if (is(member.value, Type::string) && !parse_size(member.value.string, budget.bytes))
        invalid(member.value, "\"" + member.value.string + "\" is no size; write it as 600KB or 2MiB");
    });
  }

  void read_max_memory(const JsonValue& value) {
    MemoryAmount amount;
    if (!is(value, Type::string)) return;
    if (!parse_memory(value.string, amount))
      return invalid(value, "\"" + value.string + "\" is no amount of memory; write it as 512MiB or 40%");
    config_.max_memory = amount;
  }

  const ConfigFile& file_;
  std::string_view text_;
  ScanOptions& options_;
  Config& config_;
  std::vector<Diagnostic>& problems_;
  std::string pointer_;
};

}  // namespace

ConfigFile find_config(const std::string& folder) {
  const std::unique_ptr<FileSystem> disk = make_real_file_system();
  std::string at = folder;
  while (!at.empty() && at.back() == '/') at.pop_back();
  for (;; at.resize(at.rfind('/'))) {
    for (const char* name : {"/demarc.config.json", "/demarc.config.jsonc"})
      if (is_there(at + name)) return {at + name, false};
    if (package_json_has_config(*disk, at + "/package.json")) return {at + "/package.json", true};
    if (at.empty()) return {};
  }
}

bool read_config(const ConfigFile& file, ScanOptions& options, Config& config, std::vector<Diagnostic>& problems) {
  std::string text;
  int error = read_small_file(*make_real_file_system(), file.path, text);
  if (error == ESPIPE && file.is_named) error = read_pipe(file.path, text);
  if (error != 0) {
    problems.push_back({"config/invalid", Level::error, file.path, 0, 0, std::string(reason_of(error)), {}});
    return false;
  }
  return read_config_text(file, text, options, config, problems);
}

bool read_config_text(const ConfigFile& file, std::string_view text, ScanOptions& options, Config& config,
                      std::vector<Diagnostic>& problems) {
  const size_t before = problems.size();
  const auto fail = [&](uint64_t line, uint64_t column, std::string message) {
    problems.push_back({"config/invalid", Level::error, file.path, line, column, std::move(message), {}});
    return false;
  };
  std::string blanked(text);
  if (file.in_package_json)
    blank_byte_order_mark(blanked);
  else
    strip_json_comments(blanked);
  JsonValue tree;
  JsonError error;
  if (!parse_json(blanked, tree, error)) {
    const TextPosition position = position_of(text, error.offset);
    return fail(position.line, position.column, error.message);
  }
  ConfigReader reader(file, text, options, config, problems);
  if (!file.in_package_json) {
    reader.read(tree);
  } else if (const JsonMember* section = tree.find("demarc"); section != nullptr) {
    reader.read_section(*section);
  } else {
    return fail(1, 1, "has no \"demarc\" key");
  }
  return problems.size() == before;
}

}  // namespace demarc
