// A ScanResult by hand.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "scanner/scanner.h"

namespace demarc {

// A result by hand, as the scanner would freeze it: modules sorted by id.
class ResultBuilder {
 public:
  ResultBuilder() {
    result_.root = "/app";
    result_.framework = Framework::rwsdk;
    result_.environments = {"worker", "client"};
    result_.entries = {"/src/worker.tsx"};
  }

  Text text(std::string_view text) {
    const Text at = {result_.pool.size(), uint32_t(text.size())};
    result_.pool += text;
    return at;
  }

  Module& module(std::string_view id, EnvironmentMask environments = 2, std::string_view package = "") {
    Module module;
    module.id = text(id);
    module.package = text(package);
    module.bytes = 812;
    module.environments = environments;
    module.first_directive = uint32_t(result_.directives.size());
    module.first_import = uint32_t(result_.imports.size());
    module.first_export = uint32_t(result_.exports.size());
    return result_.modules.emplace_back(module);
  }

  void directive(std::string_view value, uint64_t line, uint64_t column,
                 DirectiveLevel level = DirectiveLevel::module) {
    Module& module = result_.modules.back();
    result_.directives.push_back({text(value), level, line, column});
    ++module.directive_count;
    if (level == DirectiveLevel::module && value == "use client") module.client = true;
    if (level == DirectiveLevel::module && value == "use server") module.server = true;
    if (value == "use server") result_.has_server_functions = true;
  }

  void import(std::string_view specifier, ImportKind kind, std::vector<Target> targets) {
    Import import;
    import.specifier = text(specifier);
    import.kind = kind;
    import.line = 3;
    import.column = 1;
    import.first_target = uint32_t(result_.targets.size());
    import.target_count = uint32_t(targets.size());
    result_.targets.insert(result_.targets.end(), targets.begin(), targets.end());
    result_.imports.push_back(import);
    ++result_.modules.back().import_count;
  }

  void exported(std::string_view name) {
    result_.exports.push_back(text(name));
    ++result_.modules.back().export_count;
  }

  ScanResult& result() { return result_; }

 private:
  ScanResult result_;
};

}  // namespace demarc
