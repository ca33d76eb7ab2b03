#include <utility>

#include "cli/command_flags.h"
#include "cli/flag_values.h"

namespace demarc {

Invocation parse_init(std::span<const char* const> words) {
  InitArguments init;
  std::string path;
  FlagSet flags(
      "init", "[PATH]",
      "Writes demarc.config.json into the root of a project: its schema, and the framework and entries that were\n"
      "detected. Nothing needs it; it is a place to begin.");
  flags.operand("PATH", kRootHelp, read_text(path));
  flags.value("--root", "DIR", "same as PATH", read_text(init.scan.root));
  flags.value("--framework", "NAME", one_of(framework_names()) + " (default: auto)",
              read_framework(init.scan.framework));
  flags.flag("--force", init.force, "replace a file that is there");
  flags.value("-o, --output", "FILE", "write there instead; - is standard output", read_text(init.scan.output));
  flags.value("--color", "WHEN", "auto (default), always or never", read_color(init.scan.color));
  flags.flag("--quiet", init.scan.quiet, "say nothing but errors");
  flags.footer(
      "Examples:\n"
      "  demarc init\n"
      "  demarc init -o - app\n"
      "\n"
      "Exit codes: 0 written, 2 there is a configuration already, or no project, 5 it could not be written\n");
  Invocation invocation = flags.parse(Command::init, words);
  if (invocation.command == Command::none) return invocation;
  if (!path.empty() && !init.scan.root.empty()) return flags.refuse("give the root once: PATH or --root");
  if (init.scan.root.empty()) init.scan.root = std::move(path);
  invocation.init = std::move(init);
  return invocation;
}

}  // namespace demarc
