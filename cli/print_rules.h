// The rules of the audit as text: one, or all.
#pragma once

#include <span>

#include "cli/sink.h"
#include "cli/terminal.h"
#include "scanner/audit.h"

namespace demarc {

void print_rule(const Rule& rule, const Look& look, Sink& sink);
void print_rule_list(const Look& look, Sink& sink);
void print_rules_json(std::span<const Rule> rules, Sink& sink);
// docs/rules.md.
void print_rules_markdown(std::span<const Rule> rules, Sink& sink);

}  // namespace demarc
