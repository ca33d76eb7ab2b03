#include "cli/print_chain.h"

#include <fmt/format.h>

#include "cli/display.h"

namespace demarc {

std::string shown_module(const ScanResult& result, const Module& module, const PathNames& names) {
  const std::string_view id = result.text(module.id);
  const size_t at = id.rfind("/node_modules/");
  if (names.style() == PathStyle::absolute || at == std::string_view::npos) return names.shown(id);
  return escaped(id.substr(at + 14));
}

void print_chain(const ScanResult& result, const Chain& chain, const PathNames& names, const Look& look,
                 std::string_view indent, Sink& sink) {
  for (size_t i = 0; i < chain.steps.size(); ++i) {
    const ChainStep& step = chain.steps[i];
    const Module& module = result.modules[size_t(step.module)];
    std::string line = std::string(indent) + (i == 0 ? "" : "-> ") + shown_module(result, module, names);
    if (step.import != kNoImport && result.imports[step.import].line != 0)
      line += fmt::format(":{}", result.imports[step.import].line);
    if (i == 0 && chain.from_prescan) line += look.paint(Style::dim, "  (an entry by its directive)");
    if (step.boundary)
      line += fmt::format("  '{}'  {}", module.client ? "use client" : "use server",
                          look.paint(Style::yellow, "<- boundary"));
    if (const uint32_t size = barrel_size(result, module))
      line += look.paint(Style::dim, fmt::format("  (barrel, {})", counted(size, "re-export")));
    sink.write(line + "\n");
  }
}

}  // namespace demarc
