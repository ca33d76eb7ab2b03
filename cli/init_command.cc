#include "cli/init_command.h"

#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/display.h"
#include "cli/json_writer.h"
#include "cli/path_names.h"
#include "cli/print.h"
#include "cli/publish.h"
#include "cli/scan_plan.h"
#include "scanner/describe_project.h"

namespace demarc {
namespace {

constexpr std::string_view kName = "demarc.config.json";
constexpr std::string_view kSchema = "node_modules/demarc/schema/config.v1.json";

bool is_there(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0;
}

// From `root` to the installed package's schema, which a workspace may have further up.
std::string schema_path(const std::string& root) {
  std::string way = "./";
  for (std::string at = root; !at.empty(); at.resize(at.rfind('/'))) {
    if (is_there(at + "/" + std::string(kSchema))) return way + std::string(kSchema);
    way = way == "./" ? "../" : "../" + way;
  }
  return "./" + std::string(kSchema);
}

class InitCommand {
 public:
  explicit InitCommand(const InitArguments& arguments)
      : arguments_(arguments), error_look_(look_of(STDERR_FILENO, arguments.scan.color)) {}

  ExitCode run() {
    const ExitCode code = write();
    errors_.flush();
    return code;
  }

 private:
  ExitCode write() {
    const Surroundings surroundings = this_process();
    ScanPlan plan;
    std::vector<Diagnostic> problems;
    ScanArguments scan = arguments_.scan;
    scan.no_config = true;  // of a folder further up, or the one that is to be replaced
    if (!plan_scan(scan, surroundings, plan, problems)) return refuse(problems, surroundings.working_directory);
    // Names what there is already, whatever its name.
    const std::string& root = plan.options.root;
    const bool to_folder = arguments_.scan.output.empty();
    const ConfigFile present = find_config(root);
    const bool is_here = present.path.substr(0, present.path.rfind('/')) == root;
    if (to_folder && !arguments_.force && !present.path.empty() && is_here) {
      const std::string what = present.in_package_json ? "package.json has a \"demarc\" key" : "there is one already";
      return refuse(
          {{.rule = "config/invalid",
            .level = Level::error,
            .file = present.path,
            .message = what + ", which stays as it is",
            .help = present.in_package_json ? "demarc.config.json would win over it: move the key's value there"
                                            : "--force replaces demarc.config.json; -o - prints"}},
          root);
    }

    if (!is_there(root + "/package.json"))
      return refuse({{.rule = "config/invalid",
                      .level = Level::error,
                      .message = "there is no project: " + root + " has no package.json",
                      .help = "run it in a project, or name one: demarc init PATH"}},
                    root);

    const std::unique_ptr<FileSystem> disk = make_real_file_system();
    const ProjectDescription project = describe_project(plan.options, *disk, problems);
    if (project.root.empty()) return refuse(problems, root);
    const PathNames names(project.root, PathStyle::from_root);
    const std::string output = to_folder ? project.root + "/" + std::string(kName) : arguments_.scan.output;
    const auto print = [&](const Look&, Sink& sink) { print_config(project, sink); };
    const ExitCode code = publish(output, arguments_.scan.color, print, error_look_, errors_);
    if (code != ExitCode::success || arguments_.scan.quiet) return code;
    // A project without an entry needs this file most of all.
    print_diagnostics(problems, {}, names, error_look_, errors_);
    if (to_folder) errors_.write("Wrote " + names.shown(output) + ": " + summary(project) + ".\n");
    for (const UnknownFact& fact : project.unknown)
      errors_.write("  " + error_look_.paint(Style::bold, "not known:") + " " + escaped(fact.what) + "; " +
                    escaped(fact.remedy) + "\n");
    return code;
  }

  static std::string summary(const ProjectDescription& project) {
    return "framework " + std::string(to_string(project.framework)) + ", " +
           counted(project.entries.size(), "entry", "entries");
  }

  static void print_config(const ProjectDescription& project, Sink& sink) {
    JsonWriter json(sink);
    json.begin_object(JsonLayout::lines);
    json.key("$schema").string(schema_path(project.root));
    json.key("framework").string(to_string(project.framework));
    if (!project.entries.empty()) {
      const std::string& first =
          project.resolver.environments.empty() ? std::string() : project.resolver.environments.front().name;
      json.key("entries").begin_array(JsonLayout::lines);
      for (const DescribedEntry& entry : project.entries)
        json.string(entry.environment == first ? entry.path : entry.environment + "=" + entry.path);
      json.end();
    }
    json.end();
    sink.put('\n');
  }

  ExitCode refuse(const std::vector<Diagnostic>& problems, const std::string& root) {
    print_diagnostics(problems, {}, PathNames(root, PathStyle::from_root), error_look_, errors_);
    return ExitCode::usage;
  }

  const InitArguments& arguments_;
  const Look error_look_;
  Sink errors_{STDERR_FILENO};
};

}  // namespace

ExitCode run_init(const InitArguments& arguments) {
  return InitCommand(arguments).run();
}

}  // namespace demarc
