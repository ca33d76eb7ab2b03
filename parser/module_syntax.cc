#include "parser/module_syntax.h"

namespace demarc {
namespace {

struct LanguageName {
  std::string_view extension;
  Language language;
};

// Extensions are compared byte by byte: `A.TS` is no script to Vite either.
constexpr LanguageName kLanguages[] = {
    {"js", Language::js},   {"mjs", Language::mjs}, {"cjs", Language::cjs},
    {"jsx", Language::jsx}, {"ts", Language::ts},   {"mts", Language::mts},
    {"cts", Language::cts}, {"tsx", Language::tsx}, {"mdx", Language::mdx},
};

template <class Element>
size_t held(const std::vector<Element>& elements) {
  return elements.capacity() * sizeof(Element);
}

}  // namespace

bool language_of(std::string_view file_name, Language& language) {
  const size_t dot = file_name.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view extension = file_name.substr(dot + 1);
  for (const LanguageName& known : kLanguages) {
    if (known.extension == extension) {
      language = known.language;
      return true;
    }
  }
  return false;
}

bool is_asset_glob(std::string_view query) {
  if (query.starts_with('?')) query.remove_prefix(1);
  const std::string_view name = query.substr(0, query.find_first_of("=&"));
  return name == "raw" || name == "url" || name == "inline";
}

std::string_view to_string(Language language) {
  for (const LanguageName& known : kLanguages) {
    if (known.language == language) return known.extension;
  }
  return "unknown";
}

std::string_view to_string(ImportKind kind) {
  switch (kind) {
    case ImportKind::import:
      return "import";
    case ImportKind::side_effect:
      return "side-effect";
    case ImportKind::export_from:
      return "export-from";
    case ImportKind::export_all:
      return "export-all";
    case ImportKind::dynamic:
      return "dynamic";
    case ImportKind::require:
      return "require";
    case ImportKind::require_resolve:
      return "require-resolve";
    case ImportKind::import_equals:
      return "import-equals";
    case ImportKind::glob:
      return "glob";
    case ImportKind::url:
      return "url";
    case ImportKind::worker:
      return "worker";
    case ImportKind::dynamic_glob:
      return "dynamic-glob";
    case ImportKind::require_glob:
      return "require-glob";
  }
  return "unknown";
}

void ModuleSyntax::clear() {
  directives.clear();
  imports.clear();
  import_names.clear();
  dynamic_specifiers.clear();
  exports.clear();
  pool.clear();
  markers = 0;
  uncertainty = 0;
  uncertain_offset = 0;
  has_esm = false;
  has_jsx = false;
  has_undecided_directive = false;
  jsx_import_source = {};
}

size_t ModuleSyntax::bytes() const {
  return held(directives) + held(imports) + held(import_names) + held(dynamic_specifiers) + held(exports) +
         pool.capacity();
}

}  // namespace demarc
