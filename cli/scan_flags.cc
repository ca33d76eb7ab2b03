#include "cli/command_flags.h"

#include <array>
#include <utility>

#include "cli/flag_set.h"
#include "cli/flag_values.h"

namespace demarc {
namespace {

constexpr std::array<std::string_view, 2> kEmits = {"map", "graph"};

}  // namespace

void add_scope(FlagSet& flags, ScanArguments& scan) {
  flags.heading("Scope");
  flags.value("--root", "DIR", "same as PATH", read_text(scan.root));
  flags.values("-e, --entry", "FILE",
               "start here: [ENVIRONMENT=] and a file, specifier or pattern; repeatable (default: detected)",
               read_texts(scan.entries));
  flags.values("--walk", "NAME", "also walk this environment, which the framework's own scan leaves out; repeatable",
               read_texts(scan.walk));
  flags.value("--framework", "NAME", one_of(framework_names()) + " (default: auto)", read_framework(scan.framework));
  flags.values("--prescan", "GLOB", "files that are entries when they carry a directive, or none; repeatable",
               read_prescan(scan.prescan));
  flags.values("--conditions", "NAME=C[,C]", "resolve conditions of one environment; repeatable",
               read_conditions(scan.conditions));
  flags.value("--mode", "MODE", "production (default) or development", read_mode(scan.mode));
  flags.values("--alias", "FIND=TARGET", "replace FIND in specifiers, as Vite's resolve.alias; repeatable",
               read_alias(scan.alias));
  flags.value("--tsconfig", "FILE", "use this tsconfig for paths, relative to the root", read_text(scan.tsconfig));
  flags.values("--external", "PATTERN", "leave these specifiers alone; * matches anything; repeatable",
               read_texts(scan.external));
  flags.flag("--preserve-symlinks", scan.preserve_symlinks,
             "identify files by their linked path, as Vite's resolve.preserveSymlinks");
  flags.value("--type-imports", "elide|keep", "imports that only types use: leave out (default) or follow",
              read_type_imports(scan.type_imports));
  flags.values("--follow", "KIND[,KIND]", "also follow glob, worker or url edges, or none", read_follow(scan.follow));
  flags.values("--marker", "TEXT", "flag every file that contains TEXT; repeatable", read_marker(scan.markers));
  flags.value("-c, --config", "FILE",
              "configuration file (default: demarc.config.json[c] or package.json#demarc, nearest upward)",
              read_text(scan.config));
}

void add_appearance(FlagSet& flags, ScanArguments& scan, std::string_view quiet) {
  flags.value("--color", "WHEN", "auto (default), always or never", read_color(scan.color));
  flags.value("--progress", "WHEN", "auto (default: on a terminal, outside CI), always or none",
              read_progress(scan.progress));
  flags.flag("--stats", scan.stats, "add counters, time and memory");
  flags.flag("--quiet", scan.quiet, std::string(quiet));
  flags.flag("--absolute-paths", scan.absolute_paths, "print absolute paths instead of paths from the root");
}

void add_resources(FlagSet& flags, ScanArguments& scan) {
  flags.heading("Resources");
  flags.value("-j, --threads", "N|auto", "threads (default: what affinity and CPU quota allow)",
              read_threads(scan.threads));
  flags.flag("--allow-incomplete", scan.allow_incomplete,
             "print the map although something could not be read; still exits 3");
  flags.value("--max-memory", "SIZE|%", "bound on memory (default: 40 % of what the process may use, at most 512 MiB)",
              read_max_memory(scan.max_memory));
  flags.value("--spill-dir", "DIR",
              "where tables go that do not fit (default: DEMARC_CACHE_DIR, node_modules, the root, /var/tmp)",
              read_text(scan.spill_dir));
}

Invocation parse_scan(std::span<const char* const> words) {
  ScanArguments scan;
  std::string path;
  FlagSet flags("scan", "[PATH]",
                "Prints which modules of a project say \"use client\" or \"use server\", node_modules included.");
  flags.operand("PATH", kRootHelp, read_text(path));

  add_scope(flags, scan);
  flags.heading("Output");
  flags.value("-f, --format", "FORMAT", "pretty (default), json or ndjson", read_format("scan", scan.format));
  flags.value("-o, --output", "FILE",
              "write the result there instead of to standard output; appears whole or not at all",
              read_text(scan.output));
  flags.value("--emit", "map|graph", "json and ndjson: the map alone (default), or with all modules and edges",
              choice(kEmits, scan.emit));
  add_appearance(flags, scan, "print the result and errors only");

  add_resources(flags, scan);
  flags.footer(
      "Examples:\n"
      "  demarc scan                              the nearest project, for people\n"
      "  demarc scan -f json -o map.json app      the map of ./app, for a build\n"
      "  demarc scan -e src/entry.rsc.tsx -f json --emit graph | jq '.modules | length'\n");

  Invocation invocation = flags.parse(Command::scan, words);
  if (invocation.command == Command::none) return invocation;
  if (!path.empty() && !scan.root.empty()) return flags.refuse("give the root once: PATH or --root");
  if (scan.root.empty()) scan.root = std::move(path);
  if (scan.emit == Keep::graph && scan.format == Format::pretty)
    return flags.refuse("--emit graph needs --format json or ndjson");
  invocation.scan = std::move(scan);
  return invocation;
}

}  // namespace demarc
