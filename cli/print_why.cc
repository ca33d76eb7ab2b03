#include "cli/print_why.h"

#include <string>

#include "cli/json_fields.h"
#include "cli/json_writer.h"

namespace demarc {
namespace {

class WhyWriter {
 public:
  WhyWriter(const ScanResult& result, PathStyle paths, Sink& sink)
      : result_(result), paths_(paths), names_(result.root, paths), json_(sink) {}

  void print(std::string_view name, const std::vector<ModuleIndex>& modules,
             const std::vector<Explanation>& explanations) {
    json_.begin_object(JsonLayout::lines);
    write_header(json_);
    write_name(json_, "root", "rootBase64", result_.root);
    json_.key("complete").boolean(result_.outcome == Outcome::complete);
    write_name(json_, "file", "fileBase64", name);
    json_.key("modules").begin_array(JsonLayout::lines);
    for (const ModuleIndex module : modules) {
      json_.begin_object();
      id(module_at(module));
      json_.end();
    }
    json_.end();
    json_.key("environments").begin_array(JsonLayout::lines);
    for (const Explanation& explanation : explanations) write(explanation);
    json_.end();
    json_.end();
  }

 private:
  const Module& module_at(ModuleIndex index) const { return result_.modules[size_t(index)]; }

  void id(const Module& module) {
    const std::string_view id = result_.text(module.id);
    write_name(json_, "id", "idBase64", paths_ == PathStyle::absolute ? names_.absolute(id) : std::string(id));
  }

  void write(const Explanation& explanation) {
    json_.begin_object();
    json_.key("environment").string(result_.environments[explanation.environment]);
    json_.key("chainCount").number(explanation.importers);
    json_.key("chains").begin_array(JsonLayout::lines);
    for (const Chain& chain : explanation.chains) {
      json_.begin_object();
      json_.key("fromPrescan").boolean(chain.from_prescan);
      json_.key("steps").begin_array();
      for (const ChainStep& step : chain.steps) write(step);
      json_.end();
      json_.end();
    }
    json_.end();
    json_.end();
  }

  // `specifier` and its place are those of the import that leads to the next step.
  void write(const ChainStep& step) {
    const Module& module = module_at(step.module);
    json_.begin_object();
    id(module);
    json_.key("environment").string(result_.environments[step.environment]);
    if (step.boundary) json_.key("boundary").string(module.client ? "use client" : "use server");
    if (const uint32_t size = barrel_size(result_, module)) json_.key("reexports").number(size);
    if (step.import != kNoImport) {
      const Import& import = result_.imports[step.import];
      json_.key("specifier").string(result_.text(import.specifier));
      json_.key("kind").string(to_string(import.kind));
      if (import.line != 0) write_place(json_, import.line, import.column);
    }
    json_.end();
  }

  const ScanResult& result_;
  const PathStyle paths_;
  const PathNames names_;
  JsonWriter json_;
};

}  // namespace

void print_why_json(const ScanResult& result, std::string_view name, const std::vector<ModuleIndex>& modules,
                    const std::vector<Explanation>& explanations, PathStyle paths, Sink& sink) {
  WhyWriter(result, paths, sink).print(name, modules, explanations);
  sink.put('\n');
}

}  // namespace demarc
