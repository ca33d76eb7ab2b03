// Rules about directives: misplaced, misspelled, contradicting, or not seen by the framework.
#include <algorithm>
#include <string>

#include "scanner/audit_run.h"

namespace demarc {
namespace {

constexpr std::string_view kKnown[] = {"use strict", "use asm",       "use cache",      "use memo", "use no memo",
                                       "use forget", "use no forget", "use workflow",   "use step", "use dom",
                                       "use gpu",    "use babel",     "use strip types"};

// One letter added, left out or replaced, or two neighbours exchanged; or none.
bool is_one_edit_away(std::string_view word, std::string_view wanted) {
  if (word.size() > wanted.size() + 1 || wanted.size() > word.size() + 1) return false;
  size_t begin = 0;
  while (begin < std::min(word.size(), wanted.size()) && word[begin] == wanted[begin]) ++begin;
  std::string_view a = word.substr(begin), b = wanted.substr(begin);
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (a.size() <= 1 && b.size() <= 1) return true;
  return a.size() == 2 && b.size() == 2 && a[0] == b[1] && a[1] == b[0];
}

// The directive that `value` must have meant, or empty. `value` is none itself.
std::string_view meant_by(std::string_view value) {
  if (value.size() > 24 || value.starts_with("use cache:")) return {};
  if (std::find(std::begin(kKnown), std::end(kKnown), value) != std::end(kKnown)) return {};
  // Letter case, and what stands between the words, without which the two are the same.
  std::string plain;
  for (const char c : value) {
    if (c >= 'A' && c <= 'Z')
      plain += char(c + 32);
    else if (c >= 'a' && c <= 'z')
      plain += c;
    else if (c != ' ' && c != '\t' && c != '-' && c != '_' && c != ';' && c != '.' && c != ':')
      plain += '?';
  }
  if (!plain.starts_with("use")) return {};
  std::string_view nearest;
  for (const std::string_view directive : {"use client", "use server"}) {
    const std::string letters = "use" + std::string(directive.substr(4));
    if (is_one_edit_away(plain, letters)) nearest = directive;
  }
  return nearest;
}

}  // namespace

void want_directive_reads(AuditRun& run) {
  const bool misplaced = run.wants("directive/misplaced");
  const bool unseen = run.wants("directive/not-seen-by-framework") && run.result.framework == Framework::rwsdk;
  for (size_t i = 0; i < run.graph.size(); ++i) {
    const auto index = ModuleIndex(i);
    const Module& module = run.graph.module(index);
    const bool says_client = run.graph.is_marked(index, 0) && !module.client;
    const bool says_server = run.graph.is_marked(index, 1) && !module.server;
    if (misplaced && (says_client || says_server)) run.files.want(index, Reread::misplaced);
    if (!unseen || !(module.client || module.server)) continue;
    // At the very beginning it is seen, whatever follows.
    const auto uses = run.graph.directives(module);
    const bool first = std::any_of(uses.begin(), uses.end(), [&](const DirectiveUse& use) {
      return use.line == 1 && use.column == 1 && use.level == DirectiveLevel::module &&
             run.result.text(use.value) == (module.client ? "use client" : "use server");
    });
    if (!first) run.files.want(index, Reread::head);
  }
}

void find_misplaced(AuditRun& run) {
  if (!run.wants("directive/misplaced")) return;
  for (size_t i = 0; i < run.graph.size(); ++i) {
    const auto index = ModuleIndex(i);
    const Module& module = run.graph.module(index);
    const FileView& view = run.files.view(index);
    for (const MisplacedDirective& directive : view.review.misplaced) {
      // Bundlers join modules and leave their directives where they fall; the one at the top counts.
      if (directive.level == DirectiveLevel::module && (directive.client ? module.client : module.server)) continue;
      const std::string name = directive.client ? "\"use client\"" : "\"use server\"";
      const std::string whose = directive.level == DirectiveLevel::module ? "file" : "function";
      std::string message, help;
      switch (directive.how) {
        case Misplacement::after_code:
          message = name + " has no effect here: a directive stands in front of all other code of its " + whose;
          help = "move it to the " +
                 std::string(whose == "file" ? "first line, above all imports" : "function's first line");
          break;
        case Misplacement::parenthesised:
          message = name + " has no effect in parentheses";
          help = "write it without them; some formatters add them when other code stands before it";
          break;
        case Misplacement::template_literal:
          message = "`" + name.substr(1, name.size() - 2) + "` has no effect: a template literal is no directive";
          help = "write " + name;
          break;
        case Misplacement::in_expression:
          message = name + " has no effect: it is the beginning of a longer expression";
          help = "put a semicolon behind it";
          break;
        case Misplacement::in_function:
          message = name + " has no effect in a function";
          help = "only whole files can be client code; move it to the first line of the file";
          break;
      }
      const SourceLocation begin = view.place(directive.offset), end = view.place(directive.end_offset);
      run.report({.rule = "directive/misplaced",
                  .module = index,
                  .line = begin.line,
                  .column = begin.column,
                  .end_column = end.line == begin.line ? end.column : 0,
                  .message = std::move(message),
                  .help = std::move(help),
                  .subject = name.substr(1, name.size() - 2)});
    }
  }
}

void find_typos(AuditRun& run) {
  if (!run.wants("directive/typo")) return;
  for (size_t i = 0; i < run.graph.size(); ++i) {
    const Module& module = run.result.modules[i];
    for (const DirectiveUse& use : run.graph.directives(module)) {
      const std::string_view value = run.result.text(use.value);
      if (value == "use client" || value == "use server") continue;
      const std::string_view meant = meant_by(value);
      // In a function only "use server" means something.
      if (meant.empty() || (use.level == DirectiveLevel::function && meant != "use server")) continue;
      if (meant == "use client" ? module.client : module.server && use.level == DirectiveLevel::module) continue;
      run.report({.rule = "directive/typo",
                  .module = ModuleIndex(i),
                  .line = use.line,
                  .column = use.column,
                  .end_column = use.column + 2 + value.size(),
                  .message = "\"" + std::string(value) + "\" means nothing; \"" + std::string(meant) + "\" was meant?",
                  .help = "write \"" + std::string(meant) + "\", letter by letter",
                  .subject = std::string(value)});
    }
  }
}

void find_conflicts(AuditRun& run) {
  if (!run.wants("directive/conflict")) return;
  for (size_t i = 0; i < run.graph.size(); ++i) {
    const Module& module = run.result.modules[i];
    if (!module.client) continue;
    for (const DirectiveUse& use : run.graph.directives(module)) {
      if (run.result.text(use.value) != "use server") continue;
      const bool whole = use.level == DirectiveLevel::module;
      run.report({.rule = "directive/conflict",
                  .module = ModuleIndex(i),
                  .line = use.line,
                  .column = use.column,
                  .end_column = use.column + 12,
                  .message = whole ? "the file says both \"use client\" and \"use server\""
                                   : "a \"use server\" function cannot be in a \"use client\" file",
                  .help = whole ? "keep one; server functions for client code belong into a file of their own"
                                : "move it to a file that begins with \"use server\", and import it",
                  .subject = whole ? "file" : "function"});
    }
  }
}

void find_unseen(AuditRun& run) {
  if (!run.wants("directive/not-seen-by-framework") || run.result.framework != Framework::rwsdk) return;
  for (size_t i = 0; i < run.graph.size(); ++i) {
    const auto index = ModuleIndex(i);
    const Module& module = run.graph.module(index);
    const FileView& view = run.files.view(index);
    if ((view.had & uint8_t(Reread::head)) == 0 || !view.read) continue;
    const std::string_view value = module.client ? "use client" : "use server";
    if (module.client ? view.framework_sees_client : view.framework_sees_server) continue;
    for (const DirectiveUse& use : run.graph.directives(module)) {
      if (use.level != DirectiveLevel::module || run.result.text(use.value) != value) continue;
      run.report({.rule = "directive/not-seen-by-framework",
                  .module = index,
                  .line = use.line,
                  .column = use.column,
                  .end_column = use.column + 12,
                  .message = "RedwoodSDK does not see this \"" + std::string(value) + "\"",
                  .help = "it looks line by line in the first 512 characters: put it there, on a line of its own",
                  .subject = std::string(value)});
      break;
    }
  }
}

}  // namespace demarc
