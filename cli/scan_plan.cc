#include "cli/scan_plan.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <optional>
#include <utility>

#include "cli/display.h"

namespace demarc {
namespace {

bool is_folder(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool exists(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

// The nearest folder at or above `folder` that holds a package.json, else the folder itself.
std::string nearest_package(const std::string& folder) {
  for (std::string at = folder; !at.empty(); at.resize(at.rfind('/')))
    if (exists(at + "/package.json")) return at;
  return folder;
}

class Planner {
 public:
  Planner(const ScanArguments& arguments, const Surroundings& surroundings, ScanPlan& plan,
          std::vector<Diagnostic>& problems)
      : arguments_(arguments), surroundings_(surroundings), plan_(plan), problems_(problems) {}

  bool run() {
    if (!check_working_directory() || !find_start() || !read_configuration()) return false;
    choose_root();
    apply_flags();
    finish_paths();
    choose_threads();
    choose_memory();
    return problems_.empty();
  }

 private:
  bool problem(std::string message, std::string help) {
    problems_.push_back({.rule = "config/invalid",
                         .level = Level::error,
                         .file = {},
                         .message = std::move(message),
                         .help = std::move(help)});
    return false;
  }

  // A working directory that was removed has no path.
  bool check_working_directory() {
    const auto is_relative = [](const std::string& path) { return path.empty() || path.front() != '/'; };
    const bool is_needed =
        is_relative(arguments_.root) || (!arguments_.config.empty() && is_relative(arguments_.config));
    if (!is_needed || !is_relative(surroundings_.working_directory)) return true;
    return problem("the working directory does not exist any more",
                   "change to another folder, or name the project by an absolute PATH");
  }

  bool find_start() {
    if (arguments_.root.empty()) {
      start_ = nearest_package(surroundings_.working_directory);
      return true;
    }
    start_ = absolute_path(surroundings_.working_directory, arguments_.root);
    if (is_folder(start_)) return true;
    return problem("\"" + arguments_.root + "\" " + (exists(start_) ? "is no folder" : "does not exist"),
                   "PATH is the root of the project, the folder of its package.json");
  }

  bool read_configuration() {
    if (arguments_.config.empty()) {
      if (!arguments_.no_config) plan_.config = find_config(start_);
    } else {
      plan_.config.path = absolute_path(surroundings_.working_directory, arguments_.config);
      const std::string name = plan_.config.path.substr(plan_.config.path.rfind('/') + 1);
      plan_.config.in_package_json = name == "package.json";
      plan_.config.is_named = true;
    }
    if (!plan_.config.path.empty() && !read_config(plan_.config, plan_.options, config_, problems_)) return false;
    return arguments_.overrides.empty() ||
           read_config_text({.path = "options"}, arguments_.overrides, plan_.options, config_, problems_);
  }

  void choose_root() {
    const bool from_config = arguments_.root.empty() && !config_.root.empty();
    plan_.options.root = from_config ? config_.root : start_;
    if (from_config && !is_folder(config_.root))
      problem("root of " + plan_.config.path + " is no folder: " + config_.root,
              "it is relative to the configuration file");
  }

  template <class Value, class Given>
  static void override_with(const Given& given, Value& value) {
    if constexpr (requires { given.has_value(); }) {
      if (given.has_value()) value = *given;
    } else {
      if (!given.empty()) value = given;
    }
  }

  void apply_flags() {
    ScanOptions& options = plan_.options;
    override_with(arguments_.entries, options.entries);
    override_with(arguments_.walk, options.walk);
    override_with(arguments_.framework, options.framework);
    override_with(arguments_.prescan, options.prescan);
    override_with(arguments_.conditions, options.conditions);
    override_with(arguments_.mode, options.mode);
    override_with(arguments_.alias, options.alias);
    override_with(arguments_.tsconfig, options.tsconfig_file);
    override_with(arguments_.external, options.external);
    override_with(arguments_.type_imports, options.type_imports);
    override_with(arguments_.spill_dir, options.spill_directory);
    override_with(arguments_.follow, options.follow);
    override_with(arguments_.markers, options.markers);
    if (arguments_.preserve_symlinks) options.preserve_symlinks = true;
    options.keep = arguments_.emit;
    // One bit a marker, and one key in the result: twice the same text would be neither.
    std::sort(options.markers.begin(), options.markers.end());
    options.markers.erase(std::unique(options.markers.begin(), options.markers.end()), options.markers.end());
  }

  void finish_paths() {
    ScanOptions& options = plan_.options;
    finish_spill_directory(options.spill_directory);
    plan_.audit = std::move(config_.audit);
    if (!config_.baseline.empty()) plan_.baseline = absolute_path(options.root, config_.baseline);
    if (options.tsconfig_file.empty()) return;
    options.tsconfig_file = absolute_path(options.root, options.tsconfig_file);
    if (!exists(options.tsconfig_file))
      problem("the tsconfig \"" + arguments_.tsconfig + "\" does not exist", "--tsconfig is relative to the root");
  }

  // The user relies on it, so it must not turn out to be of no use when memory is short.
  void finish_spill_directory(std::string& folder) {
    if (folder.empty()) return;
    folder = absolute_path(surroundings_.working_directory, folder);
    if (!is_folder(folder))
      problem("the folder \"" + arguments_.spill_dir + "\" of --spill-dir does not exist",
              "it is relative to the working directory");
    else if (access(folder.c_str(), W_OK | X_OK) != 0)
      problem("the folder \"" + arguments_.spill_dir + "\" of --spill-dir is not writable", "make it writable");
  }

  void choose_threads() {
    std::optional<int> threads = arguments_.threads;
    if (!threads && !surroundings_.threads.empty() && !parse_threads(surroundings_.threads, threads.emplace()))
      problem("DEMARC_THREADS: \"" + surroundings_.threads + "\" is neither auto nor a number from 1 to 512", {});
    plan_.options.threads = threads.value_or(0);
  }

  void choose_memory() {
    std::optional<MemoryAmount> amount = config_.max_memory;
    plan_.memory_reason = plan_.config.path.empty() ? "maxMemory" : "maxMemory of " + plan_.config.path;
    if (!surroundings_.max_memory.empty()) {
      plan_.memory_reason = "DEMARC_MAX_MEMORY";
      if (!parse_memory(surroundings_.max_memory, amount.emplace()))
        problem(
            "DEMARC_MAX_MEMORY: \"" + surroundings_.max_memory + "\" is no amount of memory; write 512MiB, 1G or 40%",
            {});
    }
    if (arguments_.max_memory) {
      plan_.memory_reason = "--max-memory";
      amount = arguments_.max_memory;
    }
    const MemoryLimit& limit = surroundings_.memory_limit;
    if (amount && amount->percent == 0) {
      plan_.options.max_memory = amount->bytes;
      return;
    }
    const std::string of_limit = binary_bytes(limit.bytes) + " (" + limit.source + ")";
    if (!amount) {
      plan_.options.max_memory = default_memory_bound(limit);
      plan_.memory_reason = limit.bytes == 0 ? "the default" : "the default: at most 40 % of " + of_limit;
      return;
    }
    if (limit.bytes == 0)
      problem(plan_.memory_reason + ": no limit is known here that a percentage could be taken of", "write 512MiB");
    plan_.options.max_memory = uint64_t(double(limit.bytes) * amount->percent / 100);
    plan_.memory_reason += " of " + of_limit;
  }

  const ScanArguments& arguments_;
  const Surroundings& surroundings_;
  ScanPlan& plan_;
  std::vector<Diagnostic>& problems_;
  Config config_;
  std::string start_;
};

}  // namespace

std::string absolute_path(const std::string& base, const std::string& path) {
  if (!path.empty() && path.front() == '/') return path;
  return (base == "/" ? base : base + '/') + path;
}

Surroundings this_process() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  Surroundings surroundings;
  char folder[PATH_MAX];
  // One that was removed has no path.
  surroundings.working_directory = getcwd(folder, sizeof folder) == nullptr ? "." : folder;
  surroundings.threads = variable("DEMARC_THREADS");
  surroundings.max_memory = variable("DEMARC_MAX_MEMORY");
  surroundings.memory_limit = effective_memory_limit(this_host());
  return surroundings;
}

bool plan_scan(const ScanArguments& arguments, const Surroundings& surroundings, ScanPlan& plan,
               std::vector<Diagnostic>& problems) {
  return Planner(arguments, surroundings, plan, problems).run();
}

}  // namespace demarc
