#include "cli/explain_command.h"

#include <unistd.h>

#include "cli/print_rules.h"
#include "cli/publish.h"

namespace demarc {

ExitCode run_explain(const ExplainArguments& arguments) {
  const Rule* const rule = find_rule(arguments.rule);
  const std::span<const Rule> shown = rule == nullptr ? rules() : std::span(rule, 1);
  const auto print = [&](const Look& look, Sink& sink) {
    if (arguments.format == Format::json) return print_rules_json(shown, sink);
    if (arguments.format == Format::markdown) return print_rules_markdown(shown, sink);
    if (rule != nullptr) return print_rule(*rule, look, sink);
    print_rule_list(look, sink);
  };
  const Look error_look = look_of(STDERR_FILENO, arguments.color);
  Sink errors(STDERR_FILENO);
  const ExitCode code = publish(arguments.output, arguments.color, print, error_look, errors);
  errors.flush();
  return code;
}

}  // namespace demarc
