#include <charconv>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/command_flags.h"
#include "cli/flag_values.h"
#include "cli/suggest.h"

namespace demarc {
namespace {

constexpr std::string_view kLevels[] = {"off", "info", "warn", "error"};  // in the order of RuleLevel

std::vector<std::string_view> rule_names() {
  std::vector<std::string_view> names;
  for (const Rule& rule : rules()) names.push_back(rule.id);
  return names;
}

// boundary/client-barrel=error
Read read_rules(std::vector<RuleSetting>& settings) {
  return [&settings](const std::string& word) -> std::string {
    const size_t equals = word.find('=');
    if (equals == std::string::npos) return "\"" + word + "\" is no RULE=LEVEL, such as boundary/client-barrel=error";
    RuleSetting setting{.rule = word.substr(0, equals)};
    if (find_rule(setting.rule) == nullptr)
      return "there is no rule \"" + setting.rule + "\"" + suggestion(setting.rule, rule_names()) +
             "; `demarc explain` lists them";
    const std::string complaint = choice(kLevels, setting.level)(word.substr(equals + 1));
    if (complaint.empty()) settings.push_back(std::move(setting));
    return complaint;
  };
}

// client=600KB
Read read_budgets(std::vector<Budget>& budgets) {
  return [&budgets](const std::string& word) -> std::string {
    const size_t equals = word.rfind('=');
    if (equals == std::string::npos || equals == 0)
      return "\"" + word + "\" is no NAME=SIZE, such as client=600KB; NAME is client, boundary or a package";
    Budget budget{.name = word.substr(0, equals)};
    if (const std::string complaint = complaint_about_budget(budget.name); !complaint.empty()) return complaint;
    if (!parse_size(word.substr(equals + 1), budget.bytes))
      return "\"" + word.substr(equals + 1) + "\" is no size; write 600KB or 1.5MB";
    budgets.push_back(std::move(budget));
    return {};
  };
}

Read read_required(std::string& text) {
  return [&text](const std::string& word) -> std::string {
    if (word.empty()) return "must not be empty";
    text = word;
    return {};
  };
}

Read read_warnings(std::optional<size_t>& most) {
  return [&most](const std::string& word) -> std::string {
    size_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size()) return "\"" + word + "\" is no number of warnings";
    most = value;
    return {};
  };
}

}  // namespace

Invocation parse_audit(std::span<const char* const> words) {
  AuditArguments audit;
  ScanArguments& scan = audit.scan;
  std::string path;
  FlagSet flags(
      "audit", "[PATH]",
      "Scans a project and says what is wrong, or costs much, about its boundaries between server and client.");
  flags.operand("PATH", kRootHelp, read_text(path));
  flags.heading("Rules");
  flags.values("--rule", "ID=LEVEL", "off, info, warn or error for one rule; repeatable", read_rules(audit.rules));
  flags.flag("--deny-warnings", audit.deny_warnings, "exit 1 on warnings, too");
  flags.value("--max-warnings", "N", "exit 1 on more than N warnings", read_warnings(audit.max_warnings));
  flags.values("--budget", "NAME=SIZE",
               "most bytes of sources for client, for each boundary, or for a package in client code; repeatable",
               read_budgets(audit.budgets));
  flags.heading("Which findings count");
  flags.value("--baseline", "FILE",
              "findings that are known, or none (default: .demarc-baseline.json in the root, if it is there)",
              read_text(audit.baseline));
  flags.flag("--update-baseline", audit.update_baseline, "write what is found into the baseline");
  flags.value("--changed-since", "REVISION", "only findings that files changed since then have a part in; asks git",
              read_required(audit.changed_since));
  flags.value("--package", "DIR|TGZ", "look at what a library publishes, instead of at a project",
              read_required(audit.package));
  add_scope(flags, scan);
  flags.heading("Output");
  flags.value("-f, --format", "FORMAT",
              "pretty (default), stylish, unix, json, ndjson, sarif, github, gitlab, junit, markdown or agent",
              read_audit_format(scan.format));
  flags.value("-o, --output", "FILE", "write there instead of to standard output; appears whole or not at all",
              read_text(scan.output));
  add_appearance(flags, scan, "print errors only");
  add_resources(flags, scan);
  flags.footer(
      "Examples:\n"
      "  demarc                                       the nearest project\n"
      "  demarc audit -f sarif -o demarc.sarif app    for code scanning\n"
      "  demarc audit --rule boundary/orphan=off --budget client=600KB\n"
      "  demarc audit --update-baseline               from now on, only what is new fails\n"
      "  demarc audit --changed-since main\n"
      "  demarc audit --package ui-1.0.0.tgz\n"
      "\n"
      "Exit codes: 0 clean, 1 findings at level error (or warnings, where they are denied), 2 bad usage,\n"
      "configuration or project, 3 incomplete, 4 over the memory bound, 5 output could not be written\n");

  Invocation invocation = flags.parse(Command::audit, words);
  if (invocation.command == Command::none) return invocation;
  if (!path.empty() && !scan.root.empty()) return flags.refuse("give the root once: PATH or --root");
  if (!audit.package.empty()) {
    if (!path.empty() || !scan.root.empty()) return flags.refuse("--package names what is looked at; there is no PATH");
    if (!audit.baseline.empty() || audit.update_baseline || !audit.changed_since.empty())
      return flags.refuse("--package goes with no baseline and no --changed-since");
  }
  if (audit.update_baseline && audit.baseline == "none")
    return flags.refuse("--update-baseline needs a file; --baseline none names none");
  if (scan.root.empty()) scan.root = std::move(path);
  invocation.audit = std::move(audit);
  return invocation;
}

Invocation parse_explain(std::span<const char* const> words) {
  ExplainArguments explain;
  FlagSet flags("explain", "[RULE]",
                "Says what a rule of the audit is about: cause, example, remedy. Lists all rules without RULE.");
  flags.operand("RULE", "such as boundary/client-barrel", read_text(explain.rule));
  flags.heading("Output");
  flags.value("-f, --format", "FORMAT", "pretty (default), json or markdown",
              [&](const std::string& word) -> std::string {
                static constexpr std::string_view kNames[] = {"pretty", "json", "markdown"};
                static constexpr Format kValues[] = {Format::pretty, Format::json, Format::markdown};
                size_t index = 0;
                const std::string complaint = choice(kNames, index)(word);
                if (complaint.empty()) explain.format = kValues[index];
                return complaint;
              });
  flags.value("-o, --output", "FILE", "write there instead of to standard output", read_text(explain.output));
  flags.value("--color", "WHEN", "auto (default), always or never", read_color(explain.color));
  flags.footer(
      "Examples:\n"
      "  demarc explain\n"
      "  demarc explain boundary/server-only-in-client\n"
      "\n"
      "Exit codes: 0 explained, 2 there is no such rule\n");
  Invocation invocation = flags.parse(Command::explain, words);
  if (invocation.command == Command::none) return invocation;
  if (!explain.rule.empty() && find_rule(explain.rule) == nullptr)
    return flags.refuse("there is no rule \"" + explain.rule + "\"" + suggestion(explain.rule, rule_names()));
  invocation.explain = std::move(explain);
  return invocation;
}

}  // namespace demarc
