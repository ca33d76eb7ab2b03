// Which imports of a TypeScript file a build drops because nothing that runs uses their names.
//
//   import { Props, Button } from "./ui"    stays: Button is called
//   import { Theme } from "./theme"         goes: only a type annotation says Theme
//   import { size } from "./size"           goes, although `size` occurs: that one is a parameter
//
// The rules are those of oxc, with which Vite 8 compiles, and are tested against it. Errors are one-sided: where this
// is not sure (a tree with errors, a pragma it does not follow), an import stays.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "parser/exact_scan.h"

namespace demarc {

enum class UnusedImports : uint8_t {
  drop,
  keep  // verbatimModuleSyntax, preserveValueImports: only what is marked `type` goes, which ImportRecord says already
};

struct ElisionSettings {
  Language language = Language::ts;
  UnusedImports unused = UnusedImports::drop;
  bool decorator_metadata = false;  // emitDecoratorMetadata: types of decorated members are evaluated
  // What JSX may call beside React: the first names of jsxFactory and jsxFragmentFactory.
  std::span<const std::string_view> jsx_factories = {};
};

// Fills `dropped` with the offsets of the specifiers (ImportRecord::offset), ascending. Asked about JavaScript it says
// none.
ExactStatus find_unused_imports(std::string_view text, const ElisionSettings& settings, size_t budget_bytes,
                                std::vector<uint64_t>& dropped);

}  // namespace demarc
