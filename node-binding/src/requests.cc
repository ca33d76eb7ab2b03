#include "node-binding/src/requests.h"

#include <algorithm>

#include "cli/json_writer.h"

namespace demarc {
namespace {

std::string text_of(const Napi::Object& from, const char* key) {
  const Napi::Value value = from.Get(key);
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string();
}

bool flag_of(const Napi::Object& from, const char* key) {
  const Napi::Value value = from.Get(key);
  return value.IsBoolean() && value.As<Napi::Boolean>().Value();
}

template <class Visit>
void for_each_object(const Napi::Object& from, const char* key, const Visit& visit) {
  const Napi::Value value = from.Get(key);
  if (!value.IsArray()) return;
  const auto array = value.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) visit(array.Get(i).As<Napi::Object>());
}

}  // namespace

Request request_of(Napi::Env env, Task task, const Napi::Object& from) {
  Request request;
  request.task = task;
  request.surroundings = this_process();
  ScanArguments& arguments = request.arguments;
  arguments.root = text_of(from, "root");
  arguments.config = text_of(from, "config");
  arguments.no_config = flag_of(from, "noConfig");
  arguments.overrides = text_of(from, "overrides");
  arguments.emit = flag_of(from, "graph") ? Keep::graph : Keep::map;
  arguments.stats = flag_of(from, "stats");
  request.with_modules = flag_of(from, "modules");
  arguments.absolute_paths = flag_of(from, "absolutePaths");
  arguments.allow_incomplete = flag_of(from, "allowIncomplete");
  if (const Napi::Value threads = from.Get("threads"); threads.IsNumber()) {
    arguments.threads = threads.As<Napi::Number>().Int32Value();
  }
  for_each_object(from, "pluginsFirst", [&](const Napi::Object& expression) {
    const std::string source = text_of(expression, "source");
    std::string error;
    if (!request.plugins_first.emplace_back().compile(source, text_of(expression, "flags"), error)) {
      throw Napi::TypeError::New(env, "pluginsFirst: /" + source + "/: " + error);
    }
  });
  for_each_object(from, "questions", [&](const Napi::Object& question) {
    request.questions.push_back(
        {.specifier = text_of(question, "specifier"),
         .importer = text_of(question, "importer"),
         .environment = text_of(question, "environment"),
         .kind = text_of(question, "kind") == "require" ? RequestKind::require : RequestKind::import});
  });
  request.name = text_of(from, "name");
  request.environment = text_of(from, "environment");
  if (const Napi::Value most = from.Get("max"); most.IsNumber()) {
    request.most_chains = most.As<Napi::Number>().Uint32Value();
  }
  return request;
}

// [index, answer, index, answer…], where an answer is "=id", "!id" or [id, directive, import…]: a file, an external, a
// module that the host makes. No opinion on all others.
std::vector<HostAnswer> answers_of(const Napi::Array& from) {
  std::vector<HostAnswer> answers;
  for (uint32_t i = 0; i + 1 < from.Length(); i += 2) {
    const uint32_t index = from.Get(i).As<Napi::Number>().Uint32Value();
    const Napi::Value value = from.Get(i + 1);
    if (index >= answers.size()) answers.resize(index + 1);
    HostAnswer& answer = answers[index];
    if (value.IsArray()) {
      const auto texts = value.As<Napi::Array>();
      answer.kind = HostAnswer::Kind::made;
      answer.id = texts.Get(0u).As<Napi::String>().Utf8Value();
      answer.boundary = texts.Get(1u).As<Napi::String>().Utf8Value();
      for (uint32_t k = 2; k < texts.Length(); ++k) {
        answer.imports.push_back(texts.Get(k).As<Napi::String>().Utf8Value());
      }
    }
    if (!value.IsString()) continue;
    std::string text = value.As<Napi::String>().Utf8Value();
    if (text.empty()) continue;
    answer.kind = text.front() == '!' ? HostAnswer::Kind::external : HostAnswer::Kind::file;
    answer.id = text.substr(1);
  }
  return answers;
}

// [environments, importer, [specifier, bits, specifier, bits…], importer, …]: questions come sorted by importer, and an
// importer's path is most of what there is to say.
std::string json_of(const std::vector<HostQuestion>& questions) {
  std::vector<std::string_view> environments;
  std::string text;
  Sink sink(text);
  JsonWriter json(sink);
  json.begin_array();
  json.begin_array();
  for (const HostQuestion& question : questions) {
    if (std::find(environments.begin(), environments.end(), question.environment) != environments.end()) continue;
    environments.push_back(question.environment);
    json.string(question.environment);
  }
  json.end();
  const std::string* importer = nullptr;
  for (const HostQuestion& question : questions) {
    if (importer == nullptr || *importer != question.importer) {
      if (importer != nullptr) json.end();
      importer = &question.importer;
      json.string(*importer);
      json.begin_array();
    }
    const auto environment = std::find(environments.begin(), environments.end(), question.environment);
    const uint64_t bits = (question.kind == RequestKind::require ? 1 : 0) | (question.first ? 2 : 0);
    json.string(question.specifier);
    json.number(uint64_t(environment - environments.begin()) << 2 | bits);
  }
  if (importer != nullptr) json.end();
  json.end();
  sink.flush();
  return text;
}

}  // namespace demarc
